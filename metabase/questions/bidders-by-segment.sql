SELECT segment, count(DISTINCT bidder_id) AS bidders
FROM gold.bidder_analytics
WHERE true
  [[AND currency = {{currency}}]]
GROUP BY segment
ORDER BY segment
