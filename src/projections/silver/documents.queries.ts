// What is asked of invoices and credit notes, and of where people are for tax: by their buyers, by staff, and by what issues them.
import type { ClientBase, Pool } from 'pg';
import type { CreditReason, DocumentKind } from '../../domain/documents/document.events.js';
import type { LineKind } from '../../domain/fees/charges.js';
import { refundedLines } from '../../domain/fees/refunded-lines.js';
import type { TaxScheme } from '../../domain/fees/schedule.js';
import { type Positions, type TaxTreatment, treatmentOf } from '../../domain/fees/tax-position.js';
import type { AuctionId, DocumentId, SaleId, UserId } from '../../domain/ids.js';
import type { Currency, Minor } from '../../domain/money.js';
import { type Instant, isoTime } from '../../domain/time.js';
import type { EncryptedTaxNumber } from '../../domain/user/user.events.js';
import { ownTypes } from '../pg-types.js';
import { type Cursor, cursorOf, keyIn, type Page, pageOf } from './cursor.js';
import { feesFromText, linesFromText } from './listed-fees.js';

type PageRequest = Readonly<{ after: Cursor | null; limit: number }>;

/** An invoice, or the credit note that takes one back. Amounts in minor units of `currency`. */
export type InvoiceRow = Readonly<{
  invoiceId: DocumentId;
  invoiceNumber: string;
  kind: DocumentKind;
  buyerId: UserId;
  currency: Currency;
  net: Minor;
  tax: Minor;
  total: Minor;
  corrects: DocumentId | null;
  /** The number of that invoice, as it is written. */
  correctsNumber: string | null;
  reason: CreditReason | null;
  /** The reference of the refund that a credit note is for. */
  refund: string | null;
  issuedAt: Instant;
  dueAt: Instant | null;
}>;

export type InvoiceLineRow = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  title: string;
  kind: LineKind;
  net: Minor;
  taxRatePpm: number;
  tax: Minor;
  taxScheme: TaxScheme;
  taxTreatment: TaxTreatment;
}>;

export type InvoiceDetail = InvoiceRow & Readonly<{ lines: readonly InvoiceLineRow[] }>;

/** What somebody has stated. `taxNumber` is a ciphertext, `isAccepted` null until staff have looked at it. */
export type TaxPositionRow = Readonly<{
  userId: UserId;
  statement: number;
  country: string | null;
  region: string | null;
  taxNumber: EncryptedTaxNumber | null;
  statedAt: Instant;
  isAccepted: boolean | null;
}>;

const COLUMNS = `i.invoice_id AS "invoiceId", i.invoice_number AS "invoiceNumber", i.kind, i.buyer_id AS "buyerId", i.currency, i.net,
  i.tax, i.total, i.corrects, c.invoice_number AS "correctsNumber", i.reason, (SELECT refund FROM silver_private.documents p WHERE p.document_id = i.invoice_id) AS refund, i.issued_at AS "issuedAt", i.due_at AS "dueAt"`;
const INVOICES = `SELECT ${COLUMNS} FROM silver.invoices i LEFT JOIN silver.invoices c ON c.invoice_id = i.corrects`;
const INVOICE = `${INVOICES} WHERE i.invoice_id = $1`;
const LINES = `
SELECT auction_id AS "auctionId", transaction_number AS "transactionNumber", title, kind, net, tax_rate_ppm AS "taxRatePpm", tax,
  tax_scheme AS "taxScheme", tax_treatment AS "taxTreatment"
FROM silver.invoice_lines WHERE invoice_id = $1 ORDER BY line_number`;
const PAGE = `${INVOICES}
WHERE ($1::uuid IS NULL OR i.buyer_id = $1) AND ($2::timestamptz IS NULL OR (i.issued_at, i.invoice_id) < ($2, $3::uuid))
ORDER BY i.issued_at DESC, i.invoice_id DESC LIMIT $4`;

const POSITIONS = `
SELECT user_id AS "userId", statement, country, region, tax_number AS "taxNumber", stated_at AS "statedAt", is_accepted AS "isAccepted"
FROM silver_private.tax_positions`;
const TO_JUDGE = `${POSITIONS}
WHERE tax_number IS NOT NULL AND is_accepted IS NULL AND ($1::timestamptz IS NULL OR (stated_at, user_id) > ($1, $2::uuid))
ORDER BY stated_at, user_id LIMIT $3`;

const ITEM = `t.auction_id AS "auctionId", t.transaction_number AS "transactionNumber", l.title, l.fees, t.lines, t.tax_positions AS "taxPositions", t.buyer_id AS "buyerId",
  t.currency`;
const TO_INVOICE = `
SELECT ${ITEM}, s.sale_id AS "saleId", GREATEST(t.sold_at, s.closed_at, s.cancelled_at) AS "soldAt", t.payment_due_at AS "dueAt"
FROM silver_private.transactions t JOIN silver_private.listings l USING (auction_id)
LEFT JOIN silver_private.sale_lots o ON o.lot_id = t.auction_id LEFT JOIN silver_private.sales s USING (sale_id)
WHERE t.payment_due_at IS NOT NULL AND t.payment_status <> 'lapsed'
  AND CASE WHEN s.sale_id IS NULL THEN t.sold_at < $1
    -- Slices of Silver may be apart: the sale is over here once each of its lots is.
    ELSE s.status IN ('closed', 'cancelled') AND NOT EXISTS (SELECT FROM silver_private.sale_lots a
      LEFT JOIN silver_private.standings b ON b.auction_id = a.lot_id
      WHERE a.sale_id = s.sale_id AND COALESCE(b.status, 'open') = 'open') END
  AND NOT EXISTS (SELECT FROM silver_private.document_lines d WHERE d.auction_id = t.auction_id
    AND d.transaction_number = t.transaction_number AND d.document_kind = 'invoice')
ORDER BY t.buyer_id, t.currency, s.sale_id, "soldAt", o.lot_order, t.auction_id, t.transaction_number LIMIT $2`;
// A credit note of before there were part refunds names no refund, and takes all back.
const TO_CREDIT = `
SELECT ${ITEM}, c.since, d.document_id AS "invoiceId", c.reason, c.refund, c.amount, c.before
FROM silver_private.transactions t
JOIN silver_private.listings l USING (auction_id)
JOIN silver_private.document_lines d ON d.auction_id = t.auction_id AND d.transaction_number = t.transaction_number
  AND d.document_kind = 'invoice' AND d.kind = 'hammer'
JOIN LATERAL (
  SELECT t.lapsed_at AS since, 'lapsed' AS reason, NULL AS refund, NULL::bigint AS amount, NULL AS before
  WHERE t.payment_status = 'lapsed'
  UNION ALL
  SELECT m.moved_at, 'refunded', m.reference, m.amount, (SELECT string_agg(b.amount::text, ' ' ORDER BY b.revision)
    FROM silver_private.money_movements b WHERE b.auction_id = m.auction_id AND b.transaction_number = m.transaction_number
      AND b.kind = 'refund' AND b.revision < m.revision)
  FROM silver_private.money_movements m
  WHERE m.auction_id = t.auction_id AND m.transaction_number = t.transaction_number AND m.kind = 'refund'
) c ON true
WHERE (t.payment_status = 'lapsed' OR t.money_out > 0)
  AND NOT EXISTS (SELECT FROM silver_private.document_lines o JOIN silver_private.documents n USING (document_id)
    WHERE o.auction_id = t.auction_id AND o.transaction_number = t.transaction_number AND o.document_kind = 'credit-note'
      AND (n.refund IS NULL OR n.refund = c.refund))
ORDER BY c.since, t.auction_id, t.transaction_number LIMIT $1`;

type ItemRow = Readonly<{
  auctionId: AuctionId;
  transactionNumber: number;
  title: string;
  fees: string;
  lines: string;
  taxPositions: string;
  buyerId: UserId;
  currency: Currency;
}>;
type SoldRow = ItemRow & Readonly<{ saleId: SaleId | null; soldAt: Instant; dueAt: Instant }>;
type LostRow = ItemRow &
  Readonly<{
    since: Instant;
    invoiceId: DocumentId;
    reason: CreditReason;
    refund: string | null;
    amount: Minor | null;
    before: string | null;
  }>;

export class DocumentsQueries {
  constructor(private readonly database: Pool | ClientBase) {}

  /** One document with its lines; null for an unknown one. */
  async invoice(id: DocumentId): Promise<InvoiceDetail | null> {
    const [row] = await this.all<InvoiceRow>(INVOICE, [id]);
    return row === undefined ? null : { ...row, lines: await this.all<InvoiceLineRow>(LINES, [id]) };
  }

  /** The documents of a buyer, or of all, the latest first. */
  async invoices(buyerId: UserId | null, { after, limit }: PageRequest): Promise<Page<InvoiceRow>> {
    const [issuedAt, id] = keyIn('invoices', after, ['time', 'id']);
    const rows = await this.all<InvoiceRow>(PAGE, [buyerId, issuedAt, id, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('invoices', [isoTime(row.issuedAt), row.invoiceId]));
  }

  /** Where somebody is for tax, the number as ciphertext; null for somebody who has said nothing. */
  async taxPosition(userId: UserId): Promise<TaxPositionRow | null> {
    const [row] = await this.all<TaxPositionRow>(`${POSITIONS} WHERE user_id = $1`, [userId]);
    return row ?? null;
  }

  /** Positions with a number that nobody has looked at, the earliest first. */
  async taxNumbersToJudge({ after, limit }: PageRequest): Promise<Page<TaxPositionRow>> {
    const [statedAt, id] = keyIn('tax-numbers', after, ['time', 'id']);
    const rows = await this.all<TaxPositionRow>(TO_JUDGE, [statedAt, id, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('tax-numbers', [isoTime(row.statedAt), row.userId]));
  }

  /**
   * Transactions that are on no invoice, those of a buyer together: single ones sold before `before`, and lots of sales that are over,
   * which count as sold when the sale ended.
   */
  async toInvoice(before: Instant, limit: number) {
    const rows = await this.all<SoldRow>(TO_INVOICE, [isoTime(before), limit]);
    return rows.map((row) => ({ ...aboutOf(row), saleId: row.saleId, soldAt: row.soldAt, dueAt: row.dueAt }));
  }

  /**
   * Transactions on an invoice that came to nothing, and refunds, that are on no credit note, the earliest first. Of a refund the lines
   * are what it takes back.
   */
  async toCredit(limit: number) {
    const rows = await this.all<LostRow>(TO_CREDIT, [limit]);
    return rows.map(({ since, invoiceId, reason, refund, amount, before, ...row }) => {
      const { item, ...about } = aboutOf(row);
      const earlier = (before ?? '').split(' ').filter(Boolean).map(BigInt);
      const lines = amount === null ? item.lines : refundedLines(item.lines, earlier, amount);
      return { ...about, item: { ...item, lines }, since, invoiceId, reason, refund };
    });
  }

  private async all<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.database.query<Row>({ text, values: [...values], types: ownTypes });
    return rows;
  }
}

function aboutOf({ buyerId, currency, auctionId, transactionNumber, title, fees, lines, taxPositions }: ItemRow) {
  const { tax } = feesFromText(fees);
  const { buyer } = JSON.parse(taxPositions) as Positions;
  const [taxScheme, taxTreatment] = [tax.scheme, treatmentOf(tax, buyer)];
  const item = { auctionId, transactionNumber, title, taxScheme, taxTreatment, lines: linesFromText(lines) };
  return { buyerId, currency, item };
}
