SELECT day, currency, round(net_house_income / 10.0 ^ exponent, exponent) AS house_income
FROM gold.daily_revenue
JOIN silver.currencies ON code = currency
WHERE true
  [[AND day >= {{from}}::date]]
  [[AND day <= {{to}}::date]]
  [[AND currency = {{currency}}]]
ORDER BY day, currency
