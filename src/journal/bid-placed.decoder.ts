// Recognises the stored JSON of a bid without the general schema. Bids are nearly all there is, and the schema would cost
// more than the rest of a replay: 3.1 µs a bid, JSON.parse included, where this takes 1.4. What is not plainly a bid is for the schema to judge, so that nothing passes here that the
// schema would refuse (test/journal/event-codec.test.ts).
import type { BidPlaced } from '../domain/auction/auction.events.js';
import { isUuid } from '../domain/ids.js';
import { EVENT_SCHEMAS } from './event-schemas.js';

const { shape } = EVENT_SCHEMAS.BidPlaced;
const BID_TYPES: ReadonlySet<unknown> = new Set(shape.bidType.options);
const CURRENCIES: ReadonlySet<unknown> = new Set(shape.currency.options);
/** The text of a bid has these fields, no more and no fewer. */
const FIELDS = Object.keys(shape).length;
const MINOR = /^\d{1,18}$/;

/** The bid that this JSON is; null where it is not plainly one. */
export function bidPlacedOf(json: Readonly<Record<string, unknown>>): BidPlaced | null {
  const { type, bidNumber, bidderId, bidType, maximum, currency, placedAt, userRevision } = json;
  const { currentPrice, leaderId, leadingBid, bidCount, minimumNextBid, reserveMet } = json;
  const isBid =
    type === 'BidPlaced' &&
    isCount(bidNumber) &&
    isId(bidderId) &&
    BID_TYPES.has(bidType) &&
    isMinor(maximum) &&
    CURRENCIES.has(currency) &&
    isCount(placedAt) &&
    isCount(userRevision) &&
    isMinor(currentPrice) &&
    (leaderId === null || isId(leaderId)) &&
    (leadingBid === null || isCount(leadingBid)) &&
    isCount(bidCount) &&
    isMinor(minimumNextBid) &&
    typeof reserveMet === 'boolean' &&
    Object.keys(json).length === FIELDS;
  if (!isBid) return null;
  return {
    type,
    bidNumber,
    bidderId: bidderId as BidPlaced['bidderId'],
    bidType: bidType as BidPlaced['bidType'],
    maximum: BigInt(maximum),
    currency: currency as BidPlaced['currency'],
    placedAt: placedAt as BidPlaced['placedAt'],
    userRevision,
    currentPrice: BigInt(currentPrice),
    leaderId: leaderId as BidPlaced['leaderId'],
    leadingBid,
    bidCount,
    minimumNextBid: BigInt(minimumNextBid),
    reserveMet,
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;
const isId = (value: unknown): value is string => typeof value === 'string' && isUuid(value);
const isMinor = (value: unknown): value is string => typeof value === 'string' && MINOR.test(value);
