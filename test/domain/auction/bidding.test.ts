import { describe, it } from '@jest/globals';
import type { NamedUser } from '../../../src/domain/actor.js';
import type { AuctionSold } from '../../../src/domain/auction/auction.events.js';
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
  cid,
  clock,
  closesAt,
  extended,
  given,
  house,
  invoiceFor,
  linesOf,
  listed,
  listedAt,
  operator,
  person,
  place,
  placed,
  played,
  retract,
  sue,
  terms,
} from '../../support/auction-story.js';

const noon = '01-02T12:00:00';
const first = (time: string) => placed(ann, 20_00n, { price: 10_00n, next: 10_50n, time });

describe('a bid', () => {
  it('is unknown ground where nothing was listed', () =>
    given().when(place(ann, 20_00n)).thenRejected({ reason: 'AuctionUnknown' }));
  it('is refused a millisecond before the opening', () =>
    given(listed({}, at('01-02T12:00:00')))
      .when(place(ann, 20_00n, '01-02T11:59:59.999'))
      .thenRejected({ reason: 'AuctionNotYetOpen', opensAt: at('01-02T12:00:00') }));
  it('is taken at the opening', () =>
    given(listed({}, at('01-02T12:00:00')))
      .when(place(ann, 20_00n, noon))
      .then(first(noon)));
  it('is taken a millisecond before the close', () =>
    given(listed({ softClose: null }))
      .when(place(ann, 20_00n, '11:59:59.999'))
      .then(placed(ann, 20_00n, { price: 10_00n, next: 10_50n, type: 'snipe', time: '11:59:59.999' })));
  it('is refused at the close', () =>
    given(listed({ softClose: null }))
      .when(place(ann, 20_00n, '12:00:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt }));
  it('is never the seller’s', () =>
    given(listed()).when(place(sue, 20_00n)).thenRejected({ reason: 'SellerCannotBid' }));
  it('is refused in another currency, which is named', () =>
    given(listed())
      .when(ask(bidOf(ann, 20_00n, { currency: 'EUR' }), person(ann), noon))
      .thenRejected({ reason: 'CurrencyMismatch', currency: 'USD' }));
  it('may be as high as any amount may be', () =>
    given(listed())
      .when(place(ann, AMOUNT_MAX))
      .then(placed(ann, AMOUNT_MAX, { price: 10_00n, next: 10_50n })));
  it('may not be a cent higher', () =>
    given(listed())
      .when(place(ann, AMOUNT_MAX + 1n))
      .thenRejected({ reason: 'AmountTooLarge', limit: AMOUNT_MAX }));
  it.each([0n, -20_00n])('of %s is below any minimum', (amount) =>
    given(listed()).when(place(ann, amount)).thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 10_00n }),
  );
});

describe('the bidder’s standing', () => {
  const withUser = (user: NamedUser) => ask(bidOf(ann, 20_00n), person(ann), noon, user);

  it('must be known', () =>
    given(listed())
      .when(withUser({ status: 'unknown' }))
      .thenRejected({ reason: 'BidderUnknown' }));
  it('must not be suspended', () =>
    given(listed())
      .when(withUser({ status: 'suspended', revision: 3 }))
      .thenRejected({ reason: 'BidderSuspended' }));
  it('goes into the event with the revision it was judged by', () =>
    given(listed())
      .when(withUser({ status: 'active', revision: 3 }))
      .then({ ...first(noon), userRevision: 3 }));
});

describe('who may enter a bid', () => {
  const entered = (channel: 'online' | 'absentee' | 'floor' | 'phone', actor: Parameters<typeof ask>[1]) =>
    ask(bidOf(ann, 20_00n, { channel }), actor, noon);

  it.each([
    ['somebody else', person(bob, 'bidder')],
    ['an operator', operator],
    ['an admin', admin],
    ['the house', house],
  ])('online: not %s', (_, actor) =>
    given(listed()).when(entered('online', actor)).thenRejected({ reason: 'NotAllowed' }),
  );
  it.each(['absentee', 'floor', 'phone'] as const)('%s: staff for the bidder, not the bidder', (channel) => {
    for (const actor of [operator, admin])
      given(listed())
        .when(entered(channel, actor))
        .then({ ...first(noon), bidType: channel });
    for (const actor of [person(ann, 'bidder', 'seller', 'analyst'), house])
      given(listed()).when(entered(channel, actor)).thenRejected({ reason: 'NotAllowed' });
  });
});

describe('the type of a bid', () => {
  const typed = (amount: bigint, time: string) => given(listed({ softClose: null })).when(place(ann, amount, time));
  const at10 = { price: 10_00n, next: 10_50n };

  it('is manual when the maximum is the price it made', () =>
    typed(10_00n, noon).then(placed(ann, 10_00n, { ...at10, type: 'manual', time: noon })));
  it('is proxy when the maximum is a cent above it', () =>
    typed(10_01n, noon).then(placed(ann, 10_01n, { ...at10, type: 'proxy', time: noon })));
  it('is no snipe with a whole minute left', () =>
    typed(20_00n, '11:59:00').then(placed(ann, 20_00n, { ...at10, type: 'proxy', time: '11:59:00' })));
  it('is a snipe in the last minute, be it manual or proxy otherwise', () => {
    typed(20_00n, '11:59:00.001').then(placed(ann, 20_00n, { ...at10, type: 'snipe', time: '11:59:00.001' }));
    typed(10_00n, '11:59:00.001').then(placed(ann, 10_00n, { ...at10, type: 'snipe', time: '11:59:00.001' }));
  });
  it('counts the minute to the close before the bid moved it', () =>
    given(listed())
      .when(place(ann, 20_00n, '11:59:30'))
      .then(
        placed(ann, 20_00n, { ...at10, type: 'snipe', time: '11:59:30' }),
        extended('12:00:00', '12:01:30', { time: '11:59:30' }),
      ));
  it('is the channel’s for a hall, in the last minute as well', () =>
    given(listed({ softClose: null }))
      .when(ask(bidOf(ann, 20_00n, { channel: 'phone' }), operator, '11:59:59'))
      .then(placed(ann, 20_00n, { ...at10, type: 'phone', time: '11:59:59' })));
});

describe('Buy It Now', () => {
  const offered = listed({ buyNowPrice: 200_00n });
  const reserved = listed({ buyNowPrice: 200_00n, reservePrice: 80_00n });
  const boughtBy = (buyer: typeof ann, number: number, time = at('01-02T09:00:00')) => {
    const bid = placed(buyer, 200_00n, { number, price: 200_00n, next: 202_50n, type: 'buy-now' });
    const money = {
      hammerPrice: 200_00n,
      buyersPremium: 40_00n,
      tax: 60_00n,
      amountDue: 300_00n,
      platformFee: 20_00n,
      sellerProceeds: 180_00n,
    };
    const sold: AuctionSold = {
      type: 'AuctionSold',
      via: 'BuyNow',
      buyerId: buyer,
      winningBid: number,
      currency: 'USD',
      ...money,
      lines: linesOf(money),
      taxPositions: NO_POSITIONS,
      closedAt: time,
    };
    return [{ ...bid, placedAt: time }, sold, invoiceFor(sold)] as const;
  };

  it('sells at once, at its price', () => {
    given(offered)
      .when(buy(ann))
      .then(...boughtBy(ann, 1));
  });
  it('ends the auction', () =>
    given(...played(offered, buy(ann)))
      .when(place(bob, 300_00n))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' }));
  it('is over with the first bid', () =>
    given(...played(offered, place(ann, 10_00n)))
      .when(buy(bob))
      .thenRejected({ reason: 'BuyNowOver' }));
  it('is offered again once every bid is taken back', () => {
    given(...played(offered, place(ann, 10_00n), retract(ann, 1, '01-02T09:00:00')))
      .when(buy(bob))
      .then({ ...boughtBy(bob, 2)[0], bidCount: 1 }, ...boughtBy(bob, 2).slice(1));
  });
  it('stays while bids have not met the reserve, for the leader too', () => {
    for (const buyer of [ann, bob])
      given(...played(reserved, place(ann, 79_99n)))
        .when(buy(buyer))
        .then(...boughtBy(buyer, 2));
  });
  it('is over when the reserve is met', () =>
    given(...played(reserved, place(ann, 80_00n)))
      .when(buy(bob))
      .thenRejected({ reason: 'BuyNowOver' }));
  it('is not offered where the terms name no price', () =>
    given(listed()).when(buy(ann)).thenRejected({ reason: 'BuyNowNotOffered' }));
  it('is kept from everybody from whom bids are', () => {
    given(offered).when(buy(sue)).thenRejected({ reason: 'SellerCannotBid' });
    given(offered).when(buy(ann, '12:00:00')).thenRejected({ reason: 'BidAfterClose', closesAt });
    given(listed({ buyNowPrice: 200_00n }, at('01-03T09:00:00')))
      .when(buy(ann))
      .thenRejected({ reason: 'AuctionNotYetOpen', opensAt: at('01-03T09:00:00') });
    const command = { type: 'BuyNow', auctionId: clock, bidderId: ann } as const;
    given(offered)
      .when(ask(command, operator, noon))
      .thenRejected({ reason: 'NotAllowed' });
    given(offered)
      .when(ask(command, person(ann), noon, { status: 'unknown' }))
      .thenRejected({ reason: 'BidderUnknown' });
    given(offered)
      .when(ask(command, person(ann), noon, { status: 'suspended', revision: 1 }))
      .thenRejected({ reason: 'BidderSuspended' });
  });
  it('does not make a bid of its price anything but a bid', () =>
    given(offered)
      .when(place(ann, 250_00n))
      .then(placed(ann, 250_00n, { price: 10_00n, next: 10_50n })));
  it('does not move the close in the last minute', () => {
    given(offered)
      .when(buy(ann, '11:59:30'))
      .then(...boughtBy(ann, 1, at('11:59:30')));
  });
});

it('numbers bids on after a retraction, and counts those that remain', () =>
  given(...played(listed(), place(ann, 20_00n), place(bob, 30_00n), retract(bob, 2, '01-02T09:00:00')))
    .when(place(cid, 15_00n))
    .then(
      placed(cid, 15_00n, {
        number: 3,
        count: 2,
        price: 15_50n,
        next: 16_00n,
        type: 'manual',
        leader: ann,
        leadingBid: 1,
      }),
    ));

it('judges by the terms of the listing, not by today’s defaults', () =>
  given(listed({ increments: [{ below: null, step: 1n }], startingPrice: 5n, currency: terms.currency }, listedAt))
    .when(place(ann, 5n))
    .then(placed(ann, 5n, { price: 5n, next: 6n, type: 'manual' })));
