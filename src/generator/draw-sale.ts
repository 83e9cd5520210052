// A sale's catalogue, drawn from a seed: a title that fits its things, lots with estimates, and what the people with a paddle will do.

import { movesOf } from './draw-moves.js';
import { climb } from './increments.js';
import type { People, Person } from './people.js';
import type { PlannedAuction, Slot } from './plan.js';
import { Random } from './random.js';
import { beforeClose, MomentsOf } from './timing.js';
import { CATEGORIES, type Category, drawWaresOf } from './vocabulary.js';

export type DrawnLot = Readonly<{
  seller: Person;
  title: string;
  description: string;
  category: Category;
  startingPrice: bigint;
  reservePrice: bigint | null;
  lowEstimate: bigint;
  highEstimate: bigint;
}>;

export type DrawnSale = Readonly<{ title: string; lots: readonly DrawnLot[] }>;

const TITLES: Readonly<Record<Category, string>> = {
  Antiques: 'Furniture, clocks and works of art',
  Art: 'Paintings and works on paper',
  Electronics: 'Sound, light and early machines',
  Jewelry: 'Jewels',
  Collectibles: 'A cabinet of collections',
  'Vintage Clothing': 'A century of dress',
};
/** Of a catalogue so many are of its own kind, so that it looks like a sale and not like a shop. */
const OWN_SHARE = 0.75;
const RESERVE_SHARE = 0.25;
const BIDS = [2, 9] as const;
const DAY_MS = 86_400_000;

/** The nth sale of a run: kinds take turns, the finest first. */
export function drawSale(seed: string, nth: number, { sellers }: Pick<People, 'sellers'>, lots: number): DrawnSale {
  const random = new Random(`${seed} ${nth}`, 'sale');
  const kinds = ['Antiques', 'Jewelry', 'Art', 'Collectibles', 'Vintage Clothing', 'Electronics'] as const;
  const kind = kinds[nth % kinds.length] ?? 'Antiques';
  const titles = new Set<string>();
  const drawn: DrawnLot[] = [];
  while (drawn.length < lots) {
    const wares = drawWaresOf(random.fraction() < OWN_SHARE ? kind : random.pick(CATEGORIES), random);
    if (titles.has(wares.title)) continue;
    titles.add(wares.title);
    drawn.push({ ...wares, ...pricesOf(wares.startingPrice, random), seller: random.pick(sellers) });
  }
  return { title: TITLES[kind], lots: drawn };
}

/** What the house expects, in tens; a reserve is never above the low estimate. */
function pricesOf(startingPrice: bigint, random: Random) {
  const low = tens(climb(startingPrice, random.whole(6, 12)));
  const high = tens((low * BigInt(random.whole(14, 18))) / 10n);
  return { lowEstimate: low, highEstimate: high, reservePrice: random.fraction() < RESERVE_SHARE ? low : null };
}

const CONDITIONS = [
  'Good, with light wear.',
  'Very good, with one old repair.',
  'Sound; the surface is worn at the edges.',
];
const PROVENANCES = [
  'From a private collection.',
  'By descent in the family of the owner.',
  'Bought at a fair in 1987.',
];
const CENTIMETRES = [8, 90] as const;
const KILOGRAMS = [1, 30] as const;

/** What the catalogue says of a thing beside its description. */
export function drawDetails(random: Random) {
  return {
    conditionReport: random.pick(CONDITIONS),
    provenance: random.pick(PROVENANCES),
    shippingNotes: 'Sent insured within ten days, or collected.',
    dimensions: {
      width: random.whole(...CENTIMETRES),
      height: random.whole(...CENTIMETRES),
      depth: random.whole(...CENTIMETRES),
      unit: 'cm',
    },
    weight: { value: random.whole(...KILOGRAMS), unit: 'kg' },
  };
}

const tens = (cents: bigint): bigint => ((cents + 999n) / 1_000n) * 1_000n;

/** What happens to a lot until it closes: bids of these people, as in any auction. */
export function drawLotMoves(
  lot: Readonly<{
    auctionId: string;
    seller: Person;
    startingPrice: bigint;
    reservePrice: bigint | null;
    currency: string;
  }>,
  people: Pick<People, 'bidders'>,
  random: Random,
): PlannedAuction {
  const moments = new MomentsOf('card');
  const slots = Array.from({ length: random.whole(...BIDS) }, (): Slot => {
    return { beforeCloseMs: beforeClose(moments.draw(random), DAY_MS), act: null };
  }).sort((a, b) => b.beforeCloseMs - a.beforeCloseMs);
  return {
    ...lot,
    number: 0,
    seller: lot.seller.number,
    category: 'Antiques',
    title: '',
    description: '',
    softClose: false,
    retraction: 'never',
    lengthMs: DAY_MS,
    moves: movesOf(lot, slots, people, 0, random),
  };
}
