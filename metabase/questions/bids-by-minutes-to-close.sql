SELECT minutes_to_close, sum(bids) AS bids
FROM gold.closing_minutes
WHERE true
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
GROUP BY minutes_to_close
ORDER BY minutes_to_close
