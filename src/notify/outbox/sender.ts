// Sends what is in the outbox. One process of several does it. A message is noted as sent after it was taken: whoever is killed
// between the two sends it again, under the same id.
import type pg from 'pg';
import { type Instant, later } from '../../domain/time.js';
import { Leader, type LeaderStatus, type Term } from '../../feed/leader.js';
import type { Log } from '../../runtime/log.js';
import { nameUuid } from '../../runtime/name-uuid.js';
import { pauseAfter } from '../../runtime/retry.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type Channel, NobodyThere, Refused } from '../channels/channel.js';
import { dueForPeople, dueIn, forgetSent, noteFailed, noteSent, type Waiting } from './outbox.js';

export type SenderParts = Readonly<{
  database: pg.ClientConfig;
  channels: ReadonlyMap<string, Channel>;
  /** Letters to people; null where none are sent. */
  people?: Readonly<{ channel: Channel; digestMs: number }> | null;
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
    this.parts.people?.channel.close();
  }

  status(): LeaderStatus {
    return this.leader.status();
  }

  private async lead({ client, signal, worked }: Term): Promise<void> {
    const { runtime, channels, pollMs = POLL_MS } = this.parts;
    while (!signal.aborted) {
      // Side by side: a mail server that does not answer holds up mail, not the rest.
      await Promise.all([
        ...[...channels.keys()].map((name) => this.sendDue(client, name, signal)),
        this.sendLetters(client, signal),
      ]);
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
      await this.send(client, [message], () => channel.send(message));
    }
  }

  /** One mail a person: what came while the digest was waited for goes together. */
  private async sendLetters(client: pg.Client, signal: AbortSignal): Promise<void> {
    const { people = null } = this.parts;
    if (people === null) return;
    const now = this.now();
    const due = { now, quietSince: later(now, -people.digestMs), limit: BATCH_MAX };
    for (const letters of await dueForPeople(client, due)) {
      if (signal.aborted) return;
      // Made of all that is in it: a repeat with more in it is another mail.
      const messageId = nameUuid('letters', letters.map(({ messageId: id }) => id).join());
      const content = { userId: letters[0]?.userId, letters: letters.map((one) => one.content) };
      await this.send(client, letters, () => people.channel.send({ messageId, content }));
    }
  }

  private async send(client: pg.Client, messages: readonly Waiting[], send: () => Promise<void>): Promise<void> {
    const messageIds = messages.map(({ messageId }) => messageId);
    try {
      await send();
    } catch (error) {
      await this.failed(client, messages, error);
      return;
    }
    await noteSent(client, messageIds, this.now());
  }

  private async failed(client: pg.Client, messages: readonly Waiting[], error: unknown): Promise<void> {
    const { runtime, log } = this.parts;
    const [first] = messages;
    if (first === undefined) return;
    const { messageId, channel, tries, writtenAt } = first;
    const messageIds = messages.map((one) => one.messageId);
    const problem = error instanceof Error ? error.message : String(error);
    const now = this.now();
    const isNobody = error instanceof NobodyThere;
    const isOver = isNobody || error instanceof Refused || now - writtenAt.getTime() > GIVE_UP_AFTER_MS;
    const again = isOver ? null : later(now, Math.round(pauseAfter(tries + 1, BACK_OFF, runtime.random())));
    await noteFailed(client, { messageIds, problem, again, now });
    if (isNobody) return;
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
