SELECT
  tier, currency, count(*) AS sellers, sum(sold) AS sold, round(100.0 * sum(sold) / nullif(sum(ended), 0), 1) AS conversion_percent,
  round(sum(hammer_price) / 10.0 ^ exponent, exponent) AS hammer_price
FROM gold.seller_rankings
JOIN silver.currencies ON code = currency
WHERE true
  [[AND currency = {{currency}}]]
GROUP BY tier, currency, exponent
ORDER BY tier, currency
