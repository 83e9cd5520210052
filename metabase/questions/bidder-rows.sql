SELECT
  bidder, segment, currency, bids, auctions, wins, round(win_rate_bp / 100.0, 1) AS win_rate_percent,
  round(hammer_price / 10.0 ^ exponent, exponent) AS bought, lapsed_sales, last_bid_at
FROM gold.bidder_analytics
JOIN silver.currencies ON code = currency
WHERE true
  [[AND currency = {{currency}}]]
  [[AND segment = {{segment}}]]
ORDER BY bought DESC, bidder, currency
LIMIT 2000
