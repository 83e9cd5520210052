// What Silver's projection does alone: 400,000 recorded bids through the real consumer into the embedded PostgreSQL, fsync
// on. Prints one JSON object: bids a second, and what preparing costs this process.
//
//   node_modules/node/bin/node --experimental-transform-types --import ./test/support/typescript-hooks.mjs test/projections/silver/silver.bench.ts
import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { auctionStream, type StreamId, userStream } from '../../../src/domain/messages.js';
import { instant, later } from '../../../src/domain/time.js';
import { startEmbeddedPostgres } from '../../../src/embedded/embedded-postgres.js';
import { CONSUMER_DEFAULTS, Consumer } from '../../../src/feed/consumer.js';
import { Feed } from '../../../src/feed/feed.js';
import type { Journal, JournalEntry, Position, RecordedEvent } from '../../../src/journal/journal.js';
import { migrate } from '../../../src/migrations/migrate.js';
import { silverProjection } from '../../../src/projections/silver/silver.projection.js';
import { silentLog } from '../../../src/runtime/log.js';
import { silentMetrics } from '../../../src/runtime/metrics.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { auctionNo, noon, terms, userNo } from '../chronicle.js';

const BIDS = 400_000;
const USERS = 1_000;
const runtime = new SystemRuntime();

/** A journal that only reads, from memory and without decoding: the projection's own cost is wanted. */
class Recorded implements Pick<Journal, 'readAll' | 'head' | 'subscribe' | 'comparePositions'> {
  constructor(private readonly entries: readonly JournalEntry[]) {}
  printPosition = (position: Position): string => `${position}`;
  parsePosition = (text: string): Position => BigInt(text) as Position;
  comparePositions = (a: Position | null, b: Position | null): number => Number((a ?? 0n) - (b ?? 0n));
  subscribe = () => ({ close: async () => undefined });
  head = async () => this.entries.at(-1)?.position ?? null;
  readAll = async (after: Position | null, limit: number) =>
    this.entries.slice(Number(after ?? 0n), Number(after ?? 0n) + limit);
}

function history(auctions: number): { entries: RecordedEvent[]; setUp: number } {
  const entries: RecordedEvent[] = [];
  const revisions = new Map<StreamId, number>();
  const record = (streamId: StreamId, event: RecordedEvent['event']): void => {
    const revision = (revisions.get(streamId) ?? -1) + 1;
    revisions.set(streamId, revision);
    const meta = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };
    const position = BigInt(entries.length + 1) as Position;
    const stored = { schemaVersion: 1, occurredAt: noon, recordedAt: noon, meta, text: '', hash: '' };
    entries.push({ kind: 'event', position, streamId, revision, eventType: event.type, event, ...stored });
  };
  for (let n = 0; n < USERS; n++)
    record(userStream(userNo(n)), {
      type: 'UserRegistered',
      username: `user ${n}`,
      personalData: null,
      registeredAt: noon,
    });
  const item = { title: 'A clock', description: 'It ticks. '.repeat(40), category: 'Antiques' };
  for (let n = 0; n < auctions; n++)
    record(auctionStream(auctionNo(n)), {
      type: 'AuctionListed',
      sellerId: userNo(0),
      item,
      terms,
      opensAt: noon,
      closesAt: later(noon, 3_600_000),
      listedAt: noon,
      relistOf: null,
      relistings: 0,
      lot: null,
    });
  const setUp = entries.length;
  let seed = 1;
  for (let n = 0; n < BIDS; n++) {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    const streamId = auctionStream(auctionNo(Math.floor((seed / 2 ** 32) * auctions)));
    const bidNumber = (revisions.get(streamId) ?? 0) + 1;
    const price = 10_00n + BigInt(bidNumber) * 50n;
    record(streamId, {
      type: 'BidPlaced',
      bidNumber,
      bidderId: userNo(1 + (n % (USERS - 1))),
      bidType: 'manual',
      maximum: price,
      currency: 'USD',
      placedAt: instant(noon + (n >> 4)),
      userRevision: 0,
      currentPrice: price,
      leaderId: userNo(1 + (n % (USERS - 1))),
      leadingBid: bidNumber,
      bidCount: bidNumber,
      minimumNextBid: price + 50n,
      reserveMet: true,
    });
  }
  return { entries, setUp };
}

function prepareMicros(entries: readonly RecordedEvent[]): number {
  const projection = silverProjection();
  const startedMs = performance.now();
  for (let i = 0; i < entries.length; i += CONSUMER_DEFAULTS.batchMax)
    projection.prepare(entries.slice(i, i + CONSUMER_DEFAULTS.batchMax));
  return ((performance.now() - startedMs) / entries.length) * 1_000;
}

async function project(database: pg.ClientConfig, entries: readonly RecordedEvent[], setUp: number) {
  const feed = new Feed({ journal: new Recorded(entries) as unknown as Journal, runtime });
  const projection = silverProjection();
  const consumer = new Consumer({ feed, projection, database, runtime, log: silentLog, metrics: silentMetrics });
  const reached = async (position: number): Promise<void> => {
    while ((consumer.status().position ?? 0n) < BigInt(position)) {
      if (consumer.status().state === 'halted') throw new Error(consumer.status().problem ?? 'halted');
      await runtime.sleep(2);
    }
  };
  consumer.start();
  await reached(setUp);
  const pid = await backendOf(database);
  const from = Number(consumer.status().position);
  const [startedMs, cpu, backendCpu] = [performance.now(), process.cpuUsage(), cpuMicros(pid)];
  await reached(entries.length);
  const ms = performance.now() - startedMs;
  const { user, system } = process.cpuUsage(cpu);
  const postgresMicrosPerBid = round((cpuMicros(pid) - backendCpu) / (entries.length - from));
  await consumer.drain();
  await feed.close();
  const bids = entries.length - from;
  return {
    bidsPerSecond: Math.round((bids / ms) * 1_000),
    nodeMicrosPerBid: round((user + system) / bids),
    postgresMicrosPerBid,
  };
}

async function query<Row extends object>(database: pg.ClientConfig, text: string): Promise<Row | undefined> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return (await client.query<Row>(text)).rows[0];
  } finally {
    await client.end();
  }
}

async function backendOf(database: pg.ClientConfig): Promise<number> {
  const row = await query<{ pid: number }>(
    database,
    "SELECT pid FROM pg_stat_activity WHERE application_name = 'gavel silver' AND datname = current_database()",
  );
  if (row === undefined) throw new Error('the consumer has no connection');
  return row.pid;
}

/** The processor time of a process, user and system; Linux counts it in hundredths of a second (proc(5)). */
function cpuMicros(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * 10_000;
}

const round = (n: number): number => Math.round(n * 100) / 100;

const directory = await mkdtemp(join(tmpdir(), 'gavel-silver-bench-'));
const server = await startEmbeddedPostgres({ dataDir: join(directory, 'postgres'), log: silentLog });
try {
  const results: Record<string, unknown> = {};
  for (const [name, auctions] of [
    ['spread', 5_000],
    ['hot', 1],
  ] as const) {
    await query(server.connection, `CREATE DATABASE ${name}`);
    const database = { ...server.connection, database: name };
    await migrate(database);
    for (const statement of process.argv.slice(2)) await query(database, statement);
    const { entries, setUp } = history(auctions);
    const bids = entries.slice(setUp);
    prepareMicros(bids);
    const prepared = round(prepareMicros(bids));
    results[name] = {
      auctions,
      bids: BIDS,
      prepareMicrosPerBid: prepared,
      ...(await project(database, entries, setUp)),
    };
  }
  const durability = await query(
    server.connection,
    "SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS synchronous_commit",
  );
  process.stdout.write(`${JSON.stringify({ durability, ...results })}\n`);
} finally {
  await server.stop();
  rmSync(directory, { recursive: true, force: true });
}
