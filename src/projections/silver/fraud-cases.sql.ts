// The queries on scores and fraud cases as they run.

/** A logit's part that comes of keeping to one seller. */
const CONCENTRATION = `COALESCE(f.contributions[array_position(f.factors, 'concentration')], 0)`;

/**
 * Sellers against whose bidders there is more than their case knows, with all there is: of each account what speaks against it, and
 * how the accounts hang together. It looks at sellers with newly flagged bids alone, and strikes those off the list about whom nothing
 * is new; one who is due stays until Silver knows the case. Each step begins with what the one before has found, whatever the planner
 * expects of a table without statistics.
 */
export const CASES_DUE = `
WITH looked AS MATERIALIZED (
  SELECT seller_id, noted FROM fraud.flagged_sellers ORDER BY noted, seller_id LIMIT $1
), named AS MATERIALIZED (
  SELECT seller_id, f.* FROM looked CROSS JOIN LATERAL (
    SELECT s.bidder_id, count(DISTINCT s.auction_id)::integer AS auctions, max(s.model_version) AS model_version
    FROM fraud.scores s WHERE s.seller_id = looked.seller_id AND s.score > 0.5
    GROUP BY s.bidder_id ORDER BY auctions DESC, s.bidder_id LIMIT $2
  ) f
), due AS MATERIALIZED (
  SELECT DISTINCT n.seller_id FROM named n
  LEFT JOIN silver_private.fraud_cases c ON c.seller_id = n.seller_id AND c.origin = 'scores'
  LEFT JOIN silver_private.fraud_case_accounts a ON a.case_id = c.case_id AND a.bidder_id = n.bidder_id
  WHERE n.auctions >= COALESCE(a.noticed_from, 1)
), struck AS (
  DELETE FROM fraud.flagged_sellers q USING looked l
  WHERE q.seller_id = l.seller_id AND q.noted = l.noted AND NOT EXISTS (SELECT FROM due d WHERE d.seller_id = l.seller_id)
), seen AS MATERIALIZED (
  SELECT due.seller_id, f.bidder_id, f.auction_id, max(f.score) AS score, max(${CONCENTRATION}) AS concentration,
    (array_agg(to_json(f.factors[1:3]) ORDER BY f.score DESC, f.bid_number))[1] AS reasons
  FROM due
  CROSS JOIN LATERAL (
    SELECT s.* FROM silver_private.listings l JOIN fraud.scores s ON s.auction_id = l.auction_id
    WHERE l.seller_id = due.seller_id OFFSET 0
  ) f
  JOIN named n ON n.seller_id = due.seller_id AND n.bidder_id = f.bidder_id
  GROUP BY due.seller_id, f.bidder_id, f.auction_id
), accounts AS (
  SELECT s.seller_id, s.bidder_id, max(n.auctions) AS flagged_auctions, count(*)::integer AS auctions,
    round(sum(s.concentration)::numeric, 3)::float8 AS concentration, round(max(s.score)::numeric, 3)::float8 AS score,
    (array_agg(s.reasons ORDER BY s.score DESC, s.auction_id))[1] AS reasons
  FROM seen s JOIN named n USING (seller_id, bidder_id)
  GROUP BY s.seller_id, s.bidder_id
), bonds AS (
  SELECT *, row_number() OVER (PARTITION BY seller_id ORDER BY together + apart DESC, first, second) AS place
  FROM (
    SELECT a.seller_id, a.bidder_id AS first, b.bidder_id AS second,
      (SELECT count(*) FROM seen x JOIN seen y USING (auction_id)
        WHERE x.seller_id = a.seller_id AND x.bidder_id = a.bidder_id AND y.bidder_id = b.bidder_id)::integer AS together,
      a.auctions + b.auctions AS apart
    FROM accounts a JOIN accounts b ON b.seller_id = a.seller_id AND a.bidder_id < b.bidder_id
  ) pairs
)
SELECT d.seller_id AS "sellerId",
  (SELECT max(model_version) FROM named n WHERE n.seller_id = d.seller_id) AS "modelVersion",
  (SELECT json_agg(json_build_object('bidderId', bidder_id, 'flaggedAuctions', flagged_auctions, 'auctions', auctions,
      'concentration', concentration, 'score', score, 'reasons', reasons) ORDER BY bidder_id)
    FROM accounts a WHERE a.seller_id = d.seller_id) AS accounts,
  COALESCE((SELECT json_agg(json_build_object('first', first, 'second', second, 'together', together,
      'apart', apart - 2 * together) ORDER BY first, second)
    FROM bonds b WHERE b.seller_id = d.seller_id AND place <= $3), '[]') AS bonds
FROM due d
WHERE EXISTS (SELECT FROM accounts a WHERE a.seller_id = d.seller_id)
ORDER BY d.seller_id`;

/**
 * Bidders of the sample who have bid in an auction that is over, whom no score has flagged and no case knows, with the seller at
 * whom they were scored highest. Who is in the sample is told by the id alone, and has an index (sql/silver/0003_fraud_cases.sql).
 */
export const SAMPLES_DUE = `
SELECT u.user_id AS "bidderId", f.seller_id AS "sellerId", f.model_version AS "modelVersion", f.auctions,
  f.concentration, f.score, f.reasons
FROM silver_private.users u
CROSS JOIN LATERAL (
  SELECT s.seller_id, max(s.model_version) AS model_version, count(DISTINCT s.auction_id)::integer AS auctions,
    0::float8 AS concentration, round(max(s.score)::numeric, 3)::float8 AS score,
    (array_agg(to_json(s.factors[1:3]) ORDER BY s.score DESC, s.auction_id))[1] AS reasons
  FROM silver_private.bids b JOIN fraud.scores s USING (auction_id, bid_number)
  WHERE b.bidder_id = u.user_id
  GROUP BY s.seller_id ORDER BY max(s.score) DESC, s.seller_id LIMIT 1
) f
WHERE left(md5(u.user_id::text), 3) < '004' AND f.score <= 0.5
  AND EXISTS (
    SELECT FROM silver_private.bids b JOIN silver_private.standings s USING (auction_id)
    WHERE b.bidder_id = u.user_id AND s.status <> 'open')
  AND NOT EXISTS (
    SELECT FROM silver_private.fraud_case_accounts a JOIN silver_private.fraud_cases c USING (case_id)
    WHERE a.bidder_id = u.user_id)
ORDER BY u.user_id LIMIT $1`;

const COLUMNS = `
  c.case_id AS "caseId", c.seller_id AS "sellerId", c.origin, c.status, c.model_version AS "modelVersion",
  c.opened_at AS "openedAt", c.openings, c.assignee_id AS "assigneeId", c.decided_at AS "decidedAt",
  c.decided_by AS "decidedBy", c.accounts, c.flagged_auctions AS "flaggedAuctions", c.concentration, c.score,
  p.decision_reason AS "decisionReason", p.revision`;

/** Those with the most evidence of keeping to the seller are not first: what was opened last is. */
export const CASES = `
SELECT ${COLUMNS} FROM silver.fraud_cases c JOIN silver_private.fraud_cases p USING (case_id)
WHERE ($1::text IS NULL OR c.status = $1) AND ($2::timestamptz IS NULL OR (c.opened_at, c.case_id) < ($2, $3::uuid))
ORDER BY c.opened_at DESC, c.case_id DESC LIMIT $4`;

export const CASE = `
SELECT ${COLUMNS},
  (SELECT json_agg(json_build_object('bidderId', bidder_id, 'flaggedAuctions', flagged_auctions, 'auctions', auctions,
      'concentration', concentration, 'score', score, 'reasons', reasons, 'verdict', verdict)
      ORDER BY flagged_auctions DESC, bidder_id)
    FROM silver_private.fraud_case_accounts a WHERE a.case_id = c.case_id) AS named,
  COALESCE((SELECT json_agg(json_build_object('first', first_id, 'second', second_id, 'together', together, 'apart', apart)
      ORDER BY first_id, second_id)
    FROM silver_private.fraud_case_bonds b WHERE b.case_id = c.case_id), '[]') AS bonds,
  (SELECT json_agg(json_build_object('revision', revision, 'kind', kind, 'byId', by_id, 'note', note,
      'at', (extract(epoch FROM at) * 1000)::bigint) ORDER BY revision)
    FROM (SELECT * FROM silver_private.fraud_case_entries e WHERE e.case_id = c.case_id
      ORDER BY revision DESC LIMIT 200) latest) AS entries
FROM silver.fraud_cases c JOIN silver_private.fraud_cases p USING (case_id)
WHERE c.case_id = $1`;

/** The cases that changed last, for who watches them. */
export const CASES_CHANGED = `
SELECT ${COLUMNS} FROM silver.fraud_cases c JOIN silver_private.fraud_cases p USING (case_id)
ORDER BY p.changed_at DESC, p.case_id DESC LIMIT $1`;

export const REVIEW = `
SELECT origin, verdict, count(*)::integer AS accounts
FROM silver_private.fraud_case_accounts JOIN silver_private.fraud_cases USING (case_id)
GROUP BY origin, verdict`;
