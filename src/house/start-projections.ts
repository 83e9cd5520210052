// The tables that are made from the journal, kept by consumers of this process.
import type { Config } from '../config.js';
import { Consumer } from '../feed/consumer.js';
import type { Projection } from '../feed/projection.js';
import { closingsProjection } from '../projections/closings/closings.projection.js';
import { silverProjection } from '../projections/silver/silver.projection.js';
import { clearAbandoned } from '../rebuild/rebuild-session.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Traces } from '../runtime/traces.js';
import { journalProjections } from './journal.js';
import type { HouseStores } from './open-stores.js';
import { tracedProjection } from './traces.js';
import type { Undo } from './undoable.js';

/** By name: Silver, closings, and what the journal needs for itself. */
export type HouseConsumers = Readonly<Record<string, Consumer> & { silver: Consumer; closings: Consumer }>;

export type ProjectionParts = Readonly<{
  config: Pick<Config, 'journal'>;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
  traces?: Traces | null;
}>;

/** Clears away what an unfinished rebuild left behind, then follows the journal from each checkpoint. */
export async function startProjections(
  { postgres, feed }: Pick<HouseStores, 'postgres' | 'feed'>,
  { config, runtime, log, metrics, traces = null }: ProjectionParts,
  undo: Undo[],
): Promise<HouseConsumers> {
  if (await clearAbandoned(postgres, runtime)) log.info({}, 'what an unfinished rebuild left behind is cleared away');
  const following = { feed, database: postgres, runtime, log, metrics };
  const consumerOf = (projection: Projection) => new Consumer({ ...following, projection });
  const consumers = {
    ...Object.fromEntries(journalProjections(config).map((projection) => [projection.name, consumerOf(projection)])),
    silver: consumerOf(tracedProjection(silverProjection(), traces)),
    closings: consumerOf(closingsProjection()),
  };
  const all = Object.values(consumers);
  undo.push(async () => {
    await Promise.all(all.map((consumer) => consumer.drain()));
  });
  for (const consumer of all) consumer.start();
  return consumers;
}
