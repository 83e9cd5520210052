SELECT
  round(f.score::numeric, 3) AS score, f.bid_id, array_to_string(f.reasons, ', ') AS reasons, f.snipe, a.title, a.category, f.seller_id,
  f.bidder_id
FROM silver.auctions a
JOIN silver.fraud_signals f USING (auction_id)
WHERE a.closes_at > now() - interval '1 day' AND f.score > 0.5
  [[AND a.category = {{category}}]]
  [[AND a.currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
ORDER BY score DESC, f.bid_id
LIMIT 500
