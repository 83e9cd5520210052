import { describe, it } from '@jest/globals';
import {
  admin,
  ann,
  ask,
  at,
  bob,
  cid,
  clock,
  close,
  given,
  house,
  listed,
  operator,
  person,
  place,
  placed,
  played,
  retract,
  retracted,
} from '../../support/auction-story.js';

// The close is at noon on the 8th, so the last twelve hours begin at midnight.
const empty = { price: 10_00n, next: 10_00n, count: 0, leader: null, leadingBid: null };

describe('more than twelve hours before the close', () => {
  it('takes back a bid of days ago in the last millisecond', () =>
    given(...played(listed(), place(ann, 20_00n)))
      .when(retract(ann, 1, '01-07T23:59:59.999'))
      .then(retracted(ann, 1, { ...empty, time: '01-07T23:59:59.999' })));
  it('and not a millisecond later', () =>
    given(...played(listed(), place(ann, 20_00n)))
      .when(retract(ann, 1, '00:00:00'))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('01-07T23:59:59.999') }));
});

describe('in the last twelve hours', () => {
  const lateBid = played(listed(), place(ann, 20_00n, '09:00:00'));

  it('takes back a bid within the hour of its placing, the whole hour', () =>
    given(...lateBid)
      .when(retract(ann, 1, '10:00:00'))
      .then(retracted(ann, 1, { ...empty, time: '10:00:00' })));
  it('and not a millisecond later', () =>
    given(...lateBid)
      .when(retract(ann, 1, '10:00:00.001'))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('10:00:00') }));
  it('lets a bid of just before them have its hour', () => {
    const beforeMidnight = played(listed(), place(ann, 20_00n, '01-07T23:30:00'));
    given(...beforeMidnight)
      .when(retract(ann, 1, '00:30:00'))
      .then(retracted(ann, 1, { ...empty, time: '00:30:00' }));
    given(...beforeMidnight)
      .when(retract(ann, 1, '00:30:00.001'))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('00:30:00') });
  });
  it('leaves the older bids of the same bidder where they are', () => {
    const both = played(listed(), place(ann, 20_00n), place(ann, 30_00n, '09:00:00'));
    given(...both)
      .when(retract(ann, 2, '09:30:00'))
      .then(retracted(ann, 2, { price: 10_00n, next: 10_50n, count: 1, leader: ann, leadingBid: 1, time: '09:30:00' }));
    given(...both)
      .when(retract(ann, 1, '09:30:00'))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('01-07T23:59:59.999') });
  });
  it('ends with the close', () => {
    const justBefore = played(listed({ softClose: null }), place(ann, 20_00n, '11:30:00'));
    given(...justBefore)
      .when(retract(ann, 1, '11:59:59.999'))
      .then(retracted(ann, 1, { ...empty, time: '11:59:59.999' }));
    given(...justBefore)
      .when(retract(ann, 1, '12:00:00'))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('11:59:59.999') });
  });
  it('counts back from the close as it was moved', () => {
    const moved = played(listed(), place(ann, 20_00n, '11:30:00'), place(bob, 15_00n, '11:59:00'));
    given(...moved)
      .when(retract(ann, 1, '12:00:00'))
      .then(retracted(ann, 1, { price: 10_00n, next: 10_50n, count: 1, leader: bob, leadingBid: 2, time: '12:00:00' }));
  });
});

describe('who may take a bid back', () => {
  const bids = played(listed(), place(ann, 20_00n), place(bob, 30_00n));
  const annsGone = retracted(ann, 1, {
    price: 10_00n,
    next: 10_50n,
    count: 1,
    leader: bob,
    leadingBid: 2,
    time: '01-03T09:00:00',
  });

  it.each([
    ['its bidder', person(ann, 'bidder')],
    ['an operator', operator],
    ['an admin', admin],
  ])('%s', (_, actor) => {
    given(...bids)
      .when(retract(ann, 1, '01-03T09:00:00', actor))
      .then(annsGone);
  });
  it.each([
    ['somebody else', person(bob, 'bidder')],
    ['the house', house],
  ])('not %s', (_, actor) =>
    given(...bids)
      .when(retract(ann, 1, '01-03T09:00:00', actor))
      .thenRejected({ reason: 'NotAllowed' }),
  );
  it('not another bidder in their own name', () =>
    given(...bids)
      .when(retract(bob, 1, '01-03T09:00:00'))
      .thenRejected({ reason: 'BidOfAnother' }));
  it('keeps staff to the same time rule', () =>
    given(...bids)
      .when(retract(ann, 1, '00:00:00', operator))
      .thenRejected({ reason: 'RetractionTooLate', retractableUntil: at('01-07T23:59:59.999') }));
  it.each([0, 3, -1, 1.5, Number.NaN, Number.MAX_SAFE_INTEGER])(
    'nobody, where there is no bid number %s',
    (bidNumber) =>
      given(...bids)
        .when(retract(ann, bidNumber, '01-03T09:00:00'))
        .thenRejected({ reason: 'BidUnknown' }),
  );
  it('nobody twice', () =>
    given(...bids, annsGone)
      .when(retract(ann, 1, '01-03T09:00:00'))
      .thenRejected({ reason: 'BidAlreadyRetracted' }));
  it('tells whose a bid was even after it was taken back', () =>
    given(...bids, annsGone)
      .when(retract(bob, 1, '01-03T09:00:00'))
      .thenRejected({ reason: 'BidOfAnother' }));
  it('nobody once the auction has ended', () =>
    given(...played(listed(), place(ann, 20_00n), close('12:00:00')))
      .when(retract(ann, 1, '12:00:00'))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' }));
});

describe('what stands afterwards', () => {
  const time = '01-03T09:00:00';

  it('is the starting price and nobody in the lead when no bid remains', () =>
    given(...played(listed(), place(ann, 20_00n)))
      .when(retract(ann, 1, time))
      .then(retracted(ann, 1, { ...empty, time })));
  it('lets the price fall to what the others make it when the leader goes', () =>
    given(...played(listed(), place(ann, 20_00n), place(bob, 40_00n), place(cid, 60_00n)))
      .when(retract(cid, 3, time))
      .then(retracted(cid, 3, { price: 20_50n, next: 21_00n, count: 2, leader: bob, leadingBid: 2, time })));
  it('lets the price fall when the runner-up goes', () =>
    given(...played(listed(), place(ann, 60_00n), place(bob, 20_00n), place(cid, 40_00n)))
      .when(retract(cid, 3, time))
      .then(retracted(cid, 3, { price: 20_50n, next: 21_00n, count: 2, leader: ann, leadingBid: 1, time })));
  it('leaves the price where the bid made no difference', () =>
    given(...played(listed(), place(ann, 60_00n), place(bob, 20_00n), place(cid, 40_00n)))
      .when(retract(bob, 2, time))
      .then(retracted(bob, 2, { price: 41_00n, next: 42_00n, count: 2, leader: ann, leadingBid: 1, time })));
  it('falls back to the leader’s own lower bid', () =>
    given(...played(listed(), place(ann, 60_00n), place(bob, 20_00n), place(ann, 90_00n)))
      .when(retract(ann, 3, time))
      .then(retracted(ann, 3, { price: 20_50n, next: 21_00n, count: 2, leader: ann, leadingBid: 1, time })));
  it('takes the remaining bids in their own order, so that of equal maxima the earlier leads again', () =>
    given(...played(listed(), place(ann, 60_00n), place(bob, 60_00n), place(cid, 90_00n)))
      .when(retract(cid, 3, time))
      .then(retracted(cid, 3, { price: 60_00n, next: 61_00n, count: 2, leader: ann, leadingBid: 1, time })));
  it('takes the reserve back out of the price with the only bid that met it', () =>
    given(...played(listed({ reservePrice: 80_00n }), place(ann, 30_00n), place(bob, 100_00n)))
      .when(retract(bob, 2, time))
      .then(
        retracted(bob, 2, {
          price: 10_00n,
          next: 10_50n,
          count: 1,
          leader: ann,
          leadingBid: 1,
          reserveMet: false,
          time,
        }),
      ));
  it('is what later bids are judged by', () =>
    given(...played(listed(), place(ann, 60_00n), place(bob, 40_00n), retract(ann, 1, time)))
      .when(place(cid, 10_50n, time))
      .then(
        placed(cid, 10_50n, {
          number: 3,
          count: 2,
          price: 11_00n,
          next: 11_50n,
          type: 'manual',
          leader: bob,
          leadingBid: 2,
          time,
        }),
      ));
  it('keeps the runner-up for the leader’s next raise', () =>
    given(...played(listed(), place(ann, 60_00n), place(bob, 59_50n), place(cid, 61_00n), retract(cid, 3, time)))
      .when(place(ann, 90_00n, time))
      .then(placed(ann, 90_00n, { number: 4, count: 3, price: 60_50n, next: 61_50n, time })));
  it('moves no close', () =>
    given(...played(listed(), place(ann, 20_00n, '11:30:00')))
      .when(retract(ann, 1, '11:59:30'))
      .then(retracted(ann, 1, { ...empty, time: '11:59:30' })));
  it('names the reason that was given', () =>
    given(...played(listed(), place(ann, 20_00n)))
      .when(
        ask(
          { type: 'RetractBid', auctionId: clock, bidderId: ann, bidNumber: 1, reason: 'DescriptionChanged' },
          person(ann),
          time,
        ),
      )
      .then(retracted(ann, 1, { ...empty, reason: 'DescriptionChanged', time })));
});
