SELECT
  currency, sum(hall_sales) AS lots_sold,
  round(sum(hall_hammer_price) / 10.0 ^ exponent, exponent) AS hammer_price,
  round(sum(hall_price_with_premium) / 10.0 ^ exponent, exponent) AS price_with_premium
FROM gold.daily_revenue
JOIN silver.currencies ON code = currency
WHERE true
  [[AND day >= {{from}}::date]]
  [[AND day <= {{to}}::date]]
  [[AND currency = {{currency}}]]
GROUP BY currency, exponent
HAVING sum(hall_sales) > 0
ORDER BY currency
