SELECT r.reason, sum(r.refused_count) AS refusals
FROM silver.rejected_bids r
LEFT JOIN silver.auctions a USING (auction_id)
WHERE r.rejected_at > now() - interval '1 hour'
  [[AND a.category = {{category}}]]
  [[AND a.currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
GROUP BY r.reason
ORDER BY refusals DESC, r.reason
