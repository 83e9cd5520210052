// The relay: publishes the public facts of the journal to `auction.events`, in order per auction, each at least once. Its
// checkpoint follows what the brokers have acknowledged, so a relay that dies repeats a little: readers know each fact by
// its auction and revision, and drop what they have.
//
// One relay works, the others stand by; two that both work for a moment (one was paused) only say things twice.
import type pg from 'pg';
import { beginByMoving, CheckpointInconsistent, type ConsumerKey, loadCheckpoint } from '../../feed/checkpoint.js';
import { publicFactOf, publicFactText } from '../../feed/facts/public-facts.js';
import type { Feed, Page, Position } from '../../feed/feed.js';
import { closeSession, openSession, toCommit } from '../../feed/session.js';
import { FeedInconsistent } from '../../feed/stream-order.js';
import { takeTurn } from '../../feed/turn.js';
import { WHOLE } from '../../feed/versions/slice.js';
import type { Log } from '../../runtime/log.js';
import type { Metrics } from '../../runtime/metrics.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Outbox } from '../client/outbox.js';
import { HEADERS, type Seal } from '../commands/seal.js';

export type RelaySettings = Readonly<{
  /** Events read and published at once. */
  batchMax: number;
  /** How long a checkpoint may stay unsaved: what is said twice after a crash. */
  saveWithinMs: number;
  /** How often a relay that stands by looks whether its turn has come. */
  standByMs: number;
  retryMinMs: number;
  retryMaxMs: number;
  /** Failing for so long without getting on is more than a passing trouble. */
  stuckMs: number;
}>;

export const RELAY_DEFAULTS: RelaySettings = {
  batchMax: 4_096,
  saveWithinMs: 200,
  standByMs: 250,
  retryMinMs: 50,
  retryMaxMs: 2_000,
  stuckMs: 10_000,
};

export type RelayParts = Readonly<{
  feed: Feed;
  database: pg.ClientConfig;
  outbox: Pick<Outbox, 'send'>;
  topic: string;
  seal: Seal;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
  settings?: Partial<RelaySettings>;
}>;

export type RelayStatus = Readonly<{
  state: 'idle' | 'standing by' | 'running' | 'retrying' | 'halted' | 'drained';
  position: Position | null;
  problem: string | null;
  /** It has been failing for longer than trouble that passes by itself. */
  isStuck: boolean;
}>;

/** Its checkpoint stands under this name. */
export const RELAY = 'relay';
const KEY: ConsumerKey = { name: RELAY, slice: WHOLE };
const LAG_EVERY_MS = 1_000;

/** The checkpoint was moved by another relay: this one begins again from there. */
class CheckpointMoved extends Error {}

type Session = {
  readonly client: pg.Client;
  readonly generation: string;
  saved: Position | null;
  done: Position | null;
  savedAtMs: number;
};

export class Relay {
  private readonly stop = new AbortController();
  private readonly settings: RelaySettings;
  private loop: Promise<void> | null = null;
  private current: Omit<RelayStatus, 'isStuck'> = { state: 'idle', position: null, problem: null };
  private failures = 0;
  /** Since when it has failed without getting on in between. */
  private failingSinceMs: number | null = null;
  private lagMeasuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: RelayParts) {
    this.settings = { ...RELAY_DEFAULTS, ...parts.settings };
  }

  start(): void {
    this.loop ??= this.run();
  }

  /** Publishes what it has read, saves the checkpoint and leaves the turn to another. Idempotent. */
  async drain(): Promise<void> {
    this.stop.abort();
    await this.loop;
    if (this.current.state !== 'halted') this.current = { ...this.current, state: 'drained' };
  }

  status(): RelayStatus {
    const { stuckMs } = this.settings;
    const isStuck = this.failingSinceMs !== null && this.parts.runtime.monotonicMs() - this.failingSinceMs >= stuckMs;
    return { ...this.current, isStuck };
  }

  private async run(): Promise<void> {
    while (!this.stop.signal.aborted) {
      try {
        await this.withTurn();
      } catch (error) {
        if (error instanceof CheckpointMoved) continue;
        if (isFinal(error)) return this.halt(error);
        await this.backOff(error);
      }
    }
  }

  private async withTurn(): Promise<void> {
    const { database, runtime, log } = this.parts;
    const client = await openSession(database, { name: RELAY, searchPath: ['feed'] });
    try {
      while (!(await takeTurn(client, RELAY))) {
        this.current = { ...this.current, state: 'standing by', problem: null };
        this.failingSinceMs = null;
        await runtime.sleep(this.settings.standByMs, this.stop.signal);
        if (this.stop.signal.aborted) return;
      }
      log.info({}, 'this relay publishes');
      await this.follow(client);
    } finally {
      await closeSession(client, runtime);
    }
  }

  private async follow(client: pg.Client): Promise<void> {
    const { feed, runtime } = this.parts;
    const { position, generation } = await loadCheckpoint(client, KEY, feed.journal, runtime.now());
    const session = { client, generation, saved: position, done: position, savedAtMs: runtime.monotonicMs() };
    const reader = feed.reader(position, WHOLE);
    while (!this.stop.signal.aborted) {
      const heard = feed.heard();
      const page = await reader.next(this.settings.batchMax);
      if (page !== null) await this.publish(session, page);
      this.failingSinceMs = null;
      this.current = { state: 'running', position: session.done, problem: null };
      if (runtime.monotonicMs() - session.savedAtMs >= this.settings.saveWithinMs) await this.save(session);
      await this.measureLag(page);
      if (page === null) await feed.news(heard, this.stop.signal);
    }
    await this.save(session);
  }

  private async publish(session: Session, { entries, upTo }: Page): Promise<void> {
    const { outbox, topic, seal, metrics, runtime } = this.parts;
    const startedMs = runtime.monotonicMs();
    const sent: Promise<void>[] = [];
    for (const entry of entries) {
      const fact = publicFactOf(entry);
      if (fact === null) continue;
      const value = Buffer.from(publicFactText(fact));
      const headers = { [HEADERS.seal]: seal.of('fact', value) };
      sent.push(outbox.send({ topic, key: fact.auctionId, value, headers }));
    }
    await Promise.all(sent);
    session.done = upTo;
    this.failures = 0;
    metrics.projected({ consumer: RELAY, events: entries.length, ms: runtime.monotonicMs() - startedMs });
  }

  private async save(session: Session): Promise<void> {
    const { feed, runtime } = this.parts;
    session.savedAtMs = runtime.monotonicMs();
    const { client, saved, done, generation } = session;
    if (done === null || done === saved) return;
    const from = saved === null ? null : feed.journal.printPosition(saved);
    const move = { from, to: feed.journal.printPosition(done), generation, now: runtime.now() };
    await toCommit(client, async () => {
      if (!(await beginByMoving(client, KEY, move))) throw new CheckpointMoved();
    });
    session.saved = done;
  }

  private async measureLag(page: Page | null): Promise<void> {
    const { feed, runtime, metrics } = this.parts;
    const nowMs = runtime.monotonicMs();
    if (nowMs - this.lagMeasuredAtMs < LAG_EVERY_MS) return;
    this.lagMeasuredAtMs = nowMs;
    const last = page?.entries.at(-1);
    const head = page === null ? null : await feed.journal.head();
    const behind = head === null || page === null ? 0n : (feed.journal.eventsBetween(page.upTo, head) ?? 0n);
    metrics.lag(RELAY, Number(behind), last === undefined ? 0 : Math.max(0, runtime.now() - last.recordedAt));
  }

  private async backOff(error: unknown): Promise<void> {
    const { retryMinMs, retryMaxMs } = this.settings;
    const problem = error instanceof Error ? error.message : String(error);
    const pauseMs = Math.min(retryMaxMs, retryMinMs * 2 ** Math.min(this.failures, 20));
    this.failures += 1;
    this.failingSinceMs ??= this.parts.runtime.monotonicMs();
    this.current = { ...this.current, state: 'retrying', problem };
    this.parts.log.warn({ problem, pauseMs }, 'the relay failed and will try again');
    await this.parts.runtime.sleep(pauseMs, this.stop.signal);
  }

  private halt(error: Error): void {
    this.current = { ...this.current, state: 'halted', problem: error.message };
    this.parts.log.error({ problem: error.message }, 'the relay has halted');
  }
}

const isFinal = (error: unknown): error is Error =>
  error instanceof FeedInconsistent ||
  error instanceof CheckpointInconsistent ||
  (error instanceof Error && 'code' in error && error.code === 'JournalInconsistent');
