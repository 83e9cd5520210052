// The rows of a lot or auction as one command, or what is wrong with each. A lot of a hall is one row; a past online auction has a
// row for each of its bids.
import type { CommandEnvelope } from '../../bus/command-bus.js';
import { type CommandId, hallResultId } from '../../domain/ids.js';
import type { Minor } from '../../domain/money.js';
import type { RecordHallResult } from '../../domain/sale/hall-result.commands.js';
import type { HallBid, SourceLine } from '../../domain/sale/hall-result.events.js';
import { type Instant, instant } from '../../domain/time.js';
import { bigintAsText } from '../../runtime/bigint-text.js';
import { houseCommandId, nameUuid } from '../../runtime/name-uuid.js';
import type { FieldName, Profile } from './profile.js';
import { columnOf, problemOf, Row, RowForm, type RowProblem, type RowValues, Unfit } from './row.js';

/** A result on its way to the bus. */
export type HallEnvelope = CommandEnvelope & Readonly<{ command: RecordHallResult }>;

export type LineOfValues = Readonly<{ line: number; values: RowValues }>;

/** `problems` by row; null for a row that has none of its own. */
export type HallRead = HallEnvelope | Readonly<{ problems: readonly (RowProblem | null)[] }>;

/** Reads all rows of a lot or auction of a file. */
export type HallReader = (rows: readonly LineOfValues[], file: string) => HallRead;

/** Reads rows by a profile. `corrects`: they may replace results that are on record. */
export function hallReader(profile: Profile, corrects: boolean): HallReader {
  const form = new RowForm(profile);
  return (lines, file) => {
    const rows = lines.map(({ values }) => new Row(values, form));
    const bids: HallBid[] = [];
    const problems = rows.map((row) => problemOf(() => bids.push(...row.bids())));
    if (problems.some((problem) => problem !== null)) return { problems };
    const line = lines[0]?.line ?? 0;
    const told: RecordHallResult[] = [];
    let first: string | null = null;
    const found = rows.map((row) =>
      problemOf(() => {
        const one = commandOf(row, { source: { file, line }, corrects, bids });
        // The bids are those of all rows: compared as well, each row would cost as much as the whole auction.
        const said = saidBy({ ...one, bids: [] });
        first ??= said;
        if (said !== first) throw new Unfit({ column: '', reason: `must say of the auction what line ${line} says` });
        told.push(one);
      }),
    );
    const [command] = told;
    return command === undefined || told.length < rows.length ? { problems: found } : envelopeOf(command);
  };
}

/** What makes a lot or auction one in its house's files: the same for all rows of an auction. */
export function uniqueReader(profile: Profile): (values: RowValues) => string {
  const form = new RowForm(profile);
  return (values) => {
    const row = new Row(values, form);
    return JSON.stringify(profile.unique.map((field) => row.text(field)));
  };
}

type Told = Readonly<{ source: SourceLine; corrects: boolean; bids: readonly HallBid[] }>;

function commandOf(row: Row, { source, corrects, bids }: Told): RecordHallResult {
  const { profile } = row;
  const outcome = row.outcome();
  const isSold = outcome === 'sold';
  const price = isSold || profile.unsoldPrice === 'refuse' ? priceOf(row, bids) : null;
  const oneLine = (field: FieldName): string => row.text(field).replaceAll(/\s*\n\s*/g, ' ');
  const lot = { sale: oneLine('sale'), lotNumber: oneLine('lotNumber'), title: oneLine('title') };
  const heldAt = heldAtOf(row, bids);
  const names = profile.unique.map((field) => (field === 'heldAt' ? String(heldAt) : lot[field]));
  return {
    type: 'RecordHallResult',
    hallResultId: hallResultId(nameUuid('hall result', JSON.stringify([profile.name, ...names]))),
    venue: profile.venue,
    sale: lot.sale,
    lotNumber: lot.lotNumber,
    item: { title: lot.title, description: row.text('description'), category: oneLine('category') },
    currency: row.currency(),
    lowEstimate: row.amount('lowEstimate'),
    highEstimate: row.amount('highEstimate'),
    startingPrice: row.amount('startingPrice'),
    reservePrice: row.amount('reservePrice'),
    outcome,
    price,
    priceKind: price === null ? null : profile.priceKind,
    ...buyerOf(row, bids, isSold),
    paddle: row.text('paddle') || null,
    sellerId: row.user('sellerId'),
    heldAt,
    bids,
    corrects,
    source,
  };
}

/** The first of the highest bids that everybody saw. */
const highest = (bids: readonly HallBid[]): HallBid | null =>
  bids.reduce<HallBid | null>((top, bid) => ((bid.price ?? 0n) > (top?.price ?? 0n) ? bid : top), null);

const priceOf = (row: Row, bids: readonly HallBid[]): Minor | null =>
  row.isOfBids('price') ? (highest(bids)?.price ?? null) : row.amount('price');

function buyerOf(row: Row, bids: readonly HallBid[], isSold: boolean): Pick<RecordHallResult, 'buyerId' | 'buyerKey'> {
  if (!row.isOfBids('buyer')) return { buyerId: row.user('buyerId'), buyerKey: row.key('buyer') };
  const top = isSold ? highest(bids) : null;
  return { buyerId: top?.bidderId ?? null, buyerKey: top?.bidderKey ?? null };
}

function heldAtOf(row: Row, bids: readonly HallBid[]): Instant {
  if (!row.isOfBids('heldAt')) return row.time('heldAt');
  const times = bids.flatMap(({ placedAt }) => (placedAt === null ? [] : [placedAt]));
  if (times.length > 0) return instant(times.reduce((last, at) => Math.max(last, at), Number.NEGATIVE_INFINITY));
  throw new Unfit({
    column: columnOf(row.profile, 'placedAt'),
    reason: 'must be there: the last bid tells when it closed',
  });
}

function envelopeOf(command: RecordHallResult): HallEnvelope {
  return { command, commandId: commandIdOf(command), actor: { kind: 'house' }, correlationId: null };
}

/**
 * The command's id: a UUID version 7 made of what the rows say, wherever they stand. The same rows in any file, however often,
 * are one command; rows that say something else about their lot are another.
 */
export const commandIdOf = (command: RecordHallResult): CommandId =>
  houseCommandId('hall result', saidBy(command), command.heldAt);

const saidBy = ({ source: _, ...said }: RecordHallResult): string => JSON.stringify(said, bigintAsText);
