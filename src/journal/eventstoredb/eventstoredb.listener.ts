// Wakes readers up: at once for this process's own appends, by a subscription to $all for others', and by asking every now
// and then, because every client has been seen to fall silent (FIELD-NOTES 3).
import { type AllStreamSubscription, type EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Position, Subscription } from '../journal.js';
import { messageOf } from '../journal-fault.js';
import type { StreamNames } from './eventstoredb.codec.js';

export type ListenerParts = Readonly<{
  client: EventStoreDBClient;
  names: StreamNames;
  runtime: Runtime;
  log: Log;
  /** How often the journal's head is asked for even if nothing is heard. */
  pollMs: number;
  head: () => Promise<Position | null>;
}>;

const RETRY_MS = 500;

export class EventStoreListener {
  private readonly wakes = new Set<() => void>();
  private readonly stopping = new AbortController();
  private subscription: AllStreamSubscription | null = null;
  private running: Promise<unknown> | null = null;
  private polled: Position | null = null;

  constructor(private readonly parts: ListenerParts) {}

  subscribe(wake: () => void): Subscription {
    this.wakes.add(wake);
    if (!this.stopping.signal.aborted) this.running ??= Promise.all([this.listen(), this.poll()]);
    return {
      close: async () => {
        this.wakes.delete(wake);
      },
    };
  }

  wakeAll(): void {
    for (const wake of this.wakes) {
      try {
        wake();
      } catch (error) {
        this.parts.log.error({ error: messageOf(error) }, 'a reader failed when it was woken');
      }
    }
  }

  async close(): Promise<void> {
    this.stopping.abort();
    this.wakes.clear();
    await this.subscription?.unsubscribe();
    this.subscription?.destroy();
    await this.running;
  }

  private async listen(): Promise<void> {
    const { log, runtime } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      try {
        await this.listenOnce();
        if (!signal.aborted) log.warn({}, 'the journal’s subscription ended; polling goes on meanwhile');
      } catch (error) {
        if (!signal.aborted)
          log.warn({ error: messageOf(error) }, 'the journal’s subscription failed; polling goes on meanwhile');
      }
      await runtime.sleep(RETRY_MS, signal);
    }
  }

  /** Resolves or rejects when the subscription is over. */
  private async listenOnce(): Promise<void> {
    const { client, names } = this.parts;
    const filter = streamNameFilter({ prefixes: [...names.prefixes] });
    const subscription = client.subscribeToAll({ fromPosition: 'end', filter });
    this.subscription = subscription;
    // Whatever was appended while nobody listened.
    subscription.on('confirmation', () => this.wakeAll());
    try {
      for await (const _event of subscription) this.wakeAll();
    } catch (error) {
      await subscription.unsubscribe();
      throw error;
    } finally {
      this.subscription = null;
    }
  }

  private async poll(): Promise<void> {
    const { head, log, pollMs, runtime } = this.parts;
    const { signal } = this.stopping;
    while (!signal.aborted) {
      await runtime.sleep(pollMs, signal);
      if (signal.aborted || this.wakes.size === 0) continue;
      try {
        const newest = await head();
        if (newest === this.polled) continue;
        this.polled = newest;
        this.wakeAll();
      } catch (error) {
        log.warn({ error: messageOf(error) }, 'the journal could not be asked for its last position');
      }
    }
  }
}
