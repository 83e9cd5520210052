// What becomes of a hall lot's state, event by event. Like everything that evolves, it judges nothing.
import type { UserId } from '../ids.js';
import { greater, type Minor } from '../money.js';
import type {
  BidPlaced,
  BidVoided,
  CallUndone,
  FairWarningGiven,
  LotOpened,
  PriceAsked,
  SealedBidPlaced,
  SealedBidRetracted,
  SealedBidVoided,
  Standing,
} from './auction.events.js';
import type { EndedAuction, Ending, HallAuction, HallCall } from './auction.state.js';
import type { Bid } from './bid-history.js';
import { incrementAt } from './increments.js';
import { afterRetraction } from './retractions.js';
import { liveBidOf, liveBids, withLiveBid, withoutBidOf } from './sealed-bids.js';

/** The bid that would win now; null while nobody leads. */
export const leadingCall = ({ calls }: HallAuction): HallCall | null => calls.at(-1) ?? null;

/** What everybody may see. The asking price is the minimum next bid. */
export const standingOfHall = (auction: HallAuction): Standing => standingWithCalls(auction, auction.calls);

/** The state if these were the calls. Where they are not those that stand, the asking price is one increment above the last. */
export function standingWithCalls(auction: HallAuction, calls: readonly HallCall[]): Standing {
  const { terms } = auction.listing;
  const last = calls.at(-1) ?? null;
  const currentPrice = last?.maximum ?? terms.startingPrice;
  const next = last === null ? terms.startingPrice : currentPrice + incrementAt(terms.increments, currentPrice);
  return {
    currentPrice,
    leaderId: last?.bidderId ?? null,
    leadingBid: last?.bidNumber ?? null,
    bidCount: auction.bidCount - auction.calls.length + calls.length,
    minimumNextBid: calls === auction.calls ? auction.askingPrice : next,
    reserveMet: terms.reservePrice === null || (last !== null && last.maximum >= terms.reservePrice),
  };
}

/** The state without this call. A call that did not lead moves neither price nor asking price. */
export function standingWithoutCall(auction: HallAuction, bidNumber: number): Standing {
  const stands = standingWithCalls(
    auction,
    auction.calls.filter((call) => call.bidNumber !== bidNumber),
  );
  const isLeading = leadingCall(auction)?.bidNumber === bidNumber;
  return isLeading ? stands : { ...stands, minimumNextBid: auction.askingPrice };
}

/** With a commission bid in place of whatever its bidder had left before. */
export function withCommission(auction: HallAuction, event: SealedBidPlaced): HallAuction {
  const { bidNumber, bidderId, amount, placedAt, replaces, bidCount } = event;
  followsOn(auction, bidNumber);
  if ((liveBidOf(auction.commissions, bidderId)?.bidNumber ?? null) !== replaces)
    throw corrupt(`bid ${bidNumber} replaces bid ${replaces}, which is not its bidder's live one`);
  const commissions = withLiveBid(auction.commissions, { bidNumber, bidderId, maximum: amount, placedAt });
  const commissionRevisions = { ...auction.commissionRevisions, [bidderId]: event.userRevision };
  return { ...auction, bidsPlaced: bidNumber, bidCount, commissions, commissionRevisions };
}

export function withoutCommission(auction: HallAuction, event: SealedBidRetracted | SealedBidVoided): HallAuction {
  const { bidNumber, bidderId, bidCount } = event;
  if (liveBidOf(auction.commissions, bidderId)?.bidNumber !== bidNumber)
    throw corrupt(`commission bid ${bidNumber} cannot be taken back or voided`);
  const retractions =
    event.type === 'SealedBidRetracted' ? afterRetraction(auction.retractions, event) : auction.retractions;
  return { ...auction, bidCount, commissions: withoutBidOf(auction.commissions, bidderId), retractions };
}

/** With a bid that was called: its maximum is the price that it made. */
export function withCall(auction: HallAuction, event: BidPlaced): HallAuction {
  const { bidNumber, bidderId, maximum, placedAt, bidType, bidCount, minimumNextBid } = event;
  followsOn(auction, bidNumber);
  if (
    maximum !== event.currentPrice ||
    event.leadingBid !== bidNumber ||
    maximum < standingOfHall(auction).currentPrice
  )
    throw corrupt(`bid ${bidNumber} does not lead at its own price`);
  const call: HallCall = { bidNumber, bidderId, maximum, placedAt, isCommission: bidType === 'proxy' };
  const calls = [...auction.calls, call];
  return { ...auction, isCalled: true, bidsPlaced: bidNumber, bidCount, calls, askingPrice: minimumNextBid };
}

export function withoutCall(auction: HallAuction, event: BidVoided | CallUndone): HallAuction {
  const calls = auction.calls.filter(({ bidNumber }) => bidNumber !== event.bidNumber);
  if (calls.length !== auction.calls.length - 1) throw corrupt(`bid ${event.bidNumber} was not called`);
  if ((calls.at(-1)?.bidNumber ?? null) !== event.leadingBid) throw corrupt(`bid ${event.leadingBid} is said to lead`);
  const { bidCount, minimumNextBid } = event;
  return { ...auction, calls, bidCount, askingPrice: minimumNextBid };
}

export const withAskingPrice = (auction: HallAuction, { minimumNextBid }: LotOpened | PriceAsked): HallAuction => ({
  ...auction,
  isCalled: true,
  askingPrice: minimumNextBid,
});

export function withFairWarning(auction: HallAuction, { leadingBid }: FairWarningGiven): HallAuction {
  if (leadingCall(auction)?.bidNumber !== leadingBid) throw corrupt(`a fair warning on bid ${leadingBid}`);
  return auction;
}

/** The final state. A hall lot ends at the price that was called last. */
export function endedHall(auction: HallAuction, ending: Ending): EndedAuction {
  const { listing, closesAt, bidsPlaced, talk } = auction;
  const leading = leadingCall(auction);
  const { currentPrice, bidCount, minimumNextBid, reserveMet } = standingOfHall(auction);
  if (ending.status === 'sold') {
    const { buyerId, winningBid, hammerPrice } = ending.sale;
    if (leading?.bidNumber !== winningBid || leading.bidderId !== buyerId || hammerPrice !== leading.maximum)
      throw corrupt(`sold to ${buyerId} for bid ${winningBid}, which does not lead`);
  }
  const runnerUp = leading === null ? null : bestOfOthers(auction, leading.bidderId);
  const course = { listing, closesAt, extensions: 0, extendedMs: 0, bidsPlaced, bidCount, talk };
  return { ...course, leading, runnerUp, currentPrice, minimumNextBid, reserveMet, ...ending };
}

/** The highest bid of each bidder, called or left as a commission. */
export function bestBids({ commissions, calls }: HallAuction): Bid[] {
  const best = new Map<UserId, Bid>();
  for (const { bidNumber, bidderId, maximum, placedAt } of [...liveBids(commissions), ...calls]) {
    const known = best.get(bidderId);
    if (known === undefined || maximum > known.maximum) best.set(bidderId, { bidNumber, bidderId, maximum, placedAt });
  }
  return [...best.values()];
}

function bestOfOthers(auction: HallAuction, winner: UserId): Minor | null {
  let highest: Minor | null = null;
  for (const { bidderId, maximum } of bestBids(auction))
    if (bidderId !== winner) highest = highest === null ? maximum : greater(highest, maximum);
  return highest;
}

function followsOn({ bidsPlaced }: HallAuction, bidNumber: number): void {
  if (bidNumber !== bidsPlaced + 1) throw corrupt(`bid ${bidNumber} after bid ${bidsPlaced}`);
}

const corrupt = (what: string): Error => new Error(`broken invariant: ${what}`);
