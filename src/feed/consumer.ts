// A consumer with a database: a batch's effect and the checkpoint behind it are committed in one transaction, and the
// checkpoint moves by compare-and-set. So a second process can neither double an effect nor set the checkpoint back.
// Of several processes with the same consumer one holds the lock and works; to race for every batch would cost each of them
// the batches that it loses. The lock saves work and proves nothing: a process that goes on without it is guarded as before.
//
// An event that cannot be applied is found by halving its batch. Its stream is parked with the reason and everything else
// goes on. What fails for any other cause (connections, locks, a full disk) is tried again until it works.
import pg from 'pg';
import type { StreamId } from '../domain/messages.js';
import type { Log } from '../runtime/log.js';
import { Loop } from '../runtime/loop.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import { hasCode } from '../runtime/system-error.js';
import { takeLock } from './advisory-lock.js';
import {
  beginByMoving,
  CheckpointInconsistent,
  type ConsumerKey,
  loadCheckpoint,
  parkStream,
  queueEvents,
} from './checkpoint.js';
import { isDataFailure, prepareEntries, reasonOf } from './failures.js';
import type { Feed, FeedReader, JournalEntry, Page, Position } from './feed.js';
import type { Projection } from './projection.js';
import { closeSession, openSession, toCommit } from './session.js';
import { FeedInconsistent } from './stream-order.js';
import { type Slice, WHOLE } from './versions/slice.js';
import { type Phase, type WorkState, workState } from './work-state.js';

export type ConsumerSettings = Readonly<{
  /** Events taken at once; a consumer that keeps up takes what there is. */
  batchMax: number;
  /** More parked streams than this mean that the projection is at fault, not the events: the consumer halts. */
  parkedStreamsMax: number;
  /** How long a position that had no effect may stay unsaved. */
  saveWithinMs: number;
  /** The first pause after a failure; it doubles up to the longest. */
  retryMinMs: number;
  retryMaxMs: number;
  /** How often a consumer that stands by tries for the lock. Also the pause after another process has moved our checkpoint. */
  standByMs: number;
  /** A process that holds the lock and does not move for this long, although there is something to do, is no longer waited for. */
  standStillMs: number;
  /** How often the lag is measured. */
  lagEveryMs: number;
  /** A series of failures that lasts this long is more than passing trouble. */
  stuckMs: number;
}>;

export const CONSUMER_DEFAULTS: ConsumerSettings = {
  batchMax: 16_384,
  parkedStreamsMax: 100,
  saveWithinMs: 1_000,
  retryMinMs: 50,
  retryMaxMs: 5_000,
  standByMs: 500,
  // Above `saveWithinMs`: a checkpoint that is saved now and then is no sign of a pause.
  standStillMs: 5_000,
  lagEveryMs: 1_000,
  stuckMs: 10_000,
};

export type ConsumerParts = Readonly<{
  feed: Feed;
  projection: Projection;
  database: pg.ClientConfig;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
  slice?: Slice;
  settings?: Partial<ConsumerSettings>;
}>;

/** A halted consumer needs a person, and a stuck one probably too. */
export type ConsumerStatus = Readonly<{
  state: WorkState;
  /** Everything up to here is applied or parked, by this process or by the one that holds the lock; committed unless it had no effect. */
  position: Position | null;
  parkedStreams: number;
  /** The last failure while it lasts. */
  problem: string | null;
  /** True once it has failed for longer than passing trouble does. */
  isStuck: boolean;
}>;

/**
 * `events` is exact where the journal's positions are dense. Elsewhere the missing events are counted, up to a thousand:
 * more than that is told as a thousand.
 */
export type Lag = Readonly<{ events: bigint; ageMs: number }>;

const LAG_COUNTED_MAX = 1_000;

/** Too many parked streams. */
class TooManyParked extends Error {}
/** The checkpoint was moved, or its generation raised, by somebody else. */
class CheckpointMoved extends Error {}

type Session = {
  readonly client: pg.Client;
  readonly reader: FeedReader;
  readonly generation: string;
  readonly parked: Set<StreamId>;
  /** The committed checkpoint; and how far everything has been read, which is further where nothing had an effect. */
  saved: Position | null;
  done: Position | null;
  savedAtMs: number;
};

export class Consumer {
  private readonly loop: Loop;
  private readonly settings: ConsumerSettings;
  private readonly key: ConsumerKey;
  private phase: Phase = 'idle';
  private position: Position | null = null;
  private parkedStreams = 0;
  private lagMeasuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: ConsumerParts) {
    this.settings = { ...CONSUMER_DEFAULTS, ...parts.settings };
    const { retryMinMs: minMs, retryMaxMs: maxMs, stuckMs } = this.settings;
    this.loop = new Loop({
      name: `the consumer ${parts.projection.name}`,
      runtime: parts.runtime,
      log: parts.log,
      backOff: { minMs, maxMs },
      stuckMs,
      reason: transientReason,
      isFinal,
      round: (signal) => this.withConnection(signal),
    });
    const { name, findRows } = parts.projection;
    this.key = { name, slice: parts.slice ?? WHOLE, ...(findRows !== undefined && { findRows }) };
  }

  /** Begins to follow the feed from its checkpoint. Idempotent; a drained consumer stays drained. */
  start(): void {
    this.loop.start();
  }

  /** Finishes the batch under way, saves the checkpoint and closes the connection. Idempotent. */
  drain(): Promise<void> {
    return this.loop.stop();
  }

  status(): ConsumerStatus {
    const status = this.loop.status();
    const { problem, isStuck } = status;
    const { position, parkedStreams } = this;
    return { state: workState(status, this.phase), position, parkedStreams, problem, isStuck };
  }

  /** How far it is behind the journal's head, and for how long its oldest missing event has been there. */
  async lag(): Promise<Lag> {
    const { journal } = this.parts.feed;
    const { position } = this;
    const head = await journal.head();
    if (head === null || journal.comparePositions(position, head) >= 0) return { events: 0n, ageMs: 0 };
    const counted = journal.eventsBetween(position, head);
    const missing = await journal.readAll(position, counted === null ? LAG_COUNTED_MAX : 1);
    const [oldest] = missing;
    return {
      events: counted ?? BigInt(missing.length),
      ageMs: oldest === undefined ? 0 : Math.max(0, this.parts.runtime.now() - oldest.recordedAt),
    };
  }

  private async withConnection(signal: AbortSignal): Promise<void> {
    const { database, projection, runtime } = this.parts;
    const client = await openSession(database, projection);
    try {
      let hasLock = false;
      let lost: Session | null = null;
      while (!signal.aborted) {
        if (!hasLock) {
          hasLock = await this.standBy(client);
          lost = null;
          if (signal.aborted) return;
        }
        lost = await this.follow(await this.load(client, lost));
      }
    } finally {
      await closeSession(client, runtime);
    }
  }

  /**
   * Resolves with true once this connection holds the lock. Resolves with false when told to stop, or where the process that
   * holds the lock stands still although there is something to do: a process that is paused keeps its connection.
   */
  private async standBy(client: pg.Client): Promise<boolean> {
    const { runtime, log } = this.parts;
    const { standByMs, standStillMs } = this.settings;
    const consumer = this.key.name;
    let movedAtMs = runtime.monotonicMs();
    while (!(await takeLock(client, `${consumer} ${this.key.slice.index}`))) {
      if (this.loop.signal.aborted) return false;
      const wasOnStandby = this.phase === 'on standby';
      if (!wasOnStandby) log.info({ consumer }, 'another process keeps these tables: on standby');
      const before = this.position;
      const isBehind = await this.look(client);
      const hasMoved = !wasOnStandby || before !== this.position;
      const nowMs = runtime.monotonicMs();
      if (hasMoved || !isBehind) movedAtMs = nowMs;
      else if (nowMs - movedAtMs >= standStillMs) {
        log.warn({ consumer, standStillMs }, 'the process that keeps these tables stands still: going on in its place');
        return false;
      }
      await runtime.sleep(standByMs, this.loop.signal);
    }
    return true;
  }

  /** Notes how far the process at work has come; true if there is more for it to do. */
  private async look(client: pg.Client): Promise<boolean> {
    const { feed, runtime, metrics } = this.parts;
    const { journal } = feed;
    const before = this.position;
    const { position, parked } = await loadCheckpoint(client, this.key, journal, runtime.now());
    this.phase = 'on standby';
    this.position = position;
    this.parkedStreams = parked.size;
    metrics.parkedStreams(this.key.name, parked.size);
    const isBehind = journal.comparePositions(position, await journal.head()) < 0;
    // The process at work gets on, or has nothing to do: then the failures of this one do not matter.
    if (!isBehind || position !== before) this.loop.worked();
    await this.measureLag(isBehind);
    return isBehind;
  }

  /** The state to go on from. If only the position has moved since `lost`, another process is at work, and gets time. */
  private async load(client: pg.Client, lost: Session | null): Promise<Session> {
    const { feed, runtime } = this.parts;
    const { position, generation, parked } = await loadCheckpoint(client, this.key, feed.journal, runtime.now());
    if (lost !== null && lost.generation === generation) {
      await runtime.sleep(this.settings.standByMs, this.loop.signal);
      return this.load(client, null);
    }
    const reader = feed.reader(position, this.key.slice);
    const savedAtMs = runtime.monotonicMs();
    return { client, reader, generation, parked, saved: position, done: position, savedAtMs };
  }

  /** Follows the feed until told to stop, or until the checkpoint moves under this session, which is then lost. */
  private async follow(session: Session): Promise<Session> {
    const { feed, log } = this.parts;
    const bounds = { limit: this.settings.batchMax, signal: this.loop.signal };
    this.tell(session);
    try {
      await feed.follow(session.reader, bounds, (page) => this.step(session, page));
      await this.save(session);
    } catch (error) {
      if (!(error instanceof CheckpointMoved)) throw error;
      log.info({ consumer: this.key.name }, 'the checkpoint was moved by another: the batch is dropped');
    }
    return session;
  }

  private async step(session: Session, page: Page | null): Promise<void> {
    if (page !== null) await this.take(session, page);
    if (this.parts.runtime.monotonicMs() - session.savedAtMs >= this.settings.saveWithinMs) await this.save(session);
    // Only now: what was read but cannot be written is no progress.
    this.loop.worked();
    await this.measureLag(page !== null);
  }

  private async take(session: Session, page: Page): Promise<void> {
    const startedMs = this.parts.runtime.monotonicMs();
    await this.apply(session, page);
    this.tell(session);
    const ms = this.parts.runtime.monotonicMs() - startedMs;
    this.parts.metrics.projected({ consumer: this.key.name, events: page.entries.length, ms });
  }

  /** Commits a page whole; or, where one of its events is to blame, in halves down to that event. */
  private async apply(session: Session, page: Page): Promise<void> {
    try {
      await this.commit(session, page);
    } catch (error) {
      if (!isDataFailure(error)) throw error;
      const [only, ...more] = page.entries;
      if (only === undefined) throw error;
      if (more.length === 0) return this.park(session, only, page, reasonOf(error));
      for (const half of halves(page)) await this.apply(session, half);
    }
  }

  private async commit(session: Session, { entries, upTo }: Page): Promise<void> {
    const { parked, client } = session;
    const queued = parked.size === 0 ? [] : entries.filter(({ streamId }) => parked.has(streamId));
    const free = parked.size === 0 ? entries : entries.filter(({ streamId }) => !parked.has(streamId));
    const write = prepareEntries(this.parts.projection, free);
    if (write === null && queued.length === 0) {
      session.done = upTo;
      return;
    }
    await this.moveTo(session, upTo, async () => {
      if (queued.length > 0) await queueEvents(client, this.key, queued, this.moment());
      await write?.(client);
    });
  }

  private async park(session: Session, entry: JournalEntry, { upTo }: Page, reason: string): Promise<void> {
    const { client, parked } = session;
    const { streamId, revision, eventType } = entry;
    const { parkedStreamsMax } = this.settings;
    if (parked.size >= parkedStreamsMax)
      throw new TooManyParked(
        `${parked.size} streams are parked, as many as allowed, and ${streamId} should be too: ${reason}`,
      );
    await this.moveTo(session, upTo, async () => {
      await parkStream(client, this.key, entry, { ...this.moment(), reason });
      await queueEvents(client, this.key, [entry], this.moment());
    });
    parked.add(streamId);
    const fields = { consumer: this.key.name, streamId, revision, eventType, reason };
    this.parts.log.error(fields, 'an event cannot be applied: its stream is parked');
    this.tell(session);
  }

  /** One transaction: the checkpoint first, whose row lock keeps other processes out, then the effect. */
  private async moveTo(session: Session, to: Position, effect: () => Promise<void>): Promise<void> {
    const { journal } = this.parts.feed;
    const { client, saved, generation } = session;
    await toCommit(client, async () => {
      const from = saved === null ? null : journal.printPosition(saved);
      const move = { from, to: journal.printPosition(to), generation, now: this.parts.runtime.now() };
      // The effect's statements leave right behind the move, and are rolled back with it where it met nothing.
      const [moved, effected] = await Promise.allSettled([beginByMoving(client, this.key, move), effect()]);
      if (moved.status === 'rejected') throw moved.reason;
      if (!moved.value) throw new CheckpointMoved();
      if (effected.status === 'rejected') throw effected.reason;
    });
    session.saved = to;
    session.done = to;
    session.savedAtMs = this.parts.runtime.monotonicMs();
  }

  private async save(session: Session): Promise<void> {
    session.savedAtMs = this.parts.runtime.monotonicMs();
    if (session.done === null || session.done === session.saved) return;
    await this.moveTo(session, session.done, async () => undefined);
  }

  private async measureLag(isBehind: boolean): Promise<void> {
    const nowMs = this.parts.runtime.monotonicMs();
    if (nowMs - this.lagMeasuredAtMs < this.settings.lagEveryMs) return;
    this.lagMeasuredAtMs = nowMs;
    const { events, ageMs } = isBehind ? await this.lag() : { events: 0n, ageMs: 0 };
    this.parts.metrics.lag(this.key.name, Number(events), ageMs);
  }

  private tell({ done, parked }: Session): void {
    this.phase = 'running';
    this.position = done;
    this.parkedStreams = parked.size;
    this.parts.metrics.parkedStreams(this.key.name, parked.size);
  }

  private moment() {
    return { journal: this.parts.feed.journal, now: this.parts.runtime.now() };
  }
}

/** What no second try can mend. A journal's adapter may find a gap before the feed does, and says so by its code. */
const isFinal = (error: unknown): boolean =>
  error instanceof FeedInconsistent ||
  error instanceof CheckpointInconsistent ||
  error instanceof TooManyParked ||
  hasCode(error, 'JournalInconsistent');

function halves({ entries, upTo, full }: Page): readonly Page[] {
  const middle = entries.length >> 1;
  const last = entries[middle - 1];
  if (last === undefined) throw new RangeError('a page of one event has no halves');
  return [
    { entries: entries.slice(0, middle), upTo: last.position, full },
    { entries: entries.slice(middle), upTo, full },
  ];
}

// What went wrong outside our events may be told in full, except where PostgreSQL quotes a value.
function transientReason(error: unknown): string {
  if (error instanceof pg.DatabaseError && error.code?.startsWith('22') === true) return reasonOf(error);
  return error instanceof Error ? error.message : String(error);
}
