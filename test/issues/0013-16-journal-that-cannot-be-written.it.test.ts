// With a full disk the house stayed ready, and clients got 202 instead of the 503 that the runbook promises.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { userId } from '../../src/domain/ids.js';
import { readinessOfJournal } from '../../src/house/readiness.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

let house: ApiHouse;
let client: pg.Client;
beforeEach(async () => {
  house = await ApiHouse.open({
    ready: async () => ({ journal: await readinessOfJournal(house.house.journal, runtime) }),
  });
  client = new pg.Client(house.house.pool.options);
  await client.connect();
});
afterEach(async () => {
  await client.end();
  await house.close();
});

const ready = () => house.http.get('/health/ready');
const register = async (id: string, commandId: string = runtime.uuid()) =>
  house.http.post('/users', await tokenFor(userId(id)), { username: `u${id.slice(-8)}`, commandId });

const noRoom = (state: string) =>
  client.query(`
CREATE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '${state}'; END $$;
CREATE TRIGGER no_room BEFORE INSERT ON journal.events FOR EACH ROW EXECUTE FUNCTION public.no_room()`);
const room = () => client.query('DROP FUNCTION public.no_room CASCADE');
/** Every session begins anew, as after a fail-over to a standby. */
const cut = () =>
  client.query(
    'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
  );

describe('a journal that has no room', () => {
  it.each(['53100', '53200', '58030'])('answers 503 and is down, until there is room: %s', async (state) => {
    expect((await register(runtime.uuid())).status).toBe(201);
    expect((await ready()).status).toBe(200);
    await noRoom(state);
    const [id, commandId] = [runtime.uuid(), runtime.uuid()];
    const reply = await register(id, commandId);
    expect(reply).toMatchObject({
      status: 503,
      body: { outcome: 'fault', code: 'JournalUnavailable', retryable: true },
    });
    expect(reply.headers.get('retry-after')).toBe('1');
    // Readiness is worked out once a second.
    await eventually('the house to be down', async () => (await ready()).status === 503);
    expect(await ready()).toMatchObject({
      status: 503,
      body: {
        error: { journal: { status: 'down', detail: `the database refuses what is written with SQLSTATE ${state}` } },
      },
    });
    // It is down for as long as it lasts, although nobody sends anything.
    expect((await ready()).status).toBe(503);
    const written = await client.query(
      'SELECT max(position)::int AS last, count(*)::int AS events FROM journal.events',
    );
    await room();
    await eventually('the house to be ready', async () => (await ready()).status === 200);
    // Finding that out left nothing behind.
    const { rows } = await client.query(
      'SELECT max(position)::int AS last, count(*)::int AS events FROM journal.events',
    );
    expect(rows).toEqual(written.rows);
    expect(rows).toEqual([{ last: 1, events: 1 }]);
    expect((await client.query("SELECT FROM journal.streams WHERE stream_id = 'probe'")).rows).toEqual([]);
    expect((await register(id, commandId)).status).toBe(201);
    expect((await house.house.journal.head())?.toString()).toBe('2');
  });

  it('answers everybody at once, not one after the other', async () => {
    await noRoom('53100');
    const replies = await Promise.all(Array.from({ length: 20 }, () => register(runtime.uuid())));
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([503]));
    await room();
  });
});

describe('a database that takes no writes', () => {
  it('is down before anybody asks for anything, and answers 503', async () => {
    const name = (await client.query('SELECT current_database() AS name')).rows[0].name;
    await client.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on`);
    await cut();
    await eventually('the house to be down', async () => (await ready()).status === 503);
    expect((await ready()).body.error.journal).toEqual({ status: 'down', detail: 'the database is read-only' });
    await eventually('an answer', async () => (await register(runtime.uuid())).status === 503);
    await client.query('SET default_transaction_read_only = off');
    await client.query(`ALTER DATABASE ${name} RESET default_transaction_read_only`);
    await cut();
    await eventually('the house to be ready', async () => (await ready()).status === 200, 30_000);
    expect((await register(runtime.uuid())).status).toBe(201);
  });
});
