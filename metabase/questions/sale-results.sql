WITH results AS (
  SELECT
    l.sale_id, p.currency, count(*) AS lots, count(*) FILTER (WHERE p.outcome IN ('sold', 'passed', 'withdrawn')) AS ended,
    count(p.sold_via) AS sold, sum(p.hammer_price) AS hammer_price, sum(p.price_with_premium) AS price_with_premium
  FROM gold.auction_performance p
  JOIN silver.sale_lots l ON l.lot_id = p.auction_id
  WHERE true
    [[AND p.ended_at >= {{from}}::date::timestamp AT TIME ZONE 'UTC']]
    [[AND p.ended_at < ({{to}}::date + 1)::timestamp AT TIME ZONE 'UTC']]
    [[AND p.category = {{category}}]]
    [[AND p.currency = {{currency}}]]
    [[AND l.sale = {{sale}}]]
  GROUP BY l.sale_id, p.currency
)
SELECT
  s.name AS sale, s.status, r.currency, r.lots, r.ended, r.sold, round(100.0 * r.sold / nullif(r.ended, 0), 1) AS sell_through_percent,
  round(r.hammer_price / 10.0 ^ exponent, exponent) AS hammer_price,
  round(r.price_with_premium / 10.0 ^ exponent, exponent) AS price_with_premium
FROM results r
JOIN silver.sales s USING (sale_id)
JOIN silver.currencies ON code = r.currency
ORDER BY s.opens_at DESC, sale, r.currency
LIMIT 500
