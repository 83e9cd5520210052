-- For Spark what duckdb.sql is for DuckDB. Functions have Spark's own names in this folder, so only the facts are to be made:
-- Bronze up to the cut, each event's text taken apart once. Texts that are withheld or damaged have no body.
SELECT position, stream_id, revision, event_type, occurred_at, actor_id, CASE WHEN body._corrupt_record IS NULL THEN body END AS body
FROM (
  SELECT position, stream_id, revision, event_type, CAST(occurred_at AS TIMESTAMP) AS occurred_at, actor_id, from_json(text,
    '_corrupt_record STRING, sellerId STRING, item STRUCT<title: STRING, category: STRING>,
    terms STRUCT<format: STRING, currency: STRING, startingPrice: STRING>,
    opensAt STRING, relistedAs STRING, bidNumber STRING, bidderId STRING, bidType STRING,
    currentPrice STRING, currency STRING, replaces STRING, cause STRING, reason STRING,
    via STRING, transactionNumber STRING, lapsedTransaction STRING, buyerId STRING,
    hammerPrice STRING, buyersPremium STRING, tax STRING, amountDue STRING,
    platformFee STRING, sellerProceeds STRING, amount STRING, payout STRING, paymentStatus STRING,
    command STRING, rejection STRUCT<reason: STRING>, actorId STRING, count STRING,
    outcome STRING, price STRING, priceKind STRING, heldAt STRING,
    venue STRING, startingPrice STRING, buyerKey STRING, bidderKey STRING, placedAt STRING') AS body
  FROM bronze
)
