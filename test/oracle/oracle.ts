// The oracle of the tests: what Silver and closings should hold, folded from the journal by the domain's own `evolve` and
// written down as rows. It shares no code with the projections, so it finds a fault that they repeat in every version.
import pg from 'pg';
import type { StreamId } from '../../src/domain/messages.js';
import { inSlice } from '../../src/feed/versions/slice.js';
import type { Journal, JournalEntry, Position } from '../../src/journal/journal.js';
import { ExpectedClosings } from './expected-closings.js';
import { ExpectedRows } from './expected-rows.js';
import { ExpectedSilver } from './expected-silver.js';
import * as sql from './oracle.sql.js';

const PAGE_EVENTS = 4_096;
const SHOWN_MAX = 10;

/** What differs between the tables and the fold, as of each consumer's checkpoint; empty when nothing does. */
export async function differencesFromFold(database: pg.ClientConfig, journal: Journal): Promise<readonly string[]> {
  const client = new pg.Client({ ...database, application_name: 'the oracle' });
  await client.connect();
  try {
    await client.query(sql.BEGIN);
    await client.query(sql.CREATE_EXPECTED);
    await fold(client, journal);
    for (const statement of sql.KEEP_LAST) await client.query(statement);
    await client.query(sql.ANALYZE_EXPECTED);
    const found: string[] = [];
    for (const comparison of sql.COMPARISONS) found.push(...(await compare(client, comparison)));
    return found;
  } finally {
    // The temporary tables go with the transaction, and the transaction with the connection.
    await client.end();
  }
}

async function fold(client: pg.Client, journal: Journal): Promise<void> {
  const silver = await Applied.by(client, 'silver', journal);
  const closings = await Applied.by(client, 'closings', journal);
  const rows = new ExpectedRows(client);
  const expected = new ExpectedSilver(rows, journal);
  const expectedClosings = new ExpectedClosings();
  let after: Position | null = null;
  for (;;) {
    const page: readonly JournalEntry[] = await journal.readAll(after, PAGE_EVENTS);
    for (const entry of page) {
      if (entry.kind !== 'event') continue;
      if (silver.includes(entry)) {
        await expected.prepare(entry);
        expected.take(entry);
      }
      if (closings.includes(entry)) expectedClosings.take(entry);
    }
    await rows.flush();
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.position;
  }
  expected.finish();
  expectedClosings.finish(rows);
  await rows.flush(true);
}

type Json = Readonly<Record<string, unknown>>;
type Difference = Readonly<{ expected: Json | null; found: Json | null }>;

async function compare(client: pg.Client, { table, key, sql: text }: sql.Comparison): Promise<readonly string[]> {
  const { rows } = await client.query<Difference>(text, [SHOWN_MAX]);
  return rows.map(({ expected, found }) => {
    const subject = key.map((column) => (expected ?? found)?.[column]).join('-');
    return `${table}: ${subject}: ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}`;
  });
}

type Slices = readonly Readonly<{ index: number; count: number; position: Position | null }>[];

/** Up to where a consumer has applied the journal. */
class Applied {
  private constructor(
    private readonly journal: Journal,
    private readonly slices: Slices,
    private readonly parkedFrom: ReadonlyMap<StreamId, number>,
  ) {}

  static async by(client: pg.Client, consumer: string, journal: Journal): Promise<Applied> {
    const checkpoints = await client.query<{ index: number; count: number; position: string | null }>(
      'SELECT slice AS index, slices AS count, position::text FROM feed.checkpoints WHERE consumer = $1',
      [consumer],
    );
    const parked = await client.query<{ stream_id: StreamId; revision: number }>(
      'SELECT stream_id, revision::integer FROM feed.parked_streams WHERE consumer = $1',
      [consumer],
    );
    const slices = checkpoints.rows.map(({ index, count, position }) => ({
      index,
      count,
      position: position === null ? null : journal.parsePosition(position),
    }));
    const from = new Map(parked.rows.map(({ stream_id, revision }) => [stream_id, revision]));
    return new Applied(journal, slices, from);
  }

  includes({ streamId, revision, position }: JournalEntry): boolean {
    const slice = this.slices.find((candidate) => inSlice(streamId, candidate));
    if (slice === undefined || this.journal.comparePositions(position, slice.position) > 0) return false;
    const parkedFrom = this.parkedFrom.get(streamId);
    return parkedFrom === undefined || revision < parkedFrom;
  }
}
