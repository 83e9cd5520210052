import { describe, it } from '@jest/globals';
import type { RetractionRefused, RetractionRequested } from '../../../src/domain/auction/auction.events.js';
import type { UserId } from '../../../src/domain/ids.js';
import {
  admin,
  ann,
  ask,
  at,
  bob,
  clock,
  close,
  extended,
  given,
  grant,
  house,
  listed,
  listedSealed,
  olga,
  operator,
  person,
  place,
  played,
  refuse,
  requestRetraction,
  retract,
  retracted,
  sealedRetracted,
  voidBid,
} from '../../support/auction-story.js';

const time = '01-03T09:00:00';
const bids = played(listed({ retraction: 'by-request' }), place(ann, 20_00n), place(bob, 30_00n));
const asked = played(bids[0] as never, place(ann, 20_00n), place(bob, 30_00n), requestRetraction(ann, 1, time));

const requested = (bidderId: UserId, bidNumber: number, when: string): RetractionRequested => ({
  type: 'RetractionRequested',
  bidNumber,
  bidderId,
  reason: 'TypingError',
  requestedAt: at(when),
});
const refused = (bidderId: UserId, bidNumber: number, when: string): RetractionRefused => ({
  type: 'RetractionRefused',
  bidNumber,
  bidderId,
  reason: 'it was meant',
  refusedBy: olga,
  refusedAt: at(when),
});
const annsGone = { price: 10_00n, next: 10_50n, count: 1, leader: bob, leadingBid: 2, grantedBy: olga };

describe('a request', () => {
  it('is taken from the bidder, and the bid stands', () =>
    given(...bids)
      .when(requestRetraction(ann, 1, time))
      .then(requested(ann, 1, time)));
  it('is taken also where eBay’s rule lets nothing go any more', () =>
    given(...played(listed(), place(ann, 20_00n)))
      .when(requestRetraction(ann, 1, '11:59:59.999'))
      .then(requested(ann, 1, '11:59:59.999')));
  it('comes too late with the close', () =>
    given(...played(listed(), place(ann, 20_00n)))
      .when(requestRetraction(ann, 1, '12:00:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('12:00:00') }));
  it('is not offered under the policy `never`', () =>
    given(...played(listed({ retraction: 'never' }), place(ann, 20_00n)))
      .when(requestRetraction(ann, 1, time))
      .thenRejected({ reason: 'RetractionNotOffered' }));
  it('is the bidder’s alone', () => {
    const forAnn = {
      type: 'RequestRetraction',
      auctionId: clock,
      bidderId: ann,
      bidNumber: 1,
      reason: 'TypingError',
    } as const;
    for (const actor of [person(bob, 'bidder'), operator, house])
      given(...bids)
        .when(ask(forAnn, actor, time))
        .thenRejected({ reason: 'NotAllowed' });
    given(...bids)
      .when(requestRetraction(bob, 1, time))
      .thenRejected({ reason: 'BidOfAnother' });
    given(...bids)
      .when(requestRetraction(bob, 9, time))
      .thenRejected({ reason: 'BidUnknown' });
  });
  it('is made once about a bid, whatever came of it', () => {
    for (const story of [asked, [...asked, refused(ann, 1, time)]])
      given(...story)
        .when(requestRetraction(ann, 1, time))
        .thenRejected({ reason: 'RetractionAlreadyRequested' });
  });
  it('is made three times by a bidder in an auction, and no fourth time', () => {
    const four = [20_00n, 30_00n, 40_00n, 50_00n].map((amount) => place(ann, amount));
    const twice = played(bids[0] as never, ...four, requestRetraction(ann, 1, time), requestRetraction(ann, 2, time));
    given(...twice)
      .when(requestRetraction(ann, 3, time))
      .then(requested(ann, 3, time));
    given(...twice, requested(ann, 3, time))
      .when(requestRetraction(ann, 4, time))
      .thenRejected({ reason: 'RetractionRequestedTooOften', requestsMax: 3 });
  });
  it('is taken for a live sealed bid', () =>
    given(...played(listedSealed({ retraction: 'by-request' }), place(ann, 20_00n)))
      .when(requestRetraction(ann, 1, time))
      .then(requested(ann, 1, time)));
});

describe('staff', () => {
  it('grant a request, and the bid is taken back', () =>
    given(...asked)
      .when(grant(1, time))
      .then(retracted(ann, 1, { ...annsGone, time })));
  it('grant one inside the window, and the close moves', () => {
    const leading = played(
      bids[0] as never,
      place(ann, 20_00n),
      place(bob, 30_00n),
      requestRetraction(bob, 2, '11:50:00'),
    );
    given(...leading)
      .when(grant(2, '11:59:59.999'))
      .then(
        retracted(bob, 2, {
          price: 10_00n,
          next: 10_50n,
          count: 1,
          leader: ann,
          leadingBid: 1,
          grantedBy: olga,
          time: '11:59:59.999',
        }),
        extended('12:00:00', '12:01:59.999', { bidNumber: 2, time: '11:59:59.999' }),
      );
    given(...leading)
      .when(grant(2, '12:00:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('12:00:00') });
  });
  it('grant one for a sealed bid', () =>
    given(...played(listedSealed({ retraction: 'by-request' }), place(ann, 20_00n), requestRetraction(ann, 1, time)))
      .when(grant(1, time))
      .then({ ...sealedRetracted(ann, 1, { bidCount: 0, time }), grantedBy: olga }));
  it('refuse one with a reason, and the bid stands', () => {
    given(...asked)
      .when(refuse(1, time))
      .then(refused(ann, 1, time));
    given(...asked)
      .when(refuse(1, time, operator, ''))
      .thenRejected({ reason: 'InvalidTerms', field: 'reason', problem: 'must have 1 to 500 characters' });
  });
  it('answer once', () => {
    const answered = [
      [...asked, refused(ann, 1, time)],
      [...bids, ...played(bids[0] as never).slice(1)],
    ];
    for (const story of answered)
      for (const answer of [grant(1, time), refuse(1, time)])
        given(...story)
          .when(answer)
          .thenRejected({ reason: 'RetractionNotRequested' });
  });
  it('cannot answer about a bid that counts no longer', () =>
    given(...played(bids[0] as never, place(ann, 20_00n), requestRetraction(ann, 1, time), voidBid(1, time)))
      .when(grant(1, time))
      .thenRejected({ reason: 'BidAlreadyRetracted' }));
  it('cannot answer once the auction has ended', () =>
    given(...asked, ...played(bids[0] as never).slice(1), ...ended())
      .when(grant(1, '12:00:01'))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' }));
  it('decide for others only', () => {
    for (const [actor, bidder] of [
      [person(ann, 'operator'), ann],
      [person(bob, 'bidder'), ann],
      [house, ann],
    ] as const) {
      const story = played(bids[0] as never, place(bidder, 20_00n), requestRetraction(bidder, 1, time));
      for (const answer of [grant(1, time, actor), refuse(1, time, actor)])
        given(...story)
          .when(answer)
          .thenRejected({ reason: 'NotAllowed' });
    }
    given(...asked)
      .when(grant(1, time, admin))
      .then(retracted(ann, 1, { ...annsGone, grantedBy: (admin as { userId: UserId }).userId, time }));
  });

  const ended = () => played(asked[0] as never, place(ann, 20_00n), place(bob, 30_00n), close('12:00:00')).slice(3);
});

it('a granted retraction is not the one that a bidder has without staff', () => {
  const ebay = listed();
  const story = played(ebay, place(ann, 20_00n), place(ann, 30_00n), requestRetraction(ann, 2, time), grant(2, time));
  given(...story)
    .when(retract(ann, 1, time))
    .then(retracted(ann, 1, { price: 10_00n, next: 10_00n, count: 0, leader: null, leadingBid: null, time }));
});
