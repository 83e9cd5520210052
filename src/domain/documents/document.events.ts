// Invoices and credit notes as documents with numbers. The facts of a series' own stream, `series-<id>`: one series a kind and year,
// and each fact is its next number, so that no number is missing and none is given twice (docs/adr/0098).
import type { FeeLine } from '../fees/charges.js';
import type { TaxScheme } from '../fees/schedule.js';
import type { TaxTreatment } from '../fees/tax-position.js';
import type { AuctionId, DocumentId, UserId } from '../ids.js';
import type { Currency, Minor } from '../money.js';
import type { Instant } from '../time.js';

export const DOCUMENT_KINDS = ['invoice', 'credit-note'] as const;
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

/** One transaction on a document, with the buyer's lines as they were sold. */
export type DocumentItem = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  title: string;
  taxScheme: TaxScheme;
  taxTreatment: TaxTreatment;
  lines: readonly FeeLine[];
}>;

/** Why an invoice is taken back. */
export const CREDIT_REASONS = ['refunded', 'lapsed'] as const;
export type CreditReason = (typeof CREDIT_REASONS)[number];

export type DocumentContents = Readonly<{
  documentId: DocumentId;
  kind: DocumentKind;
  year: number;
  buyerId: UserId;
  currency: Currency;
  items: readonly DocumentItem[];
  /** The invoice that a credit note takes back, in whole or in part; null for an invoice. */
  corrects: DocumentId | null;
  reason: CreditReason | null;
  /** The reference of the refund that a credit note is for; null where it takes back a whole sale, and for an invoice. */
  refund: string | null;
  /** Until when the buyer has to pay; null for a credit note. */
  dueAt: Instant | null;
}>;

/** A document got its number. `net` + `tax` = `total`, which is the sum of the items' lines. */
export type DocumentIssued = DocumentContents &
  Readonly<{ type: 'DocumentIssued'; number: number; net: Minor; tax: Minor; total: Minor; issuedAt: Instant }>;

export type DocumentEvent = DocumentIssued;
