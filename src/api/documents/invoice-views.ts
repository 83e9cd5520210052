// Invoices as people are shown them over GraphQL: amounts as decimal text, times in ISO 8601.
import { isoTime } from '../../domain/time.js';
import type { InvoiceDetail, InvoiceRow } from '../../projections/silver/documents.queries.js';
import { feeLineView } from '../queries/payable.js';

export const invoiceView = ({ net, tax, total, issuedAt, dueAt, ...row }: InvoiceRow) => ({
  ...row,
  net: `${net}`,
  tax: `${tax}`,
  total: `${total}`,
  issuedAt: isoTime(issuedAt),
  dueAt: dueAt === null ? null : isoTime(dueAt),
});
export type InvoiceView = ReturnType<typeof invoiceView>;

export const invoiceDetailView = ({ lines, ...row }: InvoiceDetail) => ({
  ...invoiceView(row),
  lines: lines.map(({ auctionId, transactionNumber, title, taxScheme, taxTreatment, ...line }) => ({
    auctionId,
    transactionNumber,
    title,
    taxScheme,
    taxTreatment,
    ...feeLineView(line),
  })),
});
export type InvoiceDetailView = ReturnType<typeof invoiceDetailView>;
