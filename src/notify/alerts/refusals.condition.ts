// Refusals out of the ordinary, by what is ordinary in this house.
import { isoTime, later } from '../../domain/time.js';
import type { Condition } from './condition.js';

export type RefusalLimits = Readonly<{
  /** So many in the window are never out of the ordinary. */
  countMin: number;
  /** So many times the usual number are. */
  timesUsual: number;
}>;

const WINDOW_MS = 600_000;
const DAY_MS = 86_400_000;

const COUNTS = `
SELECT coalesce(sum(refused) FILTER (WHERE minute > $1), 0)::float8 AS lately,
  coalesce(sum(refused) FILTER (WHERE minute <= $1), 0)::float8 AS before
FROM ops.refused_minutes WHERE minute > $2 AND minute <= $3`;

/** Ten minutes in which more was refused than usual: the average of ten minutes of the day before. */
export const unusualRefusals = ({ countMin, timesUsual }: RefusalLimits): Condition => ({
  kinds: ['refusals-unusual'],
  look: async (client, now) => {
    const [from, since] = [later(now, -WINDOW_MS), later(now, -WINDOW_MS - DAY_MS)];
    const { rows } = await client.query<{ lately: number; before: number }>(COUNTS, [from, since, now].map(isoTime));
    const { lately, before } = rows[0] ?? { lately: 0, before: 0 };
    const usual = (before * WINDOW_MS) / DAY_MS;
    if (lately < countMin || lately <= usual * timesUsual) return [];
    const detail = `${lately} commands were refused within ten minutes; ${Math.round(usual)} are usual.`;
    return [{ kind: 'refusals-unusual', subject: 'commands', detail }];
  },
});
