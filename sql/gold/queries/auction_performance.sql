-- $1, $2: the first and the last day of listing (of a hall's lot, of the sale), UTC; $3: currency; $4: category; $5: the key that the page begins behind;
-- $6: rows. NULL is any.
SELECT * FROM gold.auction_performance
WHERE ($1::date IS NULL OR COALESCE(listed_at, ended_at) >= $1::date::timestamp AT TIME ZONE 'UTC')
  AND ($2::date IS NULL OR COALESCE(listed_at, ended_at) < ($2::date + 1)::timestamp AT TIME ZONE 'UTC')
  AND ($3::text IS NULL OR currency = $3) AND ($4::text IS NULL OR category = $4)
  AND ($5::uuid IS NULL OR auction_id > $5)
ORDER BY auction_id
LIMIT $6
