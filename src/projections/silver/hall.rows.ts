// Lots of hall sales as rows. A lot has one result, and one more for each correction, each with its bids behind it; of several
// results in a batch the last counts, and bids count that are behind it.
import type { HallBidRecorded, HallResultRecorded } from '../../domain/sale/hall-result.events.js';
import { type Instant, isoTime } from '../../domain/time.js';

/** The last result of a lot in a batch. */
export type HallChange = Readonly<{
  hallResultId: string;
  revision: number;
  result: HallResultRecorded;
  recordedAt: Instant;
}>;

/** A correction replaces its lot's row, whatever its revision was: the event has all columns. */
export const UPSERT_HALL_RESULTS = `
INSERT INTO hall_results (hall_result_id, revision, venue, sale, lot_number, title, description, category, currency, low_estimate,
  high_estimate, starting_price, reserve_price, outcome, final_price, price_kind, buyer_id, buyer_key, paddle, seller_id,
  held_at, recorded_at, source_file, source_line)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
  $10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::text[], $15::bigint[], $16::text[], $17::uuid[],
  $18::uuid[], $19::text[], $20::uuid[], $21::timestamptz[], $22::timestamptz[], $23::text[], $24::integer[])
ON CONFLICT (hall_result_id) DO UPDATE SET
  revision = excluded.revision, venue = excluded.venue, sale = excluded.sale, lot_number = excluded.lot_number, title = excluded.title,
  description = excluded.description, category = excluded.category, currency = excluded.currency,
  low_estimate = excluded.low_estimate, high_estimate = excluded.high_estimate,
  starting_price = excluded.starting_price, reserve_price = excluded.reserve_price, outcome = excluded.outcome, final_price = excluded.final_price,
  price_kind = excluded.price_kind, buyer_id = excluded.buyer_id, buyer_key = excluded.buyer_key, paddle = excluded.paddle,
  seller_id = excluded.seller_id, held_at = excluded.held_at, recorded_at = excluded.recorded_at,
  source_file = excluded.source_file, source_line = excluded.source_line
WHERE hall_results.revision < excluded.revision`;

/** Bids of results that were corrected since. */
export const DELETE_HALL_BIDS = `
DELETE FROM hall_bids b USING hall_results r
WHERE r.hall_result_id = b.hall_result_id AND r.hall_result_id = ANY ($1::uuid[]) AND b.revision < r.revision`;

/** A bid of a result that was corrected meanwhile is passed over. */
export const INSERT_HALL_BIDS = `
INSERT INTO hall_bids (hall_result_id, revision, bid_number, bid_type, bidder_id, bidder_key, paddle, price, maximum, placed_at)
SELECT b.* FROM unnest($1::uuid[], $2::bigint[], $3::integer[], $4::text[], $5::uuid[], $6::uuid[], $7::text[], $8::bigint[],
  $9::bigint[], $10::timestamptz[]) AS b (hall_result_id, revision)
JOIN hall_results r ON r.hall_result_id = b.hall_result_id AND b.revision > r.revision
ON CONFLICT DO NOTHING`;

/** A bid in a batch. */
export type HallBidRow = Readonly<{ hallResultId: string; revision: number; bid: HallBidRecorded }>;

type Column = (change: HallChange) => string | number | bigint | null;

/** In the order of the statement's parameters. */
export const HALL_COLUMNS: readonly Column[] = [
  ({ hallResultId }) => hallResultId,
  ({ revision }) => revision,
  ({ result }) => result.venue,
  ({ result }) => result.sale,
  ({ result }) => result.lotNumber,
  ({ result }) => result.item.title,
  ({ result }) => result.item.description,
  ({ result }) => result.item.category,
  ({ result }) => result.currency,
  ({ result }) => result.lowEstimate,
  ({ result }) => result.highEstimate,
  ({ result }) => result.startingPrice,
  ({ result }) => result.reservePrice,
  ({ result }) => result.outcome,
  ({ result }) => result.price,
  ({ result }) => result.priceKind,
  ({ result }) => result.buyerId,
  ({ result }) => result.buyerKey,
  ({ result }) => result.paddle,
  ({ result }) => result.sellerId,
  ({ result }) => isoTime(result.heldAt),
  ({ recordedAt }) => isoTime(recordedAt),
  ({ result }) => result.source.file,
  ({ result }) => result.source.line,
];

/** The same of bids. */
export const HALL_BID_COLUMNS: readonly ((row: HallBidRow) => string | number | bigint | null)[] = [
  ({ hallResultId }) => hallResultId,
  ({ revision }) => revision,
  ({ bid }) => bid.bidNumber,
  ({ bid }) => bid.bidType,
  ({ bid }) => bid.bidderId,
  ({ bid }) => bid.bidderKey,
  ({ bid }) => bid.paddle,
  ({ bid }) => bid.price,
  ({ bid }) => bid.maximum,
  ({ bid }) => (bid.placedAt === null ? null : isoTime(bid.placedAt)),
];
