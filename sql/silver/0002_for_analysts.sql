-- What analysts ask for (docs/data.md): purchases without those that came to nothing, revenue as earned and as paid, the house's
-- income, the currencies; and a comment on every column. A comment tells the unit or the formula, and of an id the table that
-- it refers to. The picture in docs/data.md is made of them.

CREATE VIEW silver.currencies AS
SELECT code, exponent
FROM (VALUES
  ('AUD', 2), ('CAD', 2), ('CHF', 2), ('CNY', 2), ('EUR', 2), ('GBP', 2), ('HKD', 2), ('JPY', 0), ('KWD', 3), ('NZD', 2),
  ('SEK', 2), ('SGD', 2), ('USD', 2)
) AS known (code, exponent);

CREATE VIEW silver.purchases AS
SELECT
  t.txn_id, t.auction_id, t.seller_id, t.buyer_id, l.title, l.category, t.via, t.currency, t.final_price AS hammer_price,
  t.buyers_premium, t.tax, t.amount_due, t.platform_fee, t.seller_proceeds,
  t.buyers_premium + t.platform_fee AS house_income, t.payment_status, t.sold_at, t.paid_at, t.refunded_at,
  t.refunded_at IS NOT NULL AS is_refunded
FROM silver.transactions t
JOIN silver_private.listings l USING (auction_id)
WHERE t.payment_status <> 'lapsed';

CREATE VIEW silver.revenue_accrual AS
WITH earned AS (
  SELECT
    (sold_at AT TIME ZONE 'UTC')::date AS day, currency, 1 AS sales, final_price, buyers_premium, tax, platform_fee,
    0 AS reversed_sales, 0 AS reversed_price, 0 AS reversed_income
  FROM silver_private.transactions
  UNION ALL
  SELECT
    (lapsed_at AT TIME ZONE 'UTC')::date, currency, 0, 0, 0, 0, 0, 1, final_price, buyers_premium + platform_fee
  FROM silver_private.transactions
  WHERE lapsed_at IS NOT NULL
  UNION ALL
  SELECT
    (refunded_at AT TIME ZONE 'UTC')::date, currency, 0, 0, 0, 0, 0, 1, final_price, buyers_premium + platform_fee
  FROM silver_private.transactions
  WHERE refunded_at IS NOT NULL
)
SELECT
  day, currency, SUM(sales) AS sales, SUM(final_price) AS hammer_price, SUM(buyers_premium) AS buyers_premium,
  SUM(tax) AS tax, SUM(platform_fee) AS platform_fee, SUM(reversed_sales) AS reversed_sales,
  SUM(reversed_price) AS reversed_hammer_price, SUM(final_price - reversed_price) AS net_hammer_price
FROM earned
GROUP BY day, currency;

CREATE VIEW silver.revenue_cash AS
SELECT
  (m.moved_at AT TIME ZONE 'UTC')::date AS day, t.currency,
  COALESCE(SUM(m.amount) FILTER (WHERE m.kind = 'payment'), 0) AS paid_in,
  COALESCE(SUM(m.amount) FILTER (WHERE m.kind = 'refund'), 0) AS refunded,
  COALESCE(SUM(m.amount) FILTER (WHERE m.kind = 'payout'), 0) AS paid_out,
  COALESCE(SUM(m.amount) FILTER (WHERE m.kind = 'payout-return'), 0) AS payouts_returned,
  SUM(CASE WHEN m.kind IN ('payment', 'payout-return') THEN m.amount ELSE -m.amount END) AS net_cash
FROM silver_private.money_movements m
JOIN silver_private.transactions t USING (auction_id, transaction_number)
WHERE m.kind <> 'failure'
GROUP BY 1, t.currency;

CREATE VIEW silver.house_income AS
WITH income AS (
  SELECT
    (sold_at AT TIME ZONE 'UTC')::date AS day, currency, buyers_premium, platform_fee, 0 AS reversed, 0 AS received
  FROM silver_private.transactions
  UNION ALL
  SELECT (lapsed_at AT TIME ZONE 'UTC')::date, currency, 0, 0, buyers_premium + platform_fee, 0
  FROM silver_private.transactions
  WHERE lapsed_at IS NOT NULL
  UNION ALL
  SELECT (paid_at AT TIME ZONE 'UTC')::date, currency, 0, 0, 0, buyers_premium + platform_fee
  FROM silver_private.transactions
  WHERE paid_at IS NOT NULL
  UNION ALL
  SELECT
    (refunded_at AT TIME ZONE 'UTC')::date, currency, 0, 0, buyers_premium + platform_fee, -buyers_premium - platform_fee
  FROM silver_private.transactions
  WHERE refunded_at IS NOT NULL
)
SELECT
  day, currency, SUM(buyers_premium) AS buyers_premium, SUM(platform_fee) AS platform_fee, SUM(reversed) AS reversed,
  SUM(buyers_premium + platform_fee - reversed) AS earned, SUM(received) AS received
FROM income
GROUP BY day, currency;

GRANT SELECT ON silver.currencies, silver.purchases, silver.revenue_accrual, silver.revenue_cash,
  silver.house_income TO gavel_analyst;

COMMENT ON SCHEMA silver IS 'The auction house as it stands now: no maximum bids, no reserve prices, no personal data. Amounts are whole minor units (cents) of the row''s currency, times are UTC.';

COMMENT ON VIEW silver.currencies IS 'One row a currency that the house may sell in. Amounts everywhere are whole minor units: divide by 10 ^ exponent for the amount as people write it.';
COMMENT ON COLUMN silver.currencies.code IS 'ISO 4217 code.';
COMMENT ON COLUMN silver.currencies.exponent IS 'Digits behind the point: 2 where a unit has 100 cents, 0 for yen.';

COMMENT ON COLUMN silver.users.user_id IS 'The account.';
COMMENT ON COLUMN silver.users.rating IS 'Rating of the account, as staff have set it; 0 at first.';
COMMENT ON COLUMN silver.users.is_verified IS 'Staff have verified who it is.';
COMMENT ON COLUMN silver.users.status IS 'active, suspended or erased.';
COMMENT ON COLUMN silver.users.registered_at IS 'When the account was opened.';
COMMENT ON COLUMN silver.users.erased_at IS 'When the person was erased; NULL otherwise.';

COMMENT ON COLUMN silver.auctions.auction_id IS 'The auction.';
COMMENT ON COLUMN silver.auctions.seller_id IS 'Who consigned the item. Refers to users.user_id.';
COMMENT ON COLUMN silver.auctions.title IS 'Title of the item.';
COMMENT ON COLUMN silver.auctions.description IS 'Description of the item.';
COMMENT ON COLUMN silver.auctions.category IS 'Category of the item, as the seller wrote it.';
COMMENT ON COLUMN silver.auctions.format IS 'english, sealed-first-price, vickrey or hall (a clerk calls it).';
COMMENT ON COLUMN silver.auctions.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.auctions.starting_price IS 'The first acceptable bid, in minor units.';
COMMENT ON COLUMN silver.auctions.current_price IS 'The visible price now, in minor units; the hammer price once sold.';
COMMENT ON COLUMN silver.auctions.minimum_next_bid IS 'What a bid must be at least, in minor units.';
COMMENT ON COLUMN silver.auctions.leader_id IS 'Who would win now, or has won; NULL without a bid. Refers to users.user_id.';
COMMENT ON COLUMN silver.auctions.has_reserve IS 'Whether there is a reserve price. The reserve price itself is secret.';
COMMENT ON COLUMN silver.auctions.reserve_met IS 'Whether the item would be sold at the current price.';
COMMENT ON COLUMN silver.auctions.buy_now_price IS 'Buy It Now price, in minor units; NULL without one.';
COMMENT ON COLUMN silver.auctions.listed_at IS 'When it was listed.';
COMMENT ON COLUMN silver.auctions.opens_at IS 'When bidding begins or began.';
COMMENT ON COLUMN silver.auctions.scheduled_closes_at IS 'The close as listed, before any extension.';
COMMENT ON COLUMN silver.auctions.extensions IS 'Times that a soft close has moved the close.';
COMMENT ON COLUMN silver.auctions.closed_at IS 'When it ended; NULL while it has not.';
COMMENT ON COLUMN silver.auctions.revision IS 'The last event of the auction that this row shows, from 0.';
COMMENT ON COLUMN silver.auctions.relist_of IS 'The passed auction whose item this is. Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.auctions.relisted_as IS 'The auction in which the item of this one is up again: it passed, or its sale came to nothing. Refers to auctions.auction_id.';

COMMENT ON COLUMN silver.items.item_id IS 'The item, by the id of its auction. Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.items.seller_id IS 'Who consigned it. Refers to users.user_id.';
COMMENT ON COLUMN silver.items.title IS 'Title.';
COMMENT ON COLUMN silver.items.description IS 'Description.';
COMMENT ON COLUMN silver.items.category IS 'Category, as the seller wrote it.';
COMMENT ON COLUMN silver.items.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.items.start_price IS 'The first acceptable bid, in minor units.';
COMMENT ON COLUMN silver.items.current_price IS 'The visible price now, in minor units; the hammer price once sold.';
COMMENT ON COLUMN silver.items.status IS 'As auctions.status.';
COMMENT ON COLUMN silver.items.listed_at IS 'When it was listed.';

COMMENT ON COLUMN silver.bids.bid_id IS 'The bid: auction_id and bid_number.';
COMMENT ON COLUMN silver.bids.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.bids.bid_number IS 'Place among the auction''s accepted bids, from 1.';
COMMENT ON COLUMN silver.bids.bidder_id IS 'Who bid. Refers to users.user_id.';
COMMENT ON COLUMN silver.bids.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.bids.bid_type IS 'manual (the price became the whole bid), proxy (the maximum was above it), snipe (in the last minute before the close as it was then), buy-now, absentee, floor or phone.';
COMMENT ON COLUMN silver.bids.placed_at IS 'When it reached the house.';
COMMENT ON COLUMN silver.bids.is_retracted IS 'Its bidder took it back.';
COMMENT ON COLUMN silver.bids.retracted_at IS 'When; NULL otherwise.';
COMMENT ON COLUMN silver.bids.retraction_reason IS 'TypingError or DescriptionChanged; NULL otherwise.';
COMMENT ON COLUMN silver.bids.voided_at IS 'When staff or the house took it out; NULL otherwise.';

COMMENT ON COLUMN silver.price_history.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.price_history.revision IS 'The auction''s event that set the price; orders the rows of an auction.';
COMMENT ON COLUMN silver.price_history.changed_at IS 'When the price was set.';
COMMENT ON COLUMN silver.price_history.price IS 'The visible price from then on, in minor units of the auction''s currency.';
COMMENT ON COLUMN silver.price_history.cause IS 'bid, retraction or voiding.';
COMMENT ON COLUMN silver.price_history.bid_number IS 'The bid that was placed, taken back or voided, as bids.bid_number.';

COMMENT ON VIEW silver.transactions IS 'Sales, one row each, also those that came to nothing: count purchases by silver.purchases instead. An auction has several when a second chance took the place of a sale never paid. The first has its auction''s id.';
COMMENT ON COLUMN silver.transactions.txn_id IS 'The sale.';
COMMENT ON COLUMN silver.transactions.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.transactions.seller_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.transactions.buyer_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.transactions.via IS 'Hammer, BuyNow or SecondChance.';
COMMENT ON COLUMN silver.transactions.final_price IS 'Hammer price, in minor units.';
COMMENT ON COLUMN silver.transactions.buyers_premium IS 'What the buyer pays the house on top, without tax: premium and other charges, in minor units.';
COMMENT ON COLUMN silver.transactions.tax IS 'Tax that the buyer pays, in minor units.';
COMMENT ON COLUMN silver.transactions.amount_due IS 'final_price + buyers_premium + tax, in minor units.';
COMMENT ON COLUMN silver.transactions.platform_fee IS 'What the seller pays the house out of the hammer price, without tax: platform fee, commission and other charges, in minor units.';
COMMENT ON COLUMN silver.transactions.seller_proceeds IS 'What the seller gets: final_price - platform_fee - the tax on that fee, in minor units.';
COMMENT ON COLUMN silver.transactions.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.transactions.sold_at IS 'When it was sold.';
COMMENT ON COLUMN silver.transactions.completed_at IS 'When the seller was paid out; NULL until then, and again if the payout was returned.';
COMMENT ON COLUMN silver.transactions.transaction_number IS 'Place among the auction''s sales, from 1.';
COMMENT ON COLUMN silver.transactions.payment_due_at IS 'Until when the buyer has to pay; NULL before the invoice.';
COMMENT ON COLUMN silver.transactions.paid_at IS 'When the buyer paid, always the whole amount_due; NULL until then.';
COMMENT ON COLUMN silver.transactions.refunded_at IS 'When the buyer got all of it back; NULL otherwise.';
COMMENT ON COLUMN silver.transactions.failed_payments IS 'Payments that failed.';
COMMENT ON COLUMN silver.transactions.money_in IS 'Payments and returned payouts so far, in minor units.';
COMMENT ON COLUMN silver.transactions.money_out IS 'Refunds and payouts so far, in minor units.';
COMMENT ON COLUMN silver.transactions.money_held IS 'money_in - money_out, in minor units.';
COMMENT ON COLUMN silver.transactions.lapsed_at IS 'When the sale, never paid, made room for another one; NULL otherwise.';

COMMENT ON COLUMN silver.payments.payment_id IS 'The movement of money.';
COMMENT ON COLUMN silver.payments.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.payments.transaction_number IS 'The sale that it belongs to, as transactions.transaction_number.';
COMMENT ON COLUMN silver.payments.kind IS 'payment (in), refund (out), payout (out, to the seller), payout-return (in), or failure (none).';
COMMENT ON COLUMN silver.payments.channel IS 'online or point-of-sale; NULL for money out.';
COMMENT ON COLUMN silver.payments.payment_amount IS 'What it moves for this sale, in minor units; 0 for a failure.';
COMMENT ON COLUMN silver.payments.payment_total IS 'The whole payment, in minor units: more than payment_amount where it pays several sales; NULL but for payments.';
COMMENT ON COLUMN silver.payments.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.payments.reason IS 'Why it failed or was refunded; NULL otherwise.';
COMMENT ON COLUMN silver.payments.moved_at IS 'When.';

COMMENT ON VIEW silver.second_chance_offers IS 'Offers to under-bidders, one row each: to buy at their own last bid after the winner did not pay or the reserve was not met.';
COMMENT ON COLUMN silver.second_chance_offers.offer_id IS 'The offer: auction_id and offer_number.';
COMMENT ON COLUMN silver.second_chance_offers.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.second_chance_offers.offer_number IS 'Place among the auction''s offers, from 1.';
COMMENT ON COLUMN silver.second_chance_offers.seller_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.second_chance_offers.bidder_id IS 'To whom. Refers to users.user_id.';
COMMENT ON COLUMN silver.second_chance_offers.cause IS 'WinnerDidNotPay or ReserveNotMet.';
COMMENT ON COLUMN silver.second_chance_offers.status IS 'pending, accepted, declined or expired.';
COMMENT ON COLUMN silver.second_chance_offers.price IS 'The bidder''s own last bid, in minor units; NULL until accepted, because it is that bidder''s secret.';
COMMENT ON COLUMN silver.second_chance_offers.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.second_chance_offers.offered_at IS 'When it was made.';
COMMENT ON COLUMN silver.second_chance_offers.expires_at IS 'Until when it stands.';
COMMENT ON COLUMN silver.second_chance_offers.answered_at IS 'When it was accepted, declined or expired; NULL while pending.';

COMMENT ON COLUMN silver.retraction_requests.request_id IS 'The request: auction_id and bid_number.';
COMMENT ON COLUMN silver.retraction_requests.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.retraction_requests.bid_number IS 'The bid, as bids.bid_number.';
COMMENT ON COLUMN silver.retraction_requests.bidder_id IS 'Who asks. Refers to users.user_id.';
COMMENT ON COLUMN silver.retraction_requests.reason IS 'TypingError or DescriptionChanged.';
COMMENT ON COLUMN silver.retraction_requests.status IS 'pending, granted, refused or lapsed.';
COMMENT ON COLUMN silver.retraction_requests.requested_at IS 'When it was asked.';
COMMENT ON COLUMN silver.retraction_requests.answered_at IS 'When staff answered; NULL until then.';
COMMENT ON COLUMN silver.retraction_requests.answered_by IS 'Who of the staff; NULL until then. Refers to users.user_id.';
COMMENT ON COLUMN silver.retraction_requests.closes_at IS 'When the auction''s bidding ends as planned now.';

COMMENT ON COLUMN silver.rejected_bids.rejection_id IS 'The refusal.';
COMMENT ON COLUMN silver.rejected_bids.auction_id IS 'The auction that was named; it may not exist. Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.rejected_bids.bidder_id IS 'Who bid. Refers to users.user_id.';
COMMENT ON COLUMN silver.rejected_bids.reason IS 'Why, as BidBelowMinimum; Flood for bids that were turned away unjudged.';
COMMENT ON COLUMN silver.rejected_bids.refused_count IS 'Commands refused; more than 1 only for a flood. Sum it to count refusals.';
COMMENT ON COLUMN silver.rejected_bids.minimum_next_bid IS 'What would have been accepted, in minor units of the auction''s currency; NULL where the amount was not the reason.';
COMMENT ON COLUMN silver.rejected_bids.first_at IS 'The first of a flood; else as rejected_at.';
COMMENT ON COLUMN silver.rejected_bids.rejected_at IS 'When; the last of a flood.';

COMMENT ON COLUMN silver.hall_results.buyer_id IS 'The buyer''s account, where the file names one. Refers to users.user_id.';
COMMENT ON COLUMN silver.hall_results.seller_id IS 'The seller''s account, where the file names one. Refers to users.user_id.';
COMMENT ON COLUMN silver.hall_results.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.hall_results.low_estimate IS 'Lower estimate, in minor units; NULL where none was printed.';
COMMENT ON COLUMN silver.hall_results.high_estimate IS 'Upper estimate, in minor units; NULL where none was printed.';
COMMENT ON COLUMN silver.hall_results.final_price IS 'Price of a sold lot, in minor units; price_kind says which. NULL for any other.';

COMMENT ON VIEW silver.purchases IS 'Purchases that stand, at most one row an auction: one that was never paid and whose place a second chance or a relisting took is left out. Purchases whose buyer got the money back are there, and marked.';
COMMENT ON COLUMN silver.purchases.txn_id IS 'The purchase. Refers to transactions.txn_id.';
COMMENT ON COLUMN silver.purchases.auction_id IS 'Refers to auctions.auction_id.';
COMMENT ON COLUMN silver.purchases.seller_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.purchases.buyer_id IS 'Refers to users.user_id.';
COMMENT ON COLUMN silver.purchases.title IS 'Title of the item.';
COMMENT ON COLUMN silver.purchases.category IS 'Category of the item.';
COMMENT ON COLUMN silver.purchases.via IS 'Hammer, BuyNow or SecondChance.';
COMMENT ON COLUMN silver.purchases.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.purchases.hammer_price IS 'In minor units.';
COMMENT ON COLUMN silver.purchases.buyers_premium IS 'What the buyer pays the house on top, in minor units.';
COMMENT ON COLUMN silver.purchases.tax IS 'Tax that the buyer pays, in minor units.';
COMMENT ON COLUMN silver.purchases.amount_due IS 'hammer_price + buyers_premium + tax, in minor units.';
COMMENT ON COLUMN silver.purchases.platform_fee IS 'What the house keeps of the hammer price, in minor units.';
COMMENT ON COLUMN silver.purchases.seller_proceeds IS 'hammer_price - platform_fee, in minor units.';
COMMENT ON COLUMN silver.purchases.house_income IS 'buyers_premium + platform_fee, in minor units.';
COMMENT ON COLUMN silver.purchases.payment_status IS 'uninvoiced, due, overdue, paid, settled or refunded.';
COMMENT ON COLUMN silver.purchases.sold_at IS 'When it was sold.';
COMMENT ON COLUMN silver.purchases.paid_at IS 'When the buyer paid; NULL until then.';
COMMENT ON COLUMN silver.purchases.refunded_at IS 'When the buyer got the money back; NULL otherwise.';
COMMENT ON COLUMN silver.purchases.is_refunded IS 'The buyer got the money back.';

COMMENT ON COLUMN silver.all_purchases.sold_in IS 'auction (of this house), hall, or online (a past auction that a file tells of).';
COMMENT ON COLUMN silver.all_purchases.purchase_id IS 'purchases.txn_id or hall_results.hall_result_id.';
COMMENT ON COLUMN silver.all_purchases.seller_id IS 'NULL where a hall''s file names none. Refers to users.user_id.';
COMMENT ON COLUMN silver.all_purchases.buyer_id IS 'NULL where a hall''s file names none. Refers to users.user_id.';
COMMENT ON COLUMN silver.all_purchases.title IS 'Title of the item or lot.';
COMMENT ON COLUMN silver.all_purchases.category IS 'Category of the item or lot.';
COMMENT ON COLUMN silver.all_purchases.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.all_purchases.hammer_price IS 'In minor units; NULL where a hall''s file tells only the price with premium.';
COMMENT ON COLUMN silver.all_purchases.price_with_premium IS 'Hammer price and buyer''s premium together, in minor units; NULL where a hall''s file tells only the hammer price.';
COMMENT ON COLUMN silver.all_purchases.sold_at IS 'When it was sold.';

COMMENT ON VIEW silver.revenue_accrual IS 'Revenue of auctions as earned, one row a UTC day and currency with anything to tell: a sale counts on the day it was made, and what came of it to nothing on the day it lapsed or was refunded.';
COMMENT ON COLUMN silver.revenue_accrual.day IS 'UTC day.';
COMMENT ON COLUMN silver.revenue_accrual.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.revenue_accrual.sales IS 'Sales made on the day.';
COMMENT ON COLUMN silver.revenue_accrual.hammer_price IS 'Sum of their hammer prices, in minor units.';
COMMENT ON COLUMN silver.revenue_accrual.buyers_premium IS 'Sum of their buyers'' premiums, in minor units.';
COMMENT ON COLUMN silver.revenue_accrual.tax IS 'Sum of their taxes, in minor units.';
COMMENT ON COLUMN silver.revenue_accrual.platform_fee IS 'Sum of their platform fees, in minor units.';
COMMENT ON COLUMN silver.revenue_accrual.reversed_sales IS 'Sales of any day that lapsed unpaid or were refunded on the day.';
COMMENT ON COLUMN silver.revenue_accrual.reversed_hammer_price IS 'Sum of their hammer prices, in minor units.';
COMMENT ON COLUMN silver.revenue_accrual.net_hammer_price IS 'hammer_price - reversed_hammer_price, in minor units.';

COMMENT ON VIEW silver.revenue_cash IS 'Revenue of auctions as paid, one row a UTC day and currency on which money moved.';
COMMENT ON COLUMN silver.revenue_cash.day IS 'UTC day.';
COMMENT ON COLUMN silver.revenue_cash.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.revenue_cash.paid_in IS 'Payments of buyers, in minor units.';
COMMENT ON COLUMN silver.revenue_cash.refunded IS 'Paid back to buyers, in minor units.';
COMMENT ON COLUMN silver.revenue_cash.paid_out IS 'Paid out to sellers, in minor units.';
COMMENT ON COLUMN silver.revenue_cash.payouts_returned IS 'Paid back by sellers, in minor units.';
COMMENT ON COLUMN silver.revenue_cash.net_cash IS 'paid_in + payouts_returned - refunded - paid_out, in minor units.';

COMMENT ON VIEW silver.house_income IS 'What the house earns by auctions, one row a UTC day and currency with anything to tell: earned by the day of the sale, received by the day of the payment.';
COMMENT ON COLUMN silver.house_income.day IS 'UTC day.';
COMMENT ON COLUMN silver.house_income.currency IS 'ISO 4217 code. Refers to currencies.code.';
COMMENT ON COLUMN silver.house_income.buyers_premium IS 'Buyers'' premiums of the sales made on the day, in minor units.';
COMMENT ON COLUMN silver.house_income.platform_fee IS 'Platform fees of the sales made on the day, in minor units.';
COMMENT ON COLUMN silver.house_income.reversed IS 'Both of sales of any day that lapsed unpaid or were refunded on the day, in minor units.';
COMMENT ON COLUMN silver.house_income.earned IS 'buyers_premium + platform_fee - reversed, in minor units.';
COMMENT ON COLUMN silver.house_income.received IS 'Premium and fee of sales paid on the day, less those of sales refunded on the day, in minor units.';
