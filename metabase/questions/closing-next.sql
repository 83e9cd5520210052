SELECT
  closes_at, auction_id, title, category, format, bid_count, extensions, currency,
  round(current_price / 10.0 ^ exponent, exponent) AS current_price
FROM silver.auctions
JOIN silver.currencies ON code = currency
WHERE recorded_status = 'open' AND opens_at <= now() AND closes_at > now()
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
ORDER BY closes_at, auction_id
LIMIT 50
