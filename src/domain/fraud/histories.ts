// What is remembered of people once auctions have ended. A bid is measured by the auctions that ended before it, never by
// its own.
import type { UserId } from '../ids.js';
import { type Generations, TwoGenerations } from './two-generations.js';

/** A bidder, over all auctions that have ended. */
export type BidderHistory = { auctions: number; sellers: number };
/** A bidder in the auctions of one seller. A passed auction was neither won nor lost. */
export type PairHistory = {
  auctions: number;
  wins: number;
  losses: number;
  limitsFound: number;
  /** Losses that were counted as the seller's (`faithfulLosers`). */
  faithfulLosses: number;
} & BidCounts;
/** What a bidder's bids were like, in one auction or in several: sums. */
export type BidCounts = { bids: number; smallSteps: number; timeLeft: number };
/** A seller. `faithfulLosers`: losses of bidders who come to this seller above chance and have never won there. */
export type SellerHistory = { ended: number; faithfulLosers: number };

/** How an auction ended for a bidder. */
export type Ending = Readonly<{
  sellerId: UserId;
  bidderId: UserId;
  how: 'won' | 'lost' | 'passed';
  foundLimit: boolean;
  /** The bids made there. */
  counts: Readonly<BidCounts>;
}>;

/** How many of each are remembered (two-generations.ts says what is forgotten first). */
export type HistoryLimits = Readonly<{ bidders: number; pairs: number; sellers: number; categories: number }>;
export const HISTORY_LIMITS: HistoryLimits = {
  bidders: 1_000_000,
  pairs: 1_000_000,
  sellers: 200_000,
  categories: 200_000,
};

export type HistoriesSnapshot = Readonly<{
  bidders: Generations<UserId, BidderHistory>;
  pairs: Generations<string, PairHistory>;
  sellers: Generations<UserId, SellerHistory>;
  listings: Generations<string, { count: number }>;
}>;

const NOBODY: BidderHistory = { auctions: 0, sellers: 0 };
const STRANGERS: PairHistory = {
  auctions: 0,
  wins: 0,
  losses: 0,
  limitsFound: 0,
  faithfulLosses: 0,
  bids: 0,
  smallSteps: 0,
  timeLeft: 0,
};
const NOT_ASKED = { sellerId: null, bidderId: null, pair: STRANGERS };
const NEW_SELLER: SellerHistory = { ended: 0, faithfulLosers: 0 };

/** A log-likelihood of this size makes 63 per cent of the factor. */
const CONCENTRATION_SCALE = 20;
/** So many losses tell half of what losses can tell, and chance is out of it from a log-likelihood of this size on. */
const LOSSES_HALF = 1.2;
const LOSING_SCALE = 4;
/** A win takes so many losses back. */
const WIN_WEIGHT = 4;
const SHARE_MIN = 0.001;
/** A loser is faithful from so many losses and so much concentration on. */
const FAITHFUL_LOSSES = 2;
const FAITHFUL_CONCENTRATION = 0.3;
/** From so many auctions on it tells something that a bidder knows few sellers. */
const AUCTIONS_MIN = 3;

export class Histories {
  private readonly bidders: TwoGenerations<UserId, BidderHistory>;
  private readonly pairs: TwoGenerations<string, PairHistory>;
  private readonly sellers: TwoGenerations<UserId, SellerHistory>;
  /** Listings of a category, and of a seller in it. */
  private readonly listings: TwoGenerations<string, { count: number }>;

  private asked: Readonly<{ sellerId: UserId | null; bidderId: UserId | null; pair: Readonly<PairHistory> }> =
    NOT_ASKED;

  constructor(limits: HistoryLimits, from?: HistoriesSnapshot) {
    this.bidders = new TwoGenerations(limits.bidders, from?.bidders);
    this.pairs = new TwoGenerations(limits.pairs, from?.pairs);
    this.sellers = new TwoGenerations(limits.sellers, from?.sellers);
    this.listings = new TwoGenerations(2 * limits.categories, from?.listings);
  }

  listed(sellerId: UserId, category: string): void {
    this.listings.touch(category, () => ({ count: 0 })).count += 1;
    this.listings.touch(`${sellerId} ${category}`, () => ({ count: 0 })).count += 1;
  }

  /** To be called for each bidder of an auction that ended by its rules; one that was called off tells nothing. */
  ended({ sellerId, bidderId, how, foundLimit, counts }: Ending, category: string): void {
    const bidder = this.bidders.touch(bidderId, () => ({ ...NOBODY }));
    this.asked = NOT_ASKED;
    const pair = this.pairs.touch(`${sellerId} ${bidderId}`, () => ({ ...STRANGERS }));
    if (pair.auctions === 0) bidder.sellers += 1;
    bidder.auctions += 1;
    pair.auctions += 1;
    pair.bids += counts.bids;
    pair.smallSteps += counts.smallSteps;
    pair.timeLeft += counts.timeLeft;
    if (how === 'won') pair.wins += 1;
    if (how === 'lost') pair.losses += 1;
    if (foundLimit) pair.limitsFound += 1;
    if (how !== 'lost' || pair.wins > 0 || pair.losses < FAITHFUL_LOSSES) return;
    if (this.concentration(sellerId, bidderId, category) < FAITHFUL_CONCENTRATION) return;
    pair.faithfulLosses += 1;
    this.sellers.touch(sellerId, () => ({ ...NEW_SELLER })).faithfulLosers += 1;
  }

  auctionEnded(sellerId: UserId): void {
    this.sellers.touch(sellerId, () => ({ ...NEW_SELLER })).ended += 1;
  }

  /** How far a bidder keeps to one seller, against the seller's share of the category: 0 to 1. */
  concentration(sellerId: UserId, bidderId: UserId, category: string): number {
    const { auctions } = this.pairOf(sellerId, bidderId);
    return 1 - Math.exp(-this.aboveChance(auctions, sellerId, bidderId, category) / CONCENTRATION_SCALE);
  }

  /** How steadily a bidder loses to one seller, above chance: 0 to 1. The first losses tell most; loyal people lose as well. */
  losingTo(sellerId: UserId, bidderId: UserId, category: string): number {
    const { wins, losses } = this.pairOf(sellerId, bidderId);
    if (losses === 0) return 0;
    const steadiness = (losses / (losses + WIN_WEIGHT * wins)) * (1 - 2 ** (-losses / LOSSES_HALF));
    return steadiness * (1 - Math.exp(-this.aboveChance(losses, sellerId, bidderId, category) / LOSING_SCALE));
  }

  /** What a bidder's bids to a seller were like before. */
  bidsTo(sellerId: UserId, bidderId: UserId): Readonly<BidCounts> {
    return this.pairOf(sellerId, bidderId);
  }

  /** How few sellers a bidder knows: 0 to 1. */
  fewSellers(bidderId: UserId): number {
    const { auctions, sellers } = this.bidders.peek(bidderId) ?? NOBODY;
    return auctions < AUCTIONS_MIN ? 0 : (1 - 2 ** (AUCTIONS_MIN - 1 - auctions)) / Math.max(1, sellers);
  }

  /**
   * How often a seller's auctions have faithful losers other than this bidder, as far as the bidder does what they do: has
   * lost there and never won, or pushes now (`pushing`, 0 to 1). Honest people who come to such a seller are left alone.
   */
  pressureOf(sellerId: UserId, bidderId: UserId, pushing: number): number {
    const { wins, losses, faithfulLosses } = this.pairOf(sellerId, bidderId);
    const { ended, faithfulLosers } = this.sellers.peek(sellerId) ?? NEW_SELLER;
    const losing = wins > 0 ? 0 : 1 - 2 ** -losses;
    return (1 - Math.exp((faithfulLosses - faithfulLosers) / (ended + 2))) * Math.max(losing, pushing);
  }

  limitsFound(sellerId: UserId, bidderId: UserId): number {
    return this.pairOf(sellerId, bidderId).limitsFound;
  }

  snapshot(): HistoriesSnapshot {
    return {
      bidders: this.bidders.toGenerations(),
      pairs: this.pairs.toGenerations(),
      sellers: this.sellers.toGenerations(),
      listings: this.listings.toGenerations(),
    };
  }

  /** The log-likelihood of `here` of the bidder's auctions being this seller's, against chance; 0 where it is no more than that. */
  private aboveChance(here: number, sellerId: UserId, bidderId: UserId, category: string): number {
    const { auctions: all } = this.bidders.peek(bidderId) ?? NOBODY;
    if (all === 0 || here === 0) return 0;
    const seen = Math.min(1, here / all);
    const expected = this.shareOf(sellerId, category);
    return seen <= expected ? 0 : here * Math.log(seen / expected) + elsewhere(all - here, seen, expected);
  }

  /** One bid asks for its pair again and again. */
  private pairOf(sellerId: UserId, bidderId: UserId): Readonly<PairHistory> {
    const { asked } = this;
    if (asked.sellerId === sellerId && asked.bidderId === bidderId) return asked.pair;
    const pair = this.pairs.peek(`${sellerId} ${bidderId}`) ?? STRANGERS;
    this.asked = { sellerId, bidderId, pair };
    return pair;
  }

  private shareOf(sellerId: UserId, category: string): number {
    const all = this.listings.peek(category)?.count ?? 0;
    const own = this.listings.peek(`${sellerId} ${category}`)?.count ?? 0;
    return all === 0 ? SHARE_MIN : Math.min(1 - SHARE_MIN, Math.max(SHARE_MIN, own / all));
  }
}

const elsewhere = (count: number, seen: number, expected: number): number =>
  count === 0 ? 0 : count * Math.log((1 - seen) / (1 - expected));
