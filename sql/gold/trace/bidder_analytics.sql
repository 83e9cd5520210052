-- The bidder's bids in that currency (those that files tell of, too), what became of them and of their auctions, the sales and their payments.
WITH own AS (
  SELECT bids.* FROM bids JOIN gold_key k ON bids.bidder_id = k.bidder_id AND bids.currency = k.currency
),
bought AS (
  SELECT sales.* FROM sales JOIN gold_key k ON sales.buyer_id = k.bidder_id AND sales.currency = k.currency
)
SELECT position FROM own
UNION ALL
SELECT hall_bids.position FROM hall_bids JOIN gold_key k ON hall_bids.bidder = k.bidder_id AND hall_bids.currency = k.currency
UNION ALL
SELECT hall_results.position
FROM hall_results
JOIN gold_key k ON hall_results.buyer = k.bidder_id AND hall_results.currency = k.currency
WHERE hall_results.replaced_position IS NULL
UNION ALL
SELECT removals.position FROM removals JOIN own ON own.auction_id = removals.auction_id AND own.bid_number = removals.bid_number
UNION ALL
SELECT endings.position FROM endings JOIN own ON own.auction_id = endings.auction_id
UNION ALL
SELECT position FROM bought
UNION ALL
SELECT lapsed_position FROM bought WHERE lapsed_position IS NOT NULL
UNION ALL
SELECT movements.position
FROM movements
JOIN bought ON bought.auction_id = movements.auction_id AND bought.transaction_number = movements.transaction_number
