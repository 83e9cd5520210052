// The house of the benchmarks over Kafka: broker, PostgreSQL and each role as processes of their own on this machine, and bids
// written to `auction.bids` as tills write them.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type kafkajs from 'kafkajs';
import pg from 'pg';
import type { TokenSettings } from '../../src/api/api.settings.js';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import { loadConfig } from '../../src/config.js';
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
import type { BidPlan } from '../bid-plan.js';
import { startBenchServer } from '../server.js';
import { BidStream } from './bid-stream.js';

/** The compiled `gavel` beside this compiled program: a role is one of its commands. */
const GAVEL = join(import.meta.dirname, '..', '..', 'src', 'main.js');

export type Undo = () => Promise<unknown> | unknown;

export type KafkaHouseOptions = Readonly<{ log: Log; say: (line: string) => void }>;

export type KafkaHouse = Readonly<{
  say: (line: string) => void;
  config: RoleConfig;
  client: kafkajs.Kafka;
  database: pg.Client;
  runtime: SystemRuntime;
  auctions: BenchAuctions;
  tokens: ReadonlyMap<string, string>;
  tokenSettings: TokenSettings;
  /** The engine and the projector. */
  roles: readonly Worker[];
  start: (role: RoleName) => Promise<Worker>;
  /** Processes that are nobody's role, and where the broker keeps its topics. */
  server: Readonly<{ brokers: readonly number[]; kafkaDirectory: string }>;
}>;

const AUCTIONS = 2_000;
const BIDDERS = 2_000;
const PARTITIONS = 4;
/** Bids drawn at once, and how many may be on their way to Silver: a few batches for every partition. */
const SEND = 1_000;
const UNDER_WAY_MAX = 24_000;
export const LOOK_EVERY_MS = 10;
export const WAIT_MAX_MS = 120_000;
const TOKEN_LIFETIME_S = 24 * 3_600;

/** Starts everything on empty disks, with an engine and a projector at work. `undo` stops it, last first, also after a failure. */
export async function setUpKafkaHouse(options: KafkaHouseOptions, undo: Undo[]): Promise<KafkaHouse> {
  const { log, say } = options;
  const runtime = new SystemRuntime();
  const server = await startBenchServer(log);
  undo.push(() => server.stop());
  say('starting Kafka');
  const kafkaDirectory = join(server.directory, 'kafka');
  const kafka = await startEmbeddedKafka({ dataDir: kafkaDirectory, log });
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
  const roles = await Promise.all([start('engine'), start('projector')]);
  const bus = await openKafkaBus({ config, tokens: tokenSettings, runtime, log, lost: () => undefined });
  say(`registering ${BIDDERS} people and listing ${2 * AUCTIONS + 1} auctions, through Kafka`);
  const auctions = await setUpAuctions(bus, runtime, { bidders: BIDDERS, auctions: AUCTIONS });
  await bus.drain();
  const tokens = await tokensFor(auctions.bidders, tokenSettings, runtime);
  const processes = { brokers: kafka.pids, kafkaDirectory };
  return { say, config, tokenSettings, client, database, runtime, auctions, tokens, roles, start, server: processes };
}

async function makeTopics(client: kafkajs.Kafka, { kafka }: RoleConfig, runtime: SystemRuntime): Promise<void> {
  const admin = client.admin();
  await admin.connect();
  await createTopics(admin, topicPlans({ prefix: kafka.kafka.prefix, ...kafka.topics }), runtime);
  await admin.disconnect();
}

async function tokensFor(bidders: readonly UserId[], settings: TokenSettings, runtime: SystemRuntime) {
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

/** Sends as fast as Silver follows for so long, waits for the last bid, and returns accepted bids a second. */
export async function drive(house: KafkaHouse, stream: BidStream, forMs: number): Promise<number> {
  const { runtime } = house;
  const before = await silverOf(house);
  const sentBefore = stream.sent;
  const acceptedBefore = stream.accepted;
  const startedMs = runtime.monotonicMs();
  let reached = before.position;
  let lookedAtMs = startedMs;
  while (runtime.monotonicMs() - startedMs < forMs) {
    if (stream.sent - sentBefore - Number(reached - before.position) < UNDER_WAY_MAX) await stream.send(SEND);
    else await runtime.sleep(LOOK_EVERY_MS);
    if (runtime.monotonicMs() - lookedAtMs < LOOK_EVERY_MS) continue;
    reached = await positionOf(house);
    lookedAtMs = runtime.monotonicMs();
  }
  await stream.settled();
  await silverHas(house, before.position + BigInt(stream.sent - sentBefore));
  const endedMs = runtime.monotonicMs();
  const accepted = stream.accepted - acceptedBefore;
  const gained = (await silverOf(house)).bids - before.bids;
  if (gained !== accepted) throw new Error(`${accepted} bids were to be accepted, and Silver has gained ${gained}`);
  return (accepted * 1_000) / (endedMs - startedMs);
}

export async function openStream(
  house: KafkaHouse,
  plan: BidPlan,
  taken?: (a: AuctionId, r: number, at: number) => void,
) {
  const { client, config, tokens, runtime } = house;
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

export async function silverOf(house: KafkaHouse): Promise<Readonly<{ position: bigint; bids: number }>> {
  await silverHas(house, await headOf(house));
  const { rows } = await house.database.query('SELECT count(*) AS bids FROM silver.bids');
  return { position: await positionOf(house), bids: Number(rows[0]?.bids) };
}

export async function silverHas(house: KafkaHouse, position: bigint): Promise<void> {
  const { runtime } = house;
  const untilMs = runtime.monotonicMs() + WAIT_MAX_MS;
  while ((await positionOf(house)) < position) {
    if (runtime.monotonicMs() > untilMs) throw new Error(`waited ${WAIT_MAX_MS / 1_000} s for Silver`);
    await runtime.sleep(LOOK_EVERY_MS);
  }
}

async function positionOf({ database }: KafkaHouse): Promise<bigint> {
  const { rows } = await database.query("SELECT position FROM feed.checkpoints WHERE consumer = 'silver'");
  return BigInt(rows[0]?.position ?? 0);
}

async function headOf({ database }: KafkaHouse): Promise<bigint> {
  const { rows } = await database.query('SELECT max(position) AS head FROM journal.events');
  return BigInt(rows[0]?.head ?? 0);
}
