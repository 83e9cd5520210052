// What a catalogue says of an item beside its description: condition, provenance, how it is sent, how large and heavy it is.
import { firstOf, type Problem } from '../limits.js';
import { type TextLimits, textProblem } from '../text.js';
import { LENGTH_UNITS, WEIGHT_UNITS } from './terms.js';

/** Width, height and depth, all in one unit. What is flat has no depth. */
export type Dimensions = Readonly<{
  width: number;
  height: number;
  depth: number | null;
  unit: (typeof LENGTH_UNITS)[number];
}>;
export type Weight = Readonly<{ value: number; unit: (typeof WEIGHT_UNITS)[number] }>;

/** Null is for what nobody has said. */
export type ItemDetails = Readonly<{
  conditionReport: string | null;
  provenance: string | null;
  shippingNotes: string | null;
  dimensions: Dimensions | null;
  weight: Weight | null;
}>;

export const NO_DETAILS: ItemDetails = {
  conditionReport: null,
  provenance: null,
  shippingNotes: null,
  dimensions: null,
  weight: null,
};

const LONG: TextLimits = { lengthMin: 1, lengthMax: 5_000, lines: 'many' };
const SHORT: TextLimits = { lengthMin: 1, lengthMax: 2_000, lines: 'many' };
const TEXTS = { conditionReport: LONG, provenance: LONG, shippingNotes: SHORT } as const;

const MEASURE_MAX = 100_000;
/** Two decimals, as catalogues print them. */
const MEASURE_STEP = 100;

/** What is wrong with the details of an item; its fields are named behind `field`. Null for nothing. */
export function detailsProblem(details: ItemDetails, field = 'item.details'): Problem | null {
  const { dimensions, weight } = details;
  return (
    firstOf(['conditionReport', 'provenance', 'shippingNotes'] as const, (name) => {
      const text = details[name];
      const problem = text === null ? null : textProblem(text, TEXTS[name]);
      return problem === null ? null : { field: `${field}.${name}`, problem };
    }) ??
    (dimensions === null ? null : dimensionsProblem(dimensions, `${field}.dimensions`)) ??
    (weight === null
      ? null
      : (measureProblem(`${field}.weight.value`, weight.value) ??
        unitProblem(`${field}.weight.unit`, weight.unit, WEIGHT_UNITS)))
  );
}

const dimensionsProblem = ({ width, height, depth, unit }: Dimensions, field: string): Problem | null =>
  measureProblem(`${field}.width`, width) ??
  measureProblem(`${field}.height`, height) ??
  (depth === null ? null : measureProblem(`${field}.depth`, depth)) ??
  unitProblem(`${field}.unit`, unit, LENGTH_UNITS);

function measureProblem(field: string, value: number): Problem | null {
  if (!(value > 0) || value > MEASURE_MAX) return { field, problem: `must be above zero and at most ${MEASURE_MAX}` };
  return Math.round(value * MEASURE_STEP) / MEASURE_STEP === value
    ? null
    : { field, problem: 'must have at most 2 decimals' };
}

const unitProblem = (field: string, unit: string, units: readonly string[]): Problem | null =>
  units.includes(unit) ? null : { field, problem: `must be one of ${units.join(', ')}` };
