// Alerts over GraphQL, as operators have them.
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import { isoTime, later } from '../../src/domain/time.js';
import { AlertBook } from '../../src/notify/alerts/alert-book.js';
import { AlertsQueries } from '../../src/notify/alerts/alerts.queries.js';
import { userNo } from '../projections/chronicle.js';
import { runtime, TestApi, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, migrated, poolOn, type TestDatabase } from '../support/postgres.js';
import { Watcher } from '../support/watcher.js';

const DAY_MS = 86_400_000;

let database: TestDatabase;
let pool: pg.Pool;
let client: pg.Client;
let api: TestApi;
let book: AlertBook;
/** How often changes were looked for. */
let looks = 0;
let olga: string;
let ann: string;

beforeAll(async () => {
  database = await freshDatabase(migrated);
  pool = poolOn(database);
  client = new pg.Client(database.config);
  await client.connect();
  const alertsOf = new AlertsQueries(pool);
  const changed: typeof alertsOf.changed = async (...asked) => {
    const rows = await alertsOf.changed(...asked);
    looks += 1;
    return rows;
  };
  api = await TestApi.start({
    alerts: {
      changed,
      alerts: (...asked) => alertsOf.alerts(...asked),
      acknowledge: (...asked) => alertsOf.acknowledge(...asked),
      silence: (...asked) => alertsOf.silence(...asked),
    },
  });
  book = new AlertBook(client, { channels: [], clearAfterMs: 0, escalateAfterMs: DAY_MS }, randomUUID);
  [olga, ann] = [await tokenFor(userNo(1), 'operator'), await tokenFor(userNo(2), 'bidder', 'seller', 'analyst')];
});
afterAll(async () => {
  await api.close();
  await client.end();
  await pool.end();
  await database.drop();
});

async function ask(query: string, token: string, variables: object = {}): Promise<any> {
  const { body } = await api.post('/graphql', token, { query, variables });
  return body;
}

const FIELDS = 'alertId kind subject severity detail todo runbook raisedAt acknowledgedBy clearedAt silencedUntil';
const alerts = async (args = '') => (await ask(`{ alerts${args} { rows { ${FIELDS} } next } }`, olga)).data.alerts;

it('are listed, acknowledged once, silenced for a time, and told as they change', async () => {
  const watcher = Watcher.connect(api.url, olga);
  const watched = watcher.watch(`subscription { alertChanged { ${FIELDS} } }`);
  await eventually('the subscription to look', () => looks >= 2);
  await book.raise([{ kind: 'run-failed', subject: 'hourly', detail: 'The hourly run failed.' }], runtime.now());
  const raised = await watched.until('the alert', ({ alertChanged: { subject } }) => subject === 'hourly');
  expect(raised.alertChanged).toMatchObject({ kind: 'RUN_FAILED', severity: 'WARNING', clearedAt: null });

  const { rows } = await alerts();
  expect(rows).toMatchObject([{ kind: 'RUN_FAILED', runbook: 'alert-a-run-failed-or-missed', acknowledgedBy: null }]);
  const acknowledge = 'mutation ($id: ID!) { acknowledgeAlert(alertId: $id) { acknowledgedBy } }';
  const id = rows[0].alertId;
  expect((await ask(acknowledge, olga, { id })).data).toEqual({ acknowledgeAlert: { acknowledgedBy: userNo(1) } });
  await watched.until('the answer', ({ alertChanged: { acknowledgedBy } }) => acknowledgedBy === userNo(1));
  expect((await ask(acknowledge, olga, { id: randomUUID() })).data).toEqual({ acknowledgeAlert: null });
  expect((await ask(acknowledge, olga, { id: 'nothing' })).errors[0].message).toContain('must be the id of an alert');

  const silence = `mutation ($input: SilenceAlertsInput!) { silenceAlerts(input: $input) { kind subject until reason } }`;
  const until = isoTime(later(runtime.now(), DAY_MS));
  const input = { kind: 'RUN_FAILED', subject: 'hourly', until, reason: 'on it' };
  expect((await ask(silence, olga, { input })).data).toEqual({ silenceAlerts: input });
  expect((await alerts()).rows[0]).toMatchObject({ silencedUntil: until });
  for (const wrong of [later(runtime.now(), -1), later(runtime.now(), 31 * DAY_MS)])
    expect((await ask(silence, olga, { input: { ...input, until: isoTime(wrong) } })).errors[0].message).toContain(
      'must be within 30 days from now',
    );

  await book.clearOne('run-failed', 'hourly', runtime.now());
  await watched.until('the end', ({ alertChanged: { clearedAt } }) => clearedAt !== null);
  expect((await alerts()).rows).toEqual([]);
  expect((await alerts('(open: null)')).rows).toHaveLength(1);
  expect((await alerts('(open: false)')).rows).toHaveLength(1);
  const changes = watched.data.map(({ alertChanged: { acknowledgedBy, clearedAt } }) => [
    acknowledgedBy,
    clearedAt !== null,
  ]);
  expect(changes).toEqual([
    [null, false],
    [userNo(1), false],
    [userNo(1), true],
  ]);
  watched.stop();
  await watcher.close();
});

it('are listed page by page, the latest first', async () => {
  const at = runtime.now();
  for (const n of [1, 2, 3])
    await book.raise([{ kind: 'disk-short', subject: `up ${n}`, detail: 'Full.' }], later(at, n));
  const first = await alerts('(limit: 2)');
  expect(first.rows.map(({ subject }: any) => subject)).toEqual(['up 3', 'up 2']);
  const second = await alerts(`(limit: 2, cursor: "${first.next}")`);
  expect(second).toMatchObject({ rows: [{ subject: 'up 1' }], next: null });
});

it('are for operators and admins alone', async () => {
  for (const query of [
    '{ alerts { next } }',
    `mutation { acknowledgeAlert(alertId: "${randomUUID()}") { alertId } }`,
    'mutation { silenceAlerts(input: { kind: DISK_SHORT, until: "2030-01-01T00:00:00Z", reason: "x" }) { until } }',
  ])
    expect((await ask(query, ann)).errors[0].extensions.code).toBe('RoleMissing');
  const watcher = Watcher.connect(api.url, ann);
  const watched = watcher.watch('subscription { alertChanged { alertId } }');
  await expect(watched.until('an alert', () => true)).rejects.toThrow('RoleMissing');
  await watcher.close();
});
