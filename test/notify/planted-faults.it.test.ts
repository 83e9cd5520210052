// A running house, into which faults are planted one after the other: for each kind of alert those on duty hear of it by the webhook,
// and /metrics has the number that the rule of Prometheus asks for.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import { loadConfig } from '../../src/config.js';
import type { Role } from '../../src/domain/actor.js';
import type { RunKind } from '../../src/domain/house/run.events.js';
import { isoTime } from '../../src/domain/time.js';
import { startNotices } from '../../src/house/notices.js';
import { workOf } from '../../src/house/runs.js';
import type { Undo } from '../../src/house/undoable.js';
import { ALERT_KINDS, type AlertKind } from '../../src/notify/alerts/alert-kinds.js';
import { startPresence } from '../../src/notify/processes.js';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';
import { silentLog } from '../../src/runtime/log.js';
import { HouseRuns } from '../../src/scheduler/runs/house-runs.js';
import { ApiHouse, key, settings } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { auctionNo, userNo } from '../support/memory-house.js';
import { scratchDirectory } from '../support/scratch.js';
import { startWebhookServer, type WebhookServer } from '../support/webhook-server.js';

jest.setTimeout(120_000);
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const never = new AbortController().signal;

const scratch = scratchDirectory('planted-faults');
const certificate = join(scratch.path, 'house.pem');
const landing = join(scratch.path, 'lake', 'landing');
const clock = new ForwardRuntime();
const metrics = new PrometheusMetrics();
const undo: Undo[] = [];
let keysStatus = 200;
let keys: Server;
let hook: WebhookServer;
let house: ApiHouse;
let runs: HouseRuns;
let next = 100;

beforeAll(async () => {
  keys = createServer((_request, response) => response.writeHead(keysStatus).end('{"keys":[{"kid":"a"}]}'));
  await new Promise<void>((listening) => keys.listen(0, '127.0.0.1', listening));
  hook = await startWebhookServer();
  house = await ApiHouse.open({ runtime: clock, metrics });
  mkdirSync(landing, { recursive: true });
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '3650'];
  const out = ['-subj', '/CN=house.example', '-keyout', join(scratch.path, 'key.pem'), '-out', certificate];
  execFileSync('openssl', [...made, ...out], { stdio: 'ignore' });
  const config = loadConfig({
    GAVEL_DATA: scratch.path,
    GAVEL_GOLD_MEMORY_MB: '256',
    GAVEL_ALERT_EVERY_MS: '100',
    GAVEL_ALERT_REFUSALS_MIN: '40',
    GAVEL_ALERT_WEBHOOK: hook.url,
    GAVEL_ALERT_CERTIFICATES: certificate,
    GAVEL_JWT_JWKS_URL: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`,
    GAVEL_JWT_ISSUER: 'https://issuer.example',
    GAVEL_JWT_AUDIENCE: 'gavel',
  });
  const { postgres, pool, journal, feed, bus, silver } = house.house;
  const around = { config, postgres, pool, journal, feed, runtime: clock, log: silentLog, metrics };
  startNotices({ ...around, tokens: settings.tokens }, undo);
  const work = workOf({ ...around, bus, silver });
  runs = new HouseRuns({ ...around, database: postgres, work });
  await eventually('the first look', async () =>
    (await metrics.text()).includes('gavel_alerts_looked_at_timestamp_seconds '),
  );
  await eventually('the follower to begin', async () => {
    const { rowCount } = await pool.query("SELECT FROM ops.followers WHERE name = 'alerts'");
    return rowCount === 1;
  });
}, 120_000);
afterAll(async () => {
  for (const one of undo.reverse()) await one();
  await house?.close();
  metrics.close();
  await hook?.stop();
  keys?.close();
  scratch.remove();
});

const query = (text: string, values: unknown[] = []) => house.house.pool.query(text, values);
const raised = (kind: AlertKind): boolean =>
  hook.posts.some(({ body }) => {
    const { alert } = JSON.parse(body) as { alert: { what: string; kind: string } };
    return alert.what === 'raised' && alert.kind === kind;
  });

async function registered(...roles: Role[]): Promise<Readonly<{ id: string; token: string }>> {
  const id = userNo(next++);
  // Of the house's own time, which is put forward.
  const about = { userId: id, roles, lifetimeS: 86_400, now: clock.now() };
  const token = await signDevelopmentToken({ key, issuer: null, audience: null }, about);
  expect((await house.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
  return { id, token };
}

async function listed(): Promise<string> {
  const sue = await registered('seller');
  const auctionId = auctionNo(next++);
  const terms = { currency: 'USD', startingPrice: '1000' };
  const listing = { auctionId, item: { title: 'A clock', category: 'Clocks' }, terms, durationMs: 300 * DAY_MS };
  expect((await house.http.post('/auctions', sue.token, listing)).status).toBe(201);
  return auctionId;
}

const bid = (auctionId: string, token: string, amount: string) =>
  house.http.post(`/auctions/${auctionId}/bids`, token, { amount, currency: 'USD' });

/** So many bids that are refused, of as many people as it takes that none of them floods. */
async function refusedBids(count: number): Promise<void> {
  const auctionId = await listed();
  for (let left = count; left > 0; left -= 5) {
    const { token } = await registered('bidder');
    for (let i = 0; i < 5; i++) expect((await bid(auctionId, token, '1')).status).toBe(409);
  }
}

/** A run that is due, and fails. */
async function fails(kind: RunKind): Promise<void> {
  await house.caughtUp();
  await expect(runs.catchUp(kind, never)).rejects.toThrow();
}

/** Processes that were made up for a fault say goodbye. */
const leaves = () => query('UPDATE ops.processes SET left_at = seen_at');

/** In this order: a clock that was put forward stays so. `metric`: what the rule asks for where that is no count of alerts. */
const FAULTS: readonly Readonly<{
  kinds: readonly AlertKind[];
  metric?: RegExp;
  plant: () => Promise<unknown>;
  mend?: () => Promise<unknown>;
}>[] = [
  { kinds: ['certificate-expiring'], plant: async () => rmSync(certificate) },
  {
    kinds: ['token-key-expiring'],
    plant: async () => {
      keysStatus = 500;
    },
  },
  { kinds: ['disk-short'], plant: () => saysItHas(0.01, 0.5), mend: leaves },
  { kinds: ['memory-short'], plant: () => saysItHas(0.5, 0.01), mend: leaves },
  {
    kinds: ['consumer-lag'],
    metric: /gavel_lag_seconds\{consumer="closings"\} /,
    plant: async () => {
      await house.house.consumers.closings.drain();
      await listed();
      clock.forward(2 * MINUTE_MS);
    },
  },
  {
    kinds: ['refusals-unusual'],
    metric: /gavel_commands_total\{command="PlaceBid",outcome="BidBelowMinimum"\} 4\d/,
    plant: () => refusedBids(45),
  },
  {
    kinds: ['bidder-flood'],
    plant: async () => {
      const auctionId = await listed();
      const { token } = await registered('bidder');
      const isTurnedAway = async () => (await bid(auctionId, token, '1')).status === 429;
      await eventually('commands to be turned away', isTurnedAway, 60_000);
      clock.forward(2 * MINUTE_MS);
      // What was counted is recorded by the next batch.
      await registered('bidder');
    },
  },
  {
    kinds: ['stream-parked'],
    metric: /gavel_parked_streams\{consumer="silver"\} 1/,
    plant: async () => {
      await query('ALTER TABLE silver_private.users ADD CONSTRAINT planted CHECK (user_id IS NULL) NOT VALID');
      await registered('bidder');
      const parked = async () => (await query('SELECT FROM feed.parked_streams')).rowCount === 1;
      await eventually('the stream to be parked', parked);
      await query('ALTER TABLE silver_private.users DROP CONSTRAINT planted');
    },
  },
  {
    kinds: ['engine-gone'],
    plant: async () => {
      const { pool } = house.house;
      const parts = { pool, role: 'engine', dataDirectory: '/', runtime: clock, log: silentLog, metrics, everyMs: 10 };
      const leave = startPresence(parts);
      const isThere = async () => (await query("SELECT FROM ops.processes WHERE role = 'engine'")).rowCount === 1;
      await eventually('a sign of life', isThere);
      await leave();
      // As after a kill -9: no goodbye.
      await query("UPDATE ops.processes SET left_at = NULL WHERE role = 'engine'");
      clock.forward(MINUTE_MS);
    },
    mend: leaves,
  },
  // Nobody archives, and nothing runs by the clock. The day of the first event is due at 02:00 of the next, and checked at 04:00, whenever this test runs.
  { kinds: ['ingestion-late', 'run-missed'], plant: async () => clock.forward(DAY_MS + 5 * 60 * MINUTE_MS) },
  {
    kinds: ['ingestion-failed'],
    plant: async () => {
      writeFileSync(join(landing, 'broken.csv'), 'these,are,no,columns\nof,a,hall,sale\n');
      await fails('nightly');
    },
  },
  {
    kinds: ['bronze-unverified'],
    plant: async () => {
      const [file = ''] = filesUnder(join(scratch.path, 'lake', 'bronze', 'events'));
      writeFileSync(file, 'gone');
      await fails('verification');
    },
  },
  {
    kinds: ['run-failed'],
    plant: async () => {
      // Something new to archive, and no place for it.
      await registered('bidder');
      clock.forward(2 * 60 * MINUTE_MS);
      await query('ALTER TABLE bronze.parts ADD CONSTRAINT planted CHECK (part < 0) NOT VALID');
      await fails('hourly');
    },
  },
  {
    kinds: ['fraud-case'],
    plant: async () => {
      const auctionId = await listed();
      const { token } = await registered('bidder');
      expect((await bid(auctionId, token, '5000')).status).toBe(201);
      const flag = 'UPDATE fraud.model_scores SET score = 1, logit = 9 WHERE auction_id = $1';
      await eventually('the score', async () => (await query(flag, [auctionId])).rowCount === 1);
      await query(
        'INSERT INTO fraud.flagged_sellers (seller_id) SELECT seller_id FROM fraud.model_scores WHERE auction_id = $1',
        [auctionId],
      );
    },
  },
];

it.each(FAULTS)('$kinds is raised by its fault', async ({ kinds, metric, plant, mend }) => {
  expect(kinds.filter(raised)).toEqual([]);
  await plant();
  for (const kind of kinds) {
    await eventually(`the alert ${kind}`, () => raised(kind), 30_000);
    const isCounted = async () => (await metrics.text()).includes(`gavel_alerts_open{kind="${kind}"} `);
    await eventually(`the count of ${kind}`, isCounted, 30_000);
  }
  if (metric !== undefined) expect(await metrics.text()).toMatch(metric);
  await mend?.();
});

it('has a fault for each kind; that the database is gone has a test of its own', () => {
  expect([...FAULTS.flatMap(({ kinds }) => kinds), 'database-unreachable'].sort()).toEqual([...ALERT_KINDS].sort());
});

/** A process tells of its machine. */
async function saysItHas(disk: number, memory: number): Promise<void> {
  await query(
    `INSERT INTO ops.processes (process_id, role, host, pid, started_at, seen_at, disk_free, memory_free)
     VALUES (gen_random_uuid(), 'projector', 'there', 1, $1, $1, $2, $3)`,
    [isoTime(clock.now()), disk, memory],
  );
}

const filesUnder = (directory: string): readonly string[] =>
  readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
