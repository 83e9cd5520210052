-- fraud_summary: what the fraud scorer and the trust desk made of each UTC day from the first event to the last, a row a day.
-- Every day is scored by one model, whichever was in force then. A flagged bid is a reason to look, not a verdict.
-- Key: day
--   day date: UTC day
--   scored_bids bigint: bids placed on the day and scored, sealed ones included
--   flagged_bids bigint: bids whose score first rose above 0.5 on the day, be it when they were placed or when they were taken back
--   flagged_bidders bigint: different people among them
--   flagged_sellers bigint: different sellers of the auctions concerned
--   flagged_auctions bigint: different auctions concerned
--   cases_opened bigint: fraud cases opened, those opened again included
--   cases_grown bigint: times that an open case got more evidence
--   samples_drawn bigint: bidders without a flagged bid drawn for review
--   cases_confirmed bigint: cases and samples that a person confirmed
--   cases_dismissed bigint: cases and samples that a person dismissed
--   refusals bigint: commands refused, each of a flood counted; refusal_summary has the reasons
--   model_version integer: the model that made the scores; NULL before the first bid was scored
WITH happened AS (
  SELECT CAST(placed_at AS DATE) AS day, 'scored' AS kind, CAST(1 AS BIGINT) AS n FROM scores
  UNION ALL
  SELECT CAST(flagged_at AS DATE), 'flagged', 1 FROM scores WHERE flagged_at IS NOT NULL
  UNION ALL
  SELECT CAST(happened_at AS DATE), kind, 1 FROM fraud_cases
  UNION ALL
  SELECT CAST(refused_at AS DATE), 'refused', refused_count FROM refusals
),
counted AS (
  SELECT
    day,
    SUM(CASE WHEN kind = 'scored' THEN n ELSE 0 END) AS scored_bids,
    SUM(CASE WHEN kind = 'flagged' THEN n ELSE 0 END) AS flagged_bids,
    SUM(CASE WHEN kind = 'opened' THEN n ELSE 0 END) AS cases_opened,
    SUM(CASE WHEN kind = 'grown' THEN n ELSE 0 END) AS cases_grown,
    SUM(CASE WHEN kind = 'sampled' THEN n ELSE 0 END) AS samples_drawn,
    SUM(CASE WHEN kind = 'confirmed' THEN n ELSE 0 END) AS cases_confirmed,
    SUM(CASE WHEN kind = 'dismissed' THEN n ELSE 0 END) AS cases_dismissed,
    SUM(CASE WHEN kind = 'refused' THEN n ELSE 0 END) AS refusals
  FROM happened
  GROUP BY day
),
flagged AS (
  SELECT
    CAST(flagged_at AS DATE) AS day, COUNT(DISTINCT bidder_id) AS bidders, COUNT(DISTINCT seller_id) AS sellers,
    COUNT(DISTINCT auction_id) AS auctions
  FROM scores
  WHERE flagged_at IS NOT NULL
  GROUP BY CAST(flagged_at AS DATE)
),
model AS (
  SELECT MAX(model_version) AS model_version, CAST(MIN(placed_at) AS DATE) AS first_day FROM scores
)
SELECT
  days.day, CAST(COALESCE(counted.scored_bids, 0) AS BIGINT) AS scored_bids,
  CAST(COALESCE(counted.flagged_bids, 0) AS BIGINT) AS flagged_bids,
  CAST(COALESCE(flagged.bidders, 0) AS BIGINT) AS flagged_bidders,
  CAST(COALESCE(flagged.sellers, 0) AS BIGINT) AS flagged_sellers,
  CAST(COALESCE(flagged.auctions, 0) AS BIGINT) AS flagged_auctions,
  CAST(COALESCE(counted.cases_opened, 0) AS BIGINT) AS cases_opened,
  CAST(COALESCE(counted.cases_grown, 0) AS BIGINT) AS cases_grown,
  CAST(COALESCE(counted.samples_drawn, 0) AS BIGINT) AS samples_drawn,
  CAST(COALESCE(counted.cases_confirmed, 0) AS BIGINT) AS cases_confirmed,
  CAST(COALESCE(counted.cases_dismissed, 0) AS BIGINT) AS cases_dismissed,
  CAST(COALESCE(counted.refusals, 0) AS BIGINT) AS refusals,
  CASE WHEN days.day >= model.first_day THEN CAST(model.model_version AS INTEGER) END AS model_version
FROM gold_days days
CROSS JOIN model
LEFT JOIN counted ON counted.day = days.day
LEFT JOIN flagged ON flagged.day = days.day
