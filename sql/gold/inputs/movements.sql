-- One row a movement of money: payment (in), refund (out), payout to the seller (out), payout-return (in). `is_refunded`: the buyer
-- has all of it back; a part refund is no refunded sale.
SELECT
  position, revision, substring(stream_id, 9) AS auction_id, CAST(body.transactionNumber AS INTEGER) AS transaction_number,
  CASE event_type
    WHEN 'PaymentRecorded' THEN 'payment'
    WHEN 'PaymentRefunded' THEN 'refund'
    WHEN 'TransactionSettled' THEN 'payout'
    ELSE 'payout-return'
  END AS kind,
  COALESCE(body.paymentStatus = 'refunded', FALSE) AS is_refunded,
  CAST(CASE WHEN event_type = 'TransactionSettled' THEN body.payout ELSE body.amount END AS BIGINT) AS amount,
  body.currency AS currency, occurred_at AS moved_at
FROM facts
WHERE event_type IN ('PaymentRecorded', 'PaymentRefunded', 'TransactionSettled', 'PayoutReturned')
  AND body.transactionNumber IS NOT NULL
