// How a batch gets into Silver's tables: a handful of set-based statements. Each update names the revision it builds on and
// counts what it found: a row that is missing, behind or ahead stops the batch instead of being overwritten.
import type { ClientBase } from 'pg';
import type { Standing } from '../../domain/auction/auction.events.js';
import type { StreamId } from '../../domain/messages.js';
import type { Minor } from '../../domain/money.js';
import { isoTime } from '../../domain/time.js';
import type { Write } from '../../feed/projection.js';
import { allInOrder } from '../../feed/session.js';
import { binaryCopies } from '../../postgres/binary-copies.js';
import { BinaryRows, type ELEMENT_TYPES } from '../../postgres/binary-rows.js';
import { copyRows } from '../../postgres/copy-query.js';
import { arrayOf } from '../copy-text.js';
import {
  type AfterSaleBatch,
  ANSWER_COLUMNS,
  ANSWER_OFFERS,
  COPY_MOVEMENTS,
  COPY_OFFERS,
  disputeValues,
  RECORD_DISPUTE,
} from './after-sale.rows.js';
import {
  type AuctionChange,
  COPY_LISTINGS,
  COPY_STANDINGS,
  isOfPriceAlone,
  listingRow,
  standingOfSale,
  standingRow,
} from './auctions.rows.js';
import { type AuditRow, writeAudit } from './audit.rows.js';
import { COPY_BIDS, COPY_REFUSED_BIDS } from './bids.rows.js';
import { type CaseChange, writeCase } from './cases.rows.js';
import { type DocumentRow, writeDocument } from './documents.rows.js';
import {
  DELETE_HALL_BIDS,
  HALL_BID_COLUMNS,
  HALL_COLUMNS,
  type HallBidRow,
  type HallChange,
  INSERT_HALL_BIDS,
  UPSERT_HALL_RESULTS,
} from './hall.rows.js';
import { type PayoutRow, writePayout } from './payouts.rows.js';
import { type StatementRow, writeStatement } from './people.rows.js';
import { expectRows, updateRows } from './rows-found.js';
import type { SalesChange } from './sales.rows.js';
import { writeSales } from './sales.writes.js';
import { COPY_SEALED_BIDS, REPLACE, type Replacement } from './sealed.rows.js';
import {
  ANSWER_REQUEST_COLUMNS,
  ANSWER_REQUESTS,
  COPY_PROPOSALS,
  COPY_REQUESTS,
  RETRACT,
  RETRACT_COLUMNS,
  type TakenOut,
  VOID,
  VOID_COLUMNS,
} from './taken-out.rows.js';
import { type TalkRow, writeTalk } from './talk.rows.js';
import {
  INSERT_TRANSACTIONS,
  SALE_COLUMNS,
  type Sale,
  TRANSACTION_COLUMNS,
  type TransactionChange,
  UPDATE_TRANSACTIONS,
} from './transactions.rows.js';
import { COPY_USERS, UPDATE_USERS, type UserChange, userRow } from './users.rows.js';

/** Everything a batch comes to; `bids`, `sealedBids` and `refusedBids` are rows for COPY. */
export type SilverBatch = {
  /** By the auction's stream. */
  readonly auctions: Map<StreamId, AuctionChange>;
  readonly users: Map<string, UserChange>;
  readonly replacements: Replacement[];
  readonly takenOut: TakenOut;
  readonly sales: Sale[];
  readonly afterSale: AfterSaleBatch;
  /** By the lot's id. */
  readonly hallResults: Map<string, HallChange>;
  readonly cases: CaseChange[];
  readonly documents: DocumentRow[];
  readonly catalogues: SalesChange;
  readonly talk: TalkRow[];
  readonly audit: AuditRow[];
  readonly statements: StatementRow[];
  readonly payouts: PayoutRow[];
  readonly hallBids: HallBidRow[];
  readonly bids: BinaryRows;
  sealedBids: string;
  refusedBids: string;
};

/** The statements for a batch, its rows built already. New rows come before what refers to them. */
export function writeOf(batch: SilverBatch): Write {
  const {
    auctions,
    users,
    replacements,
    takenOut,
    sales,
    bids,
    sealedBids,
    refusedBids,
    afterSale,
    hallResults,
    hallBids,
    cases,
    documents,
    catalogues,
    audit,
    statements,
    payouts,
    talk,
  } = batch;
  const changes = [...auctions.values()];
  const moved = changes.filter(({ listed }) => listed === null);
  const inCourse = moved.filter((change) => !isOfPriceAlone(change));
  const inPrice = moved.filter(isOfPriceAlone);
  const listings = changes
    .map(({ auctionId, listed }) => (listed === null ? '' : listingRow(auctionId, listed)))
    .join('');
  const standings = changes.map((change) => (change.listed === null ? '' : standingRow(change))).join('');
  const newUsers = [...users.values()].map((user) => (user.registered === null ? '' : userRow(user, user.registered)));
  const oldUsers = [...users.values()].filter(({ registered }) => registered === null);
  return async (client) => {
    // All are sent at once, and run in this order: none needs another's answer, and a failed one fails those behind it.
    await allInOrder([
      copyUnlessEmpty(client, COPY_USERS, newUsers.join('')),
      updateUsers(client, oldUsers),
      ...statements.flatMap((statement) => writeStatement(client, statement)),
      copyUnlessEmpty(client, COPY_LISTINGS, listings),
      copyUnlessEmpty(client, COPY_STANDINGS, standings),
      bids.rowCount === 0 ? null : copyRows(client, COPY_BIDS, binaryCopies(bids)),
      copyUnlessEmpty(client, COPY_SEALED_BIDS, sealedBids),
      replace(client, replacements),
      updatePrices(client, inPrice),
      updateCourses(client, inCourse),
      ...takeOut(client, takenOut),
      sell(client, sales),
      ...followUp(client, afterSale),
      copyUnlessEmpty(client, COPY_REFUSED_BIDS, refusedBids),
      recordHallResults(client, [...hallResults.values()]),
      dropHallBids(client, [...hallResults.keys()]),
      recordHallBids(client, hallBids),
      ...cases.map((change) => writeCase(client, change)),
      ...payouts.flatMap((payout) => writePayout(client, payout)),
      ...documents.flatMap((document) => writeDocument(client, document)),
      ...writeSales(client, catalogues),
      writeAudit(client, audit),
      ...talk.map((row) => writeTalk(client, row)),
    ]);
    bids.release();
  };
}

const copyUnlessEmpty = async (client: ClientBase, copy: string, rows: string): Promise<void> => {
  if (rows !== '') await copyRows(client, copy, [[Buffer.from(rows)]]);
};

const UPDATE_PRICES = `
UPDATE standings s SET
  revision = c.revision,
  current_price = c.current_price,
  minimum_next_bid = c.minimum_next_bid,
  leader_id = c.leader_id,
  leading_bid = c.leading_bid,
  bid_count = c.bid_count,
  reserve_met = c.reserve_met,
  calling = CASE s.calling WHEN 'fair-warning' THEN 'called' ELSE s.calling END
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::integer[], $8::integer[],
  $9::boolean[])
  AS c(auction_id, before, revision, current_price, minimum_next_bid, leader_id, leading_bid, bid_count, reserve_met)
WHERE s.auction_id = c.auction_id AND s.revision = c.before`;

// The same for auctions to which something else happened in this batch, with or without bids beside it, the hammer and what
// follows on it included. Rare, so it may say more. Where bids tell no leader, a sale does.
const UPDATE_COURSES = `
UPDATE standings s SET
  revision = c.revision,
  current_price = COALESCE(c.current_price, s.current_price),
  minimum_next_bid = COALESCE(c.minimum_next_bid, s.minimum_next_bid),
  leader_id = CASE WHEN c.bid_count IS NULL THEN COALESCE(c.leader_id, s.leader_id) ELSE c.leader_id END,
  leading_bid = CASE WHEN c.bid_count IS NULL THEN COALESCE(c.leading_bid, s.leading_bid) ELSE c.leading_bid END,
  bid_count = COALESCE(c.bid_count, s.bid_count),
  reserve_met = COALESCE(c.reserve_met, s.reserve_met),
  closes_at = COALESCE(c.closes_at, s.closes_at),
  extensions = COALESCE(c.extensions, s.extensions),
  status = COALESCE(c.status, s.status),
  closed_at = COALESCE(c.closed_at, s.closed_at),
  end_reason = COALESCE(c.end_reason, s.end_reason),
  relisted_as = COALESCE(c.relisted_as, s.relisted_as),
  calling = COALESCE(c.calling,
    CASE WHEN s.calling = 'fair-warning' AND c.current_price IS NOT NULL AND c.status IS NULL THEN 'called' ELSE s.calling END)
FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::uuid[], $7::integer[], $8::integer[],
  $9::boolean[], $10::timestamptz[], $11::integer[], $12::text[], $13::timestamptz[], $14::text[], $15::uuid[],
  $16::text[])
  AS c(auction_id, before, revision, current_price, minimum_next_bid, leader_id, leading_bid, bid_count, reserve_met,
    closes_at, extensions, status, closed_at, end_reason, relisted_as, calling)
WHERE s.auction_id = c.auction_id AND s.revision = c.before`;

const updatePrices = (client: ClientBase, changes: readonly AuctionChange[]): Promise<void> =>
  updateStandings(client, { name: 'silver-update-prices', text: UPDATE_PRICES }, changes, []);

const updateCourses = (client: ClientBase, changes: readonly AuctionChange[]): Promise<void> =>
  updateStandings(client, { text: UPDATE_COURSES }, changes, [
    arrayOf(changes.map(({ closing }) => (closing === null ? null : isoTime(closing.closesAt)))),
    arrayOf(changes.map(({ closing }) => closing?.extensions ?? null)),
    arrayOf(changes.map(({ end }) => end?.status ?? null)),
    arrayOf(changes.map(({ end }) => (end === null ? null : isoTime(end.closedAt)))),
    changes.map(({ end }) => end?.reason ?? null),
    arrayOf(changes.map(({ relistedAs }) => relistedAs)),
    arrayOf(changes.map(({ calling }) => calling)),
  ]);

/** `further` are the columns behind those that both updates have. */
async function updateStandings(
  client: ClientBase,
  query: Readonly<{ name?: string; text: string }>,
  changes: readonly AuctionChange[],
  further: readonly unknown[],
): Promise<void> {
  if (changes.length === 0) return;
  const arrays = new BinaryRows();
  const { rowCount } = await client.query({ ...query, values: [...standingColumns(arrays, changes), ...further] });
  arrays.release();
  expectRows('auctions', rowCount, changes.length);
}

type Stood = Readonly<{ [Column in keyof Standing]: Standing[Column] | null }>;

const NOTHING_MOVED: Stood = {
  currentPrice: null,
  minimumNextBid: null,
  leaderId: null,
  leadingBid: null,
  bidCount: null,
  reserveMet: null,
};

/** The state of an auction after a batch, as far as the batch changed it. */
function stoodAfter({ standing, sealedBids, sold }: AuctionChange): Stood {
  if (sealedBids === null && sold === null) return standing ?? NOTHING_MOVED;
  const bids = standing ?? { ...NOTHING_MOVED, bidCount: sealedBids };
  return sold === null ? bids : { ...bids, ...standingOfSale(sold) };
}

/** The columns of both updates, as binary parameters. */
function standingColumns(arrays: BinaryRows, changes: readonly AuctionChange[]): readonly Buffer[] {
  const stood = changes.map(stoodAfter);
  const count = changes.length;
  const ends: number[] = [];
  const column = <Row>(type: keyof typeof ELEMENT_TYPES, rows: readonly Row[], write: (row: Row) => unknown): void => {
    arrays.array(type, count);
    for (const row of rows) write(row);
    ends.push(arrays.length);
  };
  const amount = (value: Minor | null) => (value === null ? arrays.null() : arrays.amount(value));
  const integer = (value: number | null) => (value === null ? arrays.null() : arrays.int4(value));
  column('uuid', changes, ({ auctionId }) => arrays.uuid(auctionId));
  column('int8', changes, ({ before }) => arrays.int8(before));
  column('int8', changes, ({ revision }) => arrays.int8(revision));
  column('int8', stood, ({ currentPrice }) => amount(currentPrice));
  column('int8', stood, ({ minimumNextBid }) => amount(minimumNextBid));
  column('uuid', stood, ({ leaderId }) => (leaderId === null ? arrays.null() : arrays.uuid(leaderId)));
  column('int4', stood, ({ leadingBid }) => integer(leadingBid));
  column('int4', stood, ({ bidCount }) => integer(bidCount));
  column('bool', stood, ({ reserveMet }) => (reserveMet === null ? arrays.null() : arrays.bool(reserveMet)));
  return ends.map((end, i) => arrays.view(ends[i - 1] ?? 0, end));
}

async function updateUsers(client: ClientBase, changes: readonly UserChange[]): Promise<void> {
  if (changes.length === 0) return;
  const { rowCount } = await client.query(UPDATE_USERS, [
    changes.map(({ userId }) => userId),
    changes.map(({ before }) => before),
    changes.map(({ revision }) => revision),
    changes.map(({ personalData }) => personalData),
    changes.map(({ isVerified }) => isVerified),
    changes.map(({ rating }) => rating),
    changes.map(({ status }) => status),
    changes.map(({ erasedAt }) => (erasedAt === null ? null : isoTime(erasedAt))),
    changes.map(({ voidsBids }) => voidsBids),
  ]);
  expectRows('users', rowCount, changes.length);
}

async function replace(client: ClientBase, replacements: readonly Replacement[]): Promise<void> {
  if (replacements.length === 0) return;
  const { rowCount } = await client.query(REPLACE, [
    replacements.map(({ auctionId }) => auctionId),
    replacements.map(({ bidNumber }) => bidNumber),
    replacements.map(({ replacedBy }) => replacedBy),
  ]);
  expectRows('sealed bids to replace', rowCount, replacements.length);
}

const takeOut = (client: ClientBase, { retractions, voidings, requests, answers, proposals }: TakenOut) => [
  updateRows(client, 'bids to retract', RETRACT, RETRACT_COLUMNS, retractions),
  updateRows(client, 'bids to void', VOID, VOID_COLUMNS, voidings),
  copyUnlessEmpty(client, COPY_REQUESTS, requests),
  copyUnlessEmpty(client, COPY_PROPOSALS, proposals),
  updateRows(client, 'requests to answer', ANSWER_REQUESTS, ANSWER_REQUEST_COLUMNS, answers),
];

async function sell(client: ClientBase, sales: readonly Sale[]): Promise<void> {
  if (sales.length === 0) return;
  const { rowCount } = await client.query(
    INSERT_TRANSACTIONS,
    SALE_COLUMNS.map((column) => sales.map(column)),
  );
  expectRows('auctions to sell', rowCount, sales.length);
}

const followUp = (client: ClientBase, { transactions, movements, offers, answers, disputes }: AfterSaleBatch) => [
  updateTransactions(client, [...transactions.values()]),
  copyUnlessEmpty(client, COPY_MOVEMENTS, movements),
  copyUnlessEmpty(client, COPY_OFFERS, offers),
  answerOffers(client, answers),
  // In the order of the journal.
  ...disputes.map((dispute) => client.query(RECORD_DISPUTE, [...disputeValues(dispute)])),
];

async function updateTransactions(client: ClientBase, changes: readonly TransactionChange[]): Promise<void> {
  if (changes.length === 0) return;
  const columns = TRANSACTION_COLUMNS.map((column) => changes.map(column));
  const { rowCount } = await client.query(UPDATE_TRANSACTIONS, columns);
  expectRows('transactions', rowCount, changes.length);
}

async function answerOffers(client: ClientBase, answers: AfterSaleBatch['answers']): Promise<void> {
  if (answers.length === 0) return;
  const columns = ANSWER_COLUMNS.map((column) => answers.map(column));
  const { rowCount } = await client.query(ANSWER_OFFERS, columns);
  expectRows('offers', rowCount, answers.length);
}

async function recordHallResults(client: ClientBase, changes: readonly HallChange[]): Promise<void> {
  if (changes.length === 0) return;
  const { rowCount } = await client.query(
    UPSERT_HALL_RESULTS,
    HALL_COLUMNS.map((column) => changes.map(column)),
  );
  expectRows('hall results', rowCount, changes.length);
}

async function dropHallBids(client: ClientBase, hallResultIds: readonly string[]): Promise<void> {
  if (hallResultIds.length > 0) await client.query(DELETE_HALL_BIDS, [hallResultIds]);
}

async function recordHallBids(client: ClientBase, bids: readonly HallBidRow[]): Promise<void> {
  if (bids.length === 0) return;
  await client.query(
    INSERT_HALL_BIDS,
    HALL_BID_COLUMNS.map((column) => bids.map(column)),
  );
}
