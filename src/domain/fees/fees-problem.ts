// What a schedule of fees must keep to.
import { PAYMENT_TERM_MAX_DAYS } from '../auction/house-defaults.js';
import { amountAt, firstOf, type Problem, rowsProblem, wholeAt } from '../limits.js';
import {
  CHARGE_KINDS,
  type Charge,
  type FeeSchedule,
  type FeeTier,
  PARTIES,
  ROUNDING_MODES,
  TAX_SCHEMES,
  type TaxRate,
  type TaxRules,
  WITH_NUMBER,
} from './schedule.js';

const RATE_MAX_BP = 10_000;
const RATE_MAX_PPM = 1_000_000;
const DAY_MS = 86_400_000;
const VERSION_MAX = 1_000_000;
const CHARGES_MAX = 20;
/** Countries of the world and states of one of them. */
const RATES_MAX = 500;
/** Coins that cash is rounded to are at most this many minor units. */
const STEP_MAX = 100;
const NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;
const COUNTRY = /^[A-Z]{2}$/;
const REGION = /^[A-Z0-9]{1,3}$/;

/** What is wrong with a schedule of fees; its fields are named behind `at`. */
export const feesProblem = (fees: FeeSchedule, at = 'terms.fees'): Problem | null =>
  (NAME.test(fees.name)
    ? null
    : { field: `${at}.name`, problem: 'must be 1 to 40 lower-case letters, digits and dashes' }) ??
  wholeAt(`${at}.version`, fees.version, 1, VERSION_MAX) ??
  tiersProblem(`${at}.buyersPremium`, fees.buyersPremium) ??
  amountAt(`${at}.premiumMinimum`, fees.premiumMinimum, 0n) ??
  tiersProblem(`${at}.platformFee`, fees.platformFee) ??
  chargesProblem(`${at}.charges`, fees.charges) ??
  (fees.tax.scheme === 'flat' ? flatProblem(at, fees.tax) : taxProblem(`${at}.tax`, fees.tax)) ??
  roundingProblem(`${at}.rounding`, fees.rounding) ??
  wholeAt(`${at}.paymentTermMs`, fees.paymentTermMs, DAY_MS, PAYMENT_TERM_MAX_DAYS * DAY_MS);

const tiersProblem = (field: string, tiers: readonly FeeTier[]): Problem | null =>
  rowsProblem(
    field,
    tiers.map(({ upTo }) => upTo),
    'upTo',
  ) ?? firstOf(tiers, ({ rateBp }, row) => wholeAt(`${field}[${row}].rateBp`, rateBp, 0, RATE_MAX_BP));

const chargesProblem = (field: string, charges: readonly Charge[]): Problem | null =>
  charges.length > CHARGES_MAX
    ? { field, problem: `must be at most ${CHARGES_MAX} charges` }
    : firstOf(
        charges,
        ({ kind, paidBy, tiers, minimum, fixed }, row) =>
          oneOf(`${field}[${row}].kind`, kind, CHARGE_KINDS) ??
          oneOf(`${field}[${row}].paidBy`, paidBy, PARTIES) ??
          tiersProblem(`${field}[${row}].tiers`, tiers) ??
          amountAt(`${field}[${row}].minimum`, minimum, 0n) ??
          amountAt(`${field}[${row}].fixed`, fixed, 0n),
      );

/** One rate for everybody is said as `taxRateBp`, in hundredths of a per cent. */
function flatProblem(at: string, { rates }: TaxRules): Problem | null {
  const [rate] = rates;
  if (rate === undefined || rates.length > 1 || rate.country !== null || rate.hammerPpm !== rate.premiumPpm)
    return { field: `${at}.tax`, problem: 'must have one rate for all countries under the flat scheme' };
  return wholeAt(`${at}.taxRateBp`, rate.hammerPpm / (RATE_MAX_PPM / RATE_MAX_BP), 0, RATE_MAX_BP);
}

function taxProblem(field: string, { scheme, country, region, rates }: TaxRules): Problem | null {
  if (rates.length > RATES_MAX) return { field: `${field}.rates`, problem: `must be at most ${RATES_MAX} rates` };
  const problem =
    oneOf(`${field}.scheme`, scheme, TAX_SCHEMES) ??
    placeProblem(field, { country, region }) ??
    firstOf(rates, (rate, row) => rateProblem(`${field}.rates[${row}]`, rate));
  if (problem !== null) return problem;
  const places = rates.map((rate) => `${rate.country}-${rate.region}`);
  const twice = places.findIndex((place, row) => places.indexOf(place) < row);
  if (twice >= 0)
    return { field: `${field}.rates[${twice}]`, problem: 'must be of a place that no row before it names' };
  // A tax on the hammer price would be one on more than the margin.
  const onHammer = scheme === 'margin' ? rates.findIndex(({ hammerPpm }) => hammerPpm !== 0) : -1;
  return onHammer < 0
    ? null
    : { field: `${field}.rates[${onHammer}].hammerPpm`, problem: 'must be 0 under the margin scheme' };
}

const rateProblem = (
  field: string,
  { hammerPpm, premiumPpm, feesPpm, withNumber, ...place }: TaxRate,
): Problem | null =>
  placeProblem(field, place) ??
  wholeAt(`${field}.hammerPpm`, hammerPpm, 0, RATE_MAX_PPM) ??
  wholeAt(`${field}.premiumPpm`, premiumPpm, 0, RATE_MAX_PPM) ??
  wholeAt(`${field}.feesPpm`, feesPpm, 0, RATE_MAX_PPM) ??
  oneOf(`${field}.withNumber`, withNumber, WITH_NUMBER);

type Place = Readonly<{ country: string | null; region: string | null }>;

/** What is wrong with a country and a region of it; codes of ISO 3166. */
export function placeProblem(field: string, { country, region }: Place): Problem | null {
  const at = (name: string): string => (field === '' ? name : `${field}.${name}`);
  if (country !== null && !COUNTRY.test(country))
    return { field: at('country'), problem: 'must be two capital letters, as in ISO 3166-1' };
  if (region === null) return null;
  if (country === null) return { field: at('region'), problem: 'must come with a country' };
  return REGION.test(region)
    ? null
    : { field: at('region'), problem: 'must be one to three capital letters or digits, as in ISO 3166-2' };
}

/** What is wrong with a way to round. */
export const roundingProblem = (field: string, { mode, step }: FeeSchedule['rounding']): Problem | null =>
  oneOf(`${field}.mode`, mode, ROUNDING_MODES) ??
  (step >= 1n && step <= STEP_MAX
    ? null
    : { field: `${field}.step`, problem: `must be a whole number from 1 to ${STEP_MAX}` });

const oneOf = (field: string, value: string, words: readonly string[]): Problem | null =>
  words.includes(value) ? null : { field, problem: `must be one of ${words.join(', ')}` };
