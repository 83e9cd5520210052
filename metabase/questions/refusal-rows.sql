SELECT r.rejected_at, r.reason, r.refused_count, r.auction_id, a.title, a.category, r.bidder_id
FROM silver.rejected_bids r
LEFT JOIN silver.auctions a USING (auction_id)
WHERE r.rejected_at > now() - interval '1 hour'
  [[AND a.category = {{category}}]]
  [[AND a.currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
  [[AND r.reason = {{reason}}]]
ORDER BY r.rejected_at DESC, r.rejection_id
LIMIT 2000
