// The journal in EventStoreDB (or KurrentDB, which speaks the same protocol): a stream of ours is a stream there, and $all
// is the journal's order. Positions are sparse: they are places in the server's log (docs/adr/0024-eventstoredb-journal.md).
import type { EventStoreDBClient } from '@eventstore/db-client';
import type { CommandId } from '../../domain/ids.js';
import type { StreamId } from '../../domain/messages.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { unwanted } from '../append-check.js';
import type {
  AppendResult,
  Journal,
  JournalEntry,
  Position,
  Revision,
  StreamAppend,
  Subscription,
} from '../journal.js';
import { type CommandIndex, noCommandIndex } from './command-index.js';
import { EventStoreAppender } from './eventstoredb.appender.js';
import { closeClient, type EventStoreAddress, openClient } from './eventstoredb.client.js';
import { StreamNames } from './eventstoredb.codec.js';
import { EventStoreListener } from './eventstoredb.listener.js';
import { EventStoreReader } from './eventstoredb.reader.js';

export type EventStoreJournalSettings = Readonly<{
  /** Pieces of batches, streams mostly, that are written at once. */
  piecesMax: number;
  /** How long the server may take for one append. */
  appendMaxMs: number;
  /** How long a read may go without a single event from the server. */
  silenceMaxMs: number;
  /** How long appends and reads are tried again while the server cannot be reached. */
  retryMaxMs: number;
  /** The journal's head is asked for this often even if nothing is heard. */
  pollMs: number;
}>;

export const EVENTSTORE_JOURNAL_DEFAULTS: EventStoreJournalSettings = {
  piecesMax: 64,
  appendMaxMs: 5_000,
  silenceMaxMs: 10_000,
  retryMaxMs: 10_000,
  pollMs: 1_000,
};

export type EventStoreJournalParts = Readonly<{
  address: EventStoreAddress;
  runtime: Runtime;
  log: Log;
  /** Where to look for the events of a command. */
  commandIndex?: CommandIndex;
  /** What the names of all streams begin with, where several journals share a server. */
  prefix?: string;
  settings?: Partial<EventStoreJournalSettings>;
}>;

/** Events looked through at once for those of a command. */
const SCAN_PAGE_EVENTS = 4_096;

export class EventStoreJournal implements Journal {
  private readonly client: EventStoreDBClient;
  private readonly reader: EventStoreReader;
  private readonly appender: EventStoreAppender;
  private readonly listener: EventStoreListener;
  private readonly commandIndex: CommandIndex;
  private closing: Promise<void> | null = null;

  /** Connects when it is first used. Throws what `openClient` throws on an address that cannot be used. */
  constructor({ address, runtime, log, commandIndex, prefix = '', settings: overrides }: EventStoreJournalParts) {
    const settings = { ...EVENTSTORE_JOURNAL_DEFAULTS, ...overrides };
    const client = openClient(address);
    const names = new StreamNames(prefix);
    const common = { client, names, runtime, log, settings };
    this.client = client;
    this.commandIndex = commandIndex ?? noCommandIndex;
    this.reader = new EventStoreReader(common);
    this.listener = new EventStoreListener({ ...common, pollMs: settings.pollMs, head: () => this.head() });
    this.appender = new EventStoreAppender({
      ...common,
      reader: this.reader,
      appended: () => this.listener.wakeAll(),
    });
  }

  async append(batch: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    if (isWanted !== undefined && !(await isWanted)) return unwanted(batch);
    return this.appender.append(batch);
  }

  readStream(streamId: StreamId, fromRevision: Revision, limit: number): Promise<readonly JournalEntry[]> {
    return this.reader.stream(streamId, fromRevision, limit);
  }

  lastRevision(streamId: StreamId): Promise<Revision> {
    return this.reader.lastRevision(streamId);
  }

  readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
    return this.reader.all(after, limit);
  }

  async head(): Promise<Position | null> {
    const [last] = await this.reader.tail(1);
    return last?.position ?? null;
  }

  /** The server has no answer to that but to an append itself. */
  async unwritable(): Promise<null> {
    return null;
  }

  readTail(limit: number): Promise<readonly JournalEntry[]> {
    return this.reader.tail(limit);
  }

  async readCommands(commandIds: readonly CommandId[]): Promise<readonly JournalEntry[]> {
    if (commandIds.length === 0) return [];
    const wanted = new Set(commandIds);
    const head = await this.head();
    const { upTo, events } = await this.commandIndex.find(commandIds);
    const indexed = await Promise.all(
      events.map(({ streamId, revision }) => this.reader.stream(streamId, revision, 1)),
    );
    const found = new Map<Position, JournalEntry>(indexed.flat().map((entry) => [entry.position, entry]));
    // The index may be behind by what was recorded last.
    let after = upTo === null ? null : this.parsePosition(upTo);
    while (this.comparePositions(after, head) < 0) {
      const page: readonly JournalEntry[] = await this.reader.all(after, SCAN_PAGE_EVENTS);
      for (const entry of page)
        if (entry.meta.commandId !== null && wanted.has(entry.meta.commandId)) found.set(entry.position, entry);
      const last = page.at(-1)?.position;
      if (last === undefined) break;
      after = last;
    }
    return [...found.values()].sort((a, b) => this.comparePositions(a.position, b.position));
  }

  subscribe(wake: () => void): Subscription {
    return this.listener.subscribe(wake);
  }

  comparePositions(a: Position | null, b: Position | null): number {
    const [left, right] = [a ?? -1n, b ?? -1n];
    return left < right ? -1 : left > right ? 1 : 0;
  }

  /** Positions are places in the server's log, where others' events lie as well. */
  eventsBetween(): null {
    return null;
  }

  printPosition(position: Position): string {
    return position.toString();
  }

  parsePosition(text: string): Position {
    if (!/^(0|[1-9]\d{0,18})$/.test(text)) throw new RangeError(`"${text}" is not a position`);
    return BigInt(text) as Position;
  }

  close(): Promise<void> {
    this.closing ??= this.closeAll();
    return this.closing;
  }

  private async closeAll(): Promise<void> {
    await this.appender.close();
    this.reader.close();
    await this.listener.close();
    await closeClient(this.client);
  }
}
