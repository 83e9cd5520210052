// An archiver: writes the journal to Bronze. One works, the others stand by.
import { startArchiver } from '../bronze.js';
import { readinessOfArchiver, readinessOfJournal } from '../readiness.js';
import { openRoleStores, type StartRole } from './role.js';

export const startArchiverRole: StartRole = async (parts, undo) => {
  const { config, runtime, log, metrics } = parts;
  const { postgres, journal } = await openRoleStores(parts, undo);
  const { archiver, drain } = await startArchiver({ config, journal, postgres, runtime, log, metrics });
  undo.push(drain);
  return {
    url: null,
    ready: async () => ({
      journal: await readinessOfJournal(journal, runtime),
      bronze: readinessOfArchiver(archiver),
    }),
  };
};
