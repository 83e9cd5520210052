-- What the fraud scorer knows and says (docs/fraud.md). Nobody but the house reads this schema: what a scorer remembers holds
-- the maxima of leaders. Analysts read silver.fraud_signals.
CREATE SCHEMA fraud;

CREATE TABLE fraud.model_scores (
  auction_id        uuid     NOT NULL,
  bid_number        integer  NOT NULL,
  seller_id         uuid     NOT NULL,
  bidder_id         uuid     NOT NULL,
  score             real     NOT NULL,
  logit             double precision NOT NULL,
  factors           text[]   NOT NULL,
  contributions     double precision[] NOT NULL,
  unusual_increment boolean  NOT NULL,
  snipe             boolean  NOT NULL,
  model_version     integer  NOT NULL,
  PRIMARY KEY (auction_id, bid_number, model_version)
);
CREATE INDEX scores_flagged ON fraud.model_scores (seller_id, bidder_id) WHERE score > 0.5;

COMMENT ON TABLE fraud.model_scores IS 'The score of each accepted bid, by each model that has come to it. A bid that was taken back was scored again.';

-- Sellers with bids that were flagged since the opener of cases looked at them, and the transaction that flagged one last: what is
-- flagged while the opener looks stays. A model that takes the lead puts all its sellers here.
CREATE TABLE fraud.flagged_sellers (
  seller_id uuid PRIMARY KEY,
  noted     xid8 NOT NULL DEFAULT pg_current_xact_id()
);

-- How far the scorer has come, and the last picture of all it knows. It goes on from the picture and works out again what
-- came after it.
CREATE TABLE fraud.progress (
  model_version     integer PRIMARY KEY,
  position          text    NULL,
  snapshot_position text    NULL,
  -- Whose scores are shown. A new model takes the lead once it has come as far as the one before.
  leads             boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX progress_one_leads ON fraud.progress (leads) WHERE leads;
CREATE TABLE fraud.snapshot_pieces (
  model_version integer NOT NULL REFERENCES fraud.progress ON DELETE CASCADE,
  piece         integer NOT NULL,
  content       text    NOT NULL,
  PRIMARY KEY (model_version, piece)
);

-- The scores that are shown: those of the model that leads.
CREATE VIEW fraud.scores AS
SELECT auction_id, bid_number, seller_id, bidder_id, score, logit, factors, contributions, unusual_increment, snipe,
  model_version
FROM fraud.model_scores
WHERE model_version = COALESCE((SELECT p.model_version FROM fraud.progress p WHERE p.leads), model_version);
