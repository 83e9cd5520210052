// For random crowds a hall lot comes to what an independent calculation says: no code of the rules is used to work it out.
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AuctionCommand } from '../../../src/domain/auction/auction.commands.js';
import type { AuctionListed } from '../../../src/domain/auction/auction.events.js';
import { type Auction, decide, evolve, unlisted } from '../../../src/domain/auction/auction.js';
import { type UserId, userId } from '../../../src/domain/ids.js';
import { again, at, item, listedAt, operator, person, sue, terms } from '../../support/auction-story.js';
import { type Crowd, hallResult, stepAt } from '../../support/hall-crowd.js';
import { clocks } from '../../support/sale-story.js';

const people = Array.from({ length: 9 }, (_, n) => userId(`01900002-0000-7000-8000-0000000001${n}0`));
const idOf = (n: number): UserId => people[n] ?? sue;

const amount = fc.bigInt({ min: 1n, max: 60n }).map((n) => n * 25_00n);
const crowd: fc.Arbitrary<Crowd> = fc.record({
  startingPrice: amount,
  reservePrice: fc.option(amount),
  commissions: fc.array(fc.record({ bidder: fc.nat(8), maximum: amount }), { maxLength: 6 }),
  callers: fc.array(
    fc.record({ bidder: fc.nat(8), limit: amount, channel: fc.constantFrom('floor', 'phone', 'online') }),
    { maxLength: 6 },
  ),
});

describe('a hall lot', () => {
  it('ends as an independent calculation says, for random crowds', () => {
    let sales = 0;
    fc.assert(
      fc.property(crowd, (drawn) => {
        const reservePrice =
          drawn.reservePrice !== null && drawn.reservePrice < drawn.startingPrice ? null : drawn.reservePrice;
        const given = { ...drawn, reservePrice };
        const expected = hallResult(given);
        if (expected.buyer !== null) sales++;
        expect(played(given)).toEqual(expected);
      }),
      { numRuns: 1_000 },
    );
    // A crowd that never buys would show nothing.
    expect(sales).toBeGreaterThan(300);
  });
});

/** The lot as the rules have it: commissions first, then everybody in turn offers the asking price as long as their limit reaches it. */
function played({ startingPrice, reservePrice, commissions, callers }: Crowd): ReturnType<typeof hallResult> {
  let auction: Auction = evolve(unlisted, listing(startingPrice, reservePrice));
  const say = (command: AuctionCommand, by: UserId | null, time = '01-03T12:30:00'): boolean => {
    const holder = command.type === 'TakeBid' ? idOf(command.paddle) : undefined;
    const decision = decide(command, auction, {
      at: at(time),
      actor: by === null ? operator : person(by, 'bidder'),
      user: { status: 'active', revision: 1 },
      paddle: { status: 'given', biddingLimit: null },
      holder,
    });
    if (decision.accepted) for (const event of decision.events) auction = evolve(auction, event);
    return decision.accepted;
  };
  const about = { auctionId: again, currency: 'USD' } as const;
  for (const { bidder, maximum } of commissions)
    say({ type: 'TakeBid', ...about, paddle: bidder, amount: maximum, channel: 'absentee' }, null, '01-02T12:00:00');
  say({ type: 'OpenLot', auctionId: again, askingPrice: null }, null);
  for (let goesOn = true; goesOn; ) {
    goesOn = false;
    for (const { bidder, limit, channel } of callers) {
      const asked = hallOf(auction).askingPrice;
      if (limit < asked) continue;
      goesOn =
        (channel === 'online'
          ? say({ type: 'PlaceBid', ...about, bidderId: idOf(bidder), amount: asked, channel }, idOf(bidder))
          : say({ type: 'TakeBid', ...about, paddle: bidder, amount: asked, channel }, null)) || goesOn;
    }
  }
  const leading = hallOf(auction).calls.at(-1)?.bidNumber ?? null;
  const auctionId = again;
  if (leading === null || !say({ type: 'Hammer', auctionId, leadingBid: leading }, null))
    say({ type: 'PassLot', auctionId, leadingBid: leading }, null);
  if (auction.status !== 'sold') return { buyer: null, price: null };
  return { buyer: people.indexOf(auction.sale.buyerId), price: auction.sale.hammerPrice };
}

function hallOf(auction: Auction) {
  if (auction.status !== 'hall') throw new Error(`a lot in the hall is ${auction.status}`);
  return auction;
}

const listing = (startingPrice: bigint, reservePrice: bigint | null): AuctionListed => ({
  type: 'AuctionListed',
  sellerId: sue,
  item,
  terms: {
    format: 'hall',
    currency: 'USD',
    startingPrice,
    reservePrice,
    increments: stepAt.table,
    retraction: 'never',
    fees: terms.fees,
  },
  opensAt: at('01-03T12:00:00'),
  closesAt: at('02-02T12:00:00'),
  listedAt,
  relistOf: null,
  relistings: 0,
  lot: { saleId: clocks, lotNumber: '1', needsPaddle: true },
});
