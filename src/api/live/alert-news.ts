// Changes of alerts, for staff who listen.
import { type Instant, later } from '../../domain/time.js';
import type { AlertRow, AlertsQueries } from '../../notify/alerts/alerts.queries.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import { PolledNews } from './polled-news.js';

/** A change is noted with the time of the look that made it, and seen when that look is committed: so long later at most. */
const OVERLAP_MS = 30_000;

/** Each alert that changes. */
export function alertNews(
  alerts: Pick<AlertsQueries, 'changed'>,
  { runtime, log }: Readonly<{ runtime: Runtime; log: Log }>,
): PolledNews<AlertRow> {
  let since: Instant | null = null;
  /** Changes that were told and lie within the overlap. */
  let told: readonly AlertRow[] = [];
  const look = async (): Promise<readonly AlertRow[]> => {
    const now = runtime.now();
    const changed = await alerts.changed(later(since ?? now, -OVERLAP_MS), now);
    const fresh = changed.filter((row) => !told.some((one) => isSame(one, row)));
    [told, since] = [changed, now];
    return fresh;
  };
  return new PolledNews({ name: 'changes of alerts', runtime, log, look });
}

const isSame = (a: AlertRow, b: AlertRow): boolean => a.alertId === b.alertId && a.changedAt === b.changedAt;
