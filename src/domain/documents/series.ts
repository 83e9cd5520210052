// A series of numbers: the documents of one kind in one year. Each accepted command is one event and the next number. What is on a
// document is on no other of the series, so that asking again, in whatever groups, doubles nothing.
import type { Facts } from '../actor.js';
import { accept, type Decision, reject } from '../decision.js';
import { netOf, taxOf } from '../fees/charges.js';
import { isHouse } from '../permissions.js';
import { LayeredMap } from '../sale/layered-map.js';
import type { DocumentRejection, IssueDocument } from './document.commands.js';
import type { DocumentContents, DocumentIssued, DocumentItem, DocumentKind } from './document.events.js';

/** `items` are the transactions on its documents so far, and of credit notes the refunds. */
export type Series = Readonly<{
  of: Readonly<{ kind: DocumentKind; year: number }> | null;
  issued: number;
  items: LayeredMap<string, true>;
}>;

/** Every series before its first number. */
export const unnumbered: Series = { of: null, issued: 0, items: LayeredMap.empty() };

/** It keeps events below half a megabyte; a larger purchase gets several invoices. */
export const ITEMS_MAX = 500;

/** Judges the next document; the house's alone to ask for. */
export function decide(
  { type: _, seriesId: __, ...contents }: IssueDocument,
  series: Series,
  { at, actor }: Facts,
): Decision<DocumentIssued, DocumentRejection> {
  if (!isHouse(actor)) return reject({ reason: 'NotAllowed' });
  const problem = problemIn(contents, series);
  if (problem !== null) return reject({ reason: 'InvalidDocument', ...problem });
  if (contents.items.some((item) => keysAsked(item, contents.refund).some((key) => series.items.get(key) === true)))
    return reject({ reason: 'DocumentAlreadyIssued' });
  const lines = contents.items.flatMap((item) => item.lines);
  const [net, tax] = [netOf(lines), taxOf(lines)];
  const number = series.issued + 1;
  return accept({ type: 'DocumentIssued', ...contents, number, net, tax, total: net + tax, issuedAt: at });
}

type Problem = Readonly<{ field: string; problem: string }>;

function problemIn(
  { kind, year, items, corrects, reason, refund, dueAt }: DocumentContents,
  { of }: Series,
): Problem | null {
  if (of !== null && (of.kind !== kind || of.year !== year))
    return { field: 'kind', problem: `must be that of the series: ${of.kind} of ${of.year}` };
  if (items.length < 1 || items.length > ITEMS_MAX)
    return { field: 'items', problem: `must be 1 to ${ITEMS_MAX} transactions` };
  if (new Set(items.map(keyOf)).size < items.length)
    return { field: 'items', problem: 'must name no transaction twice' };
  if (items.some(({ lines }) => lines.some(({ paidBy }) => paidBy !== 'buyer')))
    return { field: 'items', problem: 'must have the buyer’s lines alone' };
  const isCredit = kind === 'credit-note';
  if ((corrects !== null) !== isCredit || (reason !== null) !== isCredit || (dueAt === null) !== isCredit)
    return { field: 'corrects', problem: 'must come with a reason and no due date for a credit note, and else not' };
  if (refund !== null && reason !== 'refunded') return { field: 'refund', problem: 'must come with a refund' };
  return null;
}

/** A whole item and its parts, which went back by refunds, bar each other; and each refund itself. */
const keysAsked = (item: DocumentItem, refund: string | null): readonly string[] =>
  refund === null ? [keyOf(item), `${keyOf(item)} parts`] : [keyOf(item), `${keyOf(item)} refund ${refund}`];
const keysKept = (item: DocumentItem, refund: string | null): readonly string[] =>
  refund === null ? [keyOf(item)] : [`${keyOf(item)} parts`, `${keyOf(item)} refund ${refund}`];

const keyOf = ({ auctionId, transactionNumber }: DocumentItem): string => `${auctionId} ${transactionNumber}`;

/** Applies a fact; never judges. Throws on a number that does not follow on the one before, which means a corrupt stream. */
export function evolve({ issued, items }: Series, event: DocumentIssued): Series {
  const { kind, year, number, refund } = event;
  if (number !== issued + 1) throw new Error(`broken invariant: document ${number} follows on ${issued}`);
  return {
    of: { kind, year },
    issued: number,
    items: event.items.flatMap((item) => keysKept(item, refund)).reduce((all, key) => all.with(key, true), items),
  };
}
