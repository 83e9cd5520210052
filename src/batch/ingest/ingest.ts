// Takes in one file of hall results: rows become commands, the bus answers, bad rows go to quarantine. Memory holds two
// batches of rows, whatever the file's size.
import type { Outcome } from '../../bus/command-bus.js';
import type { UserId } from '../../domain/ids.js';
import type { HallOutcome } from '../../domain/sale/hall-result.events.js';
import type { Runtime } from '../../runtime/runtime.js';
import { groupsOf, type RowGroup } from './groups.js';
import { type HallEnvelope, type HallRead, hallReader } from './hall-row.js';
import { columnsOf, type Profile } from './profile.js';
import type { Quarantine } from './quarantine.js';
import { decodedText } from './read-text.js';
import { columnOf, type RowProblem } from './row.js';
import { csvRows, jsonRows, type Rows, type SourceRow } from './source-rows.js';

/**
 * What a file came to. `sold`, `passed` and `withdrawn` are of all its good rows, recorded now or before; in a file of bids they
 * count auctions.
 */
export type IngestSummary = Readonly<{
  rows: number;
  /** Recorded by this run. */
  accepted: number;
  sold: number;
  passed: number;
  withdrawn: number;
  quarantined: number;
  /** On record already, as the row says. */
  unchanged: number;
}>;

export type IngestParts = Readonly<{
  submit(envelope: HallEnvelope): Promise<Outcome>;
  /** Which of these accounts there are. */
  knownUsers(ids: readonly UserId[]): Promise<ReadonlySet<string>>;
  runtime: Pick<Runtime, 'sleep'>;
  /** Told after each batch: rows done, and the bytes of the file that were read for them. */
  progress(rows: number, bytes: number): void;
}>;

export type IngestFile = Readonly<{
  /** As it is recorded with each row. */
  name: string;
  format: 'csv' | 'json';
  bytes: AsyncIterable<Uint8Array>;
  profile: Profile;
  corrects: boolean;
  /** Opened when the columns are known. */
  quarantine(columns: readonly string[]): Quarantine;
}>;

export type Ingested = Readonly<{ summary: IngestSummary; sha256: string; quarantine: string | null }>;

/** The house cannot take the rows now; what was recorded stays, and the same file may be taken in again. */
export class IngestStopped extends Error {
  readonly code = 'IngestStopped';
}

const BATCH_ROWS = 2_000;
const TRIES_MAX = 10;

/**
 * Takes in a file. Rejects with `FileUnfit` or `NotText` on a file that cannot be read (to its end), and `IngestStopped` where
 * the house fails; rows before that are recorded, and taking the file in again changes nothing about them.
 */
export async function ingest(file: IngestFile, parts: IngestParts): Promise<Ingested> {
  const { profile, format, bytes } = file;
  const { text, read } = decodedText(bytes, profile.encoding);
  const wanted = columnsOf(profile).filter((column) => !profile.optional.includes(column));
  const { columns, rows } =
    format === 'csv'
      ? await csvRows(text, { columns: wanted, delimiter: profile.delimiter })
      : jsonRows(text, { columns: columnsOf(profile), delimiter: ',' });
  const quarantine = file.quarantine(columns);
  const intake = new Intake(file, parts, quarantine);
  try {
    await intake.takeAll(rows, () => read.bytes);
    return { summary: intake.summary(), sha256: read.sha256(), quarantine: await quarantine.finish() };
  } catch (error) {
    await quarantine.discard();
    throw error;
  }
}

type Taken = Readonly<{ row: SourceRow; problem: RowProblem | null; outcome: HallOutcome | null; isNew: boolean }>;

class Intake {
  private readonly counts = { rows: 0, accepted: 0, sold: 0, passed: 0, withdrawn: 0, unchanged: 0 };
  private readonly read: ReturnType<typeof hallReader>;

  constructor(
    private readonly file: IngestFile,
    private readonly parts: IngestParts,
    private readonly quarantine: Quarantine,
  ) {
    this.read = hallReader(file.profile, file.corrects);
  }

  /** While one batch is judged, the next is read. */
  async takeAll(rows: Rows['rows'], bytesRead: () => number): Promise<void> {
    let underWay: Promise<readonly Taken[]> = Promise.resolve([]);
    for await (const batch of batchesOf(groupsOf(rows, this.file.profile))) {
      const next = this.take(batch);
      // Its failure is told where it is awaited, and not before.
      next.catch(() => undefined);
      await this.settle(await underWay);
      underWay = next;
      this.parts.progress(this.counts.rows, bytesRead());
    }
    await this.settle(await underWay);
    this.parts.progress(this.counts.rows, bytesRead());
  }

  summary(): IngestSummary {
    const { unchanged, ...counts } = this.counts;
    return { ...counts, quarantined: this.quarantine.rows, unchanged };
  }

  private async take(batch: readonly RowGroup[]): Promise<readonly Taken[]> {
    const asked = batch.map((group) => ({ group, read: this.readGroup(group) }));
    const known = await this.parts.knownUsers(
      asked.flatMap(({ read }) => (isBad(read) ? [] : usersOf(read)).map(({ id }) => id)),
    );
    return (await Promise.all(asked.map(({ group, read }) => this.takeOne(group, read, known)))).flat();
  }

  private readGroup({ rows, problem }: RowGroup): HallRead {
    const problems = rows.map((row) => row.problem ?? problem);
    return problems.some((one) => one !== null) ? { problems } : this.read(rows, this.file.name);
  }

  private async takeOne({ rows }: RowGroup, read: HallRead, known: ReadonlySet<string>): Promise<readonly Taken[]> {
    if (isBad(read)) return allBad(rows, read.problems);
    const { profile } = this.file;
    const bad = (problem: RowProblem): readonly Taken[] => allBad(rows, [problem]);
    const stranger = usersOf(read).find(({ id }) => !known.has(id));
    if (stranger !== undefined)
      return bad({ column: columnOf(profile, stranger.field), reason: 'must be an account of this house' });
    const answer = await this.submit(read);
    if (answer.status !== 'accepted') return bad(problemOf(answer.rejection, profile));
    const { outcome } = read.command;
    return rows.map((row, i) => ({ row, problem: null, outcome: i === 0 ? outcome : null, isNew: !answer.repeated }));
  }

  private async submit(envelope: HallEnvelope): Promise<Extract<Outcome, { status: 'accepted' | 'rejected' }>> {
    const { submit, runtime } = this.parts;
    for (let tries = 1; ; tries++) {
      const outcome = await submit(envelope);
      if (outcome.status === 'accepted' || outcome.status === 'rejected') return outcome;
      const { source } = envelope.command;
      const why = outcome.status === 'fault' ? outcome.message : outcome.status;
      const isLast = tries >= TRIES_MAX || outcome.status === 'refused';
      if (isLast || (outcome.status === 'fault' && !outcome.retryable))
        throw new IngestStopped(
          `${source.file}, line ${source.line}: the house does not take the row (${why}); run the same command again`,
        );
      await runtime.sleep('retryAfterMs' in outcome ? outcome.retryAfterMs : RETRY_MS);
    }
  }

  private async settle(taken: readonly Taken[]): Promise<void> {
    for (const { row, problem, outcome, isNew } of taken) {
      this.counts.rows += 1;
      if (problem !== null) await this.quarantine.add(row, problem);
      else if (isNew) this.counts.accepted += 1;
      else this.counts.unchanged += 1;
      if (outcome !== null) this.counts[outcome] += 1;
    }
  }
}

const RETRY_MS = 500;

const isBad = (read: HallRead): read is Extract<HallRead, { problems: unknown }> => 'problems' in read;

/** None of the rows is taken: those without a problem of their own wait for the others. */
function allBad(rows: readonly SourceRow[], problems: readonly (RowProblem | null)[]): readonly Taken[] {
  const at = problems.findIndex((problem) => problem !== null);
  const waits = { column: '', reason: `is of the same auction as line ${rows[at]?.line}, which cannot be taken in` };
  return rows.map((row, i) => ({ row, problem: problems[i] ?? waits, outcome: null, isNew: false }));
}

function usersOf({ command }: HallEnvelope): readonly Readonly<{ field: string; id: UserId }>[] {
  const { buyerId, sellerId, bids } = command;
  const bidders = bids.map((bid) => ({
    field: bid.bidType === 'online' ? 'bidderId' : 'commissionBids',
    id: bid.bidderId,
  }));
  const named = [{ field: 'buyerId', id: buyerId }, { field: 'sellerId', id: sellerId }, ...bidders];
  return named.flatMap(({ field, id }) => (id === null ? [] : [{ field, id }]));
}

type Rejection = Extract<Outcome, { status: 'rejected' }>['rejection'];

function problemOf(rejection: Rejection, profile: Profile): RowProblem {
  if (rejection.reason === 'InvalidHallResult') {
    const field = rejection.field === 'bids' ? 'amount' : rejection.field;
    return { column: columnOf(profile, field), reason: `${rejection.field} ${rejection.problem}` };
  }
  if (rejection.reason === 'HallResultAlreadyRecorded')
    return { column: '', reason: 'another result of this lot is on record; --correct puts this one in its place' };
  return { column: '', reason: `is refused: ${rejection.reason}` };
}

async function* batchesOf(groups: AsyncIterable<RowGroup>): AsyncGenerator<readonly RowGroup[]> {
  let [batch, rows] = [[] as RowGroup[], 0];
  for await (const group of groups) {
    batch.push(group);
    rows += group.rows.length;
    if (rows < BATCH_ROWS) continue;
    yield batch;
    [batch, rows] = [[], 0];
  }
  if (rows > 0) yield batch;
}
