// The tree of live bids against a plain Map, and the result at the close against one worked out from a sorted list.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Bid } from '../../../src/domain/auction/bid-history.js';
import {
  liveBidOf,
  liveBids,
  rankedBids,
  type SealedBids,
  sealedResult,
  withLiveBid,
  withoutBidOf,
} from '../../../src/domain/auction/sealed-bids.js';
import { type UserId, userId } from '../../../src/domain/ids.js';
import { instant } from '../../../src/domain/time.js';
import { ann, bob, cid, sealedTerms } from '../../support/auction-story.js';

// Ids that differ in the last digit, in the first one only, and in between: trees of every depth.
const bidders: readonly UserId[] = [
  ...['1', '2', 'a', 'f'].map((digit) => userId(`01900002-0000-7000-8000-00000000000${digit}`)),
  ...['1', '2', 'f'].map((digit) => userId(`${digit}1900002-0000-7000-8000-000000000001`)),
  ...['00', '10', 'f0'].map((digits) => userId(`01900002-0000-7000-8000-0000000000${digits}`)),
];
const steps = fc.array(
  fc.record({ who: fc.nat(bidders.length - 1), amount: fc.option(fc.integer({ min: 1, max: 6 })) }),
  {
    maxLength: 40,
  },
);
const bid = (bidderId: UserId, bidNumber: number, maximum: bigint): Bid => ({
  bidNumber,
  bidderId,
  maximum,
  placedAt: instant(bidNumber),
});

describe('live bids', () => {
  it('are those of a map from bidder to bid, whatever is placed and taken back', () => {
    const property = fc.property(steps, (asked) => {
      let bids: SealedBids = null;
      const model = new Map<UserId, Bid>();
      asked.forEach(({ who, amount }, i) => {
        const bidderId = bidders[who] as UserId;
        if (amount === null) {
          bids = withoutBidOf(bids, bidderId);
          model.delete(bidderId);
        } else {
          bids = withLiveBid(bids, bid(bidderId, i + 1, BigInt(amount)));
          model.set(bidderId, bid(bidderId, i + 1, BigInt(amount)));
        }
        for (const one of bidders) expect(liveBidOf(bids, one)).toEqual(model.get(one) ?? null);
      });
      expect(new Set(liveBids(bids))).toEqual(new Set(model.values()));
      // The same bids make the same tree: a state folded from a snapshot is that folded from the stream.
      expect([...model.values()].reduce<SealedBids>(withLiveBid, null)).toStrictEqual(bids);
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('of a state before do not change with the state after', () => {
    const one = withLiveBid(null, bid(ann, 1, 5n));
    const two = withLiveBid(withLiveBid(one, bid(bob, 2, 6n)), bid(ann, 3, 7n));
    withoutBidOf(two, ann);
    expect(liveBids(one)).toEqual([bid(ann, 1, 5n)]);
    expect(liveBidOf(two, ann)).toEqual(bid(ann, 3, 7n));
  });

  it('are ranked by amount, and of equal amounts the earlier first', () => {
    const bids = [bid(ann, 1, 5n), bid(bob, 2, 7n), bid(cid, 3, 7n)].reduce<SealedBids>(withLiveBid, null);
    expect(rankedBids(bids).map(({ bidderId }) => bidderId)).toEqual([bob, cid, ann]);
  });

  it('are many without becoming slow', () => {
    let bids: SealedBids = null;
    for (let n = 1; n <= 20_000; n++) {
      const id = userId(`01900002-0000-7000-8000-${n.toString(16).padStart(12, '0')}`);
      bids = withLiveBid(withLiveBid(bids, bid(id, n, 5n)), bid(id, n, 6n));
    }
    expect(liveBids(bids)).toHaveLength(20_000);
  });
});

it('the result at the close is that of the sorted list', () => {
  const listings = fc.record({
    format: fc.constantFrom('sealed-first-price' as const, 'vickrey' as const),
    reserve: fc.option(fc.integer({ min: 1, max: 7 })),
    amounts: fc.array(fc.integer({ min: 1, max: 8 }), { maxLength: bidders.length }),
  });
  const property = fc.property(listings, ({ format, reserve, amounts }) => {
    const terms = {
      ...sealedTerms,
      format,
      startingPrice: 1n,
      reservePrice: reserve === null ? null : BigInt(reserve),
    };
    const placed = amounts.map((amount, i) => bid(bidders[i] as UserId, i + 1, BigInt(amount)));
    const result = sealedResult(placed.reduce<SealedBids>(withLiveBid, null), terms);
    const highest = Math.max(...amounts);
    if (amounts.length === 0) return expect(result).toEqual({ sold: false, reason: 'NoBids' });
    if (highest < (reserve ?? 1)) return expect(result).toEqual({ sold: false, reason: 'ReserveNotMet' });
    const rest = amounts.toSpliced(amounts.indexOf(highest), 1);
    const second = rest.length === 0 ? null : Math.max(...rest);
    const price = format === 'vickrey' ? Math.max(second ?? 0, reserve ?? 1) : highest;
    expect(result).toEqual({
      sold: true,
      winner: placed[amounts.indexOf(highest)],
      runnerUp: second === null ? null : BigInt(second),
      hammerPrice: BigInt(price),
    });
  });
  fc.assert(property, { numRuns: 500 });
});
