-- Bids that one of the staff would take out of the contest: another has to confirm (docs/adr/0079). That a proposal has lapsed or was
-- confirmed is derived, not written.
CREATE TABLE silver_private.voiding_proposals (
  auction_id  uuid        NOT NULL REFERENCES silver_private.listings,
  bid_number  integer     NOT NULL,
  reason      text        NOT NULL,
  proposed_by uuid        NOT NULL,
  proposed_at timestamptz NOT NULL,
  PRIMARY KEY (auction_id, bid_number),
  FOREIGN KEY (auction_id, bid_number) REFERENCES silver_private.bids (auction_id, bid_number)
);
COMMENT ON COLUMN silver_private.voiding_proposals.reason IS 'For staff alone; for the bidder, too, once the bid is void.';
CREATE INDEX voiding_proposals_made ON silver_private.voiding_proposals (proposed_at, auction_id, bid_number);

CREATE VIEW silver.voiding_proposals AS
SELECT
  p.auction_id || '-' || p.bid_number AS proposal_id, p.auction_id, p.bid_number, b.bidder_id,
  CASE
    WHEN b.voided_at IS NOT NULL THEN 'confirmed'
    WHEN s.status <> 'open' OR b.retracted_at IS NOT NULL OR b.replaced_by IS NOT NULL THEN 'lapsed'
    ELSE 'pending'
  END AS status,
  p.proposed_by, p.proposed_at, b.voided_by AS confirmed_by, b.voided_at AS confirmed_at, s.closes_at
FROM silver_private.voiding_proposals p
JOIN silver_private.bids b USING (auction_id, bid_number)
JOIN silver_private.standings s ON s.auction_id = p.auction_id;
COMMENT ON VIEW silver.voiding_proposals IS 'Bids that one of the staff proposed to void. lapsed: the auction ended, or the bid counted no longer, before another confirmed.';
COMMENT ON COLUMN silver.voiding_proposals.proposal_id IS 'The proposal: auction_id and bid_number.';
COMMENT ON COLUMN silver.voiding_proposals.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.voiding_proposals.bid_number IS 'The bid, as bids.bid_number.';
COMMENT ON COLUMN silver.voiding_proposals.bidder_id IS 'Whose bid it is. Refers to users.user_id.';
COMMENT ON COLUMN silver.voiding_proposals.status IS 'pending, confirmed or lapsed.';
COMMENT ON COLUMN silver.voiding_proposals.proposed_by IS 'Who of the staff. Refers to users.user_id.';
COMMENT ON COLUMN silver.voiding_proposals.proposed_at IS 'When it was proposed.';
COMMENT ON COLUMN silver.voiding_proposals.confirmed_by IS 'Who voided the bid; NULL until then, and for the house. Refers to users.user_id.';
COMMENT ON COLUMN silver.voiding_proposals.confirmed_at IS 'When the bid was voided; NULL until then.';
COMMENT ON COLUMN silver.voiding_proposals.closes_at IS 'When the auction''s bidding ends as planned now.';

GRANT SELECT ON silver.voiding_proposals TO gavel_analyst;
