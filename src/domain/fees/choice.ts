// Which schedule a listing gets: the one that it names, else the seller's, else the house's.
import type { HouseTerms } from '../auction/house-defaults.js';
import type { UserId } from '../ids.js';
import type { Currency } from '../money.js';
import type { FeeSchedule } from './schedule.js';

export type Chosen = Readonly<{ currency: Currency; sellerId: UserId | null; named: string | undefined }>;

/** The schedule, with the house's rounding of the currency; null for a name that the house does not have. */
export function scheduleFor(house: HouseTerms, { currency, sellerId, named }: Chosen): FeeSchedule | null {
  const name = named ?? (sellerId === null ? undefined : house.sellerSchedules[sellerId]) ?? house.fees.name;
  const found = [house.fees, ...house.schedules].find((schedule) => schedule.name === name);
  if (found === undefined) return null;
  return { ...found, rounding: house.rounding[currency] ?? found.rounding };
}

/** The names of the house's schedules, its own first. */
export const scheduleNames = ({ fees, schedules }: HouseTerms): readonly string[] =>
  [fees, ...schedules].map(({ name }) => name);
