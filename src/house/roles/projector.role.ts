// A projector: keeps the tables that are made from the journal. Several share the work by compare-and-set of each
// projection's checkpoint: one writes, and when it is gone another goes on from where it stood.
import { startEraser } from '../eraser.js';
import { startFraudScoring } from '../fraud.js';
import { readinessOfConsumers, readinessOfJournal, readinessOfTask } from '../readiness.js';
import { startProjections } from '../start-projections.js';
import { openRoleStores, type StartRole } from './role.js';

export const startProjectorRole: StartRole = async (parts, undo) => {
  const { runtime } = parts;
  const stores = await openRoleStores(parts, undo);
  const consumers = await startProjections(stores, parts, undo);
  const fraud = startFraudScoring(stores, parts, undo);
  const eraser = await startEraser({ ...parts, ...stores, database: stores.postgres });
  undo.push(() => eraser.drain());
  return {
    url: null,
    ready: async () => ({
      journal: await readinessOfJournal(stores.journal, runtime),
      ...readinessOfConsumers({ ...consumers, erasures: eraser }),
      fraud: readinessOfTask(fraud),
    }),
  };
};
