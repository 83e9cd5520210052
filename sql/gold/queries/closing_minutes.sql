-- $1, $2: the first and the last day of the auction's end, UTC; $3: currency; $4: category; $5, $6: the key that the page begins behind;
-- $7: rows. NULL is any.
SELECT * FROM gold.closing_minutes
WHERE ($1::date IS NULL OR ended_at >= $1::date::timestamp AT TIME ZONE 'UTC')
  AND ($2::date IS NULL OR ended_at < ($2::date + 1)::timestamp AT TIME ZONE 'UTC')
  AND ($3::text IS NULL OR currency = $3) AND ($4::text IS NULL OR category = $4)
  AND ($5::uuid IS NULL OR (auction_id, minutes_to_close) > ($5, $6::integer))
ORDER BY auction_id, minutes_to_close
LIMIT $7
