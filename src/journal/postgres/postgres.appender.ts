// The pen of the PostgreSQL journal. Appends that wait are written together, in one transaction under the append lock:
// it numbers the events, so positions are dense and in commit order; and the last position it finds tells whether
// anybody else wrote since our own last append, that is, whether the revisions we remember still hold.
import type { StreamId } from '../../domain/messages.js';
import { linkedPieces, refuseImpossible } from '../append-check.js';
import { type AppendResult, NO_STREAM, type RecordedEvent, type StreamAppend } from '../journal.js';
import { asError, JournalUnavailable } from '../journal-fault.js';
import {
  type AppendPlan,
  type AppendUnit,
  isWithoutConflict,
  judgeUnits,
  planAppend,
  type ResolvedUnit,
  resolveUnits,
  streamsWithoutKey,
} from './fast/append-plan.js';
import { EventRows } from './fast/copy-rows.js';
import { type KnownStream, KnownStreams, unknownStream } from './fast/known-streams.js';
import { type FoundStream, type KeyedStream, PostgresAppendSession } from './postgres.append-session.js';
import {
  type ConnectionParts,
  isAboutData,
  isAboutRoom,
  isPassing,
  isTheServersNo,
  sqlState,
} from './postgres.connection.js';
import { JOURNAL_MOVED } from './postgres.sql.js';

export type AppenderSettings = Readonly<{
  /** Events written in one transaction, unless a single append brings more. */
  eventsMax: number;
  /** Streams whose key and last revision are remembered. */
  streamsMax: number;
  /** How long an append is tried again while the server cannot be reached. */
  retryMaxMs: number;
}>;

export type AppenderParts = ConnectionParts &
  Readonly<{
    settings: AppenderSettings;
    /** Told of every committed append and how much text it is, in the order of positions, before its writer is answered. */
    committed: (recorded: readonly RecordedEvent[], characters: number) => void;
    /** The next connection may lead to another server, which may lack what the old one had confirmed. */
    disconnected: () => void;
    /** Told after every transaction, whatever became of it. */
    ended: () => void;
  }>;

type Waiting = Readonly<{ unit: AppendUnit; events: number }>;

/** A transaction on its way: what it writes, and in the end null or why it failed. */
type Sent = Readonly<{ units: readonly AppendUnit[]; plan: AppendPlan; failure: Promise<Error | null> }>;

/**
 * How a transaction ended. `committed`: as planned. `unknown`: it died with its COMMIT under way. `refused`: the server
 * will not take the data; `failed`: anything else. Nothing of the latter two was written.
 */
type End =
  | Readonly<{ status: 'committed'; plan: AppendPlan }>
  | Readonly<{ status: 'unknown'; plan: AppendPlan; cause: Error }>
  | Readonly<{ status: 'refused' | 'failed'; cause: Error }>;

/** New streams come singly (an auction's first refusal) or by hundreds (a marketplace at its start). */
const KEYS_DRAWN = 1_000;
const FREE_KEYS_MIN = 500;

/** The server begins the second when it has ended the first; what comes meanwhile gathers for the third. */
const SENT_MAX = 2;

const RETRY_FIRST_MS = 50;
const RETRY_SLOWEST_MS = 1_000;

export class PostgresAppender {
  private waiting: Waiting[] = [];
  private writing: Promise<void> | null = null;
  /** Transactions on their way, in the order in which the server gets them. Each rests on the one before. */
  private sent: Sent[] = [];
  private session: PostgresAppendSession | null = null;
  private closed = false;
  private readonly streams: KnownStreams;
  private readonly prepared = new WeakMap<readonly StreamAppend[], EventRows>();
  /** For streams to come; drawn from the database ahead of them. */
  private freeKeys: number[] = [];
  /** Another process wrote between our last two appends, so that the next one had better look before it writes. */
  private contended = false;
  /** Why the last append failed that could not be written; null since one was. */
  private lastTrouble: Error | null = null;
  /** Until this turn of the event loop ends: a transaction has ended in it. */
  private inFullSwing = false;

  constructor(private readonly parts: AppenderParts) {
    this.streams = new KnownStreams(parts.settings.streamsMax);
  }

  /** True from an append until the transaction with the last one that waits has ended. */
  isWriting(): boolean {
    return this.writing !== null;
  }

  /** The last position of what is on its way; null when nothing is. */
  sentUpTo(): bigint | null {
    return this.sent.at(-1)?.plan.last ?? null;
  }

  /** Why appends fail just now; null if the last one was written, or nothing is known. */
  trouble(): Error | null {
    return this.lastTrouble;
  }

  /** Somebody has found that what failed with this error would be written now. */
  mended(trouble: Error): void {
    if (this.lastTrouble === trouble) this.lastTrouble = null;
  }

  /** Puts the rows of a batch together before its turn has come. */
  prepare(batch: readonly StreamAppend[]): void {
    this.prepared.set(batch, new EventRows(batch));
  }

  async append(batch: readonly StreamAppend[]): Promise<readonly AppendResult[]> {
    if (this.closed) throw new Error('the journal is closed');
    refuseImpossible(batch);
    const rows = this.prepared.get(batch) ?? new EventRows(batch);
    // Rows are for one append: once they are written, their room is another's.
    this.prepared.delete(batch);
    const firstRows: number[] = [];
    let events = 0;
    for (const part of batch) {
      firstRows.push(events);
      events += part.events.length;
    }
    return new Promise((answer, fail) => {
      this.waiting.push({ unit: { parts: batch, rows, isPiece: false, firstRows, answer, fail }, events });
      if (this.writing === null) this.writing = this.writeAll();
      else if (this.sent.length > 0) this.sendMore();
    });
  }

  /** Writes what waits, then lets go of the connection. */
  async close(): Promise<void> {
    this.closed = true;
    await this.writing;
    await this.session?.end();
    this.session = null;
  }

  private async writeAll(): Promise<void> {
    // Appends of the same turn join the first one's transaction. Right behind another one they do not wait for each other:
    // their own processes' next commands are about to be judged, and the server would stand still meanwhile.
    if (!this.inFullSwing) await this.parts.runtime.yield();
    while (this.waiting.length > 0 || this.sent.length > 0) {
      this.sendMore();
      const [oldest] = this.sent;
      if (oldest === undefined) await this.write(this.take());
      else await this.settle(oldest);
      this.swing();
      // In the same turn as the look at what waits: an append that comes a moment later must start a new run.
      if (this.waiting.length === 0 && this.sent.length === 0) this.writing = null;
      this.parts.ended();
    }
  }

  /** Sends what waits, as long as the server need not be asked about it first and there is not enough on the way. */
  private sendMore(): void {
    while (this.waiting.length > 0 && this.sent.length < SENT_MAX) {
      const count = this.nextCount();
      const sent = this.send(this.waiting.slice(0, count).map(({ unit }) => unit));
      if (sent === null) return;
      this.waiting.splice(0, count);
      this.sent.push(sent);
    }
  }

  /** Waits for the oldest transaction on its way. Where it fails, so do those behind it, and all are written one by one. */
  private async settle(oldest: Sent): Promise<void> {
    const end = await this.endOf(oldest);
    if (end?.status === 'committed') {
      this.sent.shift();
      this.confirm(oldest);
      return;
    }
    const behind = this.sent.slice(1);
    for (const { failure } of behind) await failure;
    this.sent = [];
    await this.write(oldest.units, end);
    for (const { units, plan } of behind) await this.write(units, end?.status === 'unknown' ? { ...end, plan } : null);
  }

  private confirm({ units, plan }: Pick<Sent, 'units' | 'plan'>): void {
    if (plan.recorded.length > 0) this.lastTrouble = null;
    this.parts.committed(plan.recorded, textOf(plan));
    for (const [i, { answer }] of units.entries()) answer(plan.results[i] ?? []);
    for (const { rows, isPiece } of units) if (!isPiece) rows.release();
  }

  private swing(): void {
    if (this.inFullSwing) return;
    this.inFullSwing = true;
    void this.parts.runtime.yield().then(() => {
      this.inFullSwing = false;
    });
  }

  private take(): readonly AppendUnit[] {
    return this.waiting.splice(0, this.nextCount()).map(({ unit }) => unit);
  }

  /** How many of those that wait go into the next transaction. */
  private nextCount(): number {
    let [count, events] = [0, 0];
    for (const waiting of this.waiting) {
      if (count > 0 && events + waiting.events > this.parts.settings.eventsMax) break;
      count += 1;
      events += waiting.events;
    }
    return count;
  }

  /**
   * Writes the units in one transaction, again and again if need be, and answers each. Never rejects. `end` is what a first
   * attempt has come to already.
   */
  private async write(units: readonly AppendUnit[], end: End | null = null): Promise<void> {
    const { log, runtime, settings } = this.parts;
    const untilMs = runtime.monotonicMs() + settings.retryMaxMs;
    let last = end;
    for (let pauseMs = RETRY_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, RETRY_SLOWEST_MS)) {
      last ??= await this.transact(units);
      if (last.status === 'committed') return this.confirm({ units, plan: last.plan });
      const { status, cause } = last;
      log.warn({ status, error: cause.message }, 'an append was not confirmed');
      if (status === 'unknown') {
        for (const [i, { answer }] of units.entries())
          answer((last.plan.results[i] ?? []).map((result) => unconfirmed(result, cause)));
        return;
      }
      if (status === 'refused') return this.isolate(units, cause);
      if (!isPassing(cause)) return this.giveUp(units, cause);
      // Whoever waits for the answer is told at once: a full disk is not free again within any time that a client waits.
      const isLate = isAboutRoom(cause) || runtime.monotonicMs() + pauseMs > untilMs;
      if (isLate) return this.giveUp(units, new JournalUnavailable('an append', cause));
      await runtime.sleep(pauseMs);
      last = null;
    }
  }

  private giveUp(units: readonly AppendUnit[], cause: Error): void {
    this.lastTrouble = cause;
    for (const { fail } of units) fail(cause);
  }

  /** Halves what the server refuses until only the culprit is left, so that nobody else pays for it. */
  private async isolate(units: readonly AppendUnit[], cause: Error): Promise<void> {
    const pieces = units.length > 1 ? units : units.flatMap(piecesOf);
    if (pieces.length <= 1) {
      for (const { parts, answer } of pieces) answer(parts.map(() => ({ status: 'unknown', cause })));
      return;
    }
    const half = Math.ceil(pieces.length / 2);
    await this.write(pieces.slice(0, half));
    await this.write(pieces.slice(half));
  }

  private async transact(units: readonly AppendUnit[]): Promise<End> {
    const sent = this.send(units);
    return (sent === null ? null : await this.endOf(sent)) ?? (await this.askAndSend(units));
  }

  /**
   * Sends the whole append in one exchange, on the word of what is remembered: the server refuses it if anybody else has
   * written since, or if what was sent before it fails. Null where that is not known, or not enough: then one has to look.
   */
  private send(units: readonly AppendUnit[]): Sent | null {
    const session = this.session;
    const after = this.streams.trueAt();
    if (this.contended || after === null || session?.isUsable() !== true) return null;
    const plan = this.planFromMemory(units, after);
    if (plan === null) return null;
    const behind = this.sent.length > 0;
    const failure = session.append({ ...plan, after, behind }).then(() => null, asError);
    // As if it were written: what is sent next goes on from there. Forgotten if it fails.
    this.streams.moved(plan.last, plan.streams);
    return { units, plan, failure };
  }

  /** What became of a transaction that was sent; null if it is to be tried again with a look first. */
  private async endOf({ plan, failure }: Sent): Promise<End | null> {
    const cause = await failure;
    if (cause === null) return { status: 'committed', plan };
    this.streams.forget();
    const saidNo = isTheServersNo(cause) && (await this.rolledBack());
    if (!saidNo) {
      this.disconnect();
      return { status: 'unknown', plan, cause };
    }
    this.contended = sqlState(cause) === JOURNAL_MOVED;
    if (this.contended) return null;
    return { status: isAboutData(cause) ? 'refused' : 'failed', cause };
  }

  /** Null when a stream is not remembered, when a part conflicts, or when there are too few keys for new streams. */
  private planFromMemory(units: readonly AppendUnit[], after: bigint): (AppendPlan & { fresh: KeyedStream[] }) | null {
    let complete = true;
    const resolved = resolveUnits(units, (id) => {
      const known = this.streams.get(id);
      complete &&= known !== undefined;
      return known ?? unknownStream(id);
    });
    if (!complete) return null;
    const judged = judgeUnits(resolved);
    const keyless = streamsWithoutKey(judged);
    if (!isWithoutConflict(judged) || keyless.length > this.freeKeys.length) return null;
    const fresh = keyless.map((stream) => ({ id: stream.id, key: this.freeKeys.pop() ?? 0 }));
    keyless.forEach((stream, i) => {
      stream.key = fresh[i]?.key ?? null;
    });
    return { ...planAppend(judged, { after, recordedAt: this.parts.runtime.now() }), fresh };
  }

  /** Takes the lock, looks, and writes what may be written. */
  private async askAndSend(units: readonly AppendUnit[]): Promise<End> {
    let committing: AppendPlan | null = null;
    try {
      const session = await this.connected();
      const plan = await this.planUnderLock(session, units);
      if (plan.recorded.length === 0) {
        await session.rollback();
        return { status: 'committed', plan };
      }
      await session.copy(plan.copies);
      await session.announce(plan.last);
      committing = plan;
      await session.commit();
      this.streams.moved(plan.last, plan.streams);
      return { status: 'committed', plan };
    } catch (error) {
      const cause = asError(error);
      // Keys of new streams may have gone with the transaction.
      this.streams.forget();
      if (committing === null && isAboutData(error) && (await this.rolledBack())) return { status: 'refused', cause };
      this.disconnect();
      return committing === null ? { status: 'failed', cause } : { status: 'unknown', plan: committing, cause };
    }
  }

  /** Takes the lock and decides, under it, what is to be written where. */
  private async planUnderLock(session: PostgresAppendSession, units: readonly AppendUnit[]): Promise<AppendPlan> {
    const after = await session.begin();
    this.contended = this.contended && this.streams.trueAt() !== after;
    this.streams.trustAt(after);
    const judged = judgeUnits(await this.resolve(session, units));
    const fresh = streamsWithoutKey(judged);
    if (fresh.length > 0) setKeys(fresh, await session.createStreams(fresh.map(({ id }) => id)));
    if (this.freeKeys.length < FREE_KEYS_MIN)
      for (const key of await session.drawKeys(KEYS_DRAWN)) this.freeKeys.push(key);
    return planAppend(judged, { after, recordedAt: this.parts.runtime.now() });
  }

  /** The streams of these units as they stand now; only those that are not remembered are looked up. */
  private async resolve(
    session: PostgresAppendSession,
    units: readonly AppendUnit[],
  ): Promise<readonly ResolvedUnit[]> {
    const missing: KnownStream[] = [];
    const resolved = resolveUnits(units, (id) => {
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

const textOf = ({ copies }: AppendPlan): number => copies.byteLength();

const unconfirmed = (result: AppendResult, cause: Error): AppendResult =>
  result.status === 'conflict' ? result : { status: 'unknown', cause };

/** One caller's batch as pieces that can be written alone; the caller is answered when all of them are. */
function piecesOf(unit: AppendUnit): readonly AppendUnit[] {
  const pieces = linkedPieces(unit.parts);
  const firstRows = new Map(unit.parts.map((part, i) => [part, unit.firstRows[i]]));
  const results = new Map<StreamAppend, AppendResult>();
  const settle = (parts: readonly StreamAppend[], resultOf: (index: number) => AppendResult): void => {
    parts.forEach((part, i) => {
      results.set(part, resultOf(i));
    });
    if (results.size < unit.parts.length) return;
    unit.answer(unit.parts.map((part) => results.get(part) ?? { status: 'conflict' }));
  };
  return pieces.map((parts) => ({
    parts,
    rows: unit.rows,
    isPiece: true,
    firstRows: parts.map((part) => firstRows.get(part) ?? 0),
    answer: (answers) => settle(parts, (i) => answers[i] ?? { status: 'conflict' }),
    fail: (cause) => settle(parts, () => ({ status: 'unknown', cause })),
  }));
}
