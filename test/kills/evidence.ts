// What the database holds, beside what clients were told. Read with SQL of its own: none of the code under test helps.
import pg from 'pg';
import { decodeEvent } from '../../src/journal/event-codec.js';
import { eventually } from '../support/eventually.js';
import type { Asked } from './ledger.js';

type EventRow = Readonly<{
  stream_id: string;
  revision: string;
  position: string;
  event_type: string;
  schema_version: number;
  command_id: string;
  payload: string;
}>;
type BidRow = Readonly<{ auction_id: string; bid_number: number; bidder_id: string; bid_amount: string }>;

export type Evidence = Readonly<{
  /** The events that each command led to, in the journal's order. */
  byCommand: ReadonlyMap<string, readonly EventRow[]>;
  /** Silver's bids, by auction and number. */
  silver: ReadonlyMap<string, BidRow>;
  /** How many auctions have ended. */
  endings: number;
  /** Problems that show without the clients' help. */
  problems: readonly string[];
}>;

const EVENTS = `SELECT s.stream_id, e.revision, e.position, e.event_type, e.schema_version, e.command_id, e.payload
                  FROM journal.events e JOIN journal.streams s USING (stream_key)
                 WHERE e.command_id IS NOT NULL AND e.position <= $1 ORDER BY e.position`;
const BIDS = 'SELECT auction_id, bid_number, bidder_id, bid_amount FROM silver_private.bids';
const REACHED = `SELECT (SELECT coalesce(max(position), 0) FROM feed.checkpoints WHERE consumer = 'silver') AS silver`;

/** Waits until Silver has reached the end of the journal as it is now, and reads both. */
export async function gatherEvidence(connection: pg.ClientConfig): Promise<Evidence> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    const head = BigInt((await client.query('SELECT max(position) AS head FROM journal.events')).rows[0].head ?? 0);
    await eventually(`Silver to reach position ${head}`, async () => (await silverPosition(client)) >= head, 180_000);
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // The load goes on: what Silver has yet to see of it is left out on both sides.
    const events = await client.query<EventRow>(EVENTS, [(await silverPosition(client)).toString()]);
    const bids = await client.query<BidRow>(BIDS);
    const endings = events.rows.filter(({ event_type }) => /^Auction(Sold|Passed)$/.test(event_type)).length;
    const span = await client.query('SELECT count(*) AS count, max(position) AS head FROM journal.events');
    await client.query('COMMIT');
    const { count, head: last } = span.rows[0];
    const problems = count === last ? [] : [`the journal holds ${count} events up to position ${last}`];
    const byCommand = Map.groupBy(events.rows, ({ command_id }) => command_id);
    return { byCommand, endings, silver: new Map(bids.rows.map((row) => [keyOf(row), row])), problems };
  } finally {
    await client.end();
  }
}

async function silverPosition(client: pg.Client): Promise<bigint> {
  return BigInt((await client.query<{ silver: string }>(REACHED)).rows[0]?.silver ?? 0);
}

/** Everything in which the database contradicts what these commands were answered. */
export function contradictionsIn(evidence: Evidence, answered: readonly Asked[]): readonly string[] {
  return [
    ...evidence.problems,
    ...answered.flatMap((asked) => contradictionsOf(asked, evidence)),
    ...doubles(evidence),
  ];
}

function contradictionsOf(asked: Asked, { byCommand, silver }: Evidence): readonly string[] {
  const { commandId, answer, bid } = asked;
  const events = byCommand.get(commandId) ?? [];
  const what = `command ${commandId}`;
  const said = `; it asked ${asked.path} and was answered ${JSON.stringify(answer)}`;
  if (answer?.outcome === 'rejected')
    return events.length === 1 && events[0]?.stream_id.startsWith('refusals-')
      ? []
      : [`${what} stands in the journal as ${shown(events)}${said}`];
  if (events.some(({ stream_id }) => stream_id.startsWith('refusals-')))
    return [`${what} stands in the journal as ${shown(events)}${said}`];
  const last = events.at(-1);
  if (last === undefined) return [`${what} is not in the journal${said}`];
  if (Number(last.revision) !== answer?.['revision']) return [`${what} ended at revision ${last.revision}${said}`];
  return bid === null ? [] : bidContradictions({ what, said }, asked, events, silver);
}

function bidContradictions(
  { what, said }: Readonly<{ what: string; said: string }>,
  { bid, answer }: Asked,
  events: readonly EventRow[],
  silver: Evidence['silver'],
): readonly string[] {
  const [first] = events;
  const event = first && decodeEvent(first.event_type, first.schema_version, first.payload);
  if (event?.type !== 'BidPlaced' || bid === null) return [`${what} stands in the journal as ${shown(events)}${said}`];
  const { bidNumber, bidderId, currentPrice } = event;
  if (
    bidNumber !== answer?.['bidNumber'] ||
    String(currentPrice) !== answer['currentPrice'] ||
    bidderId !== bid.bidderId
  )
    return [`${what} stands in the journal as ${first?.payload}${said}`];
  const row = silver.get(keyOf({ auction_id: bid.auctionId, bid_number: bidNumber }));
  if (row?.bidder_id !== bidderId || row.bid_amount !== String(currentPrice))
    return [`${what} stands in Silver as ${JSON.stringify(row)}${said}`];
  return [];
}

/** Commands with more than one effect, whether anybody was told of them or not; and bids that only one side has. */
function doubles({ byCommand, silver }: Evidence): readonly string[] {
  const problems: string[] = [];
  let placed = 0;
  for (const [commandId, events] of byCommand) {
    const bids = events.filter(({ event_type }) => event_type === 'BidPlaced').length;
    placed += bids;
    const streams = new Set(events.map(({ stream_id }) => stream_id));
    if (bids > 1 || streams.size > 1) problems.push(`command ${commandId} had effects of ${shown(events)}`);
  }
  if (placed !== silver.size) problems.push(`the journal has ${placed} bids, and Silver ${silver.size}`);
  return problems;
}

const keyOf = ({ auction_id, bid_number }: Pick<BidRow, 'auction_id' | 'bid_number'>): string =>
  `${auction_id} ${bid_number}`;

const shown = (events: readonly EventRow[]): string =>
  events.length === 0 ? 'nothing' : events.map((e) => `${e.event_type} at ${e.stream_id}/${e.revision}`).join(', ');
