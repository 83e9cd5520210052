import { describe, expect, it } from '@jest/globals';
import type { AuctionEvent, AuctionSold } from '../../../src/domain/auction/auction.events.js';
import { evolve, phaseAt, replay, standingOf } from '../../../src/domain/auction/auction.js';
import { NO_POSITIONS } from '../../../src/domain/fees/tax-position.js';
import { AMOUNT_MAX } from '../../../src/domain/money.js';
import {
  admin,
  ann,
  ask,
  at,
  bidOf,
  bob,
  buy,
  cancel,
  cid,
  close,
  closesAt,
  defer,
  given,
  invoiceFor,
  linesOf,
  listedAt,
  listedSealed,
  operator,
  person,
  place,
  placed,
  played,
  retract,
  sealed,
  sealedRetracted,
  sue,
  withdraw,
} from '../../support/auction-story.js';

const soldTo = (
  buyerId: AuctionSold['buyerId'],
  winningBid: number,
  hammerPrice: 20_00n | 10_00n | 15_00n | 30_00n,
): AuctionSold => {
  const money = {
    '1000': { buyersPremium: 2_00n, tax: 3_00n, amountDue: 15_00n, platformFee: 1_00n, sellerProceeds: 9_00n },
    '1500': { buyersPremium: 3_00n, tax: 4_50n, amountDue: 22_50n, platformFee: 1_50n, sellerProceeds: 13_50n },
    '2000': { buyersPremium: 4_00n, tax: 6_00n, amountDue: 30_00n, platformFee: 2_00n, sellerProceeds: 18_00n },
    '3000': { buyersPremium: 6_00n, tax: 9_00n, amountDue: 45_00n, platformFee: 3_00n, sellerProceeds: 27_00n },
  }[`${hammerPrice}`];
  const about = { buyerId, winningBid, currency: 'USD', hammerPrice } as const;
  const lines = linesOf({ hammerPrice, ...money });
  return {
    type: 'AuctionSold',
    via: 'Hammer',
    ...about,
    ...money,
    lines,
    taxPositions: NO_POSITIONS,
    closedAt: closesAt,
  };
};

/** That sale with the invoice that goes with it. */
const invoicedTo = (...sale: Parameters<typeof soldTo>) => [soldTo(...sale), invoiceFor(soldTo(...sale))] as const;

const passed = (reason: 'NoBids' | 'ReserveNotMet'): AuctionEvent => ({
  type: 'AuctionPassed',
  reason,
  closedAt: closesAt,
});

describe('a sealed bid', () => {
  it('is taken at the starting price', () => given(listedSealed()).when(place(ann, 10_00n)).then(sealed(ann, 10_00n)));
  it('is refused a cent below it', () =>
    given(listedSealed()).when(place(ann, 9_99n)).thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 10_00n }));
  it('says no more of the others than how many they are, whatever they bid', () => {
    const history = played(listedSealed(), place(ann, 80_00n));
    given(...history)
      .when(place(bob, 10_00n))
      .then(sealed(bob, 10_00n, { bidNumber: 2 }));
  });
  it('takes the place of the bidder’s own, be it higher', () =>
    given(listedSealed(), sealed(ann, 20_00n))
      .when(place(ann, 20_01n))
      .then(sealed(ann, 20_01n, { bidNumber: 2, replaces: 1, bidCount: 1 })));
  it('or lower', () =>
    given(listedSealed(), sealed(ann, 20_00n))
      .when(place(ann, 19_99n))
      .then(sealed(ann, 19_99n, { bidNumber: 2, replaces: 1, bidCount: 1 })));
  it('but not the same again', () =>
    given(listedSealed(), sealed(ann, 20_00n)).when(place(ann, 20_00n)).thenRejected({ reason: 'BidUnchanged' }));
  it('of the largest amount is taken, and one above is not', () => {
    given(listedSealed()).when(place(ann, AMOUNT_MAX)).then(sealed(ann, AMOUNT_MAX));
    given(listedSealed())
      .when(place(ann, AMOUNT_MAX + 1n))
      .thenRejected({ reason: 'AmountTooLarge', limit: AMOUNT_MAX });
  });
  it('is taken from the opening to the last millisecond before the close', () => {
    const opensAt = at('01-03T12:00:00');
    const later = listedSealed({}, opensAt);
    given(later)
      .when(place(ann, 20_00n, '01-03T11:59:59.999'))
      .thenRejected({ reason: 'AuctionNotYetOpen', opensAt });
    given(later)
      .when(place(ann, 20_00n, '01-03T12:00:00'))
      .then(sealed(ann, 20_00n, { time: '01-03T12:00:00' }));
    given(listedSealed())
      .when(place(ann, 20_00n, '11:59:59.999'))
      .then(sealed(ann, 20_00n, { time: '11:59:59.999', bidType: 'snipe' }));
    given(listedSealed())
      .when(place(ann, 20_00n, '12:00:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt });
  });
  it('is a snipe with less than a minute left, and extends nothing', () => {
    given(listedSealed())
      .when(place(ann, 20_00n, '11:59:00'))
      .then(sealed(ann, 20_00n, { time: '11:59:00' }));
    given(listedSealed())
      .when(place(ann, 20_00n, '11:59:00.001'))
      .then(sealed(ann, 20_00n, { time: '11:59:00.001', bidType: 'snipe' }));
  });
  it('may be entered for somebody in the hall by staff', () =>
    given(listedSealed())
      .when(ask(bidOf(ann, 20_00n, { channel: 'phone' }), operator, '01-02T09:00:00'))
      .then(sealed(ann, 20_00n, { bidType: 'phone' })));
  it('is refused to the seller, to strangers, to the suspended, and in another currency', () => {
    const auction = given(listedSealed());
    auction.when(place(sue, 20_00n)).thenRejected({ reason: 'SellerCannotBid' });
    auction
      .when(ask(bidOf(ann, 20_00n), person(bob, 'bidder'), '01-02T09:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    const unknown = ask(bidOf(ann, 20_00n), person(ann), '01-02T09:00:00', { status: 'unknown' });
    auction.when(unknown).thenRejected({ reason: 'BidderUnknown' });
    const suspended = ask(bidOf(ann, 20_00n), person(ann), '01-02T09:00:00', { status: 'suspended', revision: 1 });
    auction.when(suspended).thenRejected({ reason: 'BidderSuspended' });
    auction
      .when(ask(bidOf(ann, 20_00n, { currency: 'EUR' }), person(ann), '01-02T09:00:00'))
      .thenRejected({ reason: 'CurrencyMismatch', currency: 'USD' });
  });
  it('cannot be bought away from under', () =>
    given(listedSealed()).when(buy(ann)).thenRejected({ reason: 'BuyNowNotOffered' }));
});

describe('what may be known before the close', () => {
  const standing = {
    currentPrice: 10_00n,
    leaderId: null,
    leadingBid: null,
    minimumNextBid: 10_00n,
    bidCount: 2,
    reserveMet: true,
  };
  const bids = [place(ann, 80_00n), place(bob, 90_00n), place(ann, 95_00n)];

  it('is the terms and how many bid', () => {
    const auction = replay(played(listedSealed(), ...bids));
    if (auction.status !== 'sealed') throw new Error('it is sealed');
    expect(standingOf(auction)).toEqual(standing);
    expect(phaseAt(auction, at('01-02T12:00:00'))).toBe('open');
  });
  it('is not whether the reserve is met', () => {
    for (const reservePrice of [50_00n, 500_00n]) {
      const auction = replay(played(listedSealed({ reservePrice }), ...bids));
      if (auction.status !== 'sealed') throw new Error('it is sealed');
      expect(standingOf(auction)).toEqual({ ...standing, reserveMet: false });
    }
  });
});

describe('a sealed first-price auction', () => {
  const close12 = close('12:00:00');
  it('is won by the highest bid, which is paid', () =>
    given(...played(listedSealed(), place(ann, 20_00n), place(bob, 30_00n), place(cid, 15_00n)))
      .when(close12)
      .then(...invoicedTo(bob, 2, 30_00n)));
  it('of equal amounts by the earlier one', () =>
    given(...played(listedSealed(), place(ann, 20_00n), place(bob, 20_00n)))
      .when(close12)
      .then(...invoicedTo(ann, 1, 20_00n)));
  it('not by who left that amount and came back to it', () =>
    given(...played(listedSealed(), place(ann, 20_00n), place(bob, 20_00n), place(ann, 25_00n), place(ann, 20_00n)))
      .when(close12)
      .then(...invoicedTo(bob, 2, 20_00n)));
  it('by the live bid, not by one that was replaced by a lower one', () =>
    given(...played(listedSealed(), place(ann, 90_00n), place(bob, 20_00n), place(ann, 15_00n)))
      .when(close12)
      .then(...invoicedTo(bob, 2, 20_00n)));
  it('passes without bids, and when all were taken back', () => {
    given(listedSealed()).when(close12).then(passed('NoBids'));
    given(...played(listedSealed(), place(ann, 20_00n), retract(ann, 1, '01-02T10:00:00')))
      .when(close12)
      .then(passed('NoBids'));
  });
  it('passes a cent below the reserve and sells at it', () => {
    const reserved = listedSealed({ reservePrice: 20_00n });
    given(...played(reserved, place(ann, 19_99n)))
      .when(close12)
      .then(passed('ReserveNotMet'));
    given(...played(reserved, place(ann, 20_00n)))
      .when(close12)
      .then(...invoicedTo(ann, 1, 20_00n));
  });
  it('shows winner and price after the sale, and nobody’s amount', () => {
    const auction = replay(played(listedSealed(), place(ann, 20_00n), place(bob, 30_00n), close12));
    if (auction.status !== 'sold') throw new Error('it was sold');
    expect(standingOf(auction)).toEqual({
      currentPrice: 30_00n,
      leaderId: bob,
      leadingBid: 2,
      bidCount: 2,
      minimumNextBid: 10_00n,
      reserveMet: true,
    });
    expect(auction).not.toHaveProperty('bids');
  });
  it('shows nothing of the bids after it has passed', () => {
    const auction = replay(played(listedSealed({ reservePrice: 99_00n }), place(ann, 20_00n), close12));
    if (auction.status !== 'passed') throw new Error('it has passed');
    expect(standingOf(auction)).toMatchObject({ currentPrice: 10_00n, leaderId: null, bidCount: 1, reserveMet: false });
  });
});

describe('a Vickrey auction', () => {
  const close12 = close('12:00:00');
  const vickrey = listedSealed({ format: 'vickrey' });
  it('is won by the highest bid, which pays the second-highest', () =>
    given(...played(vickrey, place(ann, 20_00n), place(bob, 30_00n), place(cid, 15_00n)))
      .when(close12)
      .then(...invoicedTo(bob, 2, 20_00n)));
  it('costs the own bid when another bid the same', () =>
    given(...played(vickrey, place(ann, 20_00n), place(bob, 20_00n)))
      .when(close12)
      .then(...invoicedTo(ann, 1, 20_00n)));
  it('costs the starting price with one bidder, whose replaced bids are no second ones', () =>
    given(...played(vickrey, place(ann, 20_00n), place(ann, 30_00n)))
      .when(close12)
      .then(...invoicedTo(ann, 2, 10_00n)));
  it('costs the reserve where the second-highest bid is below it, and that bid where it is above', () => {
    const reserved = listedSealed({ format: 'vickrey', reservePrice: 15_00n });
    given(...played(reserved, place(ann, 30_00n)))
      .when(close12)
      .then(...invoicedTo(ann, 1, 15_00n));
    given(...played(reserved, place(ann, 30_00n), place(bob, 14_99n)))
      .when(close12)
      .then(...invoicedTo(ann, 1, 15_00n));
    given(...played(reserved, place(ann, 30_00n), place(bob, 20_00n)))
      .when(close12)
      .then(...invoicedTo(ann, 1, 20_00n));
  });
  it('passes a cent below the reserve and sells at it', () => {
    const reserved = listedSealed({ format: 'vickrey', reservePrice: 20_00n });
    given(...played(reserved, place(ann, 19_99n), place(bob, 19_98n)))
      .when(close12)
      .then(passed('ReserveNotMet'));
    given(...played(reserved, place(ann, 20_00n)))
      .when(close12)
      .then(...invoicedTo(ann, 1, 20_00n));
  });
});

describe('taking a sealed bid back', () => {
  const bid = played(listedSealed(), place(ann, 20_00n));
  it('leaves the auction without it, and lets the bidder bid anew', () => {
    const after = [...bid, sealedRetracted(ann, 1, { bidCount: 0, time: '01-02T10:00:00' })];
    given(...bid)
      .when(retract(ann, 1, '01-02T10:00:00'))
      .then(sealedRetracted(ann, 1, { bidCount: 0, time: '01-02T10:00:00' }));
    given(...after)
      .when(place(ann, 20_00n, '01-02T11:00:00'))
      .then(sealed(ann, 20_00n, { bidNumber: 2, bidCount: 1, time: '01-02T11:00:00' }));
  });
  it('does not bring back the bid that it had replaced', () => {
    const history = played(listedSealed(), place(ann, 20_00n), place(ann, 30_00n), retract(ann, 2, '01-02T10:00:00'));
    given(...history)
      .when(close('12:00:00'))
      .then(passed('NoBids'));
  });
  it('is over twelve hours before the close, but for an hour after the bid', () => {
    given(...bid)
      .when(retract(ann, 1, '01-07T23:59:59.999'))
      .then(sealedRetracted(ann, 1, { bidCount: 0, time: '01-07T23:59:59.999' }));
    given(...bid)
      .when(retract(ann, 1, '01-08T00:00:00'))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('01-07T23:59:59.999') });
    const late = played(listedSealed(), place(ann, 20_00n, '10:00:00'));
    given(...late)
      .when(retract(ann, 1, '11:00:00'))
      .then(sealedRetracted(ann, 1, { bidCount: 0, time: '11:00:00' }));
    given(...late)
      .when(retract(ann, 1, '11:00:00.001'))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('11:00:00') });
  });
  it('is for the live bid alone: not one replaced, taken back, or another’s, nor one that was never placed', () => {
    const history = played(listedSealed(), place(ann, 20_00n), place(bob, 20_00n), place(ann, 30_00n));
    const time = '01-02T10:00:00';
    given(...history)
      .when(retract(ann, 1, time))
      .thenRejected({ reason: 'BidNotLive' });
    given(...history)
      .when(retract(ann, 2, time))
      .thenRejected({ reason: 'BidNotLive' });
    for (const never of [0, 4])
      given(...history)
        .when(retract(ann, never, time))
        .thenRejected({ reason: 'BidUnknown' });
    given(...history)
      .when(retract(ann, 3, time, person(bob)))
      .thenRejected({ reason: 'NotAllowed' });
    given(...history)
      .when(retract(ann, 3, time, operator))
      .thenRejected({ reason: 'NotAllowed' });
    given(...history)
      .when(retract(ann, 3, time))
      .then(sealedRetracted(ann, 3, { bidCount: 1, time }));
  });
});

describe('the course of a sealed auction', () => {
  it('can be cancelled before a bid and not after one, unless by withdrawal', () => {
    const cancelledAt = at('01-02T09:00:00');
    given(listedSealed())
      .when(cancel(person(sue, 'seller'), 'broken'))
      .then({ type: 'AuctionCancelled', reason: 'broken', cancelledBy: sue, cancelledAt });
    const bid = played(listedSealed(), place(ann, 20_00n));
    given(...bid)
      .when(cancel(person(sue, 'seller'), 'broken'))
      .thenRejected({ reason: 'AuctionHasBids' });
    const auction = replay([...bid, ...played(listedSealed(), withdraw(admin, 'stolen')).slice(1)]);
    expect(auction).toMatchObject({ status: 'withdrawn', currentPrice: 10_00n, leading: null, bidCount: 1 });
  });
  it('moves with an outage, and goes on by the moved close', () => {
    const recoveredAt = at('12:10:00');
    const deferred = played(
      listedSealed(),
      defer('12:10:00', { closesAt, recoveredAt, windowMs: 60_000 }),
      place(ann, 20_00n, '12:10:59.999'),
    );
    expect(deferred[1]).toMatchObject({ type: 'ClosingExtended', cause: 'Outage', extensions: 0 });
    given(...deferred)
      .when(place(bob, 20_00n, '12:11:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('12:11:00') });
  });
});

describe('a stream that cannot be', () => {
  const broken = (...events: readonly AuctionEvent[]) =>
    expect(() => events.reduce(evolve, replay([listedSealed()]))).toThrow('broken invariant');
  it('is not folded', () => {
    broken(placed(ann, 20_00n, { price: 10_00n, next: 10_50n }));
    broken(sealed(ann, 20_00n, { bidNumber: 2 }));
    broken(sealed(ann, 20_00n), sealed(ann, 30_00n, { bidNumber: 2 }));
    broken(sealed(ann, 20_00n), sealed(ann, 30_00n, { bidNumber: 2, replaces: 7 }));
    broken(sealed(ann, 20_00n), sealed(bob, 30_00n, { bidNumber: 2, replaces: 1 }));
    broken(sealed(ann, 20_00n), sealedRetracted(ann, 2, { bidCount: 0, time: '01-02T10:00:00' }));
    broken(sealed(ann, 20_00n), sealedRetracted(bob, 1, { bidCount: 0, time: '01-02T10:00:00' }));
    broken(soldTo(ann, 1, 10_00n));
    broken(sealed(ann, 20_00n), soldTo(bob, 1, 10_00n));
    broken(sealed(ann, 20_00n), soldTo(ann, 1, 30_00n));
    expect(listedSealed().opensAt).toBe(listedAt);
  });
});
