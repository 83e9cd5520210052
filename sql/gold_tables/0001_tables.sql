-- Gold as PostgreSQL tables: what `gavel gold run` makes of Bronze (docs/gold.md). Columns and comments are those that the
-- files under sql/gold say; test/batch/gold/gold-tables.it.test.ts compares them. Amounts are whole minor units.

CREATE SCHEMA gold;
COMMENT ON SCHEMA gold IS 'Answers by business question, made of the archive nightly. People have pseudonyms.';

CREATE TABLE gold.runs (
  run_id          uuid        PRIMARY KEY,
  started_at      timestamptz NOT NULL,
  finished_at     timestamptz NOT NULL,
  outcome         text        NOT NULL CHECK (outcome IN ('published', 'unchanged', 'failed')),
  tables          text[]      NOT NULL,
  first_day       date        NULL,
  last_day        date        NULL,
  cut             numeric     NULL,
  parts           bigint      NULL,
  manifest_sha256 text        NULL,
  events          bigint      NULL,
  unreadable      bigint      NULL,
  code_version    text        NOT NULL,
  row_counts      jsonb       NULL,
  problem         text        NULL,
  CHECK ((outcome = 'failed') = (problem IS NOT NULL))
);
COMMENT ON TABLE gold.runs IS 'The lineage of Gold: one row a run, failed ones included.';
COMMENT ON COLUMN gold.runs.run_id IS 'The run.';
COMMENT ON COLUMN gold.runs.started_at IS 'When it began, UTC.';
COMMENT ON COLUMN gold.runs.finished_at IS 'When it ended, UTC.';
COMMENT ON COLUMN gold.runs.tables IS 'Tables that were asked for.';
COMMENT ON COLUMN gold.runs.outcome IS 'published (some row is new), unchanged (the rows were there already) or failed (the tables stayed as they were).';
COMMENT ON COLUMN gold.runs.first_day IS 'The first day that was computed, UTC; NULL if there was none to compute, or the run failed before it knew.';
COMMENT ON COLUMN gold.runs.last_day IS 'The last day that was computed, UTC.';
COMMENT ON COLUMN gold.runs.cut IS 'The position of the last event of the archive as it was read.';
COMMENT ON COLUMN gold.runs.parts IS 'Manifests 1 to this one were read.';
COMMENT ON COLUMN gold.runs.manifest_sha256 IS 'SHA-256 of the last of them, which vouches for those before.';
COMMENT ON COLUMN gold.runs.events IS 'Events in these parts.';
COMMENT ON COLUMN gold.runs.unreadable IS 'Events among them whose text is withheld or damaged, and that no figure counts.';
COMMENT ON COLUMN gold.runs.code_version IS 'Version of Gavel, and a hash of the SQL and the thresholds.';
COMMENT ON COLUMN gold.runs.row_counts IS 'Rows of each table that was computed.';
COMMENT ON COLUMN gold.runs.problem IS 'Why the run failed; NULL if it did not.';
CREATE INDEX runs_started ON gold.runs (started_at);

CREATE TABLE gold.versions (
  table_name   text    PRIMARY KEY,
  run_id       uuid    NOT NULL REFERENCES gold.runs,
  cut          numeric NOT NULL,
  code_version text    NOT NULL,
  object_key   text    NOT NULL,
  sha256       text    NOT NULL,
  bytes        bigint  NOT NULL,
  row_count    bigint  NOT NULL
);
COMMENT ON TABLE gold.versions IS 'The Parquet file in the object store that each table is equal to, and the run that made it.';
COMMENT ON COLUMN gold.versions.table_name IS 'One of the tables of this schema.';
COMMENT ON COLUMN gold.versions.run_id IS 'The run that made it. Refers to runs.run_id.';
COMMENT ON COLUMN gold.versions.cut IS 'The position of the last event that it counts.';
COMMENT ON COLUMN gold.versions.code_version IS 'A hash of the SQL and the thresholds that made it.';
COMMENT ON COLUMN gold.versions.object_key IS 'The file''s key in the object store.';
COMMENT ON COLUMN gold.versions.sha256 IS 'SHA-256 of the file.';
COMMENT ON COLUMN gold.versions.bytes IS 'Bytes of the file.';
COMMENT ON COLUMN gold.versions.row_count IS 'Rows of the table.';

CREATE TABLE gold.daily_revenue (
  day date NOT NULL,
  currency text NOT NULL,
  sales bigint NOT NULL,
  second_chance_sales bigint NOT NULL,
  hammer_price numeric NOT NULL,
  buyers_premium numeric NOT NULL,
  tax numeric NOT NULL,
  amount_due numeric NOT NULL,
  platform_fee numeric NOT NULL,
  seller_proceeds numeric NOT NULL,
  house_income numeric NOT NULL,
  lapsed_sales bigint NOT NULL,
  lapsed_hammer_price numeric NOT NULL,
  lapsed_house_income numeric NOT NULL,
  refunds bigint NOT NULL,
  refunded_hammer_price numeric NOT NULL,
  refunded_house_income numeric NOT NULL,
  net_hammer_price numeric NOT NULL,
  net_house_income numeric NOT NULL,
  paid_in numeric NOT NULL,
  refunded numeric NOT NULL,
  paid_out numeric NOT NULL,
  payouts_returned numeric NOT NULL,
  net_cash numeric NOT NULL,
  hall_sales bigint NOT NULL,
  hall_hammer_price numeric NOT NULL,
  hall_price_with_premium numeric NOT NULL,
  PRIMARY KEY (day, currency)
);
COMMENT ON TABLE gold.daily_revenue IS 'what was sold, taken back and paid on a UTC day, a row for each day and currency from the currency''s first listing or hall sale on. A sale counts on the day it was made; if it lapses unpaid or is refunded, that counts on the day of the lapse or refund. Amounts are whole minor units (cents) of the row''s currency.';
COMMENT ON COLUMN gold.daily_revenue.day IS 'UTC day';
COMMENT ON COLUMN gold.daily_revenue.currency IS 'ISO 4217 code; refers to currencies.code';
COMMENT ON COLUMN gold.daily_revenue.sales IS 'sales made on the day: hammer, Buy It Now and second chances taken';
COMMENT ON COLUMN gold.daily_revenue.second_chance_sales IS 'those of them that are second chances taken';
COMMENT ON COLUMN gold.daily_revenue.hammer_price IS 'sum of the sales'' hammer prices';
COMMENT ON COLUMN gold.daily_revenue.buyers_premium IS 'sum of the buyers'' premiums of these sales';
COMMENT ON COLUMN gold.daily_revenue.tax IS 'sum of the taxes of these sales';
COMMENT ON COLUMN gold.daily_revenue.amount_due IS 'hammer_price + buyers_premium + tax';
COMMENT ON COLUMN gold.daily_revenue.platform_fee IS 'sum of the fees that sellers pay for these sales';
COMMENT ON COLUMN gold.daily_revenue.seller_proceeds IS 'hammer_price - platform_fee - the tax on that fee';
COMMENT ON COLUMN gold.daily_revenue.house_income IS 'buyers_premium + platform_fee';
COMMENT ON COLUMN gold.daily_revenue.lapsed_sales IS 'sales of any day, never paid, whose place a second chance or a relisting took on the day';
COMMENT ON COLUMN gold.daily_revenue.lapsed_hammer_price IS 'sum of their hammer prices';
COMMENT ON COLUMN gold.daily_revenue.lapsed_house_income IS 'sum of their buyers'' premiums and platform fees';
COMMENT ON COLUMN gold.daily_revenue.refunds IS 'sales of any day whose buyer had all the money back on the day; a part refund is none';
COMMENT ON COLUMN gold.daily_revenue.refunded_hammer_price IS 'sum of their hammer prices';
COMMENT ON COLUMN gold.daily_revenue.refunded_house_income IS 'sum of their buyers'' premiums and platform fees';
COMMENT ON COLUMN gold.daily_revenue.net_hammer_price IS 'hammer_price - lapsed_hammer_price - refunded_hammer_price';
COMMENT ON COLUMN gold.daily_revenue.net_house_income IS 'house_income - lapsed_house_income - refunded_house_income';
COMMENT ON COLUMN gold.daily_revenue.paid_in IS 'payments of buyers received on the day';
COMMENT ON COLUMN gold.daily_revenue.refunded IS 'paid back to buyers on the day, parts included';
COMMENT ON COLUMN gold.daily_revenue.paid_out IS 'paid out to sellers on the day';
COMMENT ON COLUMN gold.daily_revenue.payouts_returned IS 'paid back by sellers on the day';
COMMENT ON COLUMN gold.daily_revenue.net_cash IS 'paid_in + payouts_returned - refunded - paid_out';
COMMENT ON COLUMN gold.daily_revenue.hall_sales IS 'lots sold in halls on the day, and past online auctions, by files; no other column counts them';
COMMENT ON COLUMN gold.daily_revenue.hall_hammer_price IS 'sum of their prices where the file tells hammer prices';
COMMENT ON COLUMN gold.daily_revenue.hall_price_with_premium IS 'sum of their prices where the file tells prices with premium; never to be added to the other';

CREATE TABLE gold.auction_performance (
  auction_id uuid NOT NULL,
  sold_in text NOT NULL,
  seller_id uuid NULL,
  seller text NULL,
  title text NOT NULL,
  category text NOT NULL,
  format text NOT NULL,
  currency text NOT NULL,
  listed_at timestamptz NULL,
  opens_at timestamptz NULL,
  ended_at timestamptz NULL,
  outcome text NOT NULL,
  passed_reason text NULL,
  relisted_as uuid NULL,
  starting_price bigint NULL,
  sold_via text NULL,
  hammer_price bigint NULL,
  price_with_premium bigint NULL,
  price_lift_bp bigint NULL,
  bids bigint NULL,
  bidders bigint NULL,
  bids_retracted bigint NULL,
  bids_voided bigint NULL,
  bids_replaced bigint NULL,
  bids_last_minute bigint NULL,
  extensions bigint NULL,
  first_bid_at timestamptz NULL,
  last_bid_at timestamptz NULL,
  payment_status text NULL,
  paid_at timestamptz NULL,
  payment_ms bigint NULL,
  PRIMARY KEY (auction_id)
);
COMMENT ON TABLE gold.auction_performance IS 'how each auction went, as far as the archive tells, and each lot of a hall sale and each past online auction by files, of which no payments are known. Amounts are whole minor units (cents) of the row''s currency.';
COMMENT ON COLUMN gold.auction_performance.auction_id IS 'the auction, or what a file tells of; refers to auctions.auction_id or hall_results.hall_result_id';
COMMENT ON COLUMN gold.auction_performance.sold_in IS 'auction (of this house), hall, or online (a past auction that a file tells of)';
COMMENT ON COLUMN gold.auction_performance.seller_id IS 'the seller''s id; NULL where a hall''s file names none; refers to users.user_id';
COMMENT ON COLUMN gold.auction_performance.seller IS 'the seller''s pseudonym, for reports without names; NULL as seller_id';
COMMENT ON COLUMN gold.auction_performance.title IS 'the item''s title';
COMMENT ON COLUMN gold.auction_performance.category IS 'the item''s category';
COMMENT ON COLUMN gold.auction_performance.format IS 'english, sealed-first-price, vickrey or hall; of what a file tells, hall or online';
COMMENT ON COLUMN gold.auction_performance.currency IS 'ISO 4217 code; refers to currencies.code';
COMMENT ON COLUMN gold.auction_performance.listed_at IS 'when it was listed, UTC; NULL for what a file tells of';
COMMENT ON COLUMN gold.auction_performance.opens_at IS 'when bidding begins or began, UTC; NULL for what a file tells of';
COMMENT ON COLUMN gold.auction_performance.ended_at IS 'when it ended, of a hall''s lot when it was called, UTC; NULL while it has not';
COMMENT ON COLUMN gold.auction_performance.outcome IS 'open (not ended), sold, passed, cancelled or withdrawn';
COMMENT ON COLUMN gold.auction_performance.passed_reason IS 'NoBids or ReserveNotMet for a passed auction; else NULL';
COMMENT ON COLUMN gold.auction_performance.relisted_as IS 'the auction in which the item is up again, after it passed or its sale came to nothing; else NULL; refers to auctions.auction_id';
COMMENT ON COLUMN gold.auction_performance.starting_price IS 'the first acceptable bid; NULL for a hall''s lot, and where no file tells it';
COMMENT ON COLUMN gold.auction_performance.sold_via IS 'Hammer, BuyNow, SecondChance, or Hall or Online by a file, for the sale that stands; NULL without one';
COMMENT ON COLUMN gold.auction_performance.hammer_price IS 'of the sale that stands, be it a second chance; NULL without one, and where a hall''s file tells only the price with premium';
COMMENT ON COLUMN gold.auction_performance.price_with_premium IS 'hammer price and buyer''s premium of that sale; NULL without one, and where a hall''s file tells only the hammer price';
COMMENT ON COLUMN gold.auction_performance.price_lift_bp IS '(hammer_price - starting_price) / starting_price in basis points, rounded down; NULL without either';
COMMENT ON COLUMN gold.auction_performance.bids IS 'bids accepted, those taken out later included; of a past online auction those in its file; NULL for a hall''s lot';
COMMENT ON COLUMN gold.auction_performance.bidders IS 'different people among them; NULL for a hall''s lot, and where a file does not name all';
COMMENT ON COLUMN gold.auction_performance.bids_retracted IS 'bids that their bidders took back; NULL for what a file tells of';
COMMENT ON COLUMN gold.auction_performance.bids_voided IS 'bids that staff or the house took out; NULL for what a file tells of';
COMMENT ON COLUMN gold.auction_performance.bids_replaced IS 'bids of a sealed auction that a later one of the same bidder took the place of; NULL for what a file tells of';
COMMENT ON COLUMN gold.auction_performance.bids_last_minute IS 'bids in the last minute before the close as it was then (bid type snipe); NULL for what a file tells of';
COMMENT ON COLUMN gold.auction_performance.extensions IS 'times that a soft close moved the close; NULL for what a file tells of';
COMMENT ON COLUMN gold.auction_performance.first_bid_at IS 'the first accepted bid, UTC; NULL without any';
COMMENT ON COLUMN gold.auction_performance.last_bid_at IS 'the last accepted bid, UTC; NULL without any';
COMMENT ON COLUMN gold.auction_performance.payment_status IS 'of the sale that stands: unpaid, paid, settled (the seller was paid out) or refunded; NULL without one';
COMMENT ON COLUMN gold.auction_performance.paid_at IS 'when the sale that stands was paid, UTC; NULL unless it was';
COMMENT ON COLUMN gold.auction_performance.payment_ms IS 'milliseconds from that sale to its payment; NULL unless it was paid';

CREATE TABLE gold.bidder_analytics (
  bidder_id uuid NOT NULL,
  bidder text NOT NULL,
  currency text NOT NULL,
  segment text NOT NULL,
  bids bigint NOT NULL,
  bids_removed bigint NOT NULL,
  bids_last_minute bigint NOT NULL,
  auctions bigint NOT NULL,
  ended_auctions bigint NOT NULL,
  wins bigint NOT NULL,
  win_rate_bp bigint NULL,
  hammer_price numeric NOT NULL,
  amount_due numeric NOT NULL,
  lapsed_sales bigint NOT NULL,
  paid_in numeric NOT NULL,
  refunded numeric NOT NULL,
  hall_bids bigint NOT NULL,
  hall_lots bigint NOT NULL,
  hall_wins bigint NOT NULL,
  hall_hammer_price numeric NOT NULL,
  hall_price_with_premium numeric NOT NULL,
  first_bid_at timestamptz NULL,
  last_bid_at timestamptz NULL,
  PRIMARY KEY (bidder_id, currency)
);
COMMENT ON TABLE gold.bidder_analytics IS 'what each bidder has done, a row for each bidder and currency. Amounts are whole minor units (cents) of the row''s currency; the segment looks at all currencies together.';
COMMENT ON COLUMN gold.bidder_analytics.bidder_id IS 'the bidder''s id; refers to users.user_id; of a bidder whom only files of past auctions name, hall_bids.bidder_key';
COMMENT ON COLUMN gold.bidder_analytics.bidder IS 'the bidder''s pseudonym, for reports without names';
COMMENT ON COLUMN gold.bidder_analytics.currency IS 'ISO 4217 code; refers to currencies.code';
COMMENT ON COLUMN gold.bidder_analytics.segment IS 'power, new, active or casual: the first that fits (config/gold.json); counted back from the archive''s last day';
COMMENT ON COLUMN gold.bidder_analytics.bids IS 'bids accepted, those taken out later included';
COMMENT ON COLUMN gold.bidder_analytics.bids_removed IS 'those of them that were retracted or voided later';
COMMENT ON COLUMN gold.bidder_analytics.bids_last_minute IS 'bids in the last minute before a close (bid type snipe)';
COMMENT ON COLUMN gold.bidder_analytics.auctions IS 'auctions with a bid of this bidder';
COMMENT ON COLUMN gold.bidder_analytics.ended_auctions IS 'those of them that were sold, passed or withdrawn';
COMMENT ON COLUMN gold.bidder_analytics.wins IS 'sales to this bidder that stand, second chances taken included';
COMMENT ON COLUMN gold.bidder_analytics.win_rate_bp IS 'wins / ended_auctions in basis points, rounded down; NULL without an ended auction';
COMMENT ON COLUMN gold.bidder_analytics.hammer_price IS 'sum of the hammer prices of these sales';
COMMENT ON COLUMN gold.bidder_analytics.amount_due IS 'sum of what was due for these sales, premium and tax included';
COMMENT ON COLUMN gold.bidder_analytics.lapsed_sales IS 'sales that this bidder never paid and that have lapsed';
COMMENT ON COLUMN gold.bidder_analytics.paid_in IS 'paid by this bidder';
COMMENT ON COLUMN gold.bidder_analytics.refunded IS 'paid back to this bidder';
COMMENT ON COLUMN gold.bidder_analytics.hall_bids IS 'bids in hall sales and past online auctions whose files name the bidder; no other column counts them';
COMMENT ON COLUMN gold.bidder_analytics.hall_lots IS 'lots and auctions with such a bid';
COMMENT ON COLUMN gold.bidder_analytics.hall_wins IS 'lots and auctions whose files name the bidder as the buyer';
COMMENT ON COLUMN gold.bidder_analytics.hall_hammer_price IS 'sum of their prices where the file tells hammer prices';
COMMENT ON COLUMN gold.bidder_analytics.hall_price_with_premium IS 'sum of their prices where the file tells prices with premium; never to be added to the other';
COMMENT ON COLUMN gold.bidder_analytics.first_bid_at IS 'the first bid in this currency, UTC; NULL without one in this house';
COMMENT ON COLUMN gold.bidder_analytics.last_bid_at IS 'the last bid in this currency, UTC; NULL without one in this house';

CREATE TABLE gold.seller_rankings (
  seller_id uuid NOT NULL,
  seller text NOT NULL,
  currency text NOT NULL,
  seller_rank bigint NOT NULL,
  tier text NOT NULL,
  listed bigint NOT NULL,
  ended bigint NOT NULL,
  sold bigint NOT NULL,
  conversion_bp bigint NOT NULL,
  hammer_price numeric NOT NULL,
  average_hammer_price numeric NULL,
  platform_fee numeric NOT NULL,
  seller_proceeds numeric NOT NULL,
  paid_out numeric NOT NULL,
  refunded_sales bigint NOT NULL,
  bids bigint NOT NULL,
  hall_lots bigint NOT NULL,
  hall_sold bigint NOT NULL,
  hall_hammer_price numeric NOT NULL,
  hall_price_with_premium numeric NOT NULL,
  PRIMARY KEY (seller_id, currency)
);
COMMENT ON TABLE gold.seller_rankings IS 'how sellers do, a row for each seller and currency. Amounts are whole minor units (cents) of the row''s currency.';
COMMENT ON COLUMN gold.seller_rankings.seller_id IS 'the seller''s id; refers to users.user_id';
COMMENT ON COLUMN gold.seller_rankings.seller IS 'the seller''s pseudonym, for reports without names';
COMMENT ON COLUMN gold.seller_rankings.currency IS 'ISO 4217 code; refers to currencies.code';
COMMENT ON COLUMN gold.seller_rankings.seller_rank IS '1 for the highest hammer_price of the currency; sellers with the same share a rank';
COMMENT ON COLUMN gold.seller_rankings.tier IS 'the best tier whose thresholds sold and conversion_bp reach (config/gold.json)';
COMMENT ON COLUMN gold.seller_rankings.listed IS 'auctions listed';
COMMENT ON COLUMN gold.seller_rankings.ended IS 'auctions that were sold, passed or withdrawn; cancelled ones never had a bid and do not count';
COMMENT ON COLUMN gold.seller_rankings.sold IS 'auctions with a sale that stands, be it a second chance';
COMMENT ON COLUMN gold.seller_rankings.conversion_bp IS 'sold / ended in basis points, rounded down; 0 before the first end';
COMMENT ON COLUMN gold.seller_rankings.hammer_price IS 'sum of the hammer prices of the sales that stand';
COMMENT ON COLUMN gold.seller_rankings.average_hammer_price IS 'hammer_price / sold, rounded down; NULL without a sale';
COMMENT ON COLUMN gold.seller_rankings.platform_fee IS 'sum of the fees of the sales that stand';
COMMENT ON COLUMN gold.seller_rankings.seller_proceeds IS 'hammer_price - platform_fee - the tax on that fee';
COMMENT ON COLUMN gold.seller_rankings.paid_out IS 'paid out to the seller, less what the seller has paid back';
COMMENT ON COLUMN gold.seller_rankings.refunded_sales IS 'sales that stand and whose buyer got the money back';
COMMENT ON COLUMN gold.seller_rankings.bids IS 'bids accepted in these auctions, those taken out later included';
COMMENT ON COLUMN gold.seller_rankings.hall_lots IS 'lots in hall sales, and past online auctions, whose files name the seller; no other column counts them';
COMMENT ON COLUMN gold.seller_rankings.hall_sold IS 'those of them that were sold';
COMMENT ON COLUMN gold.seller_rankings.hall_hammer_price IS 'sum of their prices where the file tells hammer prices';
COMMENT ON COLUMN gold.seller_rankings.hall_price_with_premium IS 'sum of their prices where the file tells prices with premium; never to be added to the other';

CREATE TABLE gold.hourly_activity (
  day date NOT NULL,
  hour integer NOT NULL,
  listings bigint NOT NULL,
  bids bigint NOT NULL,
  bidders bigint NOT NULL,
  bids_last_minute bigint NOT NULL,
  bids_removed bigint NOT NULL,
  extensions bigint NOT NULL,
  auctions_ended bigint NOT NULL,
  auctions_sold bigint NOT NULL,
  payments bigint NOT NULL,
  refusals bigint NOT NULL,
  registrations bigint NOT NULL,
  PRIMARY KEY (day, hour)
);
COMMENT ON TABLE gold.hourly_activity IS 'how busy the house was, a row for each hour of each UTC day from the first event to the last. Counts only; all currencies together.';
COMMENT ON COLUMN gold.hourly_activity.day IS 'UTC day';
COMMENT ON COLUMN gold.hourly_activity.hour IS '0 to 23, UTC';
COMMENT ON COLUMN gold.hourly_activity.listings IS 'auctions listed';
COMMENT ON COLUMN gold.hourly_activity.bids IS 'bids accepted';
COMMENT ON COLUMN gold.hourly_activity.bidders IS 'different people among them';
COMMENT ON COLUMN gold.hourly_activity.bids_last_minute IS 'bids in the last minute before a close (bid type snipe)';
COMMENT ON COLUMN gold.hourly_activity.bids_removed IS 'bids retracted or voided';
COMMENT ON COLUMN gold.hourly_activity.extensions IS 'times that a soft close moved a close';
COMMENT ON COLUMN gold.hourly_activity.auctions_ended IS 'auctions sold, passed, cancelled or withdrawn';
COMMENT ON COLUMN gold.hourly_activity.auctions_sold IS 'those sold';
COMMENT ON COLUMN gold.hourly_activity.payments IS 'payments received';
COMMENT ON COLUMN gold.hourly_activity.refusals IS 'commands refused, each of a flood counted';
COMMENT ON COLUMN gold.hourly_activity.registrations IS 'accounts opened';

CREATE TABLE gold.fraud_summary (
  day date NOT NULL,
  scored_bids bigint NOT NULL,
  flagged_bids bigint NOT NULL,
  flagged_bidders bigint NOT NULL,
  flagged_sellers bigint NOT NULL,
  flagged_auctions bigint NOT NULL,
  cases_opened bigint NOT NULL,
  cases_grown bigint NOT NULL,
  samples_drawn bigint NOT NULL,
  cases_confirmed bigint NOT NULL,
  cases_dismissed bigint NOT NULL,
  refusals bigint NOT NULL,
  model_version integer NULL,
  PRIMARY KEY (day)
);
COMMENT ON TABLE gold.fraud_summary IS 'what the fraud scorer and the trust desk made of each UTC day from the first event to the last, a row a day. Every day is scored by one model, whichever was in force then. A flagged bid is a reason to look, not a verdict.';
COMMENT ON COLUMN gold.fraud_summary.day IS 'UTC day';
COMMENT ON COLUMN gold.fraud_summary.scored_bids IS 'bids placed on the day and scored, sealed ones included';
COMMENT ON COLUMN gold.fraud_summary.flagged_bids IS 'bids whose score first rose above 0.5 on the day, be it when they were placed or when they were taken back';
COMMENT ON COLUMN gold.fraud_summary.flagged_bidders IS 'different people among them';
COMMENT ON COLUMN gold.fraud_summary.flagged_sellers IS 'different sellers of the auctions concerned';
COMMENT ON COLUMN gold.fraud_summary.flagged_auctions IS 'different auctions concerned';
COMMENT ON COLUMN gold.fraud_summary.cases_opened IS 'fraud cases opened, those opened again included';
COMMENT ON COLUMN gold.fraud_summary.cases_grown IS 'times that an open case got more evidence';
COMMENT ON COLUMN gold.fraud_summary.samples_drawn IS 'bidders without a flagged bid drawn for review';
COMMENT ON COLUMN gold.fraud_summary.cases_confirmed IS 'cases and samples that a person confirmed';
COMMENT ON COLUMN gold.fraud_summary.cases_dismissed IS 'cases and samples that a person dismissed';
COMMENT ON COLUMN gold.fraud_summary.refusals IS 'commands refused, each of a flood counted; refusal_summary has the reasons';
COMMENT ON COLUMN gold.fraud_summary.model_version IS 'the model that made the scores; NULL before the first bid was scored';

CREATE TABLE gold.refusal_summary (
  day date NOT NULL,
  concern text NOT NULL,
  command text NOT NULL,
  reason text NOT NULL,
  refusals bigint NOT NULL,
  events bigint NOT NULL,
  people bigint NOT NULL,
  auctions bigint NOT NULL,
  PRIMARY KEY (day, concern, command, reason)
);
COMMENT ON TABLE gold.refusal_summary IS 'what was refused, a row for each UTC day, concern, command and reason. Days and reasons without a refusal have no row.';
COMMENT ON COLUMN gold.refusal_summary.day IS 'UTC day';
COMMENT ON COLUMN gold.refusal_summary.concern IS 'auction, account, sale, hall lot, or fraud case: what the command was about';
COMMENT ON COLUMN gold.refusal_summary.command IS 'Bid (Buy It Now included), Flood for commands that were turned away unjudged, or the command''s name';
COMMENT ON COLUMN gold.refusal_summary.reason IS 'why it was refused';
COMMENT ON COLUMN gold.refusal_summary.refusals IS 'commands refused, each of a flood counted';
COMMENT ON COLUMN gold.refusal_summary.events IS 'refusals on record; a flood is one';
COMMENT ON COLUMN gold.refusal_summary.people IS 'different people refused; the house itself is nobody';
COMMENT ON COLUMN gold.refusal_summary.auctions IS 'different auctions concerned';

CREATE TABLE gold.closing_minutes (
  auction_id uuid NOT NULL,
  minutes_to_close integer NOT NULL,
  ended_at timestamptz NOT NULL,
  category text NOT NULL,
  currency text NOT NULL,
  bids bigint NOT NULL,
  PRIMARY KEY (auction_id, minutes_to_close)
);
COMMENT ON TABLE gold.closing_minutes IS 'how late the bids came, a row for each auction that was sold or passed and each minute of the last hour before it ended in which somebody bid.';
COMMENT ON COLUMN gold.closing_minutes.auction_id IS 'the auction; refers to auctions.auction_id';
COMMENT ON COLUMN gold.closing_minutes.minutes_to_close IS 'whole minutes from the bids to the end; 0 is the last minute, 59 the first of the hour';
COMMENT ON COLUMN gold.closing_minutes.ended_at IS 'when the auction ended, UTC';
COMMENT ON COLUMN gold.closing_minutes.category IS 'the item''s category';
COMMENT ON COLUMN gold.closing_minutes.currency IS 'ISO 4217 code; refers to currencies.code';
COMMENT ON COLUMN gold.closing_minutes.bids IS 'bids accepted in that minute, those taken out later included';

CREATE TABLE gold.cohorts (
  registered_on date NOT NULL,
  registered bigint NOT NULL,
  have_bid bigint NOT NULL,
  have_bought bigint NOT NULL,
  PRIMARY KEY (registered_on)
);
COMMENT ON TABLE gold.cohorts IS 'what became of the people who registered on a UTC day, up to now, a row for each day on which anybody did.';
COMMENT ON COLUMN gold.cohorts.registered_on IS 'UTC day of the registration';
COMMENT ON COLUMN gold.cohorts.registered IS 'accounts opened on the day, those erased since included';
COMMENT ON COLUMN gold.cohorts.have_bid IS 'those of them with a bid, or a purchase, here or by files of past auctions';
COMMENT ON COLUMN gold.cohorts.have_bought IS 'those of them with a sale of this house that stands, second chances taken included';

GRANT USAGE ON SCHEMA gold TO gavel_analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA gold TO gavel_analyst;
