import { cp, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { MigrationRefused, migrate } from '../../src/migrations/migrate.js';
import { type Log, silentLog } from '../../src/runtime/log.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, type TestDatabase } from '../support/postgres.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

let database: TestDatabase;
let client: pg.Client;
let scratch: Scratch;
/** A copy of our sql folder, to be changed. */
let sql: string;

beforeEach(async () => {
  database = await freshDatabase();
  client = new pg.Client(database.config);
  await client.connect();
  scratch = scratchDirectory('migrations');
  sql = join(scratch.path, 'sql');
  await cp('sql', sql, { recursive: true });
});
afterEach(async () => {
  await client.end();
  await database.drop();
  scratch.remove();
});

const run = (log: Log = silentLog) => migrate(database.config, log, sql);
const applied = async (): Promise<readonly string[]> => {
  const { rows } = await client.query<{ name: string }>(
    'SELECT name FROM public.gavel_migrations ORDER BY applied_at, name',
  );
  return rows.map(({ name }) => name);
};
const tables = async (): Promise<number> => {
  const { rows } = await client.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
  );
  return rows[0]?.n ?? 0;
};
const add = async (name: string, text: string): Promise<void> => {
  await mkdir(join(sql, name, '..'), { recursive: true });
  await writeFile(join(sql, name), text);
};

describe('migrate', () => {
  it('brings an empty database up, from the files of the package, and a second time does nothing', async () => {
    await migrate(database.config);
    const first = await applied();
    const inJournal = await readdir(join('sql', 'journal'));
    expect(first).toEqual(expect.arrayContaining(inJournal.map((file) => `journal/${file}`)));
    await migrate(database.config);
    expect(await applied()).toEqual(first);
  });

  it('applies what is new, in the order of areas and numbers', async () => {
    await run();
    const before = await applied();
    await add('silver/9002_second.sql', 'ALTER TABLE first_table ADD more int');
    await add('journal/9001_first.sql', 'CREATE TABLE first_table (id int)');
    await run();
    expect((await applied()).slice(before.length)).toEqual(['journal/9001_first.sql', 'silver/9002_second.sql']);
  });

  it('may be started by five processes at once', async () => {
    await add('journal/9001_slow.sql', 'SELECT pg_sleep(0.2); CREATE TABLE slow (id int)');
    const lines: string[] = [];
    const log: Log = { ...silentLog, info: (_, message) => lines.push(message) };
    await Promise.all([1, 2, 3, 4, 5].map(() => run(log)));
    expect(new Set(await applied()).size).toBe((await applied()).length);
    expect(lines.filter((line) => line === 'migration applied')).toHaveLength((await applied()).length);
    expect(lines).toContain('waiting for another process to finish its migrations');
  });

  it('waits for whoever holds the lock, and then goes on', async () => {
    await client.query('SELECT pg_advisory_lock(4720501)');
    let isDone = false;
    const running = run().then(() => {
      isDone = true;
    });
    await eventually('the migration to wait', async () => {
      const { rows } = await client.query(`
        SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
           AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`);
      return rows.length === 1;
    });
    expect(isDone).toBe(false);
    expect(await tables()).toBe(0);
    await client.query('SELECT pg_advisory_unlock(4720501)');
    await running;
    expect(await tables()).toBeGreaterThan(1);
  });

  it('refuses a database in which an applied file was another one', async () => {
    await run();
    await writeFile(join(sql, 'journal', '0001_journal.sql'), '-- changed\n', { flag: 'a' });
    await expect(run()).rejects.toThrow(
      new MigrationRefused(
        'the migration journal/0001_journal.sql was changed after it had been applied: restore the file and add a new one instead',
      ),
    );
  });

  it('refuses a database of a newer version, and changes nothing in it', async () => {
    await add('journal/9001_newer.sql', 'CREATE TABLE newer (id int)');
    await run();
    const before = [await applied(), await tables()];
    await cp('sql', join(scratch.path, 'older'), { recursive: true });
    await add('../older/silver/9003_ours.sql', 'CREATE TABLE ours (id int)');
    await expect(migrate(database.config, silentLog, join(scratch.path, 'older'))).rejects.toThrow(
      'the database has the migration journal/9001_newer.sql, which this version of Gavel does not know: start a newer version',
    );
    expect([await applied(), await tables()]).toEqual(before);
  });

  it('leaves nothing half-done where a file fails, keeps what went before, and can be repeated', async () => {
    await add('silver/9001_broken.sql', 'CREATE TABLE half (id int); SELECT 1 / 0;');
    await expect(run()).rejects.toThrow('the migration silver/9001_broken.sql failed: division by zero');
    expect(await applied()).not.toContain('silver/9001_broken.sql');
    expect((await client.query("SELECT to_regclass('half') AS half")).rows).toEqual([{ half: null }]);
    await add('silver/9001_broken.sql', 'CREATE TABLE half (id int);');
    await run();
    expect(await applied()).toContain('silver/9001_broken.sql');
  });

  it.each(['drop_everything.sql', '9001-dashes.sql', '901_short.sql'])(
    'refuses a file that has no place in the order: %s',
    async (name) => {
      await add(`journal/${name}`, 'DROP SCHEMA journal CASCADE');
      await expect(run()).rejects.toThrow(`sql/journal/${name} is not named like 0001_what_it_does.sql`);
      expect(await tables()).toBe(0);
    },
  );

  it('leaves other files beside them alone', async () => {
    await add('journal/notes.txt', 'not SQL');
    await run();
    expect(await applied()).not.toContain('journal/notes.txt');
  });
});
