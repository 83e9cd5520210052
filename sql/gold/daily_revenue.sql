-- daily_revenue: what was sold, taken back and paid on a UTC day, a row for each day and currency from the currency's first
-- listing or hall sale on. A sale counts on the day it was made; if it lapses unpaid or is refunded, that counts on the day of the
-- lapse or refund. Amounts are whole minor units (cents) of the row's currency.
-- Key: day, currency
--   day date: UTC day
--   currency text: ISO 4217 code; refers to currencies.code
--   sales bigint: sales made on the day: hammer, Buy It Now and second chances taken
--   second_chance_sales bigint: those of them that are second chances taken
--   hammer_price numeric: sum of the sales' hammer prices
--   buyers_premium numeric: sum of the buyers' premiums of these sales
--   tax numeric: sum of the taxes of these sales
--   amount_due numeric: hammer_price + buyers_premium + tax
--   platform_fee numeric: sum of the fees that sellers pay for these sales
--   seller_proceeds numeric: hammer_price - platform_fee - the tax on that fee
--   house_income numeric: buyers_premium + platform_fee
--   lapsed_sales bigint: sales of any day, never paid, whose place a second chance or a relisting took on the day
--   lapsed_hammer_price numeric: sum of their hammer prices
--   lapsed_house_income numeric: sum of their buyers' premiums and platform fees
--   refunds bigint: sales of any day whose buyer had all the money back on the day; a part refund is none
--   refunded_hammer_price numeric: sum of their hammer prices
--   refunded_house_income numeric: sum of their buyers' premiums and platform fees
--   net_hammer_price numeric: hammer_price - lapsed_hammer_price - refunded_hammer_price
--   net_house_income numeric: house_income - lapsed_house_income - refunded_house_income
--   paid_in numeric: payments of buyers received on the day
--   refunded numeric: paid back to buyers on the day, parts included
--   paid_out numeric: paid out to sellers on the day
--   payouts_returned numeric: paid back by sellers on the day
--   net_cash numeric: paid_in + payouts_returned - refunded - paid_out
--   hall_sales bigint: lots sold in halls on the day, and past online auctions, by files; no other column counts them
--   hall_hammer_price numeric: sum of their prices where the file tells hammer prices
--   hall_price_with_premium numeric: sum of their prices where the file tells prices with premium; never to be added to the other
WITH calendar AS (
  SELECT days.day, currencies.currency
  FROM gold_days days
  JOIN (
    SELECT currency, CAST(MIN(since) AS DATE) AS first_day
    FROM (SELECT currency, listed_at AS since FROM listings UNION ALL SELECT currency, held_at FROM hall_results) used
    GROUP BY currency
  ) currencies
    ON days.day >= currencies.first_day
),
sold AS (
  SELECT
    CAST(sold_at AS DATE) AS day, currency, COUNT(*) AS sales,
    SUM(CASE WHEN via = 'SecondChance' THEN 1 ELSE 0 END) AS second_chance_sales, SUM(hammer_price) AS hammer_price,
    SUM(buyers_premium) AS buyers_premium, SUM(tax) AS tax, SUM(amount_due) AS amount_due,
    SUM(platform_fee) AS platform_fee, SUM(seller_proceeds) AS seller_proceeds
  FROM sales
  GROUP BY CAST(sold_at AS DATE), currency
),
lapsed AS (
  SELECT
    CAST(lapsed_at AS DATE) AS day, currency, COUNT(*) AS sales, SUM(hammer_price) AS hammer_price,
    SUM(buyers_premium + platform_fee) AS house_income
  FROM sales
  WHERE lapsed_at IS NOT NULL
  GROUP BY CAST(lapsed_at AS DATE), currency
),
refunded AS (
  SELECT
    CAST(moved_at AS DATE) AS day, sales.currency, COUNT(*) AS sales, SUM(hammer_price) AS hammer_price,
    SUM(buyers_premium + platform_fee) AS house_income
  FROM movements
  JOIN sales ON sales.auction_id = movements.auction_id AND sales.transaction_number = movements.transaction_number
  WHERE kind = 'refund' AND is_refunded
  GROUP BY CAST(moved_at AS DATE), sales.currency
),
moved AS (
  SELECT
    CAST(moved_at AS DATE) AS day, currency, SUM(CASE WHEN kind = 'payment' THEN amount ELSE 0 END) AS paid_in,
    SUM(CASE WHEN kind = 'refund' THEN amount ELSE 0 END) AS refunded,
    SUM(CASE WHEN kind = 'payout' THEN amount ELSE 0 END) AS paid_out,
    SUM(CASE WHEN kind = 'payout-return' THEN amount ELSE 0 END) AS payouts_returned
  FROM movements
  GROUP BY CAST(moved_at AS DATE), currency
),
hall AS (
  SELECT
    CAST(held_at AS DATE) AS day, currency, COUNT(*) AS sales,
    SUM(CASE WHEN price_kind = 'hammer' THEN price ELSE 0 END) AS hammer_price,
    SUM(CASE WHEN price_kind = 'with-premium' THEN price ELSE 0 END) AS price_with_premium
  FROM hall_results
  WHERE outcome = 'sold' AND replaced_position IS NULL
  GROUP BY CAST(held_at AS DATE), currency
)
SELECT
  calendar.day, calendar.currency,
  CAST(COALESCE(sold.sales, 0) AS BIGINT) AS sales,
  CAST(COALESCE(sold.second_chance_sales, 0) AS BIGINT) AS second_chance_sales,
  CAST(COALESCE(sold.hammer_price, 0) AS DECIMAL(38, 0)) AS hammer_price,
  CAST(COALESCE(sold.buyers_premium, 0) AS DECIMAL(38, 0)) AS buyers_premium,
  CAST(COALESCE(sold.tax, 0) AS DECIMAL(38, 0)) AS tax,
  CAST(COALESCE(sold.amount_due, 0) AS DECIMAL(38, 0)) AS amount_due,
  CAST(COALESCE(sold.platform_fee, 0) AS DECIMAL(38, 0)) AS platform_fee,
  CAST(COALESCE(sold.seller_proceeds, 0) AS DECIMAL(38, 0)) AS seller_proceeds,
  CAST(COALESCE(sold.buyers_premium + sold.platform_fee, 0) AS DECIMAL(38, 0)) AS house_income,
  CAST(COALESCE(lapsed.sales, 0) AS BIGINT) AS lapsed_sales,
  CAST(COALESCE(lapsed.hammer_price, 0) AS DECIMAL(38, 0)) AS lapsed_hammer_price,
  CAST(COALESCE(lapsed.house_income, 0) AS DECIMAL(38, 0)) AS lapsed_house_income,
  CAST(COALESCE(refunded.sales, 0) AS BIGINT) AS refunds,
  CAST(COALESCE(refunded.hammer_price, 0) AS DECIMAL(38, 0)) AS refunded_hammer_price,
  CAST(COALESCE(refunded.house_income, 0) AS DECIMAL(38, 0)) AS refunded_house_income,
  CAST(COALESCE(sold.hammer_price, 0) - COALESCE(lapsed.hammer_price, 0) - COALESCE(refunded.hammer_price, 0)
    AS DECIMAL(38, 0)) AS net_hammer_price,
  CAST(COALESCE(sold.buyers_premium + sold.platform_fee, 0) - COALESCE(lapsed.house_income, 0)
    - COALESCE(refunded.house_income, 0) AS DECIMAL(38, 0)) AS net_house_income,
  CAST(COALESCE(moved.paid_in, 0) AS DECIMAL(38, 0)) AS paid_in,
  CAST(COALESCE(moved.refunded, 0) AS DECIMAL(38, 0)) AS refunded,
  CAST(COALESCE(moved.paid_out, 0) AS DECIMAL(38, 0)) AS paid_out,
  CAST(COALESCE(moved.payouts_returned, 0) AS DECIMAL(38, 0)) AS payouts_returned,
  CAST(COALESCE(moved.paid_in + moved.payouts_returned - moved.refunded - moved.paid_out, 0) AS DECIMAL(38, 0)) AS net_cash,
  CAST(COALESCE(hall.sales, 0) AS BIGINT) AS hall_sales,
  CAST(COALESCE(hall.hammer_price, 0) AS DECIMAL(38, 0)) AS hall_hammer_price,
  CAST(COALESCE(hall.price_with_premium, 0) AS DECIMAL(38, 0)) AS hall_price_with_premium
FROM calendar
LEFT JOIN sold ON sold.day = calendar.day AND sold.currency = calendar.currency
LEFT JOIN lapsed ON lapsed.day = calendar.day AND lapsed.currency = calendar.currency
LEFT JOIN refunded ON refunded.day = calendar.day AND refunded.currency = calendar.currency
LEFT JOIN moved ON moved.day = calendar.day AND moved.currency = calendar.currency
LEFT JOIN hall ON hall.day = calendar.day AND hall.currency = calendar.currency
