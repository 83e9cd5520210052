// The row-lock design over HTTP: a handler of plain Fastify that takes a bid in one transaction over `pg`, with prepared
// statements. It checks no token, parses no more than it needs and has no rule but the next price.
import type { AddressInfo } from 'node:net';
import { type FastifyInstance, fastify } from 'fastify';
import pg from 'pg';
import type { TokenSettings } from '../src/api/api.settings.js';
import { auctionId, userId } from '../src/domain/ids.js';
import type { Connection } from '../src/embedded/embedded-postgres.js';
import type { Runtime } from '../src/runtime/runtime.js';
import { CREATE_BASELINE, fillBaseline } from './baseline.sql.js';
import { type HttpFigure, type HttpFigures, httpFigure } from './http-figures.js';
import { HttpBidders, type HttpTally } from './http-load.js';
import { runsWithin } from './statistics.js';

export type RowLockOptions = Readonly<{
  connection: Connection;
  tokens: TokenSettings;
  runtime: Runtime;
  bidders: number;
  /** Auctions of the figure `spread`. */
  httpAuctions: number;
  /** Connections of the load process. */
  callers: number;
  seconds: number;
  say: (line: string) => void;
}>;

const DATABASE = 'row_lock_http';
const POOL_MAX = 32;
const WARM_UP_MS = 3_000;

/** Measures in a database of its own, which is empty afterwards: the server goes with the bench. */
export async function measureRowLock(options: RowLockOptions): Promise<HttpFigures> {
  await createDatabase(options.connection);
  const pool = new pg.Pool({ ...options.connection, database: DATABASE, max: POOL_MAX });
  try {
    await pool.query(CREATE_BASELINE);
    const figures = {
      spread: await measure(options, pool, options.httpAuctions),
      hot: await measure(options, pool, 1),
    };
    await pool.query('TRUNCATE auction, bid');
    return figures;
  } finally {
    await pool.end();
  }
}

async function createDatabase(connection: Connection): Promise<void> {
  const admin = new pg.Client(connection);
  await admin.connect();
  await admin.query(`CREATE DATABASE ${DATABASE}`).finally(() => admin.end());
}

async function measure(options: RowLockOptions, pool: pg.Pool, count: number): Promise<HttpFigure> {
  const { tokens, runtime, callers, seconds, say } = options;
  for (const statement of fillBaseline(count)) await pool.query(statement);
  const auctions = Array.from({ length: count }, () => auctionId(runtime.uuid()));
  const bidders = Array.from({ length: options.bidders }, () => userId(runtime.uuid()));
  const server = rowLockServer(pool, new Map(auctions.map((id, index) => [id, index + 1])));
  await server.listen({ host: '127.0.0.1', port: 0 });
  const { port } = server.server.address() as AddressInfo;
  const house = { url: `http://127.0.0.1:${port}`, tokens, runtime };
  const clients = await HttpBidders.start(house, { auctions, bidders, callers });
  try {
    await run(clients, pool, runtime, WARM_UP_MS);
    await pool.query('CHECKPOINT');
    const runs: (HttpTally & Readonly<{ tookMs: number }>)[] = [];
    const times = runsWithin(seconds);
    for (let i = 0; i < times; i++) runs.push(await run(clients, pool, runtime, (seconds * 1_000) / times));
    const figure = httpFigure(runs);
    const on = count === 1 ? 'one auction' : 'many auctions';
    say(`row lock, ${on} over HTTP, ${callers} connections: ${figure.rate} bids/s`);
    return figure;
  } finally {
    clients.stop();
    await server.close();
  }
}

/** Bids for so long, and sees to it that the table has gained a row for every bid that was accepted. */
async function run(clients: HttpBidders, pool: pg.Pool, runtime: Runtime, forMs: number) {
  const before = await bidsIn(pool);
  const startedMs = runtime.monotonicMs();
  const tally = await clients.bid(forMs);
  const tookMs = runtime.monotonicMs() - startedMs;
  const gained = (await bidsIn(pool)) - before;
  if (gained !== tally.accepted)
    throw new Error(`${tally.accepted} bids were accepted, but the table has gained ${gained}`);
  return { ...tally, tookMs };
}

async function bidsIn(pool: pg.Pool): Promise<number> {
  const counted = await pool.query<{ bids: string }>('SELECT count(*) AS bids FROM bid');
  return Number(counted.rows[0]?.bids);
}

const LOCK = {
  name: 'lock',
  text: `SELECT current_price + increment AS minimum, bid_count + 1 AS number
           FROM auction WHERE auction_id = $1 AND closes_at > now() FOR UPDATE`,
};
const RAISE = {
  name: 'raise',
  text: 'UPDATE auction SET current_price = $2, leader_id = $3, bid_count = $4 WHERE auction_id = $1',
};
const RECORD = {
  name: 'record',
  text: 'INSERT INTO bid (auction_id, bid_number, bidder_id, amount) VALUES ($1, $2, $3, $4)',
};

type Bid = Readonly<{ Params: { auctionId: string }; Body: { amount: string } }>;
type Answer = Readonly<{ status: number; body: object }>;

/** `numbers` are the auctions' keys in the table, by the ids that clients know. */
function rowLockServer(pool: pg.Pool, numbers: ReadonlyMap<string, number>): FastifyInstance {
  const server = fastify();
  server.post<Bid>('/auctions/:auctionId/bids', async (request, reply) => {
    const client = await pool.connect();
    try {
      const number = numbers.get(request.params.auctionId);
      const { status, body } = await place(client, number ?? 0, request.body.amount);
      reply.code(status);
      return body;
    } finally {
      client.release();
    }
  });
  return server;
}

async function place(client: pg.PoolClient, auction: number, amount: string): Promise<Answer> {
  await client.query('BEGIN');
  try {
    const { rows } = await client.query<{ minimum: string; number: number }>({ ...LOCK, values: [auction] });
    const [row] = rows;
    if (row === undefined || BigInt(amount) < BigInt(row.minimum)) {
      await client.query('ROLLBACK');
      return { status: 409, body: { outcome: 'rejected', minimum: row?.minimum } };
    }
    const bidder = auction;
    await client.query({ ...RAISE, values: [auction, amount, bidder, row.number] });
    await client.query({ ...RECORD, values: [auction, row.number, bidder, amount] });
    await client.query('COMMIT');
    return { status: 201, body: { outcome: 'accepted', currentPrice: amount, bidNumber: row.number } };
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}
