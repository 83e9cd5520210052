-- One row a sale: at the hammer, by Buy It Now, or to somebody who took a second chance. `lapsed_at` is when a second chance
-- took the place of this sale, which was never paid; NULL for a sale that stands.
WITH made AS (
  SELECT
    position, substring(stream_id, 9) AS auction_id,
    CASE WHEN event_type = 'AuctionSold' THEN 1 ELSE CAST(body.transactionNumber AS INTEGER) END AS transaction_number,
    CASE WHEN event_type = 'AuctionSold' THEN body.via ELSE 'SecondChance' END AS via,
    CASE WHEN event_type = 'AuctionSold' THEN NULL ELSE CAST(body.lapsedTransaction AS INTEGER) END AS lapsed_transaction,
    body.buyerId AS buyer_id, body.currency AS currency, CAST(body.hammerPrice AS BIGINT) AS hammer_price,
    CAST(body.buyersPremium AS BIGINT) AS buyers_premium, CAST(body.tax AS BIGINT) AS tax,
    CAST(body.amountDue AS BIGINT) AS amount_due, CAST(body.platformFee AS BIGINT) AS platform_fee,
    CAST(body.sellerProceeds AS BIGINT) AS seller_proceeds, occurred_at AS sold_at
  FROM facts
  WHERE event_type IN ('AuctionSold', 'SecondChanceAccepted') AND body.hammerPrice IS NOT NULL
)
SELECT made.*, later.sold_at AS lapsed_at, later.position AS lapsed_position
FROM made
LEFT JOIN made later ON later.auction_id = made.auction_id AND later.lapsed_transaction = made.transaction_number
