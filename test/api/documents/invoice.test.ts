// An invoice as texts, as a page and as PDF.
import { describe, expect, it } from '@jest/globals';
import { invoiceHtml } from '../../../src/api/documents/invoice-html.js';
import { invoicePdf } from '../../../src/api/documents/invoice-pdf.js';
import { invoiceText } from '../../../src/api/documents/invoice-text.js';
import { auctionId, documentId, userId } from '../../../src/domain/ids.js';
import { instant } from '../../../src/domain/time.js';
import type { InvoiceDetail, InvoiceLineRow } from '../../../src/projections/silver/documents.queries.js';

const uuid = (n: number) => `01900000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const house = { name: 'Hammer & Sons', address: ['1 Long Lane', 'London'], taxNumber: 'GB 999 9999 73' };
const buyer = ['Ann <b>Ångström</b>', 'Ulica Żółta 1', 'Łódź'];
const line = (n: number, changed: Partial<InvoiceLineRow> = {}): InvoiceLineRow => ({
  auctionId: auctionId(uuid(n)),
  transactionNumber: 1,
  title: `A clock "${n}" & <script>alert(1)</script>`,
  kind: 'hammer',
  net: 1_000_00n,
  taxRatePpm: 88_750,
  tax: 88_75n,
  taxScheme: 'full',
  taxTreatment: 'taxed',
  ...changed,
});
const invoice = (lines: readonly InvoiceLineRow[]): InvoiceDetail => {
  const sum = (of: 'net' | 'tax') => lines.reduce((total, one) => total + one[of], 0n);
  return {
    invoiceId: documentId(uuid(1)),
    invoiceNumber: '2026-000017',
    kind: 'invoice',
    buyerId: userId(uuid(2)),
    currency: 'GBP',
    net: sum('net'),
    tax: sum('tax'),
    total: sum('net') + sum('tax'),
    corrects: null,
    correctsNumber: null,
    reason: null,
    refund: null,
    issuedAt: instant(Date.UTC(2026, 10, 30)),
    dueAt: instant(Date.UTC(2026, 11, 7)),
    lines,
  };
};
const premium = { kind: 'premium' as const, net: 250_00n, taxRatePpm: 200_000, tax: 50_00n };
const full = invoice([line(1), line(1, premium)]);
const margin = invoice([
  line(1, { taxScheme: 'margin', tax: 0n, taxRatePpm: 0 }),
  line(1, { ...premium, taxScheme: 'margin' }),
]);

describe('the texts', () => {
  it('show amount, rate, tax and total of each line, the item once', () => {
    const { title, facts, rows, totals } = invoiceText(full, house, buyer);
    expect([title, facts]).toEqual([
      'Invoice 2026-000017',
      [
        ['Date', '2026-11-30'],
        ['To be paid by', '2026-12-07'],
      ],
    ]);
    expect(rows.map((row) => row.slice(1))).toEqual([
      ['Hammer price', 'GBP 1,000.00', '8.875 %', 'GBP 88.75', 'GBP 1,088.75'],
      ['Buyer’s premium', 'GBP 250.00', '20 %', 'GBP 50.00', 'GBP 300.00'],
    ]);
    expect(rows[1]?.[0]).toBe('');
    expect(totals).toEqual([
      ['Subtotal', 'GBP 1,250.00'],
      ['Tax', 'GBP 138.75'],
      ['To pay', 'GBP 1,388.75'],
    ]);
  });
  it('show no tax under the margin scheme, and say why', () => {
    const { rows, totals, notes } = invoiceText(margin, house, buyer);
    expect(rows[1]?.slice(2)).toEqual(['GBP 300.00', '', '', 'GBP 300.00']);
    expect(totals).toEqual([
      ['Subtotal', 'GBP 1,300.00'],
      ['Tax', 'GBP 0.00'],
      ['To pay', 'GBP 1,300.00'],
    ]);
    expect(notes).toEqual(['Margin scheme: tax is included where none is shown, and cannot be deducted.']);
  });
  it('name the invoice that a credit note takes back', () => {
    const credit = {
      ...full,
      kind: 'credit-note' as const,
      dueAt: null,
      correctsNumber: '2026-000003',
      reason: 'refunded' as const,
      refund: 'back-1',
    };
    const { title, facts, totals, notes } = invoiceText(credit, house, buyer);
    expect([title, facts[1], totals[2], notes]).toEqual([
      'Credit note 2026-000017',
      ['For invoice', '2026-000003'],
      ['Credited', 'GBP 1,388.75'],
      ['The payment was refunded.'],
    ]);
  });
});

it('escapes every text on the page', () => {
  const page = invoiceHtml(invoiceText(full, house, buyer));
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<b>');
  expect(page).toContain('Ann &lt;b&gt;Ångström&lt;/b&gt;');
  expect(page).toContain('Hammer &amp; Sons');
  expect(page).toContain('A clock &quot;1&quot; &amp; &lt;script&gt;');
});

describe('the PDF', () => {
  it('is the same bytes for the same document', async () => {
    const text = invoiceText(full, house, buyer);
    const [once, again] = [await invoicePdf(text, full.issuedAt), await invoicePdf(text, full.issuedAt)];
    expect(once.subarray(0, 5).toString()).toBe('%PDF-');
    expect(again.equals(once)).toBe(true);
  });
  it('takes as many pages as its lines need', async () => {
    const lines = Array.from({ length: 120 }, (_, n) => line(n));
    const bytes = await invoicePdf(invoiceText(invoice(lines), house, buyer), full.issuedAt);
    expect(bytes.toString('latin1').match(/\/Type \/Page\b/g)?.length).toBeGreaterThan(2);
  });
});
