-- Auctions whose scores Bronze and the house's own scorer do not tell alike.
WITH ours AS (
  SELECT
    auction_id, COUNT(*) AS bids, SUM(CASE WHEN logit > 0 THEN 1 ELSE 0 END) AS flagged, MIN(logit) AS lowest, MAX(logit) AS highest
  FROM scores
  WHERE auction_id NOT IN (SELECT auction_id FROM parked_auctions)
  GROUP BY auction_id
),
theirs AS (
  SELECT
    auction_id, CAST(bids AS BIGINT) AS bids, CAST(flagged AS BIGINT) AS flagged, CAST(lowest AS DOUBLE) AS lowest,
    CAST(highest AS DOUBLE) AS highest
  FROM silver_scores
)
SELECT
  concat('scores of auction ', COALESCE(ours.auction_id, theirs.auction_id)) AS what,
  concat_ws(' ', ours.bids, ours.flagged, ours.lowest, ours.highest) AS gold,
  concat_ws(' ', theirs.bids, theirs.flagged, theirs.lowest, theirs.highest) AS silver
FROM ours
FULL JOIN theirs ON theirs.auction_id = ours.auction_id
WHERE ours.bids IS DISTINCT FROM theirs.bids OR ours.flagged <> theirs.flagged OR ours.lowest <> theirs.lowest
  OR ours.highest <> theirs.highest
