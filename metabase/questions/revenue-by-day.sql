SELECT day, currency, round(net_hammer_price / 10.0 ^ exponent, exponent) AS net_revenue
FROM gold.daily_revenue
JOIN silver.currencies ON code = currency
WHERE true
  [[AND day >= {{from}}::date]]
  [[AND day <= {{to}}::date]]
  [[AND currency = {{currency}}]]
ORDER BY day, currency
