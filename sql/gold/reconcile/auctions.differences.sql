-- Auctions that Gold and Silver do not tell alike.
SELECT
  concat('auction ', COALESCE(ours.auction_id, theirs.auction_id)) AS what,
  concat_ws(' ', ours.outcome, ours.seller_id, ours.currency, ours.starting_price, ours.bids, ours.bidders,
    ours.bids_retracted, ours.bids_voided) AS gold,
  concat_ws(' ', theirs.status, theirs.seller_id, theirs.currency, theirs.starting_price, theirs.bids, theirs.bidders,
    theirs.bids_retracted, theirs.bids_voided) AS silver
FROM (
  FROM gold.auction_performance WHERE sold_in = 'auction' AND auction_id NOT IN (SELECT auction_id FROM parked_auctions)
) ours
FULL JOIN silver_auctions theirs ON theirs.auction_id = ours.auction_id
WHERE theirs.auction_id IS NULL OR ours.auction_id IS NULL
  OR ours.seller_id <> theirs.seller_id OR ours.currency <> theirs.currency
  OR ours.starting_price <> CAST(theirs.starting_price AS BIGINT) OR ours.bids <> CAST(theirs.bids AS BIGINT) OR ours.bidders <> CAST(theirs.bidders AS BIGINT)
  OR ours.bids_voided <> CAST(theirs.bids_voided AS BIGINT)
  OR ours.bids_retracted <> CAST(theirs.bids_retracted AS BIGINT) OR ours.outcome <> theirs.status
