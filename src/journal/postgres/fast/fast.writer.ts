// The fast writer. It remembers where the streams stand, so that a whole append is one exchange of messages; README.md
// tells what each of its pieces buys.
//
// It writes in one of two ways:
//   without a look   `send`: the whole transaction leaves at once, on the word of what is remembered. The server refuses it
//                    if the journal has moved, or if the transaction in flight before it fails.
//   with a look      `write`: takes the append lock, asks about what is not remembered, and writes what may be written.
//
// It is in one of these states:
//   trusted          nobody else has written since our last append, so that all that is remembered holds: `send` may be used.
//   contended        another process wrote between our last two appends: the next one looks first.
//   forgetful        nothing is remembered: at the start, after a lost connection, after a failure. The next one looks first.
import type { StreamId } from '../../../domain/messages.js';
import type { StreamAppend } from '../../journal.js';
import { NO_STREAM } from '../../journal.js';
import { asError } from '../../journal-fault.js';
import type { Attempt, InFlight, JournalWriter, PendingAppend } from '../journal-writer.js';
import { type FoundStream, PostgresAppendSession } from '../postgres.append-session.js';
import { type ConnectionParts, isAboutData, isTheServersNo, sqlState } from '../postgres.connection.js';
import {
  type EncodedParts,
  isWithoutConflict,
  judgeAppends,
  type PlannedTransaction,
  planTransaction,
  type ResolvedAppend,
  resolveAppends,
  streamsWithoutKey,
} from './append-plan.js';
import { EventRows } from './event-rows.js';
import { copyEvents, drawKeys, sendWhole } from './exchange.js';
import { JOURNAL_MOVED, type KeyedStream } from './fast.sql.js';
import { type KnownStream, KnownStreams, unknownStream } from './known-streams.js';
import { ALL_PIECES, type FastPieces } from './pieces.js';

export type FastWriterParts = ConnectionParts &
  Readonly<{
    /** Streams whose key and last revision are remembered. */
    streamsMax: number;
    /** The next connection may lead to another server, which may lack what the old one had confirmed. */
    disconnected: () => void;
    pieces?: FastPieces;
  }>;

/** New streams come singly (an auction's first refusal) or by hundreds (a marketplace at its start). */
const KEYS_DRAWN = 1_000;
const FREE_KEYS_MIN = 500;
const NO_ROW = 'an append could not be sent without a look';

export class FastWriter implements JournalWriter {
  private session: PostgresAppendSession | null = null;
  private readonly streams: KnownStreams;
  private readonly pieces: FastPieces;
  /** Another process wrote between our last two appends. */
  private contended = false;
  /** For streams to come. */
  private freeKeys: number[] = [];
  private inFlight = 0;
  /** Rows that were made before their turn, each for one transaction. */
  private readonly encoded: EncodedParts = new WeakMap();

  constructor(private readonly parts: FastWriterParts) {
    this.streams = new KnownStreams(parts.streamsMax);
    this.pieces = parts.pieces ?? ALL_PIECES;
  }

  encode(parts: readonly StreamAppend[]): void {
    try {
      this.encoded.set(parts, EventRows.of(parts, this.pieces));
    } catch (error) {
      this.parts.log.debug({ error: String(error) }, NO_ROW);
    }
  }

  send(appends: readonly PendingAppend[]): InFlight | null {
    const { session, pieces } = this;
    const after = this.streams.trueAt();
    if (!pieces.oneExchange || this.inFlight >= pieces.inFlightMax) return null;
    if (this.contended || after === null || session?.isUsable() !== true) return null;
    const planned = this.planFromMemory(appends, after);
    if (planned === null) return null;
    const { transaction, fresh } = planned;
    const { rows, last } = transaction;
    const behind = this.inFlight > 0;
    const sent = sendWhole(session, { after, last, behind, fresh, contents: rows.contents() });
    // Only then: what fails may still be leaving.
    const failure = sent.then(() => rows.release()).then(() => null, asError);
    this.inFlight += 1;
    // As if it were written: what is sent next goes on from there. Forgotten if it fails.
    this.streams.moved(last, transaction.streams);
    return { transaction, failure };
  }

  async settle({ transaction, failure }: InFlight): Promise<Attempt | null> {
    const cause = await failure;
    if (cause === null) {
      this.inFlight -= 1;
      return { status: 'committed', transaction };
    }
    // Those behind it fail as well.
    this.inFlight = 0;
    this.streams.forget();
    const saidNo = isTheServersNo(cause) && (await this.rolledBack());
    if (!saidNo) {
      this.disconnect();
      return { status: 'unknown', transaction, cause };
    }
    this.contended = sqlState(cause) === JOURNAL_MOVED;
    if (this.contended) return null;
    return { status: isAboutData(cause) ? 'refused' : 'failed', cause };
  }

  async write(appends: readonly PendingAppend[]): Promise<Attempt> {
    let committing: PlannedTransaction | null = null;
    try {
      const session = await this.connected();
      const transaction = await this.planUnderLock(session, appends);
      if (transaction.recorded.length === 0) {
        await session.rollback();
        return { status: 'committed', transaction };
      }
      await copyEvents(session, transaction.rows.contents());
      await session.announce(transaction.last);
      committing = transaction;
      await session.commit();
      transaction.rows.release();
      this.streams.moved(transaction.last, transaction.streams);
      return { status: 'committed', transaction };
    } catch (error) {
      const cause = asError(error);
      // Keys of new streams may have gone with the transaction.
      this.streams.forget();
      const isData = isAboutData(error) || error instanceof RangeError;
      if (committing === null && isData && (await this.rolledBack())) return { status: 'refused', cause };
      this.disconnect();
      if (committing !== null) return { status: 'unknown', transaction: committing, cause };
      return { status: 'failed', cause };
    }
  }

  async close(): Promise<void> {
    await this.session?.end();
    this.session = null;
  }

  /** Null when a stream is not remembered, when a part conflicts, or when there are too few keys for new streams. */
  private planFromMemory(
    appends: readonly PendingAppend[],
    after: bigint,
  ): Readonly<{ transaction: PlannedTransaction; fresh: readonly KeyedStream[] }> | null {
    let complete = true;
    const resolved = resolveAppends(appends, (id) => {
      const known = this.streams.get(id);
      complete &&= known !== undefined;
      return known ?? unknownStream(id);
    });
    if (!complete) return null;
    const judged = judgeAppends(resolved);
    const keyless = streamsWithoutKey(judged);
    if (!isWithoutConflict(judged) || keyless.length > this.freeKeys.length) return null;
    const fresh = keyless.map((stream): KeyedStream => ({ id: stream.id, key: this.freeKeys.pop() ?? 0 }));
    keyless.forEach((stream, i) => {
      stream.key = fresh[i]?.key ?? null;
    });
    try {
      return { transaction: this.planned(judged, after), fresh };
    } catch (error) {
      // An event that no row can hold: `write` meets it again, and finds out whose it is.
      this.parts.log.debug({ error: String(error) }, NO_ROW);
      this.streams.forget();
      return null;
    }
  }

  /** Takes the lock and decides, under it, what is to be written where. */
  private async planUnderLock(
    session: PostgresAppendSession,
    appends: readonly PendingAppend[],
  ): Promise<PlannedTransaction> {
    const after = await session.begin();
    this.contended = this.contended && this.streams.trueAt() !== after;
    if (!this.pieces.oneExchange) this.streams.forget();
    this.streams.trustAt(after);
    const judged = judgeAppends(await this.resolve(session, appends));
    const fresh = streamsWithoutKey(judged);
    if (fresh.length > 0) setKeys(fresh, await session.createStreams(fresh.map(({ id }) => id)));
    if (this.pieces.keysAhead && this.freeKeys.length < FREE_KEYS_MIN)
      for (const key of await drawKeys(session, KEYS_DRAWN)) this.freeKeys.push(key);
    return this.planned(judged, after);
  }

  private planned(judged: Parameters<typeof planTransaction>[0], after: bigint): PlannedTransaction {
    const { encoded, pieces } = this;
    return planTransaction(judged, { after, recordedAt: this.parts.runtime.now(), encoded, pieces });
  }

  /** The streams of these appends as they stand now; only those that are not remembered are looked up. */
  private async resolve(
    session: PostgresAppendSession,
    appends: readonly PendingAppend[],
  ): Promise<readonly ResolvedAppend[]> {
    const missing: KnownStream[] = [];
    const resolved = resolveAppends(appends, (id) => {
      const known = this.streams.get(id);
      if (known !== undefined) return known;
      const added = this.streams.add(id);
      missing.push(added);
      return added;
    });
    if (missing.length === 0) return resolved;
    const found = await session.probe(missing.map(({ id }) => id));
    setKeys(missing, found);
    for (const stream of missing) {
      stream.revision = found.get(stream.id)?.revision ?? NO_STREAM;
      stream.next = stream.revision;
    }
    return resolved;
  }

  private async connected(): Promise<PostgresAppendSession> {
    if (this.session?.isUsable() === true) return this.session;
    this.disconnect();
    this.session = await PostgresAppendSession.open(this.parts);
    return this.session;
  }

  private async rolledBack(): Promise<boolean> {
    try {
      await this.session?.rollback();
      return true;
    } catch (error) {
      this.parts.log.debug({ error: String(error) }, 'a rollback failed; the connection is given up');
      return false;
    }
  }

  private disconnect(): void {
    this.session?.cut();
    this.session = null;
    this.streams.forget();
    this.freeKeys = [];
    this.parts.disconnected();
  }
}

/** Those that the server does not name have no key. */
function setKeys(streams: readonly KnownStream[], found: ReadonlyMap<StreamId, FoundStream>): void {
  for (const stream of streams) stream.key = found.get(stream.id)?.key ?? null;
}
