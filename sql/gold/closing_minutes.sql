-- closing_minutes: how late the bids came, a row for each auction that was sold or passed and each minute of the last hour before it
-- ended in which somebody bid.
-- Key: auction_id, minutes_to_close
--   auction_id uuid: the auction; refers to auctions.auction_id
--   minutes_to_close integer: whole minutes from the bids to the end; 0 is the last minute, 59 the first of the hour
--   ended_at timestamptz: when the auction ended, UTC
--   category text: the item's category
--   currency text: ISO 4217 code; refers to currencies.code
--   bids bigint: bids accepted in that minute, those taken out later included
WITH late AS (
  SELECT
    bids.auction_id, endings.ended_at, listings.category, listings.currency,
    CAST(div(unix_millis(endings.ended_at) - unix_millis(bids.placed_at), 60000) AS INTEGER) AS minutes_to_close
  FROM bids
  JOIN endings ON endings.auction_id = bids.auction_id
  JOIN listings ON listings.auction_id = bids.auction_id
  WHERE endings.outcome IN ('sold', 'passed')
)
SELECT auction_id, minutes_to_close, ended_at, category, currency, COUNT(*) AS bids
FROM late
WHERE minutes_to_close < 60
GROUP BY auction_id, minutes_to_close, ended_at, category, currency
