// The rows of bronze.parts: which cut each part of a chain has, and whether its manifest is written.
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';

/** What a part of the events chain holds: positions as the journal prints them. */
export type EventsCut = Readonly<{ after: string | null; last: string }>;

export type Part<Cut> = Readonly<{
  part: number;
  cut: Cut;
  /** ISO 8601 in UTC, with milliseconds. */
  cutAt: string;
  salt: string;
  /** Null until the manifest is written. */
  finished: Readonly<{ digest: string; manifestSha256: string; rows: number }> | null;
}>;

export type PartTotals = Readonly<{ rows: number; bytes: number; digest: string; manifestSha256: string }>;

type Row = Readonly<{
  part: string;
  cut: unknown;
  cut_at: Date;
  salt: string;
  row_count: string | null;
  digest: string | null;
  manifest_sha256: string | null;
}>;

const COLUMNS = 'part, cut, cut_at, salt, row_count, digest, manifest_sha256';
const LAST = `SELECT ${COLUMNS} FROM bronze.parts WHERE chain = $1 ORDER BY part DESC LIMIT 1`;
const ALL = `SELECT ${COLUMNS} FROM bronze.parts WHERE chain = $1 ORDER BY part`;
const LAST_FINISHED = `SELECT ${COLUMNS} FROM bronze.parts WHERE chain = $1 AND finished_at IS NOT NULL ORDER BY part DESC LIMIT 1`;
const ONE = `SELECT ${COLUMNS} FROM bronze.parts WHERE chain = $1 AND part = $2`;

/** The first to come fixes the cut; the primary key lets nobody else. */
const CUT = `INSERT INTO bronze.parts (chain, part, cut, cut_at, salt) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`;

const FINISH = `UPDATE bronze.parts SET row_count = $3, bytes = $4, digest = $5, manifest_sha256 = $6, finished_at = $7
 WHERE chain = $1 AND part = $2 AND finished_at IS NULL`;

/** The newest part of a chain; null for a chain without any. `Cut` is what the chain's own archiver has put there. */
export async function lastPart<Cut>(client: ClientBase, chain: string): Promise<Part<Cut> | null> {
  const { rows } = await client.query<Row>(LAST, [chain]);
  return partFrom<Cut>(rows[0]);
}

/** The newest part whose manifest is written; null without any. */
export async function lastFinishedPart<Cut>(client: ClientBase, chain: string): Promise<Part<Cut> | null> {
  const { rows } = await client.query<Row>(LAST_FINISHED, [chain]);
  return partFrom<Cut>(rows[0]);
}

/** All parts of a chain, in order. */
export async function allParts<Cut>(client: ClientBase, chain: string): Promise<readonly Part<Cut>[]> {
  const { rows } = await client.query<Row>(ALL, [chain]);
  return rows.flatMap((row) => partFrom<Cut>(row) ?? []);
}

/** Every chain that has a part, in the order of their names. */
export async function chains(client: ClientBase): Promise<readonly string[]> {
  const { rows } = await client.query<{ chain: string }>('SELECT DISTINCT chain FROM bronze.parts ORDER BY chain');
  return rows.map(({ chain }) => chain);
}

/** The part of this number; null if there is none. */
export async function partOf<Cut>(client: ClientBase, chain: string, part: number): Promise<Part<Cut> | null> {
  const { rows } = await client.query<Row>(ONE, [chain, part]);
  return partFrom<Cut>(rows[0]);
}

function partFrom<Cut>(row: Row | undefined): Part<Cut> | null {
  if (row === undefined) return null;
  const { digest, manifest_sha256: manifestSha256 } = row;
  const isSealed = digest !== null && manifestSha256 !== null;
  return {
    part: Number(row.part),
    cut: row.cut as Cut,
    cutAt: isoTime(row.cut_at.getTime() as Instant),
    salt: row.salt,
    finished: isSealed ? { digest, manifestSha256, rows: Number(row.row_count) } : null,
  };
}

/** Fixes the cut of a new part, unless somebody has: the part as it then stands is told by `lastPart`. */
export async function fixCut(
  client: ClientBase,
  chain: string,
  { part, cut, cutAt, salt }: Readonly<{ part: number; cut: unknown; cutAt: Instant; salt: string }>,
): Promise<void> {
  await client.query(CUT, [chain, part, JSON.stringify(cut), isoTime(cutAt), salt]);
}

/** Notes that a part's manifest is written. Told twice, it is noted once. */
export async function finishPart(client: ClientBase, chain: string, part: number, totals: PartTotals, now: Instant) {
  const { rows, bytes, digest, manifestSha256 } = totals;
  await client.query(FINISH, [chain, part, rows, bytes, digest, manifestSha256, isoTime(now)]);
}
