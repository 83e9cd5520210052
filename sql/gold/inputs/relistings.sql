-- One row an auction whose item was put up again.
SELECT position, substring(stream_id, 9) AS auction_id, body.relistedAs AS relisted_as
FROM facts
WHERE event_type = 'AuctionRelisted' AND body.relistedAs IS NOT NULL
