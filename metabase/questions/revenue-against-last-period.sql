WITH ends AS (
  SELECT coalesce([[{{to}}::date,]] max(day)) AS last_day
  FROM gold.daily_revenue
),
period AS (
  SELECT coalesce([[{{from}}::date,]] last_day - 29) AS first_day, last_day
  FROM ends
),
totals AS (
  SELECT
    currency, exponent,
    coalesce(sum(net_hammer_price) FILTER (WHERE day >= first_day), 0) AS revenue,
    coalesce(sum(net_hammer_price) FILTER (WHERE day < first_day), 0) AS revenue_before,
    coalesce(sum(net_house_income) FILTER (WHERE day >= first_day), 0) AS income,
    coalesce(sum(net_house_income) FILTER (WHERE day < first_day), 0) AS income_before,
    coalesce(sum(sales) FILTER (WHERE day >= first_day), 0) AS sales,
    coalesce(sum(sales) FILTER (WHERE day < first_day), 0) AS sales_before
  FROM gold.daily_revenue
  JOIN silver.currencies ON code = currency
  CROSS JOIN period
  WHERE day BETWEEN first_day - (last_day - first_day + 1) AND last_day
    [[AND currency = {{currency}}]]
  GROUP BY currency, exponent
)
SELECT
  currency,
  round(revenue / 10.0 ^ exponent, exponent) AS net_revenue,
  round(revenue_before / 10.0 ^ exponent, exponent) AS net_revenue_before,
  round(100.0 * (revenue - revenue_before) / nullif(abs(revenue_before), 0), 1) AS revenue_change_percent,
  round(income / 10.0 ^ exponent, exponent) AS house_income,
  round(income_before / 10.0 ^ exponent, exponent) AS house_income_before,
  round(100.0 * (income - income_before) / nullif(abs(income_before), 0), 1) AS income_change_percent,
  sales, sales_before,
  round(100.0 * (sales - sales_before) / nullif(sales_before, 0), 1) AS sales_change_percent
FROM totals
ORDER BY currency
