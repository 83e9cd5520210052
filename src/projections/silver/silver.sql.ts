// The queries as they run. A null parameter means "any"; PostgreSQL drops such a condition when it plans the query.

const AUCTION_COLUMNS = `
  auction_id AS "auctionId", seller_id AS "sellerId", title, category, format, currency, status,
  starting_price AS "startingPrice", current_price AS "currentPrice", minimum_next_bid AS "minimumNextBid",
  leader_id AS "leaderId", leading_bid AS "leadingBid", bid_count AS "bidCount", has_reserve AS "hasReserve",
  reserve_met AS "reserveMet", buy_now_price AS "buyNowPrice", listed_at AS "listedAt", opens_at AS "opensAt",
  closes_at AS "closesAt", scheduled_closes_at AS "scheduledClosesAt", extensions, closed_at AS "closedAt",
  end_reason AS "endReason", relist_of AS "relistOf", relisted_as AS "relistedAs", retraction, photos, details, calling, revision`;

export const AUCTION = `SELECT ${AUCTION_COLUMNS}, description FROM silver.auctions WHERE auction_id = $1`;

export const AUCTIONS_NAMED = `SELECT ${AUCTION_COLUMNS}, description FROM silver.auctions WHERE auction_id = ANY ($1::uuid[])`;

export const LISTED_FEES = 'SELECT currency, fees FROM silver_private.listings WHERE auction_id = $1';

// A list shows how each description begins: whole ones would make a page megabytes.
// The status as people see it depends on the hour; the recorded one finds the rows by index, and the clock parts them.
const AUCTIONS_OF = `
SELECT ${AUCTION_COLUMNS},
  CASE WHEN length(description) > 200 THEN left(description, 199) || '…' ELSE description END AS description
FROM silver.auctions
WHERE ($1::text IS NULL OR (recorded_status = CASE $1 WHEN 'upcoming' THEN 'open' ELSE $1 END AND status = $1))
  AND ($2::text[] IS NULL OR auction_id IN (
    SELECT auction_id FROM silver_private.listings WHERE category_forms && $2))
  AND ($3::uuid IS NULL OR seller_id = $3)
  AND ($4::text[] IS NULL OR auction_id IN (SELECT auction_id FROM silver_private.listings WHERE search_words @> $4))
  AND ($5::timestamptz IS NULL OR closes_at < $5)`;

// Each by an index. Prices and numbers of bids have none: a bid would have to move its auction in it (sql/silver, HOT).
export const AUCTIONS = {
  'closing-soonest': `${AUCTIONS_OF}
  AND ($6::timestamptz IS NULL OR (closes_at, auction_id) > ($6, $7::uuid))
ORDER BY closes_at, auction_id
LIMIT $8`,
  'closing-latest': `${AUCTIONS_OF}
  AND ($6::timestamptz IS NULL OR (closes_at, auction_id) < ($6, $7::uuid))
ORDER BY closes_at DESC, auction_id DESC
LIMIT $8`,
  newest: `${AUCTIONS_OF}
  AND ($6::timestamptz IS NULL OR (listed_at, auction_id) < ($6, $7::uuid))
ORDER BY listed_at DESC, auction_id DESC
LIMIT $8`,
} as const;

export const AUCTION_NAMES = `
SELECT auction_id AS "auctionId", title FROM silver.auctions
WHERE auction_id BETWEEN $1 AND $2 ORDER BY auction_id LIMIT $3`;

// From one category to the next by the index, however many auctions each has.
export const CATEGORIES = `
WITH RECURSIVE known AS (
  (SELECT category FROM silver_private.listings ORDER BY category LIMIT 1)
  UNION ALL
  SELECT (SELECT l.category FROM silver_private.listings l WHERE l.category > k.category ORDER BY l.category LIMIT 1)
  FROM known k WHERE k.category IS NOT NULL
)
SELECT category FROM known WHERE category IS NOT NULL LIMIT $1`;

const BID_COLUMNS = `
  b.bid_id AS "bidId", b.auction_id AS "auctionId", b.bid_number AS "bidNumber", b.bidder_id AS "bidderId",
  b.bid_amount AS "bidAmount", b.currency, b.bid_type AS "bidType", b.placed_at AS "placedAt",
  b.is_winning AS "isWinning", b.is_replaced AS "isReplaced", b.is_retracted AS "isRetracted", b.retracted_at AS "retractedAt",
  b.retraction_reason AS "retractionReason", b.is_voided AS "isVoided", b.voided_at AS "voidedAt"`;

export const BIDS = `
SELECT ${BID_COLUMNS} FROM silver.bids b
WHERE b.auction_id = $1 AND ($2::integer IS NULL OR b.bid_number < $2)
ORDER BY b.bid_number DESC
LIMIT $3`;

// The page is cut before anything is joined to it: a bidder may have many bids.
export const OWN_BIDS = `
WITH page AS MATERIALIZED (
  SELECT auction_id, bid_number, placed_at, maximum, void_reason FROM silver_private.bids
  WHERE bidder_id = $1
    AND ($2::timestamptz IS NULL OR (placed_at, auction_id, bid_number) < ($2, $3::uuid, $4::integer))
  ORDER BY placed_at DESC, auction_id DESC, bid_number DESC
  LIMIT $5
)
SELECT ${BID_COLUMNS}, p.maximum, p.void_reason AS "voidReason", r.status AS "retractionRequest", a.title, a.status,
  a.current_price AS "currentPrice", a.closes_at AS "closesAt"
FROM page p
JOIN silver.bids b ON b.auction_id = p.auction_id AND b.bid_number = p.bid_number
JOIN silver.auctions a ON a.auction_id = p.auction_id
LEFT JOIN silver.retraction_requests r ON r.auction_id = p.auction_id AND r.bid_number = p.bid_number
ORDER BY p.placed_at DESC, p.auction_id DESC, p.bid_number DESC`;

export const CONCERNS = `
SELECT a.auction_id AS "auctionId", a.revision, a.leader_id IS NOT DISTINCT FROM $1::uuid AS leads, a.seller_id = $1 AS sells
FROM silver.auctions a
WHERE a.recorded_status = 'open'
  AND a.auction_id IN (
    SELECT auction_id FROM silver_private.bids WHERE bidder_id = $1
    UNION
    SELECT auction_id FROM silver_private.listings WHERE seller_id = $1
  )
ORDER BY a.closes_at, a.auction_id
LIMIT $2`;

const USER_COLUMNS = `
  user_id AS "userId", encrypted_username AS "encryptedUsername",
  rating + COALESCE((SELECT score FROM silver_private.feedback_scores f WHERE f.user_id = users.user_id), 0) AS rating, is_verified AS "isVerified", status, registered_at AS "registeredAt"`;

export const USER = `SELECT ${USER_COLUMNS} FROM silver_private.users WHERE user_id = $1`;

export const USERS = `
SELECT ${USER_COLUMNS} FROM silver_private.users
WHERE ($1::text IS NULL OR status = $1) AND ($2::timestamptz IS NULL OR (registered_at, user_id) < ($2, $3::uuid))
ORDER BY registered_at DESC, user_id DESC
LIMIT $4`;

export const OWN_USER = `
SELECT ${USER_COLUMNS}, personal_data AS "personalData", revision FROM silver_private.users WHERE user_id = $1`;

// Every bid that counts in an open auction binds, led or not: it may win once those above it are gone. A second chance on
// offer may still become a sale.
export const TIES = `
SELECT
  (SELECT count(*) FROM silver.auctions a WHERE a.seller_id = $1 AND a.recorded_status = 'open')::integer
    + (SELECT count(*) FROM silver.second_chance_offers o WHERE o.seller_id = $1 AND o.status = 'pending')::integer
    AS selling,
  (SELECT count(*) FROM silver_private.second_chance_offers o
    WHERE o.bidder_id = $1 AND o.status = 'pending')::integer
    + (SELECT count(DISTINCT b.auction_id) FROM silver_private.bids b JOIN silver_private.standings s USING (auction_id)
      WHERE b.bidder_id = $1 AND s.status = 'open'
        AND b.retracted_at IS NULL AND b.voided_at IS NULL AND b.replaced_by IS NULL)::integer
    AS bidding,
  (SELECT count(*) FROM silver.transactions t WHERE (t.seller_id = $1 OR t.buyer_id = $1)
      AND t.payment_status NOT IN ('settled', 'refunded', 'lapsed'))::integer
    AS unpaid`;

// Of each bidder the earlier bids first: taken out in this order, only the last one can change price or leader. It is asked several
// times a second, so it begins with the people, mostly nobody. OFFSET keeps the planner from joining all bids with all open auctions,
// as it does while it has no statistics.
export const BIDS_TO_VOID = `
SELECT b.auction_id AS "auctionId", b.bid_number AS "bidNumber", u.status, b.closes_at AS "closesAt"
FROM silver_private.users u
CROSS JOIN LATERAL (
  SELECT c.auction_id, c.bid_number, s.closes_at
  FROM silver_private.bids c
  JOIN silver_private.standings s ON s.auction_id = c.auction_id
  WHERE c.bidder_id = u.user_id AND s.status = 'open'
    AND c.retracted_at IS NULL AND c.voided_at IS NULL AND c.replaced_by IS NULL
  OFFSET 0
) b
WHERE u.voids_bids
ORDER BY b.closes_at, b.auction_id, b.bid_number
LIMIT $1`;

// A maximum is nobody's but its bidder's, so what the bid shows is its visible price.
export const RETRACTION_REQUESTS = `
SELECT r.auction_id AS "auctionId", r.bid_number AS "bidNumber", r.bidder_id AS "bidderId", r.reason, r.status,
  r.requested_at AS "requestedAt", r.answered_at AS "answeredAt", r.answered_by AS "answeredBy",
  p.answer_reason AS "answerReason", r.closes_at AS "closesAt"
FROM silver.retraction_requests r
JOIN silver_private.retraction_requests p ON p.auction_id = r.auction_id AND p.bid_number = r.bid_number
WHERE ($1::text IS NULL OR (r.status = $1 AND (p.status = $1 OR (p.status = 'pending' AND $1 = 'lapsed'))))
  AND ($2::timestamptz IS NULL OR (r.requested_at, r.auction_id, r.bid_number) > ($2, $3::uuid, $4::integer))
ORDER BY r.requested_at, r.auction_id, r.bid_number
LIMIT $5`;

export const VOIDING_PROPOSALS = `
SELECT v.auction_id AS "auctionId", v.bid_number AS "bidNumber", v.bidder_id AS "bidderId", p.reason, v.status,
  v.proposed_by AS "proposedBy", v.proposed_at AS "proposedAt", v.confirmed_by AS "confirmedBy",
  v.confirmed_at AS "confirmedAt", v.closes_at AS "closesAt"
FROM silver.voiding_proposals v
JOIN silver_private.voiding_proposals p ON p.auction_id = v.auction_id AND p.bid_number = v.bid_number
WHERE ($1::text IS NULL OR v.status = $1)
  AND ($2::timestamptz IS NULL OR (v.proposed_at, v.auction_id, v.bid_number) > ($2, $3::uuid, $4::integer))
ORDER BY v.proposed_at, v.auction_id, v.bid_number
LIMIT $5`;

const TRANSACTION_COLUMNS = `
  txn_id AS "txnId", auction_id AS "auctionId", seller_id AS "sellerId", buyer_id AS "buyerId", via,
  final_price AS "finalPrice", buyers_premium AS "buyersPremium", tax, amount_due AS "amountDue",
  platform_fee AS "platformFee", seller_proceeds AS "sellerProceeds", currency, is_completed AS "isCompleted",
  sold_at AS "soldAt", completed_at AS "completedAt", transaction_number AS "transactionNumber",
  payment_status AS "paymentStatus", payment_due_at AS "paymentDueAt", paid_at AS "paidAt",
  refunded_at AS "refundedAt", failed_payments AS "failedPayments", refunded_amount AS "refundedAmount",
  dispute_status AS "disputeStatus"`;

export const TRANSACTION = `SELECT ${TRANSACTION_COLUMNS} FROM silver.transactions WHERE auction_id = $1
ORDER BY transaction_number DESC LIMIT 1`;

export const TRANSACTIONS_OF = `
SELECT ${TRANSACTION_COLUMNS} FROM silver.transactions
WHERE (buyer_id = $1::uuid OR seller_id = $2::uuid)
  AND ($3::timestamptz IS NULL OR (sold_at, auction_id) < ($3, $4::uuid))
ORDER BY sold_at DESC, auction_id DESC
LIMIT $5`;

export const TRANSACTIONS = `
SELECT ${TRANSACTION_COLUMNS} FROM silver.transactions
WHERE $1::timestamptz IS NULL OR (sold_at, auction_id) < ($1, $2::uuid)
ORDER BY sold_at DESC, auction_id DESC
LIMIT $3`;

export const OFFERS_TO = `
SELECT o.auction_id AS "auctionId", o.offer_number AS "offerNumber", l.seller_id AS "sellerId", l.title, o.cause,
  o.status, l.currency, o.offered_price AS "offeredPrice", o.offered_at AS "offeredAt", o.expires_at AS "expiresAt",
  o.answered_at AS "answeredAt"
FROM silver_private.second_chance_offers o JOIN silver_private.listings l USING (auction_id)
WHERE o.bidder_id = $1 AND ($2::timestamptz IS NULL OR (o.offered_at, o.auction_id) < ($2, $3::uuid))
ORDER BY o.offered_at DESC, o.auction_id DESC
LIMIT $4`;

export const USERS_AMONG = 'SELECT user_id AS "userId" FROM silver_private.users WHERE user_id = ANY($1::uuid[])';

export const CONSUMERS = `
SELECT c.consumer, c.slice, c.position::text, c.updated_at AS "updatedAt",
  (SELECT count(*) FROM feed.parked_streams p WHERE p.consumer = c.consumer AND p.slice = c.slice)::integer
    AS "parkedStreams"
FROM feed.checkpoints c
WHERE c.consumer NOT IN (SELECT v.consumer FROM feed.versions v)
ORDER BY c.consumer, c.slice`;
