SELECT hour, sum(bids) AS bids, sum(bids_last_minute) AS bids_last_minute
FROM gold.hourly_activity
WHERE true
  [[AND day >= {{from}}::date]]
  [[AND day <= {{to}}::date]]
GROUP BY hour
ORDER BY hour
