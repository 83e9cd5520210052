import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import type { AuctionEvent } from '../../../src/domain/auction/auction.events.js';
import { replay } from '../../../src/domain/auction/auction.js';
import { underBidsOf } from '../../../src/domain/auction/under-bids.js';
import type { UserId } from '../../../src/domain/ids.js';
import {
  type Ask,
  ada,
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
  listedSealed,
  olga,
  operator,
  person,
  place,
  placed,
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

const proposed = (bidNumber: number, bidderId: UserId, by: UserId = olga): AuctionEvent => ({
  type: 'VoidingProposed',
  bidNumber,
  bidderId,
  reason: 'a shill',
  proposedBy: by,
  proposedAt: at(time),
});
const propose = (bidNumber: number, actor: Actor = operator, reason = 'a shill', when = time): Ask =>
  ask({ type: 'ProposeVoiding', auctionId: clock, bidNumber, reason }, actor, when);
const confirm = (bidNumber: number, actor: Actor = admin, when = time): Ask => voidBid(bidNumber, when, actor, null);

describe('two of the staff', () => {
  it('void a bid: one proposes it, and the bid counts on; another confirms', () => {
    given(...bids)
      .when(propose(3))
      .then(proposed(3, cid));
    given(...bids, proposed(3, cid))
      .when(place(ann, 95_00n))
      .then(placed(ann, 95_00n, { number: 4, price: 91_00n, next: 92_00n }));
    given(...bids, proposed(3, cid))
      .when(confirm(3))
      .then(voided(cid, 3, { ...withoutCid, time }, ada));
    given(...bids, proposed(3, cid, ada))
      .when(confirm(3, operator))
      .then(voided(cid, 3, { ...withoutCid, time }, olga));
  });
  it('are two: nobody confirms a proposal of their own, whatever their roles', () => {
    given(...bids, proposed(3, cid))
      .when(confirm(3, operator))
      .thenRejected({ reason: 'VoidingNeedsAnother' });
    given(...bids, proposed(3, cid))
      .when(confirm(3, person(olga, 'operator', 'admin')))
      .thenRejected({ reason: 'VoidingNeedsAnother' });
  });
  it('speak about one bid', () => {
    given(...bids, proposed(1, ann))
      .when(confirm(3))
      .thenRejected({ reason: 'VoidingNotProposed' });
    given(...bids)
      .when(confirm(3))
      .thenRejected({ reason: 'VoidingNotProposed' });
  });
  it('propose it once', () => {
    for (const actor of [operator, admin])
      given(...bids, proposed(3, cid))
        .when(propose(3, actor))
        .thenRejected({ reason: 'VoidingAlreadyProposed' });
  });
  it('come before the close, both of them', () => {
    const late = { reason: 'BidAfterClose', closesAt: at('12:00:00') } as const;
    given(...bids)
      .when(propose(3, operator, 'a shill', '11:59:59.999'))
      .then({
        ...proposed(3, cid),
        proposedAt: at('11:59:59.999'),
      } as AuctionEvent);
    given(...bids)
      .when(propose(3, operator, 'a shill', '12:00:00'))
      .thenRejected(late);
    given(...bids, proposed(3, cid))
      .when(confirm(3, admin, '12:00:00'))
      .thenRejected(late);
  });
  it.each([
    ['its bidder', person(cid, 'bidder')],
    ['another bidder', person(ann, 'bidder')],
    ['staff, if the bid is their own', person(cid, 'operator', 'admin')],
  ])('are not %s', (_, actor) => {
    given(...bids)
      .when(propose(3, actor))
      .thenRejected({ reason: 'NotAllowed' });
    given(...bids, proposed(3, cid))
      .when(confirm(3, actor))
      .thenRejected({ reason: 'NotAllowed' });
  });
  it.each([
    ['', 'must have 1 to 500 characters'],
    ['x'.repeat(501), 'must have 1 to 500 characters'],
  ])('give a reason', (reason, problem) => {
    const refused = { reason: 'InvalidTerms', field: 'reason', problem } as const;
    given(...bids)
      .when(propose(3, operator, reason))
      .thenRejected(refused);
    given(...bids)
      .when(voidBid(3, time, house, reason))
      .thenRejected(refused);
  });
  it('are not needed by the house, which proposes nothing either', () => {
    given(...bids)
      .when(voidBid(3, time, house))
      .then(voided(cid, 3, { ...withoutCid, time }));
    given(...bids)
      .when(propose(3, house))
      .thenRejected({ reason: 'NotAllowed' });
    given(...bids)
      .when(voidBid(3, time, house, null))
      .thenRejected({ reason: 'InvalidTerms', field: 'reason', problem: 'must have 1 to 500 characters' });
  });
  it('void a sealed bid, too', () =>
    given(...played(listedSealed(), place(bob, 90_00n)), proposed(1, bob))
      .when(confirm(1))
      .then({
        type: 'SealedBidVoided',
        bidNumber: 1,
        bidderId: bob,
        reason: 'a shill',
        voidedBy: ada,
        voidedAt: at(time),
        bidCount: 0,
      }));
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
        voidedBy: null,
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
