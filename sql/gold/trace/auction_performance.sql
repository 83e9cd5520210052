-- All that happened in the auction.
SELECT facts.position FROM facts JOIN gold_key k ON facts.stream_id = CONCAT('auction-', k.auction_id)
