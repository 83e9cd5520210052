-- The refusals of that day, concern, command and reason.
SELECT refusals.position
FROM refusals
JOIN gold_key k ON CAST(refusals.refused_at AS DATE) = k.day AND refusals.command = k.command AND refusals.reason = k.reason
  AND refusals.concern = k.concern
