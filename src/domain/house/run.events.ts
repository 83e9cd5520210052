// The facts of the house's own runs by the clock, each in a stream of its own, `run-<id of the run>`.
import type { Instant } from '../time.js';

/** What the house does by the clock: the nightly chain, the hourly figures, the check of the archive, the restore drill. */
export const RUN_KINDS = ['nightly', 'hourly', 'verification', 'drill'] as const;
export type RunKind = (typeof RUN_KINDS)[number];

/** A run that did not do what it was for. What it was to cover stays outstanding. */
export type RunFailed = Readonly<{
  type: 'RunFailed';
  run: RunKind;
  /** What it was to cover: from (inclusive) to (exclusive). */
  coversFrom: Instant;
  coversTo: Instant;
  /** A sentence for operators, without anybody's data. */
  problem: string;
  failedAt: Instant;
}>;
