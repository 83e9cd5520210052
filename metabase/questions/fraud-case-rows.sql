SELECT
  case_id, seller_id, bidder_id, flagged_auctions, auctions, round(concentration::numeric, 2) AS concentration,
  round(score::numeric, 3) AS score, array_to_string(reasons, ', ') AS reasons, verdict
FROM silver.fraud_case_accounts
WHERE true
  [[AND case_id = {{case}}::uuid]]
ORDER BY score DESC NULLS LAST, case_id, bidder_id
LIMIT 2000
