// What the house does by itself when the time has come, in a house of one process and in the role of a scheduler alike.
import type { CommandBus } from '../bus/command-bus.js';
import type { Config } from '../config.js';
import { PublishedSales } from '../engine/published-sales.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { type Schedule, startSchedule } from '../scheduler/schedule.js';
import type { HouseStores } from './open-stores.js';

type Around = Readonly<{
  config: Pick<Config, 'invoicePer' | 'closer'>;
  bus: CommandBus;
  runtime: Runtime;
  log: Log;
}>;

/** Starts it over the stores of this process. */
export function startHouseSchedule(
  { closings: due, silver, fraudCases, documents, payouts, journal }: HouseStores,
  { config: { invoicePer, closer: settings }, bus, runtime, log }: Around,
): Schedule {
  const lots = new PublishedSales(journal);
  return startSchedule({
    due,
    silver,
    fraudCases,
    documents,
    payouts,
    invoicePer,
    journal,
    lots,
    bus,
    runtime,
    log,
    settings,
  });
}
