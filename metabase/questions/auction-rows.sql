SELECT
  ended_at, auction_id, title, category, format, outcome, sold_via, bids, bidders, extensions, currency,
  round(starting_price / 10.0 ^ exponent, exponent) AS starting_price,
  round(hammer_price / 10.0 ^ exponent, exponent) AS hammer_price,
  round(price_lift_bp / 100.0, 1) AS lift_percent, payment_status
FROM gold.auction_performance
JOIN silver.currencies ON code = currency
WHERE sold_in = 'auction'
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
  [[AND outcome = {{outcome}}]]
  [[AND format = {{format}}]]
ORDER BY ended_at DESC NULLS LAST, auction_id
LIMIT 2000
