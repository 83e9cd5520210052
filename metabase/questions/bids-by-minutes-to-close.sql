SELECT floor(extract(epoch FROM a.closed_at - b.placed_at) / 60)::integer AS minutes_to_close, count(*) AS bids
FROM silver.auctions a
JOIN silver.bids b USING (auction_id)
WHERE a.recorded_status IN ('sold', 'passed')
  AND a.closes_at >= coalesce([[{{from}}::date,]] (now() AT TIME ZONE 'UTC')::date - 7)::timestamp AT TIME ZONE 'UTC'
  AND b.placed_at > a.closed_at - interval '60 minutes'
  [[AND a.closes_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND a.category = {{category}}]]
  [[AND a.currency = {{currency}}]]
GROUP BY minutes_to_close
ORDER BY minutes_to_close
