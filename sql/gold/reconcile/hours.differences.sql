-- Hours of the computed days whose bids Gold and Silver do not count alike. Silver lacks the bids of auctions that are parked.
WITH theirs AS (
  SELECT day, hour, SUM(bids) AS bids
  FROM (
    SELECT CAST(day AS DATE) AS day, CAST(hour AS INTEGER) AS hour, CAST(bids AS BIGINT) AS bids FROM silver_hours
    UNION ALL
    SELECT CAST(placed_at AS DATE), hour(placed_at), 1
    FROM bids
    WHERE auction_id IN (SELECT auction_id FROM parked_auctions)
  )
  WHERE day IN (SELECT day FROM gold_days)
  GROUP BY day, hour
),
ours AS (
  FROM gold.hourly_activity WHERE day IN (SELECT day FROM gold_days)
)
SELECT
  concat('bids of ', COALESCE(ours.day, theirs.day), ' at ', COALESCE(ours.hour, theirs.hour), ' h') AS what,
  COALESCE(CAST(ours.bids AS VARCHAR), 'nothing') AS gold, COALESCE(CAST(theirs.bids AS VARCHAR), 'nothing') AS silver
FROM ours
FULL JOIN theirs ON theirs.day = ours.day AND theirs.hour = ours.hour
WHERE COALESCE(ours.bids, 0) <> COALESCE(theirs.bids, 0)
