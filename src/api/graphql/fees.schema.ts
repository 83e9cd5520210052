// What a sale costs, line by line.
import { CREDIT_REASONS, DOCUMENT_KINDS } from '../../domain/documents/document.events.js';
import { LINE_KINDS } from '../../domain/fees/charges.js';
import { TAX_SCHEMES } from '../../domain/fees/schedule.js';
import { TAX_TREATMENTS } from '../../domain/fees/tax-position.js';

const named = (words: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(words.map((word) => [word.toUpperCase().replaceAll('-', '_'), word]));

export const FEES_ENUMS = {
  FeeLineKind: named(LINE_KINDS),
  TaxScheme: named(TAX_SCHEMES),
  TaxTreatment: named(TAX_TREATMENTS),
  PayoutRunStatus: named(['prepared', 'approved', 'discarded']),
  InvoiceKind: named(DOCUMENT_KINDS),
  CreditReason: named(CREDIT_REASONS),
};

const INVOICE = `
  invoiceId: ID!
  "As it is written: 2026-000017, and C2026-000003 for a credit note."
  invoiceNumber: String!
  kind: InvoiceKind!
  buyerId: ID!
  currency: Currency!
  net: Amount!
  tax: Amount!
  "What is to be paid; of a credit note what is taken back."
  total: Amount!
  "The invoice that a credit note takes back."
  corrects: ID
  correctsNumber: String
  reason: CreditReason
  issuedAt: Time!
  dueAt: Time`;

const PAYOUT_RUN = `
  payoutRunId: ID!
  status: PayoutRunStatus!
  "In cents."
  total: Amount!
  preparedBy: ID!
  preparedAt: Time!
  "Who approved or discarded it."
  decidedBy: ID
  decidedAt: Time`;

export const FEES_TYPES = `
"Where a buyer is for tax. Without it: where the house is."
input TaxPlaceInput {
  "As in ISO 3166-1: GB."
  country: String!
  "As in the second part of ISO 3166-2: NY."
  region: String
  "Whether the house has accepted a tax number or certificate of the buyer."
  hasNumber: Boolean = false
}
"One line of an account: amount and tax make the total. The rate is in millionths: 200000 is 20 %."
type FeeLine { kind: FeeLineKind! amount: Amount! taxRatePpm: Int! tax: Amount! total: Amount! }
type Payable {
  auctionId: ID!
  currency: Currency!
  hammerPrice: Amount!
  "Their totals add up to total."
  lines: [FeeLine!]!
  tax: Amount!
  total: Amount!
  "Under MARGIN no document shows the tax apart."
  taxScheme: TaxScheme!
  "The name and version of the house's schedule of fees that the item was listed under."
  feeSchedule: String!
  feeScheduleVersion: Int!
  "Days to pay, from the invoice on."
  paymentTermDays: Int!
}
type Invoice {${INVOICE}
}
type PayoutRunCommandAccepted implements Accepted { commandId: ID! repeated: Boolean! revision: Int! payoutRunId: ID! }
type PayoutRun {${PAYOUT_RUN}
}
type PayoutRunPage { rows: [PayoutRun!]! next: String }
type PayoutItem {
  auctionId: ID!
  transactionNumber: Int!
  sellerId: ID!
  title: String!
  amount: Amount!
  "Whether the books show it as paid out by this run."
  isSettled: Boolean!
}
type PayoutRunDetail {${PAYOUT_RUN}
  items: [PayoutItem!]!
}
"A seller's part of a payout run. The statement is at /payout-runs/{payoutRunId}/statements/{your id}."
type Payout { payoutRunId: ID! sales: Int! total: Amount! approvedAt: Time! }
type PayoutPage { rows: [Payout!]! next: String }
type TaxPosition {
  userId: ID!
  "Counts what the person has stated."
  statement: Int!
  country: String
  region: String
  "Null for none, and for somebody who was erased."
  taxNumber: String
  "Null while staff have not looked at the number."
  isAccepted: Boolean
  statedAt: Time!
}
type TaxPositionPage { rows: [TaxPosition!]! next: String }
type InvoicePage { rows: [Invoice!]! next: String }
type InvoiceLine {
  auctionId: ID!
  transactionNumber: Int!
  title: String!
  kind: FeeLineKind!
  amount: Amount!
  taxRatePpm: Int!
  tax: Amount!
  total: Amount!
  taxScheme: TaxScheme!
  taxTreatment: TaxTreatment!
}
type InvoiceDetail {${INVOICE}
  lines: [InvoiceLine!]!
}`;
