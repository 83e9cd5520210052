-- One row a sale: at the hammer, by Buy It Now, or to somebody who took a second chance. `lapsed_at` is when this sale, which
-- was never paid, made room: a second chance took its place, or the item was put up again. NULL for a sale that stands.
WITH made AS (
  SELECT
    position, substring(stream_id, 9) AS auction_id,
    CASE WHEN event_type = 'AuctionSold' THEN 1 ELSE CAST(body.transactionNumber AS INTEGER) END AS transaction_number,
    CASE WHEN event_type = 'AuctionSold' THEN body.via ELSE 'SecondChance' END AS via,
    body.buyerId AS buyer_id, body.currency AS currency, CAST(body.hammerPrice AS BIGINT) AS hammer_price,
    CAST(body.buyersPremium AS BIGINT) AS buyers_premium, CAST(body.tax AS BIGINT) AS tax,
    CAST(body.amountDue AS BIGINT) AS amount_due, CAST(body.platformFee AS BIGINT) AS platform_fee,
    CAST(body.sellerProceeds AS BIGINT) AS seller_proceeds, occurred_at AS sold_at
  FROM facts
  WHERE event_type IN ('AuctionSold', 'SecondChanceAccepted') AND body.hammerPrice IS NOT NULL
),
lapses AS (
  SELECT
    substring(stream_id, 9) AS auction_id, CAST(body.lapsedTransaction AS INTEGER) AS transaction_number, position, occurred_at
  FROM facts
  WHERE event_type IN ('SecondChanceAccepted', 'AuctionRelisted') AND body.lapsedTransaction IS NOT NULL
)
SELECT made.*, lapses.occurred_at AS lapsed_at, lapses.position AS lapsed_position
FROM made
LEFT JOIN lapses ON lapses.auction_id = made.auction_id AND lapses.transaction_number = made.transaction_number
