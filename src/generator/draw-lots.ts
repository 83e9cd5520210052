// What is for sale, and by whom.
import { climb } from './increments.js';
import type { People } from './people.js';
import type { Lot, RetractionPolicy } from './plan.js';
import { type Random, Weighted } from './random.js';
import { seededUuid } from './seeded-ids.js';
import { LENGTHS } from './timing.js';
import { drawWares } from './vocabulary.js';

const RESERVE_SHARE = 0.15;
const SOFT_CLOSE_SHARE = 0.1;
/** Most sellers leave it at the house's own. */
const POLICIES = new Weighted<RetractionPolicy>([
  ['by-request', 60],
  ['ebay', 30],
  ['never', 10],
]);

/** What is for sale. A reserve lies some steps above the starting price. */
export function drawLots(
  seed: string,
  count: number,
  people: Pick<People, 'consignors'>,
  random: Random,
): readonly Lot[] {
  return Array.from({ length: count }, (_, number) => {
    const wares = drawWares(random);
    const hasReserve = random.fraction() < RESERVE_SHARE;
    return {
      number,
      auctionId: seededUuid(seed, 'auction', number),
      seller: people.consignors.draw(random).number,
      ...wares,
      reservePrice: hasReserve ? wholeDollars(climb(wares.startingPrice, random.whole(5, 15))) : null,
      softClose: random.fraction() < SOFT_CLOSE_SHARE,
      retraction: POLICIES.draw(random),
      lengthMs: LENGTHS.draw(random),
    };
  });
}

/** Sellers think in whole dollars, and no bid of the plan is one by chance: a proxy bid of just the reserve would be none. */
const wholeDollars = (cents: bigint): bigint => ((cents + 99n) / 100n) * 100n;
