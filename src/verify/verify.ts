// The verification itself: one pass over the journal, one snapshot of the database, and every row on both sides compared.
// The house may go on meanwhile: Silver is compared as of its own checkpoint in that snapshot.
import pg from 'pg';
import { type Instant, instant } from '../domain/time.js';
import { listParked, type ParkedStream } from '../feed/parked-streams.js';
import type { Journal, JournalEntry, Position } from '../journal/journal.js';
import { keepSwapsOut } from '../rebuild/rebuild-session.js';
import { ConsumerProgress } from './consumer-progress.js';
import { ExpectedClosings } from './expected-closings.js';
import { ExpectedRows } from './expected-rows.js';
import { ExpectedSilver, Unfoldable } from './expected-silver.js';
import { type Finding, Findings } from './findings.js';
import { JournalCheck } from './journal-check.js';
import * as sql from './verify.sql.js';

const PAGE_EVENTS = 4_096;

export type VerifyParts = Readonly<{
  database: pg.ClientConfig;
  journal: Journal;
  /** Findings told in full; the others are counted. */
  findingsMax: number;
  /** Events that were recorded longer ago than this must be applied, or parked. */
  lagMaxMs: number;
  now: () => Instant;
  /** Told how many events of the journal have been read. */
  progress: (events: number) => void;
}>;

/** Rows and sums of one table, as the journal says and as Silver holds them. Sums are of minor units. */
export type TableTotals = Readonly<{
  table: string;
  amount: string | null;
  expectedRows: number;
  rows: number;
  expectedSum: string | null;
  sum: string | null;
}>;

export type Verification = Readonly<{
  /** Nothing was found and nothing is parked. */
  clean: boolean;
  events: number;
  streams: number;
  /** Silver's checkpoint by slice, as the journal prints positions. */
  silverAt: readonly (string | null)[];
  tables: readonly TableTotals[];
  findings: readonly Finding[];
  findingsTotal: number;
  parked: readonly ParkedStream[];
}>;

/** Compares Silver and closings with the journal. Changes nothing; it holds one snapshot open until it is done. */
export async function verify(parts: VerifyParts): Promise<Verification> {
  const client = new pg.Client({ ...parts.database, application_name: 'gavel verify' });
  await client.connect();
  try {
    // Before the snapshot: a swap that it does not see would put other tables under the names that it reads.
    await keepSwapsOut(client);
    await client.query(sql.BEGIN);
    await client.query("SET LOCAL work_mem = '64MB'");
    return await verifySnapshot(client, parts);
  } finally {
    // The temporary tables go with the transaction, and the transaction with the connection.
    await client.end();
  }
}

async function verifySnapshot(client: pg.Client, parts: VerifyParts): Promise<Verification> {
  const findings = new Findings(parts.findingsMax);
  const lagging = { before: instant(parts.now() - parts.lagMaxMs), lagMaxMs: parts.lagMaxMs };
  const silver = await ConsumerProgress.of(client, 'silver', parts.journal);
  const closings = await ConsumerProgress.of(client, 'closings', parts.journal);
  const parked = await listParked(client, null, null);
  const head = await parts.journal.head();
  for (const progress of [silver, closings]) progress.reportBeyond(head, findings);
  await client.query(sql.CREATE_EXPECTED);
  const journal = await foldJournal(client, parts, { findings, silver, closings });
  for (const progress of [silver, closings]) progress.reportLag(lagging, findings);
  // Against part of a journal every later row would be a difference, and none of them would tell anything.
  if (journal.isWhole) {
    for (const statement of sql.KEEP_LAST) await client.query(statement);
    await client.query(sql.ANALYZE_EXPECTED);
    for (const comparison of sql.COMPARISONS) await compare(client, comparison, findings);
    for (const check of sql.KEY_CHECKS) await checkRows(client, check, 'refers to a row that is missing', findings);
    for (const check of sql.RULE_CHECKS) await checkRows(client, check, check.problem, findings);
  }
  return {
    clean: findings.total === 0 && parked.length === 0,
    events: journal.events,
    streams: journal.streams,
    silverAt: silver.printed,
    tables: journal.isWhole ? await totals(client) : [],
    findings: findings.shown,
    findingsTotal: findings.total,
    parked,
  };
}

type Fold = Readonly<{ findings: Findings; silver: ConsumerProgress; closings: ConsumerProgress }>;

/** Reads the whole journal once: checks it, and writes down what Silver and closings should hold. */
async function foldJournal(client: pg.Client, parts: VerifyParts, { findings, silver, closings }: Fold) {
  const { journal, progress } = parts;
  const check = new JournalCheck(journal, findings);
  const rows = new ExpectedRows(client);
  const expected = new ExpectedSilver(rows, journal);
  const expectedClosings = new ExpectedClosings();
  const isWhole = await readToHead(journal, findings, async (page) => {
    for (const entry of page) {
      check.take(entry);
      for (const consumer of [silver, closings]) consumer.note(entry);
      if (entry.kind !== 'event') continue;
      if (silver.includes(entry)) {
        const prepared = expected.prepare(entry);
        if (prepared !== null) await prepared;
        foldInto(expected, entry, findings);
      }
      if (closings.includes(entry)) expectedClosings.take(entry);
    }
    await rows.flush();
    progress(check.events);
  });
  expected.finish();
  expectedClosings.finish(rows);
  await rows.flush(true);
  return { isWhole, events: check.events, streams: check.streams };
}

/** Gives all pages up to the head of this moment; false if the journal breaks off before it. */
async function readToHead(
  journal: Journal,
  findings: Findings,
  take: (page: readonly JournalEntry[]) => Promise<void>,
): Promise<boolean> {
  const head = await journal.head();
  const read = (after: Position | null) => journal.readAll(after, PAGE_EVENTS).catch(inconsistency);
  let after: Position | null = null;
  let page: readonly JournalEntry[] | string = [];
  while (journal.comparePositions(after, head) < 0) {
    // The next page is on its way while this one is taken.
    [page] = await Promise.all([read(after), take(typeof page === 'string' ? [] : page)]);
    const last: JournalEntry | undefined = typeof page === 'string' ? undefined : page.at(-1);
    if (last === undefined) {
      const problem = typeof page === 'string' ? page : 'the journal has fewer events than its head says';
      const subject = after === null ? 'its beginning' : `behind position ${journal.printPosition(after)}`;
      findings.report({ check: 'journal', subject, problem: `${problem}; nothing could be compared` });
      return false;
    }
    after = last.position;
  }
  if (typeof page !== 'string') await take(page);
  return true;
}

/** The message of an adapter that refuses to read over a gap; anything else goes on. */
function inconsistency(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'JournalInconsistent') return error.message;
  throw error;
}

type Readable = Extract<JournalEntry, { kind: 'event' }>;

function foldInto(expected: ExpectedSilver, entry: Readable, findings: Findings): void {
  try {
    expected.take(entry);
  } catch (error) {
    if (!(error instanceof Unfoldable)) throw error;
    const subject = `${entry.streamId} r${entry.revision}`;
    findings.report({ check: 'journal', subject, problem: `does not follow on what is before it: ${error.message}` });
  }
}

type Json = Readonly<Record<string, unknown>>;
type Difference = Readonly<{ expected: Json | null; found: Json | null; total: string }>;

async function compare(client: pg.Client, { table, key, sql: text }: sql.Comparison, findings: Findings) {
  const { rows } = await client.query<Difference>(text, [findings.keptMax]);
  const described = rows.map(({ expected, found }): Finding => {
    const subject = key.map((column) => (expected ?? found)?.[column]).join('-');
    return { check: table, subject, problem: problemOf(expected, found) };
  });
  findings.reportSome(Number(rows[0]?.total ?? 0), described);
}

function problemOf(expected: Json | null, found: Json | null): string {
  if (found === null) return 'is missing';
  if (expected === null) return 'is not in the journal';
  // As text: two arrays of the same words are two objects.
  const differs = (column: string) => JSON.stringify(expected[column]) !== JSON.stringify(found[column]);
  const columns = Object.keys(expected).filter(differs);
  return columns
    .map((column) => {
      if (sql.SECRET_COLUMNS.has(column)) return `${column} differs from the journal's`;
      return `${column} is ${JSON.stringify(found[column])}, the journal says ${JSON.stringify(expected[column])}`;
    })
    .join('; ');
}

async function checkRows(
  client: pg.Client,
  { check, sql: text }: sql.KeyCheck,
  problem: string,
  findings: Findings,
): Promise<void> {
  const { rows } = await client.query<{ subject: string; total: string }>(text, [findings.keptMax]);
  const described = rows.map(({ subject }): Finding => ({ check, subject, problem }));
  findings.reportSome(Number(rows[0]?.total ?? 0), described);
}

type TotalsRow = Readonly<{
  table: string;
  amount: string | null;
  expected_rows: string;
  rows: string;
  expected_sum: string | null;
  sum: string | null;
}>;

async function totals(client: pg.Client): Promise<readonly TableTotals[]> {
  const { rows } = await client.query<TotalsRow>(sql.TOTALS);
  return rows.map(({ table, amount, expected_rows, rows: count, expected_sum, sum }) => ({
    table,
    amount,
    expectedRows: Number(expected_rows),
    rows: Number(count),
    expectedSum: expected_sum,
    sum,
  }));
}
