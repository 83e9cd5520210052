-- Retraction as a policy, requests that staff decide, and bids voided by staff or the house (docs/adr/0049 and 0050).

ALTER TABLE silver_private.listings
  ADD COLUMN retraction text NOT NULL DEFAULT 'ebay' CHECK (retraction IN ('by-request', 'ebay', 'never'));
ALTER TABLE silver_private.listings ALTER COLUMN retraction DROP DEFAULT;

ALTER TABLE silver_private.bids
  ADD COLUMN retraction_granted_by uuid        NULL,
  ADD COLUMN voided_at             timestamptz NULL,
  ADD COLUMN void_revision         bigint      NULL,
  ADD COLUMN void_reason           text        NULL,
  ADD COLUMN voided_by             uuid        NULL,
  ADD COLUMN price_after_void      bigint      NULL,
  ADD CONSTRAINT bids_taken_out_once CHECK (voided_at IS NULL OR (retracted_at IS NULL AND replaced_by IS NULL));
COMMENT ON COLUMN silver_private.bids.voided_by IS 'Who of the staff; NULL for the house itself.';
COMMENT ON COLUMN silver_private.bids.void_reason IS 'For the bidder and staff alone.';

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

-- Few people: whoever was erased, or suspended together with the bids that still counted.
ALTER TABLE silver_private.users ADD COLUMN voids_bids boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN silver_private.users.voids_bids IS 'The house voids this person''s bids that count in open auctions.';
CREATE INDEX users_voids_bids ON silver_private.users (user_id) WHERE voids_bids;

CREATE OR REPLACE VIEW silver.auctions AS
SELECT
  l.auction_id, l.seller_id, l.title, l.description, l.category, l.format, l.currency,
  CASE WHEN s.status = 'open' AND l.opens_at > now() THEN 'upcoming' ELSE s.status END AS status,
  l.starting_price, s.current_price, s.minimum_next_bid, s.leader_id, s.leading_bid, s.bid_count,
  l.reserve_price IS NOT NULL AS has_reserve, s.reserve_met, l.buy_now_price,
  l.listed_at, l.opens_at, s.closes_at, l.scheduled_closes_at, s.extensions, s.closed_at, s.end_reason, s.revision,
  l.relist_of, s.relisted_as, s.status AS recorded_status, l.retraction
FROM silver_private.listings l
JOIN silver_private.standings s USING (auction_id);
COMMENT ON COLUMN silver.auctions.retraction IS 'Whether bids may be taken back: by-request (staff decide), ebay (by eBay''s time rule, once a bidder) or never.';

CREATE OR REPLACE VIEW silver.bids AS
SELECT
  b.auction_id || '-' || b.bid_number AS bid_id,
  b.auction_id, b.bid_number, b.bidder_id,
  COALESCE(b.bid_amount, CASE WHEN b.bid_number = s.leading_bid AND s.status = 'sold' THEN s.current_price END)
    AS bid_amount,
  l.currency, b.bid_type, b.placed_at,
  b.bid_number IS NOT DISTINCT FROM s.leading_bid AND s.status IN ('open', 'sold') AS is_winning,
  b.retracted_at IS NOT NULL AS is_retracted, b.retracted_at, b.retraction_reason, b.fraud_score,
  b.replaced_by IS NOT NULL AS is_replaced, b.voided_at IS NOT NULL AS is_voided, b.voided_at
FROM silver_private.bids b
JOIN silver_private.listings l USING (auction_id)
JOIN silver_private.standings s USING (auction_id);
COMMENT ON VIEW silver.bids IS 'Accepted bids, retracted, voided and replaced ones included.';
COMMENT ON COLUMN silver.bids.is_voided IS 'Taken out by staff or the house.';

CREATE OR REPLACE VIEW silver.price_history AS
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

COMMENT ON VIEW silver.rejected_bids IS 'Refused bids, without their amounts. A flood within a minute is one row with its count: commands of one person on the auction, bids or not.';

GRANT SELECT ON silver.retraction_requests TO gavel_analyst;
