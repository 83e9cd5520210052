// The honest people of a plan against those of 2,688 recorded pairs of auction and bidder (eBay 2002-03, docs/generator.md).
import { describe, expect, it } from '@jest/globals';
import { marketOf } from '../../src/fraud-fit/market.js';

describe('the honest people of a market', () => {
  const { facts, marks } = marketOf(7);
  type Seen = { bids: number; inARow: boolean; raised: boolean };
  const pairs = new Map<string, Seen>();
  const auctionsOf = new Map<string, Set<string>>();
  const before = new Map<string, { price: number; leader: string | null; last: string | null }>();
  const bids = { all: 0, leaps: 0, visible: 0 };
  for (const { auctionId, event } of facts) {
    if (event.type === 'AuctionListed') {
      before.set(auctionId, { price: Number(event.terms.startingPrice), leader: null, last: null });
      continue;
    }
    const there = before.get(auctionId);
    if (event.type !== 'BidPlaced' || there === undefined) continue;
    const { bidderId } = event;
    if (!marks.has(bidderId)) {
      const key = `${auctionId} ${bidderId}`;
      const seen = pairs.get(key) ?? { bids: 0, inARow: false, raised: false };
      pairs.set(key, seen);
      auctionsOf.set(bidderId, (auctionsOf.get(bidderId) ?? new Set()).add(auctionId));
      seen.bids += 1;
      seen.inARow ||= there.last === bidderId;
      seen.raised ||= there.leader === bidderId;
      bids.all += 1;
      if (there.leader !== null && Number(event.maximum) > 1.5 * there.price) bids.leaps += 1;
      if (Number(event.currentPrice) > 1.5 * there.price) bids.visible += 1;
    }
    before.set(auctionId, { price: Number(event.currentPrice), leader: event.leaderId, last: bidderId });
  }
  const of = (what: (seen: Seen) => boolean) => [...pairs.values()].filter(what).length / pairs.size;
  const once = [...auctionsOf.values()].filter(({ size }) => size === 1).length / auctionsOf.size;

  it.each([
    ['80 % are seen in one auction only', once, 0.8],
    ['56 % of pairs bid once', of((seen) => seen.bids === 1), 0.56],
    ['34 % of pairs bid twice in a row', of(({ inARow }) => inARow), 0.34],
    ['5.9 % of pairs raise themselves', of(({ raised }) => raised), 0.059],
    ['12.7 % of bids are more than half above the price', bids.leaps / bids.all, 0.127],
    ['7.7 % of bids raise the visible price by more than half', bids.visible / bids.all, 0.077],
    ['there are 2.1 bids a pair', bids.all / pairs.size / 10, 0.21],
  ])('%s', (_, share, recorded) => {
    expect(Math.abs(share - recorded)).toBeLessThan(recorded / 3);
  });

  it('holds people who bid six times and more; recorded were 5 % of pairs', () => {
    expect(of((seen) => seen.bids >= 6)).toBeGreaterThan(0.015);
  });
});
