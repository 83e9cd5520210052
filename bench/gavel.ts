// Gavel under the same load: the house that `gavel up` opens, bids judged by the full rules, through the bus, the engine,
// the journal and Silver, and once more through REST. The clock runs until the last accepted bid can be seen in Silver;
// what is counted then are Silver's rows.

import type { Config } from '../src/config.js';
import type { AuctionId } from '../src/domain/ids.js';
import { tokenSettings } from '../src/house/development.js';
import { startUp, type Up } from '../src/house/up.js';
import { PrometheusMetrics } from '../src/observability/prometheus.metrics.js';
import type { Log } from '../src/runtime/log.js';
import { SystemRuntime } from '../src/runtime/system.runtime.js';
import { type BenchAuctions, setUpAuctions } from './bench-auctions.js';
import { BidPlan } from './bid-plan.js';
import { bid, type Tally } from './bidders.js';
import { HttpBidders } from './http-load.js';
import { bidsInSilver, silverCaughtUp } from './silver-check.js';
import { median, runsWithin } from './statistics.js';

/** Accepted bids a second: of 5,000 auctions and of one by callers in the same process, and of 5,000 over REST. */
export type GavelFigures = Readonly<{ spread: number; hot: number; httpSpread: number }>;

export type GavelOptions = Readonly<{
  /** Names the database that is measured on. */
  config: Config;
  bidders: number;
  auctions: number;
  seconds: number;
  log: Log;
  say: (line: string) => void;
}>;

type Bench = Readonly<{ options: GavelOptions; up: Up; runtime: SystemRuntime; auctions: BenchAuctions }>;
type Load = (forMs: number) => Promise<Tally>;

const WARM_UP_MS = 3_000;
/** Two full batches: one that is judged while the other is written. */
const CALLERS_A_PARTITION = 4_000;
/** Connections of the load process. Each waits for its answer, so that a batch is at most this large. */
const HTTP_CALLERS = 256;

/** Opens a house on an empty database and measures accepted bids a second. */
export async function measureGavel(options: GavelOptions): Promise<GavelFigures> {
  const { config, log, say } = options;
  const runtime = new SystemRuntime();
  const metrics = new PrometheusMetrics();
  const lost = (error: Error) => say(`the database was lost: ${error.message}`);
  const up = await startUp({ config, runtime, log, metrics, lost });
  try {
    const { bidders, auctions: count } = options;
    const auctions = await setUpAuctions(up.house.bus, runtime, { bidders, auctions: count });
    const bench: Bench = { options, up, runtime, auctions };
    return {
      spread: await measure(bench, 'many auctions', callers(bench, auctions.spread)),
      hot: await measure(bench, 'one auction', callers(bench, [auctions.hot])),
      httpSpread: await measureHttp(bench),
    };
  } finally {
    await up.stop();
    metrics.close();
  }
}

function callers({ options, up, runtime, auctions }: Bench, on: readonly AuctionId[]): Load {
  const plan = new BidPlan(on, auctions.bidders);
  const atOnce = CALLERS_A_PARTITION * Math.min(on.length, options.config.bus.partitions);
  return (forMs) => bid({ bus: up.house.bus, plan, runtime, callers: atOnce, forMs });
}

async function measureHttp(bench: Bench): Promise<number> {
  const { options, up, runtime, auctions } = bench;
  const tokens = await tokenSettings(options.config);
  const who = { auctions: auctions.httpSpread, bidders: auctions.bidders, callers: HTTP_CALLERS };
  const clients = await HttpBidders.start({ url: up.url, tokens, runtime }, who);
  try {
    return await measure(bench, 'many auctions over REST', (forMs) => clients.bid(forMs));
  } finally {
    clients.stop();
  }
}

async function measure(bench: Bench, name: string, load: Load): Promise<number> {
  const { options, up } = bench;
  await run(bench, load, WARM_UP_MS);
  await up.house.pool.query('CHECKPOINT');
  const runs = runsWithin(options.seconds);
  const figures: number[] = [];
  for (let i = 0; i < runs; i++) {
    const { accepted, tookMs } = await run(bench, load, (options.seconds * 1_000) / runs);
    figures.push((accepted * 1_000) / tookMs);
  }
  const result = Math.round(median(figures));
  options.say(`gavel, ${name}: ${result} bids/s`);
  return result;
}

/**
 * Bids for so long, waits for Silver, and sees to it that Silver has gained a row for every bid that was accepted. The clock
 * runs from the first bid on; to count the rows of the runs before is no part of it.
 */
async function run({ up, runtime }: Bench, load: Load, forMs: number): Promise<Tally & { tookMs: number }> {
  const before = await bidsInSilver(up.house.pool);
  const startedMs = runtime.monotonicMs();
  const tally = await load(forMs);
  await silverCaughtUp(up.house, runtime);
  const tookMs = runtime.monotonicMs() - startedMs;
  const gained = (await bidsInSilver(up.house.pool)) - before;
  if (gained !== tally.accepted)
    throw new Error(`${tally.accepted} bids were accepted, but Silver has gained ${gained}`);
  return { ...tally, tookMs };
}
