SELECT r.reason, sum(r.refused_count) AS refusals
FROM silver.rejected_bids r
LEFT JOIN silver.auctions a USING (auction_id)
WHERE r.rejected_at > now() - interval '1 hour'
  [[AND a.category = {{category}}]]
  [[AND a.currency = {{currency}}]]
GROUP BY r.reason
ORDER BY refusals DESC, r.reason
