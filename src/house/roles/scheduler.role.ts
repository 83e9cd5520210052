// The scheduler: what the house asks of auctions by itself when their time has come. One works, the others stand by; their
// commands have ids made of what they are about, so two at work for a moment ask the same thing twice.

import { closeSession, openSession } from '../../feed/session.js';
import { takeTurn } from '../../feed/turn.js';
import { ClosingsQueries } from '../../projections/closings/closings.queries.js';
import { Closer } from '../../scheduler/closer.js';
import { openerOf } from '../../scheduler/opener.js';
import { relisterOf } from '../../scheduler/relister.js';
import { reminderOf } from '../../scheduler/reminder.js';
import { openKafkaBus } from '../kafka-bus.js';
import { readinessOfJournal } from '../readiness.js';
import { openStores, type RoleParts, type RoleStores, type StartRole } from './role.js';

type Drained = Readonly<{ start(): void; drain(): Promise<void> }>;

const STAND_BY_MS = 250;
/** How often the holder of the turn looks whether it still has its connection, and with it the turn. */
const CHECK_EVERY_MS = 1_000;

export const startSchedulerRole: StartRole = async (parts, undo) => {
  const { runtime } = parts;
  const stores = await openStores(parts, undo);
  const bus = await openKafkaBus(parts);
  undo.push(() => bus.drain());
  const closings = new ClosingsQueries(stores.pool);
  const schedule = new Schedule(parts, stores, () => errandsOf(parts, stores, closings, bus));
  undo.push(() => schedule.drain());
  schedule.start();
  return {
    url: null,
    ready: async () => ({
      journal: await readinessOfJournal(stores.journal, runtime),
      schedule: { ready: true, detail: schedule.isAtWork() ? 'running' : 'standing by' },
    }),
  };
};

/** Made when the turn comes: a closer tells an outage by how long nobody has closed anything. */
function errandsOf(
  { config, runtime, log }: RoleParts,
  { journal }: RoleStores,
  closings: ClosingsQueries,
  bus: Awaited<ReturnType<typeof openKafkaBus>>,
): readonly Drained[] {
  const { batchMax, pollMs } = config.closer;
  const asking = { bus, runtime, log, pollMs };
  return [
    new Closer({ closings, bus, runtime, log, settings: config.closer }),
    openerOf(closings, asking, batchMax),
    relisterOf(closings, journal, asking, batchMax),
    reminderOf(closings, asking, batchMax),
  ];
}

class Schedule {
  private readonly stop = new AbortController();
  private loop: Promise<void> | null = null;
  private atWork = false;

  constructor(
    private readonly parts: RoleParts,
    private readonly stores: RoleStores,
    private readonly errands: () => readonly Drained[],
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  isAtWork(): boolean {
    return this.atWork;
  }

  async drain(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { runtime, log } = this.parts;
    while (!this.stop.signal.aborted) {
      try {
        await this.withTurn();
      } catch (error) {
        log.warn({ error: String(error) }, 'the scheduler lost its database and will try again');
        await runtime.sleep(STAND_BY_MS, this.stop.signal);
      }
    }
  }

  private async withTurn(): Promise<void> {
    const { runtime, log } = this.parts;
    const client = await openSession(this.stores.postgres, { name: 'scheduler', searchPath: ['closings'] });
    let working: readonly Drained[] = [];
    try {
      while (!(await takeTurn(client, 'scheduler'))) {
        await runtime.sleep(STAND_BY_MS, this.stop.signal);
        if (this.stop.signal.aborted) return;
      }
      log.info({}, 'this scheduler closes auctions');
      this.atWork = true;
      working = this.errands();
      for (const one of working) one.start();
      while (!this.stop.signal.aborted) {
        await runtime.sleep(CHECK_EVERY_MS, this.stop.signal);
        await client.query('SELECT 1');
      }
    } finally {
      this.atWork = false;
      await Promise.all(working.map((one) => one.drain()));
      await closeSession(client, runtime);
    }
  }
}
