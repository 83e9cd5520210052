-- bidder_analytics: what each bidder has done, a row for each bidder and currency. Amounts are whole minor units (cents) of
-- the row's currency; the segment looks at all currencies together.
-- Key: bidder_id, currency
--   bidder_id uuid: the bidder's id; refers to users.user_id; of a bidder whom only files of past auctions name, hall_bids.bidder_key
--   bidder text: the bidder's pseudonym, for reports without names
--   currency text: ISO 4217 code; refers to currencies.code
--   segment text: power, new, active or casual: the first that fits (config/gold.json); counted back from the archive's last day
--   bids bigint: bids accepted, those taken out later included
--   bids_removed bigint: those of them that were retracted or voided later
--   bids_last_minute bigint: bids in the last minute before a close (bid type snipe)
--   auctions bigint: auctions with a bid of this bidder
--   ended_auctions bigint: those of them that were sold, passed or withdrawn
--   wins bigint: sales to this bidder that stand, second chances taken included
--   win_rate_bp bigint: wins / ended_auctions in basis points, rounded down; NULL without an ended auction
--   hammer_price numeric: sum of the hammer prices of these sales
--   amount_due numeric: sum of what was due for these sales, premium and tax included
--   lapsed_sales bigint: sales that this bidder never paid and that have lapsed
--   paid_in numeric: paid by this bidder
--   refunded numeric: paid back to this bidder
--   hall_bids bigint: bids in hall sales and past online auctions whose files name the bidder; no other column counts them
--   hall_lots bigint: lots and auctions with such a bid
--   hall_wins bigint: lots and auctions whose files name the bidder as the buyer
--   hall_hammer_price numeric: sum of their prices where the file tells hammer prices
--   hall_price_with_premium numeric: sum of their prices where the file tells prices with premium; never to be added to the other
--   first_bid_at timestamptz: the first bid in this currency, UTC; NULL without one in this house
--   last_bid_at timestamptz: the last bid in this currency, UTC; NULL without one in this house
WITH placed AS (
  SELECT
    bids.bidder_id, bids.currency, COUNT(*) AS bids,
    SUM(CASE WHEN removals.kind IS NOT NULL THEN 1 ELSE 0 END) AS bids_removed,
    SUM(CASE WHEN bids.bid_type = 'snipe' THEN 1 ELSE 0 END) AS bids_last_minute,
    COUNT(DISTINCT bids.auction_id) AS auctions,
    COUNT(DISTINCT CASE WHEN endings.outcome IN ('sold', 'passed', 'withdrawn') THEN bids.auction_id END) AS ended_auctions,
    SUM(CASE WHEN bids.placed_at >= settings.active_since THEN 1 ELSE 0 END) AS recent_bids,
    MIN(bids.placed_at) AS first_bid_at, MAX(bids.placed_at) AS last_bid_at
  FROM bids
  CROSS JOIN gold_settings settings
  LEFT JOIN removals ON removals.auction_id = bids.auction_id AND removals.bid_number = bids.bid_number
  LEFT JOIN endings ON endings.auction_id = bids.auction_id
  GROUP BY bids.bidder_id, bids.currency
),
moved AS (
  SELECT
    auction_id, transaction_number, SUM(CASE WHEN kind = 'payment' THEN amount ELSE 0 END) AS paid_in,
    SUM(CASE WHEN kind = 'refund' THEN amount ELSE 0 END) AS refunded
  FROM movements
  GROUP BY auction_id, transaction_number
),
bought AS (
  SELECT
    sales.buyer_id, sales.currency, SUM(CASE WHEN sales.lapsed_at IS NULL THEN 1 ELSE 0 END) AS wins,
    SUM(CASE WHEN sales.lapsed_at IS NULL AND sales.sold_at >= settings.active_since THEN 1 ELSE 0 END) AS recent_wins,
    SUM(CASE WHEN sales.lapsed_at IS NULL THEN sales.hammer_price ELSE 0 END) AS hammer_price,
    SUM(CASE WHEN sales.lapsed_at IS NULL THEN sales.amount_due ELSE 0 END) AS amount_due,
    SUM(CASE WHEN sales.lapsed_at IS NOT NULL THEN 1 ELSE 0 END) AS lapsed_sales,
    SUM(moved.paid_in) AS paid_in, SUM(moved.refunded) AS refunded
  FROM sales
  CROSS JOIN gold_settings settings
  LEFT JOIN moved ON moved.auction_id = sales.auction_id AND moved.transaction_number = sales.transaction_number
  GROUP BY sales.buyer_id, sales.currency
),
hall_placed AS (
  SELECT bidder, currency, COUNT(*) AS hall_bids, COUNT(DISTINCT hall_result_id) AS hall_lots
  FROM hall_bids
  WHERE bidder IS NOT NULL
  GROUP BY bidder, currency
),
hall_bought AS (
  SELECT
    buyer, currency, COUNT(*) AS hall_wins, SUM(CASE WHEN price_kind = 'hammer' THEN price ELSE 0 END) AS hall_hammer_price,
    SUM(CASE WHEN price_kind = 'with-premium' THEN price ELSE 0 END) AS hall_price_with_premium
  FROM hall_results
  WHERE buyer IS NOT NULL AND replaced_position IS NULL
  GROUP BY buyer, currency
),
everyone AS (
  SELECT bidder_id, currency FROM placed
  UNION
  SELECT bidder, currency FROM hall_placed
  UNION
  SELECT buyer, currency FROM hall_bought
),
people AS (
  SELECT
    everyone.bidder_id, SUM(COALESCE(placed.recent_bids, 0)) AS recent_bids,
    SUM(COALESCE(bought.recent_wins, 0)) AS recent_wins, MIN(placed.first_bid_at) AS first_bid_at
  FROM everyone
  LEFT JOIN placed ON placed.bidder_id = everyone.bidder_id AND placed.currency = everyone.currency
  LEFT JOIN bought ON bought.buyer_id = everyone.bidder_id AND bought.currency = everyone.currency
  GROUP BY everyone.bidder_id
),
segments AS (
  SELECT
    people.bidder_id,
    CASE
      WHEN people.recent_bids >= settings.power_bids_min OR people.recent_wins >= settings.power_wins_min THEN 'power'
      WHEN people.first_bid_at >= settings.new_since THEN 'new'
      WHEN people.recent_bids >= settings.active_bids_min THEN 'active'
      ELSE 'casual'
    END AS segment
  FROM people
  CROSS JOIN gold_settings settings
)
SELECT
  everyone.bidder_id, CONCAT('bidder-', substring(sha2(everyone.bidder_id, 256), 1, 10)) AS bidder, everyone.currency,
  segments.segment, CAST(COALESCE(placed.bids, 0) AS BIGINT) AS bids,
  CAST(COALESCE(placed.bids_removed, 0) AS BIGINT) AS bids_removed,
  CAST(COALESCE(placed.bids_last_minute, 0) AS BIGINT) AS bids_last_minute,
  CAST(COALESCE(placed.auctions, 0) AS BIGINT) AS auctions,
  CAST(COALESCE(placed.ended_auctions, 0) AS BIGINT) AS ended_auctions, CAST(COALESCE(bought.wins, 0) AS BIGINT) AS wins,
  CAST(CASE WHEN placed.ended_auctions > 0 THEN div(CAST(COALESCE(bought.wins, 0) AS BIGINT) * 10000, placed.ended_auctions)
    END AS BIGINT) AS win_rate_bp,
  CAST(COALESCE(bought.hammer_price, 0) AS DECIMAL(38, 0)) AS hammer_price,
  CAST(COALESCE(bought.amount_due, 0) AS DECIMAL(38, 0)) AS amount_due,
  CAST(COALESCE(bought.lapsed_sales, 0) AS BIGINT) AS lapsed_sales,
  CAST(COALESCE(bought.paid_in, 0) AS DECIMAL(38, 0)) AS paid_in,
  CAST(COALESCE(bought.refunded, 0) AS DECIMAL(38, 0)) AS refunded,
  CAST(COALESCE(hall_placed.hall_bids, 0) AS BIGINT) AS hall_bids,
  CAST(COALESCE(hall_placed.hall_lots, 0) AS BIGINT) AS hall_lots,
  CAST(COALESCE(hall_bought.hall_wins, 0) AS BIGINT) AS hall_wins,
  CAST(COALESCE(hall_bought.hall_hammer_price, 0) AS DECIMAL(38, 0)) AS hall_hammer_price,
  CAST(COALESCE(hall_bought.hall_price_with_premium, 0) AS DECIMAL(38, 0)) AS hall_price_with_premium,
  placed.first_bid_at, placed.last_bid_at
FROM everyone
JOIN segments ON segments.bidder_id = everyone.bidder_id
LEFT JOIN placed ON placed.bidder_id = everyone.bidder_id AND placed.currency = everyone.currency
LEFT JOIN bought ON bought.buyer_id = everyone.bidder_id AND bought.currency = everyone.currency
LEFT JOIN hall_placed ON hall_placed.bidder = everyone.bidder_id AND hall_placed.currency = everyone.currency
LEFT JOIN hall_bought ON hall_bought.buyer = everyone.bidder_id AND hall_bought.currency = everyone.currency
