// Rows that belong together. In a file of bids the rows of an auction stand together; in any other file each row is a lot.
import { HALL_BIDS_MAX } from '../../domain/sale/hall-result.commands.js';
import { uniqueReader } from './hall-row.js';
import type { Profile } from './profile.js';
import type { RowProblem } from './row.js';
import type { SourceRow } from './source-rows.js';

/** Rows of one lot or auction; `problem` where none of them is to be used. */
export type RowGroup = Readonly<{ rows: readonly SourceRow[]; problem: RowProblem | null }>;

const TOO_MANY: RowProblem = { column: '', reason: `is of an auction with more than ${HALL_BIDS_MAX} bids` };

/** The rows of a file, lot by lot. Keeps the name of each auction of a file of bids, and the rows of one. */
export async function* groupsOf(rows: AsyncIterable<SourceRow>, profile: Profile): AsyncGenerator<RowGroup> {
  if (profile.bids === undefined) for await (const row of rows) yield { rows: [row], problem: null };
  else yield* auctionsOf(rows, uniqueReader(profile));
}

async function* auctionsOf(
  rows: AsyncIterable<SourceRow>,
  uniqueOf: ReturnType<typeof uniqueReader>,
): AsyncGenerator<RowGroup> {
  const firstLines = new Map<string, number>();
  let [name, group, isCut] = ['', [] as SourceRow[], false];
  const whole = (): RowGroup => ({ rows: group, problem: isCut ? TOO_MANY : apartFrom(firstLines.get(name), group) });
  for await (const row of rows) {
    const next = row.problem === null ? uniqueOf(row.values) : name;
    if (group.length > 0 && (next !== name || group.length > HALL_BIDS_MAX)) {
      isCut ||= next === name;
      yield whole();
      if (!firstLines.has(name)) firstLines.set(name, group[0]?.line ?? 0);
      if (next !== name) isCut = false;
      group = [];
    }
    name = next;
    group.push(row);
  }
  if (group.length > 0) yield whole();
}

/** Bids that come later than other auctions' would take the place of those before. */
const apartFrom = (firstLine: number | undefined, group: readonly SourceRow[]): RowProblem | null =>
  firstLine === undefined || firstLine === group[0]?.line
    ? null
    : { column: '', reason: `must stand together with the bids of the same auction from line ${firstLine} on` };
