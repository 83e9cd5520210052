// The one alert that cannot stand in PostgreSQL: that PostgreSQL cannot be reached. What is open is kept in memory, and
// channels are told directly, without the outbox. Each process that watches tells it for itself.
import pg from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import type { Metrics } from '../../runtime/metrics.js';
import { nameUuid } from '../../runtime/name-uuid.js';
import type { Runtime } from '../../runtime/runtime.js';
import { settlesWithin } from '../../runtime/settles-within.js';
import { type Channel, Refused } from '../channels/channel.js';
import { aboutAlert } from './alert-kinds.js';
import type { AlertMessage } from './alert-message.js';

export type DatabaseWatchParts = Readonly<{
  database: pg.ClientConfig;
  channels: ReadonlyMap<string, Channel>;
  /** Who says so: the process and its machine. */
  subject: string;
  everyMs: number;
  /** Trouble that is over sooner is nobody's business. */
  afterMs: number;
  escalateAfterMs: number;
  /** Five seconds unless given. */
  answerWithinMs?: number;
  runtime: Runtime;
  log: Log;
  metrics: Pick<Metrics, 'databaseReached'>;
}>;

const KIND = 'database-unreachable';
const ANSWER_WITHIN_MS = 5_000;
/** What a process that ends takes to tell it. Channels have limits of their own, which are longer. */
const LAST_WORDS_MS = 5_000;
const BACK_OFF = { minMs: 500, maxMs: 5_000 };

type Open = Omit<AlertMessage, 'what' | 'at'>;

export class DatabaseWatch {
  private readonly loop: Loop;
  private since: Instant | null = null;
  private open: Open | null = null;
  private isEscalated = false;
  /** What each channel has not taken yet. */
  private readonly waiting = new Map<string, AlertMessage[]>();
  /** Channels that cannot be told, so that the log hears of it once. */
  private readonly deaf = new Set<string>();

  constructor(private readonly parts: DatabaseWatchParts) {
    const { runtime, log, everyMs } = parts;
    const round = () => this.look();
    this.loop = new Loop({
      name: 'the look at the database',
      runtime,
      log,
      backOff: BACK_OFF,
      pauseMs: everyMs,
      round,
    });
  }

  start(): void {
    this.loop.start();
  }

  /** A process that ends because its database did tells that first. Channels are closed by their owner. */
  async drain(): Promise<void> {
    await this.loop.stop();
    const { runtime } = this.parts;
    if (await this.isReached()) return;
    this.raise(runtime.now());
    await settlesWithin(runtime, this.send(), LAST_WORDS_MS);
  }

  private async look(): Promise<void> {
    const { runtime, metrics, afterMs, escalateAfterMs } = this.parts;
    const isReached = await this.isReached();
    metrics.databaseReached(isReached);
    const now = runtime.now();
    if (isReached) this.clear(now);
    else {
      this.since ??= now;
      if (now - this.since >= afterMs) this.raise(now);
      if (this.open !== null && !this.isEscalated && now - this.open.raisedAt >= escalateAfterMs) {
        this.isEscalated = true;
        this.put('escalated', this.open, now);
      }
    }
    await this.send();
  }

  private async isReached(): Promise<boolean> {
    const { database, answerWithinMs = ANSWER_WITHIN_MS } = this.parts;
    const client = new pg.Client({
      ...database,
      application_name: 'gavel database watch',
      connectionTimeoutMillis: answerWithinMs,
      query_timeout: answerWithinMs,
    });
    // A lost connection fails the query as well.
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('SELECT 1');
      return true;
    } catch {
      return false;
    } finally {
      // A server that does not answer says no goodbye either.
      client.end().catch(() => undefined);
    }
  }

  private raise(now: Instant): void {
    if (this.open !== null) return;
    const { runtime, subject } = this.parts;
    const detail = `PostgreSQL has not answered since ${isoTime(this.since ?? now)}.`;
    const { severity } = aboutAlert(KIND);
    this.open = { alertId: runtime.uuid(), kind: KIND, subject, severity, detail, raisedAt: now };
    this.isEscalated = false;
    this.put('raised', this.open, now);
  }

  private clear(now: Instant): void {
    this.since = null;
    if (this.open === null) return;
    const [open, untold] = [this.open, new Set<string>()];
    this.open = null;
    // Whoever was never told that it began is not told that it ended.
    for (const [name, messages] of this.waiting)
      if (messages.some(({ alertId, what }) => alertId === open.alertId && what === 'raised')) untold.add(name);
    for (const name of untold) this.waiting.delete(name);
    this.put('cleared', open, now, untold);
  }

  private put(what: AlertMessage['what'], open: Open, at: Instant, except: ReadonlySet<string> = new Set()): void {
    for (const name of this.parts.channels.keys())
      if (!except.has(name)) this.waiting.set(name, [...(this.waiting.get(name) ?? []), { what, ...open, at }]);
  }

  /** Side by side: a mail server that does not answer holds up mail, not the rest. */
  private async send(): Promise<void> {
    await Promise.all([...this.waiting].map(([name, messages]) => this.sendTo(name, messages)));
  }

  private async sendTo(name: string, messages: readonly AlertMessage[]): Promise<void> {
    const channel = this.parts.channels.get(name);
    for (const [index, content] of messages.entries()) {
      try {
        await channel?.send({ messageId: nameUuid('message', `${content.alertId} ${content.what} ${name}`), content });
        this.deaf.delete(name);
      } catch (error) {
        if (!this.deaf.has(name))
          this.parts.log.warn({ channel: name, problem: String(error) }, 'an alert could not be sent');
        this.deaf.add(name);
        if (error instanceof Refused) continue;
        this.waiting.set(name, messages.slice(index));
        return;
      }
    }
    this.waiting.delete(name);
  }
}
