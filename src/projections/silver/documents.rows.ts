// Invoices and credit notes as rows. They are few, so each is written by itself, in the order of the journal.
import type { ClientBase } from 'pg';
import type { DocumentIssued } from '../../domain/documents/document.events.js';
import { isoTime } from '../../domain/time.js';
import { bigintAsText } from '../../runtime/bigint-text.js';

export type DocumentRow = Readonly<{ revision: number; event: DocumentIssued }>;

const INSERT_DOCUMENT = `
INSERT INTO documents (document_id, revision, kind, year, number, buyer_id, currency, net, tax, total, corrects, reason,
  refund, issued_at, due_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)`;

const INSERT_LINES = `
INSERT INTO document_lines (document_id, line_number, document_kind, auction_id, transaction_number, title, kind, net,
  tax_rate_ppm, tax, tax_scheme, tax_treatment)
SELECT $1, row_number() OVER (ORDER BY item.place, line.place), $2, (item.of ->> 'auctionId')::uuid,
  (item.of ->> 'transactionNumber')::integer, item.of ->> 'title', line.of ->> 'kind', (line.of ->> 'net')::bigint,
  (line.of ->> 'taxRatePpm')::integer, (line.of ->> 'tax')::bigint, item.of ->> 'taxScheme', item.of ->> 'taxTreatment'
FROM jsonb_array_elements($3::jsonb) WITH ORDINALITY AS item(of, place),
  jsonb_array_elements(item.of -> 'lines') WITH ORDINALITY AS line(of, place)`;

/** The statements that write a document with its lines, inside the caller's transaction. */
export function writeDocument(client: ClientBase, { revision, event }: DocumentRow): readonly Promise<unknown>[] {
  const { documentId, kind, year, number, buyerId, currency, net, tax, total, corrects, reason, refund } = event;
  const { issuedAt, dueAt } = event;
  const about = [
    documentId,
    revision,
    kind,
    year,
    number,
    buyerId,
    currency,
    net,
    tax,
    total,
    corrects,
    reason,
    refund,
  ];
  const times = [isoTime(issuedAt), dueAt === null ? null : isoTime(dueAt)];
  return [
    client.query(INSERT_DOCUMENT, [...about, ...times]),
    client.query(INSERT_LINES, [documentId, kind, JSON.stringify(event.items, bigintAsText)]),
  ];
}
