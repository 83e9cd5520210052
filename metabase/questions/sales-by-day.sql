SELECT day, currency, sales AS sales
FROM gold.daily_revenue
WHERE true
  [[AND day >= {{from}}::date]]
  [[AND day <= {{to}}::date]]
  [[AND currency = {{currency}}]]
ORDER BY day, currency
