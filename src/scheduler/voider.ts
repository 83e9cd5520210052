// Voids the bids of people whose bids the house is to void: who was suspended with that choice, and who was erased. An
// erasure is refused while a bid counts, but a bid may be placed in the moment before the engines know of it, and a restore may
// bring bids back.
import type { AuctionId } from '../domain/ids.js';
import type { Instant } from '../domain/time.js';
import { houseCommandId } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

/** A bid that counts in an open auction, and why it should not. */
export type BidToVoid = Readonly<{
  auctionId: AuctionId;
  bidNumber: number;
  status: 'suspended' | 'erased';
  closesAt: Instant;
}>;

/** What the voider asks Silver. */
export interface BidsToVoid {
  /** Those of the next close first, and in an auction the earlier bids first. */
  bidsToVoid(limit: number): Promise<readonly BidToVoid[]>;
}

/** The voider; `batchMax` bids are voided at once. */
export const voiderOf = (silver: BidsToVoid, parts: ErrandParts, batchMax: number): Errands<BidToVoid> =>
  new Errands<BidToVoid>(
    {
      name: 'the voiding of a bid',
      due: () => silver.bidsToVoid(batchMax),
      // Refused after the close: asked again if an outage moves that.
      subject: ({ auctionId, bidNumber, closesAt }) => `${auctionId} ${bidNumber} ${closesAt}`,
      command: (bid) => ({
        command: {
          type: 'VoidBid',
          auctionId: bid.auctionId,
          bidNumber: bid.bidNumber,
          reason: `the account was ${bid.status}`,
        },
        commandId: houseCommandId('void', `${bid.auctionId} ${bid.bidNumber}`, bid.closesAt),
      }),
    },
    parts,
  );
