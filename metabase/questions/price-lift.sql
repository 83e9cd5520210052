SELECT
  category, currency, count(*) AS sold,
  round(sum(starting_price) / 10.0 ^ exponent, exponent) AS starting_price,
  round(sum(hammer_price) / 10.0 ^ exponent, exponent) AS hammer_price,
  round(100.0 * sum(hammer_price - starting_price) / sum(starting_price), 1) AS lift_percent
FROM gold.auction_performance
JOIN silver.currencies ON code = currency
WHERE sold_in = 'auction' AND price_lift_bp IS NOT NULL
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
GROUP BY category, currency, exponent
ORDER BY lift_percent DESC, category, currency
