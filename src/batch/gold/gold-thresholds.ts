// Where segments of bidders and tiers of sellers begin: a house's own choice, as data.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { OperatorError } from '../../runtime/operator-error.js';

const count = z.int().min(0).max(1_000_000_000);
const days = z.int().min(1).max(36_500);
const bp = z.int().min(0).max(10_000);

const thresholds = z.strictObject({
  bidders: z.strictObject({
    /** Bids and wins of the last so many days count as recent. */
    activeWithinDays: days,
    /** Whose first bid is no older is new. */
    newWithinDays: days,
    powerBidsMin: count,
    powerWinsMin: count,
    activeBidsMin: count,
  }),
  /** The best first. */
  sellerTiers: z
    .array(z.strictObject({ tier: z.string().regex(/^[\w -]{1,40}$/), salesMin: count, conversionBpMin: bp }))
    .min(1)
    .max(20)
    .refine((tiers) => tiers.at(-1)?.salesMin === 0 && tiers.at(-1)?.conversionBpMin === 0, {
      message: 'the last tier must have thresholds of 0, so that every seller has one',
    })
    .refine((tiers) => new Set(tiers.map(({ tier }) => tier)).size === tiers.length, {
      message: 'each tier must have a name of its own',
    }),
});

export type GoldThresholds = z.output<typeof thresholds>;

/** Reads a file of thresholds. Refuses one that is missing or says something else, with what would be right. */
export function readThresholds(path: string): GoldThresholds {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    throw new OperatorError(`the thresholds of Gold cannot be read from ${path}: ${(cause as Error).message}`, {
      cause,
    });
  }
  const result = thresholds.safeParse(value);
  if (!result.success) throw new OperatorError(`${path} cannot be used: ${z.prettifyError(result.error)}`);
  return result.data;
}
