-- How far Bronze has come with each auction that Silver follows. What is parked there is left out.
CREATE VIEW parked_auctions AS
SELECT substring(stream_id, 9) AS auction_id FROM parked_streams WHERE stream_id LIKE 'auction-%';

CREATE VIEW parked_refusals AS
SELECT substring(stream_id, 10) AS auction_id FROM parked_streams
WHERE stream_id LIKE 'refusals-%' AND stream_id NOT LIKE 'refusals-user-%' AND stream_id NOT LIKE 'refusals-hall-%'
  AND stream_id NOT LIKE 'refusals-sale-%' AND stream_id NOT LIKE 'refusals-case-%' AND stream_id NOT LIKE 'refusals-series-%' AND stream_id NOT LIKE 'refusals-payout-%';

CREATE TABLE gold_upto AS
WITH auctions AS (
  SELECT substring(stream_id, 9) AS auction_id, revision FROM streams WHERE stream_id LIKE 'auction-%'
),
refused AS (
  SELECT substring(stream_id, 10) AS auction_id, revision FROM streams WHERE stream_id LIKE 'refusals-%'
)
SELECT
  COALESCE(auctions.auction_id, refused.auction_id) AS auction_id, auctions.revision,
  CASE WHEN refused.auction_id NOT IN (SELECT auction_id FROM parked_refusals) THEN refused.revision END AS refusals_revision
FROM (FROM auctions WHERE auction_id NOT IN (SELECT auction_id FROM parked_auctions)) auctions
FULL JOIN refused ON refused.auction_id = auctions.auction_id;
