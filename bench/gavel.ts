// Gavel under the same load: the house that `gavel up` opens, bids judged by the full rules, through the bus, the engine,
// the journal and Silver, and once more through REST. The clock runs until the last accepted bid can be seen in Silver;
// what is counted then are Silver's rows.

import type { Config } from '../src/config.js';
import type { AuctionId } from '../src/domain/ids.js';
import { archiveToHead } from '../src/house/archive.js';
import { connectionTo } from '../src/house/database.js';
import { tokenSettings } from '../src/house/development.js';
import { startUp, type Up } from '../src/house/up.js';
import { PrometheusMetrics } from '../src/observability/prometheus.metrics.js';
import type { Log } from '../src/runtime/log.js';
import { SystemRuntime } from '../src/runtime/system.runtime.js';
import { type BenchAuctions, setUpAuctions } from './bench-auctions.js';
import { BidPlan } from './bid-plan.js';
import { bid, type Tally } from './bidders.js';
import { type HttpFigure, type HttpFigures, httpFigure } from './http-figures.js';
import { HttpBidders } from './http-load.js';
import { bidsInSilver, silverCaughtUp } from './silver-check.js';
import { median, runsWithin } from './statistics.js';

/** Accepted bids a second: of 5,000 auctions and of one by callers in the same process, and of 5,000 over REST. */
export type GavelFigures = Readonly<{ spread: number; hot: number; httpSpread: number; http: HttpFigures }>;

export type GavelOptions = Readonly<{
  /** Names the database that is measured on. */
  config: Config;
  bidders: number;
  auctions: number;
  httpAuctions: number;
  seconds: number;
  log: Log;
  say: (line: string) => void;
}>;

type Bench = Readonly<{ options: GavelOptions; up: Up; runtime: SystemRuntime; auctions: BenchAuctions }>;
type Load<Counts extends Tally> = (forMs: number) => Promise<Counts>;
type Run<Counts extends Tally> = Counts & Readonly<{ tookMs: number }>;

const WARM_UP_MS = 3_000;
/** Two full batches: one that is judged while the other is written. */
const CALLERS_A_PARTITION = 4_000;
/** Connections of the load process. Each waits for its answer, so that a batch is at most this large. */
const HTTP_CALLERS_OF_SPREAD = 256;
/** The same where it is compared with the row lock. */
export const HTTP_CALLERS = 128;

/** Opens a house on an empty database and measures accepted bids a second. */
export async function measureGavel(options: GavelOptions): Promise<GavelFigures> {
  const { config, log, say } = options;
  const runtime = new SystemRuntime();
  const metrics = new PrometheusMetrics();
  const lost = (error: Error) => say(`the database was lost: ${error.message}`);
  const up = await startUp({ config, runtime, log, metrics, lost });
  try {
    const auctions = await setUpAuctions(up.house.bus, runtime, options);
    const bench: Bench = { options, up, runtime, auctions };
    const spread = await measure(bench, 'many auctions', callers(bench, auctions.spread));
    const hot = await measure(bench, 'one auction', callers(bench, [auctions.hot]));
    await archive(bench);
    const { httpSpread, http } = auctions;
    return {
      spread: spread.rate,
      hot: hot.rate,
      httpSpread: (await measureHttp(bench, 'many auctions', httpSpread, HTTP_CALLERS_OF_SPREAD)).rate,
      http: {
        spread: await measureHttp(bench, 'many auctions', http.spread, HTTP_CALLERS),
        hot: await measureHttp(bench, 'one auction', [http.hot], HTTP_CALLERS),
      },
    };
  } finally {
    await up.stop();
    metrics.close();
  }
}

/** A part of Bronze is full about now, of bids in process. To make it takes a processor for seconds, which is no cost of REST. */
async function archive({ options, up, runtime }: Bench): Promise<void> {
  const { config } = options;
  if (config.postgres.url === null) throw new Error('the bench measures on a database of its own');
  const postgres = await connectionTo(config.postgres.url);
  await archiveToHead({ config, journal: up.house.journal, postgres, runtime });
}

function callers({ options, up, runtime, auctions }: Bench, on: readonly AuctionId[]): Load<Tally> {
  const plan = new BidPlan(on, auctions.bidders);
  const atOnce = CALLERS_A_PARTITION * Math.min(on.length, options.config.bus.partitions);
  return (forMs) => bid({ bus: up.house.bus, plan, runtime, callers: atOnce, forMs });
}

async function measureHttp(bench: Bench, name: string, on: readonly AuctionId[], callers: number): Promise<HttpFigure> {
  const { options, up, runtime, auctions } = bench;
  const tokens = await tokenSettings(options.config);
  const who = { auctions: on, bidders: auctions.bidders, callers };
  const clients = await HttpBidders.start({ url: up.url, tokens, runtime }, who);
  try {
    const { runs } = await measure(bench, `${name} over REST, ${callers} connections`, (forMs) => clients.bid(forMs));
    return httpFigure(runs);
  } finally {
    clients.stop();
  }
}

async function measure<Counts extends Tally>(
  bench: Bench,
  name: string,
  load: Load<Counts>,
): Promise<Readonly<{ rate: number; runs: readonly Run<Counts>[] }>> {
  const { options, up } = bench;
  await run(bench, load, WARM_UP_MS);
  await up.house.pool.query('CHECKPOINT');
  const count = runsWithin(options.seconds);
  const runs: Run<Counts>[] = [];
  for (let i = 0; i < count; i++) runs.push(await run(bench, load, (options.seconds * 1_000) / count));
  const rate = Math.round(median(runs.map(({ accepted, tookMs }) => (accepted * 1_000) / tookMs)));
  options.say(`gavel, ${name}: ${rate} bids/s`);
  return { rate, runs };
}

/**
 * Bids for so long, waits for Silver, and sees to it that Silver has gained a row for every bid that was accepted. The clock
 * runs from the first bid on; to count the rows of the runs before is no part of it.
 */
async function run<Counts extends Tally>(
  { up, runtime }: Bench,
  load: Load<Counts>,
  forMs: number,
): Promise<Run<Counts>> {
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
