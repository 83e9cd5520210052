// Forward-only migrations: numbered SQL files under sql/, applied at the start, one transaction each. Several processes
// may start at once: they wait for each other under one advisory lock (ADR 0016 tells why this is not a library).
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { type Log, silentLog } from '../runtime/log.js';
import { PACKAGE_ROOT } from '../runtime/package-root.js';

/** The order in which areas are applied; within an area the files' numbers decide. */
const AREAS = [
  'journal',
  'feed',
  'closings',
  'fraud',
  'silver',
  'bronze',
  'gold_tables',
  'ops',
  'sign_in',
  'own_lists',
] as const;

export type Area = (typeof AREAS)[number];

const FILE_NAME = /^\d{4}_[a-z0-9_]+\.sql$/;
/** Any number will do, as long as nothing else in the database locks it. */
const LOCK_KEY = 4_720_501;
/** Long enough for another process to rebuild a large index. */
const LOCK_WAIT_MAX_MS = 30 * 60_000;

type Migration = Readonly<{ name: string; sql: string; hash: string }>;

/** A database that this program must not touch. The message is one sentence for the operator. */
export class MigrationRefused extends Error {
  readonly code = 'MigrationRefused';
}

/**
 * Brings a database up to what this program needs. Waits while another process does the same. Refuses, without changing
 * anything, a database that has migrations this program does not know, or knows otherwise.
 * @param directory where the areas lie; the package's own `sql` folder unless a test says otherwise.
 */
export async function migrate(
  config: pg.ClientConfig,
  log: Log = silentLog,
  directory: string = packageSql(),
): Promise<void> {
  const migrations = await readMigrations(directory);
  const client = new pg.Client(config);
  await client.connect();
  try {
    await takeMigrationLock(client, log);
    await client.query(
      'CREATE TABLE IF NOT EXISTS public.gavel_migrations (name text PRIMARY KEY, hash text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())',
    );
    const applied = await client.query<{ name: string; hash: string }>(
      'SELECT name, hash FROM public.gavel_migrations',
    );
    const done = new Map(applied.rows.map(({ name, hash }) => [name, hash]));
    refuseForeign(done, migrations);
    for (const migration of migrations) {
      if (done.has(migration.name)) continue;
      await apply(client, migration);
      log.info({ migration: migration.name }, 'migration applied');
    }
  } finally {
    await client.end();
  }
}

/**
 * Runs all migrations of an area once more, inside the caller's transaction and without noting them: for a second version
 * of its tables. Resolves to a text that tells which they were. Refuses when the database has not applied just these.
 */
export async function runAgain(client: pg.ClientBase, area: Area, directory: string = packageSql()): Promise<string> {
  const migrations = await readArea(directory, area);
  const ours = namesOf(migrations);
  if (ours !== (await appliedIn(client, area)))
    throw new MigrationRefused(
      `the tables of ${area} are not those of this version of Gavel: restart the house with it first`,
    );
  for (const { sql } of migrations) await client.query(sql);
  return ours;
}

/** Which migrations of an area a database has applied, as one text to compare. */
export async function appliedIn(client: pg.ClientBase, area: Area): Promise<string> {
  const { rows } = await client.query<{ name: string; hash: string }>(
    'SELECT name, hash FROM public.gavel_migrations WHERE starts_with(name, $1 || \'/\') ORDER BY name COLLATE "C"',
    [area],
  );
  return namesOf(rows);
}

const namesOf = (migrations: readonly Readonly<{ name: string; hash: string }>[]): string =>
  migrations.map(({ name, hash }) => `${name} ${hash}`).join('\n');

/** Keeps migrations out until the caller's transaction ends; waits while some are being applied. */
export async function keepMigrationsOut(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock_shared($1)', [LOCK_KEY]);
}

/** One process at a time; the lock belongs to the connection and goes with it. */
async function takeMigrationLock(client: pg.Client, log: Log): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [LOCK_KEY]);
  if (rows[0]?.taken === true) return;
  log.info({}, 'waiting for another process to finish its migrations');
  await client.query(`SET lock_timeout = ${LOCK_WAIT_MAX_MS}`);
  try {
    await client.query('SELECT pg_advisory_lock($1)', [LOCK_KEY]);
  } catch (cause) {
    throw new Error(`waited up to ${LOCK_WAIT_MAX_MS / 60_000} minutes for another process to finish its migrations`, {
      cause,
    });
  }
  await client.query('RESET lock_timeout');
}

function refuseForeign(done: ReadonlyMap<string, string>, migrations: readonly Migration[]): void {
  const known = new Map(migrations.map(({ name, hash }) => [name, hash]));
  for (const [name, hash] of done) {
    if (!known.has(name))
      throw new MigrationRefused(
        `the database has the migration ${name}, which this version of Gavel does not know: start a newer version`,
      );
    if (known.get(name) !== hash)
      throw new MigrationRefused(
        `the migration ${name} was changed after it had been applied: restore the file and add a new one instead`,
      );
  }
}

async function apply(client: pg.Client, { name, sql, hash }: Migration): Promise<void> {
  try {
    await client.query('BEGIN');
    await client.query(sql);
    await client.query('INSERT INTO public.gavel_migrations (name, hash) VALUES ($1, $2)', [name, hash]);
    await client.query('COMMIT');
  } catch (error) {
    // What it fails for, if it does, says nothing: the first error is the one that counts.
    await client.query('ROLLBACK').catch(() => undefined);
    throw new Error(`the migration ${name} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

async function readMigrations(directory: string): Promise<readonly Migration[]> {
  const perArea = await Promise.all(AREAS.map((area) => readArea(directory, area)));
  return perArea.flat();
}

async function readArea(directory: string, area: string): Promise<readonly Migration[]> {
  const names = await readdir(path.join(directory, area)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const files = names.filter((name) => name.endsWith('.sql')).sort();
  for (const file of files)
    if (!FILE_NAME.test(file))
      throw new MigrationRefused(`sql/${area}/${file} is not named like 0001_what_it_does.sql`);
  return Promise.all(
    files.map(async (file) => {
      const sql = await readFile(path.join(directory, area, file), 'utf8');
      return { name: `${area}/${file}`, sql, hash: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

// Both src/migrations and dist/migrations lie two folders below the package.
const packageSql = (): string => path.join(PACKAGE_ROOT, 'sql');
