// Rows of accepted and of refused bids: the hot path, so columns are joined by hand and nothing is escaped that cannot
// hold a special character.
import type { BidPlaced } from '../../domain/auction/auction.events.js';
import type { BidRejected, FloodRejected } from '../../domain/refusal.events.js';
import { isoTime } from '../../domain/time.js';
import type { BinaryRows } from '../../postgres/binary-rows.js';
import { copyNullable } from '../copy-text.js';

export const COPY_BIDS = `
COPY bids (auction_id, bid_number, revision, bidder_id, bid_type, bid_amount, maximum, placed_at) FROM STDIN (FORMAT binary)`;

export function addBidRow(rows: BinaryRows, auctionId: string, revision: number, bid: BidPlaced): void {
  rows.row(8).uuid(auctionId).int4(bid.bidNumber).int8(revision).uuid(bid.bidderId).asciiField(bid.bidType);
  rows.amount(bid.currentPrice).amount(bid.maximum).time(bid.placedAt);
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

/** A flood is one row: how many commands of one person were turned away unjudged, and between when. */
export const floodRow = (auctionId: string, revision: number, { actorId, count, firstAt, lastAt }: FloodRejected) =>
  `${auctionId}\t${revision}\t${actorId}\tFlood\t${count}\t\\N\t\\N\t\\N\t\\N\t${isoTime(firstAt)}\t${isoTime(lastAt)}\n`;
