-- Silver's bids by hour, up to the archive's revision of each auction.
SELECT
  to_char(b.placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS day, EXTRACT(HOUR FROM b.placed_at AT TIME ZONE 'UTC') AS hour,
  COUNT(*) AS bids
FROM gold_upto u
JOIN silver_private.bids b ON b.auction_id = u.auction_id AND b.revision <= u.revision
GROUP BY 1, 2
