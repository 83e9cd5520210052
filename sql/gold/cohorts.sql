-- cohorts: what became of the people who registered on a UTC day, up to now, a row for each day on which anybody did.
-- Key: registered_on
--   registered_on date: UTC day of the registration
--   registered bigint: accounts opened on the day, those erased since included
--   have_bid bigint: those of them with a bid, or a purchase, here or by files of past auctions
--   have_bought bigint: those of them with a sale of this house that stands, second chances taken included
WITH bidders AS (
  SELECT bidder_id AS user_id FROM bids
  UNION
  SELECT bidder FROM hall_bids
  UNION
  SELECT buyer FROM hall_results WHERE replaced_position IS NULL
),
buyers AS (
  SELECT DISTINCT buyer_id AS user_id FROM sales WHERE lapsed_at IS NULL
)
SELECT
  CAST(registrations.registered_at AS DATE) AS registered_on, COUNT(*) AS registered, COUNT(bidders.user_id) AS have_bid,
  COUNT(buyers.user_id) AS have_bought
FROM registrations
LEFT JOIN bidders ON bidders.user_id = registrations.user_id
LEFT JOIN buyers ON buyers.user_id = registrations.user_id
GROUP BY CAST(registrations.registered_at AS DATE)
