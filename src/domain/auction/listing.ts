// Putting an item up. The terms go into the listing for good, so whatever they must keep to is checked here, once.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { feesProblem } from '../fees/fees-problem.js';
import { isRelistingId, isUuid } from '../ids.js';
import { amountAt, firstOf, type Problem, rowsProblem, wholeAt } from '../limits.js';
import { isCurrency } from '../money.js';
import { hasRole, isSelf, isStaff } from '../permissions.js';
import { type TextLimits, textProblem } from '../text.js';
import type { Instant } from '../time.js';
import type { ListAuction } from './auction.commands.js';
import type { AuctionEvent, Item } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import { detailsProblem } from './item-details.js';
import {
  type EnglishTerms,
  type IncrementTable,
  PHOTOS_MAX,
  RETRACTION_POLICIES,
  type SoftClose,
  type Terms,
} from './terms.js';

const TITLE_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 200, lines: 'one' };
const DESCRIPTION_LIMITS: TextLimits = { lengthMin: 0, lengthMax: 20_000, lines: 'many' };
const CATEGORY_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 100, lines: 'one' };
/** For the reasons that people give when they pull an auction or suspend an account. */
export const REASON_LIMITS: TextLimits = { lengthMin: 1, lengthMax: 500, lines: 'many' };

const SECOND_MS = 1_000;
const DAY_MS = 86_400_000;
export const SOFT_CLOSE_WINDOW_MAX_MS = DAY_MS;
const EXTENSIONS_MAX = 10_000;
const EXTENSION_TOTAL_MAX_MS = 30 * DAY_MS;
/** For the time until the opening and for the time from there to the close. */
const DURATION_MAX_MS = 366 * DAY_MS;

/** If anybody could take these ids, a relisting could be kept from its own (docs/adr/0035). */
const ID_OF_THE_HOUSE: Problem = {
  field: 'auctionId',
  problem: 'must not be a UUID of version 8: the house gives those to relisted auctions and to lots',
};

/** Judges a listing, by its seller or by staff on the seller's behalf. A null `opensAt` opens the auction at once. */
export function listAuction(
  command: ListAuction,
  { at, actor, user }: Facts,
): Decision<AuctionEvent, AuctionRejection> {
  const { sellerId, item, terms, closesAt } = command;
  const bySeller = isSelf(actor, sellerId) && hasRole(actor, 'seller');
  if (!bySeller && !isStaff(actor)) return reject({ reason: 'NotAllowed' });
  if (user.status === 'unknown') return reject({ reason: 'SellerUnknown' });
  if (user.status === 'suspended') return reject({ reason: 'SellerSuspended' });
  if (isRelistingId(command.auctionId)) return reject({ reason: 'InvalidTerms', ...ID_OF_THE_HOUSE });
  const opensAt = command.opensAt ?? at;
  const found = itemProblem(item) ?? termsProblem(terms) ?? timesProblem(opensAt, closesAt, at);
  if (found !== null) return reject({ reason: 'InvalidTerms', ...found });
  const about = { sellerId, item, terms, opensAt, closesAt, listedAt: at };
  return accept<AuctionEvent>({ type: 'AuctionListed', ...about, relistOf: null, relistings: 0, lot: null });
}

/** What is wrong with an item's description; null for nothing. */
export const itemProblem = ({ title, description, category, photos = [], details }: Item): Problem | null =>
  textAt('item.title', title, TITLE_LIMITS) ??
  textAt('item.description', description, DESCRIPTION_LIMITS) ??
  textAt('item.category', category, CATEGORY_LIMITS) ??
  photosProblem(photos) ??
  (details === undefined ? null : detailsProblem(details));

function photosProblem(photos: readonly string[]): Problem | null {
  const field = 'item.photos';
  if (photos.length > PHOTOS_MAX) return { field, problem: `must be at most ${PHOTOS_MAX}` };
  if (!photos.every(isUuid)) return { field, problem: 'must be ids of photos' };
  return new Set(photos).size < photos.length ? { field, problem: 'must not name a photo twice' } : null;
}

/** `hall` is for the lots of a sale, which the house lists. */
const FORMATS: ReadonlySet<string> = new Set<Terms['format']>(['english', 'sealed-first-price', 'vickrey']);

/** What the first wrong field of these terms is, and what would be right; null for terms an auction may run under. */
export function termsProblem(terms: Terms): Problem | null {
  if (!FORMATS.has(terms.format))
    return { field: 'terms.format', problem: `must be one of ${[...FORMATS].join(', ')}` };
  if (!isCurrency(terms.currency))
    return { field: 'terms.currency', problem: 'must be a currency this house sells in' };
  const policies: readonly string[] = RETRACTION_POLICIES;
  if (!policies.includes(terms.retraction))
    return { field: 'terms.retraction', problem: `must be one of ${policies.join(', ')}` };
  const problem = floorProblem(terms) ?? feesProblem(terms.fees);
  return problem ?? (terms.format === 'english' ? courseProblem(terms) : null);
}

function floorProblem({ startingPrice, reservePrice }: Terms): Problem | null {
  const problem = amountAt('terms.startingPrice', startingPrice);
  if (problem !== null || reservePrice === null) return problem;
  return amountAt('terms.reservePrice', reservePrice, startingPrice, 'the starting price');
}

/** What only an auction has whose bids are seen. */
function courseProblem({
  startingPrice,
  reservePrice,
  buyNowPrice,
  increments,
  softClose,
}: EnglishTerms): Problem | null {
  const floor = reservePrice ?? startingPrice;
  return (
    (buyNowPrice === null ? null : amountAt('terms.buyNowPrice', buyNowPrice, floor, 'starting and reserve price')) ??
    incrementsProblem(increments) ??
    (softClose === null ? null : softCloseProblem(softClose))
  );
}

/** What is wrong with a table of increments; its fields are named behind `field`. */
export function incrementsProblem(table: IncrementTable, field = 'terms.increments'): Problem | null {
  return (
    rowsProblem(
      field,
      table.map(({ below }) => below),
      'below',
    ) ?? firstOf(table, ({ step }, row) => amountAt(`${field}[${row}].step`, step))
  );
}

function softCloseProblem({ windowMs, extensionsMax, extensionTotalMaxMs }: SoftClose): Problem | null {
  const field = 'terms.softClose';
  return (
    wholeAt(`${field}.windowMs`, windowMs, SECOND_MS, SOFT_CLOSE_WINDOW_MAX_MS) ??
    (extensionsMax === null ? null : wholeAt(`${field}.extensionsMax`, extensionsMax, 0, EXTENSIONS_MAX)) ??
    (extensionTotalMaxMs === null
      ? null
      : wholeAt(`${field}.extensionTotalMaxMs`, extensionTotalMaxMs, 0, EXTENSION_TOTAL_MAX_MS))
  );
}

/** What is wrong with an opening and a close, for a listing that is judged at `at`; null for nothing. */
export function timesProblem(opensAt: Instant, closesAt: Instant, at: Instant): Problem | null {
  if (!Number.isSafeInteger(opensAt) || opensAt < at)
    return { field: 'opensAt', problem: 'must not lie before the listing; leave it out to open at once' };
  if (opensAt - at > DURATION_MAX_MS) return { field: 'opensAt', problem: 'must be at most 366 days ahead' };
  if (!Number.isSafeInteger(closesAt) || closesAt <= opensAt)
    return { field: 'closesAt', problem: 'must be after the opening' };
  if (closesAt - opensAt > DURATION_MAX_MS)
    return { field: 'closesAt', problem: 'must be at most 366 days after the opening' };
  return null;
}

function textAt(field: string, text: string, limits: TextLimits): Problem | null {
  const problem = textProblem(text, limits);
  return problem === null ? null : { field, problem };
}
