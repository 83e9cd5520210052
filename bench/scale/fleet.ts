// How many processes, shards and brokers a rate needs, when each is busy to BUSY_MAX at the peak.
import { OperatorError } from '../../src/runtime/operator-error.js';
import {
  BUSY_MAX,
  CORES_A_MACHINE,
  GOLD_DAYS,
  GOLD_WINDOW_S,
  KAFKA_REPLICAS,
  MESSAGES_A_BID,
  PEAK_OVER_MEAN,
  SECONDS_A_DAY,
} from './assumptions.js';
import type { Costs } from './costs-file.js';
import { dealt, largest, type Market, partitionShares } from './skew.js';

export type Fleet = Readonly<{
  rate: number;
  shards: number;
  /** What it would be if the load could be spread evenly. */
  shardsAtBest: number;
  partitions: number;
  engines: number;
  apiNodes: number;
  brokers: number;
  /** Busy cores of everything that a bid passes, each once. */
  busyCores: number;
  /** Cores of each shard's PostgreSQL, of all archivers, and of Gold's run over a year. */
  postgresCores: number;
  archivers: number;
  goldCores: number;
  /** Bids a second of the busiest shard, partition and auction. */
  hottest: Readonly<{ shard: number; partition: number; auction: number }>;
  /** Bytes a second at the peak: the busiest shard's log of changes, and what one broker takes in. */
  walBytesS: number;
  brokerBytesS: number;
  /** Bytes a day at the mean rate. */
  storedADay: Readonly<{ journal: number; silver: number; bronze: number }>;
}>;

const MICROS = 1_000_000;
/** With fewer, the loss of one broker leaves no majority of three copies. */
const BROKERS_MIN = 3;
/** GAVEL_PARTITIONS at its most. */
const PARTITIONS_MAX = 1_024;

/** Bids a second that one thread takes at so many µs a bid, without passing BUSY_MAX. */
export const ceilingOf = (micros: number): number => (BUSY_MAX * MICROS) / micros;

/** What is there once for each journal shard, dearest first: the first one bounds the shard. */
export function singletons({ micros }: Costs): readonly Readonly<{ name: string; micros: number; ceiling: number }>[] {
  const each = [
    { name: 'relay', micros: micros.relay },
    { name: 'projector', micros: micros.projector },
    { name: 'API node, following facts', micros: micros.fact },
    { name: 'PostgreSQL, appending', micros: micros.journal },
    { name: 'PostgreSQL, Silver', micros: micros.silver },
  ];
  return each.map((one) => ({ ...one, ceiling: ceilingOf(one.micros) })).sort((a, b) => a.ceiling - b.ceiling);
}

/** All that a bid over REST passes, once: one API node that follows the facts, and the watchers' messages. */
export function microsABid({ micros }: Costs): number {
  const { rest, fact, message, engine, projector, relay, broker, journal, silver, othersOfPostgres, archiver } = micros;
  const api = rest + fact + MESSAGES_A_BID * message;
  return api + engine + projector + relay + broker + journal + silver + othersOfPostgres + archiver;
}

/** The smallest fleet that takes `rate` bids a second of this market. Refuses a market whose busiest auction no engine can take. */
export function fleetFor(costs: Costs, market: Market, rate: number): Fleet {
  const { micros, bytes } = costs;
  const auction = rate * largest(market.shares);
  const engineMax = ceilingOf(micros.engine);
  if (auction > engineMax)
    throw new OperatorError(
      `one auction gets ${Math.round(auction)} bids a second, and one engine takes ${Math.round(engineMax)}`,
    );
  const shardMax = singletons(costs)[0]?.ceiling ?? 0;
  const shards = smallest((n) => rate * largest(partitionShares(market, n)) <= shardMax);
  // A shard is a group of partitions: their number is a multiple of the number of shards, so that n modulo shards names one.
  const partitionsEach = powerOfTwo((n) => rate * largest(partitionShares(market, shards * n)) <= engineMax);
  const shares = partitionShares(market, shards * partitionsEach);
  // An engine works for one shard: partition n goes to engine n modulo their number, which is a multiple as well.
  const engines = shards * smallest((n) => rate * largest(dealt(shares, shards * n)) <= engineMax);
  const shard = rate * largest(dealt(shares, shards));
  const brokerCores = (rate * micros.broker * KAFKA_REPLICAS) / MICROS;
  const brokers = Math.max(BROKERS_MIN, Math.ceil(brokerCores / (CORES_A_MACHINE * BUSY_MAX)));
  const mean = rate / PEAK_OVER_MEAN;
  const day = mean * SECONDS_A_DAY;
  const cores = (ofMicros: number, at: number) => Math.ceil((at * ofMicros) / MICROS / BUSY_MAX);
  return {
    rate,
    shards,
    shardsAtBest: Math.ceil(rate / shardMax),
    partitions: shares.length,
    engines,
    apiNodes: shards * apiNodesOfShard(costs, shard),
    brokers,
    busyCores: (rate * microsABid(costs)) / MICROS,
    postgresCores: cores(micros.journal + micros.silver + micros.othersOfPostgres, shard),
    archivers: shards * cores(micros.archiver, shard / PEAK_OVER_MEAN),
    goldCores: Math.ceil((day * GOLD_DAYS * micros.gold) / MICROS / GOLD_WINDOW_S / BUSY_MAX),
    hottest: { shard, partition: rate * largest(shares), auction },
    walBytesS: shard * bytes.wal,
    brokerBytesS: (rate * (bytes.bids + bytes.events) * KAFKA_REPLICAS) / brokers,
    storedADay: { journal: day * bytes.journal, silver: day * bytes.silver, bronze: day * bytes.bronze },
  };
}

/** Every node follows all facts of its shard; requests and watchers are shared. */
function apiNodesOfShard({ micros }: Costs, rate: number): number {
  const shared = rate * (micros.rest + MESSAGES_A_BID * micros.message);
  return Math.ceil(shared / (BUSY_MAX * MICROS - rate * micros.fact));
}

/** The first power of two that will do, from 1. Refuses when none up to 1,024 does. */
export function powerOfTwo(does: (n: number) => boolean): number {
  for (let n = 1; n <= PARTITIONS_MAX; n *= 2) if (does(n)) return n;
  throw new OperatorError(`not even ${PARTITIONS_MAX} are enough`);
}

/** The smallest number that will do above half of the first power of two that does. Refuses as that. */
export function smallest(does: (n: number) => boolean): number {
  const high = powerOfTwo(does);
  // More is not always better: which auctions share a partition changes with the number. So each is tried.
  for (let n = Math.floor(high / 2) + 1; n < high; n++) if (does(n)) return n;
  return high;
}
