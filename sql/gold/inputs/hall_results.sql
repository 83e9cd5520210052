-- One row a result of a hall sale's lot. `replaced_position` is that of the correction that took its place; NULL for the
-- result that counts.
WITH told AS (
  SELECT
    position, revision, substring(stream_id, 6) AS hall_result_id, body.sellerId AS seller_id, body.item.title AS title,
    body.item.category AS category, body.currency AS currency, body.outcome AS outcome,
    CAST(body.price AS BIGINT) AS price, body.priceKind AS price_kind,
    timestamp_millis(CAST(body.heldAt AS BIGINT)) AS held_at
  FROM facts
  WHERE event_type = 'HallResultRecorded' AND body.outcome IS NOT NULL
)
SELECT told.*, later.position AS replaced_position
FROM told
LEFT JOIN told later ON later.hall_result_id = told.hall_result_id AND later.revision = told.revision + 1
