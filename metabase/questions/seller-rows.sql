SELECT
  currency, seller_rank, seller, tier, listed, sold, round(conversion_bp / 100.0, 1) AS conversion_percent,
  round(hammer_price / 10.0 ^ exponent, exponent) AS hammer_price,
  round(seller_proceeds / 10.0 ^ exponent, exponent) AS seller_proceeds
FROM gold.seller_rankings
JOIN silver.currencies ON code = currency
WHERE true
  [[AND currency = {{currency}}]]
  [[AND tier = {{tier}}]]
ORDER BY currency, seller_rank, seller
LIMIT 2000
