// Rows of sealed bids. Their amount goes where maxima go; the price that everybody may see is filled in by the view, for
// the one bid that has won, once the auction is sold.
import type { SealedBidPlaced } from '../../domain/auction/auction.events.js';
import { isoTime } from '../../domain/time.js';

export const COPY_SEALED_BIDS = `
COPY bids (auction_id, bid_number, revision, bidder_id, bid_type, maximum, placed_at) FROM STDIN`;

export const sealedBidRow = (auctionId: string, revision: number, bid: SealedBidPlaced): string =>
  `${auctionId}\t${bid.bidNumber}\t${revision}\t${bid.bidderId}\t${bid.bidType}\t${bid.amount}\t${isoTime(bid.placedAt)}\n`;

/** A bid that a later bid of the same bidder has replaced. */
export type Replacement = Readonly<{ auctionId: string; bidNumber: number; replacedBy: number }>;

export const REPLACE = `
UPDATE bids b SET replaced_by = r.replaced_by
FROM unnest($1::uuid[], $2::integer[], $3::integer[]) AS r(auction_id, bid_number, replaced_by)
WHERE b.auction_id = r.auction_id AND b.bid_number = r.bid_number AND b.replaced_by IS NULL AND b.retracted_at IS NULL`;
