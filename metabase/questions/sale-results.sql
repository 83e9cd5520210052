SELECT
  sale, p.currency, count(*) AS lots, count(*) FILTER (WHERE outcome IN ('sold', 'passed', 'withdrawn')) AS ended,
  count(sold_via) AS sold,
  round(100.0 * count(sold_via) / nullif(count(*) FILTER (WHERE outcome IN ('sold', 'passed', 'withdrawn')), 0), 1) AS sell_through_percent,
  round(sum(hammer_price) / 10.0 ^ exponent, exponent) AS hammer_price,
  round(sum(price_with_premium) / 10.0 ^ exponent, exponent) AS price_with_premium
FROM gold.auction_performance p
JOIN silver.sale_lots ON lot_id = auction_id
JOIN silver.currencies ON code = p.currency
WHERE true
  [[AND ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
  [[AND ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
  [[AND p.category = {{category}}]]
  [[AND p.currency = {{currency}}]]
  [[AND sale = {{sale}}]]
GROUP BY sale, p.currency, exponent
ORDER BY max(ended_at) DESC NULLS LAST, sale, p.currency
