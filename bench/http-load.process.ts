// The load process of everything over HTTP: bids from a process of its own, told what to do over its parent's channel.
import { SystemRuntime } from '../src/runtime/system.runtime.js';
import { BidPlan, type PlannedBid } from './bid-plan.js';
import { HttpConnection } from './http-connection.js';
import type { HttpLoad, HttpLoadReport, HttpTally } from './http-load.js';
import { Latencies } from './live/latencies.js';

const runtime = new SystemRuntime();
let connections: readonly HttpConnection[] = [];
let tokens: ReadonlyMap<string, string> = new Map();
let plan: BidPlan | null = null;

process.on('message', (load: HttpLoad) => {
  bidOverHttp(load).then(
    (tally) => report({ tally }),
    (error: unknown) => report({ problem: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

function report(what: HttpLoadReport): void {
  process.send?.(what);
}

async function bidOverHttp({ url, callers, forMs, ...what }: HttpLoad): Promise<HttpTally> {
  if (plan === null) {
    tokens = new Map(what.bidders.map(({ id, token }) => [id, token]));
    plan = new BidPlan(
      what.auctions,
      what.bidders.map(({ id }) => id),
    );
    connections = await Promise.all(Array.from({ length: callers }, () => HttpConnection.open(new URL(url))));
  }
  const untilMs = runtime.monotonicMs() + forMs;
  const bids = plan;
  const latencies = new Latencies();
  let [accepted, refused] = [0, 0];
  const keepBidding = async (connection: HttpConnection): Promise<void> => {
    for (let sentMs = runtime.monotonicMs(); sentMs < untilMs; ) {
      const status = await sendBid(connection, bids.next());
      const answeredMs = runtime.monotonicMs();
      latencies.add(answeredMs - sentMs);
      sentMs = answeredMs;
      if (status === 201) accepted += 1;
      else refused += 1;
    }
  };
  await Promise.all(connections.map(keepBidding));
  return { accepted, refused, p50Ms: latencies.percentile(0.5), p99Ms: latencies.percentile(0.99) };
}

/** Two bids for one auction may overtake each other on their way, so a planned one may be refused as too low. */
async function sendBid(connection: HttpConnection, { auction, bidder, cents }: PlannedBid): Promise<number> {
  const body = `{"commandId":"${runtime.uuid()}","amount":"${cents}","currency":"USD"}`;
  const { status, body: answer } = await connection.post(`/auctions/${auction}/bids`, tokens.get(bidder) ?? '', body);
  if (status !== 201 && status !== 409) throw new Error(`a bid was answered ${status} ${answer}`);
  return status;
}
