// The journal in PostgreSQL: one append is one durable commit, positions are dense and in commit order.
import { hash } from 'node:crypto';
import pg from 'pg';
import type { CommandId, UserId } from '../domain/ids.js';
import type { StreamId } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { decodeEvent } from './event-codec.js';
import {
  type AppendResult,
  type Journal,
  type JournalEntry,
  NO_STREAM,
  type Position,
  type Revision,
  type StreamAppend,
  type Subscription,
} from './journal.js';
import { JournalTail } from './journal-tail.js';
import { PostgresAppender } from './postgres.appender.js';
import { PostgresListener } from './postgres.listener.js';
import { HEAD, LAST_REVISION, READ_ALL, READ_COMMANDS, READ_STREAM } from './postgres.sql.js';

export type PostgresJournalSettings = Readonly<{
  /** Events written in one transaction, unless a single append brings more. */
  eventsMax: number;
  /** Streams whose key and last revision are remembered between appends. */
  streamsMax: number;
  /** Own events kept in memory for readers that keep up. */
  tailEventsMax: number;
  /** Readers are woken this often even if nothing is heard. */
  pollMs: number;
  readConnectionsMax: number;
}>;

export const POSTGRES_JOURNAL_DEFAULTS: PostgresJournalSettings = {
  eventsMax: 4_000,
  streamsMax: 200_000,
  tailEventsMax: 32_768,
  pollMs: 200,
  readConnectionsMax: 4,
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

export class PostgresJournal implements Journal {
  private readonly pool: pg.Pool;
  private readonly appender: PostgresAppender;
  private readonly listener: PostgresListener;
  private readonly tail: JournalTail;
  private closing: Promise<void> | null = null;

  constructor({ config, runtime, log, settings: overrides }: PostgresJournalParts) {
    const settings = { ...POSTGRES_JOURNAL_DEFAULTS, ...overrides };
    this.tail = new JournalTail(settings.tailEventsMax);
    this.pool = new pg.Pool({ ...config, max: settings.readConnectionsMax, application_name: 'gavel journal reader' });
    this.pool.on('error', (error) => log.warn({ error: error.message }, 'an idle connection of the journal was lost'));
    this.listener = new PostgresListener({ config, runtime, log, pollMs: settings.pollMs });
    this.appender = new PostgresAppender({
      config,
      runtime,
      log,
      settings,
      committed: (recorded) => this.tail.push(recorded),
    });
  }

  async append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    const results = await this.appender.append(batch);
    if (results.some((result) => result.status === 'appended' && result.recorded.length > 0)) this.listener.wakeAll();
    return results;
  }

  readStream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    return this.read({ ...READ_STREAM, values: [streamId, fromRevision, limit] });
  }

  async lastRevision(streamId: StreamId): Promise<Revision> {
    const found = await this.pool.query<{ revision: string }>({ ...LAST_REVISION, values: [streamId] });
    return Number(found.rows[0]?.revision ?? NO_STREAM);
  }

  async readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    return this.tail.after(after, limit) ?? this.read({ ...READ_ALL, values: [(after ?? 0n).toString(), limit] });
  }

  async head(): Promise<Position | null> {
    const last = await this.lastPosition();
    return last === 0n ? null : (last as Position);
  }

  async readTail(limit: number): Promise<readonly JournalEntry[]> {
    const from = (await this.lastPosition()) - BigInt(limit);
    return this.read({ ...READ_ALL, values: [(from < 0n ? 0n : from).toString(), limit] });
  }

  async readCommands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]> {
    return commandIds.length === 0 ? [] : this.read({ ...READ_COMMANDS, values: [commandIds] });
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
    if (!/^\d{1,19}$/.test(text)) throw new RangeError(`"${text}" is not a position`);
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
    const found = await this.pool.query<{ last: string }>(HEAD);
    return BigInt(found.rows[0]?.last ?? 0);
  }

  private async read(query: pg.QueryConfig): Promise<readonly JournalEntry[]> {
    const { rows } = await this.pool.query<Row>(query);
    return rows.map(entryOf);
  }
}

function entryOf(row: Row): JournalEntry {
  const stored = {
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
  if (hash('sha256', row.payload) !== row.hash)
    return { ...stored, kind: 'unreadable', problem: 'the text does not match its hash' };
  try {
    return { ...stored, kind: 'event', event: decodeEvent(row.event_type, row.schema_version, row.payload) };
  } catch (error) {
    return { ...stored, kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
}
