// Every card of every dashboard on the Silver and Gold of a house with so many events: how long PostgreSQL takes, asked as the
// account that Metabase reads with.
import { join } from 'node:path';
import pg from 'pg';
import { loadDefinitions, type Question } from '../../src/metabase/definitions.js';
import { filledIn } from '../../src/metabase/template.js';
import { migrate } from '../../src/migrations/migrate.js';
import { silentLog } from '../../src/runtime/log.js';
import { PACKAGE_ROOT } from '../../src/runtime/package-root.js';
import type { BenchServer } from '../server.js';
import { FILL, FUNCTIONS } from './believable-house.sql.js';

/** Milliseconds: the first time, and the best of the next ones, when what it needs is in memory. */
export type CardTimes = Readonly<{
  question: string;
  rows: number;
  firstMs: number;
  againMs: number;
  filteredMs: number;
  /** Of one sale; the same as again where the card does not know sales. */
  saleMs: number;
}>;

export type DashboardFigures = Readonly<{
  events: number;
  bids: number;
  fillSeconds: number;
  dashboards: Readonly<Record<string, readonly CardTimes[]>>;
  slowest: CardTimes | null;
}>;

export type DashboardsBench = Readonly<{ server: BenchServer; events: number; say: (line: string) => void }>;

const AGAIN = 3;
/** A quarter of the history, one category and one currency. */
const FILTERS = { category: 'Category 01', currency: 'USD' };

/** Fills the tables and asks every card without filters, and with all that it knows. */
export async function measureDashboards({ server, events, say }: DashboardsBench): Promise<DashboardFigures> {
  await migrate(server.connection, silentLog);
  const client = new pg.Client(server.connection);
  await client.connect();
  try {
    const fillSeconds = await fill(client, events, say);
    const { rows } = await client.query<{ bids: string }>('SELECT count(*) AS bids FROM silver_private.bids');
    await client.query("SET ROLE gavel_analyst; SET timezone = 'UTC'");
    const { dashboards, questions } = loadDefinitions(join(PACKAGE_ROOT, 'metabase'));
    const figures: Record<string, readonly CardTimes[]> = {};
    for (const { name, cards } of dashboards) {
      const times: CardTimes[] = [];
      for (const { question } of cards) times.push(await timesOf(client, questions.get(question)));
      figures[name] = times;
      say(`${name}:`);
      for (const one of times)
        say(
          `  ${one.question.padEnd(32)} ${one.firstMs} ms first, ${one.againMs} again, ${one.filteredMs} filtered, ${one.saleMs} of a sale; ${one.rows} rows`,
        );
    }
    const all = Object.values(figures).flat();
    const slowest = all.toSorted((a, b) => b.againMs - a.againMs)[0] ?? null;
    return { events, bids: Number(rows[0]?.bids), fillSeconds, dashboards: figures, slowest };
  } finally {
    await client.end();
  }
}

async function fill(client: pg.Client, events: number, say: (line: string) => void): Promise<number> {
  const startedMs = performance.now();
  await client.query(FUNCTIONS);
  for (const [table, text] of FILL) {
    const { rowCount } = await client.query(text, [events]);
    say(`${table}: ${rowCount} rows, ${secondsSince(startedMs)} s`);
  }
  await client.query('VACUUM (ANALYZE)');
  return secondsSince(startedMs);
}

async function timesOf(client: pg.Client, question: Question | undefined): Promise<CardTimes> {
  if (question === undefined) throw new Error('a dashboard names a question that is not there');
  const [firstMs, rows] = await asked(client, question, {});
  let againMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < AGAIN; i++) againMs = Math.min(againMs, (await asked(client, question, {}))[0]);
  const day = (daysAgo: number): string => new Date(Date.now() - daysAgo * 86_400_000).toISOString().slice(0, 10);
  const [filteredMs] = await asked(client, question, { ...FILTERS, from: day(365), to: day(182) });
  const { rows: sales } = await client.query<{ sale: string }>(
    'SELECT sale FROM silver.sale_lots ORDER BY added_at LIMIT 1',
  );
  const saleMs = question.filters.includes('sale')
    ? (await asked(client, question, { sale: sales[0]?.sale ?? '' }))[0]
    : againMs;
  return { question: question.slug, rows, firstMs, againMs, filteredMs, saleMs };
}

async function asked(
  client: pg.Client,
  { sql, filters }: Question,
  given: Readonly<Record<string, string>>,
): Promise<readonly [ms: number, rows: number]> {
  const known = Object.fromEntries(Object.entries(given).filter(([name]) => filters.includes(name)));
  const startedMs = performance.now();
  const { text, values } = filledIn(sql, known);
  const { rows } = await client.query(text, [...values]);
  return [Math.round(performance.now() - startedMs), rows.length];
}

const secondsSince = (startedMs: number): number => Math.round((performance.now() - startedMs) / 100) / 10;
