SELECT
  segment, sum(ended_auctions) AS ended_auctions, sum(wins) AS wins,
  round(100.0 * sum(wins) / nullif(sum(ended_auctions), 0), 1) AS win_rate_percent
FROM gold.bidder_analytics
WHERE true
  [[AND currency = {{currency}}]]
GROUP BY segment
ORDER BY segment
