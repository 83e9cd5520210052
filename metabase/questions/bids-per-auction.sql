WITH ended AS (
  SELECT
    CASE WHEN bids = 0 THEN 1 WHEN bids = 1 THEN 2 WHEN bids < 5 THEN 3 WHEN bids < 10 THEN 4 WHEN bids < 50 THEN 5 ELSE 6 END
      AS step
  FROM gold.auction_performance
  WHERE sold_in = 'auction' AND outcome <> 'open'
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
)
SELECT (ARRAY['none', '1', '2 to 4', '5 to 9', '10 to 49', '50 or more'])[step] AS bids, count(*) AS auctions
FROM ended
GROUP BY step
ORDER BY step
