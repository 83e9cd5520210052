-- Silver's bids on lots of hall sales and in past online auctions.
SELECT
  hall_result_id, revision, bid_number, bid_type, COALESCE(bidder_id, bidder_key) AS bidder, price,
  to_char(placed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS placed_on
FROM silver_private.hall_bids
