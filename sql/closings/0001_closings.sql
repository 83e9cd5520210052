-- When each open auction closes: what the closer asks several times a second. Fed by closing times only, so no bid ever
-- touches it.

CREATE SCHEMA closings;

CREATE TABLE closings.due (
  auction_id uuid        PRIMARY KEY,
  closes_at  timestamptz NOT NULL
);

CREATE INDEX due_closes_at ON closings.due (closes_at, auction_id);

COMMENT ON TABLE closings.due IS 'Auctions that have not ended yet, those before their opening included.';

-- What else the house does by itself: announce the opening of auctions that were listed for later, and list the new auction
-- of every passed one that is relisted. No bid touches these tables either.

CREATE TABLE closings.openings (
  auction_id uuid        PRIMARY KEY,
  opens_at   timestamptz NOT NULL
);

CREATE INDEX openings_opens_at ON closings.openings (opens_at, auction_id);

COMMENT ON TABLE closings.openings IS 'Auctions whose opening is still to be announced.';

-- The passed auction and the new one are two streams, and a consumer may read them in either order: so each side writes what
-- it knows into one row, and the row stays.
CREATE TABLE closings.relistings (
  relisted_as uuid    PRIMARY KEY,
  auction_id  uuid    NOT NULL,
  revision    bigint  NULL,
  is_listed   boolean NOT NULL
);

CREATE INDEX relistings_waiting ON closings.relistings (relisted_as) WHERE NOT is_listed;

COMMENT ON TABLE closings.relistings IS 'Passed auctions that are relisted, and whether the new auction is listed yet. revision is that of the passed auction''s record.';

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

-- The sales and their lots, for what the house does about them by itself: list the lots of a published sale, open it, move lots
-- behind one that closes later, close the sale behind its last lot, cancel the lots of a cancelled sale.

CREATE TABLE closings.sales (
  sale_id          uuid        PRIMARY KEY,
  kind             text        NOT NULL CHECK (kind IN ('timed', 'hall')),
  opens_at         timestamptz NOT NULL,
  lot_interval     interval    NULL,
  moves_lots_behind boolean    NOT NULL,
  status           text        NOT NULL CHECK (status IN ('drafted', 'published', 'open', 'closed', 'cancelled'))
);

CREATE INDEX sales_running ON closings.sales (sale_id) WHERE status IN ('published', 'open', 'cancelled');

COMMENT ON TABLE closings.sales IS 'Sales and their course, from their drafts on. lot_interval is null in a hall.';

-- The sale says which lots there are, each lot's own stream when it closes and that it has ended. A consumer may read the streams in
-- either order: so each side writes what it knows into one row, and the row stays.
CREATE TABLE closings.lots (
  lot_id    uuid        PRIMARY KEY,
  sale_id   uuid        NOT NULL,
  place     integer     NULL,
  closes_at timestamptz NULL,
  is_over   boolean     NOT NULL DEFAULT false
);

CREATE INDEX lots_in_order ON closings.lots (sale_id, place);
CREATE INDEX lots_open ON closings.lots (sale_id) WHERE NOT is_over;

COMMENT ON TABLE closings.lots IS 'Lots of published sales. place counts them in the order of the catalogue, from 0; closes_at is null until the lot is listed as an auction.';
