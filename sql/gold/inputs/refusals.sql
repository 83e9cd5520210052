-- One row a refusal on record. A flood is one row with its count. `auction_id` is NULL where an account, a sale, a lot of a
-- hall or a fraud case was concerned.
SELECT
  position, revision, stream_id,
  CASE
    WHEN stream_id LIKE 'refusals-user-%' THEN 'account'
    WHEN stream_id LIKE 'refusals-sale-%' THEN 'sale'
    WHEN stream_id LIKE 'refusals-hall-%' THEN 'hall lot'
    WHEN stream_id LIKE 'refusals-case-%' THEN 'fraud case'
    WHEN stream_id LIKE 'refusals-series-%' THEN 'document'
    WHEN stream_id LIKE 'refusals-payout-%' THEN 'payout'
    ELSE 'auction'
  END AS concern,
  CASE
    WHEN stream_id NOT LIKE 'refusals-user-%' AND stream_id NOT LIKE 'refusals-hall-%'
      AND stream_id NOT LIKE 'refusals-sale-%' AND stream_id NOT LIKE 'refusals-case-%' AND stream_id NOT LIKE 'refusals-series-%' AND stream_id NOT LIKE 'refusals-payout-%' THEN substring(stream_id, 10)
  END AS auction_id,
  CASE event_type
    WHEN 'BidRejected' THEN 'Bid'
    WHEN 'FloodRejected' THEN 'Flood'
    ELSE body.command
  END AS command,
  CASE WHEN event_type = 'FloodRejected' THEN 'Flood' ELSE body.rejection.reason END AS reason,
  CASE event_type
    WHEN 'BidRejected' THEN body.bidderId
    WHEN 'FloodRejected' THEN body.actorId
    ELSE actor_id
  END AS person_id,
  CASE WHEN event_type = 'FloodRejected' THEN CAST(body.count AS BIGINT) ELSE 1 END AS refused_count,
  occurred_at AS refused_at
FROM facts
WHERE event_type = 'FloodRejected' AND body.count IS NOT NULL
  OR event_type = 'CommandRejected' AND body.rejection.reason IS NOT NULL
  OR event_type = 'BidRejected' AND body.rejection.reason IS NOT NULL
