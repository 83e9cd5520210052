-- What DuckDB calls by another name than Spark: with these the files of this folder are the same for both.
-- Exact: a DECIMAL divided by // would pass through a DOUBLE.
CREATE MACRO div(a, b) AS CAST(a AS HUGEINT) // CAST(b AS HUGEINT);
CREATE MACRO sha2(words, bits) AS sha256(words);
CREATE MACRO unix_millis(moment) AS epoch_ms(moment);
CREATE MACRO timestamp_millis(ms) AS make_timestamp(ms * 1000);

-- Bronze up to the cut, each event's text taken apart once. Texts that are withheld or damaged have no body.
CREATE VIEW facts AS
SELECT position, stream_id, revision, event_type, occurred_at, actor_id, TRY(json_transform(text, '{
  "sellerId": "VARCHAR", "item": {"title": "VARCHAR", "category": "VARCHAR"},
  "terms": {"format": "VARCHAR", "currency": "VARCHAR", "startingPrice": "VARCHAR"},
  "opensAt": "VARCHAR", "relistedAs": "VARCHAR", "bidNumber": "VARCHAR", "bidderId": "VARCHAR", "bidType": "VARCHAR",
  "currentPrice": "VARCHAR", "currency": "VARCHAR", "replaces": "VARCHAR", "cause": "VARCHAR", "reason": "VARCHAR",
  "via": "VARCHAR", "transactionNumber": "VARCHAR", "lapsedTransaction": "VARCHAR", "buyerId": "VARCHAR",
  "hammerPrice": "VARCHAR", "buyersPremium": "VARCHAR", "tax": "VARCHAR", "amountDue": "VARCHAR",
  "platformFee": "VARCHAR", "sellerProceeds": "VARCHAR", "amount": "VARCHAR", "payout": "VARCHAR", "paymentStatus": "VARCHAR",
  "command": "VARCHAR", "rejection": {"reason": "VARCHAR"}, "actorId": "VARCHAR", "count": "VARCHAR",
  "outcome": "VARCHAR", "price": "VARCHAR", "priceKind": "VARCHAR", "heldAt": "VARCHAR",
  "venue": "VARCHAR", "startingPrice": "VARCHAR", "buyerKey": "VARCHAR", "bidderKey": "VARCHAR", "placedAt": "VARCHAR"}')) AS body
FROM bronze;
