// The auction: `decide` judges what is asked of it, `evolve` applies what happened. Pure: time, actor and the bidder's
// standing arrive as facts. The rules themselves stand beside this file, one file a rule.
import type { Facts } from '../actor.js';
import { type Decision, reject } from '../decision.js';
import type { Instant } from '../time.js';
import { isAfterSaleEvent } from './after-sale.events.js';
import {
  afterPassed,
  afterRelisting,
  afterSold,
  decideAfterSale,
  evolveAfterSale,
  isAfterSaleCommand,
} from './after-sale.js';
import type { AuctionCommand, PlaceBid } from './auction.commands.js';
import type {
  AuctionEvent,
  AuctionListed,
  AuctionRelisted,
  AuctionSold,
  BidPlaced,
  BidRetracted,
  BidVoided,
  ClosingExtended,
  Standing,
} from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import {
  type Auction,
  type EndedAuction,
  type Ending,
  type HallAuction,
  isLive,
  type LiveAuction,
  type OpenAuction,
  type SealedAuction,
  type UnlistedAuction,
} from './auction.state.js';
import { type Bid, BidHistory } from './bid-history.js';
import { buyNow, placeBid } from './bidding.js';
import { cancelAuction, closeAuction, deferClosing, withdrawAuction } from './closing.js';
import {
  endedHall,
  standingOfHall,
  withAskingPrice,
  withCall,
  withCommission,
  withFairWarning,
  withoutCall,
  withoutCommission,
} from './hall-auction.js';
import { placeHallBid } from './hall-bidding.js';
import { decideHall, isHallCommand } from './hall-calling.js';
import { invoiced } from './invoicing.js';
import { listAuction } from './listing.js';
import { listLot, moveLotClosing } from './lots.js';
import { announceOpening } from './opening.js';
import { isReserveMet, minimumNextBid, noContest, runnerUpAfter } from './proxy-bidding.js';
import { listRelistedAuction, relistAuction } from './relisting.js';
import { retractBid } from './retraction.js';
import { grantRetraction, refuseRetraction, requestRetraction } from './retraction-requests.js';
import { afterProposal, afterRefusal, afterRequest, afterRetraction, noRetractions } from './retractions.js';
import { endedSealed, standingOfSealed, withoutSealedBid, withSealedBid } from './sealed-auction.js';
import { placeSealedBid } from './sealed-bidding.js';
import { isTalkEvent } from './talk.events.js';
import { afterTalk, decideTalk, isTalkCommand } from './talk.js';
import { noTalk } from './talk.state.js';
import { isSealed } from './terms.js';
import { proposeVoiding, voidBid } from './voiding.js';

export type * from './auction.state.js';
export { isLive };

/** Every auction before its first event. */
export const unlisted: UnlistedAuction = { status: 'unlisted' };

/** Judges a command by the state and the facts. Nothing is thrown for what a command may ask; a refusal is a value. */
export function decide(
  command: AuctionCommand,
  auction: Auction,
  facts: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  if (isListing(command)) {
    if (auction.status !== 'unlisted') return reject({ reason: 'AuctionAlreadyListed' });
    return decideListing(command, facts);
  }
  if (auction.status === 'unlisted') return reject({ reason: 'AuctionUnknown' });
  if (command.type === 'RelistAuction') return relistAuction(command, auction, facts);
  if (isTalkCommand(command)) return decideTalk(command, auction, facts);
  if (isAfterSaleCommand(command)) return decideAfterSale(command, auction, facts);
  if (!isLive(auction)) return reject({ reason: 'AuctionNotOpen', status: auction.status });
  if (isHallCommand(command)) return invoiced(decideHall(command, auction, facts), auction.listing.terms, facts);
  switch (command.type) {
    case 'PlaceBid':
      return decideBid(command, auction, facts);
    case 'BuyNow':
      if (auction.status !== 'open') return reject({ reason: 'BuyNowNotOffered' });
      return invoiced(buyNow(command, auction, facts), auction.listing.terms, facts);
    case 'RetractBid':
      return retractBid(command, auction, facts);
    case 'RequestRetraction':
      return requestRetraction(command, auction, facts);
    case 'GrantRetraction':
      return grantRetraction(command, auction, facts);
    case 'RefuseRetraction':
      return refuseRetraction(command, auction, facts);
    case 'ProposeVoiding':
      return proposeVoiding(command, auction, facts);
    case 'VoidBid':
      return voidBid(command, auction, facts);
    case 'AnnounceOpening':
      return announceOpening(command, auction, facts);
    case 'CancelAuction':
      return cancelAuction(command, auction, facts);
    case 'WithdrawAuction':
      return withdrawAuction(command, auction, facts);
    case 'CloseAuction':
      return invoiced(closeAuction(command, auction, facts), auction.listing.terms, facts);
    case 'DeferClosing':
      return deferClosing(command, auction, facts);
    case 'MoveLotClosing':
      return moveLotClosing(command, auction, facts);
  }
}

function decideBid(command: PlaceBid, auction: LiveAuction, facts: Facts): Decision<AuctionEvent, AuctionRejection> {
  switch (auction.status) {
    case 'open':
      return placeBid(command, auction, facts);
    case 'sealed':
      return placeSealedBid(command, auction, facts);
    case 'hall':
      return placeHallBid(command, auction, facts);
  }
}

type Listing = Extract<AuctionCommand, { type: 'ListAuction' | 'ListRelistedAuction' | 'ListLot' }>;

const isListing = (command: AuctionCommand): command is Listing =>
  command.type === 'ListAuction' || command.type === 'ListRelistedAuction' || command.type === 'ListLot';

function decideListing(command: Listing, facts: Facts): Decision<AuctionEvent, AuctionRejection> {
  switch (command.type) {
    case 'ListAuction':
      return listAuction(command, facts);
    case 'ListRelistedAuction':
      return listRelistedAuction(command, facts);
    case 'ListLot':
      return listLot(command, facts);
  }
}

/**
 * Applies a fact. It never judges: a rule changed today must not unmake yesterday's bid. Throws on a fact that cannot
 * follow on this state, which means that the stream is corrupt.
 */
export function evolve(auction: Auction, event: AuctionEvent): Auction {
  if (event.type === 'AuctionListed') return listed(auction, event);
  if (event.type === 'AuctionRelisted') return relisted(auction, event);
  if (auction.status === 'unlisted') throw corrupt(`${event.type} on an auction that is unlisted`);
  if (isAfterSaleEvent(event)) return evolveAfterSale(auction, event);
  if (isTalkEvent(event)) return { ...auction, talk: afterTalk(auction.talk, event) };
  if (!isLive(auction)) throw corrupt(`${event.type} on an auction that is ${auction.status}`);
  switch (event.type) {
    case 'BidPlaced':
      return auction.status === 'hall' ? withCall(auction, event) : withBid(openOnly(auction, event), event);
    case 'SealedBidPlaced':
      return auction.status === 'hall'
        ? withCommission(auction, event)
        : withSealedBid(sealedOnly(auction, event), event);
    case 'LotOpened':
    case 'PriceAsked':
      return withAskingPrice(hallOnly(auction, event), event);
    case 'FairWarningGiven':
      return withFairWarning(hallOnly(auction, event), event);
    case 'ClosingExtended':
      return withClosing(auction, event);
    case 'BidRetracted':
    case 'BidVoided':
      return event.type === 'BidVoided' && auction.status === 'hall'
        ? withoutCall(auction, event)
        : withoutBid(openOnly(auction, event), event);
    case 'CallUndone':
      return withoutCall(hallOnly(auction, event), event);
    case 'RetractionRequested':
      return { ...auction, retractions: afterRequest(auction.retractions, event) };
    case 'RetractionRefused':
      return { ...auction, retractions: afterRefusal(auction.retractions, event) };
    case 'VoidingProposed':
      return { ...auction, retractions: afterProposal(auction.retractions, event) };
    case 'SealedBidRetracted':
    case 'SealedBidVoided':
      return auction.status === 'hall'
        ? withoutCommission(auction, event)
        : withoutSealedBid(sealedOnly(auction, event), event);
    case 'AuctionOpened':
      return opened(auction);
    case 'AuctionSold':
      return sold(auction, event);
    case 'AuctionPassed':
      return ended(auction, {
        status: 'passed',
        reason: event.reason,
        closedAt: event.closedAt,
        relistedAs: null,
        afterSale: afterPassed(auction),
      });
    case 'AuctionCancelled':
      return ended(auction, { status: 'cancelled', reason: event.reason, cancelledAt: event.cancelledAt });
    case 'AuctionWithdrawn':
      return ended(auction, { status: 'withdrawn', reason: event.reason, withdrawnAt: event.withdrawnAt });
  }
}

/** The auction that these events, the first ones of its stream, make. */
export const replay = (events: Iterable<AuctionEvent>): Auction => {
  let auction: Auction = unlisted;
  for (const event of events) auction = evolve(auction, event);
  return auction;
};

/** Price, leader and counts as events carry them. After the end it is their last state. */
export function standingOf(auction: LiveAuction | EndedAuction): Standing {
  if (auction.status === 'sealed') return standingOfSealed(auction);
  if (auction.status === 'hall') return standingOfHall(auction);
  const { currentPrice, leading, bidCount, minimumNextBid, reserveMet } = auction;
  const [leaderId, leadingBid] = [leading?.bidderId ?? null, leading?.bidNumber ?? null];
  return { currentPrice, leaderId, leadingBid, bidCount, minimumNextBid, reserveMet };
}

/** `upcoming` before the opening, `closing` between the close and the record of what came of it. */
export type Phase = 'upcoming' | 'closing' | Exclude<Auction['status'], 'sealed' | 'hall'>;

/** What an auction is to people at this time: a listed auction takes bids from its opening until just before its close. */
export function phaseAt(auction: Auction, at: Instant): Phase {
  if (!isLive(auction)) return auction.status;
  if (at < auction.listing.opensAt) return 'upcoming';
  return at < auction.closesAt ? 'open' : 'closing';
}

function listed(auction: Auction, event: AuctionListed): LiveAuction {
  if (auction.status !== 'unlisted') throw corrupt(`AuctionListed on an auction that is ${auction.status}`);
  const { sellerId, terms, opensAt, closesAt, listedAt, relistings, lot } = event;
  const isOpeningKnown = opensAt <= listedAt;
  const about = { sellerId, opensAt, isOpeningKnown, scheduledClosesAt: closesAt, listedAt, relistings, lot };
  if (isSealed(terms))
    return {
      status: 'sealed',
      listing: { ...about, terms },
      closesAt,
      bidsPlaced: 0,
      bidCount: 0,
      bids: null,
      retractions: noRetractions,
      talk: noTalk,
    };
  if (terms.format === 'hall')
    return {
      status: 'hall',
      listing: { ...about, terms },
      closesAt,
      bidsPlaced: 0,
      bidCount: 0,
      commissions: null,
      commissionRevisions: {},
      calls: [],
      isCalled: false,
      askingPrice: terms.startingPrice,
      retractions: noRetractions,
      talk: noTalk,
    };
  const contest = noContest(terms);
  return {
    status: 'open',
    listing: { ...about, terms },
    closesAt,
    extensions: 0,
    extendedMs: 0,
    bidsPlaced: 0,
    bidCount: 0,
    ...contest,
    minimumNextBid: minimumNextBid(contest, terms),
    reserveMet: isReserveMet(contest, terms),
    history: BidHistory.none,
    retractions: noRetractions,
    talk: noTalk,
  };
}

function withBid(auction: OpenAuction, event: BidPlaced): OpenAuction {
  const { bidNumber, bidderId, maximum, placedAt } = event;
  if (bidNumber !== auction.bidsPlaced + 1) throw corrupt(`bid ${bidNumber} after bid ${auction.bidsPlaced}`);
  const bid: Bid = { bidNumber, bidderId, maximum, placedAt };
  const leading = event.leadingBid === bidNumber ? bid : auction.leading;
  if (leading === null || leading.bidNumber !== event.leadingBid || leading.bidderId !== event.leaderId)
    throw corrupt(`bid ${bidNumber} makes bid ${event.leadingBid} of ${event.leaderId} lead`);
  if (event.currentPrice < auction.currentPrice || event.currentPrice > leading.maximum)
    throw corrupt(`bid ${bidNumber} moves the price down, or beyond the leader's maximum`);
  return {
    status: 'open',
    listing: auction.listing,
    closesAt: auction.closesAt,
    extensions: auction.extensions,
    extendedMs: auction.extendedMs,
    bidsPlaced: bidNumber,
    bidCount: event.bidCount,
    leading,
    runnerUp: runnerUpAfter(auction, bid, leading),
    currentPrice: event.currentPrice,
    minimumNextBid: event.minimumNextBid,
    reserveMet: event.reserveMet,
    history: auction.history.with(bid),
    retractions: auction.retractions,
    talk: auction.talk,
  };
}

function opened(auction: LiveAuction): LiveAuction {
  if (auction.listing.isOpeningKnown) throw corrupt('an opening on an auction that is open already');
  switch (auction.status) {
    case 'open':
      return { ...auction, listing: { ...auction.listing, isOpeningKnown: true } };
    case 'sealed':
      return { ...auction, listing: { ...auction.listing, isOpeningKnown: true } };
    case 'hall':
      return { ...auction, listing: { ...auction.listing, isOpeningKnown: true } };
  }
}

function withClosing(
  auction: LiveAuction,
  { cause, previousClosesAt, closesAt, extensions }: ClosingExtended,
): LiveAuction {
  if (previousClosesAt !== auction.closesAt || closesAt <= previousClosesAt)
    throw corrupt(`the close moves from ${previousClosesAt} to ${closesAt}, but it is ${auction.closesAt}`);
  if (auction.status !== 'open') return { ...auction, closesAt };
  const extendedMs = auction.extendedMs + (cause === 'SoftClose' ? closesAt - previousClosesAt : 0);
  return { ...auction, closesAt, extensions, extendedMs };
}

function withoutBid(auction: OpenAuction, event: BidRetracted | BidVoided): OpenAuction {
  const { bidNumber, leaderId, leadingBid, bidCount, currentPrice, minimumNextBid, reserveMet } = event;
  if (auction.history.find(bidNumber)?.retracted !== false)
    throw corrupt(`bid ${bidNumber} cannot be taken back or voided`);
  const history = auction.history.withRetracted([bidNumber]);
  const lead = leadingBid === null ? null : history.find(leadingBid);
  if (leadingBid !== null && (lead === null || lead.retracted || lead.bid.bidderId !== leaderId))
    throw corrupt(`bid ${leadingBid} of ${leaderId} is said to lead`);
  const leading = lead === null ? null : lead.bid;
  const runnerUp = leading === null ? null : highestOfOthers(history, leading);
  const retractions = event.type === 'BidRetracted' ? afterRetraction(auction.retractions, event) : auction.retractions;
  return { ...auction, history, leading, runnerUp, bidCount, currentPrice, minimumNextBid, reserveMet, retractions };
}

function highestOfOthers(history: BidHistory, { bidderId }: Bid): Bid['maximum'] | null {
  let highest: Bid['maximum'] | null = null;
  for (const { bid, retracted } of history) {
    if (!retracted && bid.bidderId !== bidderId && (highest === null || bid.maximum > highest)) highest = bid.maximum;
  }
  return highest;
}

function sold(auction: LiveAuction, sale: AuctionSold): EndedAuction {
  if (auction.status === 'hall')
    return endedHall(auction, { status: 'sold', sale, afterSale: afterSold(auction, sale), relistedAs: null });
  if (auction.status === 'sealed')
    return endedSealed(auction, { status: 'sold', sale, afterSale: afterSold(auction, sale), relistedAs: null });
  if (auction.leading?.bidNumber !== sale.winningBid || auction.leading.bidderId !== sale.buyerId)
    throw corrupt(`sold to ${sale.buyerId} for bid ${sale.winningBid}, which does not lead`);
  return ended(auction, { status: 'sold', sale, afterSale: afterSold(auction, sale), relistedAs: null });
}

/** Whatever it came to, an auction that has ended needs its bids no longer; `afterSale` keeps those for second chances. */
function ended(auction: LiveAuction, ending: Ending): EndedAuction {
  if (auction.status === 'sealed') return endedSealed(auction, ending);
  if (auction.status === 'hall') return endedHall(auction, ending);
  const { history: _, status: __, retractions: ___, ...stood } = auction;
  return { ...stood, ...ending };
}

function relisted(auction: Auction, { relistedAs, lapsedTransaction }: AuctionRelisted): EndedAuction {
  if ((auction.status !== 'passed' && auction.status !== 'sold') || auction.relistedAs !== null)
    throw corrupt(`AuctionRelisted on an auction that is ${auction.status}`);
  return { ...auction, relistedAs, afterSale: afterRelisting(auction.afterSale, lapsedTransaction) };
}

function openOnly(auction: LiveAuction, { type }: AuctionEvent): OpenAuction {
  if (auction.status !== 'open') throw corrupt(`${type} in an auction of another format`);
  return auction;
}

function sealedOnly(auction: LiveAuction, { type }: AuctionEvent): SealedAuction {
  if (auction.status !== 'sealed') throw corrupt(`${type} in an auction that is not sealed`);
  return auction;
}

function hallOnly(auction: LiveAuction, { type }: AuctionEvent): HallAuction {
  if (auction.status !== 'hall') throw corrupt(`${type} on what is no lot of a hall`);
  return auction;
}

const corrupt = (what: string): Error => new Error(`broken invariant: ${what}`);
