// What a plan of a synthetic marketplace is made of. It is drawn whole, from a seed, before anything is sent.
import type { Person } from './people.js';
import type { Weighted } from './random.js';
import type { Moment, Profile } from './timing.js';
import type { Category } from './vocabulary.js';

/** Patterns of fraud. */
export const PATTERNS = [
  'naive-shill',
  'careful-shill',
  'shill-ring',
  'camouflaged-ring',
  'reserve-shill',
  'discover-and-stop',
  'bid-shielding',
] as const;
export type Pattern = (typeof PATTERNS)[number];
/** What honest people do that looks like fraud. */
export const HABITS = ['loyal-collector', 'bargain-hunter', 'enthusiast', 'odd-increments', 'typing-error'] as const;
export type Habit = (typeof HABITS)[number];

/** What a planted move belongs to. */
export type Mark = Readonly<{
  pattern: Pattern | Habit;
  /** Who acts together, as `shill-ring-1`. */
  group: string;
  role: 'shill' | 'camouflage' | 'beneficiary' | 'shield' | 'honest';
}>;

const FRAUD: ReadonlySet<string> = new Set(PATTERNS);

export const isFraud = ({ pattern }: Mark): boolean => FRAUD.has(pattern);

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
  /** US dollars unless given. */
  currency?: string;
  /** Ids of photos that the house has of the seller; not part of a plan. */
  photos?: readonly string[];
  /** In their order in time. */
  moves: readonly PlannedMove[];
}>;

export type Plan = Readonly<{ options: PlanOptions; people: readonly Person[]; auctions: readonly PlannedAuction[] }>;

export type Lot = Omit<PlannedAuction, 'moves'>;

/** How somebody chooses an amount (acted-amount.ts). */
export type Doing =
  | 'push'
  | 'nudge'
  | 'lift'
  | 'discover'
  | 'shelter'
  | 'shield'
  | 'bid'
  | 'collect'
  | 'bargain'
  | 'feel'
  | 'mistype'
  | 'retract';

export type Act = Readonly<{
  person: Person;
  does: Doing;
  mark: Mark;
  /** Against whom the person does not bid: the own group. */
  allies: ReadonlySet<number>;
}>;

/** Something that will happen in an auction, before it is known for how much. */
export type Slot = Readonly<{
  beforeCloseMs: number;
  /** Who does what; null is an honest bid of anybody, and so is what an actor has no reason to do when the moment comes. */
  act: Act | null;
}>;

/** The moments of honest bids, by auction. */
export type Moments = Readonly<{ ofAuction: Moment[][]; weights: Weighted<number> }>;
