// Gives sales their invoices, and sales that came to nothing their credit notes. Silver tells what is due; the series itself knows
// what it has numbered, so asking again, in other groups, on any node and after any restart, doubles nothing (docs/adr/0098).
import type { IssueDocument } from '../domain/documents/document.commands.js';
import type { CreditReason, DocumentItem, DocumentKind } from '../domain/documents/document.events.js';
import { type DocumentId, documentId, type SaleId, seriesId, type UserId } from '../domain/ids.js';
import type { Currency } from '../domain/money.js';
import { type Instant, instant, isoTime } from '../domain/time.js';
import { houseCommandId, nameUuid } from '../runtime/name-uuid.js';
import { type ErrandParts, Errands } from './errands.js';

/** A transaction without an invoice. A lot of a sale counts as sold when the sale ended, or later by a second chance. */
export type ToInvoice = Readonly<{
  buyerId: UserId;
  currency: Currency;
  /** Null for a single listing. */
  saleId: SaleId | null;
  soldAt: Instant;
  dueAt: Instant;
  item: DocumentItem;
}>;
/** A transaction on an invoice that came to nothing `since`, or a refund of a part of it, with the lines that it takes back. */
export type ToCredit = Omit<ToInvoice, 'dueAt' | 'saleId' | 'soldAt'> &
  Readonly<{ invoiceId: DocumentId; reason: CreditReason; refund: string | null; since: Instant }>;

/** What the invoicer asks. */
export interface DocumentsDue {
  /** Single listings sold before `before` and lots of sales that are over; those of one buyer and sale together. */
  toInvoice(before: Instant, limit: number): Promise<readonly ToInvoice[]>;
  toCredit(limit: number): Promise<readonly ToCredit[]>;
}

/** Of single listings. `lot`: an invoice a transaction, at once. `day`: one a buyer, currency and day of UTC, when the day is over. */
export const INVOICE_PER = ['lot', 'day'] as const;
export type InvoicePer = (typeof INVOICE_PER)[number];

/** As many transactions as are looked at together; it is more than the items of one document. */
const DUE_MAX = 2_000;
const ITEMS_MAX = 500;
/** Nobody waits for a document by the half second. */
const POLL_MS = 1_000;

/** The invoicer: one errand for both kinds of documents. */
export const invoicerOf = (due: DocumentsDue, parts: ErrandParts, per: InvoicePer): Errands<IssueDocument> =>
  new Errands<IssueDocument>(
    {
      name: 'a document',
      due: async () => {
        const now = parts.runtime.now();
        const sold = await due.toInvoice(per === 'lot' ? now : startOfDay(now), DUE_MAX);
        return [...invoicesFor(wholeGroups(sold, per), per), ...(await due.toCredit(DUE_MAX)).map(creditNoteFor)];
      },
      subject: ({ documentId: id }) => id,
      command: (command) => ({ command, commandId: houseCommandId('document', command.documentId, instant(0)) }),
    },
    { ...parts, pollMs: Math.max(parts.pollMs, POLL_MS) },
  );

/** The invoices that these transactions come to. */
export function invoicesFor(sold: readonly ToInvoice[], per: InvoicePer): readonly IssueDocument[] {
  const groups = Map.groupBy(sold, (one) => groupOf(one, per));
  return [...groups.values()].flatMap((group) => inParts(group).map(invoiceFor));
}

/** What is on one invoice: what a buyer bought in a sale, or else a lot, or a day's. */
function groupOf({ buyerId, currency, saleId, soldAt, item }: ToInvoice, per: InvoicePer): string {
  if (saleId !== null) return `${buyerId} ${currency} ${saleId} ${soldAt}`;
  return per === 'lot' ? `${item.auctionId} ${item.transactionNumber}` : `${buyerId} ${currency} ${dayOf(soldAt)}`;
}

/** Without the last group where the answer may have been cut off within it; it comes first once those before it are invoiced. */
function wholeGroups(sold: readonly ToInvoice[], per: InvoicePer): readonly ToInvoice[] {
  const last = sold.at(-1);
  if (last === undefined || sold.length < DUE_MAX) return sold;
  const whole = sold.filter((one) => groupOf(one, per) !== groupOf(last, per));
  return whole.length === 0 ? sold : whole;
}

const inParts = (group: readonly ToInvoice[]): readonly (readonly ToInvoice[])[] =>
  Array.from({ length: Math.ceil(group.length / ITEMS_MAX) }, (_, part) =>
    group.slice(part * ITEMS_MAX, (part + 1) * ITEMS_MAX),
  );

function invoiceFor(group: readonly ToInvoice[]): IssueDocument {
  const [first] = group;
  if (first === undefined) throw new Error('broken invariant: an invoice of nothing');
  const { buyerId, currency, soldAt } = first;
  const dueAt = instant(Math.min(...group.map((one) => one.dueAt)));
  return command(
    'invoice',
    soldAt,
    { buyerId, currency, dueAt, corrects: null, reason: null, refund: null },
    group.map(({ item }) => item),
  );
}

/** A credit note a transaction or refund: they come one by one. */
export const creditNoteFor = ({
  buyerId,
  currency,
  invoiceId: corrects,
  reason,
  refund,
  since,
  item,
}: ToCredit): IssueDocument =>
  command('credit-note', since, { buyerId, currency, dueAt: null, corrects, reason, refund }, [item]);

type About = Pick<IssueDocument, 'buyerId' | 'currency' | 'dueAt' | 'corrects' | 'reason' | 'refund'>;

function command(kind: DocumentKind, at: Instant, about: About, items: readonly DocumentItem[]): IssueDocument {
  const year = Number(isoTime(at).slice(0, 4));
  const names = items.map(({ auctionId, transactionNumber }) => `${auctionId} ${transactionNumber}`);
  const refunds = about.refund === null ? [] : ['refund', about.refund];
  return {
    type: 'IssueDocument',
    seriesId: seriesOf(kind, year),
    documentId: documentId(nameUuid('document', [kind, ...names, ...refunds].join(' '))),
    kind,
    year,
    ...about,
    items: items.map((item) => ({ ...item, lines: item.lines.filter(({ paidBy }) => paidBy === 'buyer') })),
  };
}

/** The series of a kind and year. */
export const seriesOf = (kind: DocumentKind, year: number) => seriesId(nameUuid('series', `${kind} ${year}`));

const dayOf = (at: Instant): string => isoTime(at).slice(0, 10);
const startOfDay = (at: Instant): Instant => instant(Date.parse(`${dayOf(at)}T00:00:00Z`));
