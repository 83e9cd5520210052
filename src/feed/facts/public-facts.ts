// What anybody may see of a recorded event: what the relay publishes, what live prices are fed with. No maximum, no sealed
// amount, no reserve, no fees of others and no person's data leave through here; a field that is not named below stays.
import { z } from 'zod';
import type { AuctionEvent, AuctionListed, Standing } from '../../domain/auction/auction.events.js';
import { LENGTH_UNITS, RETRACTION_POLICIES, WEIGHT_UNITS } from '../../domain/auction/terms.js';
import type { AuctionId, SaleId, UserId } from '../../domain/ids.js';
import { type StreamId, type StreamOwner, streamOwner } from '../../domain/messages.js';
import { CURRENCY_DIGITS, type Currency } from '../../domain/money.js';
import type { Instant } from '../../domain/time.js';
import { bigintAsText } from '../../runtime/bigint-text.js';
import { RecentMap } from '../../runtime/recent-map.js';
import type { JournalEntry, RecordedEvent } from '../feed.js';

const OWNERS_MAX = 20_000;

const minor = z
  .string()
  .regex(/^\d{1,18}$/)
  .transform((text) => BigInt(text));
const at = z.int().transform((ms) => ms as Instant);
const sale = z.uuid().transform((id) => id as SaleId);
const auction = z.uuid().transform((id) => id as AuctionId);
const user = z.uuid().transform((id) => id as UserId);
const currency = z.enum(Object.keys(CURRENCY_DIGITS) as [Currency, ...Currency[]]);
const count = z.int().nonnegative();
const text = z.string();

const standing = {
  currentPrice: minor,
  minimumNextBid: minor,
  leaderId: user.nullable(),
  leadingBid: count.nullable(),
  bidCount: count,
  reserveMet: z.boolean(),
};

const itemDetails = z.object({
  conditionReport: text.nullable(),
  provenance: text.nullable(),
  shippingNotes: text.nullable(),
  dimensions: z
    .object({ width: z.number(), height: z.number(), depth: z.number().nullable(), unit: z.enum(LENGTH_UNITS) })
    .nullable(),
  weight: z.object({ value: z.number(), unit: z.enum(WEIGHT_UNITS) }).nullable(),
});

const EVENTS = [
  z.object({
    type: z.literal('AuctionListed'),
    sellerId: user,
    title: text,
    description: text,
    category: text,
    photos: z.array(z.uuid()).readonly().default([]),
    details: itemDetails.nullable().default(null),
    format: z.enum(['english', 'sealed-first-price', 'vickrey', 'hall']),
    currency,
    startingPrice: minor,
    hasReserve: z.boolean(),
    buyNowPrice: minor.nullable(),
    retraction: z.enum(RETRACTION_POLICIES),
    opensAt: at,
    closesAt: at,
    listedAt: at,
    relistOf: auction.nullable().default(null),
    lot: z.object({ saleId: sale, lotNumber: text }).nullable().default(null),
    ...standing,
  }),
  z.object({ type: z.literal('AuctionOpened'), opensAt: at, openedAt: at }),
  z.object({
    type: z.literal('BidPlaced'),
    bidNumber: count,
    bidderId: user,
    bidType: z.enum(['manual', 'proxy', 'snipe', 'buy-now', 'absentee', 'floor', 'phone']),
    currency,
    placedAt: at,
    ...standing,
  }),
  /** A bid whose amount nobody is told, not even after the close. The price becomes known with the sale. */
  z.object({
    type: z.literal('SealedBidPlaced'),
    bidNumber: count,
    bidderId: user,
    bidType: z.enum(['manual', 'snipe', 'absentee', 'floor', 'phone']),
    placedAt: at,
    replaces: count.nullable(),
    bidCount: count,
  }),
  z.object({
    type: z.literal('SealedBidRetracted'),
    bidNumber: count,
    bidderId: user,
    reason: z.enum(['TypingError', 'DescriptionChanged']),
    retractedAt: at,
    bidCount: count,
  }),
  z.object({
    type: z.literal('ClosingExtended'),
    cause: z.enum(['SoftClose', 'Outage', 'Sale']),
    previousClosesAt: at,
    closesAt: at,
    extensions: count,
    bidNumber: count.nullable(),
    extendedAt: at,
  }),
  z.object({
    type: z.literal('BidRetracted'),
    bidNumber: count,
    bidderId: user,
    reason: z.enum(['TypingError', 'DescriptionChanged']),
    retractedAt: at,
    ...standing,
  }),
  /** Why it was voided, its bidder is told, and nobody else. */
  z.object({ type: z.literal('BidVoided'), bidNumber: count, bidderId: user, voidedAt: at, ...standing }),
  z.object({ type: z.literal('SealedBidVoided'), bidNumber: count, bidderId: user, voidedAt: at, bidCount: count }),
  z.object({ type: z.literal('LotOpened'), openedAt: at, ...standing }),
  z.object({ type: z.literal('PriceAsked'), askedAt: at, ...standing }),
  z.object({ type: z.literal('FairWarningGiven'), leadingBid: count, givenAt: at }),
  z.object({ type: z.literal('CallUndone'), bidNumber: count, bidderId: user, undoneAt: at, ...standing }),
  z.object({
    type: z.literal('AuctionSold'),
    via: z.enum(['Hammer', 'BuyNow']),
    buyerId: user,
    winningBid: count,
    currency,
    hammerPrice: minor,
    closedAt: at,
  }),
  z.object({ type: z.literal('AuctionPassed'), reason: z.enum(['NoBids', 'ReserveNotMet']), closedAt: at }),
  z.object({ type: z.literal('AuctionCancelled'), reason: text, cancelledAt: at }),
  z.object({ type: z.literal('AuctionWithdrawn'), reason: text, withdrawnAt: at }),
  /** What the new auction is held under is told by its own listing. */
  z.object({ type: z.literal('AuctionRelisted'), relistedAs: auction, relistedAt: at }),
  /** Something happened that is not for everybody. Its revision still counts, so that watchers can tell a gap. */
  z.object({ type: z.literal('Undisclosed') }),
] as const;

/** The public part of each event, as this version knows them. */
export const publicEventSchema = z.discriminatedUnion('type', EVENTS);
const PUBLIC_TYPES: ReadonlySet<unknown> = new Set(EVENTS.map(({ shape }) => shape.type.value));

// A newer writer may know types that we do not: they move the revision, and readers that need them ask Silver.
const knownEvent = z.preprocess((event) => (isOfKnownType(event) ? event : { type: 'Undisclosed' }), publicEventSchema);

/** A fact as JSON: amounts as decimal text, times in epoch milliseconds. Fields that a reader does not know are passed over. */
export const publicFactSchema = z.object({
  auctionId: auction,
  /** The auction's revision after this; each event of its stream is one fact, so a gap means that facts are missing. */
  revision: count,
  occurredAt: at,
  recordedAt: at,
  event: knownEvent,
});

export type PublicEvent = z.output<typeof publicEventSchema>;
export type PublicFact = Readonly<z.output<typeof publicFactSchema>>;

/** What anybody may see of a recorded event: null for the events of accounts and refusals, and for unreadable ones. */
export function publicFactOf(entry: JournalEntry): PublicFact | null {
  if (entry.kind === 'unreadable') return null;
  const owner = ownerOf(entry.streamId);
  if (owner.kind !== 'auction') return null;
  const { revision, occurredAt, recordedAt } = entry;
  const event = publicEventOf(entry.event as AuctionEvent);
  return { auctionId: owner.id, revision, occurredAt, recordedAt, event };
}

/**
 * The same, its event left in the journal's form until somebody asks for it: most auctions are watched by nobody most of
 * the time. For use in this process; a copy of it, or its JSON, would lack the event.
 */
export function deferredFactOf(entry: JournalEntry): PublicFact | null {
  if (entry.kind === 'unreadable') return null;
  const owner = ownerOf(entry.streamId);
  return owner.kind === 'auction' ? new DeferredFact(owner.id, entry, entry) : null;
}

/** Of streams that went by lately: the same few go by again and again. */
const owners = new RecentMap<StreamId, StreamOwner>(OWNERS_MAX);

function ownerOf(streamId: StreamId): StreamOwner {
  const known = owners.get(streamId);
  if (known !== undefined) return known;
  const owner = streamOwner(streamId);
  owners.set(streamId, owner);
  return owner;
}

class DeferredFact {
  readonly auctionId: AuctionId;
  readonly revision: number;
  readonly occurredAt: Instant;
  readonly recordedAt: Instant;
  // Out of reach even for a log that prints the whole object.
  readonly #source: RecordedEvent | (() => PublicEvent);
  #disclosed: PublicEvent | null = null;

  constructor(
    auctionId: AuctionId,
    { revision, occurredAt, recordedAt }: Pick<PublicFact, 'revision' | 'occurredAt' | 'recordedAt'>,
    source: RecordedEvent | (() => PublicEvent),
  ) {
    this.auctionId = auctionId;
    this.revision = revision;
    this.occurredAt = occurredAt;
    this.recordedAt = recordedAt;
    this.#source = source;
  }

  get event(): PublicEvent {
    const source = this.#source;
    this.#disclosed ??= typeof source === 'function' ? source() : publicEventOf(source.event as AuctionEvent);
    return this.#disclosed;
  }
}

/** A fact as the text of a message. */
export function publicFactText(fact: PublicFact): string {
  const { event } = fact;
  return event.type === 'BidPlaced' ? bidFactText(fact, event) : JSON.stringify(fact, bigintAsText);
}

// Bids are nearly all there is, and a replacer function costs several times the rest of the text. No string in it needs
// escaping: ids and codes are of closed alphabets.
const bidFactText = (
  { auctionId, revision, occurredAt, recordedAt }: PublicFact,
  e: Extract<PublicEvent, { type: 'BidPlaced' }>,
): string =>
  `{"auctionId":"${auctionId}","revision":${revision},"occurredAt":${occurredAt},"recordedAt":${recordedAt},` +
  `"event":{"type":"BidPlaced","bidNumber":${e.bidNumber},"bidderId":"${e.bidderId}","bidType":"${e.bidType}",` +
  `"currency":"${e.currency}","placedAt":${e.placedAt},"currentPrice":"${e.currentPrice}",` +
  `"minimumNextBid":"${e.minimumNextBid}","leaderId":${e.leaderId === null ? 'null' : `"${e.leaderId}"`},` +
  `"leadingBid":${e.leadingBid},"bidCount":${e.bidCount},"reserveMet":${e.reserveMet}}}`;

/**
 * A fact from the text of a message, its event checked only when somebody asks for it; throws on text that is no fact's.
 * A caller that needs the event asks `isReadable` first.
 */
export function deferredPublicFact(message: string): PublicFact {
  const { event, ...about } = deferredSchema.parse(JSON.parse(message));
  return new DeferredFact(about.auctionId, about, () => knownEvent.parse(event));
}

/** False where the event of a deferred fact is none; asking for it would throw. */
export function isReadable(fact: PublicFact): boolean {
  try {
    return isObject(fact.event);
  } catch {
    return false;
  }
}

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null;
const deferredSchema = publicFactSchema.extend({ event: z.custom<object>(isObject) });

const isOfKnownType = (event: unknown): boolean =>
  typeof event === 'object' && event !== null && 'type' in event && PUBLIC_TYPES.has(event.type);

/** Written out field by field, so that a field added to an event is public only once somebody says so here. */
function publicEventOf(event: AuctionEvent): PublicEvent {
  switch (event.type) {
    case 'AuctionListed':
      return listingOf(event);
    case 'BidPlaced': {
      const { type, bidNumber, bidderId, bidType, currency, placedAt } = event;
      return { type, bidNumber, bidderId, bidType, currency, placedAt, ...standingOf(event) };
    }
    case 'SealedBidPlaced': {
      const { type, bidNumber, bidderId, bidType, placedAt, replaces, bidCount } = event;
      return { type, bidNumber, bidderId, bidType, placedAt, replaces, bidCount };
    }
    case 'SealedBidRetracted': {
      const { type, bidNumber, bidderId, reason, retractedAt, bidCount } = event;
      return { type, bidNumber, bidderId, reason, retractedAt, bidCount };
    }
    case 'AuctionOpened':
      return { type: event.type, opensAt: event.opensAt, openedAt: event.openedAt };
    case 'AuctionRelisted':
      return { type: event.type, relistedAs: event.relistedAs, relistedAt: event.relistedAt };
    case 'ClosingExtended': {
      const { type, cause, previousClosesAt, closesAt, extensions, bidNumber, extendedAt } = event;
      return { type, cause, previousClosesAt, closesAt, extensions, bidNumber, extendedAt };
    }
    case 'BidRetracted': {
      const { type, bidNumber, bidderId, reason, retractedAt } = event;
      return { type, bidNumber, bidderId, reason, retractedAt, ...standingOf(event) };
    }
    case 'BidVoided': {
      const { type, bidNumber, bidderId, voidedAt } = event;
      return { type, bidNumber, bidderId, voidedAt, ...standingOf(event) };
    }
    case 'SealedBidVoided': {
      const { type, bidNumber, bidderId, voidedAt, bidCount } = event;
      return { type, bidNumber, bidderId, voidedAt, bidCount };
    }
    // Between the bidder and staff: whether a bid may go yet is not for others to count on.
    case 'RetractionRequested':
    case 'RetractionRefused':
    // Among staff alone.
    case 'VoidingProposed':
      return { type: 'Undisclosed' };
    case 'LotOpened':
      return { type: event.type, openedAt: event.openedAt, ...standingOf(event) };
    case 'PriceAsked':
      return { type: event.type, askedAt: event.askedAt, ...standingOf(event) };
    case 'FairWarningGiven':
      return { type: event.type, leadingBid: event.leadingBid, givenAt: event.givenAt };
    case 'CallUndone': {
      const { type, bidNumber, bidderId, undoneAt } = event;
      return { type, bidNumber, bidderId, undoneAt, ...standingOf(event) };
    }
    case 'AuctionSold': {
      const { type, via, buyerId, winningBid, currency, hammerPrice, closedAt } = event;
      return { type, via, buyerId, winningBid, currency, hammerPrice, closedAt };
    }
    case 'AuctionPassed':
      return { type: event.type, reason: event.reason, closedAt: event.closedAt };
    case 'AuctionCancelled':
      return { type: event.type, reason: event.reason, cancelledAt: event.cancelledAt };
    case 'AuctionWithdrawn':
      return { type: event.type, reason: event.reason, withdrawnAt: event.withdrawnAt };
    // Pages ask for these; who follows facts follows the bidding.
    case 'QuestionAsked':
    case 'QuestionAnswered':
    case 'QuestionHidden':
    case 'FeedbackGiven':
    case 'FeedbackReplied':
    case 'FeedbackHidden':
    // What follows on the hammer is between the buyer, the seller and the house.
    case 'InvoiceIssued':
    case 'PaymentRecorded':
    case 'PaymentFailed':
    case 'PaymentOverdue':
    case 'PaymentRefunded':
    case 'DisputeRecorded':
    case 'TransactionSettled':
    case 'PayoutReturned':
    case 'SecondChanceOffered':
    case 'SecondChanceAccepted':
    case 'SecondChanceDeclined':
    case 'SecondChanceExpired':
      return { type: 'Undisclosed' };
  }
}

/** Before the first bid the starting price is both prices. */
const listingOf = ({
  type,
  sellerId,
  item,
  terms,
  opensAt,
  closesAt,
  listedAt,
  relistOf,
  lot,
}: AuctionListed): PublicEvent => ({
  type,
  sellerId,
  title: item.title,
  description: item.description,
  category: item.category,
  photos: item.photos ?? [],
  details: item.details ?? null,
  format: terms.format,
  currency: terms.currency,
  startingPrice: terms.startingPrice,
  hasReserve: terms.reservePrice !== null,
  buyNowPrice: terms.format === 'english' ? terms.buyNowPrice : null,
  retraction: terms.retraction,
  opensAt,
  closesAt,
  listedAt,
  relistOf,
  lot: lot === null ? null : { saleId: lot.saleId, lotNumber: lot.lotNumber },
  currentPrice: terms.startingPrice,
  minimumNextBid: terms.startingPrice,
  leaderId: null,
  leadingBid: null,
  bidCount: 0,
  reserveMet: terms.reservePrice === null,
});

/** Price, leader and counts after an event, and nothing else of it. */
export const standingOf = (event: Standing): Standing => ({
  currentPrice: event.currentPrice,
  minimumNextBid: event.minimumNextBid,
  leaderId: event.leaderId,
  leadingBid: event.leadingBid,
  bidCount: event.bidCount,
  reserveMet: event.reserveMet,
});
