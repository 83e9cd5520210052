-- Sales that Gold's inputs and Silver do not share. Silver may have later sales of an auction that has moved on since.
WITH moved AS (
  SELECT
    auction_id, transaction_number, SUM(CASE WHEN kind IN ('payment', 'payout-return') THEN amount ELSE 0 END) AS money_in,
    SUM(CASE WHEN kind IN ('refund', 'payout') THEN amount ELSE 0 END) AS money_out
  FROM movements
  GROUP BY auction_id, transaction_number
),
ours AS (
  SELECT
    sales.auction_id, sales.transaction_number, concat_ws(' ', via, buyer_id, currency, hammer_price, buyers_premium, tax,
      amount_due, platform_fee, seller_proceeds, CAST(sold_at AS DATE), COALESCE(money_in, 0), COALESCE(money_out, 0)) AS told,
    CAST(CAST(lapsed_at AS DATE) AS VARCHAR) AS lapsed_on
  FROM sales
  LEFT JOIN moved ON moved.auction_id = sales.auction_id AND moved.transaction_number = sales.transaction_number
  WHERE sales.auction_id NOT IN (SELECT auction_id FROM parked_auctions)
),
theirs AS (
  SELECT
    auction_id, CAST(transaction_number AS INTEGER) AS transaction_number, CAST(has_moved_on AS BOOLEAN) AS has_moved_on,
    concat_ws(' ', via, buyer_id, currency, final_price, buyers_premium, tax,
      amount_due, platform_fee, seller_proceeds, sold_on, money_in, money_out) AS told, lapsed_on
  FROM silver_sales
)
SELECT
  concat('sale ', COALESCE(ours.auction_id, theirs.auction_id), ' ', COALESCE(ours.transaction_number, theirs.transaction_number)) AS what,
  COALESCE(concat_ws(' lapsed ', ours.told, ours.lapsed_on), 'nothing') AS gold,
  COALESCE(concat_ws(' lapsed ', theirs.told, theirs.lapsed_on), 'nothing') AS silver
FROM ours
FULL JOIN theirs ON theirs.auction_id = ours.auction_id AND theirs.transaction_number = ours.transaction_number
WHERE (ours.told IS DISTINCT FROM theirs.told AND NOT (ours.told IS NULL AND theirs.has_moved_on))
  OR (ours.lapsed_on IS DISTINCT FROM theirs.lapsed_on AND NOT theirs.has_moved_on)
