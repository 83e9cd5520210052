-- Lots of hall sales, from the house's own files (docs/adr/0066). One row a lot; a correction takes the place of the row. They
-- are no auctions of this house's own: nobody bid here, so no bids, prices or payments are made up for them.

CREATE TABLE silver_private.hall_results (
  hall_result_id uuid        PRIMARY KEY,
  revision       bigint      NOT NULL,
  sale           text        NOT NULL,
  lot_number     text        NOT NULL,
  title          text        NOT NULL,
  description    text        NOT NULL,
  category       text        NOT NULL,
  currency       text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  low_estimate   bigint      NULL CHECK (low_estimate > 0),
  high_estimate  bigint      NULL CHECK (high_estimate >= low_estimate),
  reserve_price  bigint      NULL CHECK (reserve_price > 0),
  outcome        text        NOT NULL CHECK (outcome IN ('sold', 'passed', 'withdrawn')),
  final_price    bigint      NULL CHECK (final_price > 0),
  price_kind     text        NULL CHECK (price_kind IN ('hammer', 'with-premium')),
  buyer_id       uuid        NULL,
  paddle         text        NULL,
  seller_id      uuid        NULL,
  held_at        timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL,
  source_file    text        NOT NULL,
  source_line    integer     NOT NULL CHECK (source_line > 0),
  CHECK ((outcome = 'sold') = (final_price IS NOT NULL)),
  CHECK ((final_price IS NULL) = (price_kind IS NULL)),
  CHECK (outcome = 'sold' OR (buyer_id IS NULL AND paddle IS NULL)),
  FOREIGN KEY (buyer_id) REFERENCES silver_private.users NOT ENFORCED,
  FOREIGN KEY (seller_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON TABLE silver_private.hall_results IS 'Lots of hall sales and what became of them.';
COMMENT ON COLUMN silver_private.hall_results.reserve_price IS 'Secret.';

CREATE INDEX hall_results_held ON silver_private.hall_results (held_at, hall_result_id);

CREATE VIEW silver.hall_results AS
SELECT
  hall_result_id, sale, lot_number, title, description, category, outcome AS status, currency, low_estimate, high_estimate,
  reserve_price IS NOT NULL AS has_reserve, final_price, price_kind, buyer_id, paddle, seller_id, held_at, recorded_at,
  revision > 0 AS is_corrected, source_file, source_line
FROM silver_private.hall_results;
COMMENT ON VIEW silver.hall_results IS 'One row a lot of a hall sale, from the house''s files. Amounts in minor units of its currency. No bids are known of it.';
COMMENT ON COLUMN silver.hall_results.hall_result_id IS 'Made of what names the lot in the house''s files.';
COMMENT ON COLUMN silver.hall_results.sale IS 'The sale''s name or number in the house.';
COMMENT ON COLUMN silver.hall_results.lot_number IS 'As printed in the catalogue: 422A is one, too.';
COMMENT ON COLUMN silver.hall_results.title IS 'Title of the lot.';
COMMENT ON COLUMN silver.hall_results.description IS 'What else the file tells of the lot.';
COMMENT ON COLUMN silver.hall_results.category IS 'Category of the lot.';
COMMENT ON COLUMN silver.hall_results.status IS 'sold, passed or withdrawn.';
COMMENT ON COLUMN silver.hall_results.currency IS 'ISO 4217 code.';
COMMENT ON COLUMN silver.hall_results.low_estimate IS 'Lower estimate; NULL where none was printed.';
COMMENT ON COLUMN silver.hall_results.high_estimate IS 'Upper estimate; NULL where none was printed.';
COMMENT ON COLUMN silver.hall_results.has_reserve IS 'Whether the file tells of a reserve. The reserve itself is secret.';
COMMENT ON COLUMN silver.hall_results.final_price IS 'Price of a sold lot; price_kind says which. NULL for any other.';
COMMENT ON COLUMN silver.hall_results.price_kind IS 'hammer: the hammer price. with-premium: hammer price and buyer''s premium together. Never add up one with the other.';
COMMENT ON COLUMN silver.hall_results.buyer_id IS 'The buyer''s account, where the file names one.';
COMMENT ON COLUMN silver.hall_results.paddle IS 'The number under which the buyer bid in the hall.';
COMMENT ON COLUMN silver.hall_results.seller_id IS 'The seller''s account, where the file names one.';
COMMENT ON COLUMN silver.hall_results.held_at IS 'When the lot was called; 00:00 UTC of the day where only the day is known. Count by it, not by recorded_at.';
COMMENT ON COLUMN silver.hall_results.recorded_at IS 'When the result was taken in.';
COMMENT ON COLUMN silver.hall_results.is_corrected IS 'The row took the place of an earlier one.';
COMMENT ON COLUMN silver.hall_results.source_file IS 'The file that the result was read from.';
COMMENT ON COLUMN silver.hall_results.source_line IS 'The line on which its row begins, from 1.';

-- Hall sales beside the house's own, one row a sale. What is not known of a hall sale is NULL.
CREATE VIEW silver.all_sales AS
SELECT
  'auction' AS sold_in, t.txn_id AS sale_id, t.seller_id, t.buyer_id, l.title, l.category, t.currency,
  t.final_price AS hammer_price, t.final_price + t.buyers_premium AS price_with_premium, t.sold_at
FROM silver.transactions t
JOIN silver_private.listings l USING (auction_id)
WHERE t.payment_status NOT IN ('lapsed', 'refunded')
UNION ALL
SELECT
  'hall', hall_result_id, seller_id, buyer_id, title, category, currency,
  CASE price_kind WHEN 'hammer' THEN final_price END, CASE price_kind WHEN 'with-premium' THEN final_price END, held_at
FROM silver_private.hall_results
WHERE outcome = 'sold';
COMMENT ON VIEW silver.all_sales IS 'Sales of auctions (but lapsed and refunded ones) and of halls, one row each, in minor units. A hall''s file tells the hammer price or the price with premium; the other is NULL.';

GRANT SELECT ON silver.hall_results, silver.all_sales TO gavel_analyst;
