// Changes of alerts to staff who listen. Alerts are few and nobody bids on them: one look a second, while somebody listens.
import { type Instant, later } from '../../domain/time.js';
import type { AlertRow, AlertsQueries } from '../../notify/alerts/alerts.queries.js';
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import type { Runtime } from '../../runtime/runtime.js';

type Listener = (alert: AlertRow) => void;
type Told = Readonly<{ alertId: string; changedAt: Instant }>;

const LOOK_EVERY_MS = 1_000;
/** A change is noted with the time of the look that made it, and seen when that look is committed: so long later at most. */
const OVERLAP_MS = 30_000;
const BACK_OFF = { minMs: 500, maxMs: 10_000 };

export class AlertNews {
  private readonly listeners = new Set<Listener>();
  private loop: Loop | null = null;
  private since: Instant | null = null;
  /** Changes that were told and lie within the overlap. */
  private told: readonly Told[] = [];

  constructor(
    private readonly alerts: Pick<AlertsQueries, 'changed'>,
    private readonly parts: Readonly<{ runtime: Runtime; log: Log }>,
  ) {}

  /** Calls `listener` with each alert that changes from now on, until the returned function is called. */
  async listen(listener: Listener): Promise<() => void> {
    if (this.listeners.size === 0) await this.begin();
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  }

  close(): void {
    void this.loop?.stop();
    this.loop = null;
  }

  private async begin(): Promise<void> {
    const { runtime, log } = this.parts;
    this.since = runtime.now();
    // What changed a moment before is not news.
    this.told = await this.changed(this.since);
    const round = () => this.tell();
    this.loop ??= new Loop({
      name: 'changes of alerts',
      runtime,
      log,
      backOff: BACK_OFF,
      pauseMs: LOOK_EVERY_MS,
      round,
    });
    this.loop.start();
  }

  private async tell(): Promise<void> {
    const now = this.parts.runtime.now();
    const changed = await this.changed(this.since ?? now);
    const fresh = changed.filter((row) => !this.told.some((one) => isSame(one, row)));
    this.told = changed;
    this.since = now;
    for (const row of fresh) for (const listener of this.listeners) listener(row);
  }

  private changed(since: Instant): Promise<readonly AlertRow[]> {
    return this.alerts.changed(later(since, -OVERLAP_MS), this.parts.runtime.now());
  }
}

const isSame = (a: Told, b: Told): boolean => a.alertId === b.alertId && a.changedAt === b.changedAt;
