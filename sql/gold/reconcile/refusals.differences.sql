-- Reasons whose refusals Gold and Silver do not count alike. Silver lacks those of auctions that are parked.
WITH theirs AS (
  SELECT reason, SUM(refusals) AS refusals
  FROM (
    SELECT reason, CAST(refusals AS BIGINT) AS refusals FROM silver_refusals
    UNION ALL
    SELECT reason, refused_count
    FROM refusals
    WHERE command IN ('Bid', 'Flood') AND auction_id IN (SELECT auction_id FROM parked_refusals)
  )
  GROUP BY reason
),
ours AS (
  SELECT reason, SUM(refusals) AS refusals
  FROM gold.refusal_summary
  WHERE concern = 'auction' AND command IN ('Bid', 'Flood')
  GROUP BY reason
)
SELECT
  concat('refusals for ', COALESCE(ours.reason, theirs.reason)) AS what,
  COALESCE(CAST(ours.refusals AS VARCHAR), 'nothing') AS gold, COALESCE(CAST(theirs.refusals AS VARCHAR), 'nothing') AS silver
FROM ours
FULL JOIN theirs ON theirs.reason = ours.reason
WHERE ours.refusals IS DISTINCT FROM theirs.refusals
