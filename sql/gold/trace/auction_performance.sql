-- All that happened in the auction, or is known of the hall's lot.
SELECT facts.position
FROM facts
JOIN gold_key k ON facts.stream_id = CONCAT('auction-', k.auction_id) OR facts.stream_id = CONCAT('hall-', k.auction_id)
