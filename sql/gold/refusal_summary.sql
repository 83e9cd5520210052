-- refusal_summary: what was refused, a row for each UTC day, concern, command and reason. Days and reasons without a refusal
-- have no row.
-- Key: day, concern, command, reason
--   day date: UTC day
--   concern text: auction, account, sale, hall lot, or fraud case: what the command was about
--   command text: Bid (Buy It Now included), Flood for commands that were turned away unjudged, or the command's name
--   reason text: why it was refused
--   refusals bigint: commands refused, each of a flood counted
--   events bigint: refusals on record; a flood is one
--   people bigint: different people refused; the house itself is nobody
--   auctions bigint: different auctions concerned
WITH concerned AS (
  SELECT
    CAST(refused_at AS DATE) AS day, concern, command, reason, refused_count, person_id, auction_id
  FROM refusals
)
SELECT
  concerned.day, concerned.concern, concerned.command, concerned.reason,
  CAST(SUM(concerned.refused_count) AS BIGINT) AS refusals, CAST(COUNT(*) AS BIGINT) AS events,
  CAST(COUNT(DISTINCT concerned.person_id) AS BIGINT) AS people,
  CAST(COUNT(DISTINCT concerned.auction_id) AS BIGINT) AS auctions
FROM concerned
JOIN gold_days days ON days.day = concerned.day
GROUP BY concerned.day, concerned.concern, concerned.command, concerned.reason
