-- $1, $2: the first and the last day; $3, $4: the key that the page begins behind; $5: rows. NULL is any.
SELECT * FROM gold.hourly_activity
WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)
  AND ($3::date IS NULL OR (day, hour) > ($3, $4::integer))
ORDER BY day, hour
LIMIT $5
