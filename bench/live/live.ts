// How fast watchers see a bid: from sending it to the first message whose version covers it. The house that `gavel up`
// opens, watchers and bidders in a process of their own, one phase after the other.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { signDevelopmentToken } from '../../src/api/auth/development-token.js';
import type { Config } from '../../src/config.js';
import type { AuctionId } from '../../src/domain/ids.js';
import { tokenSettings } from '../../src/house/development.js';
import { startUp } from '../../src/house/up.js';
import { PrometheusMetrics } from '../../src/observability/prometheus.metrics.js';
import type { Log } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { setUpAuctions } from '../bench-auctions.js';
import type { LiveLoad, LiveLoadReport, Phase, PhaseResult } from './live-load.js';
import { scoresVisible } from './score-visibility.js';

type Latency = Readonly<{ p50: number; p99: number }>;
type Fanout = Readonly<{ n: number; spread: 'one' | 'zipf'; p50: number; p99: number; p999: number; errors: number }>;

export type LiveFigures = Readonly<{
  latencyMs: Readonly<{ rate2000: Latency; at80: Latency }>;
  /** From a bid to its score in silver.bids, at 2,000 bids a second. */
  scoredMs: Latency;
  subscribers: readonly Fanout[];
}>;

export type LiveOptions = Readonly<{ config: Config; seconds: number; log: Log; say: (line: string) => void }>;

const BIDDERS = 500;
const AUCTIONS = 1_000;
/** Watchers while latencies at a rate are measured: one on each of so many auctions. */
const LATENCY_WATCHERS = 100;
const RATE = 2_000;
const SHARE_OF_SUSTAINED = 0.8;
/** Bids a second while thousands watch. */
const FANOUT_RATE = 100;
const FANOUTS = [
  { n: 1_000, spread: 'one' },
  { n: 1_000, spread: 'zipf' },
  { n: 5_000, spread: 'one' },
  { n: 5_000, spread: 'zipf' },
] as const;
const WARM_UP_MS = 3_000;
const CONNECTIONS = 256;
const TOKEN_LIFETIME_S = 24 * 3_600;

/** Opens a house on an empty database and measures. Throws when anything went wrong: a figure with errors is none. */
export async function measureLive({ config, seconds, log, say }: LiveOptions): Promise<LiveFigures> {
  const runtime = new SystemRuntime();
  const metrics = new PrometheusMetrics();
  const lost = (error: Error) => say(`the database was lost: ${error.message}`);
  const up = await startUp({ config, runtime, log, metrics, lost });
  const load = fork(new URL('./live-load.process.js', import.meta.url), [], { execArgv: process.execArgv });
  try {
    const tokens = await tokenSettings(config);
    const phases = 3 + FANOUTS.length;
    const made = await setUpAuctions(up.house.bus, runtime, { bidders: BIDDERS, auctions: (phases * AUCTIONS) / 2 });
    const bidders = await Promise.all(
      made.bidders.map(async (id) => {
        const person = { userId: id, roles: ['bidder'] as const, lifetimeS: TOKEN_LIFETIME_S, now: runtime.now() };
        return { id, token: await signDevelopmentToken(tokens, person) };
      }),
    );
    const fresh = [...made.spread, ...made.httpSpread];
    const phase = async (what: Omit<Phase, 'auctions' | 'warmUpMs' | 'forMs'>, count: number): Promise<PhaseResult> => {
      const auctions: readonly AuctionId[] = fresh.splice(0, AUCTIONS).slice(0, count);
      const asked: Phase = { ...what, auctions, warmUpMs: WARM_UP_MS, forMs: seconds * 1_000 };
      const result = await runPhase(load, { url: up.url, bidders, connections: CONNECTIONS, phase: asked });
      const { p50, p99, p999, acceptedPerSecond, messagesPerSecond, errors, problems } = result;
      say(
        `${what.name}: ${acceptedPerSecond} bids/s, ${messagesPerSecond} messages/s, p50 ${p50} p99 ${p99} p999 ${p999} ms`,
      );
      if (errors > 0) throw new Error(`${what.name}: ${errors} errors, the first: ${problems.join('; ')}`);
      return result;
    };
    const latency = (name: string, bidsPerSecond: number | null) =>
      phase({ name, watchers: LATENCY_WATCHERS, spread: 'even', bidsPerSecond }, LATENCY_WATCHERS);
    const [rate2000, scoredMs] = await scoresVisible({ pool: up.house.pool, runtime }, () =>
      latency(`${RATE} bids/s`, RATE),
    );
    say(`scores at ${RATE} bids/s: readable after p50 ${scoredMs.p50} p99 ${scoredMs.p99} ms`);
    const { acceptedPerSecond } = await latency('as many bids as the machine sustains', null);
    const at80 = await latency('80 % of that', Math.round(SHARE_OF_SUSTAINED * acceptedPerSecond));
    const subscribers: Fanout[] = [];
    for (const { n, spread } of FANOUTS) {
      const name = `${n} watchers, ${spread === 'one' ? 'one auction' : `Zipf over ${AUCTIONS}`}`;
      const { p50, p99, p999, errors } = await phase(
        { name, watchers: n, spread, bidsPerSecond: FANOUT_RATE },
        AUCTIONS,
      );
      subscribers.push({ n, spread, p50, p99, p999, errors });
    }
    return {
      latencyMs: { rate2000: { p50: rate2000.p50, p99: rate2000.p99 }, at80: { p50: at80.p50, p99: at80.p99 } },
      scoredMs,
      subscribers,
    };
  } finally {
    load.kill();
    await up.stop();
    metrics.close();
  }
}

async function runPhase(child: ChildProcess, load: LiveLoad): Promise<PhaseResult> {
  const answered = once(child, 'message');
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`the load process ended with ${code}`)));
  child.send(load);
  const [report] = (await Promise.race([answered, ended])) as [LiveLoadReport];
  if ('problem' in report) throw new Error(report.problem);
  return report.result;
}
