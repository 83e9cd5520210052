-- Days and currencies whose sales Gold and Silver do not add up alike. Silver lacks those of auctions that are parked, and
-- may have sales that were made after the archive's end.
WITH known AS (
  SELECT theirs.sold_on, theirs.currency, theirs.final_price, theirs.buyers_premium, theirs.platform_fee
  FROM silver_sales theirs
  JOIN sales
    ON sales.auction_id = theirs.auction_id AND sales.transaction_number = CAST(theirs.transaction_number AS INTEGER)
  UNION ALL
  SELECT CAST(CAST(sold_at AS DATE) AS VARCHAR), currency, CAST(hammer_price AS VARCHAR), CAST(buyers_premium AS VARCHAR),
    CAST(platform_fee AS VARCHAR)
  FROM sales
  WHERE auction_id IN (SELECT auction_id FROM parked_auctions)
),
theirs AS (
  SELECT
    CAST(sold_on AS DATE) AS day, currency, COUNT(*) AS sales, SUM(CAST(final_price AS HUGEINT)) AS hammer_price,
    SUM(CAST(buyers_premium AS HUGEINT) + CAST(platform_fee AS HUGEINT)) AS house_income
  FROM known
  WHERE CAST(sold_on AS DATE) IN (SELECT day FROM gold_days)
  GROUP BY CAST(sold_on AS DATE), currency
),
ours AS (
  FROM gold.daily_revenue WHERE day IN (SELECT day FROM gold_days)
)
SELECT
  concat('revenue of ', COALESCE(ours.day, theirs.day), ' in ', COALESCE(ours.currency, theirs.currency)) AS what,
  concat_ws(' ', ours.sales, ours.hammer_price, ours.house_income) AS gold,
  concat_ws(' ', theirs.sales, theirs.hammer_price, theirs.house_income) AS silver
FROM ours
FULL JOIN theirs ON theirs.day = ours.day AND theirs.currency = ours.currency
WHERE COALESCE(ours.sales, 0) <> COALESCE(theirs.sales, 0)
  OR COALESCE(ours.hammer_price, 0) <> COALESCE(theirs.hammer_price, 0)
  OR COALESCE(ours.house_income, 0) <> COALESCE(theirs.house_income, 0)
