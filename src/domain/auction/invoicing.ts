// The buyer's invoice, as a fact of its own: what is due for what, and until when.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import type { Invoice } from '../fees/charges.js';
import { slicesOf } from '../fees/tiers.js';
import type { UserId } from '../ids.js';
import { type Instant, later } from '../time.js';
import type { InvoiceIssued } from './after-sale.events.js';
import type { Transaction } from './after-sale.state.js';
import type { AuctionEvent } from './auction.events.js';
import type { AuctionRejection } from './auction.rejections.js';
import type { Terms } from './terms.js';

type Judged = Decision<AuctionEvent, AuctionRejection>;
type Sold = Readonly<{ transactionNumber: number; buyerId: UserId; money: Invoice }>;

/** The invoice of a transaction under an auction's terms, payable from `issuedAt` on within the listing's term. */
export function invoiceOf({ transactionNumber, buyerId, money }: Sold, terms: Terms, issuedAt: Instant): InvoiceIssued {
  const { hammerPrice, buyersPremium, tax, amountDue, lines } = money;
  const { currency, fees } = terms;
  return {
    type: 'InvoiceIssued',
    transactionNumber,
    buyerId,
    currency,
    hammerPrice,
    premiumSlices: slicesOf(hammerPrice, fees.buyersPremium),
    buyersPremium,
    tax,
    taxScheme: fees.tax.scheme,
    lines: lines.filter(({ paidBy }) => paidBy === 'buyer'),
    schedule: fees.name,
    scheduleVersion: fees.version,
    amountDue,
    paymentDueAt: later(issuedAt, fees.paymentTermMs),
    issuedAt,
  };
}

/** A decision that ends an auction, with the invoice where it ends in a sale. */
export function invoiced(decision: Judged, terms: Terms, { at }: Facts): Judged {
  const sold = decision.accepted ? decision.events.at(-1) : undefined;
  if (!decision.accepted || sold?.type !== 'AuctionSold') return decision;
  const transaction = { transactionNumber: 1, buyerId: sold.buyerId, money: sold };
  return accept<AuctionEvent>(...decision.events, invoiceOf(transaction, terms, at));
}

/** Judges an invoice for a sale that has none. */
export function issueInvoice(transaction: Transaction, terms: Terms, { at }: Facts): Judged {
  if (transaction.paymentStatus !== 'uninvoiced') return reject({ reason: 'InvoiceAlreadyIssued' });
  return accept<AuctionEvent>(invoiceOf(transaction, terms, at));
}
