// A clock that is moved by hand, for tests and for auctions of the past. Timers fire while it moves, in their order, each
// at its own time; ids are drawn from a seed, so that a run repeats exactly.
import { type Instant, instant, later } from '../domain/time.js';
import type { Runtime, Timer } from './runtime.js';
import { RANDOM_BYTES_PER_UUID, UuidV7Source } from './uuid-v7.js';

type Pending = { readonly dueMs: number; readonly order: number; readonly callback: () => void };

export class ManualRuntime implements Runtime {
  private wall: Instant;
  private elapsedMs = 0;
  private pending: Pending[] = [];
  private timers = 0;
  private readonly uuids = new UuidV7Source();
  private chance: number;

  constructor(startsAt: Instant, seed = 1) {
    this.wall = startsAt;
    this.chance = seed >>> 0;
  }

  now(): Instant {
    return this.wall;
  }

  monotonicMs(): number {
    return this.elapsedMs;
  }

  /** Moves the clock on and fires what falls due on the way. Refuses to go back: see `setBackTo`. */
  advanceTo(at: Instant): void {
    if (at < this.wall) throw new RangeError(`the clock stands at ${this.wall} and cannot advance to ${at}`);
    const endMs = this.elapsedMs + (at - this.wall);
    for (let next = this.nextDue(endMs); next !== null; next = this.nextDue(endMs)) {
      this.moveTo(Math.max(next.dueMs, this.elapsedMs));
      next.callback();
    }
    this.moveTo(endMs);
  }

  /** Moves the clock on by so many milliseconds. */
  advanceBy(ms: number): void {
    this.advanceTo(later(this.wall, ms));
  }

  /** Sets the wall clock back, as an operator or NTP may. Monotonic time and timers are not touched. */
  setBackTo(at: Instant): void {
    this.wall = at;
  }

  startTimer(delayMs: number, callback: () => void): Timer {
    const timer: Pending = { dueMs: this.elapsedMs + Math.max(0, Math.ceil(delayMs)), order: this.timers++, callback };
    this.pending.push(timer);
    return {
      cancel: () => {
        this.pending = this.pending.filter((other) => other !== timer);
      },
    };
  }

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted === true) return Promise.resolve();
    return new Promise((resolve) => {
      const done = (): void => {
        timer.cancel();
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = this.startTimer(delayMs, done);
      signal?.addEventListener('abort', done, { once: true });
    });
  }

  /** A real turn of the event loop: the clock stands, but input and output go on. */
  yield(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  random(): number {
    return this.draw() / 0x100;
  }

  uuid(): string {
    const random = Uint8Array.from({ length: RANDOM_BYTES_PER_UUID }, () => this.draw());
    return this.uuids.next(this.wall, random);
  }

  private nextDue(untilMs: number): Pending | null {
    const due = this.pending.filter(({ dueMs }) => dueMs <= untilMs);
    if (due.length === 0) return null;
    const next = due.reduce((a, b) => (b.dueMs < a.dueMs || (b.dueMs === a.dueMs && b.order < a.order) ? b : a));
    this.pending = this.pending.filter((other) => other !== next);
    return next;
  }

  private moveTo(elapsedMs: number): void {
    this.wall = instant(this.wall + (elapsedMs - this.elapsedMs));
    this.elapsedMs = elapsedMs;
  }

  /** Mulberry32: a small generator of known quality, enough for ids that only have to differ. */
  private draw(): number {
    this.chance = (this.chance + 0x6d2b79f5) >>> 0;
    let t = this.chance;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) & 0xff;
  }
}
