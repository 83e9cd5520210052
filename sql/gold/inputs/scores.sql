-- One row a bid that was scored: when it was placed, when a score first flagged it (NULL if none did), and the last score's
-- logit. `bid_scores` is what the fraud scorer said of Bronze, in the order of the journal (docs/adr/0085).
WITH turns AS (
  SELECT
    auction_id, bid_number, MIN(position) AS position, MIN(CASE WHEN is_flagged THEN position END) AS flagged_position,
    MAX(position) AS last_position
  FROM bid_scores
  GROUP BY auction_id, bid_number
)
SELECT
  turns.position, turns.auction_id, turns.bid_number, placed.seller_id, placed.bidder_id, placed.model_version,
  timestamp_millis(placed.scored_at_ms) AS placed_at, timestamp_millis(flagged.scored_at_ms) AS flagged_at,
  latest.logit, latest.is_flagged AS is_flagged_now
FROM turns
JOIN bid_scores placed ON placed.position = turns.position
JOIN bid_scores latest ON latest.position = turns.last_position
LEFT JOIN bid_scores flagged ON flagged.position = turns.flagged_position
