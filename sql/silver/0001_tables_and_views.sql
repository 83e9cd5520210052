-- Silver: the facts as tables (docs/adr/0017). `silver_private` holds the tables, secrets included; `silver` shows what
-- analysts may see of them, as views that read with their owner's rights. All amounts are whole minor units (cents) of the
-- row's currency, all times UTC.
--
-- The projection names no schema: it finds the tables through its search path. So a new version can be built in schemas of
-- other names beside this one and swapped in by renaming; views follow their tables by identity.
--
-- Foreign keys within one stream are enforced where an insert is rare. Across streams, and on the path of every bid, they
-- are declared and NOT ENFORCED: a consumer may read the bid's slice before the bidder's. `gavel verify` checks them.

CREATE SCHEMA silver;
CREATE SCHEMA silver_private;

COMMENT ON SCHEMA silver IS 'The auction house for queries: no maximum bids, no reserve prices, no personal data.';
COMMENT ON SCHEMA silver_private IS 'The tables behind silver. They hold secrets: for the house itself only.';

CREATE TABLE silver_private.users (
  user_id       uuid        PRIMARY KEY,
  revision      bigint      NOT NULL,
  username      text        NOT NULL,
  status        text        NOT NULL CHECK (status IN ('active', 'suspended')),
  is_verified   boolean     NOT NULL,
  rating        integer     NOT NULL,
  personal_data text        NULL,
  registered_at timestamptz NOT NULL
);
COMMENT ON COLUMN silver_private.users.personal_data IS 'Name, e-mail and address as ciphertext under a key of that user''s own, which is not in this database.';

-- What never changes after the listing, apart from the standing: a bid then rewrites a short row, not a description.
CREATE TABLE silver_private.listings (
  auction_id          uuid        PRIMARY KEY,
  seller_id           uuid        NOT NULL,
  title               text        NOT NULL,
  description         text        NOT NULL,
  category            text        NOT NULL,
  format              text        NOT NULL CHECK (format IN ('english')),
  currency            text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  starting_price      bigint      NOT NULL CHECK (starting_price > 0),
  reserve_price       bigint      NULL CHECK (reserve_price >= starting_price),
  buy_now_price       bigint      NULL CHECK (buy_now_price >= starting_price),
  opens_at            timestamptz NOT NULL,
  scheduled_closes_at timestamptz NOT NULL CHECK (scheduled_closes_at > opens_at),
  listed_at           timestamptz NOT NULL,
  FOREIGN KEY (seller_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON COLUMN silver_private.listings.reserve_price IS 'Secret.';

CREATE INDEX listings_seller ON silver_private.listings (seller_id, auction_id);
CREATE INDEX listings_category ON silver_private.listings (category, auction_id);
CREATE INDEX listings_text ON silver_private.listings USING gin (to_tsvector('simple', title || ' ' || description));

-- One row an auction, rewritten once a batch however many bids it got. The indexed columns stand still while bids arrive,
-- and half of each page is kept free, so that the new version lands beside the old one and no index is touched (HOT).
CREATE TABLE silver_private.standings (
  auction_id       uuid        PRIMARY KEY REFERENCES silver_private.listings,
  revision         bigint      NOT NULL,
  current_price    bigint      NOT NULL,
  minimum_next_bid bigint      NOT NULL,
  closes_at        timestamptz NOT NULL,
  closed_at        timestamptz NULL,
  leading_bid      integer     NULL,
  bid_count        integer     NOT NULL CHECK (bid_count >= 0),
  extensions       integer     NOT NULL,
  reserve_met      boolean     NOT NULL,
  leader_id        uuid        NULL,
  status           text        NOT NULL CHECK (status IN ('open', 'sold', 'passed', 'cancelled', 'withdrawn')),
  end_reason       text        NULL,
  CHECK ((leader_id IS NULL) = (leading_bid IS NULL)),
  CHECK ((status = 'open') = (closed_at IS NULL)),
  FOREIGN KEY (leader_id) REFERENCES silver_private.users NOT ENFORCED
) WITH (fillfactor = 50);
COMMENT ON COLUMN silver_private.standings.revision IS 'The auction''s revision that this row shows.';

CREATE INDEX standings_closes_at ON silver_private.standings (closes_at, auction_id);
CREATE INDEX standings_status ON silver_private.standings (status, closes_at, auction_id);

-- The hot table: one row a bid, written once; only a retraction ever comes back to it.
CREATE TABLE silver_private.bids (
  auction_id             uuid        NOT NULL,
  bidder_id              uuid        NOT NULL,
  revision               bigint      NOT NULL,
  bid_amount             bigint      NOT NULL CHECK (bid_amount > 0),
  maximum                bigint      NOT NULL CHECK (maximum > 0),
  placed_at              timestamptz NOT NULL,
  bid_number             integer     NOT NULL CHECK (bid_number > 0),
  bid_type               text        NOT NULL
    CHECK (bid_type IN ('manual', 'proxy', 'snipe', 'buy-now', 'absentee', 'floor', 'phone')),
  retracted_at           timestamptz NULL,
  retraction_revision    bigint      NULL,
  retraction_reason      text        NULL,
  price_after_retraction bigint      NULL,
  fraud_score            real        NULL,
  PRIMARY KEY (auction_id, bid_number),
  FOREIGN KEY (auction_id) REFERENCES silver_private.listings NOT ENFORCED,
  FOREIGN KEY (bidder_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON COLUMN silver_private.bids.maximum IS 'Secret: the bidder''s own limit.';

-- For a bidder's own bids, which are few. Without a time beside it the entries of one bidder share a list, and the index
-- costs every bid half as much (docs/adr/0017).
CREATE INDEX bids_bidder ON silver_private.bids (bidder_id);

CREATE TABLE silver_private.transactions (
  auction_id      uuid        PRIMARY KEY REFERENCES silver_private.listings,
  seller_id       uuid        NOT NULL,
  buyer_id        uuid        NOT NULL,
  via             text        NOT NULL CHECK (via IN ('Hammer', 'BuyNow')),
  winning_bid     integer     NOT NULL,
  currency        text        NOT NULL,
  final_price     bigint      NOT NULL CHECK (final_price > 0),
  buyers_premium  bigint      NOT NULL CHECK (buyers_premium >= 0),
  tax             bigint      NOT NULL CHECK (tax >= 0),
  amount_due      bigint      NOT NULL,
  platform_fee    bigint      NOT NULL CHECK (platform_fee >= 0),
  seller_proceeds bigint      NOT NULL CHECK (seller_proceeds >= 0),
  sold_at         timestamptz NOT NULL,
  completed_at    timestamptz NULL,
  CHECK (amount_due = final_price + buyers_premium + tax),
  CHECK (seller_proceeds = final_price - platform_fee),
  FOREIGN KEY (auction_id, winning_bid) REFERENCES silver_private.bids (auction_id, bid_number),
  FOREIGN KEY (seller_id) REFERENCES silver_private.users NOT ENFORCED,
  FOREIGN KEY (buyer_id) REFERENCES silver_private.users NOT ENFORCED
);

CREATE INDEX transactions_buyer ON silver_private.transactions (buyer_id, sold_at, auction_id);
CREATE INDEX transactions_seller ON silver_private.transactions (seller_id, sold_at, auction_id);
CREATE INDEX transactions_sold ON silver_private.transactions (sold_at, auction_id);

-- No key to auctions or users: bids are refused for naming an unknown one, too.
CREATE TABLE silver_private.refused_bids (
  auction_id         uuid        NOT NULL,
  revision           bigint      NOT NULL,
  bidder_id          uuid        NOT NULL,
  reason             text        NOT NULL,
  refused_count      integer     NOT NULL CHECK (refused_count > 0),
  amount             bigint      NULL,
  currency           text        NULL,
  minimum_next_bid   bigint      NULL,
  judged_at_revision bigint      NULL,
  first_at           timestamptz NOT NULL,
  rejected_at        timestamptz NOT NULL,
  PRIMARY KEY (auction_id, revision)
);
COMMENT ON COLUMN silver_private.refused_bids.revision IS 'In the auction''s refusals stream.';
COMMENT ON COLUMN silver_private.refused_bids.amount IS 'Secret like any maximum. NULL for a refused Buy It Now and for a flood.';

CREATE VIEW silver.users AS
SELECT user_id, username, rating, is_verified, status, registered_at
FROM silver_private.users;
COMMENT ON VIEW silver.users IS 'Accounts. E-mail and name are encrypted and shown by the API, to their owner only.';

CREATE VIEW silver.auctions AS
SELECT
  l.auction_id, l.seller_id, l.title, l.description, l.category, l.format, l.currency, s.status,
  l.starting_price, s.current_price, s.minimum_next_bid, s.leader_id, s.leading_bid, s.bid_count,
  l.reserve_price IS NOT NULL AS has_reserve, s.reserve_met, l.buy_now_price,
  l.listed_at, l.opens_at, s.closes_at, l.scheduled_closes_at, s.extensions, s.closed_at, s.end_reason, s.revision
FROM silver_private.listings l
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.auctions IS 'One row an auction, as it stands. Prices in minor units of its currency.';
COMMENT ON COLUMN silver.auctions.status IS 'open (from the listing on; whether bidding has begun says opens_at), sold, passed, cancelled or withdrawn.';
COMMENT ON COLUMN silver.auctions.closes_at IS 'When bidding ends as planned now; a soft close moves it. closed_at is when it did end.';
COMMENT ON COLUMN silver.auctions.leading_bid IS 'The number of the bid that would win now, or has won.';
COMMENT ON COLUMN silver.auctions.end_reason IS 'Why it was not sold: NoBids or ReserveNotMet when passed, the words of whoever cancelled or withdrew it.';

CREATE VIEW silver.items AS
SELECT
  l.auction_id AS item_id, l.seller_id, l.title, l.description, l.category, l.currency,
  l.starting_price AS start_price, s.current_price, s.status, l.listed_at
FROM silver_private.listings l
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.items IS 'The things sold. Every item has one auction, and its id.';

CREATE VIEW silver.bids AS
SELECT
  b.auction_id || '-' || b.bid_number AS bid_id,
  b.auction_id, b.bid_number, b.bidder_id, b.bid_amount, l.currency, b.bid_type, b.placed_at,
  b.bid_number IS NOT DISTINCT FROM s.leading_bid AND s.status IN ('open', 'sold') AS is_winning,
  b.retracted_at IS NOT NULL AS is_retracted, b.retracted_at, b.retraction_reason, b.fraud_score
FROM silver_private.bids b
JOIN silver_private.listings l USING (auction_id)
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.bids IS 'Accepted bids, retracted ones included.';
COMMENT ON COLUMN silver.bids.bid_amount IS 'The visible price after that bid, in minor units. The bidder''s own maximum is secret.';
COMMENT ON COLUMN silver.bids.is_winning IS 'Leads an open auction, or has won a sold one.';
COMMENT ON COLUMN silver.bids.fraud_score IS 'NULL while unscored.';

CREATE VIEW silver.price_history AS
SELECT auction_id, revision, placed_at AS changed_at, bid_amount AS price, 'bid' AS cause, bid_number
FROM silver_private.bids
UNION ALL
SELECT auction_id, retraction_revision, retracted_at, price_after_retraction, 'retraction', bid_number
FROM silver_private.bids
WHERE retracted_at IS NOT NULL;
COMMENT ON VIEW silver.price_history IS 'The visible price after every bid and every retraction; in order of revision within an auction.';

CREATE VIEW silver.transactions AS
SELECT
  auction_id AS txn_id, auction_id, seller_id, buyer_id, via, final_price, buyers_premium, tax, amount_due, platform_fee,
  seller_proceeds, currency, completed_at IS NOT NULL AS is_completed, sold_at, completed_at
FROM silver_private.transactions;
COMMENT ON VIEW silver.transactions IS 'Sales, in minor units: amount_due = final_price + buyers_premium + tax; seller_proceeds = final_price - platform_fee. An auction is sold once, so a sale has its auction''s id.';

CREATE VIEW silver.rejected_bids AS
SELECT
  auction_id || '-r' || revision AS rejection_id, auction_id, bidder_id, reason, refused_count, minimum_next_bid,
  judged_at_revision, first_at, rejected_at
FROM silver_private.refused_bids;
COMMENT ON VIEW silver.rejected_bids IS 'Refused bids, without their amounts. A flood of one bidder within a minute is one row, with its count.';
COMMENT ON COLUMN silver.rejected_bids.judged_at_revision IS 'The auction''s revision that the refusal rests on; -1 for an auction never listed, NULL for a flood, whose bids nobody judged.';

-- Another database of this server may be creating the role at this very moment; then it exists, which is all we want.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'gavel_analyst') THEN
    CREATE ROLE gavel_analyst NOLOGIN;
  END IF;
EXCEPTION
  WHEN duplicate_object OR unique_violation THEN NULL;
END
$$;

GRANT USAGE ON SCHEMA silver TO gavel_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA silver TO gavel_analyst;
