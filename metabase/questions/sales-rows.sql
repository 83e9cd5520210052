SELECT
  sold_at, auction_id, title, category, via, payment_status, currency,
  round(hammer_price / 10.0 ^ exponent, exponent) AS hammer_price,
  round(amount_due / 10.0 ^ exponent, exponent) AS amount_due,
  round(house_income / 10.0 ^ exponent, exponent) AS house_income
FROM silver.purchases
JOIN silver.currencies ON code = currency
WHERE true
  [[AND sold_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND sold_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
  [[AND payment_status = {{payment_status}}]]
ORDER BY sold_at DESC, auction_id
LIMIT 2000
