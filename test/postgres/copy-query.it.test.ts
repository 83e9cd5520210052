import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { CopyQuery, copyRows } from '../../src/postgres/copy-query.js';
import { freshDatabase, type TestDatabase } from '../support/postgres.js';

const COPY = 'COPY texts FROM STDIN';
const row = (text: string): Buffer => Buffer.from(`${text}\n`);

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(async () => {
  await database?.drop();
});

describe.each([
  ['one query after another', {}],
  ['a pipeline', { pipeline: true }],
])('rows that leave with their COPY, over a connection for %s', (_, mode) => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ ...database.config, ...mode });
    await client.connect();
    await client.query('CREATE TABLE IF NOT EXISTS texts (text text CHECK (length(text) < 10))');
  });
  beforeEach(async () => {
    await client.query('TRUNCATE texts');
  });
  afterAll(async () => {
    await client?.end();
  });
  const texts = async () => (await client.query('SELECT text FROM texts ORDER BY text')).rows.map(({ text }) => text);

  it('arrive whole, in as many pieces as there are, among other statements', async () => {
    const statements = `BEGIN; SELECT 1, 2; ${COPY}; INSERT INTO texts VALUES ('last'); COMMIT`;
    const tags = await client.query(new CopyQuery(statements, [[row('a'), row('b\nc'), row('d')]])).done;
    expect(tags).toEqual(['BEGIN', 'SELECT 1', 'COPY 4', 'INSERT 0 1', 'COMMIT']);
    expect(await texts()).toEqual(['a', 'b', 'c', 'd', 'last']);
  });

  it('are read by one COPY after the other where there are several', async () => {
    const statements = `BEGIN; ${COPY}; SELECT 1; ${COPY}; COMMIT`;
    const tags = await client.query(new CopyQuery(statements, [[row('a'), row('b')], [row('c')]])).done;
    expect(tags).toEqual(['BEGIN', 'COPY 2', 'SELECT 1', 'COPY 1', 'COMMIT']);
    expect(await texts()).toEqual(['a', 'b', 'c']);
  });

  it('are not lost unnoticed where there are more of them than COPYs', async () => {
    const query = new CopyQuery(`BEGIN; ${COPY}`, [[row('a')], [row('b')]]);
    await expect(client.query(query).done).rejects.toThrow('2 contents were sent for 1 COPYs');
    await client.query('ROLLBACK');
    expect(await texts()).toEqual([]);
  });

  it.each([0, 1, 2])('are dropped, all of them, when those of COPY %d of three are refused', async (culprit) => {
    const contents = ['a', 'b', 'c'].map((text, i) => [row(i === culprit ? 'much too long' : text)]);
    await expect(copyRows(client, COPY, contents)).rejects.toMatchObject({ code: '23514' });
    expect(await texts()).toEqual([]);
    await copyRows(client, COPY, [[row('next')]]);
    expect(await texts()).toEqual(['next']);
  });

  it('are dropped with everything beside them when a statement before them fails', async () => {
    const query = new CopyQuery(`BEGIN; SELECT 1 / 0; ${COPY}; COMMIT`, [[row('a'), row('b')]]);
    await expect(client.query(query).done).rejects.toMatchObject({ code: '22012' });
    await client.query('ROLLBACK');
    expect(await texts()).toEqual([]);
  });

  it('are dropped when one of them is refused, and nothing behind them is run', async () => {
    const query = new CopyQuery(`BEGIN; ${COPY}; INSERT INTO texts VALUES ('last'); COMMIT`, [
      [row('a'), row('much too long')],
    ]);
    await expect(client.query(query).done).rejects.toMatchObject({ code: '23514' });
    await client.query('ROLLBACK');
    expect(await texts()).toEqual([]);
  });

  it('leave in the order of the queries around them', async () => {
    // Without a pipeline, pg wants each query awaited.
    if (!('pipeline' in mode)) return;
    const done = [
      client.query("INSERT INTO texts VALUES ('1')"),
      copyRows(client, COPY, [[row('2')]]),
      client.query('DELETE FROM texts WHERE text = $1', ['2']),
      copyRows(client, COPY, [[row('3')]]),
    ];
    await Promise.all(done);
    expect(await texts()).toEqual(['1', '3']);
  });

  it('are given up when the connection dies', async () => {
    const other = new pg.Client({ ...database.config, ...mode });
    other.on('error', () => undefined);
    await other.connect();
    const { rows } = await other.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const query = other.query(new CopyQuery(`BEGIN; SELECT pg_sleep(60); ${COPY}; COMMIT`, [[row('a')]]));
    await client.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
    await expect(query.done).rejects.toThrow(/terminat/);
    expect(await texts()).toEqual([]);
  });
});
