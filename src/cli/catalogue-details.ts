// What a catalogue's file says of a lot beside its description: condition, provenance, shipping, size and weight.
import type { Dimensions, ItemDetails, Weight } from '../domain/auction/item-details.js';
import { LENGTH_UNITS, WEIGHT_UNITS } from '../domain/auction/terms.js';
export const CATALOGUE_COLUMNS = [
  'lot_number',
  'seller',
  'title',
  'description',
  'category',
  'starting_price',
  'reserve_price',
  'low_estimate',
  'high_estimate',
  'condition_report',
  'provenance',
  'shipping_notes',
  'width',
  'height',
  'depth',
  'length_unit',
  'weight',
  'weight_unit',
] as const;
export type Column = (typeof CATALOGUE_COLUMNS)[number];

/** How a row's cells are read. */
type Cells = Readonly<{ text: (column: Column) => string; decimals: 'point' | 'comma' }>;

/** Thrown by the readers of values. `column` is empty where the whole row is wrong. */
export class Unfit extends Error {
  constructor(
    readonly column: Column | '',
    message: string,
  ) {
    super(message);
  }
}

/** In which column stands what the rules find fault with. */
export const COLUMNS_OF_DETAILS: Readonly<Record<string, Column>> = {
  'item.details.conditionReport': 'condition_report',
  'item.details.provenance': 'provenance',
  'item.details.shippingNotes': 'shipping_notes',
  'item.details.dimensions.width': 'width',
  'item.details.dimensions.height': 'height',
  'item.details.dimensions.depth': 'depth',
  'item.details.weight.value': 'weight',
};

/** The details of a row; nothing where all of its cells for them are empty. Throws `Unfit`. */
export function detailsOf(cells: Cells): Readonly<{ details?: ItemDetails }> {
  const told = (column: Column): string | null => (cells.text(column) === '' ? null : cells.text(column));
  const details: ItemDetails = {
    conditionReport: told('condition_report'),
    provenance: told('provenance'),
    shippingNotes: told('shipping_notes'),
    dimensions: dimensionsOf(cells),
    weight: weightOf(cells),
  };
  return Object.values(details).every((value) => value === null) ? {} : { details };
}

function dimensionsOf(cells: Cells): Dimensions | null {
  const [width, height, depth] = [numberIn(cells, 'width'), numberIn(cells, 'height'), numberIn(cells, 'depth')];
  const unit = unitIn(cells, 'length_unit', LENGTH_UNITS);
  if (width !== null && height !== null) return { width, height, depth, unit: unit ?? 'cm' };
  if (width === null && height === null && depth === null && unit === null) return null;
  throw new Unfit(width === null ? 'width' : 'height', 'must be given where another one of the dimensions is');
}

function weightOf(cells: Cells): Weight | null {
  const value = numberIn(cells, 'weight');
  const unit = unitIn(cells, 'weight_unit', WEIGHT_UNITS);
  if (value !== null) return { value, unit: unit ?? 'kg' };
  if (unit !== null) throw new Unfit('weight', 'must be given where its unit is');
  return null;
}

function numberIn({ text, decimals }: Cells, column: Column): number | null {
  const written = text(column);
  if (written === '') return null;
  const form = decimals === 'point' ? /^\d+(\.\d+)?$/ : /^\d+(,\d+)?$/;
  if (!form.test(written))
    throw new Unfit(column, `must be a number such as ${decimals === 'point' ? '12.5' : '12,5'}`);
  return Number(written.replace(',', '.'));
}

function unitIn<Unit extends string>({ text }: Cells, column: Column, units: readonly Unit[]): Unit | null {
  const written = text(column);
  const unit = units.find((known) => known === written);
  if (unit === undefined && written !== '') throw new Unfit(column, `must be one of ${units.join(', ')}`);
  return unit ?? null;
}
