-- Lots of hall sales that Gold's inputs and Silver do not tell alike. Silver may have later results and corrections.
WITH ours AS (
  SELECT
    hall_result_id, revision, concat_ws(' ', venue, seller_id, buyer, starting_price, title, category, currency, outcome, price, price_kind,
      CAST(CAST(held_at AS DATE) AS VARCHAR)) AS told
  FROM hall_results
  WHERE replaced_position IS NULL
    AND CONCAT('hall-', hall_result_id) NOT IN (SELECT stream_id FROM parked_streams)
),
theirs AS (
  SELECT
    hall_result_id, CAST(revision AS BIGINT) AS revision,
    concat_ws(' ', venue, seller_id, buyer, starting_price, title, category, currency, outcome, final_price, price_kind, held_on) AS told
  FROM silver_halls
)
SELECT
  concat('hall lot ', ours.hall_result_id) AS what, ours.told AS gold, COALESCE(theirs.told, 'nothing') AS silver
FROM ours
LEFT JOIN theirs ON theirs.hall_result_id = ours.hall_result_id
WHERE theirs.told IS DISTINCT FROM ours.told AND NOT COALESCE(theirs.revision > ours.revision, false)
