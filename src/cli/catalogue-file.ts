// The catalogue of a sale from a CSV file: every row is read and judged before any is used, and all that is wrong is told at once.
import type { Readable } from 'node:stream';
import { decodedText, NotText } from '../batch/ingest/read-text.js';
import { csvRows, FileUnfit, type SourceRow } from '../batch/ingest/source-rows.js';
import { amountIn, type Wrong } from '../batch/ingest/values.js';
import { DEFAULT_FEES, DEFAULT_RETRACTION, incrementsFor } from '../domain/auction/house-defaults.js';
import { type AuctionId, auctionId, type SaleId, type UserId, userId, uuidIn } from '../domain/ids.js';
import type { Currency, Minor } from '../domain/money.js';
import { lotNumberProblem } from '../domain/sale/lot-number.js';
import type { LotDetails } from '../domain/sale/sale.events.js';
import { LOTS_MAX, lotProblem } from '../domain/sale/sale-terms.js';
import { normalText } from '../domain/text.js';
import { instant } from '../domain/time.js';
import { nameUuid } from '../runtime/name-uuid.js';
import { CATALOGUE_COLUMNS, COLUMNS_OF_DETAILS, type Column, detailsOf, Unfit } from './catalogue-details.js';

const WANTED: readonly Column[] = ['lot_number', 'title', 'category', 'starting_price'];

export type CatalogueForm = Readonly<{
  saleId: SaleId;
  currency: Currency;
  decimals: 'point' | 'comma';
  /** Of the rows that name no seller. */
  sellerId: UserId | null;
}>;

/** A lot as a row has it. Its id is made of the sale and the number, so the same row is the same lot in every run. */
export type CatalogueLot = Readonly<{
  line: number;
  lotId: AuctionId;
  lotNumber: string;
  sellerId: UserId;
  details: LotDetails;
}>;

/** What is wrong with a row. `column` is empty where it is the whole row. */
export type CatalogueProblem = Readonly<{ line: number; column: Column | ''; problem: string }>;
export type Catalogue = Readonly<{ lots: readonly CatalogueLot[]; problems: readonly CatalogueProblem[] }>;

export { FileUnfit, NotText };

/** Reads a file. Its delimiter is what its first line has. Throws `FileUnfit` or `NotText` where it cannot be read at all. */
export async function readCatalogue(source: Readable, form: CatalogueForm): Promise<Catalogue> {
  const text = await wholeOf(decodedText(source, 'utf-8').text);
  const header = text.slice(0, text.indexOf('\n') + 1 || text.length);
  const delimiter = header.includes(';') && !header.includes(',') ? ';' : ',';
  const { columns, rows } = await csvRows(onePiece(text), { columns: WANTED, delimiter });
  const known: readonly string[] = CATALOGUE_COLUMNS;
  const stray = columns.find((name) => !known.includes(name));
  if (stray !== undefined)
    throw new FileUnfit(
      `has the column ${JSON.stringify(stray)}, which a catalogue does not have; its columns are ${known.join(', ')}`,
    );
  const [lots, problems] = [new Map<string, CatalogueLot>(), [] as CatalogueProblem[]];
  for await (const row of rows) {
    const read = lotOf(row, form, lots);
    if ('problem' in read) problems.push(read);
    else lots.set(read.lotNumber, read);
  }
  if (lots.size > LOTS_MAX) throw new FileUnfit(`has ${lots.size} lots; a sale has ${LOTS_MAX} at most`);
  return { lots: [...lots.values()], problems };
}

async function wholeOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length > FILE_CHARACTERS_MAX) throw new FileUnfit(`has more than ${FILE_CHARACTERS_MAX} characters`);
  }
  return text;
}
/** Two thousand lots with long descriptions are less. */
const FILE_CHARACTERS_MAX = 50_000_000;

async function* onePiece(text: string): AsyncGenerator<string> {
  yield text;
}

function lotOf(
  row: SourceRow,
  form: CatalogueForm,
  known: ReadonlyMap<string, CatalogueLot>,
): CatalogueLot | CatalogueProblem {
  try {
    return readLot(row, form, known);
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { line: row.line, column: error.column, problem: error.message };
  }
}

function readLot({ line, values, problem }: SourceRow, form: CatalogueForm, known: ReadonlyMap<string, CatalogueLot>) {
  if (problem !== null) throw new Unfit('', problem.reason);
  const text = (column: Column): string => normalText((values[column] ?? '').trim());
  const lotNumber = text('lot_number');
  const wrongNumber = lotNumberProblem(lotNumber);
  if (wrongNumber !== null) throw new Unfit('lot_number', wrongNumber);
  const other = known.get(lotNumber);
  if (other !== undefined) throw new Unfit('lot_number', `must be another number: line ${other.line} has ${lotNumber}`);
  const amount = (column: Column): Minor | null =>
    text(column) === '' ? null : amountAt(column, amountIn(text(column), form.currency, form.decimals));
  const startingPrice = amount('starting_price');
  if (startingPrice === null) throw new Unfit('starting_price', 'must be given');
  const details: LotDetails = {
    item: {
      ...{ title: text('title'), description: text('description'), category: text('category') },
      ...detailsOf({ text, decimals: form.decimals }),
    },
    startingPrice,
    reservePrice: amount('reserve_price'),
    lowEstimate: amount('low_estimate'),
    highEstimate: amount('high_estimate'),
  };
  const objection = lotProblem(likeAnySale(form.currency), details);
  if (objection !== null) throw new Unfit(COLUMN_OF[objection.field] ?? '', objection.problem);
  return { line, lotId: lotIdOf(form.saleId, lotNumber), lotNumber, sellerId: sellerIn(text('seller'), form), details };
}

function amountAt(column: Column, read: Minor | Wrong): Minor {
  if (typeof read === 'object') throw new Unfit(column, read.wrong);
  return read;
}

function sellerIn(text: string, { sellerId }: CatalogueForm): UserId {
  const uuid = uuidIn(text);
  if (uuid !== null) return userId(uuid);
  if (text !== '') throw new Unfit('seller', "must be the id of the seller's account");
  if (sellerId === null) throw new Unfit('seller', 'must be given, here or for all rows by --seller');
  return sellerId;
}

/** A lot's id in every run: nobody but the house gives out ids of this version. */
const lotIdOf = (saleId: SaleId, lotNumber: string): AuctionId =>
  auctionId(nameUuid('catalogue lot', `${saleId} ${lotNumber}`));

const COLUMN_OF: Readonly<Record<string, Column>> = {
  'item.title': 'title',
  'item.description': 'description',
  'item.category': 'category',
  ...COLUMNS_OF_DETAILS,
  startingPrice: 'starting_price',
  reservePrice: 'reserve_price',
  lowEstimate: 'low_estimate',
  highEstimate: 'high_estimate',
};

/** What a lot's own prices are judged by is the same in every sale; its other terms are sound already. */
const likeAnySale = (currency: Currency) => ({
  currency,
  increments: incrementsFor(currency),
  retraction: DEFAULT_RETRACTION,
  fees: DEFAULT_FEES,
  course: { kind: 'hall', opensAt: instant(0) } as const,
});
