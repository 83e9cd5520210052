WITH people AS (
  SELECT bidder_id, sum(bids) AS bids
  FROM gold.bidder_analytics
  WHERE true
  [[AND currency = {{currency}}]]
  GROUP BY bidder_id
  HAVING sum(bids) > 0
),
steps AS (
  SELECT CASE WHEN bids = 1 THEN 1 WHEN bids < 5 THEN 2 WHEN bids < 20 THEN 3 WHEN bids < 100 THEN 4 ELSE 5 END AS step
  FROM people
)
SELECT (ARRAY['1', '2 to 4', '5 to 19', '20 to 99', '100 or more'])[step] AS bids, count(*) AS bidders
FROM steps
GROUP BY step
ORDER BY step
