// What one person, and nobody else, may be told of a recorded event of which the public is told nothing, or not all. It is
// not published: a process that learns of such an event from a public fact looks it up for the people who listen.
import type { AuctionId, UserId } from '../../domain/ids.js';
import { auctionStream, streamOwner } from '../../domain/messages.js';
import type { Currency, Minor } from '../../domain/money.js';
import type { Instant } from '../../domain/time.js';
import type { Journal, Revision } from '../../journal/journal.js';
import type { JournalEntry } from '../feed.js';

export type PersonalEvent =
  /** To the buyer: what is due for a purchase, and until when. */
  | Readonly<{
      kind: 'Invoiced';
      transactionNumber: number;
      currency: Currency;
      amountDue: Minor;
      paymentDueAt: Instant;
    }>
  /** To the buyer: the payment is on record. */
  | Readonly<{ kind: 'Paid'; transactionNumber: number; currency: Currency; amount: Minor }>
  /** To an under-bidder: a second chance at that bidder's own last bid. */
  | Readonly<{ kind: 'Offered'; offerNumber: number; currency: Currency; offeredPrice: Minor; expiresAt: Instant }>
  /** To a bidder: staff or the house have voided a bid, or staff refuse to let it be taken back, and why. */
  | Readonly<{ kind: 'BidVoided' | 'RetractionRefused'; bidNumber: number; reason: string }>
  | Readonly<{ kind: 'RetractionGranted'; bidNumber: number }>;

export type PersonalFact = Readonly<{
  userId: UserId;
  auctionId: AuctionId;
  revision: Revision;
  occurredAt: Instant;
  event: PersonalEvent;
}>;

/** Looks up what the event at this revision tells one person; null if it tells nobody. Rejects while it cannot be had. */
export type PersonalFacts = (auctionId: AuctionId, revision: Revision) => Promise<PersonalFact | null>;

/** Personal facts as the journal has them. */
export const personalFactsOf =
  (journal: Pick<Journal, 'readStream'>): PersonalFacts =>
  async (auctionId, revision) => {
    const [entry] = await journal.readStream(auctionStream(auctionId), revision, 1);
    if (entry === undefined) throw new Error(`auction ${auctionId} has no revision ${revision} yet`);
    return personalFactOf(entry);
  };

/** Written out field by field, as public facts are. */
export function personalFactOf(entry: JournalEntry): PersonalFact | null {
  if (entry.kind === 'unreadable') return null;
  const owner = streamOwner(entry.streamId);
  if (owner.kind !== 'auction') return null;
  const { revision, occurredAt, event } = entry;
  const about = { auctionId: owner.id, revision, occurredAt };
  switch (event.type) {
    case 'InvoiceIssued': {
      const { buyerId, transactionNumber, currency, amountDue, paymentDueAt } = event;
      const invoiced = { kind: 'Invoiced', transactionNumber, currency, amountDue, paymentDueAt } as const;
      return { userId: buyerId, ...about, event: invoiced };
    }
    case 'PaymentRecorded': {
      const { buyerId, transactionNumber, currency, amount } = event;
      return { userId: buyerId, ...about, event: { kind: 'Paid', transactionNumber, currency, amount } };
    }
    case 'SecondChanceOffered': {
      const { bidderId, offerNumber, currency, offeredPrice, expiresAt } = event;
      const offered = { kind: 'Offered', offerNumber, currency, offeredPrice, expiresAt } as const;
      return { userId: bidderId, ...about, event: offered };
    }
    case 'BidVoided':
    case 'SealedBidVoided':
    case 'RetractionRefused': {
      const { bidderId, bidNumber, reason } = event;
      const kind = event.type === 'RetractionRefused' ? 'RetractionRefused' : 'BidVoided';
      return { userId: bidderId, ...about, event: { kind, bidNumber, reason } };
    }
    case 'BidRetracted':
    case 'SealedBidRetracted': {
      const { bidderId, bidNumber, grantedBy } = event;
      if (grantedBy === null) return null;
      return { userId: bidderId, ...about, event: { kind: 'RetractionGranted', bidNumber } };
    }
    default:
      return null;
  }
}
