-- hourly_activity: how busy the house was, a row for each hour of each UTC day from the first event to the last. Counts
-- only; all currencies together.
-- Key: day, hour
--   day date: UTC day
--   hour integer: 0 to 23, UTC
--   listings bigint: auctions listed
--   bids bigint: bids accepted
--   bidders bigint: different people among them
--   bids_last_minute bigint: bids in the last minute before a close (bid type snipe)
--   bids_removed bigint: bids retracted or voided
--   extensions bigint: times that a soft close moved a close
--   auctions_ended bigint: auctions sold, passed, cancelled or withdrawn
--   auctions_sold bigint: those sold
--   payments bigint: payments received
--   refusals bigint: commands refused, each of a flood counted
--   registrations bigint: accounts opened
WITH activity AS (
  SELECT listed_at AS at_time, 'listing' AS kind, CAST(NULL AS VARCHAR(36)) AS person_id, CAST(1 AS BIGINT) AS n FROM listings
  UNION ALL
  SELECT placed_at, CASE WHEN bid_type = 'snipe' THEN 'last-minute bid' ELSE 'bid' END, bidder_id, 1 FROM bids
  UNION ALL
  SELECT removed_at, 'removal', NULL, 1 FROM removals
  UNION ALL
  SELECT extended_at, 'extension', NULL, 1 FROM extensions WHERE cause = 'SoftClose'
  UNION ALL
  SELECT ended_at, CASE WHEN outcome = 'sold' THEN 'sold' ELSE 'unsold' END, NULL, 1 FROM endings
  UNION ALL
  SELECT moved_at, 'payment', NULL, 1 FROM movements WHERE kind = 'payment'
  UNION ALL
  SELECT refused_at, 'refusal', NULL, refused_count FROM refusals
  UNION ALL
  SELECT registered_at, 'registration', NULL, 1 FROM registrations
),
counted AS (
  SELECT
    CAST(at_time AS DATE) AS day, hour(at_time) AS hour_of_day,
    SUM(CASE WHEN kind = 'listing' THEN n ELSE 0 END) AS listings,
    SUM(CASE WHEN kind IN ('bid', 'last-minute bid') THEN n ELSE 0 END) AS bids,
    COUNT(DISTINCT person_id) AS bidders,
    SUM(CASE WHEN kind = 'last-minute bid' THEN n ELSE 0 END) AS bids_last_minute,
    SUM(CASE WHEN kind = 'removal' THEN n ELSE 0 END) AS bids_removed,
    SUM(CASE WHEN kind = 'extension' THEN n ELSE 0 END) AS extensions,
    SUM(CASE WHEN kind IN ('sold', 'unsold') THEN n ELSE 0 END) AS auctions_ended,
    SUM(CASE WHEN kind = 'sold' THEN n ELSE 0 END) AS auctions_sold,
    SUM(CASE WHEN kind = 'payment' THEN n ELSE 0 END) AS payments,
    SUM(CASE WHEN kind = 'refusal' THEN n ELSE 0 END) AS refusals,
    SUM(CASE WHEN kind = 'registration' THEN n ELSE 0 END) AS registrations
  FROM activity
  GROUP BY CAST(at_time AS DATE), hour(at_time)
)
SELECT
  days.day, CAST(hours.hour_of_day AS INTEGER) AS hour, CAST(COALESCE(counted.listings, 0) AS BIGINT) AS listings,
  CAST(COALESCE(counted.bids, 0) AS BIGINT) AS bids, CAST(COALESCE(counted.bidders, 0) AS BIGINT) AS bidders,
  CAST(COALESCE(counted.bids_last_minute, 0) AS BIGINT) AS bids_last_minute,
  CAST(COALESCE(counted.bids_removed, 0) AS BIGINT) AS bids_removed,
  CAST(COALESCE(counted.extensions, 0) AS BIGINT) AS extensions,
  CAST(COALESCE(counted.auctions_ended, 0) AS BIGINT) AS auctions_ended,
  CAST(COALESCE(counted.auctions_sold, 0) AS BIGINT) AS auctions_sold,
  CAST(COALESCE(counted.payments, 0) AS BIGINT) AS payments, CAST(COALESCE(counted.refusals, 0) AS BIGINT) AS refusals,
  CAST(COALESCE(counted.registrations, 0) AS BIGINT) AS registrations
FROM gold_days days
CROSS JOIN gold_hours hours
LEFT JOIN counted ON counted.day = days.day AND counted.hour_of_day = hours.hour_of_day
