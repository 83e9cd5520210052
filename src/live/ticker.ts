// Turns a stream of changes into ticks: at most one every so often, at once after a pause, and never so often that telling
// of changes leaves no time for anything else. Nothing runs while nothing changes.
import type { Log } from '../runtime/log.js';
import type { Runtime, Timer } from '../runtime/runtime.js';

/** After a tick that took long, a pause of this share of it. */
const PAUSE_SHARE = 0.25;

export class Ticker {
  private timer: Timer | null = null;
  private notBeforeMs = Number.NEGATIVE_INFINITY;
  private running = false;
  private again = false;
  private stopped = false;

  /** `tell` is called once a tick in which `due` was called; the next tick waits for it. */
  constructor(
    private readonly parts: Readonly<{ runtime: Runtime; log: Log; tickMs: number }>,
    private readonly tell: () => Promise<void>,
  ) {}

  /** There is something to tell. */
  due(): void {
    if (this.stopped || this.timer !== null) return;
    if (this.running) {
      this.again = true;
      return;
    }
    const { runtime } = this.parts;
    const waitMs = Math.max(0, this.notBeforeMs - runtime.monotonicMs());
    this.timer = runtime.startTimer(waitMs, () => void this.tick());
  }

  /** No further tick begins. */
  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private async tick(): Promise<void> {
    const { runtime, log, tickMs } = this.parts;
    this.timer = null;
    this.running = true;
    const startedMs = runtime.monotonicMs();
    try {
      await this.tell();
    } catch (error) {
      log.error({ error: String(error) }, 'watchers could not be told of changes');
    }
    const endedMs = runtime.monotonicMs();
    this.notBeforeMs = Math.max(startedMs + tickMs, endedMs + PAUSE_SHARE * (endedMs - startedMs));
    this.running = false;
    if (!this.again) return;
    this.again = false;
    this.due();
  }
}
