-- auction_performance: how each auction went, as far as the archive tells, and each lot of a hall sale and each past
-- online auction by files, of which no payments are known. Amounts are whole minor units (cents) of the row's currency.
-- Key: auction_id
--   auction_id uuid: the auction, or what a file tells of; refers to auctions.auction_id or hall_results.hall_result_id
--   sold_in text: auction (of this house), hall, or online (a past auction that a file tells of)
--   seller_id uuid: the seller's id; NULL where a hall's file names none; refers to users.user_id
--   seller text: the seller's pseudonym, for reports without names; NULL as seller_id
--   title text: the item's title
--   category text: the item's category
--   format text: english, sealed-first-price, vickrey or hall; of what a file tells, hall or online
--   currency text: ISO 4217 code; refers to currencies.code
--   listed_at timestamptz: when it was listed, UTC; NULL for what a file tells of
--   opens_at timestamptz: when bidding begins or began, UTC; NULL for what a file tells of
--   ended_at timestamptz: when it ended, of a hall's lot when it was called, UTC; NULL while it has not
--   outcome text: open (not ended), sold, passed, cancelled or withdrawn
--   passed_reason text: NoBids or ReserveNotMet for a passed auction; else NULL
--   relisted_as uuid: the auction in which the item is up again, after it passed or its sale came to nothing; else NULL; refers to auctions.auction_id
--   starting_price bigint: the first acceptable bid; NULL for a hall's lot, and where no file tells it
--   sold_via text: Hammer, BuyNow, SecondChance, or Hall or Online by a file, for the sale that stands; NULL without one
--   hammer_price bigint: of the sale that stands, be it a second chance; NULL without one, and where a hall's file tells only the price with premium
--   price_with_premium bigint: hammer price and buyer's premium of that sale; NULL without one, and where a hall's file tells only the hammer price
--   price_lift_bp bigint: (hammer_price - starting_price) / starting_price in basis points, rounded down; NULL without either
--   bids bigint: bids accepted, those taken out later included; of a past online auction those in its file; NULL for a hall's lot
--   bidders bigint: different people among them; NULL for a hall's lot, and where a file does not name all
--   bids_retracted bigint: bids that their bidders took back; NULL for what a file tells of
--   bids_voided bigint: bids that staff or the house took out; NULL for what a file tells of
--   bids_replaced bigint: bids of a sealed auction that a later one of the same bidder took the place of; NULL for what a file tells of
--   bids_last_minute bigint: bids in the last minute before the close as it was then (bid type snipe); NULL for what a file tells of
--   extensions bigint: times that a soft close moved the close; NULL for what a file tells of
--   first_bid_at timestamptz: the first accepted bid, UTC; NULL without any
--   last_bid_at timestamptz: the last accepted bid, UTC; NULL without any
--   payment_status text: of the sale that stands: unpaid, paid, settled (the seller was paid out) or refunded; NULL without one
--   paid_at timestamptz: when the sale that stands was paid, UTC; NULL unless it was
--   payment_ms bigint: milliseconds from that sale to its payment; NULL unless it was paid
WITH placed AS (
  SELECT
    auction_id, COUNT(*) AS bids, COUNT(DISTINCT bidder_id) AS bidders,
    SUM(CASE WHEN replaces IS NOT NULL THEN 1 ELSE 0 END) AS bids_replaced,
    SUM(CASE WHEN bid_type = 'snipe' THEN 1 ELSE 0 END) AS bids_last_minute,
    MIN(placed_at) AS first_bid_at, MAX(placed_at) AS last_bid_at
  FROM bids
  GROUP BY auction_id
),
removed AS (
  SELECT
    auction_id, SUM(CASE WHEN kind = 'retracted' THEN 1 ELSE 0 END) AS bids_retracted,
    SUM(CASE WHEN kind = 'voided' THEN 1 ELSE 0 END) AS bids_voided
  FROM removals
  GROUP BY auction_id
),
extended AS (
  SELECT auction_id, COUNT(*) AS extensions FROM extensions WHERE cause = 'SoftClose' GROUP BY auction_id
),
paid AS (
  SELECT
    auction_id, transaction_number, MIN(CASE WHEN kind = 'payment' THEN moved_at END) AS paid_at,
    SUM(CASE kind WHEN 'payout' THEN 1 WHEN 'payout-return' THEN -1 ELSE 0 END) AS payouts,
    SUM(CASE WHEN kind = 'refund' AND is_refunded THEN 1 ELSE 0 END) AS refunds
  FROM movements
  GROUP BY auction_id, transaction_number
),
final_sales AS (
  SELECT
    sales.auction_id, sales.via, sales.hammer_price, sales.buyers_premium, sales.sold_at, paid.paid_at,
    CASE
      WHEN paid.refunds > 0 THEN 'refunded'
      WHEN paid.payouts > 0 THEN 'settled'
      WHEN paid.paid_at IS NOT NULL THEN 'paid'
      ELSE 'unpaid'
    END AS payment_status
  FROM sales
  LEFT JOIN paid ON paid.auction_id = sales.auction_id AND paid.transaction_number = sales.transaction_number
  WHERE sales.lapsed_at IS NULL
),
told AS (
  SELECT
    hall_result_id, COUNT(*) AS bids, COUNT(bidder) AS named_bids, COUNT(DISTINCT bidder) AS bidders,
    MIN(placed_at) AS first_bid_at, MAX(placed_at) AS last_bid_at
  FROM hall_bids
  GROUP BY hall_result_id
)
SELECT
  listings.auction_id, 'auction' AS sold_in, listings.seller_id, CONCAT('seller-', substring(sha2(listings.seller_id, 256), 1, 10)) AS seller,
  listings.title, listings.category, listings.format, listings.currency, listings.listed_at, listings.opens_at,
  endings.ended_at, COALESCE(endings.outcome, 'open') AS outcome, endings.passed_reason, relistings.relisted_as,
  listings.starting_price, final_sales.via AS sold_via, final_sales.hammer_price,
  final_sales.hammer_price + final_sales.buyers_premium AS price_with_premium,
  CAST(div((CAST(final_sales.hammer_price AS DECIMAL(38, 0)) - listings.starting_price) * 10000, listings.starting_price)
    AS BIGINT) AS price_lift_bp,
  CAST(COALESCE(placed.bids, 0) AS BIGINT) AS bids, CAST(COALESCE(placed.bidders, 0) AS BIGINT) AS bidders,
  CAST(COALESCE(removed.bids_retracted, 0) AS BIGINT) AS bids_retracted,
  CAST(COALESCE(removed.bids_voided, 0) AS BIGINT) AS bids_voided,
  CAST(COALESCE(placed.bids_replaced, 0) AS BIGINT) AS bids_replaced,
  CAST(COALESCE(placed.bids_last_minute, 0) AS BIGINT) AS bids_last_minute,
  CAST(COALESCE(extended.extensions, 0) AS BIGINT) AS extensions, placed.first_bid_at, placed.last_bid_at,
  final_sales.payment_status, final_sales.paid_at,
  unix_millis(final_sales.paid_at) - unix_millis(final_sales.sold_at) AS payment_ms
FROM listings
LEFT JOIN endings ON endings.auction_id = listings.auction_id
LEFT JOIN relistings ON relistings.auction_id = listings.auction_id
LEFT JOIN placed ON placed.auction_id = listings.auction_id
LEFT JOIN removed ON removed.auction_id = listings.auction_id
LEFT JOIN extended ON extended.auction_id = listings.auction_id
LEFT JOIN final_sales ON final_sales.auction_id = listings.auction_id
UNION ALL
SELECT
  hall_results.hall_result_id, venue, seller_id,
  CASE WHEN seller_id IS NOT NULL THEN CONCAT('seller-', substring(sha2(seller_id, 256), 1, 10)) END,
  title, category, venue, hall_results.currency, CAST(NULL AS TIMESTAMP), CAST(NULL AS TIMESTAMP), held_at, outcome, NULL, NULL,
  starting_price, CASE WHEN outcome = 'sold' THEN CASE venue WHEN 'hall' THEN 'Hall' ELSE 'Online' END END,
  CASE WHEN price_kind = 'hammer' THEN price END, CASE WHEN price_kind = 'with-premium' THEN price END,
  CAST(CASE WHEN price_kind = 'hammer' THEN
    div((CAST(price AS DECIMAL(38, 0)) - starting_price) * 10000, starting_price) END AS BIGINT),
  CAST(CASE WHEN venue = 'online' THEN COALESCE(told.bids, 0) END AS BIGINT),
  CAST(CASE WHEN venue = 'online' AND COALESCE(told.bids, 0) = COALESCE(told.named_bids, 0) THEN COALESCE(told.bidders, 0) END AS BIGINT),
  CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT),
  CASE WHEN venue = 'online' THEN told.first_bid_at END, CASE WHEN venue = 'online' THEN told.last_bid_at END,
  NULL, CAST(NULL AS TIMESTAMP), CAST(NULL AS BIGINT)
FROM hall_results
LEFT JOIN told ON told.hall_result_id = hall_results.hall_result_id
WHERE replaced_position IS NULL
