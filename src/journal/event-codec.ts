// Events as stored text, and back. What is written is fixed for ever: a changed shape gets a new version here and an
// upcaster that lifts the old one, and the JSON of every version ever written stays under test/fixtures/events.
import type { DomainEvent } from '../domain/messages.js';
import { bigintAsText } from '../runtime/bigint-text.js';
import { bidPlacedOf } from './bid-placed.decoder.js';
import { type Decodable, EVENT_SCHEMAS } from './event-schemas.js';

/** An event as it is stored: its type and schema version beside the text. */
export type EncodedEvent = Readonly<{ eventType: string; schemaVersion: number; text: string }>;

/** Lifts the stored JSON of one version to the next. Pure and total: it must not fail on anything that version wrote. */
export type Upcaster = (stored: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** Upcasters by event type; the one at index 0 lifts version 1 to version 2, and so on. */
export type Upcasters = Readonly<Record<string, readonly Upcaster[]>>;

/** A stored event that cannot be read. The message says what is wrong with it, not what it holds. */
export class EventUnreadable extends Error {
  readonly code = 'EventUnreadable';
}

const UPCASTERS: Upcasters = {
  // Before a payment could pay several sales, all of it was for one.
  PaymentRecorded: [(stored) => ({ ...stored, paymentTotal: stored['amount'] })],
  // Before there were part refunds, a credit note took back a whole sale.
  DocumentIssued: [(stored) => ({ ...stored, refund: null })],
};

const isEventType = (name: string): name is DomainEvent['type'] => Object.hasOwn(EVENT_SCHEMAS, name);

/** The codec; tests hand in upcasters of their own to walk the road that a changed event will take. */
export function eventCodec(upcasters: Upcasters) {
  const currentVersion = (type: string): number => 1 + (upcasters[type]?.length ?? 0);
  return {
    currentVersion,

    encode: (event: DomainEvent): EncodedEvent => ({
      eventType: event.type,
      schemaVersion: currentVersion(event.type),
      // `satisfies`: what the domain can say and the schemas could not read back does not compile.
      text: JSON.stringify(event satisfies Decodable, bigintAsText),
    }),

    decode: (eventType: string, schemaVersion: number, text: string): DomainEvent => {
      if (!isEventType(eventType)) throw new EventUnreadable(`unknown event type "${eventType}"`);
      if (schemaVersion < 1 || schemaVersion > currentVersion(eventType))
        throw new EventUnreadable(`${eventType} has no schema version ${schemaVersion}`);
      const lifted = (upcasters[eventType] ?? [])
        .slice(schemaVersion - 1)
        .reduce((stored, upcast) => upcast(stored), parsed(text));
      const bid = eventType === 'BidPlaced' ? bidPlacedOf(lifted) : null;
      if (bid !== null) return bid;
      const result = EVENT_SCHEMAS[eventType].safeParse(lifted);
      if (result.success) return result.data;
      const issue = result.error.issues[0];
      throw new EventUnreadable(`${eventType} is damaged at "${issue?.path.join('.')}": ${issue?.message}`);
    },
  };
}

const codec = eventCodec(UPCASTERS);

/** An event as text of today's version. */
export const encodeEvent = codec.encode;

/** The version that events of this type are written in. */
export const { currentVersion } = codec;

/** A stored event of any version, lifted to today's shape. Throws `EventUnreadable` on anything that was never written. */
export const decodeEvent = codec.decode;

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {
    throw new EventUnreadable('the text is not JSON');
  }
  throw new EventUnreadable('the text is not a JSON object');
}
