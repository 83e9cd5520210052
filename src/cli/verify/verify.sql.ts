// What `gavel verify` asks PostgreSQL: temporary tables for what the journal says, and comparisons with what Silver holds.
// A comparison yields the rows that differ, as JSON of both sides, null for the side that lacks the row.

export type ExpectedTable =
  | 'users'
  | 'personal_data'
  | 'listings'
  | 'standings'
  | 'bids'
  | 'retractions'
  | 'transactions'
  | 'refused_bids'
  | 'due';

export const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ';

export const CHECKPOINTS = `
SELECT consumer, slice, slices, position::text FROM feed.checkpoints WHERE consumer IN ('silver', 'closings')`;

export const PARKED_FROM = `
SELECT consumer, stream_id, revision::integer FROM feed.parked_streams WHERE consumer IN ('silver', 'closings')`;

export const CREATE_EXPECTED = `
CREATE TEMPORARY TABLE expected_users (
  user_id uuid, revision bigint, username text, status text, is_verified boolean, rating integer, registered_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_personal_data (user_id uuid, revision bigint, personal_data text) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_listings (
  auction_id uuid, seller_id uuid, title text, description text, category text, format text, currency text,
  starting_price bigint, reserve_price bigint, buy_now_price bigint, opens_at timestamptz,
  scheduled_closes_at timestamptz, listed_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_standings (
  auction_id uuid, revision bigint, current_price bigint, minimum_next_bid bigint, closes_at timestamptz,
  closed_at timestamptz, leading_bid integer, bid_count integer, extensions integer, reserve_met boolean, leader_id uuid,
  status text, end_reason text
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_bids (
  auction_id uuid, bid_number integer, revision bigint, bidder_id uuid, bid_type text, bid_amount bigint, maximum bigint,
  placed_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_retractions (
  auction_id uuid, bid_number integer, retraction_revision bigint, retracted_at timestamptz, retraction_reason text,
  price_after_retraction bigint
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_transactions (
  auction_id uuid, seller_id uuid, buyer_id uuid, via text, winning_bid integer, currency text, final_price bigint,
  buyers_premium bigint, tax bigint, amount_due bigint, platform_fee bigint, seller_proceeds bigint, sold_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_refused_bids (
  auction_id uuid, revision bigint, bidder_id uuid, reason text, refused_count integer, amount bigint, currency text,
  minimum_next_bid bigint, judged_at_revision bigint, first_at timestamptz, rejected_at timestamptz
) ON COMMIT DROP;
CREATE TEMPORARY TABLE expected_due (auction_id uuid, closes_at timestamptz) ON COMMIT DROP`;

export const COPY_EXPECTED: Readonly<Record<ExpectedTable, string>> = {
  users: 'COPY expected_users FROM STDIN',
  personal_data: 'COPY expected_personal_data FROM STDIN',
  listings: 'COPY expected_listings FROM STDIN',
  standings: 'COPY expected_standings FROM STDIN',
  bids: 'COPY expected_bids FROM STDIN',
  retractions: 'COPY expected_retractions FROM STDIN',
  transactions: 'COPY expected_transactions FROM STDIN',
  refused_bids: 'COPY expected_refused_bids FROM STDIN',
  due: 'COPY expected_due FROM STDIN',
};

// Without figures the planner takes the temporary tables for tiny and joins them row by row.
export const ANALYZE_EXPECTED = `
ANALYZE expected_users, expected_personal_data, expected_listings, expected_standings, expected_bids,
  expected_retractions, expected_transactions, expected_refused_bids, expected_due`;

/** Columns whose values are never shown. */
export const SECRET_COLUMNS: ReadonlySet<string> = new Set(['maximum', 'amount', 'reserve_price', 'personal_data']);

/** A table's comparison: `$1` is how many differing rows are wanted; every row tells how many there are in all. */
export type Comparison = Readonly<{ table: string; key: readonly string[]; sql: string }>;

export const COMPARISONS: readonly Comparison[] = [
  {
    table: 'users',
    key: ['user_id'],
    sql: `
WITH last_data AS (
  SELECT DISTINCT ON (user_id) user_id, personal_data FROM expected_personal_data ORDER BY user_id, revision DESC
), e AS (
  SELECT user_id, revision, username, status, is_verified, rating, registered_at, personal_data
  FROM expected_users LEFT JOIN last_data USING (user_id)
), s AS (
  SELECT user_id, revision, username, status, is_verified, rating, registered_at, personal_data FROM silver_private.users
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found, count(*) OVER () AS total
FROM e FULL JOIN s ON e.user_id = s.user_id WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.user_id, s.user_id) LIMIT $1`,
  },
  {
    table: 'listings',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_listings), s AS (
  SELECT auction_id, seller_id, title, description, category, format, currency, starting_price, reserve_price,
    buy_now_price, opens_at, scheduled_closes_at, listed_at
  FROM silver_private.listings
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found, count(*) OVER () AS total
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
  },
  {
    table: 'standings',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_standings), s AS (
  SELECT auction_id, revision, current_price, minimum_next_bid, closes_at, closed_at, leading_bid, bid_count, extensions,
    reserve_met, leader_id, status, end_reason
  FROM silver_private.standings
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found, count(*) OVER () AS total
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
  },
  {
    table: 'bids',
    key: ['auction_id', 'bid_number'],
    sql: `
WITH e AS (
  SELECT b.auction_id, b.bid_number, b.revision, b.bidder_id, b.bid_type, b.bid_amount, b.maximum, b.placed_at,
    r.retraction_revision, r.retracted_at, r.retraction_reason, r.price_after_retraction
  FROM expected_bids b
  LEFT JOIN expected_retractions r ON r.auction_id = b.auction_id AND r.bid_number = b.bid_number
), s AS (
  SELECT auction_id, bid_number, revision, bidder_id, bid_type, bid_amount, maximum, placed_at,
    retraction_revision, retracted_at, retraction_reason, price_after_retraction
  FROM silver_private.bids
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found, count(*) OVER () AS total
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.bid_number = s.bid_number
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.bid_number, s.bid_number) LIMIT $1`,
  },
  {
    table: 'transactions',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_transactions), s AS (
  SELECT auction_id, seller_id, buyer_id, via, winning_bid, currency, final_price, buyers_premium, tax, amount_due,
    platform_fee, seller_proceeds, sold_at
  FROM silver_private.transactions
)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found, count(*) OVER () AS total
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
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
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found, count(*) OVER () AS total
FROM e FULL JOIN s ON e.auction_id = s.auction_id AND e.revision = s.revision
WHERE e IS DISTINCT FROM s
ORDER BY coalesce(e.auction_id, s.auction_id), coalesce(e.revision, s.revision) LIMIT $1`,
  },
  {
    table: 'closings.due',
    key: ['auction_id'],
    sql: `
WITH e AS (SELECT * FROM expected_due), s AS (SELECT auction_id, closes_at FROM closings.due)
SELECT to_jsonb(e) AS expected, to_jsonb(s) AS found, count(*) OVER () AS total
FROM e FULL JOIN s ON e.auction_id = s.auction_id
WHERE e IS DISTINCT FROM s ORDER BY coalesce(e.auction_id, s.auction_id) LIMIT $1`,
  },
];

/** Keys that the tables declare and do not enforce: what refers to something that is not there. */
export type KeyCheck = Readonly<{ check: string; sql: string }>;

export const KEY_CHECKS: readonly KeyCheck[] = [
  {
    check: 'listings.seller_id → users',
    sql: `
SELECT l.auction_id::text AS subject, count(*) OVER () AS total FROM silver_private.listings l
WHERE NOT EXISTS (SELECT FROM silver_private.users u WHERE u.user_id = l.seller_id) ORDER BY 1 LIMIT $1`,
  },
  {
    check: 'standings.leader_id → users',
    sql: `
SELECT s.auction_id::text AS subject, count(*) OVER () AS total FROM silver_private.standings s
WHERE s.leader_id IS NOT NULL
  AND NOT EXISTS (SELECT FROM silver_private.users u WHERE u.user_id = s.leader_id) ORDER BY 1 LIMIT $1`,
  },
  {
    check: 'bids.auction_id → listings',
    sql: `
SELECT b.auction_id || '-' || b.bid_number AS subject, count(*) OVER () AS total FROM silver_private.bids b
WHERE NOT EXISTS (SELECT FROM silver_private.listings l WHERE l.auction_id = b.auction_id) ORDER BY 1 LIMIT $1`,
  },
  {
    check: 'bids.bidder_id → users',
    sql: `
SELECT b.auction_id || '-' || b.bid_number AS subject, count(*) OVER () AS total FROM silver_private.bids b
WHERE NOT EXISTS (SELECT FROM silver_private.users u WHERE u.user_id = b.bidder_id) ORDER BY 1 LIMIT $1`,
  },
  {
    check: 'transactions.seller_id → users',
    sql: `
SELECT t.auction_id::text AS subject, count(*) OVER () AS total FROM silver_private.transactions t
WHERE NOT EXISTS (SELECT FROM silver_private.users u WHERE u.user_id = t.seller_id) ORDER BY 1 LIMIT $1`,
  },
  {
    check: 'transactions.buyer_id → users',
    sql: `
SELECT t.auction_id::text AS subject, count(*) OVER () AS total FROM silver_private.transactions t
WHERE NOT EXISTS (SELECT FROM silver_private.users u WHERE u.user_id = t.buyer_id) ORDER BY 1 LIMIT $1`,
  },
];

/** Rows and money on both sides, for whoever reads the report. The sum is of the amount named, across currencies. */
export const TOTALS = `
SELECT 'users' AS table, NULL AS amount, (SELECT count(*) FROM expected_users) AS expected_rows,
  (SELECT count(*) FROM silver_private.users) AS rows, NULL::text AS expected_sum, NULL::text AS sum
UNION ALL
SELECT 'auctions', 'current_price', (SELECT count(*) FROM expected_standings),
  (SELECT count(*) FROM silver.auctions), (SELECT coalesce(sum(current_price), 0)::text FROM expected_standings),
  (SELECT coalesce(sum(current_price), 0)::text FROM silver.auctions)
UNION ALL
SELECT 'bids', 'bid_amount', (SELECT count(*) FROM expected_bids), (SELECT count(*) FROM silver.bids),
  (SELECT coalesce(sum(bid_amount), 0)::text FROM expected_bids),
  (SELECT coalesce(sum(bid_amount), 0)::text FROM silver.bids)
UNION ALL
SELECT 'transactions', 'amount_due', (SELECT count(*) FROM expected_transactions),
  (SELECT count(*) FROM silver.transactions), (SELECT coalesce(sum(amount_due), 0)::text FROM expected_transactions),
  (SELECT coalesce(sum(amount_due), 0)::text FROM silver.transactions)
UNION ALL
SELECT 'rejected_bids', NULL, (SELECT count(*) FROM expected_refused_bids),
  (SELECT count(*) FROM silver.rejected_bids), NULL, NULL`;
