// Something that can be wrong with a house, and how to see whether it is.
import type { ClientBase } from 'pg';
import type { Instant } from '../../domain/time.js';
import type { AlertKind, Found } from './alert-kinds.js';

export type Condition = Readonly<{
  /** What it may find. While it cannot be looked at, alerts of these kinds stay as they are. */
  kinds: readonly AlertKind[];
  /** All that is wrong at `now`. */
  look(client: ClientBase, now: Instant): Promise<readonly Found[]>;
}>;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** A length of time for a reader, as `3 minutes`: details change with every look, so they are told roughly. */
export function roughly(ms: number): string {
  const told = (count: number, unit: string): string => `${count} ${unit}${count === 1 ? '' : 's'}`;
  if (ms < 2 * MINUTE_MS) return told(Math.round(ms / 1_000), 'second');
  if (ms < 2 * HOUR_MS) return told(Math.round(ms / MINUTE_MS), 'minute');
  if (ms < 2 * DAY_MS) return told(Math.round(ms / HOUR_MS), 'hour');
  return told(Math.round(ms / DAY_MS), 'day');
}
