// The pen of the PostgreSQL journal. Appends that wait are written together, in one transaction under the head row's
// lock: it numbers the events, so positions are dense and in commit order; and what it says of the last position tells
// whether anybody else wrote since our own last append, that is, whether the revisions we remember still hold.
import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { StreamId } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { conflictingParts } from './append-check.js';
import { type EncodedEvent, encodeEvent } from './event-codec.js';
import {
  type AppendResult,
  type NewEvent,
  NO_STREAM,
  type Position,
  type RecordedEvent,
  type Revision,
  type StreamAppend,
} from './journal.js';
import { COPY_EVENTS, CREATE_STREAMS, LOCK_HEAD, MOVE_HEAD, NOTIFY, PROBE_STREAMS } from './postgres.sql.js';

export type AppenderSettings = Readonly<{
  /** Events written in one transaction, unless a single append brings more. */
  eventsMax: number;
  /** Streams whose key and last revision are remembered. */
  streamsMax: number;
}>;

type KnownStream = Readonly<{ key: bigint; revision: Revision }>;
type Encoded = EncodedEvent & Readonly<{ hash: string }>;
type Request = Readonly<{
  batch: readonly StreamAppend[];
  encoded: ReadonlyMap<NewEvent, Encoded>;
  events: number;
  answer: (results: readonly AppendResult[]) => void;
  fail: (error: Error) => void;
}>;
type StreamRow = { stream_id: StreamId; stream_key: string; revision: string };
type Written = Readonly<{ part: StreamAppend; revision: Revision; recorded: readonly RecordedEvent[] }>;
type TransactionEnd =
  | Readonly<{ status: 'committed'; written: readonly Written[] }>
  | Readonly<{ status: 'rolled back'; cause: Error }>
  | Readonly<{ status: 'unknown'; cause: Error; written: readonly Written[] }>;

/** A lost connection is noticed at the next use of it: one more attempt, and one for a server that restarts. */
const ATTEMPTS_MAX = 3;
const RETRY_MS = 100;

export class PostgresAppender {
  private waiting: Request[] = [];
  private writing: Promise<void> | null = null;
  private client: pg.Client | null = null;
  private closed = false;
  /** The position of our own last append; null when it is not known, and nothing remembered is to be trusted. */
  private lastPosition: bigint | null = null;
  private readonly streams: LRUCache<StreamId, KnownStream>;

  constructor(
    private readonly parts: Readonly<{
      config: pg.ClientConfig;
      runtime: Runtime;
      log: Log;
      settings: AppenderSettings;
      /** Told of every committed append, in the order of positions, before its writer is answered. */
      committed: (recorded: readonly RecordedEvent[]) => void;
    }>,
  ) {
    this.streams = new LRUCache({ max: parts.settings.streamsMax });
  }

  append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (this.closed) return Promise.reject(new Error('the journal is closed'));
    const encoded = new Map<NewEvent, Encoded>();
    let events = 0;
    for (const part of batch) {
      refuseImpossible(part);
      events += part.events.length;
      for (const event of part.events) {
        const { text, ...type } = encodeEvent(event.event);
        encoded.set(event, { ...type, text, hash: hash('sha256', text) });
      }
    }
    return new Promise((answer, fail) => {
      this.waiting.push({ batch, encoded, events, answer, fail });
      this.writing ??= this.writeAll().finally(() => {
        this.writing = null;
      });
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
    await this.client?.end();
    this.client = null;
  }

  private async writeAll(): Promise<void> {
    // Appends of the same turn join the first one's transaction.
    await this.parts.runtime.yield();
    while (this.waiting.length > 0) {
      let [taken, events] = [0, 0];
      for (const request of this.waiting) {
        if (taken > 0 && events + request.events > this.parts.settings.eventsMax) break;
        taken += 1;
        events += request.events;
      }
      await this.write(this.waiting.splice(0, taken));
    }
  }

  private async write(requests: readonly Request[]): Promise<void> {
    const parts = requests.flatMap(({ batch }) => batch);
    for (let attempt = 1; ; attempt++) {
      const end = await this.transact(parts, requests);
      if (end.status === 'committed') {
        this.remember(end.written);
        const results = new Map(
          end.written.map(({ part, revision, recorded }) => [part, appended(revision, recorded)]),
        );
        answerAll(requests, (part) => results.get(part) ?? { status: 'conflict' });
        return;
      }
      const { cause } = end;
      await this.disconnect();
      this.parts.log.warn({ error: cause.message, fate: end.status, attempt }, 'an append failed');
      if (end.status === 'unknown') {
        const sent = new Set(end.written.map(({ part }) => part));
        answerAll(requests, (part) => (sent.has(part) ? { status: 'unknown', cause } : { status: 'conflict' }));
        return;
      }
      if (attempt === ATTEMPTS_MAX) {
        for (const { fail } of requests) fail(cause);
        return;
      }
      await this.parts.runtime.sleep(attempt * RETRY_MS);
    }
  }

  /** One transaction. Without a COMMIT nothing of it stays; once that is under way, only the journal itself can tell. */
  private async transact(parts: readonly StreamAppend[], requests: readonly Request[]): Promise<TransactionEnd> {
    let written: readonly Written[] | null = null;
    try {
      const client = await this.connected();
      await client.query('BEGIN');
      const prepared = await this.writeParts(client, parts, requests);
      written = prepared;
      await client.query('COMMIT');
      return { status: 'committed', written: prepared };
    } catch (error) {
      const cause = error instanceof Error ? error : new Error(String(error));
      return written === null ? { status: 'rolled back', cause } : { status: 'unknown', cause, written };
    }
  }

  private async writeParts(
    client: pg.Client,
    parts: readonly StreamAppend[],
    requests: readonly Request[],
  ): Promise<readonly Written[]> {
    const head = await client.query<{ last: string }>(LOCK_HEAD);
    const last = BigInt(head.rows[0]?.last ?? 0);
    if (last !== this.lastPosition) this.streams.clear();
    await this.probe(client, parts);
    const conflicts = conflictingParts(parts, (streamId) => this.streams.get(streamId)?.revision ?? NO_STREAM);
    const survivors = parts.filter((part) => !conflicts.has(part));
    await this.createStreams(client, survivors);
    const written = this.number(survivors, last, requests);
    const recorded = written.flatMap((one) => one.recorded);
    if (recorded.length > 0) {
      await client.query({ ...MOVE_HEAD, values: [(last + BigInt(recorded.length)).toString()] });
      await copy(client, recorded.map((event) => this.row(event)).join(''));
      await client.query(NOTIFY);
    }
    this.lastPosition = last;
    return written;
  }

  /** Looks up the streams that are not remembered. */
  private async probe(client: pg.Client, parts: readonly StreamAppend[]): Promise<void> {
    const missing = new Set<StreamId>();
    for (const { streamId, restsOn } of parts) {
      if (!this.streams.has(streamId)) missing.add(streamId);
      for (const other of restsOn) if (!this.streams.has(other.streamId)) missing.add(other.streamId);
    }
    if (missing.size === 0) return;
    const found = await client.query<StreamRow>({ ...PROBE_STREAMS, values: [[...missing]] });
    for (const row of found.rows) this.learn(row);
    for (const streamId of missing)
      if (!this.streams.has(streamId)) this.streams.set(streamId, { key: 0n, revision: NO_STREAM });
  }

  private async createStreams(client: pg.Client, parts: readonly StreamAppend[]): Promise<void> {
    const fresh = new Set<StreamId>();
    for (const { streamId, events } of parts)
      if (events.length > 0 && this.streams.get(streamId)?.key === 0n) fresh.add(streamId);
    if (fresh.size === 0) return;
    const created = await client.query<StreamRow>({ ...CREATE_STREAMS, values: [[...fresh]] });
    for (const row of created.rows) this.learn(row);
  }

  private learn({ stream_id, stream_key, revision }: StreamRow): void {
    this.streams.set(stream_id, { key: BigInt(stream_key), revision: Number(revision) });
  }

  /** Gives every surviving event its revision and position. */
  private number(parts: readonly StreamAppend[], last: bigint, requests: readonly Request[]): readonly Written[] {
    const encoded =
      requests.length === 1 ? requests[0]?.encoded : new Map(requests.flatMap((request) => [...request.encoded]));
    const recordedAt = this.parts.runtime.now();
    const reached = new Map<StreamId, Revision>();
    let position = last;
    return parts.map((part) => {
      const { streamId } = part;
      let revision = reached.get(streamId) ?? this.streams.get(streamId)?.revision ?? NO_STREAM;
      const recorded = part.events.map((event) => {
        const text = encoded?.get(event);
        if (text === undefined) throw new Error('an event was not encoded');
        position += 1n;
        revision += 1;
        return recordedEvent(event, text, streamId, revision, position as Position, recordedAt);
      });
      reached.set(streamId, revision);
      return { part, revision, recorded };
    });
  }

  private remember(written: readonly Written[]): void {
    for (const { part, revision, recorded } of written) {
      const known = this.streams.get(part.streamId);
      if (known !== undefined && recorded.length > 0) this.streams.set(part.streamId, { key: known.key, revision });
      const last = recorded.at(-1);
      if (last !== undefined) this.lastPosition = last.position;
      this.parts.committed(recorded);
    }
  }

  private row(event: RecordedEvent): string {
    const { commandId, actorId, fingerprint, correlationId, causationId } = event.meta;
    const key = this.streams.get(event.streamId)?.key;
    return (
      `${event.position}\t${key}\t${event.revision}\t${event.occurredAt}\t${event.recordedAt}\t${event.schemaVersion}\t` +
      `${event.eventType}\t${commandId ?? '\\N'}\t${actorId ?? '\\N'}\t\\\\x${event.hash}\t${field(fingerprint)}\t` +
      `${field(correlationId)}\t${field(causationId)}\t${escaped(event.text)}\n`
    );
  }

  private async connected(): Promise<pg.Client> {
    if (this.client !== null) return this.client;
    const client = new pg.Client({ ...this.parts.config, application_name: 'gavel journal' });
    client.on('error', (error) => this.parts.log.warn({ error: error.message }, 'the journal lost its connection'));
    await client.connect();
    this.client = client;
    return client;
  }

  /** Lets go of a connection that cannot be trusted, and of everything learnt through it. */
  private async disconnect(): Promise<void> {
    const client = this.client;
    this.client = null;
    this.lastPosition = null;
    this.streams.clear();
    await client
      ?.end()
      .catch((error: unknown) => this.parts.log.debug({ error: String(error) }, 'closing a broken connection failed'));
  }
}

function recordedEvent(
  { event, occurredAt, meta }: NewEvent,
  encoded: Encoded,
  streamId: StreamId,
  revision: Revision,
  position: Position,
  recordedAt: Instant,
): RecordedEvent {
  const { eventType, schemaVersion, text, hash: hashed } = encoded;
  return {
    kind: 'event',
    position,
    streamId,
    revision,
    eventType,
    schemaVersion,
    occurredAt,
    recordedAt,
    meta,
    text,
    hash: hashed,
    event,
  };
}

const appended = (revision: Revision, recorded: readonly RecordedEvent[]): AppendResult => ({
  status: 'appended',
  revision,
  recorded,
});

function answerAll(requests: readonly Request[], resultOf: (part: StreamAppend) => AppendResult): void {
  for (const { batch, answer } of requests) answer(batch.map(resultOf));
}

function refuseImpossible({ streamId, expected, events }: StreamAppend): void {
  if (expected !== 'any' && (!Number.isSafeInteger(expected) || expected < NO_STREAM))
    throw new RangeError(`${expected} is not a revision that ${streamId} could have`);
  for (const { meta } of events)
    if (`${meta.fingerprint}${meta.correlationId}${meta.causationId}`.includes('\0'))
      throw new RangeError(`the metadata of an event for ${streamId} holds a NUL character`);
}

/** One COPY, from text in its own format; rejects with the server's error, or when the connection dies. */
function copy(client: pg.Client, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const stream = client.query(copyFrom(COPY_EVENTS));
    stream.on('error', reject);
    stream.on('finish', resolve);
    stream.end(text);
  });
}

const field = (value: string | null): string => (value === null ? '\\N' : escaped(value));

// In COPY's text format a backslash, a tab and a line's end are written with a backslash. JSON text has none of the
// latter two, and seldom a backslash.
const SPECIAL = /[\\\t\n\r]/;
function escaped(value: string): string {
  if (!SPECIAL.test(value)) return value;
  return value.replaceAll('\\', '\\\\').replaceAll('\t', '\\t').replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}
