-- Silver's refused bids and floods by reason, up to the archive's revision of each auction's refusals.
SELECT r.reason, SUM(r.refused_count) AS refusals
FROM gold_upto u
JOIN silver_private.refused_bids r ON r.auction_id = u.auction_id AND r.revision <= u.refusals_revision
GROUP BY r.reason
