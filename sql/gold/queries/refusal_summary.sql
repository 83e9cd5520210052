-- $1, $2: the first and the last day; $3 to $6: the key that the page begins behind; $7: rows. NULL is any.
SELECT * FROM gold.refusal_summary
WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2)
  AND ($3::date IS NULL OR (day, concern, command, reason) > ($3, $4::text, $5::text, $6::text))
ORDER BY day, concern, command, reason
LIMIT $7
