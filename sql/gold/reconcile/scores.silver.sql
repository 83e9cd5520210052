-- What the house's own scorer said of each auction's bids, up to the archive's revision of the auction. The logits' limits
-- are equal to the last bit where the scores are. They are NULL where a bid was taken back since, for it was scored again.
SELECT
  u.auction_id, COUNT(s.bid_number) AS bids,
  CASE WHEN NOT bool_or(later.changed) THEN COUNT(*) FILTER (WHERE s.logit > 0) END AS flagged,
  CASE WHEN NOT bool_or(later.changed) THEN MIN(s.logit) END AS lowest,
  CASE WHEN NOT bool_or(later.changed) THEN MAX(s.logit) END AS highest
FROM gold_upto u
JOIN silver_private.bids b ON b.auction_id = u.auction_id AND b.revision <= u.revision
LEFT JOIN fraud.scores s ON s.auction_id = b.auction_id AND s.bid_number = b.bid_number
CROSS JOIN LATERAL (
  SELECT COALESCE(b.retraction_revision > u.revision, false) OR COALESCE(b.void_revision > u.revision, false) AS changed
) later
GROUP BY u.auction_id
