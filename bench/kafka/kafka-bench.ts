// A house past one process under load: Kafka, PostgreSQL, an engine and a projector as processes of their own on this
// machine, and for the latency a relay and an API node. Bids are written to `auction.bids` as tills write them. What is
// counted are Silver's rows; the clock runs until the last bid is there.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type kafkajs from 'kafkajs';
import pg from 'pg';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import { type Config, loadConfig } from '../../src/config.js';
import type { AuctionId, UserId } from '../../src/domain/ids.js';
import { startEmbeddedKafka } from '../../src/embedded/kafka/embedded-kafka.js';
import { Worker } from '../../src/house/cluster/worker.js';
import { openKafkaBus } from '../../src/house/kafka-bus.js';
import { type RoleConfig, roleConfig } from '../../src/house/roles/role.js';
import type { RoleName } from '../../src/house/roles/roles.js';
import { kafkaClient } from '../../src/kafka/client/connection.js';
import { createTopics, topicName, topicPlans } from '../../src/kafka/client/topics.js';
import { migrate } from '../../src/migrations/migrate.js';
import type { Log } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { type BenchAuctions, setUpAuctions } from '../bench-auctions.js';
import { BidPlan } from '../bid-plan.js';
import { Latencies } from '../live/latencies.js';
import { Sightings } from '../live/sightings.js';
import { Watchers } from '../live/watchers.js';
import { startBenchServer } from '../server.js';
import { median, runsWithin } from '../statistics.js';
import { BidStream } from './bid-stream.js';

/** The compiled `gavel` beside this compiled program: a role is one of its commands. */
const GAVEL = join(import.meta.dirname, '..', '..', 'src', 'main.js');

export type KafkaFigures = Readonly<{
  /** Accepted bids a second from `auction.bids` to Silver, on many auctions and on one. */
  sustained: number;
  /** At a rate: from the broker's append to the watcher's message in ms, and what became of the bids. */
  at: Readonly<{ rate: number; seconds: number; p50: number; p99: number; lost: number; duplicated: number }>;
  hot: number;
}>;

export type KafkaBenchOptions = Readonly<{
  seconds: number;
  rate: number;
  log: Log;
  say: (line: string) => void;
}>;

const AUCTIONS = 2_000;
const BIDDERS = 2_000;
const PARTITIONS = 4;
const WARM_UP_MS = 4_000;
/** Bids drawn at once, and how many may be on their way to Silver: a few batches for every partition. */
const SEND = 1_000;
const UNDER_WAY_MAX = 24_000;
const LOOK_EVERY_MS = 10;
const WAIT_MAX_MS = 120_000;
/** At a rate: how often bids are sent, and how many auctions are watched. */
const TICK_MS = 10;
const WATCHED = 100;
const TOKEN_LIFETIME_S = 24 * 3_600;

type Undo = () => Promise<unknown> | unknown;

type Bench = Readonly<{
  options: KafkaBenchOptions;
  config: RoleConfig;
  client: kafkajs.Kafka;
  database: pg.Client;
  runtime: SystemRuntime;
  auctions: BenchAuctions;
  tokens: ReadonlyMap<string, string>;
  start: (role: RoleName) => Promise<Worker>;
}>;

/** Starts everything on empty disks, measures, and stops it again. Throws when a bid was lost or doubled. */
export async function measureKafka(options: KafkaBenchOptions): Promise<KafkaFigures> {
  const undo: Undo[] = [];
  try {
    const bench = await setUp(options, undo);
    const sustained = await measureSustained(bench, 'many auctions', bench.auctions.spread);
    const hot = await measureSustained(bench, 'one auction', [bench.auctions.hot]);
    const at = await measureLatency(bench);
    return { sustained, at, hot };
  } finally {
    for (const one of undo.toReversed()) await one();
  }
}

async function setUp(options: KafkaBenchOptions, undo: Undo[]): Promise<Bench> {
  const { log, say } = options;
  const runtime = new SystemRuntime();
  const server = await startBenchServer(log);
  undo.push(() => server.stop());
  say('starting Kafka');
  const kafka = await startEmbeddedKafka({ dataDir: join(server.directory, 'kafka'), log });
  undo.push(() => kafka.stop(true));
  const { user, password, host, port, database: name } = server.connection;
  const env: Record<string, string> = {
    GAVEL_DATA: join(server.directory, 'house'),
    GAVEL_POSTGRES_URL: `postgres://${user}:${password}@${host}:${port}/${name}`,
    GAVEL_KAFKA_BROKERS: kafka.brokers.join(','),
    GAVEL_JWT_SECRET: randomBytes(32).toString('hex'),
    GAVEL_PARTITIONS: `${PARTITIONS}`,
    GAVEL_HTTP_PORT: '0',
    GAVEL_LOG_LEVEL: 'warn',
    GAVEL_RATE_PER_ADDRESS: '0',
    GAVEL_SOCKETS_PER_ADDRESS: '0',
  };
  const { config, tokens: tokenSettings } = await roleConfig(loadConfig(env));
  await migrate(server.connection, log);
  const client = await kafkaClient(config.kafka.kafka, log);
  await makeTopics(client, config, runtime);
  const database = new pg.Client(server.connection);
  await database.connect();
  undo.push(() => database.end());
  const start = starter(env, say, undo);
  await Promise.all([start('engine'), start('projector')]);
  const bus = await openKafkaBus({ config, tokens: tokenSettings, runtime, log, lost: () => undefined });
  say(`registering ${BIDDERS} people and listing ${2 * AUCTIONS + 1} auctions, through Kafka`);
  const auctions = await setUpAuctions(bus, runtime, { bidders: BIDDERS, auctions: AUCTIONS });
  await bus.drain();
  const tokens = await tokensFor(auctions.bidders, tokenSettings, runtime);
  return { options, config, client, database, runtime, auctions, tokens, start };
}

async function makeTopics(client: kafkajs.Kafka, { kafka }: RoleConfig, runtime: SystemRuntime): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  await createTopics(admin, topicPlans({ prefix: kafka.kafka.prefix, ...kafka.topics }), runtime);
  await admin.disconnect();
}

async function tokensFor(bidders: readonly UserId[], settings: Config['api']['tokens'], runtime: SystemRuntime) {
  const { key } = settings;
  if (key.kind !== 'secret') throw new Error('the benchmark has a secret of its own');
  const entries = bidders.map(async (id) => {
    const person = { userId: id, roles: ['bidder'] as const, lifetimeS: TOKEN_LIFETIME_S, now: runtime.now() };
    return [id, await signDevelopmentToken({ ...settings, key }, person)] as const;
  });
  return new Map(await Promise.all(entries));
}

function starter(env: Readonly<Record<string, string>>, say: (line: string) => void, undo: Undo[]) {
  return async (role: RoleName): Promise<Worker> => {
    const worker = new Worker({
      role,
      number: 1,
      command: [process.execPath, ...process.execArgv, GAVEL],
      env: { ...process.env, ...env },
      said: (line) => say(`${role}: ${line}`),
      changed: () => undefined,
    });
    undo.push(() => worker.stop());
    await worker.start();
    return worker;
  };
}

async function measureSustained(bench: Bench, name: string, on: readonly AuctionId[]): Promise<number> {
  const { options, auctions } = bench;
  const stream = await openStream(bench, new BidPlan(on, auctions.bidders));
  try {
    await drive(bench, stream, WARM_UP_MS);
    await bench.database.query('CHECKPOINT');
    const runs = runsWithin(options.seconds);
    const figures: number[] = [];
    for (let i = 0; i < runs; i++) figures.push(await drive(bench, stream, (options.seconds * 1_000) / runs));
    const result = Math.round(median(figures));
    options.say(`${name}: ${result} bids/s from Kafka to Silver`);
    return result;
  } finally {
    await stream.close();
  }
}

/** Sends as fast as Silver follows for so long, waits for the last bid, and returns accepted bids a second. */
async function drive(bench: Bench, stream: BidStream, forMs: number): Promise<number> {
  const { runtime } = bench;
  const before = await silverOf(bench);
  const sentBefore = stream.sent;
  const acceptedBefore = stream.accepted;
  const startedMs = runtime.monotonicMs();
  let reached = before.position;
  let lookedAtMs = startedMs;
  while (runtime.monotonicMs() - startedMs < forMs) {
    if (stream.sent - sentBefore - Number(reached - before.position) < UNDER_WAY_MAX) await stream.send(SEND);
    else await runtime.sleep(LOOK_EVERY_MS);
    if (runtime.monotonicMs() - lookedAtMs < LOOK_EVERY_MS) continue;
    reached = await positionOf(bench);
    lookedAtMs = runtime.monotonicMs();
  }
  await stream.settled();
  await silverHas(bench, before.position + BigInt(stream.sent - sentBefore));
  const endedMs = runtime.monotonicMs();
  const accepted = stream.accepted - acceptedBefore;
  const gained = (await silverOf(bench)).bids - before.bids;
  if (gained !== accepted) throw new Error(`${accepted} bids were to be accepted, and Silver has gained ${gained}`);
  return (accepted * 1_000) / (endedMs - startedMs);
}

async function measureLatency(bench: Bench): Promise<KafkaFigures['at']> {
  const { options, auctions, runtime } = bench;
  const { rate, say } = options;
  const seconds = Math.max(options.seconds, 1);
  const [, api] = await Promise.all([bench.start('relay'), bench.start('api')]);
  const latencies = new Latencies();
  const warmUp = new Latencies();
  const sightings = new Map<AuctionId, readonly [measured: Sightings, unmeasured: Sightings]>();
  const draw = fractions();
  const on = auctions.httpSpread;
  const watched = on.slice(0, WATCHED);
  for (const auction of watched) sightings.set(auction, [new Sightings(latencies, draw), new Sightings(warmUp, draw)]);
  let measuring = 1;
  // The broker's clock is this machine's: epoch milliseconds there are monotonic ones here after this.
  const epochMs = runtime.now() - runtime.monotonicMs();
  const plan = new BidPlan(on, auctions.bidders);
  const stream = await openStream(bench, plan, (auction, revision, appendedAt) => {
    sightings.get(auction)?.[measuring === 0 ? 0 : 1]?.sent(revision, appendedAt - epochMs);
  });
  const watchers = new Watchers(runtime, (auction, before, revision, atMs) => {
    sightings.get(auction)?.[measuring === 0 ? 0 : 1]?.seen(before, revision, atMs);
  });
  const { url } = api.state();
  if (url === null) throw new Error('the API node tells no address');
  await watchers.open(url, watched);
  try {
    await atRate(bench, stream, rate, WARM_UP_MS);
    await silverAndWatchers(bench, stream, watchers);
    const before = await silverOf(bench);
    const [sentBefore, acceptedBefore] = [stream.sent, stream.accepted];
    measuring = 0;
    await atRate(bench, stream, rate, seconds * 1_000);
    await silverAndWatchers(bench, stream, watchers);
    await silverHas(bench, before.position + BigInt(stream.sent - sentBefore));
    const after = await silverOf(bench);
    const accepted = stream.accepted - acceptedBefore;
    const doubled = await doubledCommands(bench, before.position);
    const [p50, p99] = [latencies.percentile(0.5), latencies.percentile(0.99)];
    say(`${rate} bids/s for ${seconds} s: p50 ${p50} ms, p99 ${p99} ms from append to message`);
    if (watchers.problems.length > 0) throw new Error(watchers.problems.slice(0, 5).join('; '));
    const lost = Math.max(0, accepted - (after.bids - before.bids));
    return { rate, seconds, p50, p99, lost, duplicated: doubled };
  } finally {
    await stream.close();
    await watchers.close();
  }
}

/** Bids fall due by the clock, whatever has become of those before. */
async function atRate({ runtime }: Bench, stream: BidStream, perSecond: number, forMs: number): Promise<void> {
  const startedMs = runtime.monotonicMs();
  let sent = 0;
  for (let nowMs = startedMs; nowMs - startedMs < forMs; nowMs = runtime.monotonicMs()) {
    const due = Math.floor(((nowMs - startedMs) * perSecond) / 1_000) - sent;
    if (due > 0) await stream.send(due);
    sent += Math.max(0, due);
    await runtime.sleep(TICK_MS);
  }
  await stream.settled();
}

async function silverAndWatchers(bench: Bench, stream: BidStream, watchers: Watchers): Promise<void> {
  const { runtime } = bench;
  const untilMs = runtime.monotonicMs() + WAIT_MAX_MS;
  while (!watchers.haveSeen((auction) => stream.revisionOf(auction))) {
    if (runtime.monotonicMs() > untilMs)
      throw new Error(`waited ${WAIT_MAX_MS / 1_000} s for every watcher to see the last bid`);
    await runtime.sleep(LOOK_EVERY_MS);
  }
}

async function openStream(bench: Bench, plan: BidPlan, taken?: (a: AuctionId, r: number, at: number) => void) {
  const { client, config, tokens, runtime } = bench;
  const topic = topicName(config.kafka.kafka.prefix, 'bids');
  const stream = new BidStream({
    kafka: client,
    topic,
    partitions: PARTITIONS,
    tokens,
    plan,
    runtime,
    ...(taken && { taken }),
  });
  await stream.connect();
  return stream;
}

async function silverOf(bench: Bench): Promise<Readonly<{ position: bigint; bids: number }>> {
  await silverHas(bench, await headOf(bench));
  const { rows } = await bench.database.query('SELECT count(*) AS bids FROM silver.bids');
  return { position: await positionOf(bench), bids: Number(rows[0]?.bids) };
}

async function silverHas(bench: Bench, position: bigint): Promise<void> {
  const { runtime } = bench;
  const untilMs = runtime.monotonicMs() + WAIT_MAX_MS;
  while ((await positionOf(bench)) < position) {
    if (runtime.monotonicMs() > untilMs) throw new Error(`waited ${WAIT_MAX_MS / 1_000} s for Silver`);
    await runtime.sleep(LOOK_EVERY_MS);
  }
}

async function positionOf({ database }: Bench): Promise<bigint> {
  const { rows } = await database.query("SELECT position FROM feed.checkpoints WHERE consumer = 'silver'");
  return BigInt(rows[0]?.position ?? 0);
}

async function headOf({ database }: Bench): Promise<bigint> {
  const { rows } = await database.query('SELECT max(position) AS head FROM journal.events');
  return BigInt(rows[0]?.head ?? 0);
}

/** Command ids with more than one effect. */
async function doubledCommands({ database }: Bench, after: bigint): Promise<number> {
  const { rows } = await database.query(
    `SELECT count(*) AS doubled FROM (
       SELECT command_id FROM journal.events WHERE position > $1 AND event_type = 'BidPlaced'
       GROUP BY command_id HAVING count(*) > 1) AS twice`,
    [after.toString()],
  );
  return Number(rows[0]?.doubled);
}

/** A linear congruential generator (Numerical Recipes' constants), as in the plan of bids. */
function fractions(): () => number {
  let seed = 7;
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}
