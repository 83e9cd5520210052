// The journal in PostgreSQL: one append is one durable commit, positions are dense and in commit order.
import pg from 'pg';
import type { CommandId, UserId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { Instant } from '../../domain/time.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import {
  type AppendResult,
  type Journal,
  type JournalEntry,
  NO_STREAM,
  type Position,
  type Revision,
  type StreamAppend,
  type Subscription,
} from '../journal.js';
import { JournalUnavailable } from '../journal-fault.js';
import { entryOf, type StoredEvent } from '../stored-events.js';
import { PostgresAppender } from './postgres.appender.js';
import {
  type ConnectionParts,
  connectionConfig,
  isAboutConnection,
  PostgresConnection,
  sqlState,
} from './postgres.connection.js';
import { PostgresListener } from './postgres.listener.js';
import { HEAD, LAST_REVISION, PROBE_WRITE, READ_ALL, READ_COMMANDS, READ_ONLY, READ_STREAM } from './postgres.sql.js';
import { RecentEvents } from './recent-events.js';

export type PostgresJournalSettings = Readonly<{
  /** Events written in one transaction, unless a single append brings more. */
  eventsMax: number;
  /** Streams whose key and last revision are remembered between appends. */
  streamsMax: number;
  /** The newest events, and about how many characters of them, kept in memory for readers that keep up. */
  recentEventsMax: number;
  recentCharactersMax: number;
  /** The journal's head is asked for this often even if nothing is heard. */
  pollMs: number;
  readConnectionsMax: number;
  /** How long an append waits for another process's transaction. */
  lockWaitMaxMs: number;
  /** How long any one statement may take. */
  statementMaxMs: number;
  /** How long appends and reads are tried again while the server cannot be reached. */
  retryMaxMs: number;
}>;

export const POSTGRES_JOURNAL_DEFAULTS: PostgresJournalSettings = {
  eventsMax: 4_000,
  streamsMax: 200_000,
  recentEventsMax: 65_536,
  recentCharactersMax: 64_000_000,
  pollMs: 200,
  readConnectionsMax: 4,
  lockWaitMaxMs: 5_000,
  statementMaxMs: 10_000,
  retryMaxMs: 10_000,
};

export type PostgresJournalParts = Readonly<{
  config: pg.ClientConfig;
  runtime: Runtime;
  log: Log;
  settings?: Partial<PostgresJournalSettings>;
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

export class PostgresJournal implements Journal {
  readonly positionsAreDense = true;
  private readonly runtime: Runtime;
  private readonly settings: PostgresJournalSettings;
  private readonly connections: ConnectionParts;
  private readonly pool: pg.Pool;
  private readonly appender: PostgresAppender;
  private readonly listener: PostgresListener;
  private readonly recent: RecentEvents;
  /** Pages that are being read; who asks for the same one gets the same one. */
  private readonly reading = new Map<string, Promise<readonly JournalEntry[]>>();
  private othersAreAhead = false;
  private closing: Promise<void> | null = null;

  /** Connects when it is first used. The schema must be there (`migrate`). */
  constructor({ config, runtime, log, settings: overrides }: PostgresJournalParts) {
    const settings = { ...POSTGRES_JOURNAL_DEFAULTS, ...overrides };
    const connections = { config, runtime, log, limits: settings };
    this.connections = connections;
    this.runtime = runtime;
    this.settings = settings;
    this.recent = new RecentEvents({
      eventsMax: settings.recentEventsMax,
      charactersMax: settings.recentCharactersMax,
    });
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
    this.listener = new PostgresListener({
      ...connections,
      pollMs: settings.pollMs,
      head: () => this.lastPosition(),
    });
    this.appender = new PostgresAppender({
      ...connections,
      settings,
      committed: (recorded, characters) => {
        this.recent.push(recorded, characters);
        this.listener.heardOf(recorded.at(-1)?.position ?? 0n);
      },
      disconnected: () => this.recent.clear(),
      ended: () => {
        // Our own appends are in `recent` by now, or on their way: whatever is known beyond them was written by others.
        const own = this.appender.sentUpTo() ?? this.recent.last() ?? 0n;
        this.othersAreAhead = this.listener.newest() > own;
        this.listener.wakeAll();
      },
    });
  }

  prepare(batch: readonly StreamAppend[]): void {
    this.appender.prepare(batch);
  }

  append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    return this.appender.append(batch);
  }

  readStream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    return this.entries({ ...READ_STREAM, values: [streamId, fromRevision, limit] });
  }

  async lastRevision(streamId: StreamId): Promise<Revision> {
    const rows = await this.rows<{ revision: string }>({ ...LAST_REVISION, values: [streamId] });
    return Number(rows[0]?.revision ?? NO_STREAM);
  }

  async readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    // A reader that has all there was of our own waits for the append that is under way: to ask the database for it would
    // be to parse what is about to be handed over. The end of the append wakes it, and tells whether others wrote as well.
    const isWriting = this.appender.isWriting() && !this.othersAreAhead;
    if (isWriting && after !== null && after === this.recent.last()) return [];
    const recent = this.recent.after(after, limit);
    const last = recent?.at(-1)?.position;
    if (recent === null || last === undefined) return this.readPage(after, limit);
    // Another process may have appended behind our own newest event: a short page must not hide that for long.
    if (recent.length === limit || isWriting || this.listener.newest() <= last) return recent;
    return [...recent, ...(await this.readPage(last, limit - recent.length))];
  }

  async head(): Promise<Position | null> {
    const last = await this.lastPosition();
    return last === 0n ? null : (last as Position);
  }

  /** After an append has failed, asked by writing, and taking back what was written: nobody may be sending any more. */
  async unwritable(): Promise<string | null> {
    const [row] = await this.rows<{ is_read_only: boolean }>(READ_ONLY);
    if (row?.is_read_only === true) return 'the database is read-only';
    const trouble = this.appender.trouble();
    if (trouble === null) return null;
    try {
      await this.probe();
      this.appender.mended(trouble);
      return null;
    } catch (error) {
      return `the database refuses what is written with SQLSTATE ${sqlState(error) ?? 'none'}`;
    }
  }

  private async probe(): Promise<void> {
    const connection = await PostgresConnection.open(this.connections, 'gavel journal probe');
    try {
      await connection.within('a write to be tried', (client) => client.query(PROBE_WRITE));
    } finally {
      await connection.end();
    }
  }

  async readTail(limit: number): Promise<readonly JournalEntry[]> {
    const from = (await this.lastPosition()) - BigInt(limit);
    return this.readFromDatabase(from > 0n ? (from as Position) : null, limit);
  }

  async readCommands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]> {
    if (commandIds.length === 0) return [];
    const entries = await this.entries({ ...READ_COMMANDS, values: [commandIds] });
    return entries.toSorted((a, b) => this.comparePositions(a.position, b.position));
  }

  subscribe(wake: () => void): Subscription {
    return this.listener.subscribe(wake);
  }

  comparePositions(a: Position | null, b: Position | null): number {
    const difference = (a ?? 0n) - (b ?? 0n);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  printPosition(position: Position): string {
    return position.toString();
  }

  parsePosition(text: string): Position {
    if (!/^[1-9]\d{0,18}$/.test(text)) throw new RangeError(`"${text}" is not a position`);
    return BigInt(text) as Position;
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    await this.appender.close();
    await this.listener.close();
    await this.pool.end();
  }

  private async lastPosition(): Promise<bigint> {
    const rows = await this.rows<{ last: string }>(HEAD);
    return BigInt(rows[0]?.last ?? 0);
  }

  /** Several consumers of a process stand at the same place most of the time: one of them reads, and all of them are served. */
  private readPage(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    // What was asked before the latest news may not hold it.
    const key = `${after} ${limit} ${this.listener.newest()}`;
    const underWay = this.reading.get(key);
    if (underWay !== undefined) return underWay;
    const page = this.readFromDatabase(after, limit)
      .then((entries) => {
        this.recent.noteRead(entries);
        return entries;
      })
      .finally(() => this.reading.delete(key));
    this.reading.set(key, page);
    return page;
  }

  private async readFromDatabase(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    const entries = await this.entries({ ...READ_ALL, values: [(after ?? 0n).toString(), limit] });
    let last = after ?? 0n;
    for (const { position } of entries) {
      if (position !== last + 1n)
        throw new JournalInconsistent(`the journal has position ${position} but nothing between it and ${last}`);
      last = position;
    }
    return entries;
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
