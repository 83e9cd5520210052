-- One row an auction that has ended.
SELECT
  position, substring(stream_id, 9) AS auction_id,
  CASE event_type
    WHEN 'AuctionSold' THEN 'sold'
    WHEN 'AuctionPassed' THEN 'passed'
    WHEN 'AuctionCancelled' THEN 'cancelled'
    ELSE 'withdrawn'
  END AS outcome,
  CASE WHEN event_type = 'AuctionPassed' THEN body.reason END AS passed_reason, occurred_at AS ended_at
FROM facts
WHERE event_type IN ('AuctionSold', 'AuctionPassed', 'AuctionCancelled', 'AuctionWithdrawn') AND body IS NOT NULL
