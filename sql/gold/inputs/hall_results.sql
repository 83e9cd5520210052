-- One row a result of a hall sale's lot or of a past online auction. `replaced_position` is that of the correction that took its
-- place; NULL for the result that counts. `buyer` is an account, or a bidder's key.
SELECT
  position, revision, substring(stream_id, 6) AS hall_result_id, body.venue AS venue, body.sellerId AS seller_id,
  body.item.title AS title, body.item.category AS category, body.currency AS currency,
  CAST(body.startingPrice AS BIGINT) AS starting_price, body.outcome AS outcome, CAST(body.price AS BIGINT) AS price,
  body.priceKind AS price_kind, COALESCE(body.buyerId, body.buyerKey) AS buyer,
  timestamp_millis(CAST(body.heldAt AS BIGINT)) AS held_at,
  LEAD(position) OVER (PARTITION BY stream_id ORDER BY revision) AS replaced_position
FROM facts
WHERE event_type = 'HallResultRecorded' AND body.outcome IS NOT NULL
