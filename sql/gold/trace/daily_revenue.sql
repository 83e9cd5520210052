-- Sales, lapses and movements of money of that day and currency, the sales that lapsed or were refunded, and hall results.
SELECT sales.position FROM sales JOIN gold_key k ON CAST(sales.sold_at AS DATE) = k.day AND sales.currency = k.currency
UNION ALL
SELECT sales.lapsed_position FROM sales JOIN gold_key k ON CAST(sales.lapsed_at AS DATE) = k.day AND sales.currency = k.currency
UNION ALL
SELECT sales.position FROM sales JOIN gold_key k ON CAST(sales.lapsed_at AS DATE) = k.day AND sales.currency = k.currency
UNION ALL
SELECT movements.position
FROM movements JOIN gold_key k ON CAST(movements.moved_at AS DATE) = k.day AND movements.currency = k.currency
UNION ALL
SELECT sales.position
FROM movements
JOIN gold_key k ON CAST(movements.moved_at AS DATE) = k.day AND movements.currency = k.currency
JOIN sales ON sales.auction_id = movements.auction_id AND sales.transaction_number = movements.transaction_number
WHERE movements.kind = 'refund' AND movements.is_refunded
UNION ALL
SELECT hall_results.position
FROM hall_results JOIN gold_key k ON CAST(hall_results.held_at AS DATE) = k.day AND hall_results.currency = k.currency
