// Questions of sales as they run. A null parameter means "any".

const SALES_OF = `
SELECT sale_id AS "saleId", title, kind, status, currency, registration, bidding_limit AS "biddingLimit",
  terms_version AS "termsVersion", viewing_notes AS "viewingNotes", opens_at AS "opensAt", closes_at AS "closesAt",
  lot_interval_ms AS "lotIntervalMs", soft_close_moves AS "softCloseMoves",
  (SELECT count(*) FROM silver_private.sale_lots l WHERE l.sale_id = s.sale_id)::integer AS "lotCount",
  published_at AS "publishedAt", opened_at AS "openedAt", closed_at AS "closedAt", cancelled_at AS "cancelledAt",
  cancel_reason AS "cancelReason"
FROM silver_private.sales s`;

export const SALE = `${SALES_OF} WHERE sale_id = $1`;

const SALES_AMONG = `${SALES_OF}
WHERE ($1::text IS NULL OR status = $1) AND ($2 OR published_at IS NOT NULL)`;

export const SALES = {
  'opening-soonest': `${SALES_AMONG} AND ($3::timestamptz IS NULL OR (opens_at, sale_id) > ($3, $4::uuid))
ORDER BY opens_at, sale_id LIMIT $5`,
  'opening-latest': `${SALES_AMONG} AND ($3::timestamptz IS NULL OR (opens_at, sale_id) < ($3, $4::uuid))
ORDER BY opens_at DESC, sale_id DESC LIMIT $5`,
} as const;

const LOT_COLUMNS = `
  l.lot_id AS "lotId", l.sale_id AS "saleId", l.lot_number AS "lotNumber", l.lot_order AS "lotOrder", l.seller_id AS "sellerId",
  l.title, CASE WHEN length(l.description) > 200 THEN left(l.description, 199) || '…' ELSE l.description END AS description,
  l.category, s.currency, l.starting_price AS "startingPrice", l.reserve_price IS NOT NULL AS "hasReserve",
  l.low_estimate AS "lowEstimate", l.high_estimate AS "highEstimate", l.details, l.closes_at AS "scheduledClosesAt"`;

export const LOTS = `
SELECT ${LOT_COLUMNS} FROM silver_private.sale_lots l JOIN silver_private.sales s USING (sale_id)
WHERE l.sale_id = $1 AND ($2::text IS NULL OR l.lot_order > $2)
ORDER BY l.lot_order LIMIT $3`;

export const PLACE_OF = `
SELECT ${LOT_COLUMNS}, s.title AS "saleTitle",
  (SELECT count(*) FROM silver_private.sale_lots c WHERE c.sale_id = l.sale_id)::integer AS "lotCount",
  (SELECT p.lot_id FROM silver_private.sale_lots p WHERE p.sale_id = l.sale_id AND p.lot_order < l.lot_order
    ORDER BY p.lot_order DESC LIMIT 1) AS "previousLotId",
  (SELECT n.lot_id FROM silver_private.sale_lots n WHERE n.sale_id = l.sale_id AND n.lot_order > l.lot_order
    ORDER BY n.lot_order LIMIT 1) AS "nextLotId"
FROM silver_private.sale_lots l JOIN silver_private.sales s USING (sale_id)
WHERE l.lot_id = $1 AND s.published_at IS NOT NULL`;

const PADDLE_COLUMNS = `
  sale_id AS "saleId", bidder_id AS "bidderId", status, paddle, bidding_limit AS "biddingLimit", decision_reason AS reason,
  requested_at AS "requestedAt", decided_at AS "decidedAt", decided_by AS "decidedBy"`;

export const PADDLE_OF = `SELECT ${PADDLE_COLUMNS} FROM silver_private.paddles WHERE sale_id = $1 AND bidder_id = $2`;

export const PADDLES = `
SELECT ${PADDLE_COLUMNS}, coalesce(requested_at, decided_at) AS since FROM silver_private.paddles
WHERE sale_id = $1 AND ($2::text IS NULL OR status = $2)
  AND ($3::timestamptz IS NULL OR (coalesce(requested_at, decided_at), bidder_id) > ($3, $4::uuid))
ORDER BY coalesce(requested_at, decided_at), bidder_id LIMIT $5`;
