// A house past one process under load: Kafka, PostgreSQL, an engine and a projector as processes of their own on this
// machine, and for the latency a relay and an API node. Bids are written to `auction.bids` as tills write them. What is
// counted are Silver's rows; the clock runs until the last bid is there.
import type { AuctionId } from '../../src/domain/ids.js';
import type { Log } from '../../src/runtime/log.js';
import { BidPlan } from '../bid-plan.js';
import { Latencies } from '../live/latencies.js';
import { Sightings } from '../live/sightings.js';
import { Watchers } from '../live/watchers.js';
import { median, runsWithin } from '../statistics.js';
import type { BidStream } from './bid-stream.js';
import {
  drive,
  type KafkaHouse,
  LOOK_EVERY_MS,
  openStream,
  setUpKafkaHouse,
  silverHas,
  silverOf,
  type Undo,
  WAIT_MAX_MS,
} from './kafka-house.js';

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

const WARM_UP_MS = 4_000;
/** At a rate: how often bids are sent, and how many auctions are watched. */
const TICK_MS = 10;
const WATCHED = 100;

type Bench = KafkaHouse & Readonly<{ options: KafkaBenchOptions }>;

/** Starts everything on empty disks, measures, and stops it again. Throws when a bid was lost or doubled. */
export async function measureKafka(options: KafkaBenchOptions): Promise<KafkaFigures> {
  const undo: Undo[] = [];
  try {
    const bench: Bench = { ...(await setUpKafkaHouse(options, undo)), options };
    const sustained = await measureSustained(bench, 'many auctions', bench.auctions.spread);
    const hot = await measureSustained(bench, 'one auction', [bench.auctions.hot]);
    const at = await measureLatency(bench);
    return { sustained, at, hot };
  } finally {
    for (const one of undo.toReversed()) await one();
  }
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
