// The machine's clock, that may be put forward: nobody waits an hour for a hammer, or a week for a payment.
import { randomBytes } from 'node:crypto';
import { type Instant, instant } from '../../src/domain/time.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { RANDOM_BYTES_PER_UUID, UuidV7Source } from '../../src/runtime/uuid-v7.js';

export class ForwardRuntime extends SystemRuntime {
  private aheadMs = 0;
  private readonly ids = new UuidV7Source();

  override now(): Instant {
    return instant(super.now() + this.aheadMs);
  }

  /** Ids carry the time, and commands are judged by it. */
  override uuid(): string {
    return this.ids.next(this.now(), randomBytes(RANDOM_BYTES_PER_UUID));
  }

  forward(ms: number): void {
    this.aheadMs += ms;
  }
}
