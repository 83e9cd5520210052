// The journal of an empty EventStoreDB out of Bronze: streams, revisions, texts and command ids as they were, in the order of the
// archive. Positions are that store's own, so the archive does not go on: the house gets a new one (docs/adr/0075).
import type { DuckDBConnection } from '@duckdb/node-api';
import pg from 'pg';
import type { CommandId, UserId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';
import { takeLock } from '../../feed/advisory-lock.js';
import type { RecordedEvent } from '../../journal/journal.js';
import { withDuck } from '../../lake/duck.js';
import { FIRST_DIGEST } from '../../projections/bronze/manifest.js';
import { openOriginal } from '../../projections/bronze/originals.js';
import { OperatorError } from '../../runtime/operator-error.js';
import * as sql from './restore.sql.js';
import { type RestoredJournal, type RestoreParts, readChain, refuseHouseAtWork } from './restore-journal.js';

/** An event as it was recorded, without its position. */
type PlacedEvent = Omit<RecordedEvent, 'kind' | 'event' | 'position'>;

/** The store that the events go to. */
export type StreamTarget = Readonly<{
  isEmpty(): Promise<boolean>;
  add(events: readonly PlacedEvent[]): Promise<void>;
}>;

const PAGE_EVENTS = 5_000;

/**
 * Restores the streams. Refuses a store with events of its own, a house at work, and an archive that is empty; throws
 * `BronzeBroken` where the archive contradicts itself. Run again after a crash it goes through all parts again, and the store
 * passes over what it has.
 */
export async function restoreStreams(parts: RestoreParts, target: StreamTarget): Promise<RestoredJournal> {
  const client = new pg.Client({ ...parts.database, application_name: 'gavel restore', keepAlive: true });
  // A lost connection fails the query under way, or the next one; without a listener Node would end the process.
  client.on('error', () => undefined);
  await client.connect();
  try {
    if (!(await takeLock(client, 'restore')))
      throw new OperatorError('another restore is at work on this database; wait for its end');
    const chain = await readChain(parts, { withGaps: true });
    await refuseHouseAtWork(client);
    const { rows } = await client.query<{ is_begun: boolean }>(sql.STATE);
    if (rows[0]?.is_begun !== true && !(await target.isEmpty()))
      throw new OperatorError('EventStoreDB has events of a house already: a restore from Bronze needs an empty one');
    const upTo = chain.at(-1)?.manifest.last ?? '0';
    await client.query(sql.BEGIN_RESTORE, [upTo]);
    const total = chain.reduce((sum, { manifest }) => sum + manifest.rows, 0);
    let done = 0;
    await withDuck(parts.duck, async (duck) => {
      for (const [index, { manifest }] of chain.entries()) {
        const digestBefore = chain[index - 1]?.manifest.digest ?? FIRST_DIGEST;
        await openOriginal({ store: parts.store, duck, scratch: parts.scratch, digestBefore }, manifest);
        for await (const page of pagesOf(duck)) {
          await target.add(page);
          done += page.length;
          parts.progress(done, total);
        }
        await parts.onPart?.(manifest.part);
      }
    });
    await client.query(sql.FORGET_RESTORE);
    return { events: total, parts: chain.length, partsBefore: 0, upTo };
  } finally {
    await client.end();
  }
}

/** The events of the table `part`, in their order. */
async function* pagesOf(duck: DuckDBConnection): AsyncGenerator<readonly PlacedEvent[]> {
  for (let after = '-1'; ; ) {
    const rows = (await duck.runAndReadAll(sql.PAGE(after, PAGE_EVENTS))).getRowObjects();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield rows.map(eventOf);
    after = String(last['position']);
  }
}

const optional = (value: unknown): string | null => (value === null ? null : String(value));

const eventOf = (row: Readonly<Record<string, unknown>>): PlacedEvent => ({
  streamId: String(row['stream_id']) as StreamId,
  revision: Number(row['revision']),
  eventType: String(row['event_type']),
  schemaVersion: Number(row['schema_version']),
  occurredAt: Number(row['occurred_at']) as Instant,
  recordedAt: Number(row['recorded_at']) as Instant,
  meta: {
    commandId: optional(row['command_id']) as CommandId | null,
    actorId: optional(row['actor_id']) as UserId | null,
    fingerprint: optional(row['fingerprint']),
    correlationId: optional(row['correlation_id']),
    causationId: optional(row['causation_id']),
  },
  text: String(row['payload']),
  hash: String(row['hash']),
});
