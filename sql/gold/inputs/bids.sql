-- One row an accepted bid. `price` is the visible price after it; NULL in sealed auctions.
SELECT
  position, revision, substring(stream_id, 9) AS auction_id, CAST(body.bidNumber AS INTEGER) AS bid_number,
  body.bidderId AS bidder_id, body.bidType AS bid_type, CAST(body.currentPrice AS BIGINT) AS price,
  body.currency AS currency, CAST(body.replaces AS INTEGER) AS replaces, occurred_at AS placed_at
FROM facts
WHERE event_type IN ('BidPlaced', 'SealedBidPlaced') AND body.bidNumber IS NOT NULL
