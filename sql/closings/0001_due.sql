-- When each open auction closes: what the closer asks several times a second. Fed by closing times only, so no bid ever
-- touches it.

CREATE SCHEMA closings;

CREATE TABLE closings.due (
  auction_id uuid        PRIMARY KEY,
  closes_at  timestamptz NOT NULL
);

CREATE INDEX due_closes_at ON closings.due (closes_at, auction_id);

COMMENT ON TABLE closings.due IS 'Auctions that have not ended yet, those before their opening included.';
