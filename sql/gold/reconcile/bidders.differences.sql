-- Bidders whose bids Gold and Silver do not count alike. Silver lacks the bids of auctions that are parked.
WITH theirs AS (
  SELECT bidder_id, currency, SUM(bids) AS bids, SUM(auctions) AS auctions
  FROM (
    SELECT bidder_id, currency, CAST(bids AS BIGINT) AS bids, CAST(auctions AS BIGINT) AS auctions FROM silver_bidders
    UNION ALL
    SELECT bidder_id, currency, COUNT(*), COUNT(DISTINCT auction_id)
    FROM bids
    WHERE auction_id IN (SELECT auction_id FROM parked_auctions)
    GROUP BY bidder_id, currency
  )
  GROUP BY bidder_id, currency
)
SELECT
  concat('bidder ', COALESCE(ours.bidder_id, theirs.bidder_id), ' in ', COALESCE(ours.currency, theirs.currency)) AS what,
  COALESCE(concat_ws(' ', ours.bids, ours.auctions), 'nothing') AS gold,
  COALESCE(concat_ws(' ', theirs.bids, theirs.auctions), 'nothing') AS silver
FROM gold.bidder_analytics ours
FULL JOIN theirs ON theirs.bidder_id = ours.bidder_id AND theirs.currency = ours.currency
WHERE COALESCE(ours.bids, 0) <> COALESCE(theirs.bids, 0) OR COALESCE(ours.auctions, 0) <> COALESCE(theirs.auctions, 0)
