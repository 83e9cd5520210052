-- What people say about an auction (docs/adr/0114): questions to the seller, and feedback between buyer and seller.

CREATE TABLE silver_private.questions (
  auction_id      uuid        NOT NULL REFERENCES silver_private.listings,
  question_number integer     NOT NULL,
  asker_id        uuid        NOT NULL REFERENCES silver_private.users NOT ENFORCED,
  question        text        NOT NULL,
  asked_at        timestamptz NOT NULL,
  answer          text        NULL,
  answered_at     timestamptz NULL,
  hide_reason     text        NULL,
  hidden_by       uuid        NULL,
  hidden_at       timestamptz NULL,
  PRIMARY KEY (auction_id, question_number),
  CHECK ((answer IS NULL) = (answered_at IS NULL))
);
COMMENT ON COLUMN silver_private.questions.question IS 'For the seller, its asker and staff until it is answered.';

CREATE TABLE silver_private.feedback (
  auction_id         uuid        NOT NULL REFERENCES silver_private.listings,
  transaction_number integer     NOT NULL,
  side               text        NOT NULL CHECK (side IN ('buyer', 'seller')),
  giver_id           uuid        NOT NULL REFERENCES silver_private.users NOT ENFORCED,
  about_id           uuid        NOT NULL REFERENCES silver_private.users NOT ENFORCED,
  rating             text        NOT NULL CHECK (rating IN ('positive', 'neutral', 'negative')),
  feedback           text        NOT NULL,
  given_at           timestamptz NOT NULL,
  reply              text        NULL,
  replied_at         timestamptz NULL,
  hide_reason        text        NULL,
  hidden_by          uuid        NULL,
  hidden_at          timestamptz NULL,
  PRIMARY KEY (auction_id, transaction_number, side),
  FOREIGN KEY (auction_id, transaction_number) REFERENCES silver_private.transactions
);
CREATE INDEX feedback_about ON silver_private.feedback (about_id, given_at, auction_id, transaction_number);

-- What feedback adds to ratings, by eBay's rule: 1 for positive, -1 for negative; several of one person in one week count as one.
CREATE VIEW silver_private.feedback_scores AS
SELECT user_id, sum(sign(points))::integer AS score
FROM (
  SELECT about_id AS user_id, giver_id, date_trunc('week', given_at, 'UTC') AS week,
    sum(CASE rating WHEN 'positive' THEN 1 WHEN 'negative' THEN -1 ELSE 0 END) AS points
  FROM silver_private.feedback
  WHERE hidden_at IS NULL
  GROUP BY about_id, giver_id, date_trunc('week', given_at, 'UTC')
) weeks
GROUP BY user_id;

CREATE VIEW silver.questions AS
SELECT auction_id, question_number, asker_id, question, asked_at, answer, answered_at
FROM silver_private.questions
WHERE answered_at IS NOT NULL AND hidden_at IS NULL;
COMMENT ON VIEW silver.questions IS 'Questions to sellers that were answered, one row each; those that staff have hidden are not in it.';
COMMENT ON COLUMN silver.questions.auction_id IS 'About which auction. Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.questions.question_number IS 'From 1 in its auction.';
COMMENT ON COLUMN silver.questions.asker_id IS 'Who asked. Refers to users.user_id.';
COMMENT ON COLUMN silver.questions.question IS 'The question, as it was typed.';
COMMENT ON COLUMN silver.questions.asked_at IS 'When it was asked.';
COMMENT ON COLUMN silver.questions.answer IS 'The seller''s answer.';
COMMENT ON COLUMN silver.questions.answered_at IS 'When it was answered.';

CREATE VIEW silver.feedback AS
SELECT auction_id, transaction_number, side, giver_id, about_id, rating, feedback, given_at, reply, replied_at
FROM silver_private.feedback
WHERE hidden_at IS NULL;
COMMENT ON VIEW silver.feedback IS 'Feedback between buyers and sellers of settled sales, at most one each way; what staff have hidden is not in it.';
COMMENT ON COLUMN silver.feedback.auction_id IS 'Of the sale. Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.feedback.transaction_number IS 'Of the sale. Refers to transactions.transaction_number.';
COMMENT ON COLUMN silver.feedback.side IS 'buyer: the buyer gives it about the seller. seller: the other way round.';
COMMENT ON COLUMN silver.feedback.giver_id IS 'Who gives it. Refers to users.user_id.';
COMMENT ON COLUMN silver.feedback.about_id IS 'Whom it is about. Refers to users.user_id.';
COMMENT ON COLUMN silver.feedback.rating IS 'positive, neutral or negative; of sellers positive alone.';
COMMENT ON COLUMN silver.feedback.feedback IS 'What was said.';
COMMENT ON COLUMN silver.feedback.given_at IS 'When.';
COMMENT ON COLUMN silver.feedback.reply IS 'The answer of whom it is about; NULL without one.';
COMMENT ON COLUMN silver.feedback.replied_at IS 'When that was given.';

-- Ratings as everybody sees them.
CREATE OR REPLACE VIEW silver.users AS
SELECT u.user_id, u.rating + COALESCE(s.score, 0) AS rating, u.is_verified, u.status, u.registered_at, u.erased_at
FROM silver_private.users u LEFT JOIN silver_private.feedback_scores s USING (user_id);
COMMENT ON COLUMN silver.users.rating IS 'Rating of the account: what staff have set, 0 at first, and what feedback adds: 1 for positive, -1 for negative; several of one person in one week count as one.';

GRANT SELECT ON silver.questions, silver.feedback TO gavel_analyst;
