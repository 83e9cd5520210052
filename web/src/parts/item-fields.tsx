// The fields of a form for what a catalogue says of an item beside its description, and how they are read.
import { LENGTH_UNITS, WEIGHT_UNITS } from '../../../src/domain/auction/terms.js';
import type { listAuction } from '../house/auctions.js';
import { words } from '../words/words.js';
import { Field, type Problems } from './field.js';

type Details = NonNullable<Parameters<typeof listAuction>[0]['item']['details']>;
type LengthUnit = NonNullable<NonNullable<Details['dimensions']>['unit']>;
type WeightUnit = NonNullable<NonNullable<Details['weight']>['unit']>;

export function ItemFields({ problems }: Readonly<{ problems: Problems }>) {
  const { item } = words.value;
  return (
    <details class="more">
      <summary>{item.more}</summary>
      <Field problems={problems} name="condition" label={item.condition} long />
      <Field problems={problems} name="provenance" label={item.provenance} long />
      <Field problems={problems} name="shipping" label={item.shipping} long />
      <Field problems={problems} name="width" label={item.width} decimal />
      <Field problems={problems} name="height" label={item.height} decimal />
      <Field problems={problems} name="depth" label={item.depth} hint={item.depthHint} decimal />
      <Unit name="lengthUnit" label={item.lengthUnit} units={LENGTH_UNITS} usual="cm" />
      <Field problems={problems} name="weight" label={item.weight} decimal />
      <Unit name="weightUnit" label={item.weightUnit} units={WEIGHT_UNITS} usual="kg" />
    </details>
  );
}

type UnitParts = Readonly<{ name: string; label: string; units: readonly string[]; usual: string }>;

function Unit({ name, label, units, usual }: UnitParts) {
  return (
    <div class="field">
      <label for={name}>{label}</label>
      <select class="input" id={name} name={name}>
        {units.map((unit) => (
          <option key={unit} value={unit.toUpperCase()} selected={unit === usual}>
            {unit}
          </option>
        ))}
      </select>
    </div>
  );
}

/** What the fields say; undefined for nothing. What is wrong is written down in `problems`, by field. */
export function detailsOf(form: FormData, problems: Record<string, string>): Details | undefined {
  const { item, sell } = words.value;
  const text = (name: string): string => String(form.get(name) ?? '').trim();
  const measure = (name: string): number | null => {
    if (text(name) === '') return null;
    const value = /^\d+([.,]\d{1,2})?$/.test(text(name)) ? Number(text(name).replace(',', '.')) : 0;
    if (!(value > 0)) problems[name] = item.wrongMeasure;
    return value;
  };
  const [width, height, depth, weight] = [measure('width'), measure('height'), measure('depth'), measure('weight')];
  if ((width === null) !== (height === null)) problems[width === null ? 'width' : 'height'] = sell.missing;
  else if (depth !== null && width === null) problems['width'] = sell.missing;
  const told = {
    ...(text('condition') !== '' && { conditionReport: text('condition') }),
    ...(text('provenance') !== '' && { provenance: text('provenance') }),
    ...(text('shipping') !== '' && { shippingNotes: text('shipping') }),
    ...(width !== null &&
      height !== null && { dimensions: { width, height, depth, unit: text('lengthUnit') as LengthUnit } }),
    ...(weight !== null && { weight: { value: weight, unit: text('weightUnit') as WeightUnit } }),
  };
  return Object.keys(told).length === 0 ? undefined : told;
}
