// What every role of a house past one process has: its own connections to journal and database, brokers, a way to say how
// it is, and a way to stop that leaves nothing half done.
import type { ApiDeps, Readiness } from '../../api/api.deps.js';
import type { TokenSettings } from '../../api/api.settings.js';
import type { Config } from '../../config.js';
import { startPresence } from '../../notify/processes.js';
import type { Log } from '../../runtime/log.js';
import type { Metrics } from '../../runtime/metrics.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Traces } from '../../runtime/traces.js';
import { connectionTo } from '../database.js';
import { tokenSettings } from '../development.js';
import { type HouseStores, openStores } from '../open-stores.js';
import { refuseLostMaster } from '../personal.js';
import type { Undo } from '../undoable.js';

export type RoleMetrics = Metrics & ApiDeps['metrics'];

/** The configuration of a role: with a database and with brokers of its own. */
export type RoleConfig = Config & Readonly<{ kafka: NonNullable<Config['kafka']> }>;

export type RoleParts = Readonly<{
  /** As the command names it. */
  role: string;
  config: RoleConfig;
  tokens: TokenSettings;
  runtime: Runtime;
  log: Log;
  metrics: RoleMetrics;
  traces: Traces | null;
  /** To be called once when the role cannot go on by itself. */
  lost: (error: Error) => void;
}>;

/** A role at work: how its parts are, and where it can be asked. What it holds stands in the caller's `undo`. */
export type Working = Readonly<{
  ready: () => Promise<Readonly<Record<string, Readiness>>>;
  /** Where it answers; null for a role that needs to be told a place for its health. */
  url: string | null;
}>;

/** Starts a role; whatever it takes hold of it puts into `undo`, in this order. */
export type StartRole = (parts: RoleParts, undo: Undo[]) => Promise<Working>;

/** The configuration as a role needs it; one sentence for each thing that is missing. */
export async function roleConfig(config: Config): Promise<Pick<RoleParts, 'config' | 'tokens'>> {
  const { kafka } = config;
  if (config.postgres.url === null)
    throw new OperatorError('GAVEL_POSTGRES_URL names no database; the roles of a house past one process share one');
  if (kafka === null)
    throw new OperatorError(
      'GAVEL_KAFKA_BROKERS names no brokers; npm run kafka starts one, gavel cluster a whole house',
    );
  await refuseLostMaster(config);
  return { config: { ...config, kafka }, tokens: await tokenSettings(config) };
}

/** The stores of the configured database. The process says that it is there from now on. */
export async function openRoleStores(parts: RoleParts, undo: Undo[]): Promise<HouseStores> {
  const { role, config, runtime, log, metrics } = parts;
  const { url } = config.postgres;
  if (url === null) throw new OperatorError('GAVEL_POSTGRES_URL names no database');
  const stores = await openStores({ postgres: await connectionTo(url), config, runtime, log }, undo);
  metrics.watchPool('queries', stores.pool);
  const { dataDirectory } = config;
  undo.push(startPresence({ pool: stores.pool, role, dataDirectory, runtime, log, metrics }));
  return stores;
}
