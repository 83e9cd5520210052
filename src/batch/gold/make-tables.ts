// The tables of a run: those that are wanted are computed, the others taken over as they are.

import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import type { ObjectStore } from '../../lake/object-store.js';
import { localFile } from '../../projections/bronze/bronze.queries.js';
import { keepTable, makeTable } from './gold-build.js';
import type { Plan } from './plan.js';

/** Makes them in the attached database `gold`; `done` is told of each. */
export async function makeTables(
  duck: DuckDBConnection,
  { store, directory, plan }: Readonly<{ store: ObjectStore; directory: string; plan: Plan }>,
  done: () => void,
): Promise<void> {
  for (const table of plan.tables) {
    const version = plan.versions.get(table.name);
    const isWanted = plan.wanted.includes(table);
    const isKept = version !== undefined && (!isWanted || (plan.days !== null && table.isByDay));
    const base = isKept ? await localFile(store, { kind: 'events', ...version }, join(directory, 'versions')) : null;
    if (isWanted || base === null) await makeTable(duck, table, base);
    else await keepTable(duck, table, base);
    for (const { name, doc } of table.columns)
      await duck.run(`COMMENT ON COLUMN gold.${table.name}.${name} IS '${doc.replaceAll("'", "''")}'`);
    done();
  }
}
