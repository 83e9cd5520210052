-- Silver's lots of hall sales, each with the revision that it shows.
SELECT
  hall_result_id, revision, venue, seller_id, COALESCE(buyer_id, buyer_key) AS buyer, starting_price, title, category, currency, outcome, final_price, price_kind,
  to_char(held_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS held_on
FROM silver_private.hall_results
