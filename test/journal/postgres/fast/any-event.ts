// Any bid that the domain could record, and any other event with text in it.
import fc from 'fast-check';
import type { BidPlaced } from '../../../../src/domain/auction/auction.events.js';
import { commandId, userId } from '../../../../src/domain/ids.js';
import { CURRENCY_DIGITS, type Currency } from '../../../../src/domain/money.js';
import { instant } from '../../../../src/domain/time.js';
import { EVENT_SCHEMAS } from '../../../../src/journal/event-schemas.js';
import type { EventMeta, NewEvent } from '../../../../src/journal/journal.js';
import { goldenEvent, goldenEvents } from '../../../support/golden-event.js';

const count = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const amount = fc.bigInt({ min: 0n, max: 999_999_999_999_999_999n });
const user = fc.uuid({ version: 7 }).map(userId);
const time = fc.integer({ min: 0, max: 4_000_000_000_000 }).map(instant);
const currencies = Object.keys(CURRENCY_DIGITS) as Currency[];

/** Its fields in the order in which the domain makes them. */
export const anyBid: fc.Arbitrary<BidPlaced> = fc.record({
  type: fc.constant('BidPlaced' as const),
  bidNumber: count,
  bidderId: user,
  bidType: fc.constantFrom(...EVENT_SCHEMAS.BidPlaced.shape.bidType.options),
  maximum: amount,
  currency: fc.constantFrom(...currencies),
  placedAt: time,
  userRevision: count,
  currentPrice: amount,
  leaderId: fc.option(user),
  leadingBid: fc.option(count),
  bidCount: count,
  minimumNextBid: amount,
  reserveMet: fc.boolean(),
});

/** Text as people write it, quotes and umlauts and control characters included; NUL and lone surrogates PostgreSQL refuses. */
const words = fc.string({ unit: 'grapheme', maxLength: 80 }).map((text) => text.replaceAll('\0', ''));

const suspension = fc.record({
  type: fc.constant('UserSuspended' as const),
  reason: fc.string({ unit: 'grapheme', maxLength: 80 }),
  suspendedBy: fc.option(user),
  voidBids: fc.boolean(),
  suspendedAt: time,
});
const golden = fc.constantFrom(...goldenEvents.map(({ name }) => goldenEvent(name)));

const meta: fc.Arbitrary<EventMeta> = fc.record({
  commandId: fc.option(fc.uuid({ version: 7 }).map(commandId)),
  actorId: fc.option(user),
  fingerprint: fc.option(words),
  correlationId: fc.option(words),
  causationId: fc.option(words),
});

export const anyEvent: fc.Arbitrary<NewEvent> = fc.record({
  event: fc.oneof({ weight: 3, arbitrary: anyBid }, suspension, golden),
  occurredAt: time,
  meta,
});
