SELECT 'retraction requests' AS what, count(*) AS waiting
FROM silver.retraction_requests r
JOIN silver.auctions a USING (auction_id)
WHERE r.status = 'pending'
  [[AND a.category = {{category}}]]
  [[AND a.currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
UNION ALL
SELECT 'overdue payments', count(*)
FROM silver.purchases
WHERE payment_status = 'overdue'
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
ORDER BY what
