// Which transactions get which document.
import { expect, it } from '@jest/globals';
import type { FeeLine } from '../../src/domain/fees/charges.js';
import { auctionId, saleId, userId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { creditNoteFor, invoicesFor, seriesOf, type ToInvoice } from '../../src/scheduler/invoicer.js';

const uuid = (n: number) => `01900000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const [ann, bob] = [userId(uuid(1)), userId(uuid(2))] as const;
const lines: readonly FeeLine[] = [
  { paidBy: 'buyer', kind: 'hammer', net: 100n, taxRatePpm: 0, tax: 0n },
  { paidBy: 'seller', kind: 'platform-fee', net: 10n, taxRatePpm: 0, tax: 0n },
];
const sold = (n: number, buyerId: typeof ann, time: string, currency: 'EUR' | 'USD' = 'EUR'): ToInvoice => {
  const soldAt = instant(Date.parse(time));
  const item = {
    auctionId: auctionId(uuid(100 + n)),
    transactionNumber: 1,
    title: `Lot ${n}`,
    taxScheme: 'flat' as const,
    taxTreatment: 'taxed' as const,
    lines,
  };
  return { buyerId, currency, saleId: null, soldAt, dueAt: instant(soldAt + 1_000 + n), item };
};
const all = [
  sold(1, ann, '2026-12-31T10:00:00Z'),
  sold(2, ann, '2026-12-31T23:59:59.999Z'),
  sold(3, ann, '2027-01-01T00:00:00Z'),
  sold(4, ann, '2026-12-31T10:00:00Z', 'USD'),
  sold(5, bob, '2026-12-31T10:00:00Z'),
];
const titles = (per: 'lot' | 'day') =>
  invoicesFor(all, per).map(({ year, items }) => [year, ...items.map(({ title }) => title)]);

it('makes an invoice a lot', () =>
  expect(titles('lot')).toEqual([
    [2026, 'Lot 1'],
    [2026, 'Lot 2'],
    [2027, 'Lot 3'],
    [2026, 'Lot 4'],
    [2026, 'Lot 5'],
  ]));
it('or one a buyer, currency and day of UTC', () =>
  expect(titles('day')).toEqual([
    [2026, 'Lot 1', 'Lot 2'],
    [2027, 'Lot 3'],
    [2026, 'Lot 4'],
    [2026, 'Lot 5'],
  ]));
it('makes one a buyer and sale, be single listings invoiced by lot or by day', () => {
  const [one, two] = [saleId(uuid(901)), saleId(uuid(902))] as const;
  const of = (n: number, buyerId: typeof ann, sale: typeof one, time = '2026-12-31T23:59:59Z') => ({
    ...sold(n, buyerId, time),
    saleId: sale,
  });
  const lots = [
    of(1, ann, one),
    of(2, ann, one),
    // A second chance, taken in the next year.
    of(3, ann, one, '2027-01-09T10:00:00Z'),
    of(4, ann, two),
    sold(5, ann, '2026-12-31T23:59:59Z'),
    of(6, bob, one),
  ];
  for (const per of ['lot', 'day'] as const)
    expect(invoicesFor(lots, per).map(({ year, items }) => [year, ...items.map(({ title }) => title)])).toEqual([
      [2026, 'Lot 1', 'Lot 2'],
      [2027, 'Lot 3'],
      [2026, 'Lot 4'],
      [2026, 'Lot 5'],
      [2026, 'Lot 6'],
    ]);
});
it('has the buyer’s lines, and is due when the first of its lots is', () => {
  const [invoice] = invoicesFor(all, 'day');
  expect(invoice).toMatchObject({ kind: 'invoice', seriesId: seriesOf('invoice', 2026), dueAt: all[0]?.dueAt });
  expect(invoice?.items.map((item) => item.lines.length)).toEqual([1, 1]);
});
it('bears one id for the same transactions, and another for others', () => {
  const ids = (some: readonly ToInvoice[]) => invoicesFor(some, 'day').map(({ documentId }) => documentId);
  expect(ids(all)).toEqual(ids([...all]));
  expect(ids(all.slice(1))[0]).not.toBe(ids(all)[0]);
});
it('divides what is too much for one document', () =>
  expect(
    invoicesFor(
      Array.from({ length: 501 }, (_, n) => sold(n, ann, '2026-12-31T10:00:00Z')),
      'day',
    ).map(({ items }) => items.length),
  ).toEqual([500, 1]));
it('takes a transaction back by a credit note of the year in which it came to nothing', () => {
  const [{ item, buyerId, currency } = all[0] as ToInvoice] = all;
  const [invoice] = invoicesFor(all, 'day');
  if (invoice === undefined) throw new Error('no invoice');
  const since = instant(Date.parse('2027-02-01T00:00:00Z'));
  expect(
    creditNoteFor({
      item,
      buyerId,
      currency,
      invoiceId: invoice.documentId,
      reason: 'refunded',
      refund: 'back-1',
      since,
    }),
  ).toMatchObject({
    kind: 'credit-note',
    year: 2027,
    corrects: invoice.documentId,
    dueAt: null,
    refund: 'back-1',
    items: [{ title: 'Lot 1' }],
  });
  const names = ['back-1', 'back-2', 'back-1'].map(
    (refund) =>
      creditNoteFor({ item, buyerId, currency, invoiceId: invoice.documentId, reason: 'refunded', refund, since })
        .documentId,
  );
  expect(new Set(names).size).toBe(2);
});
