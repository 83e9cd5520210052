// A lot of a hall sale or a past online auction: recorded once, and again only by a correction that says so. The sale itself happened elsewhere, so
// the rules are about what a result may say, never about bids.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { AMOUNT_MAX, type Minor } from '../money.js';
import { isHouse, isStaff } from '../permissions.js';
import { type TextLimits, textProblem } from '../text.js';
import { type Instant, later } from '../time.js';
import { HALL_BIDS_MAX, type HallRejection, type RecordHallResult } from './hall-result.commands.js';
import type { HallBid, HallEvent } from './hall-result.events.js';

/** A lot before its result is known here, and after. */
export type HallLot = Readonly<{ status: 'unrecorded' }> | Readonly<{ status: 'recorded' }>;

/** Every lot before its first event. */
export const unrecorded: HallLot = { status: 'unrecorded' };

const SALE_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 200, lines: 'one' };
const LOT_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 32, lines: 'one' };
/** Titles of works of art as catalogues print them are longer than sellers may write. */
const TITLE_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 1_000, lines: 'one' };
const DESCRIPTION_LIMITS: TextLimits = { lengthMin: 0, lengthMax: 20_000, lines: 'many' };
const CATEGORY_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 100, lines: 'one' };
const FILE_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 300, lines: 'one' };
/** A paddle has a number, and no room for a person's name: names are personal data, which facts do not hold. */
const PADDLE = /^(?=.*\d)[A-Za-z0-9-]{1,12}$/;
const PADDLE_WRONG = 'must be 1 to 12 letters, digits and hyphens, one digit at least; no name';
/** A day begins up to 14 hours earlier in some time zone than in UTC. */
const AHEAD_MAX_MS = 14 * 3_600_000;

type Problem = Readonly<{ field: string; problem: string }>;

/** Judges a hall result. The house and its staff may record one; a second one for the same lot has to say that it corrects. */
export function decide(
  command: RecordHallResult,
  lot: HallLot,
  { at, actor }: Facts,
): Decision<HallEvent, HallRejection> {
  if (!isHouse(actor) && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  const problem = problemIn(command, at);
  if (problem !== null) return reject({ reason: 'InvalidHallResult', ...problem });
  const isKnown = lot.status === 'recorded';
  if (isKnown && !command.corrects) return reject({ reason: 'HallResultAlreadyRecorded' });
  const { hallResultId: _, bids, ...told } = command;
  const { currency } = command;
  return accept<HallEvent>(
    { ...told, type: 'HallResultRecorded', corrects: isKnown },
    ...bids.map((bid, i) => ({ ...bid, type: 'HallBidRecorded', bidNumber: i + 1, currency }) as const),
  );
}

/** Applies a fact of a lot; never judges. Throws on a fact that cannot follow, which means a corrupt stream. */
export function evolve(lot: HallLot, event: HallEvent): HallLot {
  if (event.type === 'HallBidRecorded') {
    if (lot.status !== 'recorded') throw new Error('broken invariant: a bid of a result that is not there');
    return lot;
  }
  if (event.corrects !== (lot.status === 'recorded'))
    throw new Error(`broken invariant: a result that ${event.corrects ? 'corrects nothing' : 'was there already'}`);
  return { status: 'recorded' };
}

function problemIn(command: RecordHallResult, at: Instant): Problem | null {
  return (
    textProblemIn(command) ??
    estimateProblem(command) ??
    outcomeProblem(command) ??
    venueProblem(command) ??
    timeProblem(command, at) ??
    bidsProblem(command, at)
  );
}

function textProblemIn({ sale, lotNumber, item, source }: RecordHallResult): Problem | null {
  return (
    textAt('sale', sale, SALE_LIMITS) ??
    textAt('lotNumber', lotNumber, LOT_LIMITS) ??
    textAt('title', item.title, TITLE_LIMITS) ??
    textAt('description', item.description, DESCRIPTION_LIMITS) ??
    textAt('category', item.category, CATEGORY_LIMITS) ??
    textAt('source.file', source.file, FILE_LIMITS) ??
    (Number.isSafeInteger(source.line) && source.line >= 1
      ? null
      : { field: 'source.line', problem: 'must be a whole number from 1' })
  );
}

function estimateProblem({ lowEstimate, highEstimate, startingPrice, reservePrice }: RecordHallResult): Problem | null {
  const amounts = { lowEstimate, highEstimate, startingPrice, reservePrice };
  for (const [field, amount] of Object.entries(amounts)) {
    const problem = amount === null ? null : amountAt(field, amount);
    if (problem !== null) return problem;
  }
  if (lowEstimate !== null && highEstimate !== null && lowEstimate > highEstimate)
    return { field: 'lowEstimate', problem: 'must not be above the high estimate' };
  return null;
}

function outcomeProblem(command: RecordHallResult): Problem | null {
  const { outcome, price, priceKind, buyerId, buyerKey, paddle, sellerId } = command;
  if (outcome !== 'sold') {
    if (price !== null || priceKind !== null)
      return { field: 'price', problem: `must be empty: the lot was ${outcome}` };
    if (buyerId !== null) return { field: 'buyerId', problem: `must be empty: the lot was ${outcome}` };
    if (buyerKey !== null) return { field: 'buyer', problem: `must be empty: the lot was ${outcome}` };
    if (paddle !== null) return { field: 'paddle', problem: `must be empty: the lot was ${outcome}` };
    return null;
  }
  if (price === null || priceKind === null) return { field: 'price', problem: 'must be there: the lot was sold' };
  if (buyerId !== null && buyerId === sellerId) return { field: 'buyerId', problem: 'must not be the seller' };
  if (paddle !== null && !PADDLE.test(paddle)) return { field: 'paddle', problem: PADDLE_WRONG };
  return amountAt('price', price);
}

/** A paddle is of a room; starting prices and keys of bidders are of online auctions. */
function venueProblem({ venue, paddle, buyerKey, startingPrice }: RecordHallResult): Problem | null {
  if (venue === 'online') return paddle === null ? null : { field: 'paddle', problem: 'must be empty: it was online' };
  if (buyerKey !== null) return { field: 'buyer', problem: 'must be empty: it was in a hall' };
  return startingPrice === null ? null : { field: 'startingPrice', problem: 'must be empty: it was in a hall' };
}

function bidsProblem({ bids, venue, sellerId }: RecordHallResult, at: Instant): Problem | null {
  if (bids.length > HALL_BIDS_MAX) return { field: 'bids', problem: `must be at most ${HALL_BIDS_MAX}` };
  for (const [i, bid] of bids.entries()) {
    const problem = bidProblem(bid, { venue, sellerId, at });
    if (problem !== null) return { field: fieldOf(bid), problem: `of bid ${i + 1} ${problem}` };
  }
  return null;
}

/** The name of a bid's field in profiles. */
const fieldOf = ({ bidType }: HallBid): string => (bidType === 'commission' ? 'commissionBids' : 'bids');

type OfSale = Pick<RecordHallResult, 'venue' | 'sellerId'> & Readonly<{ at: Instant }>;

function bidProblem(bid: HallBid, { venue, sellerId, at }: OfSale): string | null {
  const { bidType, bidderId, bidderKey, paddle, price, maximum, placedAt } = bid;
  if (bidType === 'online' && venue !== 'online') return 'must not be online: it was in a hall';
  if (bidType === 'commission' && price !== null)
    return 'must have no price that everybody saw: it is a commission bid';
  if (bidderKey !== null && venue !== 'online') return 'must name no bidder of online auctions: it was in a hall';
  if (price === null && maximum === null) return 'must have an amount';
  for (const amount of [price, maximum]) {
    const problem = amount === null ? null : amountAt('', amount);
    if (problem !== null) return problem.problem;
  }
  if (bidderId !== null && bidderId === sellerId) return 'must not be by the seller';
  if (paddle !== null && !PADDLE.test(paddle)) return `has a paddle that ${PADDLE_WRONG}`;
  return placedAt === null || placedAt <= later(at, AHEAD_MAX_MS) ? null : 'must not be in the future';
}

function timeProblem({ heldAt }: RecordHallResult, at: Instant): Problem | null {
  return heldAt <= later(at, AHEAD_MAX_MS) ? null : { field: 'heldAt', problem: 'must not be in the future' };
}

function textAt(field: string, text: string, limits: TextLimits): Problem | null {
  const problem = textProblem(text, limits);
  return problem === null ? null : { field, problem };
}

const amountAt = (field: string, amount: Minor): Problem | null =>
  amount >= 1n && amount <= AMOUNT_MAX
    ? null
    : { field, problem: `must be above zero and at most ${AMOUNT_MAX} minor units` };
