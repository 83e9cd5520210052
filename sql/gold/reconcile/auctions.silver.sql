-- Silver's auctions with their bids up to the archive's revision of each. The status is NULL where the auction may have
-- ended since.
WITH counted AS (
  SELECT
    b.auction_id, COUNT(*) AS bids, COUNT(DISTINCT b.bidder_id) AS bidders,
    COUNT(*) FILTER (WHERE b.retraction_revision <= u.revision) AS bids_retracted,
    COUNT(*) FILTER (WHERE b.void_revision <= u.revision) AS bids_voided
  FROM gold_upto u
  JOIN silver_private.bids b ON b.auction_id = u.auction_id AND b.revision <= u.revision
  GROUP BY b.auction_id
)
SELECT
  u.auction_id, l.seller_id, l.currency, l.starting_price, COALESCE(c.bids, 0) AS bids, COALESCE(c.bidders, 0) AS bidders,
  COALESCE(c.bids_retracted, 0) AS bids_retracted, COALESCE(c.bids_voided, 0) AS bids_voided,
  CASE WHEN s.revision = u.revision THEN s.status END AS status
FROM gold_upto u
JOIN silver_private.standings s USING (auction_id)
JOIN silver_private.listings l USING (auction_id)
LEFT JOIN counted c USING (auction_id)
WHERE u.revision IS NOT NULL
