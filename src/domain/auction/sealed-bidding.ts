// Judges what bidders ask of a sealed auction. What is no business of the amounts is judged by the policies of every
// auction; a live bid may be replaced by a higher or a lower one until the close.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { PlaceBid } from './auction.commands.js';
import type { AuctionEvent, SealedBidPlaced } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { SealedAuction } from './auction.state.js';
import { firstObjection, GENERAL_BID_POLICIES, type Policy, SNIPE_MS } from './bidding.js';
import { liveBidOf } from './sealed-bids.js';

/** The starting price is public, so this answer tells nothing of other bids. */
const atLeastTheStartingPrice: Policy<PlaceBid, SealedAuction> = ({ amount }, { listing: { terms } }) =>
  amount >= terms.startingPrice ? null : { reason: 'BidBelowMinimum', minimumNextBid: terms.startingPrice };

/** The same amount again would cost the bidder the place among equals, and is hardly meant. */
const notTheSameAgain: Policy<PlaceBid, SealedAuction> = ({ amount, bidderId }, { bids }) =>
  liveBidOf(bids, bidderId)?.maximum === amount ? { reason: 'BidUnchanged' } : null;

const SEALED_BID_POLICIES: readonly Policy<PlaceBid, SealedAuction>[] = [
  ...GENERAL_BID_POLICIES,
  atLeastTheStartingPrice,
  notTheSameAgain,
];

/** Judges a sealed bid, in minor units of the auction's currency. An accepted one takes the place of the bidder's earlier one. */
export function placeSealedBid(
  command: PlaceBid,
  auction: SealedAuction,
  facts: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  const objection = firstObjection(SEALED_BID_POLICIES, command, auction, facts);
  if (objection !== null) return reject(objection);
  const { at, user } = facts;
  if (user.status === 'unknown') throw new Error('broken invariant: a bid by a user of no revision was accepted');
  const { bidderId, amount } = command;
  const replaces = liveBidOf(auction.bids, bidderId)?.bidNumber ?? null;
  return accept<AuctionEvent>({
    type: 'SealedBidPlaced',
    bidNumber: auction.bidsPlaced + 1,
    bidderId,
    bidType: bidTypeOf(command, auction, facts),
    amount,
    currency: auction.listing.terms.currency,
    placedAt: at,
    userRevision: user.revision,
    replaces,
    bidCount: auction.bidCount + (replaces === null ? 1 : 0),
  });
}

/** There is no price for a sealed bid to be above, so none is a proxy bid. */
function bidTypeOf({ channel }: PlaceBid, { closesAt }: SealedAuction, { at }: Facts): SealedBidPlaced['bidType'] {
  if (channel !== 'online') return channel;
  return closesAt - at < SNIPE_MS ? 'snipe' : 'manual';
}
