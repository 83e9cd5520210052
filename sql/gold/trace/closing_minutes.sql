-- The auction's listing and its end, and the bids of that minute.
SELECT listings.position FROM listings JOIN gold_key k ON listings.auction_id = k.auction_id
UNION ALL
SELECT endings.position FROM endings JOIN gold_key k ON endings.auction_id = k.auction_id
UNION ALL
SELECT bids.position
FROM bids
JOIN gold_key k ON bids.auction_id = k.auction_id
JOIN endings ON endings.auction_id = bids.auction_id
WHERE div(unix_millis(endings.ended_at) - unix_millis(bids.placed_at), 60000) = k.minutes_to_close
