// The design that a bid is usually given: a row an auction, locked for as long as one bid is judged and written. It is
// kept as fast as it can be had: one index a table, room on the page so that no update touches that index (HOT), whole
// units of money as bigint, and no rule but the next price.

/** The fill factor leaves half of a page free for new versions of its rows. */
export const CREATE_BASELINE = `
CREATE TABLE auction (
  auction_id    int    PRIMARY KEY,
  current_price bigint NOT NULL,
  increment     bigint NOT NULL,
  closes_at     timestamptz NOT NULL,
  leader_id     int,
  bid_count     int    NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE bid (
  auction_id int    NOT NULL,
  bid_number int    NOT NULL,
  bidder_id  int    NOT NULL,
  amount     bigint NOT NULL,
  placed_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (auction_id, bid_number)
);

CREATE FUNCTION place_bid(the_auction int, the_bidder int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  price bigint;
  number int;
BEGIN
  SELECT current_price + increment, bid_count + 1 INTO price, number
    FROM auction WHERE auction_id = the_auction AND closes_at > now() FOR UPDATE;
  UPDATE auction SET current_price = price, leader_id = the_bidder, bid_count = number
   WHERE auction_id = the_auction;
  INSERT INTO bid (auction_id, bid_number, bidder_id, amount) VALUES (the_auction, number, the_bidder, price);
  RETURN price;
END $$;
`;

/** Empties the tables and fills them with `auctions` auctions that nobody has bid on. */
export const fillBaseline = (auctions: number): readonly string[] => [
  'TRUNCATE auction, bid',
  `INSERT INTO auction SELECT id, 100, 100, now() + interval '30 days', NULL, 0 FROM generate_series(1, ${auctions}) id`,
  'VACUUM ANALYZE auction, bid',
  'CHECKPOINT',
];

const DRAW = `\\set auction random(1, :auctions)
\\set bidder random(1, 1000000)
`;

/** One bid as the statements of one transaction. */
export const ROW_LOCK_SCRIPT = `${DRAW}BEGIN;
SELECT current_price + increment AS price, bid_count + 1 AS number
  FROM auction WHERE auction_id = :auction AND closes_at > now() FOR UPDATE \\gset
UPDATE auction SET current_price = :price, leader_id = :bidder, bid_count = :number WHERE auction_id = :auction;
INSERT INTO bid (auction_id, bid_number, bidder_id, amount) VALUES (:auction, :number, :bidder, :price);
COMMIT;
`;

/** One bid as one call: the same statements, without the way to and fro between them. */
export const FUNCTION_SCRIPT = `${DRAW}SELECT place_bid(:auction, :bidder);
`;
