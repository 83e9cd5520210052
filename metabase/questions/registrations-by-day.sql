SELECT day, sum(registrations) AS registrations
FROM gold.hourly_activity
WHERE true
  [[AND day >= {{from}}::date]]
  [[AND day <= {{to}}::date]]
GROUP BY day
ORDER BY day
