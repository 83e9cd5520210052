SELECT
  category, count(sold_via) AS sold, count(payment_ms) AS paid,
  round(avg(payment_ms) / 86400000, 2) AS average_days,
  round((percentile_cont(0.5) WITHIN GROUP (ORDER BY payment_ms) / 86400000)::numeric, 2) AS median_days
FROM gold.auction_performance
WHERE sold_in = 'auction' AND sold_via IS NOT NULL
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
GROUP BY category
ORDER BY category
