SELECT
  currency,
  round(sum(paid_in) / 10.0 ^ exponent, exponent) AS paid_in,
  round(sum(payouts_returned) / 10.0 ^ exponent, exponent) AS payouts_returned,
  round(sum(refunded) / 10.0 ^ exponent, exponent) AS refunded,
  round(sum(paid_out) / 10.0 ^ exponent, exponent) AS paid_out,
  round(sum(net_cash) / 10.0 ^ exponent, exponent) AS net_cash
FROM gold.daily_revenue
JOIN silver.currencies ON code = currency
WHERE true
  [[AND day >= {{from}}::date]]
  [[AND day <= {{to}}::date]]
  [[AND currency = {{currency}}]]
GROUP BY currency, exponent
ORDER BY currency
