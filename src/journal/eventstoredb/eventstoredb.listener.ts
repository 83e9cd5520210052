// Hears by a subscription to $all what other processes append. A subscription may fall silent, so the last position is asked
// for as well (wakes.ts).
import { type EventStoreDBClient, streamNameFilter } from '@eventstore/db-client';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Position, Subscription } from '../journal.js';
import { Wakes } from '../wakes.js';
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

export class EventStoreListener {
  private readonly wakes: Wakes;
  private newest: Position | null = null;

  constructor(private readonly parts: ListenerParts) {
    const { runtime, log, pollMs } = parts;
    this.wakes = new Wakes({
      runtime,
      log,
      pollMs,
      listen: (signal, listening) => this.listen(signal, listening),
      ask: () => this.ask(),
    });
  }

  subscribe(wake: () => void): Subscription {
    return this.wakes.subscribe(wake);
  }

  wakeAll(): void {
    this.wakes.wakeAll();
  }

  close(): Promise<void> {
    return this.wakes.close();
  }

  private async ask(): Promise<void> {
    const head = await this.parts.head();
    if (head === this.newest) return;
    this.newest = head;
    this.wakes.wakeAll();
  }

  private async listen(signal: AbortSignal, listening: () => void): Promise<void> {
    const { client, names, log } = this.parts;
    const filter = streamNameFilter({ prefixes: [...names.prefixes] });
    const subscription = client.subscribeToAll({ fromPosition: 'end', filter });
    const end = (): void => {
      subscription
        .unsubscribe()
        .catch((error: unknown) => log.debug({ error: String(error) }, 'a subscription did not end in order'))
        .finally(() => subscription.destroy());
    };
    signal.addEventListener('abort', end, { once: true });
    subscription.on('confirmation', () => {
      listening();
      // For what was appended while nobody listened.
      this.wakes.wakeAll();
    });
    try {
      for await (const _event of subscription) this.wakes.wakeAll();
      if (!signal.aborted) throw new Error('the subscription ended');
    } catch (error) {
      if (signal.aborted) return;
      await subscription.unsubscribe();
      throw error;
    } finally {
      signal.removeEventListener('abort', end);
    }
  }
}
