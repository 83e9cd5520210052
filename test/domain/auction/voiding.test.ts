import { describe, expect, it } from '@jest/globals';
import { replay } from '../../../src/domain/auction/auction.js';
import { underBidsOf } from '../../../src/domain/auction/under-bids.js';
import {
  admin,
  ann,
  at,
  bob,
  cid,
  close,
  extended,
  given,
  house,
  listed,
  listedSealed,
  olga,
  operator,
  person,
  place,
  played,
  requestRetraction,
  retract,
  voidBid,
  voided,
} from '../../support/auction-story.js';

const time = '01-03T09:00:00';
const bids = played(listed(), place(ann, 60_00n), place(bob, 40_00n), place(cid, 90_00n));
const withoutCid = { price: 41_00n, next: 42_00n, count: 2, leader: ann, leadingBid: 1 };

describe('voiding a bid', () => {
  it('works the price out anew from the bids that are left', () =>
    given(...bids)
      .when(voidBid(3, time))
      .then(voided(cid, 3, { ...withoutCid, time })));
  it('leaves nobody in the lead when none is left', () =>
    given(...played(listed(), place(ann, 60_00n)))
      .when(voidBid(1, time))
      .then(voided(ann, 1, { price: 10_00n, next: 10_00n, count: 0, leader: null, leadingBid: null, time })));
  it.each(['by-request', 'ebay', 'never'] as const)('is possible under the policy %s', (retraction) =>
    given(...played(listed({ retraction }), place(ann, 60_00n), place(bob, 40_00n), place(cid, 90_00n)))
      .when(voidBid(3, time))
      .then(voided(cid, 3, { ...withoutCid, time })),
  );
  it('moves the close as a bid does, and not at exactly one window before it', () => {
    given(...bids)
      .when(voidBid(3, '11:58:00.001'))
      .then(
        voided(cid, 3, { ...withoutCid, time: '11:58:00.001' }),
        extended('12:00:00', '12:00:00.001', { bidNumber: 3, time: '11:58:00.001' }),
      );
    given(...bids)
      .when(voidBid(3, '11:58:00'))
      .then(voided(cid, 3, { ...withoutCid, time: '11:58:00' }));
  });
  it('leaves the close where neither price nor leader change', () =>
    given(...played(listed(), place(ann, 60_00n), place(bob, 20_00n), place(bob, 40_00n)))
      .when(voidBid(2, '11:59:30'))
      .then(voided(bob, 2, { price: 41_00n, next: 42_00n, count: 2, leader: ann, leadingBid: 1, time: '11:59:30' })));
  it('is possible until the close, and not at it', () => {
    const quiet = played(listed({ softClose: null }), place(ann, 60_00n), place(bob, 40_00n), place(cid, 90_00n));
    given(...quiet)
      .when(voidBid(3, '11:59:59.999'))
      .then(voided(cid, 3, { ...withoutCid, time: '11:59:59.999' }));
    given(...quiet)
      .when(voidBid(3, '12:00:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('12:00:00') });
    given(...quiet, ...played(listed({ softClose: null }), place(ann, 60_00n), close('12:00:00')).slice(2, 2))
      .when(voidBid(9, time))
      .thenRejected({ reason: 'BidUnknown' });
  });
  it('makes a bid that counts no longer for anything', () => {
    const story = [...bids, voided(cid, 3, { ...withoutCid, time })];
    for (const again of [voidBid(3, time), retract(cid, 3, time), requestRetraction(cid, 3, time)])
      given(...story)
        .when(again)
        .thenRejected({ reason: 'BidAlreadyRetracted' });
    const auction = replay(story);
    if (auction.status !== 'open') throw new Error('it is open');
    expect(underBidsOf(auction, ann).map(({ bidderId }) => bidderId)).toEqual([bob]);
  });
});

describe('who may void a bid', () => {
  it.each([
    ['an operator', operator, olga],
    ['an admin', admin, (admin as { userId: typeof olga }).userId],
    ['the house', house, null],
  ])('%s', (_, actor, by) =>
    given(...bids)
      .when(voidBid(3, time, actor))
      .then(voided(cid, 3, { ...withoutCid, time }, by)),
  );
  it.each([
    ['its bidder', person(cid, 'bidder')],
    ['another bidder', person(ann, 'bidder')],
    ['staff, if the bid is their own', person(cid, 'operator', 'admin')],
  ])('not %s', (_, actor) =>
    given(...bids)
      .when(voidBid(3, time, actor))
      .thenRejected({ reason: 'NotAllowed' }),
  );
  it.each([
    ['', 'must have 1 to 500 characters'],
    ['x'.repeat(501), 'must have 1 to 500 characters'],
  ])('nobody without a reason', (reason, problem) =>
    given(...bids)
      .when(voidBid(3, time, operator, reason))
      .thenRejected({ reason: 'InvalidTerms', field: 'reason', problem }),
  );
});

describe('a sealed bid', () => {
  const sealedBids = played(listedSealed(), place(ann, 60_00n), place(ann, 70_00n), place(bob, 90_00n));
  it('is voided while it is live', () =>
    given(...sealedBids)
      .when(voidBid(3, time))
      .then({
        type: 'SealedBidVoided',
        bidNumber: 3,
        bidderId: bob,
        reason: 'a shill',
        voidedBy: olga,
        voidedAt: at(time),
        bidCount: 1,
      }));
  it('is not voided where it was replaced, or never placed', () => {
    given(...sealedBids)
      .when(voidBid(1, time))
      .thenRejected({ reason: 'BidNotLive' });
    given(...sealedBids)
      .when(voidBid(4, time))
      .thenRejected({ reason: 'BidUnknown' });
  });
  it('makes room for the next', () =>
    expect(played(listedSealed(), place(bob, 90_00n), voidBid(1, time), close('12:00:00')).at(-1)).toMatchObject({
      type: 'AuctionPassed',
      reason: 'NoBids',
    }));
});
