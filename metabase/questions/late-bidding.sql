SELECT
  coalesce(sum(bids), 0) AS bids, coalesce(sum(bids_last_minute), 0) AS bids_last_minute,
  round(100.0 * sum(bids_last_minute) / nullif(sum(bids), 0), 1) AS last_minute_percent,
  count(*) FILTER (WHERE extensions > 0) AS auctions_extended, coalesce(sum(extensions), 0) AS extensions
FROM gold.auction_performance
WHERE sold_in = 'auction' AND outcome <> 'open'
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND category = {{category}}]]
  [[AND currency = {{currency}}]]
  [[AND auction_id IN (SELECT lot_id FROM silver.sale_lots WHERE sale = {{sale}})]]
