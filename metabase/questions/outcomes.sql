SELECT outcome, count(*) AS auctions
FROM gold.auction_performance
WHERE sold_in = 'auction' AND outcome <> 'open'
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
GROUP BY outcome
ORDER BY outcome
