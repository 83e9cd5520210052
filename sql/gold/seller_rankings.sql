-- seller_rankings: how sellers do, a row for each seller and currency. Amounts are whole minor units (cents) of the row's
-- currency.
-- Key: seller_id, currency
--   seller_id uuid: the seller's id; refers to users.user_id
--   seller text: the seller's pseudonym, for reports without names
--   currency text: ISO 4217 code; refers to currencies.code
--   seller_rank bigint: 1 for the highest hammer_price of the currency; sellers with the same share a rank
--   tier text: the best tier whose thresholds sold and conversion_bp reach (config/gold.json)
--   listed bigint: auctions listed
--   ended bigint: auctions that were sold, passed or withdrawn; cancelled ones never had a bid and do not count
--   sold bigint: auctions with a sale that stands, be it a second chance
--   conversion_bp bigint: sold / ended in basis points, rounded down; 0 before the first end
--   hammer_price numeric: sum of the hammer prices of the sales that stand
--   average_hammer_price numeric: hammer_price / sold, rounded down; NULL without a sale
--   platform_fee numeric: sum of the fees of the sales that stand
--   seller_proceeds numeric: hammer_price - platform_fee - the tax on that fee
--   paid_out numeric: paid out to the seller, less what the seller has paid back
--   refunded_sales bigint: sales that stand and whose buyer got the money back
--   bids bigint: bids accepted in these auctions, those taken out later included
--   hall_lots bigint: lots in hall sales, and past online auctions, whose files name the seller; no other column counts them
--   hall_sold bigint: those of them that were sold
--   hall_hammer_price numeric: sum of their prices where the file tells hammer prices
--   hall_price_with_premium numeric: sum of their prices where the file tells prices with premium; never to be added to the other
WITH placed AS (
  SELECT auction_id, COUNT(*) AS bids FROM bids GROUP BY auction_id
),
moved AS (
  SELECT
    auction_id, SUM(CASE kind WHEN 'payout' THEN amount WHEN 'payout-return' THEN -amount ELSE 0 END) AS paid_out
  FROM movements
  GROUP BY auction_id
),
refunds AS (
  SELECT auction_id, transaction_number, COUNT(*) AS refunds
  FROM movements
  WHERE kind = 'refund' AND is_refunded
  GROUP BY auction_id, transaction_number
),
final_sales AS (
  SELECT
    sales.auction_id, sales.hammer_price, sales.platform_fee, sales.seller_proceeds,
    CASE WHEN refunds.refunds > 0 THEN 1 ELSE 0 END AS is_refunded
  FROM sales
  LEFT JOIN refunds ON refunds.auction_id = sales.auction_id AND refunds.transaction_number = sales.transaction_number
  WHERE sales.lapsed_at IS NULL
),
auctioned AS (
  SELECT
    listings.seller_id, listings.currency, COUNT(*) AS listed,
    SUM(CASE WHEN endings.outcome IN ('sold', 'passed', 'withdrawn') THEN 1 ELSE 0 END) AS ended,
    COUNT(final_sales.auction_id) AS sold, COALESCE(SUM(final_sales.hammer_price), 0) AS hammer_price,
    COALESCE(SUM(final_sales.platform_fee), 0) AS platform_fee, COALESCE(SUM(final_sales.seller_proceeds), 0) AS seller_proceeds,
    COALESCE(SUM(final_sales.is_refunded), 0) AS refunded_sales, COALESCE(SUM(moved.paid_out), 0) AS paid_out,
    COALESCE(SUM(placed.bids), 0) AS bids
  FROM listings
  LEFT JOIN endings ON endings.auction_id = listings.auction_id
  LEFT JOIN final_sales ON final_sales.auction_id = listings.auction_id
  LEFT JOIN moved ON moved.auction_id = listings.auction_id
  LEFT JOIN placed ON placed.auction_id = listings.auction_id
  GROUP BY listings.seller_id, listings.currency
),
hall AS (
  SELECT
    seller_id, currency, COUNT(*) AS hall_lots, SUM(CASE WHEN outcome = 'sold' THEN 1 ELSE 0 END) AS hall_sold,
    SUM(CASE WHEN price_kind = 'hammer' THEN price ELSE 0 END) AS hall_hammer_price,
    SUM(CASE WHEN price_kind = 'with-premium' THEN price ELSE 0 END) AS hall_price_with_premium
  FROM hall_results
  WHERE seller_id IS NOT NULL AND replaced_position IS NULL
  GROUP BY seller_id, currency
),
sellers AS (
  SELECT
    COALESCE(auctioned.seller_id, hall.seller_id) AS seller_id, COALESCE(auctioned.currency, hall.currency) AS currency,
    COALESCE(listed, 0) AS listed, COALESCE(ended, 0) AS ended, COALESCE(sold, 0) AS sold,
    COALESCE(hammer_price, 0) AS hammer_price, COALESCE(platform_fee, 0) AS platform_fee,
    COALESCE(seller_proceeds, 0) AS seller_proceeds, COALESCE(refunded_sales, 0) AS refunded_sales,
    COALESCE(paid_out, 0) AS paid_out, COALESCE(bids, 0) AS bids, COALESCE(hall_lots, 0) AS hall_lots,
    COALESCE(hall_sold, 0) AS hall_sold, COALESCE(hall_hammer_price, 0) AS hall_hammer_price,
    COALESCE(hall_price_with_premium, 0) AS hall_price_with_premium
  FROM auctioned
  FULL JOIN hall ON hall.seller_id = auctioned.seller_id AND hall.currency = auctioned.currency
),
rated AS (
  SELECT sellers.*, CASE WHEN ended > 0 THEN div(sold * 10000, CAST(ended AS BIGINT)) ELSE 0 END AS conversion_bp FROM sellers
),
best AS (
  SELECT rated.seller_id, rated.currency, MIN(tiers.tier_number) AS tier_number
  FROM rated
  JOIN gold_tiers tiers ON rated.sold >= tiers.sales_min AND rated.conversion_bp >= tiers.conversion_bp_min
  GROUP BY rated.seller_id, rated.currency
)
SELECT
  rated.seller_id, CONCAT('seller-', substring(sha2(rated.seller_id, 256), 1, 10)) AS seller, rated.currency,
  CAST(RANK() OVER (PARTITION BY rated.currency ORDER BY rated.hammer_price DESC) AS BIGINT) AS seller_rank, tiers.tier,
  CAST(rated.listed AS BIGINT) AS listed, CAST(rated.ended AS BIGINT) AS ended, CAST(rated.sold AS BIGINT) AS sold,
  CAST(rated.conversion_bp AS BIGINT) AS conversion_bp, CAST(rated.hammer_price AS DECIMAL(38, 0)) AS hammer_price,
  CAST(CASE WHEN rated.sold > 0 THEN div(CAST(rated.hammer_price AS DECIMAL(38, 0)), rated.sold) END AS DECIMAL(38, 0))
    AS average_hammer_price,
  CAST(rated.platform_fee AS DECIMAL(38, 0)) AS platform_fee,
  CAST(rated.seller_proceeds AS DECIMAL(38, 0)) AS seller_proceeds, CAST(rated.paid_out AS DECIMAL(38, 0)) AS paid_out,
  CAST(rated.refunded_sales AS BIGINT) AS refunded_sales, CAST(rated.bids AS BIGINT) AS bids,
  CAST(rated.hall_lots AS BIGINT) AS hall_lots, CAST(rated.hall_sold AS BIGINT) AS hall_sold,
  CAST(rated.hall_hammer_price AS DECIMAL(38, 0)) AS hall_hammer_price,
  CAST(rated.hall_price_with_premium AS DECIMAL(38, 0)) AS hall_price_with_premium
FROM rated
JOIN best ON best.seller_id = rated.seller_id AND best.currency = rated.currency
JOIN gold_tiers tiers ON tiers.tier_number = best.tier_number
