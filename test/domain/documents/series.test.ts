import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Facts } from '../../../src/domain/actor.js';
import type { IssueDocument } from '../../../src/domain/documents/document.commands.js';
import type { DocumentIssued } from '../../../src/domain/documents/document.events.js';
import { decide, evolve, ITEMS_MAX, type Series, unnumbered } from '../../../src/domain/documents/series.js';
import type { FeeLine } from '../../../src/domain/fees/charges.js';
import { auctionId, documentId, seriesId, userId } from '../../../src/domain/ids.js';
import { instant } from '../../../src/domain/time.js';

const uuid = (n: number) => `01900000-0000-8000-8000-${String(n).padStart(12, '0')}`;
const at = instant(Date.UTC(2026, 0, 8));
const house: Facts = { at, actor: { kind: 'house' }, user: { status: 'unknown' } };
const lines: readonly FeeLine[] = [
  { paidBy: 'buyer', kind: 'hammer', net: 1_000_00n, taxRatePpm: 0, tax: 0n },
  { paidBy: 'buyer', kind: 'premium', net: 250_00n, taxRatePpm: 200_000, tax: 50_00n },
];
const itemOf = (n: number) => ({
  auctionId: auctionId(uuid(n)),
  transactionNumber: 1,
  title: `Lot ${n}`,
  taxScheme: 'margin' as const,
  taxTreatment: 'taxed' as const,
  lines,
});
const invoiceOf = (...numbers: readonly number[]): IssueDocument => ({
  type: 'IssueDocument',
  seriesId: seriesId(uuid(1)),
  documentId: documentId(uuid(1_000 + (numbers[0] ?? 0))),
  kind: 'invoice',
  year: 2026,
  buyerId: userId(uuid(2)),
  currency: 'GBP',
  items: numbers.map(itemOf),
  corrects: null,
  reason: null,
  refund: null,
  dueAt: at,
});

function issue(series: Series, command: IssueDocument): Readonly<{ series: Series; issued: DocumentIssued | null }> {
  const decision = decide(command, series, house);
  if (!decision.accepted) return { series, issued: null };
  const [issued] = decision.events;
  if (issued === undefined) throw new Error('no event');
  return { series: evolve(series, issued), issued };
}
const refusal = (command: IssueDocument, series = unnumbered, facts = house) => {
  const decision = decide(command, series, facts);
  return decision.accepted ? null : decision.rejection;
};

describe('a series', () => {
  it('gives the first number to the first document, with its sums', () =>
    expect(issue(unnumbered, invoiceOf(1, 2)).issued).toMatchObject({
      number: 1,
      net: 2_500_00n,
      tax: 100_00n,
      total: 2_600_00n,
      issuedAt: at,
    }));
  it('numbers without a gap, whatever is asked for again and in whatever groups', () =>
    fc.assert(
      fc.property(
        fc.array(fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 4 }), { maxLength: 30 }),
        (asked) => {
          let series = unnumbered;
          const documents: DocumentIssued[] = [];
          for (const numbers of asked) {
            const next = issue(series, invoiceOf(...numbers));
            series = next.series;
            if (next.issued !== null) documents.push(next.issued);
          }
          expect(documents.map(({ number }) => number)).toEqual(documents.map((_, n) => n + 1));
          const items = documents.flatMap((document) => document.items.map((item) => item.auctionId));
          expect(new Set(items).size).toBe(items.length);
        },
      ),
    ));
  it('is the house’s alone', () => {
    const actor = { kind: 'user', userId: userId(uuid(9)), roles: ['admin'] } as const;
    expect(refusal(invoiceOf(1), unnumbered, { ...house, actor })).toEqual({ reason: 'NotAllowed' });
  });
  it.each([1, ITEMS_MAX])('takes %s transactions', (count) =>
    expect(refusal(invoiceOf(...Array.from({ length: count }, (_, n) => n)))).toBeNull(),
  );
  it.each([0, ITEMS_MAX + 1])('refuses %s', (count) =>
    expect(refusal(invoiceOf(...Array.from({ length: count }, (_, n) => n)))).toMatchObject({ field: 'items' }),
  );
  it('is of one kind and year', () => {
    const { series } = issue(unnumbered, invoiceOf(1));
    expect(refusal({ ...invoiceOf(2), year: 2027 }, series)).toMatchObject({
      problem: 'must be that of the series: invoice of 2026',
    });
  });
  it('needs a reason and an invoice for a credit note, and for that alone', () => {
    const credit = { ...invoiceOf(1), kind: 'credit-note' as const, dueAt: null };
    expect(refusal(credit)).toMatchObject({ field: 'corrects' });
    expect(refusal({ ...credit, corrects: documentId(uuid(7)), reason: 'refunded' })).toBeNull();
    expect(refusal({ ...invoiceOf(1), reason: 'lapsed' })).toMatchObject({ field: 'corrects' });
  });
  it('takes each refund of an item once, and the whole item beside none of them', () => {
    const corrects = documentId(uuid(7));
    const credit = (refund: string | null): IssueDocument =>
      ({ ...invoiceOf(1), kind: 'credit-note', dueAt: null, corrects, reason: 'refunded', refund }) as const;
    const { series } = issue(unnumbered, credit('back-1'));
    expect(refusal(credit('back-1'), series)).toEqual({ reason: 'DocumentAlreadyIssued' });
    expect(refusal(credit('back-2'), series)).toBeNull();
    expect(refusal(credit(null), series)).toEqual({ reason: 'DocumentAlreadyIssued' });
    expect(refusal(credit('back-1'), issue(unnumbered, credit(null)).series)).toEqual({
      reason: 'DocumentAlreadyIssued',
    });
    expect(refusal({ ...credit('back-1'), reason: 'lapsed' })).toMatchObject({ field: 'refund' });
    expect(refusal({ ...invoiceOf(1), refund: 'back-1' })).toMatchObject({ field: 'refund' });
  });
  it('has the buyer’s lines alone', () => {
    const seller: FeeLine = { paidBy: 'seller', kind: 'platform-fee', net: 1n, taxRatePpm: 0, tax: 0n };
    const command = { ...invoiceOf(1), items: [{ ...itemOf(1), lines: [seller] }] };
    expect(refusal(command)).toMatchObject({ field: 'items' });
  });
  it('breaks on a number that does not follow', () => {
    const { issued } = issue(unnumbered, invoiceOf(1));
    if (issued === null) throw new Error('not issued');
    expect(() => evolve(unnumbered, { ...issued, number: 2 })).toThrow('document 2 follows on 0');
  });
});
