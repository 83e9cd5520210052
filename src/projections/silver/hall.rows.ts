// Lots of hall sales as rows. A lot has one event, and one more for each correction; of several in a batch the last counts.
import type { HallResultRecorded } from '../../domain/sale/hall-result.events.js';
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
INSERT INTO hall_results (hall_result_id, revision, sale, lot_number, title, description, category, currency, low_estimate,
  high_estimate, reserve_price, outcome, final_price, price_kind, buyer_id, paddle, seller_id, held_at, recorded_at,
  source_file, source_line)
SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
  $9::bigint[], $10::bigint[], $11::bigint[], $12::text[], $13::bigint[], $14::text[], $15::uuid[], $16::text[],
  $17::uuid[], $18::timestamptz[], $19::timestamptz[], $20::text[], $21::integer[])
ON CONFLICT (hall_result_id) DO UPDATE SET
  revision = excluded.revision, sale = excluded.sale, lot_number = excluded.lot_number, title = excluded.title,
  description = excluded.description, category = excluded.category, currency = excluded.currency,
  low_estimate = excluded.low_estimate, high_estimate = excluded.high_estimate,
  reserve_price = excluded.reserve_price, outcome = excluded.outcome, final_price = excluded.final_price,
  price_kind = excluded.price_kind, buyer_id = excluded.buyer_id, paddle = excluded.paddle,
  seller_id = excluded.seller_id, held_at = excluded.held_at, recorded_at = excluded.recorded_at,
  source_file = excluded.source_file, source_line = excluded.source_line
WHERE hall_results.revision < excluded.revision`;

type Column = (change: HallChange) => string | number | bigint | null;

/** In the order of the statement's parameters. */
export const HALL_COLUMNS: readonly Column[] = [
  ({ hallResultId }) => hallResultId,
  ({ revision }) => revision,
  ({ result }) => result.sale,
  ({ result }) => result.lotNumber,
  ({ result }) => result.item.title,
  ({ result }) => result.item.description,
  ({ result }) => result.item.category,
  ({ result }) => result.currency,
  ({ result }) => result.lowEstimate,
  ({ result }) => result.highEstimate,
  ({ result }) => result.reservePrice,
  ({ result }) => result.outcome,
  ({ result }) => result.price,
  ({ result }) => result.priceKind,
  ({ result }) => result.buyerId,
  ({ result }) => result.paddle,
  ({ result }) => result.sellerId,
  ({ result }) => isoTime(result.heldAt),
  ({ recordedAt }) => isoTime(recordedAt),
  ({ result }) => result.source.file,
  ({ result }) => result.source.line,
];
