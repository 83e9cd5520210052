// What `gavel verify` asks PostgreSQL beside the comparison of rows, which belongs to the versions themselves.

export const CHECKPOINTS = `
SELECT consumer, slice, slices, position::text FROM feed.checkpoints WHERE consumer IN ('silver', 'closings')`;

/** Columns whose values are never shown. */
export const SECRET_COLUMNS: ReadonlySet<string> = new Set([
  'maximum',
  'amount',
  'reserve_price',
  'personal_data',
  'offered_price',
  'encrypted_username',
  'tax_number',
  'account',
  'void_reason',
  'answer_reason',
  'decision_reason',
  'bidding_limit',
  'note',
]);

export const DANGLING_REFERENCES = `
SELECT reference AS check, key AS subject, total::text FROM feed.dangling_references('silver_private', $1)`;

/** What holds across auctions: the parts of one payment are never more than the whole. */
export const PAYMENTS_COUNT_ONCE = `
SELECT 'payments count once' AS check, channel || ' ' || reference AS subject, (count(*) OVER ())::text AS total
FROM silver_private.money_movements
WHERE kind = 'payment' GROUP BY channel, reference
HAVING sum(amount) > min(payment_total) OR min(payment_total) <> max(payment_total) ORDER BY subject LIMIT $1`;
export const PAYMENT_COUNTS_TWICE = 'pays sales that together count more than the payment';

/** Rows and money on both sides, for whoever reads the report. The sum is of the amount named, across currencies. */
export const TOTALS = `
SELECT 'users' AS table, NULL AS amount, (SELECT count(*) FROM silver_private_next.users) AS expected_rows,
  (SELECT count(*) FROM silver_private.users) AS rows, NULL::text AS expected_sum, NULL::text AS sum
UNION ALL
SELECT 'auctions', 'current_price', (SELECT count(*) FROM silver_private_next.standings),
  (SELECT count(*) FROM silver.auctions), (SELECT coalesce(sum(current_price), 0)::text FROM silver_private_next.standings),
  (SELECT coalesce(sum(current_price), 0)::text FROM silver.auctions)
UNION ALL
SELECT 'bids', 'bid_amount', (SELECT count(*) FROM silver_private_next.bids), (SELECT count(*) FROM silver.bids),
  (SELECT coalesce(sum(bid_amount), 0)::text FROM silver_private_next.bids),
  (SELECT coalesce(sum(bid_amount), 0)::text FROM silver_private.bids)
UNION ALL
SELECT 'transactions', 'amount_due', (SELECT count(*) FROM silver_private_next.transactions),
  (SELECT count(*) FROM silver.transactions), (SELECT coalesce(sum(amount_due), 0)::text FROM silver_private_next.transactions),
  (SELECT coalesce(sum(amount_due), 0)::text FROM silver.transactions)
UNION ALL
SELECT 'payments', 'payment_amount', (SELECT count(*) FROM silver_private_next.money_movements), (SELECT count(*) FROM silver.payments),
  (SELECT coalesce(sum(amount), 0)::text FROM silver_private_next.money_movements),
  (SELECT coalesce(sum(payment_amount), 0)::text FROM silver.payments)
UNION ALL
SELECT 'second_chance_offers', NULL, (SELECT count(*) FROM silver_private_next.second_chance_offers),
  (SELECT count(*) FROM silver.second_chance_offers), NULL, NULL
UNION ALL
SELECT 'hall_results', 'final_price', (SELECT count(*) FROM silver_private_next.hall_results),
  (SELECT count(*) FROM silver.hall_results), (SELECT coalesce(sum(final_price), 0)::text FROM silver_private_next.hall_results),
  (SELECT coalesce(sum(final_price), 0)::text FROM silver.hall_results)
UNION ALL
SELECT 'fraud_cases', NULL, (SELECT count(*) FROM silver_private_next.fraud_cases),
  (SELECT count(*) FROM silver.fraud_cases), NULL, NULL
UNION ALL
SELECT 'hall_bids', 'price', (SELECT count(*) FROM silver_private_next.hall_bids), (SELECT count(*) FROM silver.hall_bids),
  (SELECT coalesce(sum(price), 0)::text FROM silver_private_next.hall_bids),
  (SELECT coalesce(sum(price), 0)::text FROM silver.hall_bids)
UNION ALL
SELECT 'sales', NULL, (SELECT count(*) FROM silver_private_next.sales), (SELECT count(*) FROM silver.sales), NULL, NULL
UNION ALL
SELECT 'sale_lots', 'starting_price', (SELECT count(*) FROM silver_private_next.sale_lots), (SELECT count(*) FROM silver.sale_lots),
  (SELECT coalesce(sum(starting_price), 0)::text FROM silver_private_next.sale_lots),
  (SELECT coalesce(sum(starting_price), 0)::text FROM silver.sale_lots)
UNION ALL
SELECT 'documents', 'total', (SELECT count(*) FROM silver_private_next.documents), (SELECT count(*) FROM silver_private.documents),
  (SELECT coalesce(sum(total), 0)::text FROM silver_private_next.documents), (SELECT coalesce(sum(total), 0)::text FROM silver_private.documents)
UNION ALL
SELECT 'payout_items', 'amount', (SELECT count(*) FROM silver_private_next.payout_items), (SELECT count(*) FROM silver_private.payout_items),
  (SELECT coalesce(sum(amount), 0)::text FROM silver_private_next.payout_items), (SELECT coalesce(sum(amount), 0)::text FROM silver_private.payout_items)
UNION ALL
SELECT 'disputes', 'amount', (SELECT count(*) FROM silver_private_next.disputes), (SELECT count(*) FROM silver_private.disputes),
  (SELECT coalesce(sum(amount), 0)::text FROM silver_private_next.disputes), (SELECT coalesce(sum(amount), 0)::text FROM silver_private.disputes)
UNION ALL
SELECT 'questions', NULL, (SELECT count(*) FROM silver_private_next.questions),
  (SELECT count(*) FROM silver_private.questions), NULL, NULL
UNION ALL
SELECT 'feedback', NULL, (SELECT count(*) FROM silver_private_next.feedback),
  (SELECT count(*) FROM silver_private.feedback), NULL, NULL
UNION ALL
SELECT 'paddles', NULL, (SELECT count(*) FROM silver_private_next.paddles), (SELECT count(*) FROM silver.paddles), NULL, NULL
UNION ALL
SELECT 'rejected_bids', NULL, (SELECT count(*) FROM silver_private_next.refused_bids),
  (SELECT count(*) FROM silver.rejected_bids), NULL, NULL`;
