// When each auction closes, which are still to open, which are to be listed again, and what has a time after the hammer: from
// the few kinds of fact that can say so. All others pass by without a write.
import type { ClientBase } from 'pg';
import { type Instant, isoTime } from '../../domain/time.js';
import type { RecordedEvent } from '../../feed/feed.js';
import type { Projection, Write } from '../../feed/projection.js';
import { arrayOf } from '../copy-text.js';
import { isEmptyOfSales, noSales, noteSale, type SalesBatch, writeSales } from './sales.rows.js';

export const CLOSINGS_CONSUMER = 'closings';

/** The projection into `closings.due`, or into a version of it in another schema. */
export const closingsProjection = (name = CLOSINGS_CONSUMER, schema = 'closings'): Projection => ({
  name,
  searchPath: [schema],
  findRows: FIND_ROWS,
  prepare,
});

const FIND_ROWS = `
SELECT EXISTS (SELECT FROM due) OR EXISTS (SELECT FROM openings) OR EXISTS (SELECT FROM relistings)
  OR EXISTS (SELECT FROM deadlines) OR EXISTS (SELECT FROM sales) OR EXISTS (SELECT FROM lots) AS found`;

const SET = `
INSERT INTO due (auction_id, closes_at)
SELECT auction_id, closes_at FROM unnest($1::uuid[], $2::timestamptz[]) AS c(auction_id, closes_at)
ON CONFLICT (auction_id) DO UPDATE SET closes_at = excluded.closes_at`;

const END = 'DELETE FROM due WHERE auction_id = ANY ($1::uuid[])';

const OPEN_LATER = `
INSERT INTO openings (auction_id, opens_at)
SELECT auction_id, opens_at FROM unnest($1::uuid[], $2::timestamptz[]) AS o(auction_id, opens_at)
ON CONFLICT (auction_id) DO UPDATE SET opens_at = excluded.opens_at`;

const OPENED = 'DELETE FROM openings WHERE auction_id = ANY ($1::uuid[])';

const RELIST = `
INSERT INTO relistings (relisted_as, auction_id, revision, is_listed)
SELECT relisted_as, auction_id, revision, false FROM unnest($1::uuid[], $2::uuid[], $3::bigint[])
  AS r(relisted_as, auction_id, revision)
ON CONFLICT (relisted_as) DO UPDATE SET revision = excluded.revision`;

const RELISTED = `
INSERT INTO relistings (relisted_as, auction_id, revision, is_listed)
SELECT relisted_as, auction_id, NULL, true FROM unnest($1::uuid[], $2::uuid[]) AS r(relisted_as, auction_id)
ON CONFLICT (relisted_as) DO UPDATE SET is_listed = true`;

const SET_DEADLINES = `
INSERT INTO deadlines (auction_id, kind, number, due_at)
SELECT auction_id, kind, number, due_at FROM unnest($1::uuid[], $2::text[], $3::integer[], $4::timestamptz[])
  AS d(auction_id, kind, number, due_at)
ON CONFLICT (auction_id, kind) DO UPDATE SET number = excluded.number, due_at = excluded.due_at`;

const END_DEADLINES = `
DELETE FROM deadlines USING unnest($1::uuid[], $2::text[]) AS d(auction_id, kind)
WHERE deadlines.auction_id = d.auction_id AND deadlines.kind = d.kind`;

/** What waits for a payment or an answer; a null `due` is over, one way or another. */
type Waiting = Readonly<{
  auctionId: string;
  kind: 'payment' | 'offer';
  due: Readonly<{ number: number; at: Instant }> | null;
}>;

/** The last word of a batch on each auction; a null time is an auction that has ended, or an opening that is announced. */
type Batch = Readonly<{
  closings: Map<string, Instant | null>;
  openings: Map<string, Instant | null>;
  relisted: { auctionId: string; relistedAs: string; revision: number }[];
  listedAgain: { auctionId: string; relistedAs: string }[];
  waiting: Map<string, Waiting>;
  sales: SalesBatch;
}>;

function prepare(events: readonly RecordedEvent[]): Write | null {
  const batch: Batch = {
    closings: new Map(),
    openings: new Map(),
    relisted: [],
    listedAgain: [],
    waiting: new Map(),
    sales: noSales(),
  };
  for (const event of events) {
    note(batch, event);
    noteSale(batch.sales, event);
  }
  const { closings, openings, relisted, listedAgain, waiting, sales } = batch;
  const size = closings.size + openings.size + relisted.length + listedAgain.length + waiting.size;
  return size === 0 && isEmptyOfSales(sales) ? null : (client) => write(client, batch);
}

function note(batch: Batch, { streamId, revision, event }: RecordedEvent): void {
  const { closings, openings, relisted, listedAgain } = batch;
  const auctionId = streamId.slice('auction-'.length);
  switch (event.type) {
    case 'AuctionListed':
      closings.set(auctionId, event.closesAt);
      if (event.opensAt > event.listedAt) openings.set(auctionId, event.opensAt);
      if (event.relistOf !== null) listedAgain.push({ auctionId: event.relistOf, relistedAs: auctionId });
      return;
    case 'ClosingExtended':
      closings.set(auctionId, event.closesAt);
      return;
    case 'AuctionOpened':
      openings.set(auctionId, null);
      return;
    case 'AuctionSold':
    case 'AuctionPassed':
    case 'AuctionCancelled':
    case 'AuctionWithdrawn':
      closings.set(auctionId, null);
      openings.set(auctionId, null);
      return;
    case 'AuctionRelisted':
      relisted.push({ auctionId, relistedAs: event.relistedAs, revision });
      return;
    default:
      noteDeadline(batch, auctionId, event);
  }
}

function noteDeadline({ waiting }: Batch, auctionId: string, event: RecordedEvent['event']): void {
  const note = (kind: Waiting['kind'], due: Waiting['due']) =>
    waiting.set(`${auctionId} ${kind}`, { auctionId, kind, due });
  switch (event.type) {
    case 'InvoiceIssued':
      note('payment', { number: event.transactionNumber, at: event.paymentDueAt });
      return;
    case 'PaymentRecorded':
    case 'PaymentOverdue':
      note('payment', null);
      return;
    case 'SecondChanceOffered':
      note('offer', { number: event.offerNumber, at: event.expiresAt });
      return;
    case 'SecondChanceAccepted':
    case 'SecondChanceDeclined':
    case 'SecondChanceExpired':
      note('offer', null);
      return;
  }
}

async function write(client: ClientBase, batch: Batch): Promise<void> {
  const { closings, openings, relisted, listedAgain, waiting } = batch;
  await setTimes(client, closings, SET, END);
  await setTimes(client, openings, OPEN_LATER, OPENED);
  const columns = (rows: readonly { auctionId: string; relistedAs: string }[]) => [
    arrayOf(rows.map(({ relistedAs }) => relistedAs)),
    arrayOf(rows.map(({ auctionId }) => auctionId)),
  ];
  if (relisted.length > 0)
    await client.query(RELIST, [...columns(relisted), arrayOf(relisted.map(({ revision }) => revision))]);
  if (listedAgain.length > 0) await client.query(RELISTED, columns(listedAgain));
  await setDeadlines(client, [...waiting.values()]);
  await writeSales(client, batch.sales);
}

async function setDeadlines(client: ClientBase, waiting: readonly Waiting[]): Promise<void> {
  const keys = (rows: readonly Waiting[]) => [
    arrayOf(rows.map(({ auctionId }) => auctionId)),
    arrayOf(rows.map(({ kind }) => kind)),
  ];
  const over = waiting.filter(({ due }) => due === null);
  if (over.length > 0) await client.query(END_DEADLINES, keys(over));
  const kept = waiting.filter(({ due }) => due !== null);
  const dues = waiting.flatMap(({ due }) => due ?? []);
  const values = [arrayOf(dues.map(({ number }) => number)), arrayOf(dues.map(({ at }) => isoTime(at)))];
  if (kept.length > 0) await client.query(SET_DEADLINES, [...keys(kept), ...values]);
}

async function setTimes(
  client: ClientBase,
  times: ReadonlyMap<string, Instant | null>,
  set: string,
  remove: string,
): Promise<void> {
  const kept: string[] = [];
  const at: string[] = [];
  const removed: string[] = [];
  for (const [auctionId, time] of times) {
    if (time === null) removed.push(auctionId);
    else {
      kept.push(auctionId);
      at.push(isoTime(time));
    }
  }
  if (kept.length > 0) await client.query(set, [arrayOf(kept), arrayOf(at)]);
  if (removed.length > 0) await client.query(remove, [arrayOf(removed)]);
}
