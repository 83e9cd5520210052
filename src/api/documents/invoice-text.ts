// An invoice or a credit note as texts, for a page and for paper alike. Under the margin scheme no tax is shown apart.
import type { Letterhead } from '../../domain/auction/house-defaults.js';
import type { LineKind } from '../../domain/fees/charges.js';
import { formatMoney, type Minor } from '../../domain/money.js';
import { isoTime } from '../../domain/time.js';
import type { InvoiceDetail, InvoiceLineRow } from '../../projections/silver/documents.queries.js';

export type InvoiceText = Readonly<{
  title: string;
  house: Letterhead;
  /** The buyer's name and address, in lines. */
  buyer: readonly string[];
  facts: readonly (readonly [name: string, value: string])[];
  /** The item, the charge, the amount without tax, the rate, the tax, and both together. */
  rows: readonly (readonly [string, string, string, string, string, string])[];
  totals: readonly (readonly [name: string, value: string])[];
  notes: readonly string[];
}>;

export const COLUMNS = ['Item', 'Charge', 'Amount', 'Tax rate', 'Tax', 'Total'] as const;

export const KINDS: Readonly<Record<LineKind, string>> = {
  hammer: 'Hammer price',
  premium: 'Buyer’s premium',
  'platform-fee': 'Platform fee',
  commission: 'Commission',
  insurance: 'Insurance',
  'lot-fee': 'Lot fee',
  handling: 'Handling',
};

// Directive 2006/112/EC, articles 325 and 226 (14).
const MARGIN_NOTE = 'Margin scheme: tax is included where none is shown, and cannot be deducted.';
// Article 226 (11a) and (11) of the same.
const TREATMENT_NOTES = {
  taxed: [],
  'reverse-charge': ['Reverse charge: the buyer owes the tax.'],
  exempt: ['Exempt from tax: the buyer’s tax number or certificate was accepted.'],
} as const;
const REASONS = { refunded: 'The payment was refunded.', lapsed: 'The purchase lapsed unpaid.' } as const;

/** The texts of a document. `buyer` is what is known of the buyer now. */
export function invoiceText(invoice: InvoiceDetail, house: Letterhead, buyer: readonly string[]): InvoiceText {
  const { kind, invoiceNumber, currency, lines, total, issuedAt, dueAt, correctsNumber, reason } = invoice;
  const money = (minor: Minor): string => formatMoney({ minor, currency });
  const isCredit = kind === 'credit-note';
  const shownTax = lines.reduce((sum, line) => (isMargin(line) ? sum : sum + line.tax), 0n);
  return {
    title: `${isCredit ? 'Credit note' : 'Invoice'} ${invoiceNumber}`,
    house,
    buyer,
    facts: [
      ['Date', dateOf(isoTime(issuedAt))],
      ...(dueAt === null ? [] : [['To be paid by', dateOf(isoTime(dueAt))] as const]),
      ...(correctsNumber === null ? [] : [['For invoice', correctsNumber] as const]),
    ],
    rows: lines.map((line, place) => {
      const isFirst = lines[place - 1]?.auctionId !== line.auctionId;
      return [isFirst ? line.title : '', KINDS[line.kind], ...sumsOf(line, money)] as const;
    }),
    totals: [
      ['Subtotal', money(total - shownTax)],
      ['Tax', money(shownTax)],
      [isCredit ? 'Credited' : 'To pay', money(total)],
    ],
    notes: [
      ...(reason === null ? [] : [REASONS[reason]]),
      ...(lines.some(isMargin) ? [MARGIN_NOTE] : []),
      ...treatmentNotes(lines),
    ],
  };
}

const treatmentNotes = (lines: readonly InvoiceLineRow[]): readonly string[] =>
  [...new Set(lines.map(({ taxTreatment }) => taxTreatment))].flatMap((treatment) => TREATMENT_NOTES[treatment]);

const isMargin = ({ taxScheme }: InvoiceLineRow): boolean => taxScheme === 'margin';

function sumsOf(line: InvoiceLineRow, money: (minor: Minor) => string): readonly [string, string, string, string] {
  const total = money(line.net + line.tax);
  return isMargin(line) ? [total, '', '', total] : [money(line.net), rateOf(line.taxRatePpm), money(line.tax), total];
}

/** 88750 as 8.875 %. */
export const rateOf = (ppm: number): string => `${ppm / 10_000} %`;
const dateOf = (iso: string): string => iso.slice(0, 10);
