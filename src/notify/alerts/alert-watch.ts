// Looks at the house again and again: what is wrong, what has passed, whom to tell. One process of several does it.
import type pg from 'pg';
import type { Instant } from '../../domain/time.js';
import type { Feed, JournalEntry } from '../../feed/feed.js';
import { Follower } from '../../feed/follower.js';
import { Leader, type LeaderStatus, type Term } from '../../feed/leader.js';
import { inTransaction } from '../../feed/session.js';
import type { Log } from '../../runtime/log.js';
import type { Metrics } from '../../runtime/metrics.js';
import type { Runtime } from '../../runtime/runtime.js';
import { waitingIn } from '../outbox/outbox.js';
import { followingFrom } from '../saved-position.js';
import { AlertBook, type AlertBookSettings } from './alert-book.js';
import { ALERT_FACTS, alertsIn } from './alert-facts.js';
import type { AlertKind, Found } from './alert-kinds.js';
import type { Condition } from './condition.js';

export type AlertWatchParts = Readonly<{
  database: pg.ClientConfig;
  feed: Feed;
  conditions: readonly Condition[];
  settings: AlertBookSettings & Readonly<{ everyMs: number }>;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
}>;

/** Hardly any event is for it, so a page is as long as what a process remembers of a flood. */
const PAGE = 65_536;
const REST_MS = 500;

export class AlertWatch {
  private readonly looking: Leader;
  private readonly following: Follower;
  /** Kinds that could not be looked at last time, so that the log hears of it once. */
  private readonly blind = new Set<AlertKind>();

  constructor(private readonly parts: AlertWatchParts) {
    const { database, feed, runtime, log } = parts;
    const around = { database, searchPath: ['ops'], runtime, log };
    const take = (entries: readonly JournalEntry[]) =>
      alertsIn(
        entries,
        (client) => this.bookOn(client),
        () => runtime.now(),
      );
    this.looking = new Leader({ ...around, name: 'alerts', lead: (term) => this.watch(term) });
    this.following = new Follower({
      ...{ ...around, name: 'alert facts', feed, types: ALERT_FACTS, pageEvents: PAGE, restMinMs: REST_MS },
      begin: (client) => followingFrom({ name: 'alerts', feed, runtime, take }, client),
    });
  }

  start(): void {
    this.looking.start();
    this.following.start();
  }

  async drain(): Promise<void> {
    await Promise.all([this.looking.drain(), this.following.drain()]);
  }

  /** Of the one that looks at the house. */
  status(): LeaderStatus {
    return this.looking.status();
  }

  /** One look at everything. */
  async look(client: pg.ClientBase, now: Instant): Promise<void> {
    const lookedAt = new Set<AlertKind>();
    const found: Found[] = [];
    for (const condition of this.parts.conditions) {
      const seen = await this.seen(client, condition, now);
      if (seen === null) continue;
      found.push(...seen);
      for (const kind of condition.kinds) lookedAt.add(kind);
    }
    const book = this.bookOn(client);
    await inTransaction(client, async () => {
      await book.raise(found, now);
      await book.clear(lookedAt, now);
      await book.tell(now);
    });
    this.parts.metrics.openAlerts(await book.open());
    this.parts.metrics.outbox(await waitingIn(client, now));
  }

  private async watch({ client, signal, worked }: Term): Promise<void> {
    const { runtime, settings } = this.parts;
    while (!signal.aborted) {
      await this.look(client, runtime.now());
      worked();
      await runtime.sleep(settings.everyMs, signal);
    }
  }

  /** Null for what could not be looked at: its alerts are neither raised nor cleared, and the others go on. */
  private async seen(client: pg.ClientBase, condition: Condition, now: Instant): Promise<readonly Found[] | null> {
    const [name] = condition.kinds;
    try {
      const found = await condition.look(client, now);
      if (name !== undefined) this.blind.delete(name);
      return found;
    } catch (error) {
      if (name !== undefined && !this.blind.has(name)) {
        this.blind.add(name);
        this.parts.log.error({ alert: name, error: String(error) }, 'the condition of an alert cannot be looked at');
      }
      // A lost connection ends this term; another begins with a new one.
      await client.query('SELECT 1');
      return null;
    }
  }

  private bookOn(client: pg.ClientBase): AlertBook {
    return new AlertBook(client, this.parts.settings, () => this.parts.runtime.uuid());
  }
}
