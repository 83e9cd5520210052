// The live bids of a sealed auction, one a bidder, and what comes of them at the close. They are kept as a tree that
// branches by the bidder's id and shares what does not change with the states before it: to replace one bid among a
// hundred thousand costs a handful of small copies.
import type { UserId } from '../ids.js';
import { greater, type Minor } from '../money.js';
import type { Bid } from './bid-history.js';
import type { SealedTerms } from './terms.js';

/** The digits of an id branch from its end: those are the random ones, whatever version of UUID it is. */
type Branches = readonly (SealedBidTree | null)[];
type SealedBidTree = Readonly<{ bid: Bid }> | Readonly<{ branches: Branches }>;

/** A sealed bid is kept as a bid whose `maximum` is its amount. The same bids make the same tree, in whatever order they came. */
export type SealedBids = SealedBidTree | null;

const NO_BRANCHES: Branches = Array<null>(16).fill(null);

/** The bidder's live bid; null where there is none. */
export function liveBidOf(bids: SealedBids, bidderId: UserId): Bid | null {
  const key = digitsOf(bidderId);
  let node = bids;
  for (let depth = 0; node !== null && 'branches' in node; depth++) node = node.branches[digitAt(key, depth)] ?? null;
  return node !== null && node.bid.bidderId === bidderId ? node.bid : null;
}

/** With this bid in place of whatever its bidder had bid before. */
export const withLiveBid = (bids: SealedBids, bid: Bid): SealedBids => put(bids, bid, digitsOf(bid.bidderId), 0);

/** Without the live bid of this bidder. */
export const withoutBidOf = (bids: SealedBids, bidderId: UserId): SealedBids =>
  take(bids, bidderId, digitsOf(bidderId), 0);

/** The live bids, the best first: the higher amount, and of equal amounts the one that was placed first. */
export const rankedBids = (bids: SealedBids): readonly Bid[] => liveBids(bids).sort(byRank);

/** The live bids in no order that means anything. */
export function liveBids(bids: SealedBids): Bid[] {
  const found: Bid[] = [];
  const open: SealedBids[] = [bids];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node === null) continue;
    if ('bid' in node) found.push(node.bid);
    else open.push(...node.branches);
  }
  return found;
}

/** What the hammer makes of a sealed auction. `runnerUp` is the second-highest amount, null with one bidder. */
export type SealedResult =
  | Readonly<{ sold: false; reason: 'NoBids' | 'ReserveNotMet' }>
  | Readonly<{ sold: true; winner: Bid; runnerUp: Minor | null; hammerPrice: Minor }>;

/**
 * The result: the highest live bid wins, if it reaches the reserve. Of equal amounts the one that was placed first wins:
 * what counts is when the bid was placed that set the live amount, so a bidder who leaves an amount and comes back to it
 * stands behind everybody who has bid it meanwhile. In a first-price auction the winner pays the own bid; in a Vickrey
 * auction the second-highest one, and never less than the reserve or, without one, the starting price.
 */
export function sealedResult(bids: SealedBids, { format, reservePrice, startingPrice }: SealedTerms): SealedResult {
  const [winner, second] = rankedBids(bids);
  if (winner === undefined) return { sold: false, reason: 'NoBids' };
  const floor = reservePrice ?? startingPrice;
  if (winner.maximum < floor) return { sold: false, reason: 'ReserveNotMet' };
  const runnerUp = second?.maximum ?? null;
  const hammerPrice = format === 'vickrey' ? greater(runnerUp ?? floor, floor) : winner.maximum;
  return { sold: true, winner, runnerUp, hammerPrice };
}

function put(node: SealedBids, bid: Bid, key: string, depth: number): SealedBidTree {
  if (node === null) return { bid };
  if ('bid' in node) {
    if (node.bid.bidderId === bid.bidderId) return { bid };
    const parted = put({ branches: NO_BRANCHES }, node.bid, digitsOf(node.bid.bidderId), depth);
    return put(parted, bid, key, depth);
  }
  const digit = digitAt(key, depth);
  const below = put(node.branches[digit] ?? null, bid, key, depth + 1);
  return { branches: node.branches.with(digit, below) };
}

function take(node: SealedBids, bidderId: UserId, key: string, depth: number): SealedBids {
  if (node === null || 'bid' in node) return node !== null && node.bid.bidderId === bidderId ? null : node;
  const digit = digitAt(key, depth);
  const branches = node.branches.with(digit, take(node.branches[digit] ?? null, bidderId, key, depth + 1));
  const left = branches.filter((branch) => branch !== null);
  // A bid that is alone below a branch moves up into its place.
  const [only] = left;
  if (only === undefined) return null;
  return left.length === 1 && 'bid' in only ? only : { branches };
}

const byRank = (a: Bid, b: Bid): number => {
  if (a.maximum === b.maximum) return a.bidNumber - b.bidNumber;
  return a.maximum > b.maximum ? -1 : 1;
};

const digitsOf = (id: UserId): string => id.replaceAll('-', '');
const digitAt = (digits: string, depth: number): number =>
  Number.parseInt(digits.charAt(digits.length - 1 - depth), 16);
