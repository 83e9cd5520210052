-- Silver's sales of the archived auctions, with the money moved up to the archive's revision of each.
SELECT
  t.auction_id, t.transaction_number, t.via, t.buyer_id, t.currency, t.final_price, t.buyers_premium, t.tax, t.amount_due,
  t.platform_fee, t.seller_proceeds, to_char(t.sold_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS sold_on,
  to_char(t.lapsed_at AT TIME ZONE 'UTC', 'YYYY-MM-DD') AS lapsed_on,
  COALESCE(SUM(m.amount) FILTER (WHERE m.kind IN ('payment', 'payout-return')), 0) AS money_in,
  COALESCE(SUM(m.amount) FILTER (WHERE m.kind IN ('refund', 'payout')), 0) AS money_out,
  s.revision > u.revision AS has_moved_on
FROM gold_upto u
JOIN silver_private.transactions t USING (auction_id)
JOIN silver_private.standings s USING (auction_id)
LEFT JOIN silver_private.money_movements m
  ON m.auction_id = t.auction_id AND m.transaction_number = t.transaction_number AND m.revision <= u.revision
WHERE u.revision IS NOT NULL
GROUP BY t.auction_id, t.transaction_number, s.revision, u.revision
