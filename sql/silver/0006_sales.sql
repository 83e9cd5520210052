-- Sales, their catalogues, and who may bid in them (docs/adr/0090). All rows of a sale come from the sale's own stream. The bidding on a
-- lot is in the auction that has the lot's id.

CREATE TABLE silver_private.sales (
  sale_id          uuid        PRIMARY KEY,
  revision         bigint      NOT NULL,
  title            text        NOT NULL,
  kind             text        NOT NULL CHECK (kind IN ('timed', 'hall')),
  status           text        NOT NULL CHECK (status IN ('drafted', 'published', 'open', 'closed', 'cancelled')),
  currency         text        NOT NULL,
  terms_version    text        NOT NULL,
  viewing_notes    text        NOT NULL,
  registration     text        NOT NULL CHECK (registration IN ('none', 'open', 'limit', 'approval')),
  bidding_limit    bigint      NULL CHECK (bidding_limit > 0),
  opens_at         timestamptz NOT NULL,
  closes_at        timestamptz NULL,
  lot_interval_ms  integer     NULL,
  soft_close_moves text        NULL,
  drafted_at       timestamptz NOT NULL,
  published_at     timestamptz NULL,
  opened_at        timestamptz NULL,
  closed_at        timestamptz NULL,
  cancelled_at     timestamptz NULL,
  cancel_reason    text        NULL,
  CHECK ((kind = 'timed') = (closes_at IS NOT NULL)),
  CHECK ((registration = 'limit') = (bidding_limit IS NOT NULL))
);
CREATE INDEX sales_opens_at ON silver_private.sales (opens_at, sale_id);

CREATE TABLE silver_private.sale_lots (
  lot_id         uuid        PRIMARY KEY,
  sale_id        uuid        NOT NULL REFERENCES silver_private.sales NOT ENFORCED,
  lot_number     text        NOT NULL,
  -- 00012A for lot 12A, so that texts stand in the order of the catalogue.
  lot_order      text COLLATE "C" NOT NULL GENERATED ALWAYS AS
    (lpad(rtrim(lot_number, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'), 5, '0') || ltrim(lot_number, '0123456789')) STORED,
  seller_id      uuid        NOT NULL REFERENCES silver_private.users NOT ENFORCED,
  title          text        NOT NULL,
  description    text        NOT NULL,
  category       text        NOT NULL,
  starting_price bigint      NOT NULL,
  reserve_price  bigint      NULL,
  low_estimate   bigint      NULL,
  high_estimate  bigint      NULL,
  details        jsonb       NULL,
  closes_at      timestamptz NULL,
  added_at       timestamptz NOT NULL
);
CREATE INDEX sale_lots_in_order ON silver_private.sale_lots (sale_id, lot_order);

CREATE TABLE silver_private.paddles (
  sale_id         uuid        NOT NULL REFERENCES silver_private.sales NOT ENFORCED,
  bidder_id       uuid        NOT NULL REFERENCES silver_private.users NOT ENFORCED,
  status          text        NOT NULL CHECK (status IN ('requested', 'given', 'refused')),
  paddle          integer     NULL,
  bidding_limit   bigint      NULL,
  decision_reason text        NULL,
  requested_at    timestamptz NULL,
  decided_at      timestamptz NULL,
  decided_by      uuid        NULL,
  PRIMARY KEY (sale_id, bidder_id),
  UNIQUE (sale_id, paddle)
);

CREATE VIEW silver.sales AS
SELECT
  sale_id, title, kind, status, currency, registration, bidding_limit, terms_version, opens_at, closes_at AS first_lot_closes_at,
  lot_interval_ms, soft_close_moves, drafted_at, published_at, opened_at, closed_at, cancelled_at, cancel_reason,
  title || ', ' || to_char(opens_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS name
FROM silver_private.sales;
COMMENT ON VIEW silver.sales IS 'Sales, one row each, from the draft on: lots that are sold under one title and one set of terms.';
COMMENT ON COLUMN silver.sales.sale_id IS 'The sale.';
COMMENT ON COLUMN silver.sales.title IS 'Its title.';
COMMENT ON COLUMN silver.sales.kind IS 'timed: its lots close one after the other. hall: a clerk calls them.';
COMMENT ON COLUMN silver.sales.status IS 'drafted, published, open, closed or cancelled.';
COMMENT ON COLUMN silver.sales.currency IS 'Of all its lots. ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.sales.registration IS 'How bidders get a paddle: none (they need none), open (by asking), limit (by asking, for bids up to bidding_limit) or approval (staff decide).';
COMMENT ON COLUMN silver.sales.bidding_limit IS 'The most that a bid may be where registration is limit, in minor units; NULL otherwise.';
COMMENT ON COLUMN silver.sales.terms_version IS 'The house''s name for the conditions of sale.';
COMMENT ON COLUMN silver.sales.opens_at IS 'When bidding begins.';
COMMENT ON COLUMN silver.sales.first_lot_closes_at IS 'When the first lot of a timed sale closes, by the catalogue; NULL for a sale in a hall.';
COMMENT ON COLUMN silver.sales.lot_interval_ms IS 'Milliseconds from one lot''s close to the next one''s; NULL for a sale in a hall.';
COMMENT ON COLUMN silver.sales.soft_close_moves IS 'lot: a late bid moves the close of its own lot. lots-behind: of those behind it, too. NULL for a sale in a hall.';
COMMENT ON COLUMN silver.sales.drafted_at IS 'When staff began it.';
COMMENT ON COLUMN silver.sales.published_at IS 'When its catalogue was fixed; NULL until then.';
COMMENT ON COLUMN silver.sales.opened_at IS 'When the house opened it; NULL until then.';
COMMENT ON COLUMN silver.sales.closed_at IS 'When its last lot had ended; NULL until then.';
COMMENT ON COLUMN silver.sales.cancelled_at IS 'When it was called off; NULL otherwise.';
COMMENT ON COLUMN silver.sales.cancel_reason IS 'Why it was called off; NULL otherwise.';
COMMENT ON COLUMN silver.sales.name IS 'Its title and the UTC day on which bidding begins: what dashboards call it.';

CREATE VIEW silver.sale_lots AS
SELECT
  l.lot_id, l.sale_id, l.lot_number, l.seller_id, l.title, l.category, s.currency, l.starting_price,
  l.reserve_price IS NOT NULL AS has_reserve, l.low_estimate, l.high_estimate, l.closes_at AS scheduled_closes_at, l.added_at,
  s.name AS sale
FROM silver_private.sale_lots l
JOIN silver.sales s USING (sale_id);
COMMENT ON VIEW silver.sale_lots IS 'Lots of sales, one row each. What became of a lot is in auctions, under its id; a lot of a draft has no auction yet. Lots taken out of a draft are not here.';
COMMENT ON COLUMN silver.sale_lots.lot_id IS 'The lot, and the auction in which it is sold. Refers to auctions.auction_id once the sale is published.';
COMMENT ON COLUMN silver.sale_lots.sale_id IS 'Refers to sales.sale_id.';
COMMENT ON COLUMN silver.sale_lots.lot_number IS 'As printed in the catalogue: 12A is one, too.';
COMMENT ON COLUMN silver.sale_lots.seller_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.sale_lots.title IS 'Title of the lot.';
COMMENT ON COLUMN silver.sale_lots.category IS 'Category of the lot.';
COMMENT ON COLUMN silver.sale_lots.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.sale_lots.starting_price IS 'The least that a first bid may be, in minor units.';
COMMENT ON COLUMN silver.sale_lots.has_reserve IS 'Whether the lot has a secret reserve price.';
COMMENT ON COLUMN silver.sale_lots.low_estimate IS 'What the house expects at least, in minor units; NULL where it does not say.';
COMMENT ON COLUMN silver.sale_lots.high_estimate IS 'What the house expects at most, in minor units; NULL where it does not say.';
COMMENT ON COLUMN silver.sale_lots.scheduled_closes_at IS 'When it closes by the published catalogue; NULL in a draft, and in a hall.';
COMMENT ON COLUMN silver.sale_lots.added_at IS 'When it was put into the catalogue.';
COMMENT ON COLUMN silver.sale_lots.sale IS 'The name of the sale, as sales.name.';

CREATE VIEW silver.paddles AS
SELECT sale_id, bidder_id, status, paddle, requested_at, decided_at
FROM silver_private.paddles;
COMMENT ON VIEW silver.paddles IS 'Who asked to bid in a sale, and under which number they do. Limits and reasons are theirs alone, and not here.';
COMMENT ON COLUMN silver.paddles.sale_id IS 'Refers to sales.sale_id.';
COMMENT ON COLUMN silver.paddles.bidder_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.paddles.status IS 'requested (staff have to decide), given or refused.';
COMMENT ON COLUMN silver.paddles.paddle IS 'The number, from 1 in each sale; NULL where none was ever given.';
COMMENT ON COLUMN silver.paddles.requested_at IS 'When staff were asked; NULL where nobody had to be.';
COMMENT ON COLUMN silver.paddles.decided_at IS 'When it was last given or refused; NULL until then.';

GRANT SELECT ON silver.sales, silver.sale_lots, silver.paddles TO gavel_analyst;
