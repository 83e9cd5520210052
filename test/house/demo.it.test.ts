// The demo as it is lived, sped up: within some minutes of its own time every table of Silver and Gold has rows, and every page of the
// house has something to show.

import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { loadConfig } from '../../src/config.js';
import { userId } from '../../src/domain/ids.js';
import { type RunningDemo, startDemo } from '../../src/house/demo.js';
import { tokenOfDay, tokenSettings } from '../../src/house/development.js';
import { startUp, type Up } from '../../src/house/up.js';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eventually } from '../support/eventually.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(400_000);
const WITHIN_MS = 300_000;

/** What a demo does not make: none of its people has a bank take a payment back. */
const EMPTY: ReadonlySet<string> = new Set(['silver.disputes']);

const runtime = new SystemRuntime();
const pace = {
  auctionMs: 30_000,
  sales: {
    first: { opensMs: 3_000, openMs: 10_000, intervalMs: 1_000, lots: 8 },
    next: { opensMs: 60_000, openMs: 60_000, intervalMs: 5_000, lots: 6 },
    hall: { opensMs: 60_000, lots: 3 },
  },
};

let scratch: Scratch;
let up: Up;
let demo: RunningDemo;
let staff: string;

beforeAll(async () => {
  scratch = scratchDirectory('demo-life');
  const config = loadConfig({ GAVEL_DATA: join(scratch.path, 'data'), GAVEL_HTTP_PORT: '0' });
  const tokens = await tokenSettings(config);
  up = await startUp({ config, runtime, log: silentLog, metrics: new PrometheusMetrics(), lost: () => undefined });
  const roles = ['operator', 'analyst'] as const;
  staff = await tokenOfDay(tokens, { userId: userId(runtime.uuid()), roles, now: runtime.now() });
  demo = await startDemo(up, {
    config,
    runtime,
    log: silentLog,
    pace,
    booksMs: [30_000, 15_000, 15_000, 15_000, 15_000, 15_000],
  });
});
afterAll(async () => {
  await demo?.stop();
  await up?.stop();
  scratch.remove();
});

async function emptyTables(): Promise<readonly string[]> {
  const { pool } = up.house;
  const { rows } = await pool.query<{ name: string }>(
    "SELECT table_schema || '.' || table_name AS name FROM information_schema.tables WHERE table_schema IN ('silver', 'gold')",
  );
  const counted = await Promise.all(
    rows.map(async ({ name }) => ({ name, some: (await pool.query(`SELECT FROM ${name} LIMIT 1`)).rowCount })),
  );
  return counted.filter(({ name, some }) => some === 0 && !EMPTY.has(name)).map(({ name }) => name);
}

async function ask(query: string): Promise<any> {
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${staff}` };
  const response = await fetch(`${up.url}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) });
  const { data, errors } = (await response.json()) as { data: any; errors?: unknown };
  expect(errors).toBeUndefined();
  return data;
}

it('fills every table of Silver and Gold', async () => {
  let empty: readonly string[] = [];
  await eventually(
    'rows in every table',
    async () => {
      empty = await emptyTables();
      return empty.length === 0;
    },
    WITHIN_MS,
  ).catch((error: unknown) => {
    throw new Error(`still empty: ${empty.join(', ')}`, { cause: error });
  });
});

it('has something on every page', async () => {
  const { auctions, sales, fraudCases, alerts, auditLog, dailyRevenue } = await ask(`{
    auctions(filter: { status: OPEN }) { rows { auctionId photos } }
    sales { rows { saleId kind status } }
    fraudCases(status: OPEN) { rows { caseId } }
    alerts(open: null) { rows { alertId } }
    auditLog { rows { at } }
    dailyRevenue(currency: EUR) { rows { sales } }
  }`);
  for (const { rows } of [auctions, sales, fraudCases, alerts, auditLog, dailyRevenue]) expect(rows).not.toEqual([]);
  const photos = auctions.rows.flatMap((row: { photos: string[] }) => row.photos);
  const photo = await fetch(`${up.url}/photos/${photos[0]}/480.avif`);
  expect([photo.status, photo.headers.get('content-type')]).toEqual([200, 'image/avif']);
  expect(new Set(sales.rows.map(({ kind }: { kind: string }) => kind))).toEqual(new Set(['TIMED', 'HALL']));
  for (const page of ['/', '/sales', `/sales/${sales.rows[0].saleId}`, `/lots/${auctions.rows[0].auctionId}`])
    expect((await fetch(up.url + page)).status).toBe(200);
});
