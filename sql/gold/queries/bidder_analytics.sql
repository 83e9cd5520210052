-- $1: currency; $2, $3: the key that the page begins behind; $4: rows. NULL is any.
SELECT * FROM gold.bidder_analytics
WHERE ($1::text IS NULL OR currency = $1) AND ($2::uuid IS NULL OR (bidder_id, currency) > ($2, $3::text))
ORDER BY bidder_id, currency
LIMIT $4
