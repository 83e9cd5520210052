// How sales, lots and paddles get into Silver's tables. A sale's row counts the revision of its stream, and stands for its lots and paddles:
// a batch that does not follow on it is stopped.
import type { ClientBase } from 'pg';
import { isoTime } from '../../domain/time.js';
import { expectRows, updateRows } from './rows-found.js';
import {
  CLOSE_COLUMNS,
  LOT_COLUMNS,
  type LotChange,
  type NewLot,
  NUMBER_COLUMNS,
  PADDLE_COLUMNS,
  type SaleChange,
  type SalesChange,
  termsOf,
} from './sales.rows.js';

const INSERT_SALE = `
INSERT INTO sales (sale_id, revision, status, drafted_at, title, kind, currency, terms_version, viewing_notes, registration,
  bidding_limit, opens_at, closes_at, lot_interval_ms, soft_close_moves)
VALUES ($1, 0, 'drafted', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`;

const REVISE_SALE = `
UPDATE sales SET title = $2, kind = $3, currency = $4, terms_version = $5, viewing_notes = $6, registration = $7,
  bidding_limit = $8, opens_at = $9, closes_at = $10, lot_interval_ms = $11, soft_close_moves = $12
WHERE sale_id = $1`;

const MOVE_SALE = `
UPDATE sales SET revision = $3, status = COALESCE($4, status), published_at = COALESCE($5, published_at),
  opened_at = COALESCE($6, opened_at), closed_at = COALESCE($7, closed_at), cancelled_at = COALESCE($8, cancelled_at),
  cancel_reason = COALESCE($9, cancel_reason)
WHERE sale_id = $1 AND revision = $2`;

const DROP_LOTS = 'DELETE FROM sale_lots WHERE lot_id = ANY ($1::uuid[])';

const INSERT_LOTS = `
INSERT INTO sale_lots (lot_id, sale_id, lot_number, seller_id, title, description, category, starting_price, reserve_price,
  low_estimate, high_estimate, details, added_at)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::text[], $6::text[], $7::text[], $8::bigint[],
  $9::bigint[], $10::bigint[], $11::bigint[], $12::jsonb[], $13::timestamptz[])`;

const RENUMBER_LOTS = `
UPDATE sale_lots SET lot_number = c.lot_number FROM unnest($1::uuid[], $2::text[]) AS c(lot_id, lot_number)
WHERE sale_lots.lot_id = c.lot_id`;

const SET_CLOSES = `
UPDATE sale_lots SET closes_at = c.closes_at FROM unnest($1::uuid[], $2::timestamptz[]) AS c(lot_id, closes_at)
WHERE sale_lots.lot_id = c.lot_id`;

// A paddle keeps its number and the time of the request; all else is as of the last decision.
const UPSERT_PADDLES = `
INSERT INTO paddles (sale_id, bidder_id, status, paddle, bidding_limit, decision_reason, requested_at, decided_at, decided_by)
SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::bigint[], $6::text[], $7::timestamptz[],
  $8::timestamptz[], $9::uuid[])
ON CONFLICT (sale_id, bidder_id) DO UPDATE SET
  status = excluded.status, paddle = COALESCE(excluded.paddle, paddles.paddle), bidding_limit = excluded.bidding_limit,
  decision_reason = excluded.decision_reason, requested_at = COALESCE(excluded.requested_at, paddles.requested_at),
  decided_at = excluded.decided_at, decided_by = excluded.decided_by`;

/** The statements that write a batch, inside the caller's transaction; null for nothing to write. */
export function writeSales(client: ClientBase, batch: SalesChange): readonly (Promise<unknown> | null)[] {
  const lots = [...batch.lots.values()];
  const gone = lots.filter(({ isGone }) => isGone).map(({ lotId }) => lotId);
  const renumbered = lots.filter(({ added, isGone }) => added === null && !isGone);
  return [
    ...[...batch.sales.values()].flatMap((change) => writeSale(client, change)),
    gone.length === 0 ? null : client.query(DROP_LOTS, [gone]),
    updateRows(client, 'lots to add', INSERT_LOTS, LOT_COLUMNS, lots.filter(isNew)),
    updateRows(client, 'lots to renumber', RENUMBER_LOTS, NUMBER_COLUMNS, renumbered),
    updateRows(client, 'lots of a catalogue', SET_CLOSES, CLOSE_COLUMNS, batch.closes),
    updateRows(client, 'paddles', UPSERT_PADDLES, PADDLE_COLUMNS, [...batch.paddles.values()]),
  ];
}

const isNew = (lot: LotChange): lot is NewLot => lot.added !== null;

function writeSale(client: ClientBase, change: SaleChange): readonly (Promise<unknown> | null)[] {
  const { saleId, drafted, revised, revision, status, publishedAt, openedAt, closedAt, cancelledAt } = change;
  const times = [publishedAt, openedAt, closedAt, cancelledAt];
  return [
    drafted === null
      ? null
      : client.query(INSERT_SALE, [saleId, isoTime(drafted.draftedAt), ...termsOf(drafted.terms)]),
    revised === null ? null : client.query(REVISE_SALE, [saleId, ...termsOf(revised)]),
    moveSale(client, [saleId, drafted === null ? change.before : 0, revision, status, ...times, change.cancelReason]),
  ];
}

async function moveSale(client: ClientBase, values: readonly unknown[]): Promise<void> {
  const { rowCount } = await client.query(MOVE_SALE, [...values]);
  expectRows('sales', rowCount, 1);
}
