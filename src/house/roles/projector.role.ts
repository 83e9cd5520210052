// A projector: keeps the tables that are made from the journal. Several share the work by compare-and-set of each
// projection's checkpoint: one writes, and when it is gone another goes on from where it stood.
import { Consumer } from '../../feed/consumer.js';
import { commandsProjection } from '../../journal/eventstoredb/commands.projection.js';
import { closingsProjection } from '../../projections/closings/closings.projection.js';
import { silverProjection } from '../../projections/silver/silver.projection.js';
import { clearAbandoned } from '../../rebuild/rebuild-session.js';
import { startEraser } from '../eraser.js';
import { readinessOfConsumer, readinessOfJournal } from '../readiness.js';
import { openStores, type StartRole } from './role.js';

export const startProjectorRole: StartRole = async (parts, undo) => {
  const { config, runtime, log, metrics } = parts;
  const { postgres, feed, journal } = await openStores(parts, undo);
  if (await clearAbandoned(postgres, runtime)) log.info({}, 'what an unfinished rebuild left behind is cleared away');
  const following = { feed, database: postgres, runtime, log, metrics, settings: config.consumer };
  const silver = new Consumer({ ...following, projection: silverProjection() });
  const closings = new Consumer({ ...following, projection: closingsProjection() });
  // PostgreSQL has an index of its own.
  const commands =
    config.journal.store === 'postgres' ? null : new Consumer({ ...following, projection: commandsProjection() });
  for (const consumer of [silver, closings, commands]) {
    if (consumer === null) continue;
    undo.push(() => consumer.drain());
    consumer.start();
  }
  const eraser = await startEraser({ journal, feed, database: postgres, config, runtime, log, metrics });
  undo.push(() => eraser.drain());
  return {
    url: null,
    ready: async () => ({
      journal: await readinessOfJournal(journal, runtime),
      silver: readinessOfConsumer(silver),
      closings: readinessOfConsumer(closings),
      erasures: readinessOfConsumer(eraser),
      ...(commands !== null && { commands: readinessOfConsumer(commands) }),
    }),
  };
};
