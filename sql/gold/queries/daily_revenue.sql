-- $1, $2: the first and the last day; $3: currency; $4, $5: the key that the page begins behind; $6: rows. NULL is any.
SELECT * FROM gold.daily_revenue
WHERE ($1::date IS NULL OR day >= $1) AND ($2::date IS NULL OR day <= $2) AND ($3::text IS NULL OR currency = $3)
  AND ($4::date IS NULL OR (day, currency) > ($4, $5::text))
ORDER BY day, currency
LIMIT $6
