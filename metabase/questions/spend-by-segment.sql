SELECT
  segment, currency, count(*) AS bidders, sum(wins) AS wins,
  round(sum(hammer_price) / 10.0 ^ exponent, exponent) AS bought,
  round(sum(paid_in) / 10.0 ^ exponent, exponent) AS paid
FROM gold.bidder_analytics
JOIN silver.currencies ON code = currency
WHERE true
  [[AND currency = {{currency}}]]
GROUP BY segment, currency, exponent
ORDER BY segment, currency
