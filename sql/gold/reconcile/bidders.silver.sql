-- Silver's bids by bidder and currency, up to the archive's revision of each auction.
SELECT b.bidder_id, l.currency, COUNT(*) AS bids, COUNT(DISTINCT b.auction_id) AS auctions
FROM gold_upto u
JOIN silver_private.bids b ON b.auction_id = u.auction_id AND b.revision <= u.revision
JOIN silver_private.listings l ON l.auction_id = b.auction_id
GROUP BY b.bidder_id, l.currency
