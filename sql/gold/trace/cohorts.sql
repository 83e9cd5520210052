-- The registrations of the day, and the bids and purchases of these people.
WITH own AS (
  SELECT registrations.* FROM registrations JOIN gold_key k ON CAST(registrations.registered_at AS DATE) = k.registered_on
)
SELECT position FROM own
UNION ALL
SELECT bids.position FROM bids JOIN own ON own.user_id = bids.bidder_id
UNION ALL
SELECT hall_bids.position FROM hall_bids JOIN own ON own.user_id = hall_bids.bidder
UNION ALL
SELECT hall_results.position FROM hall_results JOIN own ON own.user_id = hall_results.buyer WHERE hall_results.replaced_position IS NULL
UNION ALL
SELECT sales.position FROM sales JOIN own ON own.user_id = sales.buyer_id
UNION ALL
SELECT sales.lapsed_position FROM sales JOIN own ON own.user_id = sales.buyer_id WHERE sales.lapsed_position IS NOT NULL
