WITH months AS (
  SELECT
    date_trunc('month', registered_on) AS month, sum(registered) AS registered, sum(have_bid) AS have_bid, sum(have_bought) AS have_bought
  FROM gold.cohorts
  WHERE true
    [[AND registered_on >= {{from}}::date]]
    [[AND registered_on <= {{to}}::date]]
  GROUP BY 1
)
SELECT
  to_char(month, 'YYYY-MM') AS month, registered, have_bid, round(100.0 * have_bid / registered, 1) AS bid_percent, have_bought,
  round(100.0 * have_bought / registered, 1) AS bought_percent
FROM months
ORDER BY month
