-- $1, $2: the first and the last day; $3: the day that the page begins behind; $4: rows. NULL is any.
SELECT * FROM gold.cohorts
WHERE ($1::date IS NULL OR registered_on >= $1) AND ($2::date IS NULL OR registered_on <= $2)
  AND ($3::date IS NULL OR registered_on > $3)
ORDER BY registered_on
LIMIT $4
