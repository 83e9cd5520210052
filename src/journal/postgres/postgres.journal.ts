// The journal in PostgreSQL: one append is one durable commit, positions are dense and in commit order.
import type pg from 'pg';
import type { CommandId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { refuseImpossible } from '../append-check.js';
import type {
  AppendResult,
  Journal,
  JournalEntry,
  Position,
  RecordedEvent,
  Revision,
  StreamAppend,
  Subscription,
} from '../journal.js';
import { FastWriter } from './fast/fast.writer.js';
import type { FastPieces } from './fast/pieces.js';
import type { JournalWriter } from './journal-writer.js';
import { PlainWriter } from './plain.writer.js';
import { PostgresAppender } from './postgres.appender.js';
import { type ConnectionParts, PostgresConnection, sqlState } from './postgres.connection.js';
import { PostgresListener } from './postgres.listener.js';
import { PostgresReader } from './postgres.reader.js';
import { PROBE_WRITE } from './postgres.sql.js';
import { RecentEvents } from './recent-events.js';

/** What an append is written with: `fast`, or `plain`, the reference. Both write the same bytes. */
export type WriterName = 'plain' | 'fast';

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
  writer?: WriterName;
  /** What the fast writer is made of: all of its pieces, unless a benchmark leaves some out. */
  pieces?: FastPieces;
  settings?: Partial<PostgresJournalSettings>;
}>;

export class PostgresJournal implements Journal {
  private readonly appender: PostgresAppender;
  private readonly connections: ConnectionParts;
  private readonly writer: JournalWriter;
  private readonly reader: PostgresReader;
  private readonly listener: PostgresListener;
  private readonly recent: RecentEvents;
  /** Pages that are being read; who asks for the same one gets the same one. */
  private readonly reading = new Map<string, Promise<readonly JournalEntry[]>>();
  private othersAreAhead = false;
  private closing: Promise<void> | null = null;

  /** Connects when it is first used. The schema must be there (`migrate`). */
  constructor({ config, runtime, log, writer = 'fast', pieces, settings: overrides }: PostgresJournalParts) {
    const settings = { ...POSTGRES_JOURNAL_DEFAULTS, ...overrides };
    const connections = { config, runtime, log, limits: settings };
    this.connections = connections;
    this.recent = new RecentEvents({
      eventsMax: settings.recentEventsMax,
      charactersMax: settings.recentCharactersMax,
    });
    this.reader = new PostgresReader(config, runtime, log, settings);
    const { pollMs } = settings;
    this.listener = new PostgresListener({ ...connections, pollMs, head: () => this.reader.lastPosition() });
    const { streamsMax } = settings;
    const writing = { ...connections, disconnected: () => this.recent.clear() };
    this.writer =
      writer === 'fast'
        ? new FastWriter({ ...writing, streamsMax, ...(pieces !== undefined && { pieces }) })
        : new PlainWriter(writing);
    this.appender = new PostgresAppender({
      writer: this.writer,
      runtime,
      log,
      settings,
      committed: (recorded, characters) => this.committed(recorded, characters),
      ended: () => this.ended(),
    });
  }

  /** The append, in four steps. */
  async append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    // 1. Refuse what no stream could ever be at.
    if (this.closing !== null) throw new Error('the journal is closed');
    refuseImpossible(batch);
    // 2. Wait together with whatever else is to be written (PostgresAppender), then, in one transaction, take the append
    //    lock, compare the expected revisions, number the events, write them, and commit (PlainWriter, FastWriter).
    // 3. Hand the events to the readers of this process, and wake the readers: `committed`.
    // 4. Answer each part.
    return await this.appender.append(batch, isWanted);
  }

  /** Called for each committed transaction, in the order of positions, before its appends are answered. */
  private committed(recorded: readonly RecordedEvent[], characters: number): void {
    this.recent.push(recorded, characters);
    this.listener.heardOf(recorded.at(-1)?.position ?? 0n);
  }

  /** Called after each transaction, whatever became of it. */
  private ended(): void {
    // Our own appends are in `recent` by now, or on their way: whatever is known beyond them was written by others.
    const own = this.appender.sentUpTo() ?? this.recent.last() ?? 0n;
    this.othersAreAhead = this.listener.newest() > own;
    this.listener.wakeAll();
  }

  readStream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    return this.reader.stream(streamId, fromRevision, limit);
  }

  lastRevision(streamId: StreamId): Promise<Revision> {
    return this.reader.lastRevision(streamId);
  }

  async readAll(after: Position | null, limit: number, types?: ReadonlySet<string>): Promise<readonly JournalEntry[]> {
    // A reader that has all there was of our own waits for the append that is under way: to ask the database for it would
    // be to parse what is about to be handed over. The end of the append wakes it, and tells whether others wrote as well.
    const isWriting = this.appender.isWriting() && !this.othersAreAhead;
    if (isWriting && after !== null && after === this.recent.last()) return [];
    const recent = this.recent.after(after, limit);
    const last = recent?.at(-1)?.position;
    if (recent === null || last === undefined)
      return types === undefined ? this.readPage(after, limit) : this.reader.allOf(types, after, limit);
    // Another process may have appended behind our own newest event: a short page must not hide that for long.
    if (recent.length === limit || isWriting || this.listener.newest() <= last) return recent;
    return [...recent, ...(await this.readPage(last, limit - recent.length))];
  }

  async head(): Promise<Position | null> {
    const last = await this.reader.lastPosition();
    return last === 0n ? null : (last as Position);
  }

  /** After an append has failed, asked by writing, and taking back what was written: nobody may be sending any more. */
  async unwritable(): Promise<string | null> {
    if (await this.reader.isReadOnly()) return 'the database is read-only';
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
    const from = (await this.reader.lastPosition()) - BigInt(limit);
    return this.reader.all(from > 0n ? (from as Position) : null, limit);
  }

  async readCommands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]> {
    if (commandIds.length === 0) return [];
    const entries = await this.reader.commands(commandIds);
    return entries.toSorted((a, b) => this.comparePositions(a.position, b.position));
  }

  subscribe(wake: () => void): Subscription {
    return this.listener.subscribe(wake);
  }

  comparePositions(a: Position | null, b: Position | null): number {
    const difference = (a ?? 0n) - (b ?? 0n);
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** Positions have no gaps. */
  eventsBetween(after: Position | null, upTo: Position): bigint {
    return upTo - (after ?? 0n);
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
    await this.appender.drain();
    await this.writer.close();
    await this.listener.close();
    await this.reader.close();
  }

  /** Several consumers of a process stand at the same place most of the time: one of them reads, and all of them are served. */
  private readPage(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    // What was asked before the latest news may not hold it.
    const key = `${after} ${limit} ${this.listener.newest()}`;
    const underWay = this.reading.get(key);
    if (underWay !== undefined) return underWay;
    const page = this.reader
      .all(after, limit)
      .then((entries) => {
        this.recent.noteRead(entries);
        return entries;
      })
      .finally(() => this.reading.delete(key));
    this.reading.set(key, page);
    return page;
  }
}
