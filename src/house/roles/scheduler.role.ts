// The scheduler: what the house asks of auctions by itself when their time has come, its runs by the clock, and its alerts. One
// works, the others stand by; commands have ids made of what they are about, so two at work for a moment ask the same thing twice.

import { Leader, type Term, whileLeading } from '../../feed/leader.js';
import { startHouseSchedule } from '../house-schedule.js';
import { openKafkaBus } from '../kafka-bus.js';
import { startNotices } from '../notices.js';
import { readinessOfJournal, readinessOfRuns, readinessOfTask } from '../readiness.js';
import { startRuns } from '../runs.js';
import { openRoleStores, type StartRole } from './role.js';

export const startSchedulerRole: StartRole = async (parts, undo) => {
  const { runtime, log, config } = parts;
  const stores = await openRoleStores(parts, undo);
  const { postgres: database, journal, silver } = stores;
  const bus = await openKafkaBus(parts);
  undo.push(() => bus.drain());
  const lead = async (term: Term): Promise<void> => {
    const schedule = startHouseSchedule(stores, { config, bus, runtime, log });
    term.worked();
    try {
      await whileLeading(term, runtime);
    } finally {
      await schedule.drain();
    }
  };
  const leader = new Leader({ database, name: 'scheduler', runtime, log, lead });
  undo.push(() => leader.drain());
  leader.start();
  const runs = config.schedule
    ? await startRuns({ config, postgres: database, journal, silver, bus, runtime, log, metrics: parts.metrics })
    : null;
  if (runs !== null) undo.push(() => runs.drain());
  const notices = startNotices({ ...parts, ...stores }, undo);
  return {
    url: null,
    ready: async () => ({
      journal: await readinessOfJournal(journal, runtime),
      alerts: readinessOfTask(notices),
      schedule: { ready: true, detail: leader.status().state },
      runs: readinessOfRuns(runs),
    }),
  };
};
