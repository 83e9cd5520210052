// Silver and Gold of a house after two years, drawn by PostgreSQL itself: no event is judged. What dashboards read is filled, in
// the numbers and the skew that real houses have: few categories hold most auctions, bids crowd before the close.

/** Ids in the order of time, as those of UUID version 7 are. */
export const FUNCTIONS = `
CREATE FUNCTION pg_temp.id(kind text, n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql
RETURN (kind || '-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
CREATE FUNCTION pg_temp.auction(n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql RETURN pg_temp.id('01900001-0000', n);
CREATE FUNCTION pg_temp.person(n bigint) RETURNS uuid IMMUTABLE LANGUAGE sql RETURN pg_temp.id('01900002-0000', n);
SELECT setseed(0.42)`;

/** Statements in order. $1 is the number of events that the house has on record; of 10 million 300,000 are auctions. */
export const FILL: readonly (readonly [table: string, text: string])[] = [
  [
    'users',
    `INSERT INTO silver_private.users (user_id, revision, encrypted_username, status, is_verified, rating, registered_at)
SELECT pg_temp.person(n), 0, 'x', 'active', n % 3 = 0, n % 100, now() - interval '730 days' * (1 - n / ($1::bigint / 50.0))
FROM generate_series(1, $1::bigint / 50) n`,
  ],
  [
    'auctions drawn',
    `CREATE TEMPORARY TABLE drawn AS
SELECT n, pg_temp.auction(n) AS auction_id,
  -- One in 150 is open now.
  closes_at, closes_at - interval '7 days' AS opens_at, closes_at > now() AS is_open,
  'Category ' || lpad((1 + floor(40 * random() ^ 3))::text, 2, '0') AS category,
  CASE WHEN c < 0.6 THEN 'USD' WHEN c < 0.9 THEN 'EUR' ELSE 'GBP' END AS currency,
  CASE WHEN f < 0.9 THEN 'english' WHEN f < 0.95 THEN 'vickrey' ELSE 'sealed-first-price' END AS format,
  -- The mean is 28. Some open ones are hot.
  CASE WHEN closes_at > now() AND n % 100 = 0 THEN 5000 ELSE floor(-28.4 * ln(1 - random()))::integer END AS bids,
  (100 * floor(1 + 500 * random() ^ 4))::bigint AS starting_price,
  pg_temp.person(1 + floor($1::bigint / 500 * random() ^ 2)::bigint) AS seller_id,
  random() < 0.7 AS is_sold, random() AS paying
FROM (
  SELECT n, now() - interval '730 days' + interval '735 days' * (n / (0.03 * $1::bigint)) AS closes_at, random() AS c, random() AS f
  FROM generate_series(1, (0.03 * $1::bigint)::bigint) n
) of_time`,
  ],
  [
    'listings',
    `INSERT INTO silver_private.listings (auction_id, seller_id, title, description, category, format, currency, starting_price,
  opens_at, scheduled_closes_at, listed_at, search_words, category_forms, retraction, fees, photos)
SELECT auction_id, seller_id, 'An item, no. ' || n, repeat('It is as described. ', 20), category, format, currency, starting_price,
  opens_at, closes_at, opens_at, ARRAY['an', 'item', n::text], ARRAY[lower(category)], 'by-request', repeat('x', 300), '{}'
FROM drawn WHERE $1::bigint > 0 ORDER BY n`,
  ],
  [
    'standings',
    `INSERT INTO silver_private.standings (auction_id, revision, current_price, minimum_next_bid, closes_at, closed_at, leading_bid,
  bid_count, extensions, reserve_met, leader_id, status)
SELECT auction_id, bids, starting_price * (1 + bids), starting_price * (2 + bids), closes_at, CASE WHEN NOT is_open THEN closes_at END,
  NULLIF(bids, 0), bids, bids % 4, true, CASE WHEN bids > 0 THEN pg_temp.person(1 + (n * 7919 + bids) % ($1::bigint / 50)) END,
  CASE WHEN is_open THEN 'open' WHEN is_sold AND bids > 0 THEN 'sold' ELSE 'passed' END
FROM drawn ORDER BY n`,
  ],
  [
    'bids',
    `INSERT INTO silver_private.bids (auction_id, bidder_id, revision, bid_amount, maximum, placed_at, bid_number, bid_type)
SELECT auction_id, pg_temp.person(1 + (n * 7919 + b) % ($1::bigint / 50)), b, CASE WHEN format = 'english' THEN starting_price * b END,
  starting_price * (b + 1), opens_at + (least(closes_at, now()) - opens_at) * (b / (bids + 1)::double precision) ^ 0.3::double precision, b,
  CASE b % 5 WHEN 0 THEN 'proxy' WHEN 1 THEN 'snipe' ELSE 'manual' END
FROM drawn CROSS JOIN LATERAL generate_series(1, bids) b ORDER BY n`,
  ],
  [
    'scores',
    `INSERT INTO fraud.model_scores (auction_id, bid_number, seller_id, bidder_id, score, logit, factors, contributions,
  unusual_increment, snipe, model_version)
SELECT d.auction_id, b.bid_number, d.seller_id, b.bidder_id, CASE WHEN (d.n + b.bid_number) % 500 = 0 THEN 0.8 ELSE 0.05 END, -3,
  ARRAY['concentration', 'losingToSeller', 'unusualIncrement'], ARRAY[0.5, 0.2, 0.1], false, b.bid_number % 5 = 1, 1
FROM drawn d JOIN silver_private.bids b USING (auction_id) WHERE $1::bigint > 0 ORDER BY d.n`,
  ],
  ['progress', 'INSERT INTO fraud.progress (model_version, leads) SELECT 1, true WHERE $1::bigint > 0'],
  [
    'transactions',
    `INSERT INTO silver_private.transactions (auction_id, seller_id, buyer_id, via, winning_bid, currency, final_price, buyers_premium, tax,
  amount_due, platform_fee, seller_proceeds, sold_at, completed_at, payment_status, paid_at, lapsed_at, lines, tax_positions)
SELECT d.auction_id, d.seller_id, s.leader_id, 'Hammer', d.bids, d.currency, s.current_price, s.current_price / 5, 0,
  s.current_price + s.current_price / 5, s.current_price / 10, s.current_price - s.current_price / 10, d.closes_at,
  CASE WHEN paying < 0.9 THEN d.closes_at + interval '3 days' END,
  CASE WHEN paying < 0.9 THEN 'settled' WHEN paying < 0.95 THEN 'due' WHEN paying < 0.97 THEN 'overdue' ELSE 'lapsed' END,
  CASE WHEN paying < 0.9 THEN d.closes_at + interval '2 days' END, CASE WHEN paying >= 0.97 THEN d.closes_at + interval '9 days' END,
  repeat('x', 300), repeat('x', 100)
FROM drawn d JOIN silver_private.standings s USING (auction_id) WHERE s.status = 'sold' AND $1::bigint > 0`,
  ],
  [
    'refused bids',
    `INSERT INTO silver_private.refused_bids (auction_id, revision, bidder_id, reason, refused_count, first_at, rejected_at)
SELECT pg_temp.auction(1 + n / 2), n, pg_temp.person(1 + n % ($1::bigint / 50)),
  (ARRAY['BidBelowMinimum', 'BidNotAboveOwnMaximum', 'BidAfterClose', 'BidderSuspended'])[1 + n % 4], 1, at, at
FROM generate_series(1, (0.06 * $1::bigint)::bigint) n,
  -- Some thousand of them in the last hour.
  LATERAL (SELECT now() - CASE WHEN n % 300 = 0 THEN interval '1 hour' ELSE interval '730 days' END * random() AS at) drawn`,
  ],
  [
    'fraud cases',
    `INSERT INTO silver_private.fraud_cases (case_id, revision, seller_id, origin, status, model_version, opened_at, openings, changed_at)
SELECT pg_temp.id('01900006-0000', n), 0, pg_temp.person(n), 'scores', 'open', 1, now(), 1, now()
FROM generate_series(1, $1::bigint / 20000) n`,
  ],
  [
    'accounts of cases',
    `INSERT INTO silver_private.fraud_case_accounts (case_id, bidder_id, flagged_auctions, auctions, concentration, score, reasons,
  noticed_from, verdict)
SELECT pg_temp.id('01900006-0000', n), pg_temp.person(n + k), 5, 9, 1.5, 0.9, ARRAY['concentration'], 6, 'open'
FROM generate_series(1, $1::bigint / 20000) n, generate_series(1, 4) k`,
  ],
  [
    'retraction requests',
    `INSERT INTO silver_private.retraction_requests (auction_id, bid_number, bidder_id, reason, status, requested_at)
SELECT auction_id, 1, pg_temp.person(1), 'TypingError', 'pending', now() FROM drawn WHERE is_open AND bids > 0 AND n % 20 = 0 AND $1::bigint > 0`,
  ],
  [
    'gold.auction_performance',
    `INSERT INTO gold.auction_performance (auction_id, sold_in, seller_id, seller, title, category, format, currency, listed_at, opens_at, ended_at,
  outcome, starting_price, sold_via, hammer_price, price_lift_bp, bids, bidders, bids_retracted, bids_voided, bids_replaced,
  bids_last_minute, extensions, first_bid_at, last_bid_at, payment_status, paid_at, payment_ms)
SELECT d.auction_id, 'auction', d.seller_id, 'Seller', 'An item, no. ' || d.n, d.category, d.format, d.currency, d.opens_at, d.opens_at, s.closed_at,
  s.status, d.starting_price, t.via, t.final_price, 10000 * (t.final_price - d.starting_price) / d.starting_price, d.bids, (d.bids + 1) / 2,
  0, 0, 0, d.bids / 9, s.extensions, d.opens_at, s.closed_at, t.payment_status, t.paid_at, 86400000 * (1 + d.n % 5)
FROM drawn d JOIN silver_private.standings s USING (auction_id) LEFT JOIN silver_private.transactions t USING (auction_id)
WHERE $1::bigint > 0 ORDER BY d.n`,
  ],
  [
    'gold.closing_minutes',
    `INSERT INTO gold.closing_minutes (auction_id, minutes_to_close, ended_at, category, currency, bids)
SELECT d.auction_id, floor(extract(epoch FROM d.closes_at - b.placed_at) / 60)::integer, d.closes_at, d.category, d.currency, count(*)
FROM drawn d JOIN silver_private.bids b USING (auction_id)
WHERE NOT d.is_open AND b.placed_at > d.closes_at - interval '60 minutes' AND $1::bigint > 0
GROUP BY 1, 2, 3, 4, 5`,
  ],
  [
    // A third of the auctions are lots, a hundred in a sale.
    'sales',
    `INSERT INTO silver_private.sales (sale_id, revision, title, kind, status, currency, terms_version, viewing_notes, registration, opens_at,
  closes_at, drafted_at)
SELECT pg_temp.id('01900007-0000', n), 0, 'Sale ' || n, 'timed', 'closed', 'USD', '1', '', 'none', opens_at, closes_at, opens_at
FROM drawn WHERE n % 300 = 0 AND $1::bigint > 0`,
  ],
  [
    'sale_lots',
    `INSERT INTO silver_private.sale_lots (lot_id, sale_id, lot_number, seller_id, title, description, category, starting_price, added_at)
SELECT auction_id, pg_temp.id('01900007-0000', n - n % 300), (n % 300)::text, seller_id, 'An item, no. ' || n, '', category, starting_price, opens_at
FROM drawn WHERE n >= 300 AND n % 300 < 100 AND $1::bigint > 0`,
  ],
  [
    'gold.bidder_analytics',
    `INSERT INTO gold.bidder_analytics
SELECT pg_temp.person(n), 'Bidder', currency, (ARRAY['power', 'active', 'casual', 'new'])[1 + floor(4 * random() ^ 0.3)::integer % 4],
  1 + n % 120, n % 3, n % 9, 1 + n % 40, n % 40, n % 7, 1000, 1000 * (n % 700), 1200 * (n % 700), n % 2, 1200 * (n % 650), 0, 0, 0, 0, 0, 0,
  now() - interval '600 days', now() - interval '1 day'
FROM generate_series(1, $1::bigint / 50) n, unnest(CASE WHEN n % 5 = 0 THEN ARRAY['USD', 'EUR'] ELSE ARRAY['USD'] END) currency`,
  ],
  [
    'gold.cohorts',
    `INSERT INTO gold.cohorts
SELECT (registered_at AT TIME ZONE 'UTC')::date, count(*), count(*), count(*) FILTER (WHERE n % 7 > 0)
FROM (SELECT registered_at, row_number() OVER () AS n FROM silver_private.users WHERE $1::bigint > 0) people
GROUP BY 1`,
  ],
  [
    'gold.daily_revenue',
    `INSERT INTO gold.daily_revenue
SELECT (now() AT TIME ZONE 'UTC')::date - d, currency, 80, 2, 800000, 160000, 0, 960000, 80000, 720000, 240000, 2, 20000, 6000, 1, 10000, 3000, 770000,
  231000, 900000, 10000, 700000, 0, 190000, 5, 500000, 0
FROM generate_series(0, 730) d, unnest(ARRAY['USD', 'EUR', 'GBP']) currency WHERE $1::bigint > 0`,
  ],
  [
    'gold.hourly_activity',
    `INSERT INTO gold.hourly_activity
SELECT (now() AT TIME ZONE 'UTC')::date - d, h, 17, 490, 300, 50, 1, 9, 17, 12, 11, 34, 11
FROM generate_series(0, 730) d, generate_series(0, 23) h WHERE $1::bigint > 0`,
  ],
  [
    'gold.seller_rankings',
    `INSERT INTO gold.seller_rankings
SELECT pg_temp.person(n), 'Seller', 'USD', n, (ARRAY['platinum', 'gold', 'silver', 'bronze'])[1 + n % 4], 15, 15, 10, 6667, 100000, 10000, 10000, 90000,
  90000, 1, 420, 0, 0, 0, 0
FROM generate_series(1, $1::bigint / 500) n`,
  ],
  [
    'gold.runs',
    `INSERT INTO gold.runs (run_id, started_at, finished_at, outcome, tables, cut, events, code_version)
VALUES (pg_temp.id('01900005-0000', 1), now(), now(), 'published', '{daily_revenue}', $1::bigint, $1::bigint, '1.0.0')`,
  ],
];
