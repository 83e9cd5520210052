// The load process of `httpSpread`: bids over REST from a process of its own, told what to do over its parent's channel.
import { SystemRuntime } from '../src/runtime/system.runtime.js';
import { BidPlan, type PlannedBid } from './bid-plan.js';
import type { Tally } from './bidders.js';
import { HttpConnection } from './http-connection.js';
import type { HttpLoad, HttpLoadReport } from './http-load.js';

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

async function bidOverHttp({ url, callers, forMs, ...what }: HttpLoad): Promise<Tally> {
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
  const tallies = await Promise.all(connections.map((connection) => keepBidding(connection, bids, untilMs)));
  return tallies.reduce((sum, { accepted, refused }) => ({
    accepted: sum.accepted + accepted,
    refused: sum.refused + refused,
  }));
}

async function keepBidding(connection: HttpConnection, bids: BidPlan, untilMs: number): Promise<Tally> {
  let [accepted, refused] = [0, 0];
  while (runtime.monotonicMs() < untilMs) {
    const status = await sendBid(connection, bids.next());
    if (status === 201) accepted += 1;
    else refused += 1;
  }
  return { accepted, refused };
}

/** Two bids for one auction may overtake each other on their way, so a planned one may be refused as too low. */
async function sendBid(connection: HttpConnection, { auction, bidder, cents }: PlannedBid): Promise<number> {
  const body = `{"commandId":"${runtime.uuid()}","amount":"${cents}","currency":"USD"}`;
  const { status, body: answer } = await connection.post(`/auctions/${auction}/bids`, tokens.get(bidder) ?? '', body);
  if (status !== 201 && status !== 409) throw new Error(`a bid was answered ${status} ${answer}`);
  return status;
}
