// Reads of the PostgreSQL journal. Readers that keep up are served from memory (recent-events.ts); all others by an index,
// a page at a time.
import pg from 'pg';
import type { CommandId, UserId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type JournalEntry, NO_STREAM, type Position, type Revision } from '../journal.js';
import { JournalUnavailable } from '../journal-fault.js';
import { entryOf, type StoredEvent } from '../stored-events.js';
import { connectionConfig, isAboutConnection, type WaitLimits } from './postgres.connection.js';
import { HEAD, LAST_REVISION, READ_ALL, READ_ALL_OF, READ_COMMANDS, READ_ONLY, READ_STREAM } from './postgres.sql.js';

export type ReaderSettings = WaitLimits &
  Readonly<{
    readConnectionsMax: number;
    /** How long a read is tried again while the server cannot be reached. */
    retryMaxMs: number;
  }>;

type Row = Readonly<{
  position: string;
  stream_id: StreamId;
  revision: string;
  occurred_at: string;
  recorded_at: string;
  schema_version: number;
  event_type: string;
  command_id: CommandId | null;
  actor_id: UserId | null;
  hash: string;
  fingerprint: string | null;
  correlation_id: string | null;
  causation_id: string | null;
  payload: string;
}>;

/** Positions in a row that do not follow each other: the database was changed behind the journal's back. */
export class JournalInconsistent extends Error {
  readonly code = 'JournalInconsistent';
  readonly retryable = false;
}

const RETRY_MS = 100;

/**
 * Every read is a few rows by an index, in its order. Where the planner has no statistics yet of a table that grows by
 * thousands of rows a second, it expects a share of the whole table instead and starts parallel workers for each page.
 */
const BY_INDEX = ['seqscan', 'bitmapscan', 'hashjoin', 'mergejoin'].map((way) => `-c enable_${way}=off`);
const READER_OPTIONS = [...BY_INDEX, '-c max_parallel_workers_per_gather=0', '-c jit=off'].join(' ');

export class PostgresReader {
  private readonly pool: pg.Pool;
  private closing: Promise<void> | null = null;

  constructor(
    config: pg.ClientConfig,
    private readonly runtime: Runtime,
    log: Log,
    private readonly settings: ReaderSettings,
  ) {
    this.pool = new pg.Pool({
      ...connectionConfig(config, settings, 'gavel journal reader'),
      options: READER_OPTIONS,
      max: settings.readConnectionsMax,
      query_timeout: settings.statementMaxMs + 2_000,
    });
    this.pool.on('error', (error) => {
      // A pool counts as ended while its last connections are still saying goodbye; whatever ends them then is no loss.
      if (this.closing === null) log.warn({ error: error.message }, 'an idle connection of the journal was lost');
    });
  }

  stream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    return this.entries({ ...READ_STREAM, values: [streamId, fromRevision, limit] });
  }

  async lastRevision(streamId: StreamId): Promise<Revision> {
    const rows = await this.rows<{ revision: string }>({ ...LAST_REVISION, values: [streamId] });
    return Number(rows[0]?.revision ?? NO_STREAM);
  }

  /** At most `limit` events behind `after`. Throws `JournalInconsistent` where their positions have a hole. */
  async all(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    const entries = await this.entries({ ...READ_ALL, values: [(after ?? 0n).toString(), limit] });
    let last = after ?? 0n;
    for (const { position } of entries) {
      if (position !== last + 1n)
        throw new JournalInconsistent(`the journal has position ${position} but nothing between it and ${last}`);
      last = position;
    }
    return entries;
  }

  /** Of the next `limit` events behind `after` those of these types, and the last one whatever it is. */
  allOf(types: ReadonlySet<string>, after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    return this.entries({ ...READ_ALL_OF, values: [(after ?? 0n).toString(), limit, [...types]] });
  }

  /** Everything recorded under these command ids, in no order. */
  commands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]> {
    return this.entries({ ...READ_COMMANDS, values: [commandIds] });
  }

  /** The journal's last position; 0 when it is empty. */
  async lastPosition(): Promise<bigint> {
    const rows = await this.rows<{ last: string }>(HEAD);
    return BigInt(rows[0]?.last ?? 0);
  }

  /** Whether the server takes no writes at all. */
  async isReadOnly(): Promise<boolean> {
    const rows = await this.rows<{ is_read_only: boolean }>(READ_ONLY);
    return rows[0]?.is_read_only === true;
  }

  close(): Promise<void> {
    this.closing ??= this.pool.end();
    return this.closing;
  }

  private async entries(query: pg.QueryConfig): Promise<readonly JournalEntry[]> {
    const rows = await this.rows<Row>(query);
    return rows.map((row) => entryOf(storedEvent(row)));
  }

  /** Reads change nothing, so they are repeated while the server restarts. */
  private async rows<R extends pg.QueryResultRow>(query: pg.QueryConfig): Promise<readonly R[]> {
    const untilMs = this.runtime.monotonicMs() + this.settings.retryMaxMs;
    for (;;) {
      try {
        return (await this.pool.query<R>(query)).rows;
      } catch (error) {
        if (!isAboutConnection(error) || this.closing !== null) throw error;
        if (this.runtime.monotonicMs() + RETRY_MS > untilMs) throw new JournalUnavailable('reading', error);
        await this.runtime.sleep(RETRY_MS);
      }
    }
  }
}

function storedEvent(row: Row): StoredEvent {
  return {
    position: BigInt(row.position) as Position,
    streamId: row.stream_id,
    revision: Number(row.revision),
    eventType: row.event_type,
    schemaVersion: row.schema_version,
    occurredAt: Number(row.occurred_at) as Instant,
    recordedAt: Number(row.recorded_at) as Instant,
    meta: {
      commandId: row.command_id,
      actorId: row.actor_id,
      fingerprint: row.fingerprint,
      correlationId: row.correlation_id,
      causationId: row.causation_id,
    },
    text: row.payload,
    hash: row.hash,
  };
}
