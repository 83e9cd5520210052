// A seller's statement as texts, for a page and for paper alike: what was sold, what the house keeps, and what was paid out.
import type { Letterhead } from '../../domain/auction/house-defaults.js';
import { formatMoney, type Minor } from '../../domain/money.js';
import { isoTime } from '../../domain/time.js';
import type { PayoutItemRow, PayoutRunRow } from '../../projections/silver/payouts.queries.js';
import { type InvoiceText, KINDS, rateOf } from '../documents/invoice-text.js';

const money = (minor: Minor): string => formatMoney({ minor, currency: 'EUR' });

/** The texts. `items` are those of the seller that the books show as paid out; `seller` is what is known of the seller now. */
export function statementText(
  { payoutRunId, decidedAt, preparedAt }: PayoutRunRow,
  items: readonly PayoutItemRow[],
  house: Letterhead,
  seller: readonly string[],
): InvoiceText {
  return {
    title: 'Statement for the seller',
    house,
    buyer: seller,
    facts: [
      ['Date', isoTime(decidedAt ?? preparedAt).slice(0, 10)],
      ['Payout', payoutRunId],
    ],
    rows: items.flatMap(rowsOf),
    totals: [
      ['Sold for', money(sumOf(items, ({ hammerPrice }) => hammerPrice))],
      ['Fees and refunds', money(sumOf(items, ({ hammerPrice, amount }) => hammerPrice - amount))],
      ['Paid out', money(sumOf(items, ({ amount }) => amount))],
    ],
    notes: [],
  };
}

type Row = InvoiceText['rows'][number];

function rowsOf({ title, hammerPrice, lines, amount }: PayoutItemRow): readonly Row[] {
  const kept = lines.filter(({ paidBy }) => paidBy === 'seller');
  const proceeds = kept.reduce((sum, { net, tax }) => sum - net - tax, hammerPrice);
  const refunded = `-${money(proceeds - amount)}`;
  return [
    [title, KINDS.hammer, money(hammerPrice), '', '', money(hammerPrice)],
    ...kept.map(
      ({ kind, net, taxRatePpm, tax }): Row => [
        '',
        KINDS[kind],
        `-${money(net)}`,
        rateOf(taxRatePpm),
        `-${money(tax)}`,
        `-${money(net + tax)}`,
      ],
    ),
    ...(amount < proceeds ? [['', 'Refund to the buyer, your share', refunded, '', '', refunded] as const] : []),
  ];
}

const sumOf = (items: readonly PayoutItemRow[], of: (item: PayoutItemRow) => Minor): Minor =>
  items.reduce((sum, item) => sum + of(item), 0n);
