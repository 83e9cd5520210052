// How long a connection of the journal waits for a server that says nothing, under a clock moved by hand.
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import type pg from 'pg';
import { PostgresConnection } from '../../../src/journal/postgres/postgres.connection.js';
import { silentLog } from '../../../src/runtime/log.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { noon } from '../../support/memory-house.js';
import { freshDatabase, poolOn, type TestDatabase } from '../../support/postgres.js';

const STATEMENT_MAX_MS = 60_000;
const SILENCE_MAX_MS = STATEMENT_MAX_MS + 2_000;

let database: TestDatabase;
let pool: pg.Pool;
let holder: pg.PoolClient;
let runtime: ManualRuntime;
let connection: PostgresConnection;
beforeAll(async () => {
  database = await freshDatabase();
  pool = poolOn(database);
});
beforeEach(async () => {
  runtime = new ManualRuntime(noon);
  const limits = { statementMaxMs: STATEMENT_MAX_MS, lockWaitMaxMs: STATEMENT_MAX_MS };
  const parts = { config: database.config, runtime, log: silentLog, limits };
  connection = await PostgresConnection.open(parts, 'a test', true);
  holder = await pool.connect();
  await holder.query('SELECT pg_advisory_lock(1), pg_advisory_lock(2)');
});
afterEach(async () => {
  await holder.query('SELECT pg_advisory_unlock_all()');
  holder.release();
  connection.cut();
  await connection.ended;
});
afterAll(async () => {
  await pool?.end();
  await database?.drop();
});

/** Waits for what somebody else holds until it is let go. */
const waitFor = (lock: number) =>
  connection.within(`lock ${lock}`, async (client) => {
    await client.query(`SELECT pg_advisory_lock(${lock})`);
    return lock;
  });
const letGo = (lock: number) => holder.query(`SELECT pg_advisory_unlock(${lock})`);

it('the silence after which it is cut begins with the answer to what was sent before', async () => {
  const both = [waitFor(1), waitFor(2)] as const;
  runtime.advanceBy(SILENCE_MAX_MS - 1);
  await letGo(1);
  expect(await both[0]).toBe(1);
  runtime.advanceBy(SILENCE_MAX_MS - 1);
  await letGo(2);
  expect(await both[1]).toBe(2);
  // Nothing is being waited for.
  runtime.advanceBy(SILENCE_MAX_MS);
  expect(connection.isUsable()).toBe(true);
});

it('a server that stays silent for longer is cut, and what was waited for is told by its name', async () => {
  const both = [waitFor(1), waitFor(2)] as const;
  const ends = Promise.allSettled(both);
  runtime.advanceBy(1_000);
  await letGo(1);
  await both[0];
  runtime.advanceBy(SILENCE_MAX_MS);
  const reason = new Error(`waited ${SILENCE_MAX_MS} ms for lock 2 and heard nothing from PostgreSQL`);
  expect(await ends).toEqual([
    { status: 'fulfilled', value: 1 },
    { status: 'rejected', reason },
  ]);
  expect(connection.isUsable()).toBe(false);
});
