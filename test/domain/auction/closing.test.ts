import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import type { AuctionSold } from '../../../src/domain/auction/auction.events.js';
import { replay } from '../../../src/domain/auction/auction.js';
import { NO_POSITIONS } from '../../../src/domain/fees/tax-position.js';
import {
  ada,
  admin,
  ann,
  at,
  bob,
  buy,
  cancel,
  close,
  closesAt,
  defer,
  given,
  house,
  invoiceFor,
  linesOf,
  listed,
  olga,
  operator,
  person,
  place,
  played,
  retract,
  sue,
  withdraw,
} from '../../support/auction-story.js';

const money = {
  hammerPrice: 10_00n,
  buyersPremium: 2_00n,
  tax: 3_00n,
  amountDue: 15_00n,
  platformFee: 1_00n,
  sellerProceeds: 9_00n,
};
const soldToAnn: AuctionSold = {
  type: 'AuctionSold',
  via: 'Hammer',
  buyerId: ann,
  winningBid: 1,
  currency: 'USD',
  ...money,
  lines: linesOf(money),
  taxPositions: NO_POSITIONS,
  closedAt: at('12:00:00'),
};

/** That sale with the invoice that goes with it. */
const soldAs = (changed: Partial<AuctionSold> = {}) => {
  const sold = { ...soldToAnn, ...changed };
  const withLines = { ...sold, lines: linesOf(sold) };
  return [withLines, invoiceFor(withLines)] as const;
};

describe('the close', () => {
  const bid = played(listed(), place(ann, 20_00n));

  it('is not due a millisecond early', () =>
    given(...bid)
      .when(close('11:59:59.999'))
      .thenRejected({ reason: 'NotDue', closesAt }));
  it('sells to the leader at the current price, at the very instant', () => {
    given(...bid)
      .when(close('12:00:00'))
      .then(...soldAs());
    const after = replay([...bid, soldToAnn]);
    expect(after).toMatchObject({ status: 'sold', sale: soldToAnn, currentPrice: 10_00n, bidCount: 1 });
    expect(after).not.toHaveProperty('history');
  });
  it('says when it was judged, which may be later', () =>
    given(...bid)
      .when(close('12:00:07.250'))
      .then(...soldAs({ closedAt: at('12:00:07.250') })));
  it('is not due for a close that has moved since', () => {
    const moved = played(listed(), place(ann, 20_00n, '11:59:00'));
    given(...moved)
      .when(close('12:01:00', at('12:00:00')))
      .thenRejected({ reason: 'NotDue', closesAt: at('12:01:00') });
    given(...moved)
      .when(close('12:01:00', at('12:01:00')))
      .then(...soldAs({ closedAt: at('12:01:00') }));
  });
  it('passes without bids', () =>
    given(listed())
      .when(close('12:00:00'))
      .then({ type: 'AuctionPassed', reason: 'NoBids', closedAt: at('12:00:00') }));
  it('passes when all bids were taken back', () =>
    given(...played(listed(), place(ann, 20_00n), retract(ann, 1, '01-02T09:30:00')))
      .when(close('12:00:00'))
      .then({ type: 'AuctionPassed', reason: 'NoBids', closedAt: at('12:00:00') }));
  it('passes a cent below the reserve', () =>
    given(...played(listed({ reservePrice: 20_01n }), place(ann, 20_00n)))
      .when(close('12:00:00'))
      .then({ type: 'AuctionPassed', reason: 'ReserveNotMet', closedAt: at('12:00:00') }));
  it('sells at the reserve', () =>
    given(...played(listed({ reservePrice: 20_00n }), place(ann, 20_00n)))
      .when(close('12:00:00'))
      .then(
        ...soldAs({
          hammerPrice: 20_00n,
          buyersPremium: 4_00n,
          tax: 6_00n,
          amountDue: 30_00n,
          platformFee: 2_00n,
          sellerProceeds: 18_00n,
        }),
      ));
  it('comes once', () =>
    given(...played(listed(), place(ann, 20_00n), close('12:00:00')))
      .when(close('12:00:00'))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' }));
  it.each([
    ['an admin', admin],
    ['the seller', person(sue, 'seller')],
    ['an operator', operator],
  ])('is the house’s: not %s', (_, actor) =>
    given(...bid)
      .when(close('12:00:00', closesAt, actor))
      .thenRejected({ reason: 'NotAllowed' }),
  );
});

describe('after an outage', () => {
  const outage = { closesAt, recoveredAt: at('13:00:00'), windowMs: 600_000 };
  const deferred = {
    type: 'ClosingExtended',
    cause: 'Outage',
    previousClosesAt: closesAt,
    closesAt: at('13:10:00'),
    extensions: 0,
    bidNumber: null,
    extendedAt: at('13:00:01'),
  } as const;

  it('the close moves to the recovery and a window', () => {
    given(listed()).when(defer('13:00:01', outage)).then(deferred);
  });
  it('bids and the close go by the moved close', () => {
    const moved = played(listed({ softClose: null }), place(ann, 20_00n), defer('13:00:01', outage));
    given(...moved)
      .when(close('13:00:02'))
      .thenRejected({ reason: 'NotDue', closesAt: at('13:10:00') });
    given(...moved)
      .when(place(bob, 20_00n, '13:10:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('13:10:00') });
    given(
      ...played(
        listed({ softClose: null }),
        place(ann, 20_00n),
        defer('13:00:01', outage),
        place(bob, 15_00n, '13:09:59.999'),
      ),
    )
      .when(close('13:10:00', at('13:10:00')))
      .then(
        ...soldAs({
          hammerPrice: 15_50n,
          buyersPremium: 3_10n,
          tax: 4_65n,
          amountDue: 23_25n,
          platformFee: 1_55n,
          sellerProceeds: 13_95n,
          closedAt: at('13:10:00'),
        }),
      );
  });
  it('soft-close extensions stay as many as they were', () =>
    given(...played(listed(), place(ann, 20_00n, '11:59:00')))
      .when(defer('13:00:01', { ...outage, closesAt: at('12:01:00') }))
      .then({ ...deferred, previousClosesAt: at('12:01:00'), extensions: 1 }));
  it.each([
    ['the auction was up at its close', { ...outage, recoveredAt: at('12:00:00') }, '12:00:00'],
    ['the close is still to come', { ...outage, recoveredAt: at('12:00:01') }, '11:59:59.999'],
    ['the close named is not the close', { ...outage, closesAt: at('11:59:59') }, '13:00:01'],
  ])('nothing is due when %s', (_, about, time) =>
    given(listed()).when(defer(time, about)).thenRejected({ reason: 'NotDue', closesAt }),
  );
  it('a recovery one millisecond after the close will do', () =>
    given(listed())
      .when(defer('12:00:01', { ...outage, recoveredAt: at('12:00:00.001'), windowMs: 1 }))
      .then({ ...deferred, closesAt: at('12:00:00.002'), extendedAt: at('12:00:01') }));
  it.each([0, -1, 1.5, Number.NaN, 86_400_001])('a window of %s ms is refused', (windowMs) =>
    given(listed())
      .when(defer('13:00:01', { ...outage, windowMs }))
      .thenRejected({ reason: 'InvalidTerms', field: 'windowMs', problem: 'must be 1 ms to 24 h' }),
  );
  it('a window of 24 hours is taken', () =>
    given(listed())
      .when(defer('13:00:01', { ...outage, windowMs: 86_400_000 }))
      .then({ ...deferred, closesAt: at('01-09T13:00:00') }));
  it.each([admin, operator])('nobody but the house defers', (actor) =>
    given(listed())
      .when(defer('13:00:01', outage, actor))
      .thenRejected({ reason: 'NotAllowed' }),
  );
});

describe('cancelling', () => {
  const cancelled = (by: typeof sue) =>
    ({ type: 'AuctionCancelled', reason: 'broken', cancelledBy: by, cancelledAt: at('01-02T09:00:00') }) as const;

  it.each<[string, Actor, typeof sue]>([
    ['the seller', person(sue, 'seller'), sue],
    ['an operator', operator, olga],
    ['an admin', admin, ada],
  ])('is open to %s before the first bid', (_, actor, by) => {
    given(listed()).when(cancel(actor, 'broken')).then(cancelled(by));
  });
  it.each<[string, Actor]>([
    ['somebody else', person(ann, 'bidder', 'seller')],
    ['the house', house],
  ])('is not open to %s', (_, actor) =>
    given(listed()).when(cancel(actor, 'broken')).thenRejected({ reason: 'NotAllowed' }),
  );
  it('is over with the first bid', () =>
    given(...played(listed(), place(ann, 10_00n)))
      .when(cancel(person(sue, 'seller'), 'broken'))
      .thenRejected({ reason: 'AuctionHasBids' }));
  it('is possible again once every bid is taken back', () =>
    given(...played(listed(), place(ann, 10_00n), retract(ann, 1, '01-02T09:00:00')))
      .when(cancel(operator, 'broken'))
      .then(cancelled(olga)));
  it('is possible before the opening', () =>
    given(listed({}, at('01-05T12:00:00')))
      .when(cancel(operator, 'broken'))
      .then(cancelled(olga)));
  it('comes once', () =>
    given(...played(listed(), cancel(operator, 'broken')))
      .when(cancel(operator, 'broken'))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'cancelled' }));
  it('of nothing is unknown', () =>
    given().when(cancel(operator, 'broken')).thenRejected({ reason: 'AuctionUnknown' }));
});

describe('withdrawing', () => {
  it.each([0, 1])('is an admin’s, with %s bids', (bids) =>
    given(...played(listed(), ...[place(ann, 10_00n)].slice(0, bids)))
      .when(withdraw(admin, 'stolen'))
      .then({ type: 'AuctionWithdrawn', reason: 'stolen', withdrawnBy: ada, withdrawnAt: at('01-02T09:00:00') }),
  );
  it('is possible until the close is on record', () => {
    given(...played(listed(), place(ann, 10_00n)))
      .when(withdraw(admin, 'stolen', '12:30:00'))
      .then({ type: 'AuctionWithdrawn', reason: 'stolen', withdrawnBy: ada, withdrawnAt: at('12:30:00') });
    given(...played(listed(), place(ann, 10_00n), close('12:00:00')))
      .when(withdraw(admin, 'stolen', '12:30:00'))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' });
  });
  it.each<[string, Actor]>([
    ['an operator', operator],
    ['the seller', person(sue, 'seller')],
    ['the house', house],
  ])('is not open to %s', (_, actor) =>
    given(listed()).when(withdraw(actor, 'stolen')).thenRejected({ reason: 'NotAllowed' }),
  );
  it('lets nobody bid afterwards', () =>
    given(...played(listed(), withdraw(admin, 'stolen')))
      .when(place(ann, 10_00n))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'withdrawn' }));
});

describe('the reason given', () => {
  const problem = 'must have 1 to 500 characters';
  it.each([cancel, withdraw])('has 1 to 500 characters', (pull) => {
    given(listed()).when(pull(admin, '')).thenRejected({ reason: 'InvalidTerms', field: 'reason', problem });
    given(listed())
      .when(pull(admin, 'x'.repeat(501)))
      .thenRejected({ reason: 'InvalidTerms', field: 'reason', problem });
    expect(played(listed(), pull(admin, 'x')).at(-1)).toMatchObject({ reason: 'x' });
    expect(played(listed(), pull(admin, 'x'.repeat(500))).at(-1)).toMatchObject({ reason: 'x'.repeat(500) });
  });
  it('is judged after the right to give one', () =>
    given(listed()).when(withdraw(operator, '')).thenRejected({ reason: 'NotAllowed' }));
});

it('takes no bid and no second end after a sale by Buy It Now', () => {
  const bought = played(listed({ buyNowPrice: 50_00n }), buy(ann));
  given(...bought)
    .when(close('12:00:00'))
    .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' });
  given(...bought)
    .when(withdraw(admin, 'stolen'))
    .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' });
});
