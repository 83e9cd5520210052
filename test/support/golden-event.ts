// Events as they were once written, for tests that need some event and do not care which, or every one there is.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  fraudCaseId,
  hallResultId,
  operationId,
  paymentId,
  payoutRunId,
  runId,
  saleId,
  seriesId,
} from '../../src/domain/ids.js';
import {
  auctionStream,
  caseStream,
  type DomainEvent,
  hallStream,
  operationStream,
  paymentStream,
  payoutStream,
  refusalsStream,
  runStream,
  type StreamId,
  saleStream,
  seriesStream,
  userStream,
} from '../../src/domain/messages.js';
import { decodeEvent } from '../../src/journal/event-codec.js';
import type { Position, RecordedEvent } from '../../src/journal/journal.js';
import { ann, at, bob, clock } from './auction-story.js';

const folder = join('test', 'fixtures', 'events');

export type Golden = Readonly<{ name: string; type: string; version: number }>;

/** Every event ever stored, by the names of their files. */
export const goldenEvents: readonly Golden[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({ ...partsOf(file), name: file.slice(0, -'.json'.length) }));

/** The event of `test/fixtures/events/NAME.json`, as `BidPlaced.v1`. */
export const goldenEvent = (name: string): DomainEvent => goldenEntry(name).event;

/** The same as a journal would hand it out: at revision 3 of the clock's stream, or of Ann's account. */
export function goldenEntry(name: string): RecordedEvent {
  const { type, version } = partsOf(name);
  const text = readFileSync(join(folder, `${name}.json`), 'utf8').trimEnd();
  return {
    kind: 'event',
    position: 7n as Position,
    streamId: goldenStream(type),
    revision: 3,
    eventType: type,
    schemaVersion: version,
    occurredAt: at('10:00:00'),
    recordedAt: at('10:00:01'),
    meta: { commandId: null, actorId: bob, fingerprint: '4242', correlationId: null, causationId: null },
    text,
    hash: '',
    event: decodeEvent(type, version, text),
  };
}

const PAYMENT = '01900003-0000-8000-8000-000000000001';

const OPERATION = '01900009-0000-7000-8000-000000000001';

const RUN = '01900005-0000-7000-8000-000000000001';

const CASE = '01900006-0000-8000-8000-000000000001';

const HALL_LOT = '01900004-0000-8000-8000-000000000001';

const SERIES = '01900008-0000-8000-8000-000000000001';

const PAYOUT = '01900009-0000-8000-8000-000000000001';

const SALE = '01900007-0000-8000-8000-000000000001';

/** The stream that an event of this type would be in. */
export function goldenStream(type: string): StreamId {
  if (/Rejected$/.test(type)) return refusalsStream(clock);
  if (/^Payment(Claimed|Released)$/.test(type)) return paymentStream(paymentId(PAYMENT));
  if (/^Payout(Run)/.test(type)) return payoutStream(payoutRunId(PAYOUT));
  if (/^Document/.test(type)) return seriesStream(seriesId(SERIES));
  if (/^Run/.test(type)) return runStream(runId(RUN));
  if (/^Operation/.test(type)) return operationStream(operationId(OPERATION));
  if (/^Fraud/.test(type)) return caseStream(fraudCaseId(CASE));
  if (/^(Sale(Drafted|Revised|Published|Opened|Closed|Cancelled)|Lot(Added|Renumbered|Withdrawn)|Paddle)/.test(type))
    return saleStream(saleId(SALE));
  if (/^Hall(Result|Bid)/.test(type)) return hallStream(hallResultId(HALL_LOT));
  return /^(User|PersonalData|Email|MailChosen|Tax|BankAccount)/.test(type) ? userStream(ann) : auctionStream(clock);
}

function partsOf(name: string): Readonly<{ type: string; version: number }> {
  const [type = '', version = ''] = name.split('.');
  return { type, version: Number(version.slice(1)) };
}
