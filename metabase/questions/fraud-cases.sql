SELECT
  case_id, seller_id, status, origin, accounts, flagged_auctions, round(concentration::numeric, 2) AS concentration,
  round(score::numeric, 3) AS score, opened_at, assignee_id
FROM silver.fraud_cases
WHERE decided_at IS NULL
ORDER BY score DESC NULLS LAST, case_id
LIMIT 500
