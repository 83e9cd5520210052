-- One row a close that was moved. `cause` is SoftClose or Outage.
SELECT position, substring(stream_id, 9) AS auction_id, body.cause AS cause, occurred_at AS extended_at
FROM facts
WHERE event_type = 'ClosingExtended' AND body.cause IS NOT NULL
