// The facts that the scorer looks at. All others pass by.
import type { AuctionEvent } from '../auction/auction.events.js';
import type { AuctionId } from '../ids.js';

export const FRAUD_EVENT_TYPES = [
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

export type FraudEvent = Extract<AuctionEvent, { type: (typeof FRAUD_EVENT_TYPES)[number] }>;

/** An event of an auction's stream, in the order of the journal. */
export type FraudFact = Readonly<{ auctionId: AuctionId; event: FraudEvent }>;

const KNOWN: ReadonlySet<string> = new Set(FRAUD_EVENT_TYPES);

export const isFraudEvent = (event: Readonly<{ type: string }>): event is FraudEvent => KNOWN.has(event.type);
