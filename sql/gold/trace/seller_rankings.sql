-- The seller's auctions in that currency: listings, ends, bids, sales and their payments; and lots of halls.
WITH own AS (
  SELECT listings.* FROM listings JOIN gold_key k ON listings.seller_id = k.seller_id AND listings.currency = k.currency
)
SELECT position FROM own
UNION ALL
SELECT endings.position FROM endings JOIN own ON own.auction_id = endings.auction_id
UNION ALL
SELECT bids.position FROM bids JOIN own ON own.auction_id = bids.auction_id
UNION ALL
SELECT sales.position FROM sales JOIN own ON own.auction_id = sales.auction_id
UNION ALL
SELECT movements.position FROM movements JOIN own ON own.auction_id = movements.auction_id
UNION ALL
SELECT hall_results.position
FROM hall_results
JOIN gold_key k ON hall_results.seller_id = k.seller_id AND hall_results.currency = k.currency
WHERE hall_results.replaced_position IS NULL
