// Wakes readers of a journal: at once for this process's own appends, by the store's notifications for others', and by asking
// the store every now and then, because a notification may be lost and a client may fall silent.
import type { Log } from '../runtime/log.js';
import { Loop } from '../runtime/loop.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Subscription } from './journal.js';

export type WakesParts = Readonly<{
  runtime: Runtime;
  log: Log;
  /** How often the store is asked even if nothing is heard. */
  pollMs: number;
  /**
   * Listens to the store. Calls `listening` once everything that is appended from then on will be heard; rejects when the
   * connection is lost; resolves soon after the signal aborts.
   */
  listen: (signal: AbortSignal, listening: () => void) => Promise<void>;
  /** Asks the store for its last position, and wakes the readers if that is news. */
  ask: () => Promise<void>;
}>;

const LISTEN_AGAIN = { minMs: 500, maxMs: 2_000 };
const ASK_AGAIN_MAX_MS = 2_000;

/** Nothing runs before the first subscription. */
export class Wakes {
  private readonly readers = new Set<() => void>();
  private readonly listening: Loop;
  private readonly asking: Loop;

  constructor(private readonly parts: WakesParts) {
    const { runtime, log, pollMs, listen, ask } = parts;
    this.listening = new Loop({
      name: 'the journal’s notifications',
      runtime,
      log,
      backOff: LISTEN_AGAIN,
      round: (signal) => listen(signal, () => this.listening.worked()),
    });
    this.asking = new Loop({
      name: 'the journal’s last position',
      runtime,
      log,
      backOff: { minMs: pollMs, maxMs: Math.max(pollMs, ASK_AGAIN_MAX_MS) },
      pauseMs: pollMs,
      round: async () => {
        if (this.readers.size > 0) await ask();
      },
    });
  }

  subscribe(wake: () => void): Subscription {
    this.readers.add(wake);
    this.listening.start();
    this.asking.start();
    return {
      close: async () => {
        this.readers.delete(wake);
      },
    };
  }

  /** Wakes the readers, news or not. A reader that throws does not keep the others asleep. */
  wakeAll(): void {
    for (const wake of this.readers) {
      try {
        wake();
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        this.parts.log.error({ error: reason }, 'a reader failed when it was woken');
      }
    }
  }

  /** Ends both loops. Idempotent. */
  async close(): Promise<void> {
    this.readers.clear();
    await Promise.all([this.listening.stop(), this.asking.stop()]);
  }
}
