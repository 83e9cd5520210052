// The facts that the scorer looks at. All others pass by.
import type { AuctionEvent } from '../auction/auction.events.js';
import type { AuctionId } from '../ids.js';

export type FraudEvent = Extract<
  AuctionEvent,
  {
    type:
      | 'AuctionListed'
      | 'BidPlaced'
      | 'SealedBidPlaced'
      | 'ClosingExtended'
      | 'BidRetracted'
      | 'BidVoided'
      | 'SealedBidRetracted'
      | 'SealedBidVoided'
      | 'AuctionSold'
      | 'AuctionPassed'
      | 'AuctionCancelled'
      | 'AuctionWithdrawn';
  }
>;

/** An event of an auction's stream, in the order of the journal. */
export type FraudFact = Readonly<{ auctionId: AuctionId; event: FraudEvent }>;

const TYPES: ReadonlySet<string> = new Set<FraudEvent['type']>([
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
]);

export const isFraudEvent = (event: Readonly<{ type: string }>): event is FraudEvent => TYPES.has(event.type);
