-- One row a bid that was taken back by its bidder (retracted) or taken out by staff (voided).
SELECT
  position, revision, substring(stream_id, 9) AS auction_id, CAST(body.bidNumber AS INTEGER) AS bid_number,
  CASE WHEN event_type IN ('BidRetracted', 'SealedBidRetracted') THEN 'retracted' ELSE 'voided' END AS kind,
  occurred_at AS removed_at
FROM facts
WHERE event_type IN ('BidRetracted', 'SealedBidRetracted', 'BidVoided', 'SealedBidVoided') AND body.bidNumber IS NOT NULL
