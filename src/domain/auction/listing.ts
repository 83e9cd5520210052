// What an auction may be listed under. The first problem is named by its path in the command, with what would be right.
import { AMOUNT_MAX, isCurrency, type Minor } from '../money.js';
import { textProblem } from '../text-limits.js';
import type { Instant } from '../time.js';
import type { ListAuction } from './auction.commands.js';
import type { EnglishTerms, FeeTier, IncrementTable, SoftClose } from './terms.js';

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
const DURATION_MAX_MS = 366 * DAY_MS;
const WINDOW_MAX_MS = DAY_MS;
const EXTENSION_TOTAL_MAX_MS = 7 * DAY_MS;
const EXTENSIONS_MAX = 100_000;
const ROWS_MAX = 100;
const RATE_MAX_BP = 10_000;

export type Problem = Readonly<{ field: string; problem: string }>;
type Check = readonly [field: string, problem: string | null];

/** The first thing that is wrong with a listing taken in at `at`; null when it is sound. */
export function listingProblem(command: ListAuction, at: Instant): Problem | null {
  const { item, terms } = command;
  const opensAt = command.opensAt ?? at;
  const checks: readonly Check[] = [
    ['item.title', textProblem(item.title, 1, 200)],
    ['item.description', textProblem(item.description, 0, 20_000)],
    ['item.category', textProblem(item.category, 1, 100)],
    ...termsChecks(terms),
    ['opensAt', opensAt < at ? 'must not lie in the past' : null],
    ['closesAt', closingProblem(opensAt, command.closesAt)],
  ];
  const found = checks.find(([, problem]) => problem !== null);
  return found === undefined || found[1] === null ? null : { field: found[0], problem: found[1] };
}

const closingProblem = (opensAt: Instant, closesAt: Instant): string | null => {
  if (closesAt - opensAt < SECOND_MS) return 'must lie at least one second after the opening';
  return closesAt - opensAt > DURATION_MAX_MS ? 'must lie within 366 days of the opening' : null;
};

function termsChecks(terms: EnglishTerms): readonly Check[] {
  const { startingPrice, reservePrice, buyNowPrice } = terms;
  return [
    ['terms.currency', isCurrency(terms.currency) ? null : 'must be a currency this house sells in'],
    ['terms.startingPrice', amountProblem(startingPrice)],
    ['terms.reservePrice', optionalAbove(reservePrice, startingPrice, 'starting price')],
    ['terms.buyNowPrice', optionalAbove(buyNowPrice, reservePrice ?? startingPrice, 'starting and reserve price')],
    ['terms.increments', incrementsProblem(terms.increments)],
    ...softCloseChecks(terms.softClose),
    ['terms.fees.buyersPremium', tiersProblem(terms.fees.buyersPremium)],
    ['terms.fees.platformFee', tiersProblem(terms.fees.platformFee)],
    ['terms.fees.taxRateBp', rateProblem(terms.fees.taxRateBp)],
  ];
}

const amountProblem = (amount: Minor): string | null =>
  amount < 1n || amount > AMOUNT_MAX ? `must be 1 to ${AMOUNT_MAX} minor units` : null;

const optionalAbove = (amount: Minor | null, floor: Minor, what: string): string | null => {
  if (amount === null) return null;
  return amountProblem(amount) ?? (amount < floor ? `must not be below the ${what}` : null);
};

function incrementsProblem(table: IncrementTable): string | null {
  if (table.length < 1 || table.length > ROWS_MAX) return `must have 1 to ${ROWS_MAX} rows`;
  if (table.some(({ step }) => amountProblem(step) !== null))
    return `must rise by 1 to ${AMOUNT_MAX} minor units in every row`;
  return limitsProblem(table.map(({ below }) => below));
}

function tiersProblem(tiers: readonly FeeTier[]): string | null {
  if (tiers.length < 1 || tiers.length > ROWS_MAX) return `must have 1 to ${ROWS_MAX} tiers`;
  return (
    tiers.map(({ rateBp }) => rateProblem(rateBp)).find((problem) => problem !== null) ??
    limitsProblem(tiers.map(({ upTo }) => upTo))
  );
}

function limitsProblem(limits: readonly (Minor | null)[]): string | null {
  if (limits.at(-1) !== null) return 'must end with a row without a limit';
  let last = 0n;
  for (const limit of limits.slice(0, -1)) {
    if (limit === null || limit <= last || limit > AMOUNT_MAX) return 'must have limits that rise from row to row';
    last = limit;
  }
  return null;
}

const rateProblem = (rateBp: number): string | null =>
  Number.isInteger(rateBp) && rateBp >= 0 && rateBp <= RATE_MAX_BP
    ? null
    : `must be a whole number of basis points from 0 to ${RATE_MAX_BP}`;

function softCloseChecks(softClose: SoftClose | null): readonly Check[] {
  if (softClose === null) return [];
  const { windowMs, extensionsMax, extensionTotalMaxMs } = softClose;
  return [
    ['terms.softClose.windowMs', rangeProblem(windowMs, SECOND_MS, WINDOW_MAX_MS)],
    ['terms.softClose.extensionsMax', extensionsMax === null ? null : rangeProblem(extensionsMax, 0, EXTENSIONS_MAX)],
    [
      'terms.softClose.extensionTotalMaxMs',
      extensionTotalMaxMs === null ? null : rangeProblem(extensionTotalMaxMs, 0, EXTENSION_TOTAL_MAX_MS),
    ],
  ];
}

const rangeProblem = (value: number, min: number, max: number): string | null =>
  Number.isInteger(value) && value >= min && value <= max ? null : `must be a whole number from ${min} to ${max}`;
