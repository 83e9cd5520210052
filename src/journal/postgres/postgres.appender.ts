// Group commit: appends that wait are written together, in one transaction under the append lock, which numbers the events.
// So positions are dense and in commit order. How a transaction gets to the server is the writer's (journal-writer.ts).
//
// The appender is in one of these modes:
//   idle         nothing waits and nothing is in flight.
//   gathering    the first append waits for the end of this tick of the event loop, so that others may join its transaction.
//   in flight    transactions were sent without a look, one behind the other; what comes meanwhile is sent behind them, or
//                gathers for the next.
//   one by one   a transaction is written with a look: the writer could not send it, or it has failed. It is tried again for
//                a while where that may help, and halved where the server refuses what one of its events holds.

import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { linkedPieces, unwanted } from '../append-check.js';
import type { AppendResult, RecordedEvent, StreamAppend } from '../journal.js';
import { JournalUnavailable } from '../journal-fault.js';
import type { Attempt, InFlight, JournalWriter, PendingAppend, Transaction } from './journal-writer.js';
import { isAboutRoom, isPassing } from './postgres.connection.js';

export type AppenderSettings = Readonly<{
  /** Events written in one transaction, unless a single append brings more. */
  eventsMax: number;
  /** How long an append is tried again while the server cannot be reached. */
  retryMaxMs: number;
}>;

export type AppenderParts = Readonly<{
  writer: JournalWriter;
  runtime: Runtime;
  log: Log;
  settings: AppenderSettings;
  /** Told of every committed transaction and how much text it is, in the order of positions, before its appends are answered. */
  committed: (recorded: readonly RecordedEvent[], characters: number) => void;
  /** Told after every transaction, whatever became of it. */
  ended: () => void;
}>;

type Mode = 'idle' | 'gathering' | 'in flight' | 'one by one';

/** A transaction in flight with the appends that it writes. */
type Sent = InFlight & Readonly<{ appends: readonly PendingAppend[] }>;

const RETRY_FIRST_MS = 50;
const RETRY_SLOWEST_MS = 1_000;

export class PostgresAppender {
  private mode: Mode = 'idle';
  private running: Promise<void> = Promise.resolve();
  private waiting: PendingAppend[] = [];
  /** Oldest first, in the order in which the server gets them. */
  private inFlight: Sent[] = [];
  /** Why the last append failed that could not be written; null since one was. */
  private lastTrouble: Error | null = null;
  /** Until this tick of the event loop ends: a transaction has ended in it. */
  private hasJustEnded = false;

  constructor(private readonly parts: AppenderParts) {}

  /** True from an append until the transaction with the last one that waits has ended. */
  isWriting(): boolean {
    return this.mode !== 'idle';
  }

  /** The last position of what is in flight; null when nothing is. */
  sentUpTo(): bigint | null {
    return this.inFlight.at(-1)?.transaction.last ?? null;
  }

  /** Why appends fail just now; null if the last one was written, or nothing is known. */
  trouble(): Error | null {
    return this.lastTrouble;
  }

  /** Somebody has found that what failed with this error would be written now. */
  mended(trouble: Error): void {
    if (this.lastTrouble === trouble) this.lastTrouble = null;
  }

  /** Resolves once these parts are written, or known not to be, or nobody knows. Rejects only if nothing was written. */
  async append(parts: readonly StreamAppend[], isWanted?: Promise<boolean>): Promise<readonly AppendResult[]> {
    if (isWanted !== undefined) {
      this.parts.writer.encode(parts);
      if (!(await isWanted)) return unwanted(parts);
    }
    return new Promise((answer, fail) => {
      this.waiting.push({ parts, answer, fail });
      if (this.mode === 'idle') this.running = this.run();
      else if (this.mode === 'in flight') this.sendMore();
    });
  }

  /** Resolves when everything that was taken is answered. */
  async drain(): Promise<void> {
    await this.running;
  }

  private async run(): Promise<void> {
    this.mode = 'gathering';
    // Right behind another transaction nobody gathers: this process's next commands are about to be judged, and the server
    // would stand still meanwhile.
    if (!this.hasJustEnded) await this.parts.runtime.yield();
    while (this.waiting.length > 0 || this.inFlight.length > 0) {
      this.sendMore();
      const [oldest] = this.inFlight;
      this.mode = oldest === undefined ? 'one by one' : 'in flight';
      if (oldest === undefined) await this.write(this.takeNext());
      else await this.settle(oldest);
      this.noteEnd();
      // In the same tick as the look at what waits: an append that comes a moment later must start a new run.
      if (this.waiting.length === 0 && this.inFlight.length === 0) this.mode = 'idle';
      this.parts.ended();
    }
  }

  /** Sends what waits, as far as the writer can without a look. */
  private sendMore(): void {
    while (this.waiting.length > 0) {
      const appends = this.next();
      const sent = this.parts.writer.send(appends);
      if (sent === null) return;
      this.waiting.splice(0, appends.length);
      this.inFlight.push({ ...sent, appends });
    }
  }

  /** Waits for the oldest transaction in flight. Where it fails, so do those behind it, and all are written one by one. */
  private async settle(oldest: Sent): Promise<void> {
    const end = await this.parts.writer.settle(oldest);
    if (end?.status === 'committed') {
      this.inFlight.shift();
      this.confirm(oldest.appends, oldest.transaction);
      return;
    }
    this.mode = 'one by one';
    const behind = this.inFlight.slice(1);
    for (const { failure } of behind) await failure;
    this.inFlight = [];
    await this.write(oldest.appends, end);
    for (const { appends, transaction } of behind)
      await this.write(appends, end?.status === 'unknown' ? { ...end, transaction } : null);
  }

  /**
   * Writes these appends in one transaction, again and again if need be, and answers each. Never rejects. `end` is what a
   * first attempt has come to already.
   */
  private async write(appends: readonly PendingAppend[], end: Attempt | null = null): Promise<void> {
    const { log, runtime, settings, writer } = this.parts;
    const untilMs = runtime.monotonicMs() + settings.retryMaxMs;
    let attempt = end;
    for (let pauseMs = RETRY_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, RETRY_SLOWEST_MS)) {
      attempt ??= await writer.write(appends);
      if (attempt.status === 'committed') return this.confirm(appends, attempt.transaction);
      const { status, cause } = attempt;
      log.warn({ status, error: cause.message }, 'an append was not confirmed');
      if (status === 'unknown') return answerUnknown(appends, attempt.transaction, cause);
      if (status === 'refused') return this.halve(appends, cause);
      if (!isPassing(cause)) return this.giveUp(appends, cause);
      // Whoever waits for the answer is told at once: a full disk is not free again within any time that a client waits.
      const isLate = isAboutRoom(cause) || runtime.monotonicMs() + pauseMs > untilMs;
      if (isLate) return this.giveUp(appends, new JournalUnavailable('an append', cause));
      await runtime.sleep(pauseMs);
      attempt = null;
    }
  }

  private giveUp(appends: readonly PendingAppend[], cause: Error): void {
    this.lastTrouble = cause;
    for (const { fail } of appends) fail(cause);
  }

  /** Halves what the server refuses until only the culprit is left, so that nobody else pays for it. */
  private async halve(appends: readonly PendingAppend[], cause: Error): Promise<void> {
    const pieces = appends.length > 1 ? appends : appends.flatMap(piecesOf);
    if (pieces.length <= 1) {
      for (const { parts, answer } of pieces) answer(parts.map(() => ({ status: 'unknown', cause })));
      return;
    }
    const half = Math.ceil(pieces.length / 2);
    await this.write(pieces.slice(0, half));
    await this.write(pieces.slice(half));
  }

  private confirm(appends: readonly PendingAppend[], { recorded, characters, results }: Transaction): void {
    if (recorded.length > 0) this.lastTrouble = null;
    this.parts.committed(recorded, characters);
    for (const [i, { answer }] of appends.entries()) answer(results[i] ?? []);
  }

  private noteEnd(): void {
    if (this.hasJustEnded) return;
    this.hasJustEnded = true;
    void this.parts.runtime.yield().then(() => {
      this.hasJustEnded = false;
    });
  }

  private takeNext(): readonly PendingAppend[] {
    return this.waiting.splice(0, this.next().length);
  }

  /** Those that go into the next transaction. */
  private next(): readonly PendingAppend[] {
    let [count, events] = [0, 0];
    for (const { parts } of this.waiting) {
      const more = parts.reduce((sum, part) => sum + part.events.length, 0);
      if (count > 0 && events + more > this.parts.settings.eventsMax) break;
      count += 1;
      events += more;
    }
    return this.waiting.slice(0, count);
  }
}

/** A conflict is certain even where it is unknown whether the rest was written. */
function answerUnknown(appends: readonly PendingAppend[], { results }: Transaction, cause: Error): void {
  const unconfirmed = (result: AppendResult): AppendResult =>
    result.status === 'conflict' ? result : { status: 'unknown', cause };
  for (const [i, { answer }] of appends.entries()) answer((results[i] ?? []).map(unconfirmed));
}

/** One caller's append as pieces that can be written alone; the caller is answered when all of them are. */
function piecesOf(append: PendingAppend): readonly PendingAppend[] {
  const results = new Map<StreamAppend, AppendResult>();
  const settle = (parts: readonly StreamAppend[], resultOf: (index: number) => AppendResult): void => {
    parts.forEach((part, i) => {
      results.set(part, resultOf(i));
    });
    if (results.size < append.parts.length) return;
    append.answer(append.parts.map((part) => results.get(part) ?? { status: 'conflict' }));
  };
  return linkedPieces(append.parts).map((parts) => ({
    parts,
    answer: (answers) => settle(parts, (i) => answers[i] ?? { status: 'conflict' }),
    fail: (cause) => settle(parts, () => ({ status: 'unknown', cause })),
  }));
}
