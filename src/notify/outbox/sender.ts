// Sends what is in the outbox. One process of several does it. A message is noted as sent after it was taken: whoever is killed
// between the two sends it again, under the same id.
import type pg from 'pg';
import { type Instant, later } from '../../domain/time.js';
import { Leader, type LeaderStatus, type Term } from '../../feed/leader.js';
import type { Log } from '../../runtime/log.js';
import { pauseAfter } from '../../runtime/retry.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type Channel, Refused } from '../channels/channel.js';
import { dueIn, forgetSent, noteFailed, noteSent, type Waiting } from './outbox.js';

export type SenderParts = Readonly<{
  database: pg.ClientConfig;
  channels: ReadonlyMap<string, Channel>;
  runtime: Runtime;
  log: Log;
  pollMs?: number;
}>;

const POLL_MS = 500;
const BATCH_MAX = 50;
/** From a second up to five minutes: a channel that is down for an hour hears of an alert soon after. */
const BACK_OFF = { minMs: 1_000, maxMs: 300_000 };
const DAY_MS = 86_400_000;
const GIVE_UP_AFTER_MS = 3 * DAY_MS;
const KEEP_MS = 30 * DAY_MS;
const FORGET_EVERY_MS = 3_600_000;

export class Sender {
  private readonly leader: Leader;
  private forgotAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly parts: SenderParts) {
    const { database, runtime, log } = parts;
    this.leader = new Leader({
      name: 'outbox',
      database,
      searchPath: ['ops'],
      runtime,
      log,
      lead: (term) => this.lead(term),
    });
  }

  start(): void {
    this.leader.start();
  }

  /** Finishes the message under way. */
  async drain(): Promise<void> {
    await this.leader.drain();
    for (const channel of this.parts.channels.values()) channel.close();
  }

  status(): LeaderStatus {
    return this.leader.status();
  }

  private async lead({ client, signal, worked }: Term): Promise<void> {
    const { runtime, channels, pollMs = POLL_MS } = this.parts;
    while (!signal.aborted) {
      // Side by side: a mail server that does not answer holds up mail, not the rest.
      await Promise.all([...channels.keys()].map((name) => this.sendDue(client, name, signal)));
      await this.forget(client);
      worked();
      await runtime.sleep(pollMs, signal);
    }
  }

  private async sendDue(client: pg.Client, name: string, signal: AbortSignal): Promise<void> {
    const channel = this.parts.channels.get(name);
    if (channel === undefined) return;
    for (const message of await dueIn(client, { channel: name, now: this.now(), limit: BATCH_MAX })) {
      if (signal.aborted) return;
      try {
        await channel.send(message);
      } catch (error) {
        await this.failed(client, message, error);
        continue;
      }
      await noteSent(client, message.messageId, this.now());
    }
  }

  private async failed(client: pg.Client, message: Waiting, error: unknown): Promise<void> {
    const { runtime, log } = this.parts;
    const { messageId, channel, tries } = message;
    const problem = error instanceof Error ? error.message : String(error);
    const now = this.now();
    const isOver = error instanceof Refused || now - message.writtenAt.getTime() > GIVE_UP_AFTER_MS;
    const again = isOver ? null : later(now, Math.round(pauseAfter(tries + 1, BACK_OFF, runtime.random())));
    await noteFailed(client, { messageId, problem, again, now });
    if (isOver) log.error({ messageId, channel, problem }, 'a message was given up');
    else if (tries === 0) log.warn({ messageId, channel, problem }, 'a message could not be sent; trying again');
  }

  private async forget(client: pg.Client): Promise<void> {
    const now = this.now();
    if (now - this.forgotAt < FORGET_EVERY_MS) return;
    this.forgotAt = now;
    await forgetSent(client, later(now, -KEEP_MS));
  }

  private now(): Instant {
    return this.parts.runtime.now();
  }
}
