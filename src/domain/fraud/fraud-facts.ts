// The facts that the scorer looks at. All others pass by.
import type { AuctionEvent } from '../auction/auction.events.js';
import type { AuctionId } from '../ids.js';

const TYPES = [
  'AuctionListed',
  'BidPlaced',
  'SealedBidPlaced',
  'ClosingExtended',
  'BidRetracted',
  'BidVoided',
  'SealedBidRetracted',
  'SealedBidVoided',
  'AuctionSold',
  'AuctionPassed',
  'AuctionCancelled',
  'AuctionWithdrawn',
] as const;

export type FraudEvent = Extract<AuctionEvent, { type: (typeof TYPES)[number] }>;

/** An event of an auction's stream, in the order of the journal. */
export type FraudFact = Readonly<{ auctionId: AuctionId; event: FraudEvent }>;

const KNOWN: ReadonlySet<string> = new Set(TYPES);

export const isFraudEvent = (event: Readonly<{ type: string }>): event is FraudEvent => KNOWN.has(event.type);
