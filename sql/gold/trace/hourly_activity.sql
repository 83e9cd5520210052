-- All that is counted in that hour.
SELECT facts.position
FROM facts
JOIN gold_key k ON CAST(facts.occurred_at AS DATE) = k.day AND hour(facts.occurred_at) = k.hour
WHERE facts.event_type IN ('AuctionListed', 'BidPlaced', 'SealedBidPlaced', 'BidRetracted', 'SealedBidRetracted',
  'BidVoided', 'SealedBidVoided', 'ClosingExtended', 'AuctionSold', 'AuctionPassed', 'AuctionCancelled', 'AuctionWithdrawn',
  'PaymentRecorded', 'BidRejected', 'CommandRejected', 'FloodRejected', 'UserRegistered')
