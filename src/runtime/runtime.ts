// The one way to time and chance. Nothing outside adapters and mains asks the machine for either (the linter sees to it),
// so a seeded scheduler can run the real engine, bus, feed and projections, and replay any run from one number.
import type { Instant } from '../domain/time.js';

/** A running timer; `cancel` is idempotent. */
export type Timer = Readonly<{ cancel(): void }>;

export interface Runtime {
  /** Wall-clock time. May step backwards, as clocks do: never subtract two of these to measure. */
  now(): Instant;
  /** Milliseconds with fractions since some start; never steps back. For measuring only. */
  monotonicMs(): number;
  /** Calls `callback` once, `delayMs` from now at the earliest. */
  startTimer(delayMs: number, callback: () => void): Timer;
  /** Resolves after `delayMs`, or as soon as `signal` aborts; it never rejects. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** Lets everything that is already due run first. */
  yield(): Promise<void>;
  /** A number drawn by chance, from 0 to just below 1. */
  random(): number;
  /** A fresh UUID of version 7. */
  uuid(): string;
}
