// What becomes of a sealed auction's state, event by event. Like everything that evolves, it judges nothing.
import type { SealedBidPlaced, SealedBidRetracted, SealedBidVoided, Standing } from './auction.events.js';
import type { EndedAuction, Ending, SealedAuction } from './auction.state.js';
import type { Bid } from './bid-history.js';
import { afterRetraction } from './retractions.js';
import { liveBidOf, rankedBids, withLiveBid, withoutBidOf } from './sealed-bids.js';

/** The auction with a bid in place of whatever its bidder had bid before. Throws on one that cannot follow. */
export function withSealedBid(auction: SealedAuction, event: SealedBidPlaced): SealedAuction {
  const { bidNumber, bidderId, amount, placedAt, replaces, bidCount } = event;
  if (bidNumber !== auction.bidsPlaced + 1) throw corrupt(`bid ${bidNumber} after bid ${auction.bidsPlaced}`);
  if ((liveBidOf(auction.bids, bidderId)?.bidNumber ?? null) !== replaces)
    throw corrupt(`bid ${bidNumber} replaces bid ${replaces}, which is not its bidder's live one`);
  const bids = withLiveBid(auction.bids, { bidNumber, bidderId, maximum: amount, placedAt });
  return { ...auction, bidsPlaced: bidNumber, bidCount, bids };
}

/** The auction without a bid that was taken back or voided. Throws on one that is not live. */
export function withoutSealedBid(auction: SealedAuction, event: SealedBidRetracted | SealedBidVoided): SealedAuction {
  const { bidNumber, bidderId, bidCount } = event;
  if (liveBidOf(auction.bids, bidderId)?.bidNumber !== bidNumber)
    throw corrupt(`bid ${bidNumber} cannot be taken back or voided`);
  const retractions =
    event.type === 'SealedBidRetracted' ? afterRetraction(auction.retractions, event) : auction.retractions;
  return { ...auction, bidCount, bids: withoutBidOf(auction.bids, bidderId), retractions };
}

/** What may be known before the close: the terms, and how many bid. Whether a reserve is met is told at the close alone. */
export const standingOfSealed = ({ listing: { terms }, bidCount }: SealedAuction): Standing => ({
  currentPrice: terms.startingPrice,
  leaderId: null,
  leadingBid: null,
  bidCount,
  minimumNextBid: terms.startingPrice,
  reserveMet: terms.reservePrice === null,
});

/** The final state: after a sale its buyer and price, after any other end the state before it. */
export function endedSealed(auction: SealedAuction, ending: Ending): EndedAuction {
  const { listing, closesAt, bidsPlaced, talk } = auction;
  const { currentPrice, bidCount, minimumNextBid, reserveMet } = standingOfSealed(auction);
  const course = { listing, closesAt, extensions: 0, extendedMs: 0, bidsPlaced, bidCount, minimumNextBid, talk };
  if (ending.status !== 'sold')
    return { ...course, leading: null, runnerUp: null, currentPrice, reserveMet, ...ending };
  const { buyerId, winningBid, hammerPrice } = ending.sale;
  const winner = liveBidOf(auction.bids, buyerId);
  if (winner?.bidNumber !== winningBid) throw corrupt(`sold to ${buyerId} for bid ${winningBid}, which is not live`);
  if (hammerPrice > winner.maximum) throw corrupt(`sold to ${buyerId} for more than bid ${winningBid}`);
  const runnerUp = bestOfOthers(auction, winner);
  return { ...course, leading: winner, runnerUp, currentPrice: hammerPrice, reserveMet: true, ...ending };
}

const bestOfOthers = ({ bids }: SealedAuction, winner: Bid): Bid['maximum'] | null =>
  rankedBids(bids).find(({ bidderId }) => bidderId !== winner.bidderId)?.maximum ?? null;

const corrupt = (what: string): Error => new Error(`broken invariant: ${what}`);
