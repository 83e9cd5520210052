-- What sellers are paid out, run by run (docs/adr/0108), and the accounts that they want it on.

CREATE TABLE silver_private.bank_accounts (
  user_id   uuid        PRIMARY KEY REFERENCES silver_private.users NOT ENFORCED,
  account   text        NOT NULL,
  stated_at timestamptz NOT NULL
);
COMMENT ON COLUMN silver_private.bank_accounts.account IS 'Ciphertext under the user''s own key.';

CREATE TABLE silver_private.payout_runs (
  payout_run_id uuid        PRIMARY KEY,
  revision      bigint      NOT NULL,
  status        text        NOT NULL CHECK (status IN ('prepared', 'approved', 'discarded')),
  total         bigint      NOT NULL CHECK (total >= 0),
  prepared_by   uuid        NOT NULL,
  prepared_at   timestamptz NOT NULL,
  decided_by    uuid        NULL,
  decided_at    timestamptz NULL,
  CHECK ((status = 'prepared') = (decided_by IS NULL)),
  CHECK (status <> 'approved' OR decided_by <> prepared_by)
);
CREATE INDEX payout_runs_prepared ON silver_private.payout_runs (prepared_at, payout_run_id);

CREATE TABLE silver_private.payout_items (
  payout_run_id      uuid    NOT NULL,
  item_number        integer NOT NULL CHECK (item_number > 0),
  auction_id         uuid    NOT NULL,
  transaction_number integer NOT NULL,
  seller_id          uuid    NOT NULL,
  amount             bigint  NOT NULL CHECK (amount >= 0),
  account            text    NOT NULL,
  PRIMARY KEY (payout_run_id, item_number),
  FOREIGN KEY (payout_run_id) REFERENCES silver_private.payout_runs,
  FOREIGN KEY (auction_id, transaction_number) REFERENCES silver_private.transactions NOT ENFORCED
);
COMMENT ON COLUMN silver_private.payout_items.account IS 'Ciphertext under the seller''s own key.';
CREATE INDEX payout_items_of ON silver_private.payout_items (auction_id, transaction_number);
CREATE INDEX payout_items_seller ON silver_private.payout_items (seller_id, payout_run_id);

CREATE VIEW silver.payout_runs AS
SELECT payout_run_id, status, total, prepared_by, prepared_at, decided_by, decided_at FROM silver_private.payout_runs;
COMMENT ON VIEW silver.payout_runs IS 'What sellers were paid out together, in euros: prepared by one of the staff, approved by another.';
COMMENT ON COLUMN silver.payout_runs.payout_run_id IS 'The run.';
COMMENT ON COLUMN silver.payout_runs.status IS 'prepared, approved or discarded.';
COMMENT ON COLUMN silver.payout_runs.total IS 'Sum of its items, in cents.';
COMMENT ON COLUMN silver.payout_runs.prepared_by IS 'Who of the staff prepared it.';
COMMENT ON COLUMN silver.payout_runs.prepared_at IS 'When.';
COMMENT ON COLUMN silver.payout_runs.decided_by IS 'Who of the staff approved or discarded it; NULL until then.';
COMMENT ON COLUMN silver.payout_runs.decided_at IS 'When; NULL until then.';

CREATE VIEW silver.payout_items AS
SELECT i.payout_run_id, i.item_number, i.auction_id, i.transaction_number, i.seller_id, i.amount AS payout_amount,
  EXISTS (SELECT FROM silver_private.money_movements m WHERE m.auction_id = i.auction_id
    AND m.transaction_number = i.transaction_number AND m.kind = 'payout'
    AND m.reference = 'payout ' || i.payout_run_id) AS is_settled
FROM silver_private.payout_items i;
COMMENT ON VIEW silver.payout_items IS 'The sales of a payout run, one row each.';
COMMENT ON COLUMN silver.payout_items.payout_run_id IS 'Refers to payout_runs.payout_run_id.';
COMMENT ON COLUMN silver.payout_items.item_number IS 'Place in the run, from 1.';
COMMENT ON COLUMN silver.payout_items.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.payout_items.transaction_number IS 'The sale, as transactions.transaction_number.';
COMMENT ON COLUMN silver.payout_items.seller_id IS 'Who is paid. Refers to users.user_id.';
COMMENT ON COLUMN silver.payout_items.payout_amount IS 'The seller''s proceeds, in cents.';
COMMENT ON COLUMN silver.payout_items.is_settled IS 'Whether the books show it as paid out by this run. One that is not was refunded or settled otherwise meanwhile.';

GRANT SELECT ON silver.payout_runs, silver.payout_items TO gavel_analyst;
