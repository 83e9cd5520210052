SELECT date_trunc('minute', b.placed_at) AS minute, count(*) AS bids
FROM silver.auctions a
JOIN silver.bids b USING (auction_id)
WHERE a.closes_at > now() - interval '1 hour' AND b.placed_at > now() - interval '1 hour'
  [[AND a.category = {{category}}]]
  [[AND a.currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
GROUP BY minute
ORDER BY minute
