// What a catalogue says of an item beside its description: condition, provenance, shipping, size and weight.
import { type ItemDetails as Details, detailsOf } from '../house/auctions.js';
import { locale, words } from '../words/words.js';
import { useAsked } from './asked.js';

/** Size and weight in a line; empty where neither is known. */
function measures({ dimensions, weight }: Details): string {
  const number = (value: number): string => value.toLocaleString(locale.value);
  const parts: string[] = [];
  if (dimensions !== null) {
    const { width, height, depth, unit } = dimensions;
    parts.push(`${[width, height, ...(depth === null ? [] : [depth])].map(number).join(' × ')} ${unit.toLowerCase()}`);
  }
  if (weight !== null) parts.push(`${number(weight.value)} ${weight.unit.toLowerCase()}`);
  return parts.join(' · ');
}

function told(details: Details): readonly (readonly [string, string])[] {
  const { item } = words.value;
  const pairs = [
    [item.condition, details.conditionReport ?? ''],
    [item.provenance, details.provenance ?? ''],
    [item.size, measures(details)],
    [item.shipping, details.shippingNotes ?? ''],
  ] as const;
  return pairs.filter(([, text]) => text !== '');
}

/** On the page of a lot; nothing where nothing is said. */
export function ItemDetails({ id }: Readonly<{ id: string }>) {
  const details = useAsked(async () => ({ told: await detailsOf(id) }), id).answer?.told ?? null;
  if (details === null) return null;
  return (
    <dl class="pairs">
      {told(details).map(([name, text]) => [
        <dt key={name}>{name}</dt>,
        <dd key={`${name} text`} class="text">
          <bdi>{text}</bdi>
        </dd>,
      ])}
    </dl>
  );
}

/** In a catalogue, also on paper: the same in lines, as far as lists tell it. */
export function CatalogueDetails({ details }: Readonly<{ details: Details | null }>) {
  if (details === null) return null;
  return told(details).map(([name, text]) => (
    <p class="meta" key={name}>
      {name}: <bdi>{text}</bdi>
    </p>
  ));
}
