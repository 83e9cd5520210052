// The tables that are made from the journal, kept by consumers of this process.
import type { Config } from '../config.js';
import { Consumer } from '../feed/consumer.js';
import { commandsProjection } from '../journal/eventstoredb/commands.projection.js';
import { closingsProjection } from '../projections/closings/closings.projection.js';
import { silverProjection } from '../projections/silver/silver.projection.js';
import { clearAbandoned } from '../rebuild/rebuild-session.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import type { HouseStores } from './open-stores.js';
import type { Undo } from './undoable.js';

/** `commands` exists where the journal has no index of commands itself. */
export type HouseConsumers = Readonly<{ silver: Consumer; closings: Consumer; commands?: Consumer }>;

export type ProjectionParts = Readonly<{
  config: Pick<Config, 'consumer' | 'journal'>;
  runtime: Runtime;
  log: Log;
  metrics: Metrics;
}>;

/** Clears away what an unfinished rebuild left behind, then follows the journal from each checkpoint. */
export async function startProjections(
  { postgres, feed }: Pick<HouseStores, 'postgres' | 'feed'>,
  { config, runtime, log, metrics }: ProjectionParts,
  undo: Undo[],
): Promise<HouseConsumers> {
  if (await clearAbandoned(postgres, runtime)) log.info({}, 'what an unfinished rebuild left behind is cleared away');
  const following = { feed, database: postgres, runtime, log, metrics, settings: config.consumer };
  const consumers = {
    silver: new Consumer({ ...following, projection: silverProjection() }),
    closings: new Consumer({ ...following, projection: closingsProjection() }),
    ...(config.journal.store !== 'postgres' && {
      commands: new Consumer({ ...following, projection: commandsProjection() }),
    }),
  };
  const all = Object.values(consumers);
  undo.push(async () => {
    await Promise.all(all.map((consumer) => consumer.drain()));
  });
  for (const consumer of all) consumer.start();
  return consumers;
}
