// How news read. Only what the reader may know: the price everybody sees, the reader's own invoice, the reader's own offer.
import type { DomainEvent } from '../../domain/messages.js';
import { type Currency, formatMoney, type Minor } from '../../domain/money.js';
import { type Instant, isoTime } from '../../domain/time.js';
import type { LetterKind } from './letter.js';

export type Told = Readonly<{ kind: LetterKind; title: string; currency: Currency; event: DomainEvent }>;

const HEADINGS: Readonly<Record<LetterKind, string>> = {
  Outbid: 'You were outbid',
  Extended: 'The close was extended',
  Won: 'You won',
  Sold: 'Your item was sold',
  Passed: 'Not sold',
  Invoiced: 'Your invoice',
  Reminder: 'A payment is due soon',
  Overdue: 'A payment is overdue',
  Offered: 'A second chance',
  Voided: 'Your bid was voided',
  Asked: 'A question about your item',
  Answered: 'Your question is answered',
  ClosingSoon: 'A lot that you watch closes soon',
  Confirm: 'Confirm your e-mail address',
  Reset: 'A new password',
  AlreadyHere: 'You have an account',
};

/** One piece of news by its name; several by their number. */
export function subjectOf(told: readonly Told[]): string {
  const [first] = told;
  return told.length === 1 && first !== undefined
    ? `${HEADINGS[first.kind]}: ${first.title}`
    : `${told.length} pieces of news from your auctions`;
}

/** A paragraph. */
export const textOf = (told: Told): string => `${HEADINGS[told.kind]}: ${told.title}\n${sentenceOf(told)}`;

function sentenceOf({ kind, currency, event }: Told): string {
  const price = (minor: Minor): string => formatMoney({ minor, currency });
  switch (event.type) {
    case 'AuctionListed':
      return 'It closes within the hour, unless a late bid moves its close.';
    case 'BidPlaced':
      return `The price is ${price(event.currentPrice)}; the next bid is at least ${price(event.minimumNextBid)}.`;
    case 'ClosingExtended':
      return `It closes at ${shown(event.closesAt)}.`;
    case 'AuctionSold':
      return `The hammer fell at ${price(event.hammerPrice)}.`;
    case 'AuctionPassed':
      return event.reason === 'NoBids' ? 'Nobody bid.' : 'The reserve was not met.';
    case 'InvoiceIssued':
      return `${price(event.amountDue)} ${kind === 'Reminder' ? 'is' : 'are'} due by ${shown(event.paymentDueAt)}.`;
    case 'PaymentOverdue':
      return `No payment came by ${shown(event.overdueAt)}. Pay now, or the item may go to somebody else.`;
    case 'SecondChanceOffered':
      return `It is yours for your own last bid, ${price(event.offeredPrice)}, if you accept by ${shown(event.expiresAt)}.`;
    case 'QuestionAsked':
    case 'QuestionAnswered':
      return event.text;
    case 'BidVoided':
    case 'SealedBidVoided':
      return `The reason: ${event.reason}`;
    default:
      throw new Error(`there is no letter about ${event.type}`);
  }
}

/** `2026-01-31 12:00 UTC`. */
const shown = (at: Instant): string => `${isoTime(at).slice(0, 16).replace('T', ' ')} UTC`;
