// One English auction: what it may answer to a command, and what each fact makes of it. Pure: no I/O, no clock, no
// randomness; time and the bidder's standing arrive as facts beside the command.
import type { Actor, Facts, UserStanding } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { UserId } from '../ids.js';
import type { Minor } from '../money.js';
import { textProblem } from '../text-limits.js';
import { type Instant, later } from '../time.js';
import type {
  AuctionCommand,
  BuyNow,
  CloseAuction,
  DeferClosing,
  ListAuction,
  PlaceBid,
  RetractBid,
} from './auction.commands.js';
import type { AuctionEvent, AuctionListed, BidPlaced, BidType, ClosingExtended, Standing } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import { saleAmounts } from './fees.js';
import { listingProblem } from './listing.js';
import { isReserveMet, type Lead, type LiveBid, leadAfter, minimumNextBid } from './proxy-bidding.js';
import { retractableUntil } from './retraction.js';
import { type ClosingState, extendedClose } from './soft-close.js';
import type { EnglishTerms } from './terms.js';

/** The accepted bids, newest first. A list that only grows at its head: an auction of a million bids copies nothing. */
export type BidHistory = Readonly<{ bid: LiveBid; retracted: boolean; earlier: BidHistory }> | null;

export type OpenAuction = Readonly<{
  status: 'open';
  sellerId: UserId;
  terms: EnglishTerms;
  opensAt: Instant;
  closing: ClosingState;
  lead: Lead | null;
  /** Accepted bids ever, and those of them that still count. */
  bidsPlaced: number;
  bidCount: number;
  history: BidHistory;
}>;

/** An auction before it is listed, while it takes bids (or will), and after its end. */
export type Auction =
  | Readonly<{ status: 'unlisted' }>
  | OpenAuction
  | Readonly<{ status: 'sold' | 'passed' | 'cancelled' | 'withdrawn'; sellerId: UserId; currentPrice: Minor }>;

export const unlisted: Auction = { status: 'unlisted' };

type Answer = Decision<AuctionEvent, AuctionRejection>;

const SNIPE_MS = 60_000;

/** Judges a command. The answer is the events to record, or the one reason for which it is refused. */
export function decide(command: AuctionCommand, auction: Auction, facts: Facts): Answer {
  if (command.type === 'ListAuction') return list(command, auction, facts);
  if (auction.status === 'unlisted') return reject({ reason: 'AuctionUnknown' });
  if (auction.status !== 'open') return reject({ reason: 'AuctionNotOpen', status: auction.status });
  switch (command.type) {
    case 'PlaceBid':
      return placeBid(command, auction, facts);
    case 'BuyNow':
      return buyNow(command, auction, facts);
    case 'RetractBid':
      return retractBid(command, auction, facts);
    case 'CancelAuction':
      return cancel(command.reason, auction, facts);
    case 'WithdrawAuction':
      return withdraw(command.reason, facts);
    case 'CloseAuction':
      return close(command, auction, facts);
    case 'DeferClosing':
      return defer(command, auction, facts);
  }
}

/** Applies a fact. It never judges: a rule changed today must not unmake yesterday's bid. Throws on an impossible order. */
export function evolve(auction: Auction, event: AuctionEvent): Auction {
  if (event.type === 'AuctionListed') {
    if (auction.status !== 'unlisted') throw new Error('corrupt stream: AuctionListed on an auction that is listed');
    return opened(event);
  }
  if (auction.status !== 'open')
    throw new Error(`corrupt stream: ${event.type} on an auction that is ${auction.status}`);
  switch (event.type) {
    case 'BidPlaced':
      return withBid(auction, event);
    case 'ClosingExtended':
      return { ...auction, closing: { ...auction.closing, closesAt: event.closesAt, extensions: event.extensions } };
    case 'BidRetracted':
      return withoutBid(auction, event.bidNumber);
    case 'AuctionSold':
      return ended('sold', auction);
    case 'AuctionPassed':
      return ended('passed', auction);
    case 'AuctionCancelled':
      return ended('cancelled', auction);
    case 'AuctionWithdrawn':
      return ended('withdrawn', auction);
  }
}

/** What stands in an open auction: the price, who leads, and what the next bid must be. */
export const standingOf = ({ lead, terms, bidCount }: Pick<OpenAuction, 'lead' | 'terms' | 'bidCount'>): Standing => ({
  currentPrice: lead === null ? terms.startingPrice : lead.price,
  leaderId: lead === null ? null : lead.leading.bidderId,
  leadingBid: lead === null ? null : lead.leading.bidNumber,
  bidCount,
  minimumNextBid: minimumNextBid(lead, terms),
  reserveMet: isReserveMet(lead, terms),
});

function list(command: ListAuction, auction: Auction, { at, actor, standing }: Facts): Answer {
  if (auction.status !== 'unlisted') return reject({ reason: 'AuctionAlreadyListed' });
  if (!mayList(actor, command.sellerId)) return reject({ reason: 'NotAllowed' });
  if (standing.status === 'unknown') return reject({ reason: 'SellerUnknown' });
  if (standing.status === 'suspended') return reject({ reason: 'SellerSuspended' });
  const problem = listingProblem(command, at);
  if (problem !== null) return reject({ reason: 'InvalidTerms', ...problem });
  const { sellerId, item, terms, closesAt } = command;
  return accept({
    type: 'AuctionListed',
    sellerId,
    item,
    terms,
    opensAt: command.opensAt ?? at,
    closesAt,
    listedAt: at,
  });
}

function placeBid(command: PlaceBid, auction: OpenAuction, facts: Facts): Answer {
  const { at, actor, standing } = facts;
  if (!mayBid(command, actor)) return reject({ reason: 'NotAllowed' });
  const barred = bidBarred(command.bidderId, auction, facts);
  if (barred !== null) return reject(barred);
  if (command.currency !== auction.terms.currency)
    return reject({ reason: 'CurrencyMismatch', currency: auction.terms.currency });
  const { lead, terms } = auction;
  if (lead !== null && lead.leading.bidderId === command.bidderId) {
    if (command.amount <= lead.leading.maximum) return reject({ reason: 'BidNotAboveOwnMaximum' });
  } else {
    const minimum = minimumNextBid(lead, terms);
    if (command.amount < minimum) return reject({ reason: 'BidBelowMinimum', minimumNextBid: minimum });
  }
  const bid: LiveBid = {
    bidNumber: auction.bidsPlaced + 1,
    bidderId: command.bidderId,
    maximum: command.amount,
    placedAt: at,
  };
  const next = leadAfter(lead, bid, terms);
  const placed = bidPlaced(bid, bidTypeOf(command, auction.closing.closesAt, at, next.price), auction, next, standing);
  const extended = extension(auction, placed);
  return extended === null ? accept(placed) : accept<AuctionEvent>(placed, extended);
}

/** Why this user may not bid here and now, whatever the amount; null when the amount decides. */
function bidBarred(
  bidderId: UserId,
  { sellerId, opensAt, closing: { closesAt } }: OpenAuction,
  { at, standing }: Facts,
): AuctionRejection | null {
  if (bidderId === sellerId) return { reason: 'SellerCannotBid' };
  if (standing.status === 'unknown') return { reason: 'BidderUnknown' };
  if (standing.status === 'suspended') return { reason: 'BidderSuspended' };
  if (at < opensAt) return { reason: 'AuctionNotYetOpen', opensAt };
  return at >= closesAt ? { reason: 'BidAfterClose', closesAt } : null;
}

function bidTypeOf({ channel, amount }: PlaceBid, closesAt: Instant, at: Instant, price: Minor): BidType {
  if (channel !== 'online') return channel;
  if (closesAt - at <= SNIPE_MS) return 'snipe';
  return amount > price ? 'proxy' : 'manual';
}

function bidPlaced(
  bid: LiveBid,
  bidType: BidType,
  auction: OpenAuction,
  lead: Lead,
  standing: UserStanding,
): BidPlaced {
  return {
    type: 'BidPlaced',
    bidNumber: bid.bidNumber,
    bidderId: bid.bidderId,
    bidType,
    maximum: bid.maximum,
    currency: auction.terms.currency,
    placedAt: bid.placedAt,
    userRevision: standing.status === 'unknown' ? -1 : standing.revision,
    currentPrice: lead.price,
    leaderId: lead.leading.bidderId,
    leadingBid: lead.leading.bidNumber,
    bidCount: auction.bidCount + 1,
    minimumNextBid: minimumNextBid(lead, auction.terms),
    reserveMet: isReserveMet(lead, auction.terms),
  };
}

function extension({ closing, terms }: OpenAuction, { bidNumber, placedAt }: BidPlaced): ClosingExtended | null {
  const closesAt = extendedClose(closing, placedAt, terms.softClose);
  if (closesAt === null) return null;
  return {
    type: 'ClosingExtended',
    cause: 'SoftClose',
    previousClosesAt: closing.closesAt,
    closesAt,
    extensions: closing.extensions + 1,
    bidNumber,
    extendedAt: placedAt,
  };
}

function buyNow({ bidderId }: BuyNow, auction: OpenAuction, facts: Facts): Answer {
  const { at, actor, standing } = facts;
  const { lead, terms } = auction;
  if (!isSelf(actor, bidderId)) return reject({ reason: 'NotAllowed' });
  const barred = bidBarred(bidderId, auction, facts);
  if (barred !== null) return reject(barred);
  if (terms.buyNowPrice === null) return reject({ reason: 'BuyNowNotOffered' });
  if (terms.reservePrice === null ? lead !== null : isReserveMet(lead, terms)) return reject({ reason: 'BuyNowOver' });
  const bid: LiveBid = { bidNumber: auction.bidsPlaced + 1, bidderId, maximum: terms.buyNowPrice, placedAt: at };
  const bought: Lead = {
    leading: bid,
    runnerUpMaximum: lead === null ? null : lead.leading.maximum,
    price: terms.buyNowPrice,
  };
  const placed = bidPlaced(bid, 'buy-now', auction, bought, standing);
  return accept<AuctionEvent>(placed, sold('BuyNow', bought, terms, at));
}

function retractBid({ bidderId, bidNumber, reason }: RetractBid, auction: OpenAuction, { at, actor }: Facts): Answer {
  if (!isSelf(actor, bidderId) && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const { closesAt } = auction.closing;
  if (at >= closesAt) return reject({ reason: 'BidAfterClose', closesAt });
  const found = findBid(auction.history, bidNumber);
  if (found === null) return reject({ reason: 'BidUnknown' });
  if (found.bid.bidderId !== bidderId) return reject({ reason: 'BidOfAnother' });
  if (found.retracted) return reject({ reason: 'BidAlreadyRetracted' });
  const until = retractableUntil(found.bid, closesAt);
  if (at > until) return reject({ reason: 'RetractionTooLate', retractableUntil: until });
  return accept({
    type: 'BidRetracted',
    bidNumber,
    bidderId,
    reason,
    retractedAt: at,
    ...standingOf(withoutBid(auction, bidNumber)),
  });
}

function cancel(reason: string, { sellerId, bidsPlaced }: OpenAuction, { at, actor }: Facts): Answer {
  if (!isSelf(actor, sellerId) && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (bidsPlaced > 0) return reject({ reason: 'AuctionHasBids' });
  return reasoned(reason) ?? accept({ type: 'AuctionCancelled', reason, cancelledBy: userOf(actor), cancelledAt: at });
}

function withdraw(reason: string, { at, actor }: Facts): Answer {
  if (actor.kind === 'user' && !actor.roles.includes('admin')) return reject({ reason: 'NotAllowed' });
  return reasoned(reason) ?? accept({ type: 'AuctionWithdrawn', reason, withdrawnBy: userOf(actor), withdrawnAt: at });
}

function close(
  command: CloseAuction,
  { closing: { closesAt }, lead, terms }: OpenAuction,
  { at, actor }: Facts,
): Answer {
  if (actor.kind !== 'house') return reject({ reason: 'NotAllowed' });
  if (command.closesAt !== closesAt || at < closesAt) return reject({ reason: 'NotDue', closesAt });
  if (lead === null) return accept({ type: 'AuctionPassed', reason: 'NoBids', closedAt: at });
  if (!isReserveMet(lead, terms)) return accept({ type: 'AuctionPassed', reason: 'ReserveNotMet', closedAt: at });
  return accept<AuctionEvent>(sold('Hammer', lead, terms, at));
}

/** The close falls into an outage: bidding goes on for a window after the recovery (DESIGN, Engine). */
function defer(command: DeferClosing, { closing }: OpenAuction, { at, actor }: Facts): Answer {
  if (actor.kind !== 'house') return reject({ reason: 'NotAllowed' });
  const { closesAt: previousClosesAt, extensions } = closing;
  const closesAt = later(command.recoveredAt, command.windowMs);
  if (command.closesAt !== previousClosesAt || closesAt <= previousClosesAt)
    return reject({ reason: 'NotDue', closesAt: previousClosesAt });
  return accept({
    type: 'ClosingExtended',
    cause: 'Outage',
    previousClosesAt,
    closesAt,
    extensions,
    bidNumber: null,
    extendedAt: at,
  });
}

function sold(
  via: 'Hammer' | 'BuyNow',
  { leading, price }: Lead,
  { currency, fees }: EnglishTerms,
  at: Instant,
): AuctionEvent {
  return {
    type: 'AuctionSold',
    via,
    buyerId: leading.bidderId,
    winningBid: leading.bidNumber,
    currency,
    ...saleAmounts(price, fees),
    closedAt: at,
  };
}

const opened = ({ sellerId, terms, opensAt, closesAt }: AuctionListed): OpenAuction => ({
  status: 'open',
  sellerId,
  terms,
  opensAt,
  closing: { scheduledClosesAt: closesAt, closesAt, extensions: 0 },
  lead: null,
  bidsPlaced: 0,
  bidCount: 0,
  history: null,
});

function withBid(auction: OpenAuction, event: BidPlaced): OpenAuction {
  const { bidNumber, bidderId, maximum, placedAt, currentPrice, leadingBid } = event;
  const bid: LiveBid = { bidNumber, bidderId, maximum, placedAt };
  const before = auction.lead;
  const leading = leadingBid === bidNumber || before === null ? bid : before.leading;
  return {
    ...auction,
    lead: { leading, runnerUpMaximum: runnerUpAfter(before, bid, leading), price: currentPrice },
    bidsPlaced: bidNumber,
    bidCount: event.bidCount,
    history: { bid, retracted: false, earlier: auction.history },
  };
}

// The best maximum of the others, by who leads as the event tells it, not by a rule judged again.
function runnerUpAfter(before: Lead | null, bid: LiveBid, leading: LiveBid): Minor | null {
  if (before === null) return null;
  const rival = leading === bid ? before.leading : bid;
  if (rival.bidderId === leading.bidderId) return before.runnerUpMaximum;
  return before.runnerUpMaximum !== null && before.runnerUpMaximum > rival.maximum
    ? before.runnerUpMaximum
    : rival.maximum;
}

/**
 * The auction as if that bid had never been placed: the remaining bids, in their order, make the price by the same rules,
 * each taken as accepted. It is the only way in which a price may fall.
 */
function withoutBid(auction: OpenAuction, bidNumber: number): OpenAuction {
  const kept: { bid: LiveBid; retracted: boolean }[] = [];
  for (let node = auction.history; node !== null; node = node.earlier)
    kept.push({ bid: node.bid, retracted: node.retracted || node.bid.bidNumber === bidNumber });
  let history: BidHistory = null;
  let lead: Lead | null = null;
  for (const { bid, retracted } of kept.reverse()) {
    history = { bid, retracted, earlier: history };
    if (!retracted) lead = leadAfter(lead, bid, auction.terms);
  }
  return { ...auction, history, lead, bidCount: auction.bidCount - 1 };
}

const ended = (
  status: 'sold' | 'passed' | 'cancelled' | 'withdrawn',
  { sellerId, lead, terms }: OpenAuction,
): Auction => ({
  status,
  sellerId,
  currentPrice: lead === null ? terms.startingPrice : lead.price,
});

function findBid(history: BidHistory, bidNumber: number): Exclude<BidHistory, null> | null {
  for (let node = history; node !== null; node = node.earlier) if (node.bid.bidNumber === bidNumber) return node;
  return null;
}

function reasoned(reason: string): Answer | null {
  const problem = textProblem(reason, 1, 500);
  return problem === null ? null : reject({ reason: 'InvalidTerms', field: 'reason', problem });
}

const isSelf = (actor: Actor, userId: UserId): boolean => actor.kind === 'user' && actor.userId === userId;
const isStaff = (actor: Actor): boolean =>
  actor.kind === 'house' || actor.roles.includes('operator') || actor.roles.includes('admin');
const userOf = (actor: Actor): UserId | null => (actor.kind === 'user' ? actor.userId : null);
const mayList = (actor: Actor, sellerId: UserId): boolean =>
  isStaff(actor) || (actor.kind === 'user' && actor.userId === sellerId && actor.roles.includes('seller'));
const mayBid = ({ channel, bidderId }: PlaceBid, actor: Actor): boolean =>
  channel === 'online' ? isSelf(actor, bidderId) : isStaff(actor);
