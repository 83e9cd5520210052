import { describe, expect, it } from '@jest/globals';
import type { AuctionEvent } from '../../../src/domain/auction/auction.events.js';
import { type Auction, evolve, phaseAt, replay, standingOf } from '../../../src/domain/auction/auction.js';
import { later } from '../../../src/domain/time.js';
import {
  admin,
  ann,
  at,
  bob,
  buy,
  cancel,
  cid,
  close,
  closesAt,
  extended,
  listed,
  listedAt,
  operator,
  place,
  placed,
  played,
  retract,
  retracted,
  withdraw,
} from '../../support/auction-story.js';

const annLeads = placed(ann, 100_00n, { price: 10_00n, next: 10_50n });
const bobFollows = placed(bob, 50_00n, { number: 2, price: 51_00n, next: 52_00n, leader: ann, leadingBid: 1 });
const sale = played(listed(), place(ann, 20_00n), close('12:00:00')).at(-1) as AuctionEvent;

describe('a stream that cannot be', () => {
  it.each<[string, readonly AuctionEvent[]]>([
    ['a bid before the listing', [annLeads]],
    ['two listings', [listed(), listed()]],
    ['a listing after the end', [listed(), { type: 'AuctionPassed', reason: 'NoBids', closedAt: closesAt }, listed()]],
    ['a bid after the end', [listed(), annLeads, { ...sale, buyerId: ann } as AuctionEvent, bobFollows]],
    ['a missing bid', [listed(), bobFollows]],
    ['the same bid twice', [listed(), annLeads, annLeads]],
    ['a leader nobody knows', [listed(), annLeads, { ...bobFollows, leaderId: cid }]],
    ['a leading bid of somebody else', [listed(), annLeads, { ...bobFollows, leadingBid: 2 }]],
    ['a first bid that does not lead', [listed(), { ...annLeads, leadingBid: 7 }]],
    ['nobody in the lead', [listed(), { ...annLeads, leadingBid: null, leaderId: null }]],
    ['a price that falls', [listed(), annLeads, { ...bobFollows, currentPrice: 9_99n }]],
    ['a price beyond the leader’s maximum', [listed(), annLeads, { ...bobFollows, currentPrice: 100_01n }]],
    ['a close moved from where it is not', [listed(), extended('11:00:00', '12:00:30', { time: '10:59:00' })]],
    ['a close moved back', [listed(), extended('12:00:00', '11:59:59', { time: '11:59:00' })]],
    ['a close moved nowhere', [listed(), extended('12:00:00', '12:00:00', { time: '11:59:00' })]],
    ['a retraction of nothing', [listed(), retraction(1)]],
    ['two retractions of one bid', [listed(), annLeads, retraction(1), retraction(1)]],
    ['a retracted leader', [listed(), annLeads, bobFollows, { ...retraction(1), leaderId: ann, leadingBid: 1 }]],
    [
      'another’s lead after a retraction',
      [listed(), annLeads, bobFollows, { ...retraction(1), leaderId: ann, leadingBid: 2 }],
    ],
    [
      'an unplaced lead after a retraction',
      [listed(), annLeads, bobFollows, { ...retraction(1), leaderId: bob, leadingBid: 3 }],
    ],
    ['a sale without bids', [listed(), sale]],
    ['a sale to another than the leader', [listed(), annLeads, { ...sale, buyerId: bob } as AuctionEvent]],
    ['a sale for another bid', [listed(), annLeads, { ...sale, winningBid: 2 } as AuctionEvent]],
  ])('%s throws', (_, events) => expect(() => replay(events)).toThrow(/^broken invariant: /));

  function retraction(bidNumber: number) {
    return retracted(ann, bidNumber, {
      price: 10_00n,
      next: 10_00n,
      count: 0,
      leader: null,
      leadingBid: null,
      time: '09:00:00',
    });
  }
});

describe('evolve', () => {
  it('does not judge: a bid that no rule of today would make stands as it is recorded', () => {
    const odd = placed(bob, 10_01n, {
      number: 2,
      count: 40,
      price: 77_00n,
      next: 3n,
      leader: ann,
      leadingBid: 1,
      reserveMet: false,
    });
    expect(replay([listed(), annLeads, odd])).toMatchObject({
      currentPrice: 77_00n,
      minimumNextBid: 3n,
      bidCount: 40,
      reserveMet: false,
    });
  });
  it('keeps what stood when the auction ended, and no bids', () => {
    const ends = [close('12:00:00'), cancel(operator, 'x'), withdraw(admin, 'x')];
    for (const end of ends.filter(({ command }) => command.type !== 'CancelAuction')) {
      const ended = replay(played(listed(), place(ann, 20_00n), place(bob, 15_00n), end));
      expect(ended).toMatchObject({ currentPrice: 15_50n, bidCount: 2, leading: { bidderId: ann } });
      expect(ended).not.toHaveProperty('history');
    }
    expect(replay(played(listed(), cancel(operator, 'x')))).toMatchObject({
      status: 'cancelled',
      reason: 'x',
      bidCount: 0,
    });
  });
  it('leaves the state before it as it was', () => {
    const history = played(listed(), place(ann, 60_00n), place(bob, 40_00n));
    const before = replay(history);
    const [bid] = played(listed(), place(ann, 60_00n), place(bob, 40_00n), place(cid, 50_00n)).slice(3);
    const [retraction] = played(
      listed(),
      place(ann, 60_00n),
      place(bob, 40_00n),
      retract(bob, 2, '01-03T09:00:00'),
    ).slice(3);
    for (const event of [bid, retraction, bid]) expect(evolve(before, event as AuctionEvent)).not.toEqual(before);
    expect(before).toStrictEqual(replay(history));
  });
});

const standing = (auction: Auction) => (auction.status === 'unlisted' ? null : standingOf(auction));

describe('standingOf', () => {
  it('says what the last event said', () => {
    const events = played(listed(), place(ann, 60_00n), place(bob, 40_00n));
    expect(events.at(-1)).toMatchObject(standing(replay(events)) ?? {});
    expect(standing(replay(events))).toStrictEqual({
      currentPrice: 41_00n,
      leaderId: ann,
      leadingBid: 1,
      bidCount: 2,
      minimumNextBid: 42_00n,
      reserveMet: true,
    });
  });
  it.each([
    [null, true],
    [10_00n, false],
  ])('is the starting price and nobody before the first bid, whatever the reserve (%s)', (reservePrice, reserveMet) =>
    expect(standing(replay([listed({ reservePrice })]))).toStrictEqual({
      currentPrice: 10_00n,
      leaderId: null,
      leadingBid: null,
      bidCount: 0,
      minimumNextBid: 10_00n,
      reserveMet,
    }),
  );
});

describe('phaseAt', () => {
  const opensAt = at('01-02T12:00:00');
  const open = replay([listed({}, opensAt)]);
  it('is judged by the time while nothing has ended it', () => {
    expect(phaseAt(replay([]), listedAt)).toBe('unlisted');
    expect(phaseAt(open, later(opensAt, -1))).toBe('upcoming');
    expect(phaseAt(open, opensAt)).toBe('open');
    expect(phaseAt(open, later(closesAt, -1))).toBe('open');
    expect(phaseAt(open, closesAt)).toBe('closing');
  });
  it('is what ended it afterwards', () => {
    expect(phaseAt(replay(played(listed(), close('12:00:00'))), opensAt)).toBe('passed');
    expect(phaseAt(replay(played(listed({ buyNowPrice: 50_00n }), buy(ann))), opensAt)).toBe('sold');
  });
});
