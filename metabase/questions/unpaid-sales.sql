SELECT payment_status, currency, count(*) AS sales, round(sum(amount_due) / 10.0 ^ exponent, exponent) AS amount_due
FROM silver.purchases
JOIN silver.currencies ON code = currency
WHERE payment_status IN ('uninvoiced', 'due', 'overdue')
  [[AND sold_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND sold_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
GROUP BY payment_status, currency, exponent
ORDER BY payment_status, currency
