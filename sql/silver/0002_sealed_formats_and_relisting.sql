-- Sealed formats, openings and relisting (docs/adr/0035 to 0037). A sealed bid is a row of `bids` like any other, with its
-- amount where the maximum is and no visible price: `bid_amount` is NULL. The view fills in the hammer price of the bid that
-- won, once the auction is sold; no other amount of a sealed auction ever shows.

ALTER TABLE silver_private.listings
  DROP CONSTRAINT listings_format_check,
  ADD CONSTRAINT listings_format_check CHECK (format IN ('english', 'sealed-first-price', 'vickrey')),
  ADD COLUMN relist_of uuid NULL;
COMMENT ON COLUMN silver_private.listings.relist_of IS 'The passed auction whose item this is.';

ALTER TABLE silver_private.standings
  ADD COLUMN relisted_as uuid NULL,
  ADD CONSTRAINT standings_relisted_as_check CHECK (relisted_as IS NULL OR status IN ('passed', 'sold'));
COMMENT ON COLUMN silver_private.standings.relisted_as IS 'The auction in which the item of this one is up again: it passed, or its sale came to nothing.';

ALTER TABLE silver_private.bids
  ALTER COLUMN bid_amount DROP NOT NULL,
  ADD COLUMN replaced_by integer NULL CHECK (replaced_by > bid_number);
COMMENT ON COLUMN silver_private.bids.bid_amount IS 'The visible price after the bid; NULL for a sealed bid.';
COMMENT ON COLUMN silver_private.bids.replaced_by IS 'The bid that took this one''s place in a sealed auction.';

-- `status` says what an auction is to people at the time of asking: nothing happens in the journal when bidding begins that
-- the clock does not say sooner. `recorded_status` is what is on record, and has an index.
CREATE OR REPLACE VIEW silver.auctions AS
SELECT
  l.auction_id, l.seller_id, l.title, l.description, l.category, l.format, l.currency,
  CASE WHEN s.status = 'open' AND l.opens_at > now() THEN 'upcoming' ELSE s.status END AS status,
  l.starting_price, s.current_price, s.minimum_next_bid, s.leader_id, s.leading_bid, s.bid_count,
  l.reserve_price IS NOT NULL AS has_reserve, s.reserve_met, l.buy_now_price,
  l.listed_at, l.opens_at, s.closes_at, l.scheduled_closes_at, s.extensions, s.closed_at, s.end_reason, s.revision,
  l.relist_of, s.relisted_as, s.status AS recorded_status
FROM silver_private.listings l
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.auctions IS 'One row an auction, as it stands. Prices in minor units of its currency. While an auction of a sealed format is open, current_price and minimum_next_bid are its starting price, nobody leads, and reserve_met says no more than whether there is a reserve.';
COMMENT ON COLUMN silver.auctions.status IS 'upcoming before opens_at, open from then on, sold, passed, cancelled or withdrawn.';
COMMENT ON COLUMN silver.auctions.bid_count IS 'Bids that count. In a sealed auction each bidder has one, so it is how many bid.';
COMMENT ON COLUMN silver.auctions.relist_of IS 'The passed auction whose item this is.';
COMMENT ON COLUMN silver.auctions.relisted_as IS 'The auction in which the item of this one is up again: it passed, or its sale came to nothing.';
COMMENT ON COLUMN silver.auctions.recorded_status IS 'status, but open from the listing on.';

CREATE OR REPLACE VIEW silver.items AS
SELECT
  l.auction_id AS item_id, l.seller_id, l.title, l.description, l.category, l.currency,
  l.starting_price AS start_price, s.current_price,
  CASE WHEN s.status = 'open' AND l.opens_at > now() THEN 'upcoming' ELSE s.status END AS status,
  l.listed_at
FROM silver_private.listings l
JOIN silver_private.standings s USING (auction_id);

CREATE OR REPLACE VIEW silver.bids AS
SELECT
  b.auction_id || '-' || b.bid_number AS bid_id,
  b.auction_id, b.bid_number, b.bidder_id,
  COALESCE(b.bid_amount, CASE WHEN b.bid_number = s.leading_bid AND s.status = 'sold' THEN s.current_price END)
    AS bid_amount,
  l.currency, b.bid_type, b.placed_at,
  b.bid_number IS NOT DISTINCT FROM s.leading_bid AND s.status IN ('open', 'sold') AS is_winning,
  b.retracted_at IS NOT NULL AS is_retracted, b.retracted_at, b.retraction_reason, b.fraud_score,
  b.replaced_by IS NOT NULL AS is_replaced
FROM silver_private.bids b
JOIN silver_private.listings l USING (auction_id)
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.bids IS 'Accepted bids, retracted and replaced ones included.';
COMMENT ON COLUMN silver.bids.bid_amount IS 'The visible price after that bid, in minor units. NULL for a bid in a sealed auction; that of the winning one is the hammer price once it is sold. The bidder''s own maximum or sealed amount is secret.';
COMMENT ON COLUMN silver.bids.is_replaced IS 'Another bid of the same bidder took its place in a sealed auction.';

CREATE OR REPLACE VIEW silver.price_history AS
SELECT auction_id, revision, placed_at AS changed_at, bid_amount AS price, 'bid' AS cause, bid_number
FROM silver_private.bids
WHERE bid_amount IS NOT NULL
UNION ALL
SELECT auction_id, retraction_revision, retracted_at, price_after_retraction, 'retraction', bid_number
FROM silver_private.bids
WHERE retracted_at IS NOT NULL AND price_after_retraction IS NOT NULL;
COMMENT ON VIEW silver.price_history IS 'The visible price after every bid and every retraction; in order of revision within an auction. Sealed auctions have none: their price comes to be with the sale.';
