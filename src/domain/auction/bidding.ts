// Judges bids and Buy It Now. The policies below are asked in this order, and the first objection is the answer.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import { AMOUNT_MAX, type Minor } from '../money.js';
import { isSelf, isStaff } from '../permissions.js';
import type { Instant } from '../time.js';
import type { BuyNow, PlaceBid } from './auction.commands.js';
import type { AuctionEvent, BidPlaced, BidType } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { LiveAuction, OpenAuction } from './auction.state.js';
import type { Bid } from './bid-history.js';
import { sale } from './closing.js';
import { contestAfter, isReserveMet, type LedContest, minimumNextBid } from './proxy-bidding.js';
import { softCloseExtension } from './soft-close.js';

/** A bid with less than this left is a snipe: it arrived in the last minute. */
export const SNIPE_MS = 60_000;

/** Something to object to, or null. */
export type Policy<Command, Auction = LiveAuction> = (
  command: Command,
  auction: Auction,
  facts: Facts,
) => AuctionRejection | null;

/** Online, people bid for themselves; in a hall, staff enter absentee, floor and phone bids for others. */
export const byWhomeverMayEnterIt: Policy<PlaceBid> = ({ channel, bidderId }, _, { actor }) =>
  (channel === 'online' ? isSelf(actor, bidderId) : isStaff(actor)) ? null : { reason: 'NotAllowed' };

const byTheBuyer: Policy<BuyNow> = ({ bidderId }, _, { actor }) =>
  isSelf(actor, bidderId) ? null : { reason: 'NotAllowed' };

/** The opening instant is in time, the closing instant is not. */
const whileBiddingIsOpen: Policy<unknown> = (_, { listing, closesAt }, { at }) => {
  if (at < listing.opensAt) return { reason: 'AuctionNotYetOpen', opensAt: listing.opensAt };
  return at < closesAt ? null : { reason: 'BidAfterClose', closesAt };
};

const notByTheSeller: Policy<{ bidderId: UserId }> = ({ bidderId }, { listing }) =>
  bidderId === listing.sellerId ? { reason: 'SellerCannotBid' } : null;

const byActiveBidder: Policy<unknown> = (_, __, { user }) => {
  if (user.status === 'unknown') return { reason: 'BidderUnknown' };
  return user.status === 'suspended' ? { reason: 'BidderSuspended' } : null;
};

/** A bid on a lot needs a paddle in its sale, where the sale says so. */
const withAPaddle: Policy<PlaceBid> = (_, { listing: { lot } }, { paddle }) => {
  if (lot === null || !lot.needsPaddle) return null;
  switch (paddle?.status) {
    case 'given':
      return null;
    case 'requested':
      return { reason: 'PaddleAwaited' };
    case 'refused':
      return { reason: 'PaddleRefusedBefore' };
    default:
      return { reason: 'PaddleNeeded' };
  }
};

/** The limit is for one bid, not for the sum of a bidder's bids. */
const withinThePaddlesLimit: Policy<PlaceBid> = ({ amount }, { listing: { lot } }, { paddle }) => {
  if (lot === null || paddle?.status !== 'given' || paddle.biddingLimit === null) return null;
  return amount > paddle.biddingLimit ? { reason: 'BidAboveLimit' } : null;
};

const inTheAuctionsCurrency: Policy<PlaceBid> = ({ currency }, { listing }) =>
  currency === listing.terms.currency ? null : { reason: 'CurrencyMismatch', currency: listing.terms.currency };

const withinTheLimitOfAmounts: Policy<PlaceBid> = ({ amount }) =>
  amount > AMOUNT_MAX ? { reason: 'AmountTooLarge', limit: AMOUNT_MAX } : null;

/** The leader may raise the own maximum by any amount; everybody else has to offer the minimum next bid. */
const highEnough: Policy<PlaceBid, OpenAuction> = ({ amount, bidderId }, { leading, minimumNextBid }) => {
  if (leading !== null && leading.bidderId === bidderId)
    return amount > leading.maximum ? null : { reason: 'BidNotAboveOwnMaximum' };
  return amount >= minimumNextBid ? null : { reason: 'BidBelowMinimum', minimumNextBid };
};

/** Buy It Now is over with the first bid; where there is a reserve, once it is met. Bids taken back do not count. */
const beforeBuyNowIsOver: Policy<BuyNow, OpenAuction> = (_, { leading, listing, reserveMet }) =>
  (listing.terms.reservePrice === null ? leading !== null : reserveMet) ? { reason: 'BuyNowOver' } : null;

/** What every bid must keep to, whatever the format and the time. */
export const BIDDER_POLICIES: readonly Policy<PlaceBid>[] = [
  notByTheSeller,
  byActiveBidder,
  withAPaddle,
  inTheAuctionsCurrency,
  withinTheLimitOfAmounts,
  withinThePaddlesLimit,
];

/** What every bid must keep to that is judged by a closing time. */
export const GENERAL_BID_POLICIES: readonly Policy<PlaceBid>[] = [
  byWhomeverMayEnterIt,
  whileBiddingIsOpen,
  ...BIDDER_POLICIES,
];

const BID_POLICIES: readonly Policy<PlaceBid, OpenAuction>[] = [...GENERAL_BID_POLICIES, highEnough];

const BUY_NOW_POLICIES: readonly Policy<BuyNow, OpenAuction>[] = [
  byTheBuyer,
  whileBiddingIsOpen,
  notByTheSeller,
  byActiveBidder,
  beforeBuyNowIsOver,
];

/** What the first of the policies that objects says; null if none does. */
export function firstObjection<Command, Auction>(
  policies: readonly Policy<Command, Auction>[],
  command: Command,
  auction: Auction,
  facts: Facts,
): AuctionRejection | null {
  for (const policy of policies) {
    const objection = policy(command, auction, facts);
    if (objection !== null) return objection;
  }
  return null;
}

/** Judges a bid: a maximum, in minor units of the auction's currency. An accepted one may move the close. */
export function placeBid(
  command: PlaceBid,
  auction: OpenAuction,
  facts: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  const objection = firstObjection(BID_POLICIES, command, auction, facts);
  if (objection !== null) return reject(objection);
  const bid = nextBid(auction, command.bidderId, command.amount, facts.at);
  const contest = contestAfter(auction, bid, auction.listing.terms);
  const placed = bidPlaced(auction, bid, contest, bidTypeOf(command, auction, facts.at, contest.currentPrice), facts);
  const extended = softCloseExtension(auction, bid.bidNumber, facts.at);
  return extended === null ? accept<AuctionEvent>(placed) : accept<AuctionEvent>(placed, extended);
}

/** Judges Buy It Now: the item is sold at once at the price the seller set for that, whatever the bids below it. */
export function buyNow(command: BuyNow, auction: OpenAuction, facts: Facts): Decision<AuctionEvent, AuctionRejection> {
  const { terms } = auction.listing;
  const price = terms.buyNowPrice;
  if (price === null) return reject({ reason: 'BuyNowNotOffered' });
  const objection = firstObjection(BUY_NOW_POLICIES, command, auction, facts);
  if (objection !== null) return reject(objection);
  const bid = nextBid(auction, command.bidderId, price, facts.at);
  const contest = { leading: bid, runnerUp: auction.leading?.maximum ?? null, currentPrice: price };
  const placed = bidPlaced(auction, bid, contest, 'buy-now', facts);
  return accept<AuctionEvent>(
    placed,
    sale({ via: 'BuyNow', winner: bid, hammerPrice: price, terms, positions: facts.positions, closedAt: facts.at }),
  );
}

const nextBid = ({ bidsPlaced }: OpenAuction, bidderId: UserId, maximum: Minor, placedAt: Instant): Bid => ({
  bidNumber: bidsPlaced + 1,
  bidderId,
  maximum,
  placedAt,
});

/** The snipe's minute is counted to the close as it was when the bid arrived, before the bid moves it. */
function bidTypeOf({ channel, amount }: PlaceBid, { closesAt }: OpenAuction, at: Instant, price: Minor): BidType {
  if (channel !== 'online') return channel;
  if (closesAt - at < SNIPE_MS) return 'snipe';
  return amount > price ? 'proxy' : 'manual';
}

// Written out field by field: this is the one object that is made sixty thousand times a second.
function bidPlaced(auction: OpenAuction, bid: Bid, contest: LedContest, bidType: BidType, { user }: Facts): BidPlaced {
  if (user.status === 'unknown') throw new Error('broken invariant: a bid by a user of no revision was accepted');
  const { terms } = auction.listing;
  return {
    type: 'BidPlaced',
    bidNumber: bid.bidNumber,
    bidderId: bid.bidderId,
    bidType,
    maximum: bid.maximum,
    currency: terms.currency,
    placedAt: bid.placedAt,
    userRevision: user.revision,
    currentPrice: contest.currentPrice,
    leaderId: contest.leading.bidderId,
    leadingBid: contest.leading.bidNumber,
    bidCount: auction.bidCount + 1,
    minimumNextBid: minimumNextBid(contest, terms),
    reserveMet: isReserveMet(contest, terms),
  };
}
