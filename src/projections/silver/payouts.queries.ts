// What is asked of payouts: by staff, by sellers, and by what settles the sales of an approved run.
import type { ClientBase, Pool } from 'pg';
import type { FeeLine } from '../../domain/fees/charges.js';
import type { AuctionId, PayoutRunId, UserId } from '../../domain/ids.js';
import type { Minor } from '../../domain/money.js';
import type { PayoutItem } from '../../domain/payout/payout-run.events.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from './cursor.js';
import { linesFromText } from './listed-fees.js';

type PageRequest = Readonly<{ after: Cursor | null; limit: number }>;

export type PayoutRunRow = Readonly<{
  payoutRunId: PayoutRunId;
  status: 'prepared' | 'approved' | 'discarded';
  total: Minor;
  preparedBy: UserId;
  preparedAt: Instant;
  decidedBy: UserId | null;
  decidedAt: Instant | null;
}>;

/** `account` is a ciphertext. `isAwaited`: the run is approved, and the books do not show yet what becomes of it. */
export type PayoutItemRow = PayoutItem &
  Readonly<{ title: string; isSettled: boolean; isAwaited: boolean; hammerPrice: Minor; lines: readonly FeeLine[] }>;
export type PayoutRunDetail = PayoutRunRow & Readonly<{ items: readonly PayoutItemRow[] }>;

/** What a seller gets by a run, settled sales alone. */
export type SellerPayoutRow = Readonly<{ payoutRunId: PayoutRunId; sales: number; total: Minor; approvedAt: Instant }>;

const RUNS = `
SELECT payout_run_id AS "payoutRunId", status, total, prepared_by AS "preparedBy", prepared_at AS "preparedAt",
  decided_by AS "decidedBy", decided_at AS "decidedAt"
FROM silver_private.payout_runs`;
const PAGE = `${RUNS}
WHERE $1::timestamptz IS NULL OR (prepared_at, payout_run_id) < ($1, $2::uuid)
ORDER BY prepared_at DESC, payout_run_id DESC LIMIT $3`;
const ITEMS = `
SELECT i.auction_id AS "auctionId", i.transaction_number AS "transactionNumber", i.seller_id AS "sellerId", i.payout_amount AS amount, p.account,
  l.title, i.is_settled AS "isSettled", r.status = 'approved' AND NOT i.is_settled AND NOT i.is_held AND t.payment_status = 'paid' AS "isAwaited",
  t.final_price AS "hammerPrice", t.lines
FROM silver.payout_items i
JOIN silver_private.payout_items p USING (payout_run_id, item_number)
JOIN silver_private.payout_runs r USING (payout_run_id)
JOIN silver_private.transactions t ON t.auction_id = i.auction_id AND t.transaction_number = i.transaction_number
JOIN silver_private.listings l ON l.auction_id = i.auction_id
WHERE i.payout_run_id = $1 ORDER BY i.item_number`;
// A sale that is paid for holds what the buyer has not had back, and the seller gets the proceeds in that proportion.
// What is in a run that is not discarded waits for that run; one that it has settled was given back since, where it is paid.
const TO_PAY = `
SELECT t.auction_id AS "auctionId", t.transaction_number AS "transactionNumber", t.seller_id AS "sellerId",
  div(t.seller_proceeds::numeric * (t.money_in - t.money_out), t.amount_due)::bigint AS amount, b.account
FROM silver_private.transactions t JOIN silver_private.bank_accounts b ON b.user_id = t.seller_id
WHERE t.payment_status = 'paid' AND t.currency = 'EUR'
  AND NOT EXISTS (SELECT FROM silver.payout_items i JOIN silver_private.payout_runs r USING (payout_run_id)
    WHERE i.auction_id = t.auction_id AND i.transaction_number = t.transaction_number AND r.status <> 'discarded'
      AND NOT i.is_settled AND NOT i.is_held)
  AND NOT EXISTS (SELECT FROM silver_private.disputes d WHERE d.auction_id = t.auction_id
    AND d.transaction_number = t.transaction_number AND d.status = 'open')
ORDER BY t.paid_at, t.auction_id LIMIT $1`;
const TO_SETTLE = `
SELECT i.payout_run_id AS "payoutRunId", i.auction_id AS "auctionId", i.transaction_number AS "transactionNumber"
FROM silver.payout_items i JOIN silver_private.payout_runs r USING (payout_run_id)
JOIN silver_private.transactions t ON t.auction_id = i.auction_id AND t.transaction_number = i.transaction_number
WHERE r.status = 'approved' AND t.payment_status = 'paid' AND NOT i.is_settled AND NOT i.is_held
ORDER BY r.decided_at, i.item_number LIMIT $1`;
const OF_SELLER = `
SELECT i.payout_run_id AS "payoutRunId", count(*)::integer AS sales, sum(i.payout_amount)::bigint AS total, r.decided_at AS "approvedAt"
FROM silver.payout_items i JOIN silver_private.payout_runs r USING (payout_run_id)
WHERE i.seller_id = $1 AND i.is_settled AND ($2::timestamptz IS NULL OR (r.decided_at, i.payout_run_id) < ($2, $3::uuid))
GROUP BY i.payout_run_id, r.decided_at ORDER BY r.decided_at DESC, i.payout_run_id DESC LIMIT $4`;

export type ToSettle = Readonly<{ payoutRunId: PayoutRunId; auctionId: AuctionId; transactionNumber: number }>;

export class PayoutsQueries {
  constructor(private readonly database: Pool | ClientBase) {}

  /** A run with its items; null for an unknown one. */
  async payoutRun(id: PayoutRunId): Promise<PayoutRunDetail | null> {
    const [run] = await this.all<PayoutRunRow>(`${RUNS} WHERE payout_run_id = $1`, [id]);
    if (run === undefined) return null;
    const items = await this.all<Omit<PayoutItemRow, 'lines'> & Readonly<{ lines: string }>>(ITEMS, [id]);
    return { ...run, items: items.map((item) => ({ ...item, lines: linesFromText(item.lines) })) };
  }

  /** All runs, the latest first. */
  async payoutRuns({ after, limit }: PageRequest): Promise<Page<PayoutRunRow>> {
    const [preparedAt, id] = keyIn('payout-runs', after, ['time', 'id']);
    const rows = await this.all<PayoutRunRow>(PAGE, [preparedAt, id, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('payout-runs', [isoTime(row.preparedAt), row.payoutRunId]));
  }

  /** What a seller was paid out, the latest first. */
  async payoutsOf(sellerId: UserId, { after, limit }: PageRequest): Promise<Page<SellerPayoutRow>> {
    const [approvedAt, id] = keyIn('payouts', after, ['time', 'id']);
    const rows = await this.all<SellerPayoutRow>(OF_SELLER, [sellerId, approvedAt, id, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('payouts', [isoTime(row.approvedAt), row.payoutRunId]));
  }

  /** Sales in euros that are paid for and not paid out, of sellers who have stated an account, the earliest first. */
  toPay(limit: number): Promise<readonly PayoutItem[]> {
    return this.all<PayoutItem>(TO_PAY, [limit]);
  }

  /** Sales of approved runs that the books do not show as paid out. */
  toSettle(limit: number): Promise<readonly ToSettle[]> {
    return this.all<ToSettle>(TO_SETTLE, [limit]);
  }

  private async all<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.database.query<Row>({ text, values: [...values], types: ownTypes });
    return rows;
  }
}
