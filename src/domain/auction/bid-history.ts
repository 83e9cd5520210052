// The bids of an auction: an append-only log that a state shares with the states before it. To add a bid costs the same
// after a million bids as after none, and no state ever changes under somebody's hands. Bids are kept as bare numbers in
// pages, not as objects: an engine holds millions of them, and the garbage collector has nothing to visit in a page.
import type { UserId } from '../ids.js';
import { AMOUNT_MAX, type Minor } from '../money.js';
import { type Instant, instant } from '../time.js';

/** A bid as the rules weigh it. Of two bids, the one with the lower number was first. */
export type Bid = Readonly<{ bidNumber: number; bidderId: UserId; maximum: Minor; placedAt: Instant }>;

/** Retracted bids keep their place, so that it can be told whose they were. */
export type PlacedBid = Readonly<{ bid: Bid; retracted: boolean }>;

/** Bids in a page, and numbers that a bid takes in it. */
const PAGE_BIDS = 128;
const BID_NUMBERS = 3;

/**
 * `numbers` are the instant, the maximum (safe as a number, see `AMOUNT_MAX`) and the bidder's place among `Bidders` of
 * one bid after the other. They only grow, and each state that shares them knows how many are its own.
 */
type Page = Readonly<{ numbers: number[]; earlier: Page | null }>;

/** Everybody who ever bid. It only ever grows, so that all states of an auction can share it. */
class Bidders {
  private readonly places = new Map<UserId, number>();
  private readonly ids: UserId[] = [];

  placeOf(id: UserId): number {
    const known = this.places.get(id);
    if (known !== undefined) return known;
    this.places.set(id, this.ids.length);
    return this.ids.push(id) - 1;
  }

  at(place: number): UserId {
    const id = this.ids[place];
    if (id === undefined) throw new Error(`broken invariant: there is no bidder in place ${place}`);
    return id;
  }
}

/** The bids numbered from 1 to `count`. Iterates over them from the newest to the oldest. */
export class BidHistory implements Iterable<PlacedBid> {
  /** That of an auction without bids. */
  static readonly none = new BidHistory(0, null, null, new Set());

  // Private to the engine as well, not to the compiler alone: what states share is not for anybody to copy or to freeze.
  readonly #page: Page | null;
  readonly #bidders: Bidders | null;
  readonly #retracted: ReadonlySet<number>;

  private constructor(
    readonly count: number,
    page: Page | null,
    bidders: Bidders | null,
    retracted: ReadonlySet<number>,
  ) {
    this.#page = page;
    this.#bidders = bidders;
    this.#retracted = retracted;
  }

  /** With this bid, whose number is the next one. */
  with({ bidNumber, bidderId, maximum, placedAt }: Bid): BidHistory {
    const { count } = this;
    if (bidNumber !== count + 1) throw new Error(`broken invariant: bid ${bidNumber} follows bid ${count}`);
    if (maximum > AMOUNT_MAX)
      throw new Error(`broken invariant: the maximum of bid ${bidNumber} is too large to be taken`);
    const page = pageToFill(this.#page, count);
    const bidders = this.#bidders ?? new Bidders();
    // The instant comes first: it is never a small integer, so that the numbers are kept as doubles from the first one on.
    page.numbers.push(placedAt, Number(maximum), bidders.placeOf(bidderId));
    return new BidHistory(bidNumber, page, bidders, this.#retracted);
  }

  /** The bid of this number, or null where no such bid was placed. Takes as long as there are pages of newer bids. */
  find(bidNumber: number): PlacedBid | null {
    if (!this.has(bidNumber)) return null;
    let page = this.#page;
    for (let at = pageOf(this.count); at > pageOf(bidNumber); at--) page = page?.earlier ?? null;
    return this.placed(page, bidNumber);
  }

  /** With these of its bids marked as retracted. Takes as long as there are retracted bids. */
  withRetracted(bidNumbers: readonly number[]): BidHistory {
    const unknown = bidNumbers.find((bidNumber) => !this.has(bidNumber));
    if (unknown !== undefined) throw new Error(`broken invariant: bid ${unknown} was never placed`);
    return new BidHistory(this.count, this.#page, this.#bidders, new Set([...this.#retracted, ...bidNumbers]));
  }

  /** The bids that count, in the order in which they were placed. */
  counting(): readonly Bid[] {
    const counting: Bid[] = [];
    for (const { bid, retracted } of this) if (!retracted) counting.push(bid);
    return counting.reverse();
  }

  *[Symbol.iterator](): Generator<PlacedBid> {
    let page = this.#page;
    for (let bidNumber = this.count; bidNumber > 0; bidNumber--) {
      yield this.placed(page, bidNumber);
      if (placeIn(bidNumber) === 0) page = page?.earlier ?? null;
    }
  }

  private has(bidNumber: number): boolean {
    return Number.isInteger(bidNumber) && bidNumber >= 1 && bidNumber <= this.count;
  }

  private placed(page: Page | null, bidNumber: number): PlacedBid {
    const at = placeIn(bidNumber) * BID_NUMBERS;
    const [placedAt, maximum, bidder] = page?.numbers.slice(at, at + BID_NUMBERS) ?? [];
    if (placedAt === undefined || maximum === undefined || bidder === undefined || this.#bidders === null)
      throw new Error(`broken invariant: bid ${bidNumber} is not in its page`);
    const bid = {
      bidNumber,
      bidderId: this.#bidders.at(bidder),
      maximum: BigInt(maximum),
      placedAt: instant(placedAt),
    };
    return { bid, retracted: this.#retracted.has(bidNumber) };
  }
}

const pageOf = (bidNumber: number): number => Math.floor((bidNumber - 1) / PAGE_BIDS);
const placeIn = (bidNumber: number): number => (bidNumber - 1) % PAGE_BIDS;

/** The page for the bid after the first `count`: a new one, or this one, or a copy if another state has gone on in it. */
function pageToFill(page: Page | null, count: number): Page {
  const own = placeIn(count + 1) * BID_NUMBERS;
  if (page === null || own === 0) return { numbers: [], earlier: page };
  return page.numbers.length === own ? page : { ...page, numbers: page.numbers.slice(0, own) };
}
