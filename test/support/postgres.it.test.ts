import { afterEach, expect, it } from '@jest/globals';
import pg from 'pg';
import { durableDatabase, freshDatabase, migrated, type TestDatabase } from './postgres.js';

const databases: TestDatabase[] = [];
afterEach(async () => {
  for (const database of databases.splice(0)) await database.drop();
});

async function query(config: pg.ClientConfig, sql: string): Promise<unknown[]> {
  const client = new pg.Client(config);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

it('gives every caller a copy of the template, which is built once', async () => {
  let built = 0;
  const template = {
    name: `of_${process.pid}`,
    async build(config: pg.ClientConfig) {
      built += 1;
      await query(config, 'CREATE TABLE things AS SELECT 1 AS n');
    },
  };
  databases.push(await freshDatabase(template), await freshDatabase(template));
  const [first, second] = databases;
  await query(first?.config ?? {}, 'INSERT INTO things VALUES (2)');
  expect(await query(first?.config ?? {}, 'SELECT n FROM things ORDER BY n')).toEqual([{ n: 1 }, { n: 2 }]);
  expect(await query(second?.config ?? {}, 'SELECT n FROM things')).toEqual([{ n: 1 }]);
  expect(built).toBe(1);
});

it('drops it for good', async () => {
  const { config, drop } = await freshDatabase();
  await drop();
  await expect(query(config, 'SELECT 1')).rejects.toMatchObject({ code: '3D000' });
});

it('has a template with every table of Gavel', async () => {
  const database = await freshDatabase(migrated);
  databases.push(database);
  const applied = await query(database.config, 'SELECT name FROM public.gavel_migrations');
  expect(applied).toContainEqual({ name: expect.stringContaining('journal') });
});

it('has a durable variant with a server of its own', async () => {
  const database = await durableDatabase();
  databases.push(database);
  expect(await query(database.config, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
});
