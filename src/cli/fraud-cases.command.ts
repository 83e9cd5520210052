// `gavel fraud cases` and `gavel fraud show`: what waits for a person, and what speaks against whom. For whoever may read the
// house's database.
import { type Command, InvalidArgumentError, Option } from 'commander';
import { fraudCaseId, uuidIn } from '../domain/ids.js';
import { instant, isoTime } from '../domain/time.js';
import {
  type CaseStatus,
  type FraudCaseDetail,
  type FraudCaseRow,
  type FraudReview,
  fraudCaseNamed,
  listFraudCases,
} from '../house/fraud-case-list.js';
import type { WithStores } from '../house/stores.js';
import { OperatorError } from '../runtime/operator-error.js';
import { wordsFor } from './fraud-words.js';

type Parts = Readonly<{ withStores: WithStores; print: (line: string) => void }>;
type ListOptions = Readonly<{ status?: CaseStatus; limit: number; json?: boolean }>;

export function addCaseCommands(fraud: Command, { withStores, print }: Parts): void {
  fraud
    .command('cases')
    .description('fraud cases, those that were opened last first, and how good scores have been')
    .addOption(new Option('--status <status>', 'of one status').choices(['open', 'dismissed', 'confirmed']))
    .option('--limit <count>', 'how many', countOf, 20)
    .option('--json', 'one JSON object a line; the last one is how good scores have been')
    .action(({ status, limit, json }: ListOptions) =>
      withStores(async ({ database }) => {
        const { rows, review } = await listFraudCases(database, { status: status ?? null, limit });
        for (const row of rows) print(json === true ? jsonOf(row) : lineOf(row));
        if (rows.length === 0 && json !== true) print(status === undefined ? 'no cases' : `no ${status} cases`);
        print(json === true ? JSON.stringify(review) : reviewOf(review));
      }),
    );
  fraud
    .command('show')
    .description('a fraud case: what speaks against whom, how they hang together, and what people said')
    .argument('<case>', 'the id of the case')
    .option('--json', 'one JSON object')
    .action((given: string, { json }: Readonly<{ json?: boolean }>) =>
      withStores(async ({ database }) => {
        const id = uuidIn(given);
        if (id === null) throw new OperatorError(`${JSON.stringify(given.slice(0, 60))} is not the id of a fraud case`);
        const found = await fraudCaseNamed(database, fraudCaseId(id));
        if (found === null) throw new OperatorError(`there is no fraud case ${id}`);
        for (const line of json === true ? [jsonOf(found)] : told(found)) print(line);
      }),
    );
}

const TIMES: ReadonlySet<string> = new Set(['openedAt', 'decidedAt', 'at']);

/** Times as ISO 8601; a revision is no amount, so a number does. */
const jsonOf = (row: FraudCaseRow): string =>
  JSON.stringify(row, (key, value: unknown) => {
    if (typeof value === 'bigint') return Number(value);
    return TIMES.has(key) && typeof value === 'number' ? isoTime(instant(value)) : value;
  });

const lineOf = ({ caseId, status, origin, openedAt, sellerId, accounts, flaggedAuctions, score }: FraudCaseRow) =>
  `${caseId} ${status} since ${isoTime(openedAt)}: seller ${sellerId}, ${counted(accounts, 'account')}, ${
    origin === 'sample'
      ? 'drawn at random'
      : `flagged in ${counted(flaggedAuctions, 'auction')}, score ${score.toFixed(3)}`
  }`;

function told(found: FraudCaseDetail): readonly string[] {
  const accounts = found.named.flatMap(({ bidderId, flaggedAuctions, auctions, score, reasons, verdict }) => [
    `  ${bidderId} ${verdict}: flagged in ${flaggedAuctions} of ${counted(auctions, 'auction')} of this seller, score ${score.toFixed(3)}`,
    ...reasons.map((reason) => `    ${wordsFor(reason)}`),
  ]);
  const bonds = found.bonds.map(
    ({ first, second, together, apart }) =>
      `  ${first} and ${second}: ${counted(together, 'auction')} together, ${apart} with only one of them`,
  );
  const entries = found.entries.map(
    ({ kind, byId, note, at }) =>
      `  ${isoTime(instant(at))} ${kind} by ${byId ?? 'the house'}${note === null ? '' : `: ${note}`}`,
  );
  return [
    lineOf(found),
    `assigned to ${found.assigneeId ?? 'nobody'}, model ${found.modelVersion}`,
    'accounts',
    ...accounts,
    ...(bonds.length === 0 ? [] : ['how they hang together', ...bonds]),
    'what happened',
    ...entries,
  ];
}

function reviewOf({
  confirmed,
  dismissed,
  precision,
  sampled,
  sampledDecided,
  missedAbout,
  recall,
}: FraudReview): string {
  const decided =
    precision === null
      ? 'nobody has decided yet'
      : `${confirmed} of ${counted(confirmed + dismissed, 'account')} confirmed (precision ${precision.toFixed(2)})`;
  const missed =
    missedAbout === null
      ? ''
      : `; about ${missedAbout} missed${recall === null ? '' : ` (recall ${recall.toFixed(2)})`}, by the sample`;
  return `${decided}${missed}; sample: ${sampledDecided} of ${sampled} decided`;
}

const counted = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

function countOf(text: string): number {
  if (!/^[1-9]\d{0,3}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1 to 9999.');
  return Number(text);
}
