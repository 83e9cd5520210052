// The same SQL on Apache Spark gives the same rows, of histories with everything in them; and a difference is found and named.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { goldTables } from '../../../src/batch/gold/gold-tables.js';
import { readThresholds } from '../../../src/batch/gold/gold-thresholds.js';
import { localFiles, localOriginals, readSource } from '../../../src/batch/gold/source.js';
import { compareTables, makeAll } from '../../../src/batch/gold/spark.js';
import { loadConfig } from '../../../src/config.js';
import { compareWithSpark, writeSparkJob } from '../../../src/house/gold-spark.js';
import { PostgresExport } from '../../../src/journal/postgres/postgres.export.js';
import { DirectoryStore } from '../../../src/lake/directory.store.js';
import { withDuck } from '../../../src/lake/duck.js';
import { EventsArchiver } from '../../../src/projections/bronze/events.archiver.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { ProjectedHouse } from '../../support/projected-house.js';
import { describeWithTool } from '../../support/requires.js';
import { installedTool } from '../../support/s3-servers.js';
import { type Scratch, scratchDirectory } from '../../support/scratch.js';
import { eagerModel, moves, tell } from './gold-history.js';
import { lateBids } from './gold-house.js';

// Spark takes its time, on a machine that may be busy.
jest.setTimeout(300_000);

const runtime = new SystemRuntime();
const HISTORIES = 3;

let house: ProjectedHouse;
let scratch: Scratch;
let store: DirectoryStore;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  scratch = scratchDirectory('gold-spark');
  store = new DirectoryStore(join(scratch.path, 'lake'), runtime);
  const archiver = new EventsArchiver({
    journal: house.journal,
    exported: new PostgresExport(house.database.config),
    store,
    runtime,
    directory: join(scratch.path, 'staging'),
    duck: { threads: 2, memoryLimit: '256MB' },
    lockMs: 0,
  });
  for (const drawn of fc.sample(moves, { numRuns: HISTORIES, seed: 15 })) await tell(house.told, drawn);
  await lateBids(house);
  while ((await archiver.next(house.client, { rowsMax: 150, rowsMin: 1 })) !== null);
});
afterEach(async () => {
  await house.close();
  scratch.remove();
});

const sparkHouse = () => ({ config: loadConfig({ GAVEL_DATA: scratch.path }), runtime });

describeWithTool('pyspark', 'Gold on Spark', () => {
  it('has the rows that DuckDB makes', async () => {
    const python = join(dirname(installedTool('pyspark') ?? ''), 'python');
    const { tables, seconds } = await compareWithSpark(sparkHouse(), python);
    process.stderr.write(`gold: DuckDB ${seconds.duckdb} s, Spark ${seconds.spark} s\n`);
    expect(tables.map(({ table, onlyInDuckdb, onlyInSpark }) => ({ table, onlyInDuckdb, onlyInSpark }))).toEqual(
      goldTables().map(({ name }) => ({ table: name, onlyInDuckdb: 0, onlyInSpark: 0 })),
    );
    for (const { table, rows } of tables) expect(`${table} ${rows > 0}`).toBe(`${table} true`);
  });
});

it('finds rows that differ, and names the first', async () => {
  const source = await readSource(store);
  const events = await localFiles(store, source, scratch.path);
  const parts = await localOriginals(store, source, { events, scratch: scratch.path });
  const output = join(scratch.path, 'other');
  await withDuck({ threads: 2, memoryLimit: '256MB', tempDirectory: scratch.path }, async (duck) => {
    await duck.run(`ATTACH ':memory:' AS gold`);
    await makeAll(duck, { parts, thresholds: readThresholds('config/gold.json'), model: eagerModel });
    const written = async (changes: Readonly<Record<string, string>>) => {
      for (const { name, key } of goldTables()) {
        mkdirSync(join(output, name), { recursive: true });
        const rows = changes[name] ?? `SELECT * FROM gold.${name} ORDER BY ${key.join(', ')}`;
        await duck.run(`COPY (${rows}) TO '${join(output, name, 'a.parquet')}' (FORMAT parquet)`);
      }
      const compared = await compareTables(duck, output);
      return compared.filter(({ onlyInDuckdb, onlyInSpark }) => onlyInDuckdb + onlyInSpark > 0);
    };
    expect(await written({})).toEqual([]);
    const hours = 'SELECT * FROM gold.hourly_activity ORDER BY day, hour';
    const [first] = (
      await duck.runAndReadAll(`SELECT day::VARCHAR || '/0' AS key FROM (${hours} LIMIT 1)`)
    ).getRowObjects();
    const [missing, doubled] = [`${hours} OFFSET 1`, `(${hours}) UNION ALL (${hours} LIMIT 1)`];
    const found = { table: 'hourly_activity', first: first?.['key'] };
    expect(await written({ hourly_activity: missing })).toMatchObject([{ ...found, onlyInDuckdb: 1, onlyInSpark: 0 }]);
    expect(await written({ hourly_activity: doubled })).toMatchObject([{ ...found, onlyInDuckdb: 0, onlyInSpark: 1 }]);
  });
});

it('tells a cluster which files to read', async () => {
  const job = join(scratch.path, 'job.json');
  const count = await writeSparkJob(sparkHouse(), job);
  const { files, base, scores, tables } = JSON.parse(readFileSync(job, 'utf8'));
  expect(files).toHaveLength(count);
  for (const file of files) expect(file.startsWith(`${base}/date=`)).toBe(true);
  expect(existsSync(scores)).toBe(true);
  expect(tables).toHaveLength(goldTables().length);
});
