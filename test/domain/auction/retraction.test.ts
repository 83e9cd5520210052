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
  extended,
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
      .then(
        retracted(ann, 1, { price: 10_00n, next: 10_50n, count: 1, leader: bob, leadingBid: 2, time: '12:00:00' }),
        extended('12:01:00', '12:02:00', { extensions: 2, bidNumber: 1, time: '12:00:00' }),
      );
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

  it('its bidder', () => {
    given(...bids)
      .when(retract(ann, 1, '01-03T09:00:00'))
      .then(annsGone);
  });
  it.each([
    ['somebody else', person(bob, 'bidder')],
    ['the house', house],
    ['an operator, who can void it', operator],
    ['an admin, who can void it', admin],
  ])('not %s', (_, actor) =>
    given(...bids)
      .when(retract(ann, 1, '01-03T09:00:00', actor))
      .thenRejected({ reason: 'NotAllowed' }),
  );
  it('not another bidder in their own name', () =>
    given(...bids)
      .when(retract(bob, 1, '01-03T09:00:00'))
      .thenRejected({ reason: 'BidOfAnother' }));
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

describe('what it does to the close', () => {
  const leading = played(listed(), place(ann, 20_00n, '11:30:00'));
  it('leaves it alone exactly one window before it', () =>
    given(...leading)
      .when(retract(ann, 1, '11:58:00'))
      .then(retracted(ann, 1, { ...empty, time: '11:58:00' })));
  it('moves it a millisecond later, as a bid would', () =>
    given(...leading)
      .when(retract(ann, 1, '11:58:00.001'))
      .then(
        retracted(ann, 1, { ...empty, time: '11:58:00.001' }),
        extended('12:00:00', '12:00:00.001', { time: '11:58:00.001' }),
      ));
  it('moves it where the price alone falls', () =>
    given(...played(listed(), place(ann, 60_00n, '11:30:00'), place(bob, 40_00n, '11:30:00')))
      .when(retract(bob, 2, '11:59:30'))
      .then(
        retracted(bob, 2, { price: 10_00n, next: 10_50n, count: 1, leader: ann, leadingBid: 1, time: '11:59:30' }),
        extended('12:00:00', '12:01:30', { bidNumber: 2, time: '11:59:30' }),
      ));
  it('leaves it where neither price nor leader change', () =>
    given(
      ...played(
        listed(),
        place(ann, 60_00n, '11:30:00'),
        place(bob, 20_00n, '11:30:00'),
        place(cid, 40_00n, '11:30:00'),
      ),
    )
      .when(retract(bob, 2, '11:59:30'))
      .then(
        retracted(bob, 2, { price: 41_00n, next: 42_00n, count: 2, leader: ann, leadingBid: 1, time: '11:59:30' }),
      ));
  it('counts with the bids against the cap on extensions', () =>
    given(
      ...played(
        listed({ softClose: { windowMs: 120_000, extensionsMax: 1, extensionTotalMaxMs: null } }),
        place(ann, 20_00n, '11:30:00'),
        place(bob, 40_00n, '11:59:00'),
      ),
    )
      .when(retract(bob, 2, '11:59:30'))
      .then(
        retracted(bob, 2, { price: 10_00n, next: 10_50n, count: 1, leader: ann, leadingBid: 1, time: '11:59:30' }),
      ));
  it('is cut to the cap on their total', () =>
    given(
      ...played(
        listed({ softClose: { windowMs: 120_000, extensionsMax: null, extensionTotalMaxMs: 10_000 } }),
        place(ann, 20_00n, '11:30:00'),
      ),
    )
      .when(retract(ann, 1, '11:59:30'))
      .then(retracted(ann, 1, { ...empty, time: '11:59:30' }), extended('12:00:00', '12:00:10', { time: '11:59:30' })));
});

describe('the policy of the auction', () => {
  const time = '01-03T09:00:00';
  it('`by-request` sends the bidder to staff', () =>
    given(...played(listed({ retraction: 'by-request' }), place(ann, 20_00n)))
      .when(retract(ann, 1, time))
      .thenRejected({ reason: 'RetractionByRequest' }));
  it('`never` takes nothing back', () =>
    given(...played(listed({ retraction: 'never' }), place(ann, 20_00n)))
      .when(retract(ann, 1, time))
      .thenRejected({ reason: 'RetractionNotOffered' }));
  it('`ebay` takes one bid of each bidder back, and no second', () => {
    const both = played(listed(), place(ann, 20_00n), place(ann, 30_00n), place(bob, 40_00n), retract(ann, 2, time));
    given(...both)
      .when(retract(ann, 1, time))
      .thenRejected({ reason: 'RetractedBefore' });
    given(...both)
      .when(retract(bob, 3, time))
      .then(retracted(bob, 3, { price: 10_00n, next: 10_50n, count: 1, leader: ann, leadingBid: 1, time }));
  });
});
