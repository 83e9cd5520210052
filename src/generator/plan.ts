// What a plan of a synthetic marketplace is made of. It is drawn whole, from a seed, before anything is sent.
import type { Person } from './people.js';
import type { Weighted } from './random.js';
import type { Moment, Profile } from './timing.js';
import type { Category } from './vocabulary.js';

export const PATTERNS = ['shill-ring', 'bid-shielding', 'odd-increments'] as const;
export type Pattern = (typeof PATTERNS)[number];

/** What a planted move belongs to. */
export type Mark = Readonly<{
  pattern: Pattern;
  /** The group that acts together, as `shill-ring-1`. */
  group: string;
  role: 'shill' | 'beneficiary' | 'shield' | 'prober';
}>;

export type PlanOptions = Readonly<{
  seed: string;
  users: number;
  items: number;
  bids: number;
  profile: Profile;
  /** Of all auctions, how many per cent carry a pattern of fraud. */
  fraudPercent: number;
}>;

/** Whether bids may be taken back, as the API calls it. */
export type RetractionPolicy = 'by-request' | 'ebay' | 'never';

export type BidType = 'manual' | 'proxy' | 'snipe';

export type PlannedBid = Readonly<{
  kind: 'bid';
  /** The place in the plan, from 0. */
  entry: number;
  bidder: number;
  /** The maximum, in cents. */
  amount: bigint;
  /** What the house will call it if it comes in its turn. */
  bidType: BidType;
  beforeCloseMs: number;
  mark: Mark | null;
}>;

export type PlannedRetraction = Readonly<{
  kind: 'retraction';
  entry: number;
  bidder: number;
  /** The entry of the bid that is taken back. */
  of: number;
  beforeCloseMs: number;
  mark: Mark;
}>;

export type PlannedMove = PlannedBid | PlannedRetraction;

export type PlannedAuction = Readonly<{
  number: number;
  auctionId: string;
  seller: number;
  category: Category;
  title: string;
  description: string;
  startingPrice: bigint;
  reservePrice: bigint | null;
  /** True for auctions that a late bid prolongs. */
  softClose: boolean;
  retraction: RetractionPolicy;
  lengthMs: number;
  /** In their order in time. */
  moves: readonly PlannedMove[];
}>;

export type Plan = Readonly<{ options: PlanOptions; people: readonly Person[]; auctions: readonly PlannedAuction[] }>;

export type Lot = Omit<PlannedAuction, 'moves'>;

/** Something that will happen in an auction, before it is known for how much. */
export type Slot = Readonly<{
  beforeCloseMs: number;
  /** Who does what; null is an honest bid of anybody. */
  act: Readonly<{ person: Person; does: 'push' | 'probe' | 'shelter' | 'shield' | 'retract'; mark: Mark }> | null;
}>;

/** The moments of honest bids, by auction. */
export type Moments = Readonly<{ ofAuction: Moment[][]; weights: Weighted<number> }>;
