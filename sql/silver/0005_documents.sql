-- Invoices and credit notes (docs/adr/0098): what each buyer was asked for, by number, and what was taken back. Whoever is named on
-- one is looked up when it is shown, so that nothing here tells of a person.

CREATE TABLE silver_private.documents (
  document_id uuid        PRIMARY KEY,
  revision    bigint      NOT NULL,
  kind        text        NOT NULL CHECK (kind IN ('invoice', 'credit-note')),
  year        integer     NOT NULL,
  number      integer     NOT NULL CHECK (number = revision + 1),
  buyer_id    uuid        NOT NULL,
  currency    text        NOT NULL,
  net         bigint      NOT NULL CHECK (net >= 0),
  tax         bigint      NOT NULL CHECK (tax >= 0),
  total       bigint      NOT NULL CHECK (total = net + tax),
  corrects    uuid        NULL,
  reason      text        NULL CHECK (reason IN ('refunded', 'lapsed')),
  issued_at   timestamptz NOT NULL,
  due_at      timestamptz NULL,
  UNIQUE (kind, year, number),
  CHECK ((kind = 'invoice') = (corrects IS NULL)),
  CHECK ((kind = 'invoice') = (reason IS NULL)),
  CHECK ((kind = 'invoice') = (due_at IS NOT NULL)),
  FOREIGN KEY (buyer_id) REFERENCES silver_private.users NOT ENFORCED,
  FOREIGN KEY (corrects) REFERENCES silver_private.documents NOT ENFORCED
);
CREATE INDEX documents_buyer ON silver_private.documents (buyer_id, issued_at, document_id);
CREATE INDEX documents_issued ON silver_private.documents (issued_at, document_id);

CREATE TABLE silver_private.document_lines (
  document_id        uuid    NOT NULL REFERENCES silver_private.documents,
  line_number        integer NOT NULL CHECK (line_number > 0),
  document_kind      text    NOT NULL,
  auction_id         uuid    NOT NULL,
  transaction_number integer NOT NULL,
  title              text    NOT NULL,
  kind               text    NOT NULL,
  net                bigint  NOT NULL CHECK (net >= 0),
  tax_rate_ppm       integer NOT NULL,
  tax                bigint  NOT NULL CHECK (tax >= 0),
  tax_scheme         text    NOT NULL,
  tax_treatment      text    NOT NULL,
  PRIMARY KEY (document_id, line_number),
  FOREIGN KEY (auction_id, transaction_number) REFERENCES silver_private.transactions NOT ENFORCED
);
CREATE INDEX document_lines_of ON silver_private.document_lines (auction_id, transaction_number, document_kind);

CREATE VIEW silver.invoices AS
SELECT
  document_id AS invoice_id,
  CASE kind WHEN 'invoice' THEN '' ELSE 'C' END || year || '-' || lpad(number::text, 6, '0') AS invoice_number,
  kind, year, number, buyer_id, currency, net, tax, total, corrects, reason, issued_at, due_at
FROM silver_private.documents;
COMMENT ON VIEW silver.invoices IS 'Invoices to buyers, and credit notes that take them back, each with a number. A series a kind and year, without gaps.';
COMMENT ON COLUMN silver.invoices.invoice_id IS 'The document.';
COMMENT ON COLUMN silver.invoices.invoice_number IS 'As it is written: 2026-000017, and C2026-000003 for a credit note.';
COMMENT ON COLUMN silver.invoices.kind IS 'invoice or credit-note.';
COMMENT ON COLUMN silver.invoices.year IS 'The year of its series: of the sale, or of what took it back.';
COMMENT ON COLUMN silver.invoices.number IS 'Its place in the series, from 1.';
COMMENT ON COLUMN silver.invoices.buyer_id IS 'Whom it is for. Refers to users.user_id.';
COMMENT ON COLUMN silver.invoices.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.invoices.net IS 'Sum of the lines without tax, in minor units.';
COMMENT ON COLUMN silver.invoices.tax IS 'Sum of the lines'' tax, in minor units.';
COMMENT ON COLUMN silver.invoices.total IS 'net + tax, in minor units. A credit note''s is what is taken back.';
COMMENT ON COLUMN silver.invoices.corrects IS 'The invoice that a credit note takes back, or a part of it; NULL for an invoice. Refers to invoices.invoice_id.';
COMMENT ON COLUMN silver.invoices.reason IS 'refunded or lapsed (never paid); NULL for an invoice.';
COMMENT ON COLUMN silver.invoices.issued_at IS 'When it got its number.';
COMMENT ON COLUMN silver.invoices.due_at IS 'Until when it is to be paid; NULL for a credit note.';

CREATE VIEW silver.invoice_lines AS
SELECT document_id AS invoice_id, line_number, auction_id, transaction_number, title, kind, net, tax_rate_ppm, tax, tax_scheme, tax_treatment
FROM silver_private.document_lines;
COMMENT ON VIEW silver.invoice_lines IS 'What is on invoices and credit notes, line by line.';
COMMENT ON COLUMN silver.invoice_lines.invoice_id IS 'Refers to invoices.invoice_id.';
COMMENT ON COLUMN silver.invoice_lines.line_number IS 'Place on the document, from 1.';
COMMENT ON COLUMN silver.invoice_lines.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.invoice_lines.transaction_number IS 'The sale that it belongs to, as transactions.transaction_number.';
COMMENT ON COLUMN silver.invoice_lines.title IS 'The item, as it was titled.';
COMMENT ON COLUMN silver.invoice_lines.kind IS 'hammer, premium, or another charge of the buyer''s.';
COMMENT ON COLUMN silver.invoice_lines.net IS 'The amount without tax, in minor units.';
COMMENT ON COLUMN silver.invoice_lines.tax_rate_ppm IS 'The rate of tax in millionths: 200000 is 20 %.';
COMMENT ON COLUMN silver.invoice_lines.tax IS 'The tax, in minor units.';
COMMENT ON COLUMN silver.invoice_lines.tax_scheme IS 'flat, margin, full or destination.';
COMMENT ON COLUMN silver.invoice_lines.tax_treatment IS 'taxed, exempt (the buyer has shown a number or certificate) or reverse-charge (the buyer owes the tax).';

GRANT SELECT ON silver.invoices, silver.invoice_lines TO gavel_analyst;
