// A past sale in a hall as a house writes it down for `gavel ingest` (docs/ingest.md), so that a demo has one as well.
import { climb } from './increments.js';
import { Random } from './random.js';
import { CATEGORIES, drawWaresOf } from './vocabulary.js';

const COLUMNS =
  'sale,lot_number,title,category,currency,low_estimate,high_estimate,status,hammer_price,paddle,held_at,commission_bids';
const LOTS = 48;
const SOLD_SHARE = 0.8;
const PADDLES = [101, 160] as const;
const HOUR_MS = 3_600_000;

/** The file of a sale that was held half a day before `now`, in epoch ms. */
export function drawHallFile(seed: string, now: number): string {
  const random = new Random(seed, 'hall file');
  const heldAt = new Date(now - 12 * HOUR_MS).toISOString();
  const paddle = (): number => random.whole(...PADDLES);
  const rows = Array.from({ length: LOTS }, (_, i) => {
    const { title, category, startingPrice } = drawWaresOf(random.pick(CATEGORIES), random);
    const [low, high] = [climb(startingPrice, 6), climb(startingPrice, 14)];
    const isSold = random.fraction() < SOLD_SHARE;
    const price = climb(startingPrice, random.whole(4, 30));
    const commissions = i % 3 === 0 ? `${paddle()}: ${whole(climb(startingPrice, 5))}` : '';
    const result = isSold ? ['sold', whole(price), paddle()] : ['passed', '', ''];
    return [
      'The spring sale',
      i + 1,
      `"${title}"`,
      category,
      'EUR',
      whole(low),
      whole(high),
      ...result,
      heldAt,
      commissions,
    ].join(',');
  });
  return `${[COLUMNS, ...rows].join('\n')}\n`;
}

/** Cents as a hall calls them. */
const whole = (cents: bigint): string => (cents / 100n).toString();
