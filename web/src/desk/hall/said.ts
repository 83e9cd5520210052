// What a clerk says of a lot, as it is kept until the house has judged it. Amounts are texts: it is kept as JSON.
import type { Currency } from '../../../../src/domain/money.js';

type Bid = Readonly<{
  auctionId: string;
  paddle: number;
  amount: string;
  currency: Currency;
  channel: 'FLOOR' | 'PHONE';
}>;

export type Said =
  | Readonly<{ act: 'open'; input: Readonly<{ auctionId: string; askingPrice?: string }> }>
  | Readonly<{ act: 'ask'; input: Readonly<{ auctionId: string; askingPrice: string }> }>
  | Readonly<{ act: 'bid'; input: Bid }>
  | Readonly<{ act: 'warn' | 'hammer' | 'undo'; input: Readonly<{ auctionId: string; leadingBid: number }> }>
  | Readonly<{ act: 'pass'; input: Readonly<{ auctionId: string; leadingBid: number | null }> }>;

/** How the house judged a command. `message` is null where it was done, and `revision` the lot's from then on. */
export type Judged = Readonly<{ message: string | null; revision: number | null }>;
