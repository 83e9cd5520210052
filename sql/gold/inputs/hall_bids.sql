-- One row a bid that a file tells of, of the result that counts. `bidder` is an account, or a bidder's key; NULL where the file
-- names neither. `price` is what everybody saw; NULL for commission bids, and where a file tells maxima.
WITH told AS (
  SELECT
    position, revision, event_type, substring(stream_id, 6) AS hall_result_id, body,
    MAX(CASE WHEN event_type = 'HallResultRecorded' THEN revision END) OVER (PARTITION BY stream_id) AS result_revision
  FROM facts
  WHERE event_type IN ('HallResultRecorded', 'HallBidRecorded')
)
SELECT
  position, revision, hall_result_id, CAST(body.bidNumber AS INTEGER) AS bid_number, body.bidType AS bid_type,
  COALESCE(body.bidderId, body.bidderKey) AS bidder, CAST(body.price AS BIGINT) AS price, body.currency AS currency,
  timestamp_millis(CAST(body.placedAt AS BIGINT)) AS placed_at
FROM told
WHERE event_type = 'HallBidRecorded' AND revision > result_revision AND body.bidNumber IS NOT NULL
