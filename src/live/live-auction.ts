// An auction's public state from one fact to the next. It equals Silver's row at the same revision. Facts carry the state after
// them, so no rule is repeated here.
import type { AuctionId } from '../domain/ids.js';
import { type PublicEvent, type PublicFact, standingOf } from '../feed/facts/public-facts.js';
import type { AuctionRow } from '../projections/silver/silver.queries.js';

type Listed = Extract<PublicEvent, { type: 'AuctionListed' }>;
type Sold = Extract<PublicEvent, { type: 'AuctionSold' }>;

/** An auction as its listing leaves it. */
export function listedAuction(auctionId: AuctionId, event: Listed): AuctionRow {
  const { type: _, ...listing } = event;
  return {
    auctionId,
    ...listing,
    status: event.opensAt > event.listedAt ? 'upcoming' : 'open',
    calling: event.format === 'hall' ? 'waiting' : null,
    scheduledClosesAt: event.closesAt,
    extensions: 0,
    closedAt: null,
    endReason: null,
    relistedAs: null,
    revision: 0n,
  };
}

/** The auction after the fact that follows its revision. */
export function afterFact(auction: AuctionRow, { event, revision }: PublicFact): AuctionRow {
  const at = { ...auction, revision: BigInt(revision) };
  switch (event.type) {
    case 'AuctionListed':
      throw new Error(`broken invariant: auction ${auction.auctionId} was listed twice`);
    case 'BidPlaced':
    case 'BidRetracted':
    case 'BidVoided':
      // The clock opens an auction, and a bid may come before the house has said so.
      return { ...at, status: 'open', ...standingOf(event), calling: callingAfterBid(at) };
    case 'LotOpened':
    case 'PriceAsked':
      return { ...at, status: 'open', ...standingOf(event), calling: 'called' };
    case 'CallUndone':
      return { ...at, ...standingOf(event), calling: 'called' };
    case 'FairWarningGiven':
      return { ...at, calling: 'fair-warning' };
    // Of sealed bids nothing but their number is known before the sale.
    case 'SealedBidPlaced':
    case 'SealedBidRetracted':
    case 'SealedBidVoided':
      return {
        ...at,
        status: at.status === 'upcoming' && at.calling !== null ? 'upcoming' : 'open',
        bidCount: event.bidCount,
      };
    case 'ClosingExtended':
      return { ...at, closesAt: event.closesAt, extensions: event.extensions };
    case 'AuctionSold':
      return { ...at, ...standingOfSale(event), status: 'sold', closedAt: event.closedAt };
    case 'AuctionPassed':
      return { ...at, status: 'passed', closedAt: event.closedAt, endReason: event.reason };
    case 'AuctionCancelled':
      return { ...at, status: 'cancelled', closedAt: event.cancelledAt, endReason: event.reason };
    case 'AuctionWithdrawn':
      return { ...at, status: 'withdrawn', closedAt: event.withdrawnAt, endReason: event.reason };
    case 'AuctionOpened':
      return { ...at, status: 'open' };
    case 'AuctionRelisted':
      return { ...at, relistedAs: event.relistedAs };
    case 'Undisclosed':
      return at;
  }
}

/** A fair warning is over with the next bid. */
const callingAfterBid = ({ calling }: AuctionRow): AuctionRow['calling'] =>
  calling === 'fair-warning' ? 'called' : calling;

/** Price and leader after a sale; where everybody saw the price, they stay as they were. */
const standingOfSale = ({ hammerPrice, buyerId, winningBid }: Sold) => ({
  currentPrice: hammerPrice,
  leaderId: buyerId,
  leadingBid: winningBid,
  reserveMet: true,
});
