-- One row an auction, as it was listed.
SELECT
  position, substring(stream_id, 9) AS auction_id, body.sellerId AS seller_id, body.item.title AS title,
  body.item.category AS category, body.terms.format AS format, body.terms.currency AS currency,
  CAST(body.terms.startingPrice AS BIGINT) AS starting_price,
  timestamp_millis(CAST(body.opensAt AS BIGINT)) AS opens_at, occurred_at AS listed_at
FROM facts
WHERE event_type = 'AuctionListed' AND body.sellerId IS NOT NULL
