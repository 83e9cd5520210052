// What a sale's terms and lots must keep to. The lots are listed from them without being judged again, so all of it is checked here.

import { itemProblem, termsProblem, timesProblem } from '../auction/listing.js';
import type { EnglishTerms, HallTerms } from '../auction/terms.js';
import { AMOUNT_MAX, type Minor } from '../money.js';
import { type TextLimits, textProblem } from '../text.js';
import { type Instant, later } from '../time.js';
import { type LotDetails, REGISTRATIONS, type SaleTerms, SOFT_CLOSE_MOVES, type TimedCourse } from './sale.events.js';
import type { Lot } from './sale.state.js';

export type SaleProblem = Readonly<{ field: string; problem: string }>;

/** A catalogue is one event when it is published, of about a hundred bytes a lot. */
export const LOTS_MAX = 2_000;

const TITLE_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 200, lines: 'one' };
const VERSION_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 100, lines: 'one' };
const VIEWING_LIMITS: TextLimits = { lengthMin: 0, lengthMax: 5_000, lines: 'many' };
/** The closer asks twice a second; lots closer together than this could not be told apart by people. */
const INTERVAL_MIN_MS = 1_000;
const INTERVAL_MAX_MS = 3_600_000;

/** What is wrong with a sale's terms, judged at `at`; null for nothing. */
export function saleProblem(terms: SaleTerms, at: Instant): SaleProblem | null {
  return (
    textAt('title', terms.title, TITLE_LIMITS) ??
    textAt('termsVersion', terms.termsVersion, VERSION_LIMITS) ??
    textAt('viewingNotes', terms.viewingNotes, VIEWING_LIMITS) ??
    registrationProblem(terms) ??
    // What it sells under is what any auction may be listed under.
    termsProblem(englishTerms(terms, { startingPrice: 1n, reservePrice: null })) ??
    courseProblem(terms, at)
  );
}

function registrationProblem({ registration, biddingLimit }: SaleTerms): SaleProblem | null {
  if (!REGISTRATIONS.includes(registration))
    return { field: 'registration', problem: `must be one of ${REGISTRATIONS.join(', ')}` };
  if (registration === 'limit')
    return biddingLimit === null
      ? { field: 'biddingLimit', problem: 'must be given where registration is by limit' }
      : amountAt('biddingLimit', biddingLimit);
  return biddingLimit === null ? null : { field: 'biddingLimit', problem: 'is for registration by limit alone' };
}

function courseProblem({ course }: SaleTerms, at: Instant): SaleProblem | null {
  if (course.kind === 'hall') return course.opensAt > at ? null : { field: 'opensAt', problem: 'must lie ahead' };
  if (!SOFT_CLOSE_MOVES.includes(course.softCloseMoves))
    return { field: 'softCloseMoves', problem: `must be one of ${SOFT_CLOSE_MOVES.join(', ')}` };
  if (!isWhole(course.lotIntervalMs, INTERVAL_MIN_MS, INTERVAL_MAX_MS))
    return { field: 'lotIntervalMs', problem: `must be a whole number from ${INTERVAL_MIN_MS} to ${INTERVAL_MAX_MS}` };
  return timesProblem(course.opensAt, course.closesAt, at);
}

/** What a lot's own terms are made of. */
type LotTerms = Pick<SaleTerms, 'currency' | 'increments' | 'retraction' | 'fees' | 'course'>;

/** What is wrong with a lot's description and prices; null for nothing. */
export function lotProblem(terms: LotTerms, details: LotDetails): SaleProblem | null {
  const { item, lowEstimate, highEstimate } = details;
  const problem = itemProblem(item) ?? termsProblem(englishTerms(terms, details));
  if (problem !== null) return { ...problem, field: problem.field.replace(/^terms\./, '') };
  if ((lowEstimate === null) !== (highEstimate === null))
    return { field: 'highEstimate', problem: 'must come with a low estimate, or neither of them' };
  if (lowEstimate === null || highEstimate === null) return null;
  if (lowEstimate > highEstimate) return { field: 'lowEstimate', problem: 'must not be above the high estimate' };
  return amountAt('lowEstimate', lowEstimate) ?? amountAt('highEstimate', highEstimate);
}

/** The terms that a lot is listed under: the sale's, and its own prices. */
export const englishTerms = (
  { currency, increments, retraction, fees, course }: LotTerms,
  { startingPrice, reservePrice }: Pick<Lot['details'], 'startingPrice' | 'reservePrice'>,
): EnglishTerms => ({
  format: 'english',
  currency,
  startingPrice,
  reservePrice,
  buyNowPrice: null,
  increments,
  softClose: course.kind === 'timed' ? course.softClose : null,
  retraction,
  fees,
});

/** The terms of a lot that a clerk calls. */
export const hallTerms = (
  { currency, increments, retraction, fees }: SaleTerms,
  { startingPrice, reservePrice }: Pick<Lot['details'], 'startingPrice' | 'reservePrice'>,
): HallTerms => ({ format: 'hall', currency, startingPrice, reservePrice, increments, retraction, fees });

/** When the lot at this place of the catalogue closes, the first being at 0. */
export const closeAt = ({ closesAt, lotIntervalMs }: TimedCourse, place: number): Instant =>
  later(closesAt, place * lotIntervalMs);

export function textAt(field: string, text: string, limits: TextLimits): SaleProblem | null {
  const problem = textProblem(text, limits);
  return problem === null ? null : { field, problem };
}

export const amountAt = (field: string, amount: Minor): SaleProblem | null =>
  amount >= 1n && amount <= AMOUNT_MAX
    ? null
    : { field, problem: `must be above zero and at most ${AMOUNT_MAX} minor units` };

const isWhole = (value: number, least: number, most: number): boolean =>
  Number.isSafeInteger(value) && value >= least && value <= most;
