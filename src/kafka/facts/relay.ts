// The relay publishes the public facts of the journal to `auction.events`, in order per auction, each at least once. Its
// checkpoint follows what the brokers have acknowledged, so a relay that dies repeats some facts: readers know each fact by
// its auction and revision, and drop what they have.
//
// One relay works, the others stand by. Two that both work for a moment, because one was paused, publish some facts twice.
import type pg from 'pg';
import { beginByMoving, CheckpointInconsistent, type ConsumerKey, loadCheckpoint } from '../../feed/checkpoint.js';
import { publicFactOf, publicFactText } from '../../feed/facts/public-facts.js';
import type { Feed, Page, Position } from '../../feed/feed.js';
import { Leader, type LeaderStatus, type Term } from '../../feed/leader.js';
import { toCommit } from '../../feed/session.js';
import { FeedInconsistent } from '../../feed/stream-order.js';
import { WHOLE } from '../../feed/versions/slice.js';
import type { Log } from '../../runtime/log.js';
import type { Metrics } from '../../runtime/metrics.js';
import type { Runtime } from '../../runtime/runtime.js';
import { hasCode } from '../../runtime/system-error.js';
import type { BatchingProducer } from '../client/batching-producer.js';
import { HEADERS, type MessageSigner } from '../commands/message-signer.js';

export type RelaySettings = Readonly<{
  /** Events read and published at once. */
  batchMax: number;
  /** How long a checkpoint may stay unsaved: what is said twice after a crash. */
  saveWithinMs: number;
}>;

export const RELAY_DEFAULTS: RelaySettings = {
  batchMax: 4_096,
  saveWithinMs: 200,
};

export type RelayParts = Readonly<{
  feed: Feed;
  database: pg.ClientConfig;
  producer: Pick<BatchingProducer, 'send'>;
  topic: string;
  signer: MessageSigner;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
  settings?: Partial<RelaySettings>;
}>;

/** The name of its checkpoint and of its lock. */
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
  private readonly leader: Leader;
  private readonly settings: RelaySettings;
  private lagMeasuredAtMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: RelayParts) {
    this.settings = { ...RELAY_DEFAULTS, ...parts.settings };
    const { database, runtime, log } = parts;
    this.leader = new Leader({ name: RELAY, database, runtime, log, isFinal, lead: (term) => this.lead(term) });
  }

  start(): void {
    this.leader.start();
  }

  /** Publishes what it has read, saves the checkpoint and leaves the work to another relay. Idempotent. */
  drain(): Promise<void> {
    return this.leader.drain();
  }

  status(): LeaderStatus {
    return this.leader.status();
  }

  private async lead(term: Term): Promise<void> {
    try {
      await this.follow(term);
    } catch (error) {
      if (!(error instanceof CheckpointMoved)) throw error;
      this.parts.log.info({ consumer: RELAY }, 'the checkpoint was moved by another: going on from there');
    }
  }

  private async follow({ client, signal, worked }: Term): Promise<void> {
    const { feed, runtime } = this.parts;
    const { batchMax: limit, saveWithinMs } = this.settings;
    const { position, generation } = await loadCheckpoint(client, KEY, feed.journal, runtime.now());
    const session = { client, generation, saved: position, done: position, savedAtMs: runtime.monotonicMs() };
    await feed.follow(feed.reader(position, WHOLE), { limit, signal }, async (page) => {
      if (page !== null) await this.publish(session, page);
      if (runtime.monotonicMs() - session.savedAtMs >= saveWithinMs) await this.save(session);
      worked();
      await this.measureLag(page);
    });
    await this.save(session);
  }

  private async publish(session: Session, { entries, upTo }: Page): Promise<void> {
    const { producer, topic, signer, metrics, runtime } = this.parts;
    const startedMs = runtime.monotonicMs();
    const sent: Promise<void>[] = [];
    for (const entry of entries) {
      const fact = publicFactOf(entry);
      if (fact === null) continue;
      const value = Buffer.from(publicFactText(fact));
      const headers = { [HEADERS.signature]: signer.sign('fact', value) };
      sent.push(producer.send({ topic, key: fact.auctionId, value, headers }));
    }
    await Promise.all(sent);
    session.done = upTo;
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
}

const isFinal = (error: unknown): boolean =>
  error instanceof FeedInconsistent || error instanceof CheckpointInconsistent || hasCode(error, 'JournalInconsistent');
