-- $1, $2: the first and the last day; $3: the day that the page begins behind; $4: rows. NULL is any.
SELECT * FROM gold.fraud_summary
WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)
  AND ($3::date IS NULL OR day > $3)
ORDER BY day
LIMIT $4
