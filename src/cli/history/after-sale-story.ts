// What happens after the hammer, as sentences for people. The price of a second chance is its bidder's secret until taken.
import type { AfterSaleEvent } from '../../domain/auction/after-sale.events.js';
import type { Transaction } from '../../domain/auction/after-sale.state.js';
import { formatMoney, type Minor } from '../../domain/money.js';
import { type Telling, timeOf, whoOf } from './telling.js';

/** One sentence about an event after the end, without its time. */
export function afterSaleSentenceOf(event: AfterSaleEvent, { currency, nameOf, secrets }: Telling): string {
  const money = (minor: Minor): string => formatMoney({ minor, currency });
  switch (event.type) {
    case 'InvoiceIssued':
      return `invoice ${event.transactionNumber} to ${nameOf(event.buyerId)}: ${money(event.amountDue)}, due ${timeOf(event.paymentDueAt)}`;
    case 'PaymentRecorded':
      return `${nameOf(event.buyerId)} pays ${money(event.amount)}${event.paymentTotal > event.amount ? ` of a payment of ${money(event.paymentTotal)}` : ''} for invoice ${event.transactionNumber} (${event.channel}, ${event.reference}); the house holds ${money(event.held)}`;
    case 'PaymentFailed':
      return `a payment for invoice ${event.transactionNumber} fails (${event.channel}, ${event.reference}): ${event.reason}`;
    case 'PaymentOverdue':
      return `invoice ${event.transactionNumber} is overdue${event.cause === 'Declared' ? `, says ${whoOf(event.declaredBy, nameOf)}` : ''}`;
    case 'PaymentRefunded':
      return `${nameOf(event.buyerId)} gets ${money(event.amount)} back (${event.reason}, ${event.reference}); the house holds ${money(event.held)}`;
    case 'DisputeRecorded':
      return `the payment of invoice ${event.transactionNumber} is disputed over ${money(event.amount)} (${event.reference}): ${event.status}`;
    case 'TransactionSettled':
      return `${nameOf(event.sellerId)} is paid out ${money(event.payout)} (${event.reference}), the platform fee of ${money(event.platformFee)} taken off; the house holds ${money(event.held)}`;
    case 'PayoutReturned':
      return `${nameOf(event.sellerId)} returns the payout of ${money(event.amount)} (${event.reference}); the house holds ${money(event.held)}`;
    case 'SecondChanceOffered': {
      const price = secrets ? ` at ${money(event.offeredPrice)}` : '';
      const why = event.cause === 'WinnerDidNotPay' ? 'the winner did not pay' : 'the reserve was not met';
      return `${nameOf(event.bidderId)} is offered a second chance${price}, because ${why}; open until ${timeOf(event.expiresAt)}`;
    }
    case 'SecondChanceAccepted':
      return (
        `${nameOf(event.buyerId)} takes the second chance, for ${money(event.hammerPrice)}` +
        ` (premium ${money(event.buyersPremium)}, tax ${money(event.tax)}, due ${money(event.amountDue)};` +
        ` seller gets ${money(event.sellerProceeds)})`
      );
    case 'SecondChanceDeclined':
      return `${nameOf(event.bidderId)} declines the second chance`;
    case 'SecondChanceExpired':
      return `the second chance of ${nameOf(event.bidderId)} ends unanswered`;
  }
}

/** How the money of the latest sale stands, as a last line of the story. */
export function transactionLine(transaction: Transaction, { currency, nameOf }: Telling): string {
  const { buyerId, moneyIn, moneyOut, paymentStatus, transactionNumber } = transaction;
  const held = formatMoney({ minor: moneyIn - moneyOut, currency });
  return `payment    invoice ${transactionNumber} of ${nameOf(buyerId)}: ${paymentStatus}, the house holds ${held}`;
}
