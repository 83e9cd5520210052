-- What ends after the hammer by itself: the time to pay an invoice, and the time of a second chance. No bid touches it.

CREATE TABLE closings.deadlines (
  auction_id uuid        NOT NULL,
  kind       text        NOT NULL CHECK (kind IN ('payment', 'offer')),
  number     integer     NOT NULL CHECK (number > 0),
  due_at     timestamptz NOT NULL,
  PRIMARY KEY (auction_id, kind)
);

CREATE INDEX deadlines_due_at ON closings.deadlines (due_at, auction_id);

COMMENT ON TABLE closings.deadlines IS 'Invoices that wait for their payment, and second chances that wait for an answer. number is that of the transaction or of the offer.';
