WITH bidders AS (
  SELECT bidder_id, sum(wins) AS wins
  FROM gold.bidder_analytics
  GROUP BY bidder_id
)
SELECT
  to_char(date_trunc('month', registered_at AT TIME ZONE 'UTC'), 'YYYY-MM') AS month, count(*) AS registered,
  count(bidder_id) AS have_bid, round(100.0 * count(bidder_id) / count(*), 1) AS bid_percent,
  count(*) FILTER (WHERE wins > 0) AS have_bought, round(100.0 * count(*) FILTER (WHERE wins > 0) / count(*), 1) AS bought_percent
FROM silver.users
LEFT JOIN bidders ON bidder_id = user_id
WHERE true
  [[AND registered_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND registered_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
GROUP BY month
ORDER BY month
