// Rows of accepted and of refused bids: the hot path, so columns are joined by hand and nothing is escaped that cannot
// hold a special character.
import type { BidPlaced } from '../../domain/auction/auction.events.js';
import type { BidFloodRejected, BidRejected } from '../../domain/refusal.events.js';
import { isoTime } from '../../domain/time.js';
import type { TextBuffer } from '../../runtime/text-buffer.js';
import { copyNullable, copyTime } from '../copy-text.js';

export const COPY_BIDS = `
COPY bids (auction_id, bid_number, revision, bidder_id, bid_type, bid_amount, maximum, placed_at) FROM STDIN`;

export function addBidRow(rows: TextBuffer, auctionId: string, revision: number, bid: BidPlaced): void {
  rows.ascii(auctionId).ascii('\t').integer(bid.bidNumber).ascii('\t').integer(revision);
  rows.ascii('\t').ascii(bid.bidderId).ascii('\t').ascii(bid.bidType);
  rows.ascii('\t').bigint(bid.currentPrice).ascii('\t').bigint(bid.maximum);
  rows.ascii('\t').ascii(copyTime(bid.placedAt)).ascii('\n');
}

export const COPY_REFUSED_BIDS = `
COPY refused_bids (auction_id, revision, bidder_id, reason, refused_count, amount, currency, minimum_next_bid,
  judged_at_revision, first_at, rejected_at) FROM STDIN`;

export function refusedBidRow(auctionId: string, revision: number, refused: BidRejected): string {
  const { bidderId, amount, currency, rejection, judgedAtRevision } = refused;
  const minimum = rejection.reason === 'BidBelowMinimum' ? rejection.minimumNextBid : null;
  const at = isoTime(refused.rejectedAt);
  return (
    `${auctionId}\t${revision}\t${bidderId}\t${rejection.reason}\t1\t${copyNullable(amount)}\t${copyNullable(currency)}\t` +
    `${copyNullable(minimum)}\t${judgedAtRevision}\t${at}\t${at}\n`
  );
}

/** A flood is one row: how many bids were turned away unjudged, and between when. */
export const floodRow = (auctionId: string, revision: number, { bidderId, count, firstAt, lastAt }: BidFloodRejected) =>
  `${auctionId}\t${revision}\t${bidderId}\tFlood\t${count}\t\\N\t\\N\t\\N\t\\N\t${isoTime(firstAt)}\t${isoTime(lastAt)}\n`;
