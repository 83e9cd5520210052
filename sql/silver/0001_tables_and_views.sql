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

COMMENT ON SCHEMA silver_private IS 'The tables behind silver. They hold secrets: for the house itself only.';

-- An erased person's row stays, for the bids that refer to it, and holds nothing of the person (docs/adr/0038).
CREATE TABLE silver_private.users (
  user_id         uuid        PRIMARY KEY,
  revision        bigint      NOT NULL,
  encrypted_username text        NULL,
  personal_data   text        NULL,
  status          text        NOT NULL CHECK (status IN ('active', 'suspended', 'erased')),
  is_verified     boolean     NOT NULL,
  rating          integer     NOT NULL,
  voids_bids      boolean     NOT NULL DEFAULT false,
  registered_at   timestamptz NOT NULL,
  erased_at       timestamptz NULL,
  CONSTRAINT users_erased_check CHECK (
    (status = 'erased') = (erased_at IS NOT NULL)
    AND (erased_at IS NULL OR (encrypted_username IS NULL AND personal_data IS NULL))
  )
);
COMMENT ON COLUMN silver_private.users.encrypted_username IS 'The username as ciphertext under the user''s own key. The API shows it to everybody, as long as there is a key.';
COMMENT ON COLUMN silver_private.users.personal_data IS 'Name, e-mail and address as ciphertext under a key of that user''s own, which is not in this database.';
COMMENT ON COLUMN silver_private.users.voids_bids IS 'The house voids this person''s bids that count in open auctions.';

-- Few people: whoever was erased, or suspended together with the bids that still counted.
CREATE INDEX users_voids_bids ON silver_private.users (user_id) WHERE voids_bids;
-- Staff look through accounts, the latest first.
CREATE INDEX users_registered ON silver_private.users (registered_at, user_id);

-- Where people are for tax (docs/adr/0107). The row goes when its person is erased.
CREATE TABLE silver_private.tax_positions (
  -- Enforced, it would keep tests from emptying tables that refer to users by a key that is not (PostgreSQL 18).
  user_id     uuid        PRIMARY KEY REFERENCES silver_private.users NOT ENFORCED,
  statement   integer     NOT NULL CHECK (statement > 0),
  country     text        NULL CHECK (country ~ '^[A-Z]{2}$'),
  region      text        NULL CHECK (region IS NULL OR country IS NOT NULL),
  tax_number  text        NULL,
  stated_at   timestamptz NOT NULL,
  is_accepted boolean     NULL,
  judged_at   timestamptz NULL,
  CHECK ((is_accepted IS NULL) = (judged_at IS NULL)),
  CHECK (is_accepted IS NULL OR tax_number IS NOT NULL)
);
COMMENT ON COLUMN silver_private.tax_positions.tax_number IS 'Ciphertext under the user''s own key.';
COMMENT ON COLUMN silver_private.tax_positions.is_accepted IS 'NULL until staff have looked at the number.';
-- Staff look at numbers, the earliest first.
CREATE INDEX tax_positions_to_judge ON silver_private.tax_positions (stated_at, user_id)
  WHERE tax_number IS NOT NULL AND is_accepted IS NULL;

-- What never changes after the listing, apart from the standing: a bid then rewrites a short row, not a description.
CREATE TABLE silver_private.listings (
  auction_id          uuid        PRIMARY KEY,
  seller_id           uuid        NOT NULL,
  title               text        NOT NULL,
  description         text        NOT NULL,
  category            text        NOT NULL,
  format              text        NOT NULL CHECK (format IN ('english', 'sealed-first-price', 'vickrey', 'hall')),
  currency            text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  starting_price      bigint      NOT NULL CHECK (starting_price > 0),
  reserve_price       bigint      NULL CHECK (reserve_price >= starting_price),
  buy_now_price       bigint      NULL CHECK (buy_now_price >= starting_price),
  opens_at            timestamptz NOT NULL,
  scheduled_closes_at timestamptz NOT NULL CHECK (scheduled_closes_at > opens_at),
  listed_at           timestamptz NOT NULL,
  relist_of           uuid        NULL,
  search_words        text[]      NOT NULL,
  category_forms      text[]      NOT NULL,
  retraction          text        NOT NULL CHECK (retraction IN ('by-request', 'ebay', 'never')),
  fees                text        NOT NULL,
  photos              uuid[]      NOT NULL,
  details             jsonb       NULL,
  FOREIGN KEY (seller_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON COLUMN silver_private.listings.reserve_price IS 'Secret.';
COMMENT ON COLUMN silver_private.listings.fees IS 'The schedule of fees that the item was listed under, as JSON with amounts as text.';
COMMENT ON COLUMN silver_private.listings.relist_of IS 'The passed auction whose item this is.';
COMMENT ON COLUMN silver_private.listings.search_words IS 'The words of title and description, folded, with accents and without.';
COMMENT ON COLUMN silver_private.listings.category_forms IS 'The category, folded, with accents and without.';

CREATE INDEX listings_seller ON silver_private.listings (seller_id, auction_id);
CREATE INDEX listings_listed_at ON silver_private.listings (listed_at, auction_id);
CREATE INDEX listings_category ON silver_private.listings (category, auction_id);
-- What searches compare, as src/domain/text.ts folds it (docs/adr/0055): live prices filter by the same function, and no
-- collation or extension of the server has a say in it.
CREATE INDEX listings_search_words ON silver_private.listings USING gin (search_words);
CREATE INDEX listings_category_forms ON silver_private.listings USING gin (category_forms);

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
  relisted_as      uuid        NULL,
  calling          text        NULL CHECK (calling IN ('waiting', 'called', 'fair-warning')),
  CONSTRAINT standings_relisted_as_check CHECK (relisted_as IS NULL OR status IN ('passed', 'sold')),
  CHECK ((leader_id IS NULL) = (leading_bid IS NULL)),
  CHECK ((status = 'open') = (closed_at IS NULL)),
  FOREIGN KEY (leader_id) REFERENCES silver_private.users NOT ENFORCED
) WITH (fillfactor = 50);
COMMENT ON COLUMN silver_private.standings.revision IS 'The auction''s revision that this row shows.';
COMMENT ON COLUMN silver_private.standings.relisted_as IS 'The auction in which the item of this one is up again: it passed, or its sale came to nothing.';

COMMENT ON COLUMN silver_private.standings.calling IS 'Of a hall lot: waiting for a clerk to open it, called, or under fair warning.';

CREATE INDEX standings_closes_at ON silver_private.standings (closes_at, auction_id);
CREATE INDEX standings_status ON silver_private.standings (status, closes_at, auction_id);

-- The hot table: one row a bid, written once; only what takes a bid out ever comes back to it. A sealed bid has its amount
-- where the maximum is, and no visible price (docs/adr/0035).
CREATE TABLE silver_private.bids (
  auction_id             uuid        NOT NULL,
  bidder_id              uuid        NOT NULL,
  revision               bigint      NOT NULL,
  bid_amount             bigint      NULL CHECK (bid_amount > 0),
  maximum                bigint      NOT NULL CHECK (maximum > 0),
  placed_at              timestamptz NOT NULL,
  bid_number             integer     NOT NULL CHECK (bid_number > 0),
  bid_type               text        NOT NULL
    CHECK (bid_type IN ('manual', 'proxy', 'snipe', 'buy-now', 'absentee', 'floor', 'phone')),
  retracted_at           timestamptz NULL,
  retraction_revision    bigint      NULL,
  retraction_reason      text        NULL,
  price_after_retraction bigint      NULL,
  replaced_by            integer     NULL,
  retraction_granted_by  uuid        NULL,
  voided_at              timestamptz NULL,
  void_revision          bigint      NULL,
  void_reason            text        NULL,
  voided_by              uuid        NULL,
  price_after_void       bigint      NULL,
  CHECK (replaced_by > bid_number),
  CONSTRAINT bids_taken_out_once CHECK (voided_at IS NULL OR (retracted_at IS NULL AND replaced_by IS NULL)),
  PRIMARY KEY (auction_id, bid_number),
  FOREIGN KEY (auction_id) REFERENCES silver_private.listings NOT ENFORCED,
  FOREIGN KEY (bidder_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON COLUMN silver_private.bids.bid_amount IS 'The visible price after the bid; NULL for a sealed bid.';
COMMENT ON COLUMN silver_private.bids.maximum IS 'Secret: the bidder''s own limit.';
COMMENT ON COLUMN silver_private.bids.replaced_by IS 'The bid that took this one''s place in a sealed auction.';
COMMENT ON COLUMN silver_private.bids.voided_by IS 'Who of the staff; NULL for the house itself.';
COMMENT ON COLUMN silver_private.bids.void_reason IS 'For the bidder and staff alone.';

-- For a bidder's own bids, which are few. Without a time beside it the entries of one bidder share a list, and the index
-- costs every bid half as much (docs/adr/0017).
CREATE INDEX bids_bidder ON silver_private.bids (bidder_id);

-- A request lapses with its auction or its bid; that is derived, not written.
CREATE TABLE silver_private.retraction_requests (
  auction_id    uuid        NOT NULL REFERENCES silver_private.listings,
  bid_number    integer     NOT NULL,
  bidder_id     uuid        NOT NULL,
  reason        text        NOT NULL CHECK (reason IN ('TypingError', 'DescriptionChanged')),
  status        text        NOT NULL CHECK (status IN ('pending', 'granted', 'refused')),
  requested_at  timestamptz NOT NULL,
  answered_at   timestamptz NULL,
  answered_by   uuid        NULL,
  answer_reason text        NULL,
  CHECK ((status = 'pending') = (answered_at IS NULL)),
  PRIMARY KEY (auction_id, bid_number),
  FOREIGN KEY (auction_id, bid_number) REFERENCES silver_private.bids (auction_id, bid_number),
  FOREIGN KEY (bidder_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON COLUMN silver_private.retraction_requests.answer_reason IS 'For the bidder and staff alone.';

CREATE INDEX retraction_requests_pending ON silver_private.retraction_requests (requested_at, auction_id, bid_number)
  WHERE status = 'pending';

-- An auction may come to several transactions, one after the other: all but the last have lapsed unpaid (docs/adr/0033).
CREATE TABLE silver_private.transactions (
  auction_id      uuid        NOT NULL REFERENCES silver_private.listings,
  seller_id       uuid        NOT NULL,
  buyer_id        uuid        NOT NULL,
  via             text        NOT NULL CHECK (via IN ('Hammer', 'BuyNow', 'SecondChance')),
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
  transaction_number integer     NOT NULL DEFAULT 1 CHECK (transaction_number > 0),
  payment_status     text        NOT NULL DEFAULT 'uninvoiced'
    CHECK (payment_status IN ('uninvoiced', 'due', 'overdue', 'paid', 'settled', 'refunded', 'lapsed')),
  payment_due_at     timestamptz NULL,
  paid_at            timestamptz NULL,
  refunded_at        timestamptz NULL,
  lapsed_at          timestamptz NULL,
  failed_payments    integer     NOT NULL DEFAULT 0,
  money_in           bigint      NOT NULL DEFAULT 0,
  money_out          bigint      NOT NULL DEFAULT 0 CHECK (money_out BETWEEN 0 AND money_in),
  lines              text        NOT NULL,
  tax_positions      text        NOT NULL,
  PRIMARY KEY (auction_id, transaction_number),
  CHECK (amount_due = final_price + buyers_premium + tax),
  -- What is missing is the tax on the fee.
  CHECK (seller_proceeds <= final_price - platform_fee),
  CHECK ((payment_status = 'settled') = (completed_at IS NOT NULL)),
  CHECK ((payment_status = 'lapsed') = (lapsed_at IS NOT NULL)),
  FOREIGN KEY (auction_id, winning_bid) REFERENCES silver_private.bids (auction_id, bid_number),
  FOREIGN KEY (seller_id) REFERENCES silver_private.users NOT ENFORCED,
  FOREIGN KEY (buyer_id) REFERENCES silver_private.users NOT ENFORCED
);

COMMENT ON COLUMN silver_private.transactions.lines IS 'What buyer and seller pay, line by line, as JSON with amounts as text.';
COMMENT ON COLUMN silver_private.transactions.tax_positions IS 'Where buyer and seller were for tax when it was sold, as JSON.';
COMMENT ON COLUMN silver_private.transactions.lapsed_at IS 'When the sale, never paid, made room for another one.';
COMMENT ON COLUMN silver_private.transactions.completed_at IS 'When the seller was paid out; NULL again if the payout was returned.';

CREATE INDEX transactions_buyer ON silver_private.transactions (buyer_id, sold_at, auction_id);
CREATE INDEX transactions_seller ON silver_private.transactions (seller_id, sold_at, auction_id);
CREATE INDEX transactions_sold ON silver_private.transactions (sold_at, auction_id);

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

-- Lots of hall sales and past online auctions, from files (docs/adr/0066). One row a lot; a correction takes the place of the row. They
-- are no auctions of this house's own: nobody bid here, so no bids, prices or payments are made up for them.
CREATE TABLE silver_private.hall_results (
  hall_result_id uuid        PRIMARY KEY,
  revision       bigint      NOT NULL,
  venue          text        NOT NULL CHECK (venue IN ('hall', 'online')),
  sale           text        NOT NULL,
  lot_number     text        NOT NULL,
  title          text        NOT NULL,
  description    text        NOT NULL,
  category       text        NOT NULL,
  currency       text        NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
  low_estimate   bigint      NULL CHECK (low_estimate > 0),
  high_estimate  bigint      NULL CHECK (high_estimate >= low_estimate),
  starting_price bigint      NULL CHECK (starting_price > 0),
  reserve_price  bigint      NULL CHECK (reserve_price > 0),
  outcome        text        NOT NULL CHECK (outcome IN ('sold', 'passed', 'withdrawn')),
  final_price    bigint      NULL CHECK (final_price > 0),
  price_kind     text        NULL CHECK (price_kind IN ('hammer', 'with-premium')),
  buyer_id       uuid        NULL,
  buyer_key      uuid        NULL,
  paddle         text        NULL,
  seller_id      uuid        NULL,
  held_at        timestamptz NOT NULL,
  recorded_at    timestamptz NOT NULL,
  source_file    text        NOT NULL,
  source_line    integer     NOT NULL CHECK (source_line > 0),
  CHECK ((outcome = 'sold') = (final_price IS NOT NULL)),
  CHECK ((final_price IS NULL) = (price_kind IS NULL)),
  CHECK (outcome = 'sold' OR (buyer_id IS NULL AND buyer_key IS NULL AND paddle IS NULL)),
  FOREIGN KEY (buyer_id) REFERENCES silver_private.users NOT ENFORCED,
  FOREIGN KEY (seller_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON TABLE silver_private.hall_results IS 'Lots of hall sales and past online auctions, and what became of them.';
COMMENT ON COLUMN silver_private.hall_results.reserve_price IS 'Secret.';

CREATE INDEX hall_results_held ON silver_private.hall_results (held_at, hall_result_id);

-- Their bids, as far as a file has them. Those of a result that was corrected are gone with it.
CREATE TABLE silver_private.hall_bids (
  hall_result_id uuid        NOT NULL,
  revision       bigint      NOT NULL,
  bid_number     integer     NOT NULL CHECK (bid_number > 0),
  bid_type       text        NOT NULL CHECK (bid_type IN ('commission', 'online')),
  bidder_id      uuid        NULL,
  bidder_key     uuid        NULL,
  paddle         text        NULL,
  price          bigint      NULL CHECK (price > 0),
  maximum        bigint      NULL CHECK (maximum > 0),
  placed_at      timestamptz NULL,
  PRIMARY KEY (hall_result_id, bid_number),
  FOREIGN KEY (hall_result_id) REFERENCES silver_private.hall_results,
  FOREIGN KEY (bidder_id) REFERENCES silver_private.users NOT ENFORCED
);
COMMENT ON TABLE silver_private.hall_bids IS 'Bids on lots of hall sales and in past online auctions.';
COMMENT ON COLUMN silver_private.hall_bids.maximum IS 'Secret.';

CREATE VIEW silver.users AS
SELECT user_id, rating, is_verified, status, registered_at, erased_at
FROM silver_private.users;
COMMENT ON VIEW silver.users IS 'Accounts. Username, e-mail and name are encrypted; the API shows the username to everybody and the rest to their owner.';

-- `status` says what an auction is to people at the time of asking: nothing happens in the journal when bidding begins that
-- the clock does not say sooner. `recorded_status` is what is on record, and has an index.
CREATE VIEW silver.auctions AS
SELECT
  l.auction_id, l.seller_id, l.title, l.description, l.category, l.format, l.currency,
  CASE WHEN s.status = 'open' AND l.opens_at > now() THEN 'upcoming' ELSE s.status END AS status,
  l.starting_price, s.current_price, s.minimum_next_bid, s.leader_id, s.leading_bid, s.bid_count,
  l.reserve_price IS NOT NULL AS has_reserve, s.reserve_met, l.buy_now_price,
  l.listed_at, l.opens_at, s.closes_at, l.scheduled_closes_at, s.extensions, s.closed_at, s.end_reason, s.revision,
  l.relist_of, s.relisted_as, s.status AS recorded_status, l.retraction, l.photos, s.calling, l.details
FROM silver_private.listings l
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.auctions IS 'One row an auction, as it stands. Prices in minor units of its currency. While an auction of a sealed format is open, current_price and minimum_next_bid are its starting price, nobody leads, and reserve_met says no more than whether there is a reserve.';
COMMENT ON COLUMN silver.auctions.status IS 'upcoming before opens_at, open from then on, sold, passed, cancelled or withdrawn.';
COMMENT ON COLUMN silver.auctions.closes_at IS 'When bidding ends as planned now; a soft close moves it. closed_at is when it did end. Of a hall lot, which a clerk ends: when it lapses if nobody does.';
COMMENT ON COLUMN silver.auctions.leading_bid IS 'The number of the bid that would win now, or has won.';
COMMENT ON COLUMN silver.auctions.bid_count IS 'Bids that count. In a sealed auction each bidder has one, so it is how many bid.';
COMMENT ON COLUMN silver.auctions.end_reason IS 'Why it was not sold: NoBids or ReserveNotMet when passed, the words of whoever cancelled or withdrew it.';
COMMENT ON COLUMN silver.auctions.recorded_status IS 'status, but open from the listing on.';
COMMENT ON COLUMN silver.auctions.photos IS 'Photos of the item, the first one shown first. Their files are in the object store.';
COMMENT ON COLUMN silver.auctions.details IS 'What the catalogue says beside the description, as JSON: conditionReport, provenance, shippingNotes, dimensions, weight. NULL for nothing. In item_details as columns.';
COMMENT ON COLUMN silver.auctions.calling IS 'Of a hall lot: waiting until a clerk opens it, called, or fair-warning when the hammer is about to fall; then minimum_next_bid is the asking price. NULL in other formats.';
COMMENT ON COLUMN silver.auctions.retraction IS 'Whether bids may be taken back: by-request (staff decide), ebay (by eBay''s time rule, once a bidder) or never.';

CREATE VIEW silver.items AS
SELECT
  l.auction_id AS item_id, l.seller_id, l.title, l.description, l.category, l.currency,
  l.starting_price AS start_price, s.current_price,
  CASE WHEN s.status = 'open' AND l.opens_at > now() THEN 'upcoming' ELSE s.status END AS status,
  l.listed_at
FROM silver_private.listings l
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.items IS 'The things sold. Every item has one auction, and its id.';

-- `bid_amount` of a sealed bid is filled in for the bid that won, once the auction is sold: the hammer price. No other amount
-- of a sealed auction ever shows.
CREATE VIEW silver.bids AS
SELECT
  b.auction_id || '-' || b.bid_number AS bid_id,
  b.auction_id, b.bid_number, b.bidder_id,
  COALESCE(b.bid_amount, CASE WHEN b.bid_number = s.leading_bid AND s.status = 'sold' THEN s.current_price END)
    AS bid_amount,
  l.currency, b.bid_type, b.placed_at,
  b.bid_number IS NOT DISTINCT FROM s.leading_bid AND s.status IN ('open', 'sold') AS is_winning,
  b.retracted_at IS NOT NULL AS is_retracted, b.retracted_at, b.retraction_reason, f.score AS fraud_score,
  b.replaced_by IS NOT NULL AS is_replaced, b.voided_at IS NOT NULL AS is_voided, b.voided_at
FROM silver_private.bids b
JOIN silver_private.listings l USING (auction_id)
JOIN silver_private.standings s USING (auction_id)
LEFT JOIN fraud.scores f USING (auction_id, bid_number);
COMMENT ON VIEW silver.bids IS 'Accepted bids, retracted, voided and replaced ones included.';
COMMENT ON COLUMN silver.bids.bid_amount IS 'The visible price after that bid, in minor units. NULL for a bid in a sealed auction; that of the winning one is the hammer price once it is sold. The bidder''s own maximum or sealed amount is secret.';
COMMENT ON COLUMN silver.bids.is_winning IS 'Leads an open auction, or has won a sold one.';
COMMENT ON COLUMN silver.bids.fraud_score IS 'From 0 to 1; above 0.5 is flagged (docs/fraud.md). NULL while unscored.';
COMMENT ON COLUMN silver.bids.is_replaced IS 'Another bid of the same bidder took its place in a sealed auction.';
COMMENT ON COLUMN silver.bids.is_voided IS 'Taken out by staff or the house.';

CREATE VIEW silver.fraud_signals AS
SELECT
  f.auction_id || '-' || f.bid_number AS bid_id,
  f.auction_id, f.bid_number, f.seller_id, f.bidder_id, f.score, f.score > 0.5 AS is_flagged,
  f.factors[1:3] AS reasons, f.unusual_increment, f.snipe, f.model_version
FROM fraud.scores f;
COMMENT ON VIEW silver.fraud_signals IS 'The fraud score of each accepted bid and what it rests on (docs/fraud.md). A score is a reason to look, never a verdict.';
COMMENT ON COLUMN silver.fraud_signals.bid_id IS 'As in silver.bids.';
COMMENT ON COLUMN silver.fraud_signals.auction_id IS 'The auction of the bid.';
COMMENT ON COLUMN silver.fraud_signals.bid_number IS 'The number of the bid in its auction.';
COMMENT ON COLUMN silver.fraud_signals.seller_id IS 'Who sells in that auction.';
COMMENT ON COLUMN silver.fraud_signals.bidder_id IS 'Who placed the bid.';
COMMENT ON COLUMN silver.fraud_signals.score IS 'From 0 to 1, by a logistic of the factors.';
COMMENT ON COLUMN silver.fraud_signals.is_flagged IS 'Whether the score is above 0.5, the threshold that the model was budgeted for.';
COMMENT ON COLUMN silver.fraud_signals.reasons IS 'The names of at most three factors that add most to the score, the largest first.';
COMMENT ON COLUMN silver.fraud_signals.unusual_increment IS 'The visible price rose by more than half with this bid. A signal only: of real bids one in thirteen does so.';
COMMENT ON COLUMN silver.fraud_signals.snipe IS 'Placed in the last five minutes. A signal only: late bidding is a sound strategy.';
COMMENT ON COLUMN silver.fraud_signals.model_version IS 'The version of the model that gave the score.';

CREATE VIEW silver.price_history AS
SELECT auction_id, revision, placed_at AS changed_at, bid_amount AS price, 'bid' AS cause, bid_number
FROM silver_private.bids
WHERE bid_amount IS NOT NULL
UNION ALL
SELECT auction_id, retraction_revision, retracted_at, price_after_retraction, 'retraction', bid_number
FROM silver_private.bids
WHERE retracted_at IS NOT NULL AND price_after_retraction IS NOT NULL
UNION ALL
SELECT auction_id, void_revision, voided_at, price_after_void, 'voiding', bid_number
FROM silver_private.bids
WHERE voided_at IS NOT NULL AND price_after_void IS NOT NULL;
COMMENT ON VIEW silver.price_history IS 'The visible price after every bid, retraction and voiding; in order of revision within an auction. Sealed auctions have none: their price comes to be with the sale.';

CREATE VIEW silver.retraction_requests AS
SELECT
  r.auction_id || '-' || r.bid_number AS request_id, r.auction_id, r.bid_number, r.bidder_id, r.reason,
  CASE
    WHEN r.status <> 'pending' THEN r.status
    WHEN s.status <> 'open' OR b.retracted_at IS NOT NULL OR b.voided_at IS NOT NULL OR b.replaced_by IS NOT NULL
      THEN 'lapsed'
    ELSE 'pending'
  END AS status,
  r.requested_at, r.answered_at, r.answered_by, s.closes_at
FROM silver_private.retraction_requests r
JOIN silver_private.bids b USING (auction_id, bid_number)
JOIN silver_private.standings s ON s.auction_id = r.auction_id;
COMMENT ON VIEW silver.retraction_requests IS 'What bidders have asked of staff: to take a bid back. lapsed: the auction ended, or the bid counted no longer, before anybody answered.';

-- A later transaction needs an id of its own: a UUID of version 8 made of the auction's id and the number.
CREATE VIEW silver.transactions AS
SELECT
  CASE WHEN transaction_number = 1 THEN auction_id
    ELSE overlay(overlay(md5(auction_id || '-' || transaction_number) PLACING '8' FROM 13) PLACING '8' FROM 17)::uuid
  END AS txn_id,
  auction_id, seller_id, buyer_id, via, final_price, buyers_premium, tax, amount_due, platform_fee,
  seller_proceeds, currency, completed_at IS NOT NULL AS is_completed, sold_at, completed_at,
  transaction_number, payment_status, payment_due_at, paid_at, refunded_at, failed_payments,
  money_in, money_out, money_in - money_out AS money_held, lapsed_at
FROM silver_private.transactions;
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

CREATE VIEW silver.rejected_bids AS
SELECT
  auction_id || '-r' || revision AS rejection_id, auction_id, bidder_id, reason, refused_count, minimum_next_bid,
  judged_at_revision, first_at, rejected_at
FROM silver_private.refused_bids;
COMMENT ON VIEW silver.rejected_bids IS 'Refused bids, without their amounts. A flood within a minute is one row with its count: commands of one person on the auction, bids or not.';
COMMENT ON COLUMN silver.rejected_bids.judged_at_revision IS 'The auction''s revision that the refusal rests on; -1 for an auction never listed, NULL for a flood, whose bids nobody judged.';

CREATE VIEW silver.hall_results AS
SELECT
  hall_result_id, venue, sale, lot_number, title, description, category, outcome AS status, currency, low_estimate,
  high_estimate, starting_price, reserve_price IS NOT NULL AS has_reserve, final_price, price_kind, buyer_id, buyer_key, paddle, seller_id, held_at, recorded_at,
  revision > 0 AS is_corrected, source_file, source_line
FROM silver_private.hall_results;
COMMENT ON VIEW silver.hall_results IS 'One row a lot of a hall sale or a past online auction, from files. Amounts in minor units of its currency.';
COMMENT ON COLUMN silver.hall_results.hall_result_id IS 'Made of what names the lot in the house''s files.';
COMMENT ON COLUMN silver.hall_results.venue IS 'hall: sold in a room. online: an online auction of another time or house.';
COMMENT ON COLUMN silver.hall_results.starting_price IS 'Of an online auction, in minor units; NULL where it is not told.';
COMMENT ON COLUMN silver.hall_results.buyer_key IS 'The buyer of an online auction, where the file names a bidder of its own: a pseudonym, the same as hall_bids.bidder_key.';
COMMENT ON COLUMN silver.hall_results.sale IS 'The sale''s name or number in the house.';
COMMENT ON COLUMN silver.hall_results.lot_number IS 'As printed in the catalogue: 422A is one, too.';
COMMENT ON COLUMN silver.hall_results.title IS 'Title of the lot.';
COMMENT ON COLUMN silver.hall_results.description IS 'What else the file tells of the lot.';
COMMENT ON COLUMN silver.hall_results.category IS 'Category of the lot.';
COMMENT ON COLUMN silver.hall_results.status IS 'sold, passed or withdrawn.';
COMMENT ON COLUMN silver.hall_results.has_reserve IS 'Whether the file tells of a reserve. The reserve itself is secret.';
COMMENT ON COLUMN silver.hall_results.price_kind IS 'hammer: the hammer price. with-premium: hammer price and buyer''s premium together. Never add up one with the other.';
COMMENT ON COLUMN silver.hall_results.paddle IS 'The number under which the buyer bid in the hall.';
COMMENT ON COLUMN silver.hall_results.held_at IS 'When the lot was called, or the auction closed; 00:00 UTC of the day where only the day is known. Count by it, not by recorded_at.';
COMMENT ON COLUMN silver.hall_results.recorded_at IS 'When the result was taken in.';
COMMENT ON COLUMN silver.hall_results.is_corrected IS 'The row took the place of an earlier one.';
COMMENT ON COLUMN silver.hall_results.source_file IS 'The file that the result was read from.';
COMMENT ON COLUMN silver.hall_results.source_line IS 'The line on which its row begins, from 1.';

CREATE VIEW silver.hall_bids AS
SELECT
  hall_result_id, bid_number, bid_type, bidder_id, bidder_key, paddle, price, maximum IS NOT NULL AS has_maximum, placed_at
FROM silver_private.hall_bids;
COMMENT ON VIEW silver.hall_bids IS 'Bids on lots of hall sales and in past online auctions, as far as a file has them. Amounts in minor units of the lot''s currency.';
COMMENT ON COLUMN silver.hall_bids.hall_result_id IS 'Refers to hall_results.hall_result_id.';
COMMENT ON COLUMN silver.hall_bids.bid_number IS 'In the order of the file, from 1.';
COMMENT ON COLUMN silver.hall_bids.bid_type IS 'commission: left with the house before the sale. online: placed in the online auction.';
COMMENT ON COLUMN silver.hall_bids.bidder_id IS 'The bidder''s account, where the file names one. Refers to users.user_id.';
COMMENT ON COLUMN silver.hall_bids.bidder_key IS 'The bidder, where the file names one of its own: a pseudonym, the same in all files of a profile.';
COMMENT ON COLUMN silver.hall_bids.paddle IS 'The number under which the bidder was known in this sale.';
COMMENT ON COLUMN silver.hall_bids.price IS 'What everybody saw; NULL for commission bids, and where a file tells maxima.';
COMMENT ON COLUMN silver.hall_bids.has_maximum IS 'Whether the file tells a maximum. The maximum itself is secret.';
COMMENT ON COLUMN silver.hall_bids.placed_at IS 'When; NULL where it is not told.';

-- Lots sold in halls beside those of auctions, one row each. What is not known of a lot in a hall is NULL.
CREATE VIEW silver.all_purchases AS
SELECT
  'auction' AS sold_in, t.txn_id AS purchase_id, t.seller_id, t.buyer_id, l.title, l.category, t.currency,
  t.final_price AS hammer_price, t.final_price + t.buyers_premium AS price_with_premium, t.sold_at
FROM silver.transactions t
JOIN silver_private.listings l USING (auction_id)
WHERE t.payment_status NOT IN ('lapsed', 'refunded')
UNION ALL
SELECT
  venue, hall_result_id, seller_id, buyer_id, title, category, currency,
  CASE price_kind WHEN 'hammer' THEN final_price END, CASE price_kind WHEN 'with-premium' THEN final_price END, held_at
FROM silver_private.hall_results
WHERE outcome = 'sold';
COMMENT ON VIEW silver.all_purchases IS 'Purchases in auctions (but lapsed and refunded ones), in halls and in past online auctions, one row each, in minor units. A hall''s file tells the hammer price or the price with premium; the other is NULL.';

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
