-- $1: currency; $2, $3, $4: what the page begins behind; $5: rows. NULL is any.
SELECT * FROM gold.seller_rankings
WHERE ($1::text IS NULL OR currency = $1)
  AND ($2::text IS NULL OR (currency, seller_rank, seller_id) > ($2, $3::bigint, $4::uuid))
ORDER BY currency, seller_rank, seller_id
LIMIT $5
