// `gavel verify`, in two steps. One pass over the journal checks the journal itself. Then Silver and closings are built beside
// those in use, as `gavel rebuild` does, and every row is compared as both stood at one moment. The house may go on meanwhile.
import type pg from 'pg';
import { listParked, type ParkedStream } from '../feed/parked-streams.js';
import type { DifferingRow, VersionedTables } from '../feed/versions/versioned-tables.js';
import { CLOSINGS_VERSIONS } from '../projections/closings/closings.versions.js';
import { SILVER_VERSIONS } from '../projections/silver/silver.versions.js';
import { withVersions } from '../rebuild/alone.js';
import { atOneMoment, Beside, makeNext, printed } from '../rebuild/beside.js';
import { type Finding, Findings } from './findings.js';
import { readJournal } from './read-journal.js';
import type { Comparison, TableTotals, Verification, VerifyParts } from './verification.js';
import * as sql from './verify.sql.js';

export type { Verification, VerifyPhase } from './verification.js';

/** Compares journal, Silver and closings. What it builds is gone at its end. Refuses beside another one and beside a rebuild. */
export async function verify(parts: VerifyParts): Promise<Verification> {
  const findings = new Findings(parts.findingsMax);
  const read = await readJournal(parts, findings);
  const { silverAt, tables, parked } = read.isComparable ? await compare(parts, findings) : read;
  return {
    clean: findings.total === 0 && parked.length === 0,
    events: read.events,
    streams: read.streams,
    silverAt,
    tables,
    findings: findings.shown,
    findingsTotal: findings.total,
    parked,
  };
}

/** Builds Silver and closings beside those in use, and compares every row of them. */
function compare(parts: VerifyParts, findings: Findings): Promise<Comparison> {
  const { phase, runtime, journal } = parts;
  return withVersions(parts, async (control) => {
    const versions = [SILVER_VERSIONS, CLOSINGS_VERSIONS];
    for (const tables of versions) await makeNext(control, runtime, tables);
    phase('building Silver beside itself');
    const besides: Beside[] = [];
    try {
      for (const tables of versions) {
        const beside = await Beside.start(control, parts, tables);
        besides.push(beside);
        await beside.comeClose();
      }
      phase('comparing');
      for (const { analyzeNext } of versions) await control.query(analyzeNext);
      return await atOneMoment(control, parts, besides, async (client, [silver = []]) => {
        const parked = await listParked(client, null, null);
        for (const tables of versions) await compareTables(client, tables, parked, findings);
        await report(client, sql.DANGLING_REFERENCES, () => 'refers to a row that is missing', findings);
        await report(client, sql.PAYMENTS_COUNT_ONCE, () => sql.PAYMENT_COUNTS_TWICE, findings);
        const built = new Set(versions.map(({ next }) => next.name));
        const inUse = parked.filter(({ consumer }) => !built.has(consumer));
        return { silverAt: printed(silver, journal), tables: await totals(client), parked: inUse };
      });
    } finally {
      for (const beside of besides) await beside.stop();
    }
  });
}

/** Rows of a parked stream are left out: what waits there is known, and told as parked. */
async function compareTables(
  client: pg.Client,
  { inUse, next, differingRows }: VersionedTables,
  parked: readonly ParkedStream[],
  findings: Findings,
): Promise<void> {
  const inUseParked = parked.filter(({ consumer }) => consumer === inUse.name).map(({ streamId }) => streamId);
  for (const { consumer, streamId, revision, reason } of parked) {
    if (consumer !== next.name || inUseParked.includes(streamId)) continue;
    const problem = `can no longer be applied: ${reason}`;
    findings.report({ check: inUse.name, subject: `${streamId} r${revision}`, problem });
  }
  const leftOut = inUseParked.map((streamId) => streamId.replace(/^(auction|user|hall|case|refusals)-/, ''));
  const { rows } = await client.query<DifferingRow>(differingRows, [leftOut, findings.keptMax]);
  for (const [table, of] of Map.groupBy(rows, (row) => row.table)) {
    const described = of.map((row): Finding => ({ check: table, subject: row.key, problem: problemOf(row) }));
    findings.reportSome(Number(of[0]?.differences ?? 0), described);
  }
}

function problemOf({ next: expected, inUse: found }: DifferingRow): string {
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

type FoundRow = Readonly<{ check: string; subject: string; total: string }>;

async function report(client: pg.Client, text: string, problem: () => string, findings: Findings): Promise<void> {
  const { rows } = await client.query<FoundRow>(text, [findings.keptMax]);
  for (const [, of] of Map.groupBy(rows, ({ check }) => check)) {
    const described = of.map(({ check, subject }): Finding => ({ check, subject, problem: problem() }));
    findings.reportSome(Number(of[0]?.total ?? 0), described);
  }
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
