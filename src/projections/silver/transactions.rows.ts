// A sale as a row.
import type { AuctionSold } from '../../domain/auction/auction.events.js';
import type { UserId } from '../../domain/ids.js';
import { isoTime } from '../../domain/time.js';

/** The seller is not in the event but in the listing, so the rows go through an INSERT that looks it up. */
export const INSERT_TRANSACTIONS = `
INSERT INTO transactions (auction_id, seller_id, buyer_id, via, winning_bid, currency, final_price, buyers_premium, tax,
  amount_due, platform_fee, seller_proceeds, sold_at)
SELECT t.auction_id, l.seller_id, t.buyer_id, t.via, t.winning_bid, t.currency, t.final_price, t.buyers_premium, t.tax,
  t.amount_due, t.platform_fee, t.seller_proceeds, t.sold_at
FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::integer[], $5::text[], $6::bigint[], $7::bigint[], $8::bigint[],
  $9::bigint[], $10::bigint[], $11::bigint[], $12::timestamptz[])
  AS t(auction_id, buyer_id, via, winning_bid, currency, final_price, buyers_premium, tax, amount_due, platform_fee,
    seller_proceeds, sold_at)
JOIN listings l USING (auction_id)`;

export type Sale = Readonly<{ auctionId: string; sold: AuctionSold }>;

type Column = (sale: Sale) => string | number | bigint | UserId;

/** In the order of the statement's parameters. */
export const SALE_COLUMNS: readonly Column[] = [
  ({ auctionId }) => auctionId,
  ({ sold }) => sold.buyerId,
  ({ sold }) => sold.via,
  ({ sold }) => sold.winningBid,
  ({ sold }) => sold.currency,
  ({ sold }) => sold.hammerPrice,
  ({ sold }) => sold.buyersPremium,
  ({ sold }) => sold.tax,
  ({ sold }) => sold.amountDue,
  ({ sold }) => sold.platformFee,
  ({ sold }) => sold.sellerProceeds,
  ({ sold }) => isoTime(sold.closedAt),
];
