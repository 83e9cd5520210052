SELECT count(*) AS open_auctions
FROM silver.auctions
WHERE recorded_status = 'open' AND opens_at <= now() AND closes_at > now()
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
