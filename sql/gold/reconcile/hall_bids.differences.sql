-- Bids that files tell of and that Gold's inputs and Silver do not tell alike. Silver may have later results, with bids of their own.
WITH ours AS (
  SELECT
    hall_result_id, revision, concat_ws(' ', bid_number, bid_type, bidder, price, CAST(CAST(placed_at AS DATE) AS VARCHAR)) AS told
  FROM hall_bids
  WHERE CONCAT('hall-', hall_result_id) NOT IN (SELECT stream_id FROM parked_streams)
),
theirs AS (
  SELECT
    hall_result_id, CAST(revision AS BIGINT) AS revision, concat_ws(' ', bid_number, bid_type, bidder, price, placed_on) AS told
  FROM silver_hall_bids
)
SELECT
  concat('bid at revision ', ours.revision, ' of hall lot ', ours.hall_result_id) AS what, ours.told AS gold,
  COALESCE(theirs.told, 'nothing') AS silver
FROM ours
LEFT JOIN theirs ON theirs.hall_result_id = ours.hall_result_id AND theirs.revision = ours.revision
LEFT JOIN silver_halls lots ON lots.hall_result_id = ours.hall_result_id
WHERE theirs.told IS DISTINCT FROM ours.told AND NOT COALESCE(CAST(lots.revision AS BIGINT) > ours.revision, false)
