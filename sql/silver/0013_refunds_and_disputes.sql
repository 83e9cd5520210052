-- Part refunds and disputes (docs/adr/0118): which refund a credit note is for, what is disputed, and what payouts come to then.

ALTER TABLE silver_private.documents ADD COLUMN refund text NULL CHECK (refund IS NULL OR reason = 'refunded');
COMMENT ON COLUMN silver_private.documents.refund IS 'The reference of the refund that a credit note is for; NULL where it takes a whole sale back.';

CREATE TABLE silver_private.disputes (
  auction_id         uuid        NOT NULL,
  reference          text        NOT NULL,
  transaction_number integer     NOT NULL,
  status             text        NOT NULL CHECK (status IN ('open', 'won', 'lost')),
  amount             bigint      NOT NULL CHECK (amount > 0),
  told_at            timestamptz NOT NULL,
  ended_at           timestamptz NULL,
  PRIMARY KEY (auction_id, reference),
  CHECK ((status = 'open') = (ended_at IS NULL)),
  FOREIGN KEY (auction_id, transaction_number) REFERENCES silver_private.transactions
);

CREATE VIEW silver.disputes AS
SELECT d.auction_id || '-' || md5(d.reference) AS dispute_id, d.auction_id, d.transaction_number, d.status, d.amount AS disputed_amount,
  t.currency, d.told_at, d.ended_at
FROM silver_private.disputes d JOIN silver_private.transactions t USING (auction_id, transaction_number);
COMMENT ON VIEW silver.disputes IS 'Payments that a bank or card company disputes, one row each. The seller is not paid out while one is open.';
COMMENT ON COLUMN silver.disputes.dispute_id IS 'The dispute.';
COMMENT ON COLUMN silver.disputes.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.disputes.transaction_number IS 'The sale, as transactions.transaction_number.';
COMMENT ON COLUMN silver.disputes.status IS 'open, won (the payment stands) or lost (the buyer has the amount back).';
COMMENT ON COLUMN silver.disputes.disputed_amount IS 'What is disputed of the payment, in minor units.';
COMMENT ON COLUMN silver.disputes.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.disputes.told_at IS 'When the house heard of it.';
COMMENT ON COLUMN silver.disputes.ended_at IS 'When the house heard how it ended; NULL while it is open.';

CREATE OR REPLACE VIEW silver.transactions AS
SELECT
  CASE WHEN transaction_number = 1 THEN auction_id
    ELSE overlay(overlay(md5(auction_id || '-' || transaction_number) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid
  END AS txn_id,
  auction_id, seller_id, buyer_id, via, final_price, buyers_premium, tax, amount_due, platform_fee,
  seller_proceeds, currency, completed_at IS NOT NULL AS is_completed, sold_at, completed_at,
  transaction_number, payment_status, payment_due_at, paid_at, refunded_at, failed_payments,
  money_in, money_out, money_in - money_out AS money_held, lapsed_at,
  (SELECT coalesce(sum(m.amount), 0)::bigint FROM silver_private.money_movements m WHERE m.auction_id = t.auction_id
    AND m.transaction_number = t.transaction_number AND m.kind = 'refund') AS refunded_amount,
  (SELECT d.status FROM silver_private.disputes d WHERE d.auction_id = t.auction_id AND d.transaction_number = t.transaction_number
    ORDER BY d.status = 'open' DESC, d.ended_at DESC, d.reference LIMIT 1) AS dispute_status
FROM silver_private.transactions t;
COMMENT ON COLUMN silver.transactions.refunded_amount IS 'What the buyer got back, in parts or all of it, in minor units.';
COMMENT ON COLUMN silver.transactions.dispute_status IS 'open, won or lost: of a dispute that is open, else of the last one; NULL without one. Refers to disputes.';

-- A dispute that was not over when a run was prepared keeps the sale out of it for good, so that its file never grows once it was fetched.
CREATE OR REPLACE VIEW silver.payout_items AS
SELECT i.payout_run_id, i.item_number, i.auction_id, i.transaction_number, i.seller_id, coalesce(m.amount, i.amount) AS payout_amount,
  m.amount IS NOT NULL AS is_settled,
  m.amount IS NULL AND EXISTS (SELECT FROM silver_private.disputes d JOIN silver_private.payout_runs r ON r.payout_run_id = i.payout_run_id
    WHERE d.auction_id = i.auction_id AND d.transaction_number = i.transaction_number
      AND (d.ended_at IS NULL OR d.ended_at >= r.prepared_at)) AS is_held
FROM silver_private.payout_items i
LEFT JOIN silver_private.money_movements m ON m.auction_id = i.auction_id AND m.transaction_number = i.transaction_number
  AND m.kind = 'payout' AND m.reference = 'payout ' || i.payout_run_id;
COMMENT ON COLUMN silver.payout_items.payout_amount IS 'What the books show as paid out, else what was to be when the run was prepared, in cents.';
COMMENT ON COLUMN silver.payout_items.is_held IS 'Whether a dispute keeps the sale out of this run.';

GRANT SELECT ON silver.disputes TO gavel_analyst;
