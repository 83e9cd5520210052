// Temporary tables for what the journal says, and comparisons with what Silver holds.
// A comparison yields the rows that differ, as JSON of both sides, null for the side that lacks the row.

export type ExpectedTable =
  | 'users'
  | 'personal_data'
  | 'listings'
  | 'standings'
  | 'bids'
  | 'retractions'
  | 'voidings'
  | 'requests'
  | 'request_answers'
  | 'replacements'
  | 'transactions'
  | 'sales'
  | 'lapsed'
  | 'money_movements'
  | 'offers'
  | 'disputes'
  | 'documents'
  | 'document_lines'
  | 'payout_runs'
  | 'payout_items'
  | 'questions'
  | 'feedback'
  | 'answers'
  | 'refused_bids'
  | 'hall_results'
  | 'hall_bids'
  | 'catalogue_sales'
  | 'sale_lots'
  | 'paddles'
  | 'due'
  | 'openings'
  | 'relistings';

export const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ';

export const CREATE_EXPECTED = `
CREATE TEMPORARY TABLE expected_users (
  user_id uuid, revision bigint, encrypted_username text, status text, is_verified boolean, rating integer,
  registered_at timestamptz, erased_at timestamptz, voids_bids boolean
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_personal_data (user_id uuid, revision bigint, personal_data text) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_listings (
  auction_id uuid, seller_id uuid, title text, description text, category text, format text, currency text,
  starting_price bigint, reserve_price bigint, buy_now_price bigint, opens_at timestamptz,
  scheduled_closes_at timestamptz, listed_at timestamptz, relist_of uuid, retraction text,
  photos uuid[], details jsonb, search_words text[], category_forms text[]
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_standings (
  auction_id uuid, revision bigint, current_price bigint, minimum_next_bid bigint, closes_at timestamptz,
  closed_at timestamptz, leading_bid integer, bid_count integer, extensions integer, reserve_met boolean, leader_id uuid,
  status text, end_reason text, relisted_as uuid
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_bids (
  auction_id uuid, bid_number integer, revision bigint, bidder_id uuid, bid_type text, bid_amount bigint, maximum bigint,
  placed_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_retractions (
  auction_id uuid, bid_number integer, retraction_revision bigint, retracted_at timestamptz, retraction_reason text,
  retraction_granted_by uuid, price_after_retraction bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_voidings (
  auction_id uuid, bid_number integer, void_revision bigint, voided_at timestamptz, void_reason text, voided_by uuid,
  price_after_void bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_requests (
  auction_id uuid, bid_number integer, bidder_id uuid, reason text, requested_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_request_answers (
  auction_id uuid, bid_number integer, status text, answered_at timestamptz, answered_by uuid, answer_reason text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_replacements (auction_id uuid, bid_number integer, replaced_by integer) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_transactions (
  auction_id uuid, revision bigint, transaction_number integer, seller_id uuid, buyer_id uuid, currency text,
  final_price bigint, buyers_premium bigint, tax bigint, amount_due bigint, platform_fee bigint, seller_proceeds bigint,
  payment_status text, sold_at timestamptz, completed_at timestamptz, payment_due_at timestamptz, paid_at timestamptz,
  refunded_at timestamptz, failed_payments integer, money_in bigint, money_out bigint, lapsed_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_sales (
  auction_id uuid, transaction_number integer, via text, winning_bid integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_lapsed (
  auction_id uuid, transaction_number integer, lapsed_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_money_movements (
  auction_id uuid, revision bigint, transaction_number integer, kind text, channel text, reference text, amount bigint,
  payment_total bigint, reason text, moved_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_offers (
  auction_id uuid, offer_number integer, bidder_id uuid, bid_number integer, cause text, offered_price bigint,
  offered_at timestamptz, expires_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_answers (
  auction_id uuid, offer_number integer, status text, answered_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_refused_bids (
  auction_id uuid, revision bigint, bidder_id uuid, reason text, refused_count integer, amount bigint, currency text,
  minimum_next_bid bigint, judged_at_revision bigint, first_at timestamptz, rejected_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_hall_results (
  hall_result_id uuid, revision bigint, venue text, sale text, lot_number text, title text, description text, category text,
  currency text, low_estimate bigint, high_estimate bigint, starting_price bigint, reserve_price bigint, outcome text,
  final_price bigint, price_kind text, buyer_id uuid, buyer_key uuid, paddle text, seller_id uuid, held_at timestamptz,
  recorded_at timestamptz, source_file text, source_line integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_hall_bids (
  hall_result_id uuid, revision bigint, bid_number integer, bid_type text, bidder_id uuid, bidder_key uuid, paddle text,
  price bigint, maximum bigint, placed_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_catalogue_sales (
  sale_id uuid, revision bigint, status text, title text, kind text, currency text, registration text, bidding_limit bigint,
  opens_at timestamptz, closes_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_sale_lots (
  lot_id uuid, sale_id uuid, lot_number text, seller_id uuid, title text, starting_price bigint, reserve_price bigint,
  low_estimate bigint, high_estimate bigint, details jsonb, closes_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_paddles (
  sale_id uuid, bidder_id uuid, status text, paddle integer, bidding_limit bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_disputes (
  auction_id uuid, revision bigint, reference text, transaction_number integer, status text, amount bigint, recorded_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_documents (
  document_id uuid, revision bigint, kind text, year integer, number integer, buyer_id uuid, currency text, net bigint, tax bigint,
  total bigint, corrects uuid, reason text, refund text, issued_at timestamptz, due_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_document_lines (
  document_id uuid, line_number integer, document_kind text, auction_id uuid, transaction_number integer, title text, kind text,
  net bigint, tax_rate_ppm integer, tax bigint, tax_scheme text, tax_treatment text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_payout_runs (
  payout_run_id uuid, revision bigint, status text, total bigint, prepared_by uuid, prepared_at timestamptz, decided_by uuid,
  decided_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_payout_items (
  payout_run_id uuid, item_number integer, auction_id uuid, transaction_number integer, seller_id uuid, amount bigint, account text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_questions (
  auction_id uuid, question_number integer, asker_id uuid, question text, asked_at timestamptz, answer text, answered_at timestamptz,
  hide_reason text, hidden_by uuid, hidden_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_feedback (
  auction_id uuid, transaction_number integer, side text, giver_id uuid, about_id uuid, rating text, feedback text,
  given_at timestamptz, reply text, replied_at timestamptz, hide_reason text, hidden_by uuid, hidden_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_due (auction_id uuid, closes_at timestamptz) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_openings (auction_id uuid, opens_at timestamptz) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_relistings (
  relisted_as uuid, auction_id uuid, revision bigint, is_listed boolean
) ON COMMIT DROP`;

export const COPY_EXPECTED: Readonly<Record<ExpectedTable, string>> = {
  users: 'COPY expected_users FROM STDIN',
  personal_data: 'COPY expected_personal_data FROM STDIN',
  listings: 'COPY expected_listings FROM STDIN',
  standings: 'COPY expected_standings FROM STDIN',
  bids: 'COPY expected_bids FROM STDIN',
  retractions: 'COPY expected_retractions FROM STDIN',
  voidings: 'COPY expected_voidings FROM STDIN',
  requests: 'COPY expected_requests FROM STDIN',
  request_answers: 'COPY expected_request_answers FROM STDIN',
  replacements: 'COPY expected_replacements FROM STDIN',
  transactions: `
COPY expected_transactions (auction_id, revision, transaction_number, seller_id, buyer_id, currency, final_price,
  buyers_premium, tax, amount_due, platform_fee, seller_proceeds, payment_status, sold_at, completed_at, payment_due_at,
  paid_at, refunded_at, failed_payments, money_in, money_out) FROM STDIN`,
  sales: 'COPY expected_sales FROM STDIN',
  lapsed: 'COPY expected_lapsed FROM STDIN',
  money_movements: 'COPY expected_money_movements FROM STDIN',
  offers: 'COPY expected_offers FROM STDIN',
  disputes: 'COPY expected_disputes FROM STDIN',
  documents: 'COPY expected_documents FROM STDIN',
  document_lines: 'COPY expected_document_lines FROM STDIN',
  payout_runs: 'COPY expected_payout_runs FROM STDIN',
  payout_items: 'COPY expected_payout_items FROM STDIN',
  questions: 'COPY expected_questions FROM STDIN',
  feedback: 'COPY expected_feedback FROM STDIN',
  answers: 'COPY expected_answers FROM STDIN',
  refused_bids: 'COPY expected_refused_bids FROM STDIN',
  hall_results: 'COPY expected_hall_results FROM STDIN',
  hall_bids: 'COPY expected_hall_bids FROM STDIN',
  catalogue_sales: 'COPY expected_catalogue_sales FROM STDIN',
  sale_lots: 'COPY expected_sale_lots FROM STDIN',
  paddles: 'COPY expected_paddles FROM STDIN',
  due: 'COPY expected_due FROM STDIN',
  openings: 'COPY expected_openings FROM STDIN',
  relistings: 'COPY expected_relistings FROM STDIN',
};

/** Of several rows about the same auction or transaction, the one of the last revision counts. */
export const KEEP_LAST: readonly string[] = [
  `
DELETE FROM expected_standings e USING expected_standings later
WHERE later.auction_id = e.auction_id AND later.revision > e.revision`,
  `
DELETE FROM expected_hall_results e USING expected_hall_results later
WHERE later.hall_result_id = e.hall_result_id AND later.revision > e.revision`,
  `
DELETE FROM expected_hall_bids e USING expected_hall_results r
WHERE r.hall_result_id = e.hall_result_id AND r.revision > e.revision`,
  `
DELETE FROM expected_transactions e USING expected_transactions later
WHERE later.auction_id = e.auction_id AND later.transaction_number = e.transaction_number
  AND later.revision > e.revision`,
  `
UPDATE expected_transactions e SET payment_status = 'lapsed', lapsed_at = l.lapsed_at FROM expected_lapsed l
WHERE l.auction_id = e.auction_id AND l.transaction_number = e.transaction_number`,
];

// Without figures the planner takes the temporary tables for tiny and joins them row by row.
export const ANALYZE_EXPECTED = `
ANALYZE expected_users, expected_personal_data, expected_listings, expected_standings, expected_bids,
  expected_retractions, expected_voidings, expected_requests, expected_request_answers, expected_replacements, expected_transactions, expected_sales, expected_lapsed,
  expected_money_movements, expected_offers, expected_answers, expected_refused_bids, expected_hall_results, expected_hall_bids, expected_catalogue_sales, expected_sale_lots,
  expected_paddles, expected_disputes, expected_documents, expected_document_lines, expected_payout_runs, expected_payout_items,
  expected_questions, expected_feedback, expected_due, expected_openings,
  expected_relistings`;

/** A table's comparison: `$1` is how many differing rows are wanted. */
export type Comparison = Readonly<{ table: string; key: readonly string[]; sql: string }>;

export const COMPARISONS: readonly Comparison[] = [
  {
    table: 'users',
    key: ['user_id'],
    sql: `
WITH last_data AS (
  SELECT DISTINCT ON (user_id) user_id, personal_data FROM expected_personal_data ORDER BY user_id, revision DESC
), e AS (
  SELECT user_id, revision, encrypted_username, status, is_verified, rating, registered_at, erased_at, voids_bids,
    personal_data
  FROM expected_users LEFT JOIN last_data USING (user_id)
), s AS (
  SELECT user_id, revision, encrypted_username, status, is_verified, rating, registered_at, erased_at, voids_bids,
    personal_data
  FROM silver_private.users
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.user_id = s.user_id WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.user_id, s.user_id) LIMIT $1`,
  },
  {
    table: 'listings',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_listings), s AS (
  SELECT auction_id, seller_id, title, description, category, format, currency, starting_price, reserve_price,
    buy_now_price, opens_at, scheduled_closes_at, listed_at, relist_of, retraction, photos, details,
    search_words, category_forms
  FROM silver_private.listings
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
  },
  {
    table: 'standings',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_standings), s AS (
  SELECT auction_id, revision, current_price, minimum_next_bid, closes_at, closed_at, leading_bid, bid_count, extensions,
    reserve_met, leader_id, status, end_reason, relisted_as
  FROM silver_private.standings
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
  },
  {
    table: 'bids',
    key: ['auction_id', 'bid_number'],
    sql: `
WITH e AS (
  SELECT b.auction_id, b.bid_number, b.revision, b.bidder_id, b.bid_type, b.bid_amount, b.maximum, b.placed_at,
    r.retraction_revision, r.retracted_at, r.retraction_reason, r.retraction_granted_by, r.price_after_retraction,
    v.void_revision, v.voided_at, v.void_reason, v.voided_by, v.price_after_void, p.replaced_by
  FROM expected_bids b
  LEFT JOIN expected_retractions r ON r.auction_id = b.auction_id AND r.bid_number = b.bid_number
  LEFT JOIN expected_voidings v ON v.auction_id = b.auction_id AND v.bid_number = b.bid_number
  LEFT JOIN expected_replacements p ON p.auction_id = b.auction_id AND p.bid_number = b.bid_number
), s AS (
  SELECT auction_id, bid_number, revision, bidder_id, bid_type, bid_amount, maximum, placed_at,
    retraction_revision, retracted_at, retraction_reason, retraction_granted_by, price_after_retraction,
    void_revision, voided_at, void_reason, voided_by, price_after_void, replaced_by
  FROM silver_private.bids
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.bid_number = s.bid_number
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.bid_number, s.bid_number) LIMIT $1`,
  },
  {
    table: 'transactions',
    key: ['auction_id', 'transaction_number'],
    sql: `
WITH e AS (
  SELECT t.auction_id, t.transaction_number, t.seller_id, t.buyer_id, a.via, a.winning_bid, t.currency, t.final_price,
    t.buyers_premium, t.tax, t.amount_due, t.platform_fee, t.seller_proceeds, t.payment_status, t.sold_at, t.completed_at,
    t.payment_due_at, t.paid_at, t.refunded_at, t.lapsed_at, t.failed_payments, t.money_in, t.money_out
  FROM expected_transactions t
  LEFT JOIN expected_sales a ON a.auction_id = t.auction_id AND a.transaction_number = t.transaction_number
), s AS (
  SELECT auction_id, transaction_number, seller_id, buyer_id, via, winning_bid, currency, final_price,
    buyers_premium, tax, amount_due, platform_fee, seller_proceeds, payment_status, sold_at, completed_at,
    payment_due_at, paid_at, refunded_at, lapsed_at, failed_payments, money_in, money_out
  FROM silver_private.transactions
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.transaction_number = s.transaction_number
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.transaction_number, s.transaction_number) LIMIT $1`,
  },
  {
    table: 'money_movements',
    key: ['auction_id', 'revision'],
    sql: `
WITH e AS (SELECT * FROM expected_money_movements), s AS (
  SELECT auction_id, revision, transaction_number, kind, channel, reference, amount, payment_total, reason,
    moved_at
  FROM silver_private.money_movements
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.revision = s.revision
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.revision, s.revision) LIMIT $1`,
  },
  {
    table: 'second_chance_offers',
    key: ['auction_id', 'offer_number'],
    sql: `
WITH e AS (
  SELECT o.auction_id, o.offer_number, o.bidder_id, o.bid_number, o.cause, o.offered_price,
    coalesce(a.status, 'pending') AS status, o.offered_at, o.expires_at, a.answered_at
  FROM expected_offers o
  LEFT JOIN expected_answers a ON a.auction_id = o.auction_id AND a.offer_number = o.offer_number
), s AS (
  SELECT auction_id, offer_number, bidder_id, bid_number, cause, offered_price, status, offered_at, expires_at, answered_at
  FROM silver_private.second_chance_offers
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.offer_number = s.offer_number
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.offer_number, s.offer_number) LIMIT $1`,
  },
  {
    table: 'retraction_requests',
    key: ['auction_id', 'bid_number'],
    sql: `
WITH e AS (
  SELECT r.auction_id, r.bid_number, r.bidder_id, r.reason, coalesce(a.status, 'pending') AS status, r.requested_at,
    a.answered_at, a.answered_by, a.answer_reason
  FROM expected_requests r
  LEFT JOIN expected_request_answers a ON a.auction_id = r.auction_id AND a.bid_number = r.bid_number
), s AS (
  SELECT auction_id, bid_number, bidder_id, reason, status, requested_at, answered_at, answered_by, answer_reason
  FROM silver_private.retraction_requests
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.bid_number = s.bid_number
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.bid_number, s.bid_number) LIMIT $1`,
  },
  {
    table: 'refused_bids',
    key: ['auction_id', 'revision'],
    sql: `
WITH e AS (SELECT * FROM expected_refused_bids), s AS (
  SELECT auction_id, revision, bidder_id, reason, refused_count, amount, currency, minimum_next_bid, judged_at_revision,
    first_at, rejected_at
  FROM silver_private.refused_bids
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.revision = s.revision
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.revision, s.revision) LIMIT $1`,
  },
  {
    table: 'hall_results',
    key: ['hall_result_id'],
    sql: `
WITH e AS (SELECT * FROM expected_hall_results), s AS (
  SELECT hall_result_id, revision, venue, sale, lot_number, title, description, category, currency, low_estimate, high_estimate,
    starting_price, reserve_price, outcome, final_price, price_kind, buyer_id, buyer_key, paddle, seller_id, held_at,
    recorded_at, source_file, source_line
  FROM silver_private.hall_results
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.hall_result_id = s.hall_result_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.hall_result_id, s.hall_result_id) LIMIT $1`,
  },
  {
    table: 'hall_bids',
    key: ['hall_result_id', 'bid_number'],
    sql: `
WITH e AS (SELECT * FROM expected_hall_bids), s AS (
  SELECT hall_result_id, revision, bid_number, bid_type, bidder_id, bidder_key, paddle, price, maximum, placed_at
  FROM silver_private.hall_bids
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.hall_result_id = s.hall_result_id AND e.bid_number = s.bid_number
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.hall_result_id, s.hall_result_id), coalesce(e.bid_number, s.bid_number) LIMIT $1`,
  },
  {
    table: 'sales',
    key: ['sale_id'],
    sql: `
WITH e AS (SELECT * FROM expected_catalogue_sales), s AS (
  SELECT sale_id, revision, status, title, kind, currency, registration, bidding_limit, opens_at, closes_at
  FROM silver_private.sales
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.sale_id = s.sale_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.sale_id, s.sale_id) LIMIT $1`,
  },
  {
    table: 'sale_lots',
    key: ['lot_id'],
    sql: `
WITH e AS (SELECT * FROM expected_sale_lots), s AS (
  SELECT lot_id, sale_id, lot_number, seller_id, title, starting_price, reserve_price, low_estimate, high_estimate, details, closes_at
  FROM silver_private.sale_lots
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.lot_id = s.lot_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.lot_id, s.lot_id) LIMIT $1`,
  },
  {
    table: 'paddles',
    key: ['sale_id', 'bidder_id'],
    sql: `
WITH e AS (SELECT * FROM expected_paddles), s AS (
  SELECT sale_id, bidder_id, status, paddle, bidding_limit FROM silver_private.paddles
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.sale_id = s.sale_id AND e.bidder_id = s.bidder_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.sale_id, s.sale_id), coalesce(e.bidder_id, s.bidder_id) LIMIT $1`,
  },
  {
    table: 'disputes',
    key: ['auction_id', 'reference'],
    sql: `
WITH e AS (
  SELECT DISTINCT ON (auction_id, reference) auction_id, reference, transaction_number, status, amount,
    min(recorded_at) OVER (PARTITION BY auction_id, reference) AS told_at, CASE WHEN status <> 'open' THEN recorded_at END AS ended_at
  FROM expected_disputes ORDER BY auction_id, reference, revision DESC
), s AS (
  SELECT auction_id, reference, transaction_number, status, amount, told_at, ended_at FROM silver_private.disputes
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.reference = s.reference
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.reference, s.reference) LIMIT $1`,
  },
  {
    table: 'documents',
    key: ['document_id'],
    sql: `
WITH e AS (SELECT * FROM expected_documents), s AS (
  SELECT document_id, revision, kind, year, number, buyer_id, currency, net, tax, total, corrects, reason, refund, issued_at, due_at FROM silver_private.documents
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.document_id = s.document_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.document_id, s.document_id) LIMIT $1`,
  },
  {
    table: 'document_lines',
    key: ['document_id', 'line_number'],
    sql: `
WITH e AS (SELECT * FROM expected_document_lines), s AS (
  SELECT document_id, line_number, document_kind, auction_id, transaction_number, title, kind, net, tax_rate_ppm, tax, tax_scheme, tax_treatment FROM silver_private.document_lines
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.document_id = s.document_id AND e.line_number = s.line_number
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.document_id, s.document_id), coalesce(e.line_number, s.line_number) LIMIT $1`,
  },
  {
    table: 'payout_runs',
    key: ['payout_run_id'],
    sql: `
WITH e AS (SELECT * FROM expected_payout_runs), s AS (
  SELECT payout_run_id, revision, status, total, prepared_by, prepared_at, decided_by, decided_at FROM silver_private.payout_runs
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.payout_run_id = s.payout_run_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.payout_run_id, s.payout_run_id) LIMIT $1`,
  },
  {
    table: 'payout_items',
    key: ['payout_run_id', 'item_number'],
    sql: `
WITH e AS (SELECT * FROM expected_payout_items), s AS (
  SELECT payout_run_id, item_number, auction_id, transaction_number, seller_id, amount, account FROM silver_private.payout_items
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.payout_run_id = s.payout_run_id AND e.item_number = s.item_number
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.payout_run_id, s.payout_run_id), coalesce(e.item_number, s.item_number) LIMIT $1`,
  },
  {
    table: 'questions',
    key: ['auction_id', 'question_number'],
    sql: `
WITH e AS (SELECT * FROM expected_questions), s AS (
  SELECT auction_id, question_number, asker_id, question, asked_at, answer, answered_at, hide_reason, hidden_by, hidden_at FROM silver_private.questions
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.question_number = s.question_number
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.question_number, s.question_number) LIMIT $1`,
  },
  {
    table: 'feedback',
    key: ['auction_id', 'transaction_number', 'side'],
    sql: `
WITH e AS (SELECT * FROM expected_feedback), s AS (
  SELECT auction_id, transaction_number, side, giver_id, about_id, rating, feedback, given_at, reply, replied_at, hide_reason, hidden_by, hidden_at FROM silver_private.feedback
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.transaction_number = s.transaction_number AND e.side = s.side
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.transaction_number, s.transaction_number), coalesce(e.side, s.side) LIMIT $1`,
  },
  {
    table: 'closings.due',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_due), s AS (SELECT auction_id, closes_at FROM closings.due)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
  },
  {
    table: 'closings.openings',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_openings), s AS (SELECT auction_id, opens_at FROM closings.openings)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
  },
  {
    table: 'closings.relistings',
    key: ['relisted_as'],
    sql: `
WITH e AS (SELECT * FROM expected_relistings), s AS (
  SELECT relisted_as, auction_id, revision, is_listed FROM closings.relistings
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found
FROM e FULL JOIN s ON e.relisted_as = s.relisted_as
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.relisted_as, s.relisted_as) LIMIT $1`,
  },
];
