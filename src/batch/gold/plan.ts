// What a run is to compute: which tables, which days, and what may be kept of the versions that are there.

import { createHash } from 'node:crypto';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { FraudModel } from '../../domain/fraud/fraud-model.js';
import type { Instant } from '../../domain/time.js';
import type { Runtime } from '../../runtime/runtime.js';
import { type BronzeExtent, type Day, type DayRange, daysChangedSince, daysOf } from './gold-build.js';
import { codeHash, type GoldTable, type GoldTableName, goldTables } from './gold-tables.js';
import type { GoldThresholds } from './gold-thresholds.js';
import type { GoldVersion } from './publish.js';

export type Plan = Readonly<{
  runId: string;
  startedAt: Instant;
  /** All tables of Gold. */
  tables: readonly GoldTable[];
  /** Those to compute. */
  wanted: readonly GoldTable[];
  /** The versions that are there. */
  versions: ReadonlyMap<string, GoldVersion>;
  /** What each table is made by, now. */
  codeVersions: ReadonlyMap<string, string>;
  codeVersion: string;
  /** Null computes every day. */
  days: DayRange | null;
}>;

/**
 * Plans a run. A table that is not there yet is computed whichever was asked for. Single days are computed only where every
 * table by day is there, made by the same SQL, thresholds and model of fraud; elsewhere all days are.
 */
export function planOf(
  {
    runtime,
    thresholds,
    model,
    version,
  }: Readonly<{ runtime: Runtime; thresholds: GoldThresholds; model: FraudModel; version: string }>,
  request: Readonly<{ tables: readonly GoldTableName[] | null; days: DayRange | null }>,
  versions: ReadonlyMap<string, GoldVersion>,
): Plan {
  const tables = goldTables();
  const { intercept, weights } = model;
  const chosen = { thresholds, model: { version: model.version, intercept, weights } };
  const codeVersions = new Map(tables.map((table) => [table.name as string, `${version}+${codeHash(table, chosen)}`]));
  const wanted = tables.filter(
    ({ name }) => request.tables === null || request.tables.includes(name) || !versions.has(name),
  );
  const isCurrent = ({ name }: GoldTable): boolean => versions.get(name)?.codeVersion === codeVersions.get(name);
  const mayKeepDays = wanted.filter(({ isByDay }) => isByDay).every(isCurrent);
  const hash = createHash('sha256')
    .update([...codeVersions.values()].join())
    .digest('hex');
  return {
    runId: runtime.uuid(),
    startedAt: runtime.now(),
    tables,
    wanted,
    versions,
    codeVersions,
    codeVersion: `${version}+${hash.slice(0, 16)}`,
    days: mayKeepDays ? request.days : null,
  };
}

/** The days to compute: all there are, or those that were asked for and those that events newly archived touch. */
export async function daysToCompute(
  duck: DuckDBConnection,
  { days, wanted, versions }: Plan,
  { firstDay, lastDay }: BronzeExtent,
): Promise<readonly Day[]> {
  const all = daysOf({ from: firstDay, to: lastDay });
  if (days === null) return all;
  const asked = new Set(daysOf(days));
  for (const { name, isByDay } of wanted) {
    const version = versions.get(name);
    if (!isByDay || version === undefined) continue;
    for (const day of await daysChangedSince(duck, version.cut)) asked.add(day);
  }
  return all.filter((day) => asked.has(day));
}
