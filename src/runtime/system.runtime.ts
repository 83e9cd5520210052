// The machine's own clock, timers and randomness: the one adapter that touches them.
import { randomFillSync } from 'node:crypto';
import { setImmediate as immediate } from 'node:timers/promises';
import { type Instant, instant } from '../domain/time.js';
import type { Runtime, Timer } from './runtime.js';
import { RANDOM_BYTES_PER_UUID, UuidV7Source } from './uuid-v7.js';

/** Random bytes are fetched for many ids at once: a call for each would cost more than the id. */
const POOL_BYTES = RANDOM_BYTES_PER_UUID * 512;

export class SystemRuntime implements Runtime {
  private readonly pool = new Uint8Array(POOL_BYTES);
  private used = POOL_BYTES;
  private readonly uuids = new UuidV7Source();

  now(): Instant {
    return instant(Date.now());
  }

  monotonicMs(): number {
    return performance.now();
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    const timer = setTimeout(callback, delayMs);
    return { cancel: () => clearTimeout(timer) };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, delayMs);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  async yield(): Promise<void> {
    await immediate();
  }

  random(): number {
    return Math.random();
  }

  uuid(): string {
    if (this.used === POOL_BYTES) {
      randomFillSync(this.pool);
      this.used = 0;
    }
    const random = this.pool.subarray(this.used, this.used + RANDOM_BYTES_PER_UUID);
    this.used += RANDOM_BYTES_PER_UUID;
    return this.uuids.next(Date.now(), random);
  }
}
