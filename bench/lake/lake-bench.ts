// The lake over a journal of so many events: archive, Silver built anew, Gold, and the bytes of an event. Each step is the
// command that its users have.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { migrate } from '../../src/migrations/migrate.js';
import { silentLog } from '../../src/runtime/log.js';
import type { BenchServer } from '../server.js';
import { fillJournal } from './fill-journal.js';
import { type Measured, measured, type Settings, secondsToOpen } from './measured-command.js';
import { pythonWithSpark } from './pyspark.js';

export type Step = Readonly<{
  seconds: number;
  eventsPerSecond: number;
  cpuSeconds: number | null;
  peakMiB: number | null;
}>;

export type LakeFigures = Readonly<{
  events: number;
  parts: number;
  /** How fast this benchmark itself wrote the journal. */
  fill: Pick<Step, 'seconds' | 'eventsPerSecond'>;
  archive: Step;
  /** Silver from nothing, by `gavel rebuild silver`. */
  silverFromJournal: Step;
  /** The same from the archive: no event is read from the journal. */
  silverFromBronze: Step;
  gold: Step;
  /** The same tables by both, without publishing: seconds. Null where pyspark is not installed. */
  onSpark: Readonly<{ duckdb: number; spark: number; rowsThatDiffer: number }> | null;
  /** From the start of `gavel up` on this journal to the first bid that it takes. */
  openSeconds: number;
  /** An empty database gets the journal back from the archive: `gavel restore --from bronze`. */
  restore: Step;
  /** From the start of that to the first bid that the restored house takes. Its Silver is built while it is open. */
  restoredOpenSeconds: number;
  bytesPerEvent: Readonly<{ journal: number; silver: number; parquet: number; parquetRestricted: number }>;
}>;

export type LakeBench = Readonly<{
  server: BenchServer;
  settings: Settings;
  events: number;
  say: (line: string) => void;
}>;

/** Measures on a server without a house. The process that runs a step is not this one, so that its memory is its own. */
export async function measureLake({ server, settings, events, say }: LakeBench): Promise<LakeFigures> {
  const { connection, directory } = server;
  await migrate(connection, silentLog);
  const step = ({ seconds, cpuSeconds, peakMiB }: Measured): Step => {
    return { ...rateOf(events, seconds), cpuSeconds, peakMiB };
  };
  const told = <T extends object | null>(name: string, figures: T): T => {
    say(`${name}: ${JSON.stringify(figures)}`);
    return figures;
  };
  const startedMs = performance.now();
  await fillJournal({ connection, events, directory: join(directory, 'fill') });
  const fill = told('fill', rateOf(events, (performance.now() - startedMs) / 1_000));
  const archived = await measured(['bronze', 'archive'], settings);
  const archive = told('archive', step(archived));
  const silverFromJournal = told(
    'silver',
    step(await measured(['rebuild', 'silver', '--accept-differences'], settings)),
  );
  const silverFromBronze = told(
    'silver from bronze',
    step(await measured(['rebuild', 'silver', '--from', 'bronze', '--accept-differences'], settings)),
  );
  const gold = told('gold', step(await measured(['gold', 'run'], settings)));
  const onSpark = told('spark', await sparkOn(settings));
  const openSeconds = rounded(await secondsToOpen(settings));
  const other = await emptyHouse(server, settings);
  const restored = await measured(['restore', '--from', 'bronze'], other);
  const restore = told('restore', step(restored));
  const restoredOpenSeconds = rounded(restored.seconds + (await secondsToOpen(other)));
  const lake = join(settings['GAVEL_DATA'] ?? '', 'lake', 'bronze');
  const bytes = await bytesIn(connection);
  return {
    events,
    parts: Number(archived.said['parts']),
    fill,
    archive,
    silverFromJournal,
    silverFromBronze,
    gold,
    onSpark,
    openSeconds,
    restore,
    restoredOpenSeconds,
    bytesPerEvent: {
      journal: rounded(bytes.journal / events),
      silver: rounded(bytes.silver / events),
      parquet: rounded((await bytesUnder(join(lake, 'events'))) / events),
      parquetRestricted: rounded((await bytesUnder(join(lake, 'events-restricted'))) / events),
    },
  };
}

/** Settings of a house with an empty database on the same server, and the lake of the first one. */
async function emptyHouse({ connection, directory }: BenchServer, settings: Settings): Promise<Settings> {
  const client = new pg.Client(connection);
  await client.connect();
  await client.query('CREATE DATABASE restored');
  await client.end();
  const url = Object.assign(new URL(settings['GAVEL_POSTGRES_URL'] ?? ''), { pathname: '/restored' });
  return {
    ...settings,
    GAVEL_POSTGRES_URL: url.href,
    GAVEL_LAKE_DIR: join(settings['GAVEL_DATA'] ?? '', 'lake'),
    GAVEL_DATA: join(directory, 'restored'),
  };
}

async function sparkOn(settings: Settings): Promise<LakeFigures['onSpark']> {
  const python = pythonWithSpark();
  if (python === null) return null;
  const { said } = await measured(['gold', 'spark', '--python', python], settings);
  const { seconds, tables } = said as Readonly<{
    seconds: Readonly<{ duckdb: number; spark: number }>;
    tables: readonly Readonly<{ onlyInDuckdb: number; onlyInSpark: number }>[];
  }>;
  const differing = tables.reduce((sum, { onlyInDuckdb, onlyInSpark }) => sum + onlyInDuckdb + onlyInSpark, 0);
  return { ...seconds, rowsThatDiffer: differing };
}

const rounded = (value: number): number => Math.round(value * 10) / 10;

const rateOf = (events: number, seconds: number) => ({
  seconds: rounded(seconds),
  eventsPerSecond: Math.round(events / seconds),
});

/** Tables with their indexes. */
async function bytesIn(connection: pg.ClientConfig): Promise<Readonly<{ journal: number; silver: number }>> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const { rows } = await client.query<{ journal: string; silver: string }>(
      `SELECT sum(pg_total_relation_size(oid)) FILTER (WHERE relnamespace = 'journal'::regnamespace) AS journal,
         sum(pg_total_relation_size(oid)) FILTER (WHERE relnamespace = 'silver_private'::regnamespace) AS silver
       FROM pg_class WHERE relkind = 'r'`,
    );
    return { journal: Number(rows[0]?.journal), silver: Number(rows[0]?.silver) };
  } finally {
    await client.end();
  }
}

async function bytesUnder(directory: string): Promise<number> {
  const found = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = found.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}
