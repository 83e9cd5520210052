// Gavel under the same load: bids by the full rules, through the bus, the engine, the journal and Silver. The clock runs
// until the last accepted bid can be seen in Silver; what is counted then are Silver's rows.
import type { Config } from '../../config.js';
import type { AuctionId } from '../../domain/ids.js';
import type { Connection } from '../../embedded/embedded-postgres.js';
import type { Log } from '../../runtime/log.js';
import { silentMetrics } from '../../runtime/metrics.js';
import { SystemRuntime } from '../../runtime/system.runtime.js';
import { type House, openHouse } from '../house.js';
import { type BenchAuctions, setUpAuctions } from './bench-auctions.js';
import { BidPlan } from './bid-plan.js';
import { bid, type Tally } from './bidders.js';
import { bidsInSilver, silverCaughtUp } from './silver-check.js';
import { median, runsWithin } from './statistics.js';

export type GavelFigures = Readonly<{ spread: number; hot: number }>;

export type GavelOptions = Readonly<{
  connection: Connection;
  config: Config;
  bidders: number;
  auctions: number;
  seconds: number;
  log: Log;
  say: (line: string) => void;
}>;

type Bench = Readonly<{ options: GavelOptions; house: House; runtime: SystemRuntime; auctions: BenchAuctions }>;

const WARM_UP_MS = 2_000;

/** Opens a house on an empty database and measures accepted bids a second, for many auctions and for one. */
export async function measureGavel(options: GavelOptions): Promise<GavelFigures> {
  const { connection, config, log } = options;
  const runtime = new SystemRuntime();
  const house = await openHouse({ postgres: connection, config, runtime, log, metrics: silentMetrics });
  try {
    const { bidders, auctions: count } = options;
    const auctions = await setUpAuctions(house.bus, runtime, { bidders, auctions: count });
    const bench: Bench = { options, house, runtime, auctions };
    const spread = await measure(bench, 'many auctions', auctions.spread);
    const hot = await measure(bench, 'one auction', [auctions.hot]);
    return { spread, hot };
  } finally {
    await house.drain();
  }
}

async function measure(bench: Bench, name: string, auctions: readonly AuctionId[]): Promise<number> {
  const { options, house, runtime } = bench;
  const plan = new BidPlan(auctions, bench.auctions.bidders);
  await run(bench, plan, WARM_UP_MS);
  await house.pool.query('CHECKPOINT');
  const runs = runsWithin(options.seconds);
  const figures: number[] = [];
  for (let i = 0; i < runs; i++) {
    const startedMs = runtime.monotonicMs();
    const { accepted } = await run(bench, plan, (options.seconds * 1_000) / runs);
    figures.push((accepted * 1_000) / (runtime.monotonicMs() - startedMs));
  }
  const result = Math.round(median(figures));
  options.say(`gavel, ${name}: ${result} bids/s`);
  return result;
}

/** Bids for so long, waits for Silver, and sees to it that Silver has gained a row for every bid that was accepted. */
async function run({ house, runtime, options }: Bench, plan: BidPlan, forMs: number): Promise<Tally> {
  const before = await bidsInSilver(house.pool);
  const callers = 2 * options.config.bus.batchMax;
  const tally = await bid({ bus: house.bus, plan, runtime, callers, forMs });
  await silverCaughtUp(house, runtime);
  const gained = (await bidsInSilver(house.pool)) - before;
  if (gained !== tally.accepted)
    throw new Error(`${tally.accepted} bids were accepted, but Silver has gained ${gained}`);
  return tally;
}
