// Gold of the configured house, for the command and for the nightly run.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type pg from 'pg';
import { type GoldParts, type GoldRequest, runGold } from '../batch/gold/gold-run.js';
import type { GoldTableName } from '../batch/gold/gold-tables.js';
import { readThresholds } from '../batch/gold/gold-thresholds.js';
import { type GoldTrace, traceGold } from '../batch/gold/gold-trace.js';
import type { GoldRun } from '../batch/gold/lineage.js';
import type { Config } from '../config.js';
import { openStore } from '../lake/open-store.js';
import { PACKAGE_ROOT } from '../runtime/package-root.js';
import type { Runtime } from '../runtime/runtime.js';
import { readFraudModel } from './fraud-model-file.js';

export type GoldHouse = Readonly<{
  config: Pick<Config, 'lake' | 'gold' | 'dataDirectory'>;
  postgres: pg.ClientConfig;
  runtime: Runtime;
  /** Of DuckDB; as many as there are processors unless given. */
  threads?: number;
}>;

/** Computes and publishes Gold; `progress` is told how many of how many steps are done. See `runGold` for what it refuses. */
export const computeGold = (
  house: GoldHouse,
  request: GoldRequest,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<GoldRun> => withGold(house, (parts) => runGold(parts, request, progress));

/** Leads from a row of Gold to the events that it was made of. See `traceGold` for what it refuses. */
export const traceRow = (
  house: GoldHouse,
  row: Readonly<{ table: GoldTableName; key: string; limit: number }>,
): Promise<GoldTrace> => withGold(house, (parts) => traceGold(parts, row));

async function withGold<T>(
  { config, postgres, runtime, threads = availableParallelism() }: GoldHouse,
  work: (parts: GoldParts) => Promise<T>,
): Promise<T> {
  const { thresholds, memoryMb, silverWithinMs } = config.gold;
  const parts = {
    model: readFraudModel(),
    thresholds: readThresholds(thresholds ?? join(PACKAGE_ROOT, 'config', 'gold.json')),
    database: postgres,
    runtime,
    directory: join(config.dataDirectory, 'gold'),
    duck: { threads, memoryLimit: `${memoryMb}MB` },
    version: gavelVersion(),
    silverWithinMs,
  };
  const store = await openStore(config.lake, runtime);
  try {
    return await work({ ...parts, store });
  } finally {
    store.close();
  }
}

function gavelVersion(): string {
  const { version } = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'package.json'), 'utf8')) as { version: string };
  return version;
}
