// An archiver: writes the journal and raw messages to Bronze, and backs up PostgreSQL if it is to. One works, the others
// stand by.
import { startBackups } from '../backup.js';
import { startArchivers } from '../bronze.js';
import { readinessOfArchivers, readinessOfJournal } from '../readiness.js';
import { openRoleStores, type StartRole } from './role.js';

export const startArchiverRole: StartRole = async (parts, undo) => {
  const { config, runtime, log, metrics } = parts;
  const { postgres, journal } = await openRoleStores(parts, undo);
  const { archivers, drain } = await startArchivers({ config, journal, postgres, runtime, log, metrics });
  undo.push(drain);
  if (config.backup.on) undo.push((await startBackups({ config, postgres, runtime, log })).drain);
  return {
    url: null,
    ready: async () => ({
      journal: await readinessOfJournal(journal, runtime),
      bronze: readinessOfArchivers(archivers),
    }),
  };
};
