// Judges bids on a hall lot. Until the clerk opens the lot, a bid is a commission: a secret maximum that the house bids up to. From
// then on each bid is called at its own price, and the highest commission answers it (docs/adr/0105).
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { greater, lesser, type Minor } from '../money.js';
import type { PlaceBid, TakeBid } from './auction.commands.js';
import type { AuctionEvent, BidPlaced, BidType } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { HallAuction } from './auction.state.js';
import { BIDDER_POLICIES, byWhomeverMayEnterIt, firstObjection, type Policy } from './bidding.js';
import { leadingCall, standingWithCalls, withCall } from './hall-auction.js';
import { incrementAt } from './increments.js';
import { liveBidOf, rankedBids } from './sealed-bids.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;
type HallPolicy = Policy<PlaceBid, HallAuction>;

const beforeTheLotLapses: HallPolicy = (_, { closesAt }, { at }) =>
  at < closesAt ? null : { reason: 'BidAfterClose', closesAt };

const atLeastTheStartingPrice: HallPolicy = ({ amount }, { listing: { terms } }) =>
  amount >= terms.startingPrice ? null : { reason: 'BidBelowMinimum', minimumNextBid: terms.startingPrice };

const notTheSameAgain: HallPolicy = ({ amount, bidderId }, { commissions }) =>
  liveBidOf(commissions, bidderId)?.maximum === amount ? { reason: 'BidUnchanged' } : null;

/** Nobody raises the own price. */
const notByTheLeader: HallPolicy = ({ bidderId }, auction) =>
  leadingCall(auction)?.bidderId === bidderId ? { reason: 'BidderLeads' } : null;

const atLeastTheAskingPrice: HallPolicy = ({ amount }, { askingPrice }) =>
  amount >= askingPrice ? null : { reason: 'BidBelowMinimum', minimumNextBid: askingPrice };

const GENERAL: readonly HallPolicy[] = [byWhomeverMayEnterIt, beforeTheLotLapses, ...BIDDER_POLICIES];
const COMMISSION_POLICIES = [...GENERAL, atLeastTheStartingPrice, notTheSameAgain];
const CALL_POLICIES = [...GENERAL, notByTheLeader, atLeastTheAskingPrice];

/** Judges a bid by paddle, which staff enter for who has it. Of no other auction has anybody a paddle number to name. */
export function takeBid({ paddle: _, ...command }: TakeBid, auction: HallAuction, facts: Facts): Judged {
  if (facts.holder === undefined) return reject({ reason: 'PaddleUnknown' });
  return placeHallBid({ ...command, type: 'PlaceBid', bidderId: facts.holder }, auction, facts);
}

/** Judges a bid on a hall lot, in minor units of its currency: a commission before the lot is opened, a call after that. */
export function placeHallBid(command: PlaceBid, auction: HallAuction, facts: Facts): Judged {
  const { channel } = command;
  if (auction.isCalled)
    return channel === 'absentee' ? reject({ reason: 'LotAlreadyOpened' }) : callBid(command, auction, facts);
  if (channel === 'floor' || channel === 'phone') return reject({ reason: 'LotNotOpened' });
  return leaveCommission(command, auction, facts);
}

function leaveCommission(command: PlaceBid, auction: HallAuction, facts: Facts): Judged {
  const objection = firstObjection(COMMISSION_POLICIES, command, auction, facts);
  if (objection !== null) return reject(objection);
  const { bidderId, amount } = command;
  const replaces = liveBidOf(auction.commissions, bidderId)?.bidNumber ?? null;
  return accept<AuctionEvent>({
    type: 'SealedBidPlaced',
    bidNumber: auction.bidsPlaced + 1,
    bidderId,
    bidType: 'absentee',
    amount,
    currency: auction.listing.terms.currency,
    placedAt: facts.at,
    userRevision: revisionOf(facts),
    replaces,
    bidCount: auction.bidCount + (replaces === null ? 1 : 0),
  });
}

function callBid(command: PlaceBid, auction: HallAuction, facts: Facts): Judged {
  const objection = firstObjection(CALL_POLICIES, command, auction, facts);
  if (objection !== null) return reject(objection);
  const { bidderId, amount, channel } = command;
  const bidType: BidType = channel === 'online' ? 'manual' : channel;
  const bid = { bidderId, amount, bidType, userRevision: revisionOf(facts) };
  const called = bidCalled(auction, bid, facts);
  return accept<AuctionEvent>(called, ...commissionCall(withCall(auction, called), facts));
}

/**
 * The call of the highest commission at or above the asking price, if it does not lead already: at the asking price; above another
 * commission as proxy bidding has it, one increment above that or at its own maximum; and at the reserve, if it reaches that.
 * Afterwards no commission but its own is left at or above the asking price, so one call is enough.
 */
export function commissionCall(auction: HallAuction, facts: Facts): readonly BidPlaced[] {
  const { askingPrice, commissions } = auction;
  const [top, second] = rankedBids(commissions).filter(({ maximum }) => maximum >= askingPrice);
  if (top === undefined) return [];
  const { increments, reservePrice } = auction.listing.terms;
  if (second === undefined && leadingCall(auction)?.bidderId === top.bidderId) return [];
  const beating = second === undefined ? askingPrice : second.maximum + incrementAt(increments, second.maximum);
  const contested = greater(askingPrice, lesser(top.maximum, beating));
  const isReserveReached = reservePrice !== null && top.maximum >= reservePrice;
  const amount = isReserveReached ? greater(contested, reservePrice) : contested;
  const userRevision = auction.commissionRevisions[top.bidderId];
  if (userRevision === undefined) throw new Error(`broken invariant: commission ${top.bidNumber} has no revision`);
  return [bidCalled(auction, { bidderId: top.bidderId, amount, bidType: 'proxy', userRevision }, facts)];
}

type Called = Readonly<{ bidderId: UserId; amount: Minor; bidType: BidType; userRevision: number }>;

function bidCalled(
  auction: HallAuction,
  { bidderId, amount, bidType, userRevision }: Called,
  { at }: Facts,
): BidPlaced {
  const bidNumber = auction.bidsPlaced + 1;
  const call = { bidNumber, bidderId, maximum: amount, placedAt: at, isCommission: bidType === 'proxy' };
  return {
    type: 'BidPlaced',
    bidNumber,
    bidderId,
    bidType,
    maximum: amount,
    currency: auction.listing.terms.currency,
    placedAt: at,
    userRevision,
    ...standingWithCalls(auction, [...auction.calls, call]),
  };
}

function revisionOf({ user }: Facts): number {
  if (user.status === 'unknown') throw new Error('broken invariant: a bid by a user of no revision was accepted');
  return user.revision;
}
