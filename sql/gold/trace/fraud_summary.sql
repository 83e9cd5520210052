-- Bids placed and taken back that day, what happened to fraud cases, and what was refused.
SELECT facts.position
FROM facts
JOIN gold_key k ON CAST(facts.occurred_at AS DATE) = k.day
WHERE facts.event_type IN ('BidPlaced', 'SealedBidPlaced', 'BidRetracted', 'SealedBidRetracted', 'BidVoided', 'SealedBidVoided',
  'FraudCaseOpened', 'FraudCaseEvidenceGrown', 'FraudSampleDrawn', 'FraudCaseConfirmed', 'FraudCaseDismissed',
  'BidRejected', 'CommandRejected', 'FloodRejected')
