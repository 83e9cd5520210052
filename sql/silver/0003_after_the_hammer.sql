-- What follows on a sale: payment, refund and settlement of a transaction, and second chances for under-bidders
-- (docs/adr/0033). An auction may come to several transactions, one after the other: all but the last have lapsed unpaid.

ALTER TABLE silver_private.transactions
  ADD COLUMN transaction_number integer     NOT NULL DEFAULT 1 CHECK (transaction_number > 0),
  ADD COLUMN payment_status     text        NOT NULL DEFAULT 'uninvoiced'
    CHECK (payment_status IN ('uninvoiced', 'due', 'overdue', 'paid', 'settled', 'refunded', 'lapsed')),
  ADD COLUMN payment_due_at     timestamptz NULL,
  ADD COLUMN paid_at            timestamptz NULL,
  ADD COLUMN refunded_at        timestamptz NULL,
  ADD COLUMN failed_payments    integer     NOT NULL DEFAULT 0,
  ADD COLUMN money_in           bigint      NOT NULL DEFAULT 0,
  ADD COLUMN money_out          bigint      NOT NULL DEFAULT 0 CHECK (money_out BETWEEN 0 AND money_in),
  ADD CHECK ((payment_status = 'settled') = (completed_at IS NOT NULL)),
  DROP CONSTRAINT transactions_pkey,
  ADD PRIMARY KEY (auction_id, transaction_number),
  DROP CONSTRAINT transactions_via_check,
  ADD CONSTRAINT transactions_via_check CHECK (via IN ('Hammer', 'BuyNow', 'SecondChance'));
COMMENT ON COLUMN silver_private.transactions.completed_at IS 'When the seller was paid out; NULL again if the payout was returned.';

-- Every payment, refund and payout, and every attempt that failed: what transactions.money_in and money_out add up from.
CREATE TABLE silver_private.money_movements (
  auction_id         uuid        NOT NULL,
  revision           bigint      NOT NULL,
  transaction_number integer     NOT NULL,
  kind               text        NOT NULL CHECK (kind IN ('payment', 'failure', 'refund', 'payout', 'payout-return')),
  channel            text        NULL CHECK (channel IN ('online', 'point-of-sale')),
  reference          text        NOT NULL,
  amount             bigint      NOT NULL CHECK (amount >= 0),
  payment_total      bigint      NULL CHECK (payment_total >= amount),
  reason             text        NULL,
  moved_at           timestamptz NOT NULL,
  PRIMARY KEY (auction_id, revision),
  UNIQUE (auction_id, reference),
  CHECK ((kind = 'payment') = (payment_total IS NOT NULL)),
  FOREIGN KEY (auction_id, transaction_number) REFERENCES silver_private.transactions
);
COMMENT ON COLUMN silver_private.money_movements.payment_total IS 'Of a payment: how large it is. More than the amount where it pays several sales, whose parts bear the same channel and reference.';

CREATE TABLE silver_private.second_chance_offers (
  auction_id    uuid        NOT NULL REFERENCES silver_private.listings,
  offer_number  integer     NOT NULL CHECK (offer_number > 0),
  bidder_id     uuid        NOT NULL,
  bid_number    integer     NOT NULL,
  cause         text        NOT NULL CHECK (cause IN ('WinnerDidNotPay', 'ReserveNotMet')),
  offered_price bigint      NOT NULL CHECK (offered_price > 0),
  status        text        NOT NULL CHECK (status IN ('pending', 'accepted', 'declined', 'expired')),
  offered_at    timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL CHECK (expires_at > offered_at),
  answered_at   timestamptz NULL,
  CHECK ((status = 'pending') = (answered_at IS NULL)),
  PRIMARY KEY (auction_id, offer_number),
  FOREIGN KEY (auction_id, bid_number) REFERENCES silver_private.bids (auction_id, bid_number),
  FOREIGN KEY (bidder_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON COLUMN silver_private.second_chance_offers.offered_price IS 'Secret unless accepted: the bidder''s own last bid.';

CREATE INDEX second_chance_offers_bidder ON silver_private.second_chance_offers (bidder_id, offered_at, auction_id);

-- A later transaction needs an id of its own: a UUID of version 8 made of the auction's id and the number.
CREATE OR REPLACE VIEW silver.transactions AS
SELECT
  CASE WHEN transaction_number = 1 THEN auction_id
    ELSE overlay(overlay(md5(auction_id || '-' || transaction_number) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid
  END AS txn_id,
  auction_id, seller_id, buyer_id, via, final_price, buyers_premium, tax, amount_due, platform_fee,
  seller_proceeds, currency, completed_at IS NOT NULL AS is_completed, sold_at, completed_at,
  transaction_number, payment_status, payment_due_at, paid_at, refunded_at, failed_payments,
  money_in, money_out, money_in - money_out AS money_held
FROM silver_private.transactions;
COMMENT ON VIEW silver.transactions IS 'Sales, in minor units: amount_due = final_price + buyers_premium + tax; seller_proceeds = final_price - platform_fee; money_held = money_in - money_out. The first of an auction has its auction''s id; others follow when somebody takes a second chance.';
COMMENT ON COLUMN silver.transactions.payment_status IS 'uninvoiced, due, overdue, paid, settled (the seller was paid out), refunded, or lapsed (never paid, and sold to somebody else or put up again since).';
COMMENT ON COLUMN silver.transactions.is_completed IS 'The buyer has paid and the seller was paid out: payment_status is settled.';

CREATE VIEW silver.payments AS
SELECT
  m.auction_id || '-' || m.revision AS payment_id, m.auction_id, m.transaction_number, m.kind, m.channel,
  m.amount AS payment_amount, m.payment_total, t.currency, m.reason, m.moved_at
FROM silver_private.money_movements m
JOIN silver_private.transactions t USING (auction_id, transaction_number);
COMMENT ON VIEW silver.payments IS 'Money in (payment, payout-return) and out (refund, payout) by transaction; a failure moved none. A payment with a payment_total above its payment_amount pays other sales, too.';

CREATE VIEW silver.second_chance_offers AS
SELECT
  o.auction_id || '-o' || o.offer_number AS offer_id, o.auction_id, o.offer_number, l.seller_id, o.bidder_id, o.cause,
  o.status, CASE WHEN o.status = 'accepted' THEN o.offered_price END AS price, l.currency, o.offered_at, o.expires_at,
  o.answered_at
FROM silver_private.second_chance_offers o
JOIN silver_private.listings l USING (auction_id);
COMMENT ON COLUMN silver.second_chance_offers.price IS 'The bidder''s own last bid; NULL until accepted, because it is that bidder''s secret.';

GRANT SELECT ON silver.transactions, silver.payments, silver.second_chance_offers TO gavel_analyst;
