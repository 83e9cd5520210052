-- Fraud cases (docs/fraud.md): what scores have opened and people decided. A case is about one seller. What staff write, as notes
-- and reasons, is theirs alone and has no view.
CREATE TABLE silver_private.fraud_cases (
  case_id         uuid        PRIMARY KEY,
  revision        bigint      NOT NULL,
  seller_id       uuid        NOT NULL,
  origin          text        NOT NULL CHECK (origin IN ('scores', 'sample')),
  status          text        NOT NULL CHECK (status IN ('open', 'dismissed', 'confirmed')),
  model_version   integer     NOT NULL,
  opened_at       timestamptz NOT NULL,
  openings        integer     NOT NULL CHECK (openings > 0),
  assignee_id     uuid        NULL,
  decided_at      timestamptz NULL,
  decided_by      uuid        NULL,
  decision_reason text        NULL,
  changed_at      timestamptz NOT NULL,
  CHECK ((status = 'open') = (decided_at IS NULL)),
  CHECK ((decided_at IS NULL) = (decision_reason IS NULL)),
  FOREIGN KEY (seller_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON COLUMN silver_private.fraud_cases.decision_reason IS 'For staff alone.';
CREATE INDEX fraud_cases_opened ON silver_private.fraud_cases (opened_at, case_id);
CREATE INDEX fraud_cases_changed ON silver_private.fraud_cases (changed_at, case_id);
CREATE INDEX fraud_cases_seller ON silver_private.fraud_cases (seller_id);

CREATE TABLE silver_private.fraud_case_accounts (
  case_id          uuid        NOT NULL REFERENCES silver_private.fraud_cases,
  bidder_id        uuid        NOT NULL,
  flagged_auctions integer     NOT NULL CHECK (flagged_auctions >= 0),
  auctions         integer     NOT NULL CHECK (auctions >= flagged_auctions),
  concentration    double precision NOT NULL,
  score            double precision NOT NULL CHECK (score BETWEEN 0 AND 1),
  reasons          text[]      NOT NULL,
  noticed_from     integer     NOT NULL,
  verdict          text        NOT NULL CHECK (verdict IN ('open', 'dismissed', 'confirmed')),
  PRIMARY KEY (case_id, bidder_id),
  FOREIGN KEY (bidder_id) REFERENCES silver_private.users NOT ENFORCED
);

CREATE INDEX fraud_case_accounts_bidder ON silver_private.fraud_case_accounts (bidder_id);
-- The random sample for review: four in 4,096 bidders, told by the id alone. Nobody chooses the hash of an id by chance.
CREATE INDEX users_sampled ON silver_private.users (user_id) WHERE left(md5(user_id::text), 3) < '004';

CREATE TABLE silver_private.fraud_case_bonds (
  case_id   uuid    NOT NULL REFERENCES silver_private.fraud_cases,
  first_id  uuid    NOT NULL,
  second_id uuid    NOT NULL,
  together  integer NOT NULL CHECK (together >= 0),
  apart     integer NOT NULL CHECK (apart >= 0),
  PRIMARY KEY (case_id, first_id, second_id)
);

-- All that happened to a case, in order.
CREATE TABLE silver_private.fraud_case_entries (
  case_id  uuid        NOT NULL REFERENCES silver_private.fraud_cases,
  revision bigint      NOT NULL,
  kind     text        NOT NULL CHECK (kind IN ('opened', 'drawn', 'grown', 'assigned', 'noted', 'dismissed', 'confirmed')),
  by_id    uuid        NULL,
  note     text        NULL,
  at       timestamptz NOT NULL,
  PRIMARY KEY (case_id, revision)
);
COMMENT ON COLUMN silver_private.fraud_case_entries.note IS 'For staff alone: a note, the reason of a decision, or whom a case was assigned to.';

CREATE VIEW silver.fraud_cases AS
SELECT
  c.case_id, c.seller_id, c.origin, c.status, c.model_version, c.opened_at, c.openings, c.assignee_id, c.decided_at, c.decided_by,
  a.accounts, a.flagged_auctions, a.concentration, a.score
FROM silver_private.fraud_cases c
CROSS JOIN LATERAL (
  SELECT count(*)::integer AS accounts, sum(flagged_auctions)::integer AS flagged_auctions, sum(concentration) AS concentration,
    max(score) AS score
  FROM silver_private.fraud_case_accounts WHERE case_id = c.case_id
) a;
COMMENT ON VIEW silver.fraud_cases IS 'Suspicions that people look at, one row a seller, and a random sample of bidders whom nothing speaks against. A case is a reason to look; confirmed is what a person said.';
COMMENT ON COLUMN silver.fraud_cases.case_id IS 'The case.';
COMMENT ON COLUMN silver.fraud_cases.seller_id IS 'In whose auctions the accounts bid. The seller may know nothing of it. Refers to users.user_id.';
COMMENT ON COLUMN silver.fraud_cases.origin IS 'scores: a bid was flagged. sample: drawn at random among bidders who were not.';
COMMENT ON COLUMN silver.fraud_cases.status IS 'open, dismissed or confirmed.';
COMMENT ON COLUMN silver.fraud_cases.model_version IS 'The version of the model that scored it last.';
COMMENT ON COLUMN silver.fraud_cases.opened_at IS 'When it was opened last.';
COMMENT ON COLUMN silver.fraud_cases.openings IS 'How often it was opened.';
COMMENT ON COLUMN silver.fraud_cases.assignee_id IS 'Who works on it; NULL for nobody. Refers to users.user_id.';
COMMENT ON COLUMN silver.fraud_cases.decided_at IS 'When it was dismissed or confirmed; NULL while it is open.';
COMMENT ON COLUMN silver.fraud_cases.decided_by IS 'Who decided it. Refers to users.user_id.';
COMMENT ON COLUMN silver.fraud_cases.accounts IS 'How many bidders it names.';
COMMENT ON COLUMN silver.fraud_cases.flagged_auctions IS 'Sum over its accounts of the seller''s auctions in which each was flagged.';
COMMENT ON COLUMN silver.fraud_cases.concentration IS 'What keeping to this seller added to the logits, summed over accounts and auctions.';
COMMENT ON COLUMN silver.fraud_cases.score IS 'The highest score of its accounts, from 0 to 1.';

CREATE VIEW silver.fraud_case_accounts AS
SELECT a.case_id, c.seller_id, a.bidder_id, a.flagged_auctions, a.auctions, a.concentration, a.score, a.reasons, a.verdict
FROM silver_private.fraud_case_accounts a
JOIN silver_private.fraud_cases c USING (case_id);
COMMENT ON VIEW silver.fraud_case_accounts IS 'The bidders that a fraud case names.';
COMMENT ON COLUMN silver.fraud_case_accounts.case_id IS 'Refers to fraud_cases.case_id.';
COMMENT ON COLUMN silver.fraud_case_accounts.seller_id IS 'The seller of the case. Refers to users.user_id.';
COMMENT ON COLUMN silver.fraud_case_accounts.bidder_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.fraud_case_accounts.flagged_auctions IS 'The seller''s auctions in which a bid of this account was flagged.';
COMMENT ON COLUMN silver.fraud_case_accounts.auctions IS 'The seller''s auctions in which this account bid.';
COMMENT ON COLUMN silver.fraud_case_accounts.concentration IS 'What keeping to this seller added to the logits, summed over these auctions.';
COMMENT ON COLUMN silver.fraud_case_accounts.score IS 'The highest score of its bids there, from 0 to 1.';
COMMENT ON COLUMN silver.fraud_case_accounts.reasons IS 'The names of at most three factors that add most to that score, the largest first.';
COMMENT ON COLUMN silver.fraud_case_accounts.verdict IS 'open, or what a person said last: dismissed or confirmed.';

GRANT SELECT ON silver.fraud_cases, silver.fraud_case_accounts TO gavel_analyst;
