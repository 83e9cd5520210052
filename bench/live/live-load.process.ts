// The load process of `bench:live`: watchers and bidders, so that both ends of a latency are read from one clock.
import type { AuctionId } from '../../src/domain/ids.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { BidPlan, type PlannedBid } from '../bid-plan.js';
import { HttpConnection } from '../http-connection.js';
import { Latencies } from './latencies.js';
import type { LiveLoad, LiveLoadReport, PhaseResult } from './live-load.js';
import { Sightings } from './sightings.js';
import { spreadOver } from './spread.js';
import { Watchers } from './watchers.js';

const runtime = new SystemRuntime();
/** Bids that are due and found no free connection; a house that falls behind further has failed. */
const WAITING_MAX = 50_000;
/** How long after the last bid a watcher may take to see it. */
const SETTLE_MS = 10_000;
const SHOWN_PROBLEMS = 5;

let seed = 7;
/** A linear congruential generator (Numerical Recipes' constants), as in the plan of bids. */
function fraction(): number {
  seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
  return seed / 2 ** 32;
}

process.on('message', (load: LiveLoad) => {
  run(load).then(
    (result) => report({ result }),
    (error: unknown) => report({ problem: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

function report(what: LiveLoadReport): void {
  process.send?.(what);
}

async function run(load: LiveLoad): Promise<PhaseResult> {
  const { auctions, spread, watchers: count } = load.phase;
  const pick = spreadOver(spread, auctions.length);
  const bidding = new Bidding(load, pick);
  const watchers = new Watchers(runtime, (...sighting) => bidding.seen(...sighting));
  // Where watchers are spread evenly, each auction has its share of them; else they are drawn like bids.
  const watched = Array.from(
    { length: count },
    (_, i) => auctions[spread === 'even' ? i % auctions.length : pick(fraction())],
  );
  await watchers.open(
    load.url,
    watched.filter((auction) => auction !== undefined),
  );
  try {
    await bidding.connect();
    const before = watchers.messages;
    const startedMs = runtime.monotonicMs();
    await bidding.bid();
    const messagesPerSecond = Math.round(((watchers.messages - before) * 1_000) / (runtime.monotonicMs() - startedMs));
    const problems = [...bidding.problems, ...watchers.problems];
    if (!(await settled(watchers, bidding))) problems.push('a watcher did not see the last bid');
    return {
      ...bidding.result(),
      messagesPerSecond,
      errors: problems.length,
      problems: problems.slice(0, SHOWN_PROBLEMS),
    };
  } finally {
    bidding.close();
    await watchers.close();
  }
}

async function settled(watchers: Watchers, bidding: Bidding): Promise<boolean> {
  const untilMs = runtime.monotonicMs() + SETTLE_MS;
  while (!watchers.haveSeen((auction) => bidding.lastRevision(auction))) {
    if (runtime.monotonicMs() > untilMs) return false;
    await runtime.sleep(10);
  }
  return true;
}

type Due = Readonly<{ bid: PlannedBid; atMs: number }>;

class Bidding {
  readonly problems: string[] = [];
  private readonly latencies = new Latencies();
  private readonly unmeasured = new Latencies();
  private readonly sightings: ReadonlyMap<AuctionId, readonly [measured: Sightings, warmUp: Sightings]>;
  private readonly last = new Map<AuctionId, number>();
  private readonly tokens: ReadonlyMap<string, string>;
  private readonly plan: BidPlan;
  private readonly waiting: Due[] = [];
  private connections: HttpConnection[] = [];
  private free: HttpConnection[] = [];
  private accepted = 0;
  private measuredFromMs = Number.POSITIVE_INFINITY;
  private measuredForMs = 0;
  private open = true;

  constructor(
    private readonly load: LiveLoad,
    pick: (fraction: number) => number,
  ) {
    const { phase, bidders } = load;
    this.tokens = new Map(bidders.map(({ id, token }) => [id, token]));
    const who = bidders.map(({ id }) => id);
    this.plan = new BidPlan(phase.auctions, who, pick);
    this.sightings = new Map(
      phase.auctions.map((auction) => [
        auction,
        [new Sightings(this.latencies, fraction), new Sightings(this.unmeasured, fraction)],
      ]),
    );
  }

  async connect(): Promise<void> {
    const { url, connections } = this.load;
    this.connections = await Promise.all(Array.from({ length: connections }, () => HttpConnection.open(new URL(url))));
    this.free = [...this.connections];
  }

  seen(auction: AuctionId, before: number, revision: number, atMs: number): void {
    this.sightingsOf(auction, atMs)?.seen(before, revision, atMs);
  }

  lastRevision(auction: AuctionId): number {
    return this.last.get(auction) ?? 0;
  }

  /** A warm-up, whose last answer is waited for, and then the time that is measured. */
  async bid(): Promise<void> {
    const { warmUpMs, forMs } = this.load.phase;
    await this.bidFor(warmUpMs);
    this.measuredFromMs = runtime.monotonicMs();
    await this.bidFor(forMs);
    this.measuredForMs = runtime.monotonicMs() - this.measuredFromMs;
  }

  private async bidFor(forMs: number): Promise<void> {
    const { bidsPerSecond } = this.load.phase;
    const startedMs = runtime.monotonicMs();
    const endMs = startedMs + forMs;
    if (bidsPerSecond === null) await Promise.all(this.connections.map((one) => this.keepBidding(one, endMs)));
    else await this.bidAtRate(bidsPerSecond, startedMs, endMs);
    while (this.free.length < this.connections.length) await runtime.sleep(1);
  }

  result(): Pick<PhaseResult, 'p50' | 'p99' | 'p999' | 'acceptedPerSecond'> {
    const { latencies } = this;
    return {
      p50: latencies.percentile(0.5),
      p99: latencies.percentile(0.99),
      p999: latencies.percentile(0.999),
      acceptedPerSecond: Math.round((this.accepted * 1_000) / this.measuredForMs),
    };
  }

  close(): void {
    this.open = false;
    for (const connection of this.connections) connection.close();
  }

  /** Bids fall due by the clock, whatever has been answered; the time they fell due is when they count as sent. */
  private async bidAtRate(perSecond: number, startedMs: number, endMs: number): Promise<void> {
    let sent = 0;
    for (let nowMs = startedMs; nowMs < endMs; nowMs = runtime.monotonicMs()) {
      for (; sent < ((nowMs - startedMs) * perSecond) / 1_000; sent++)
        this.waiting.push({ bid: this.plan.next(), atMs: startedMs + (sent * 1_000) / perSecond });
      if (this.waiting.length > WAITING_MAX) throw new Error(`the house does not keep up with ${perSecond} bids/s`);
      this.sendWaiting();
      await runtime.sleep(1);
    }
  }

  private sendWaiting(): void {
    while (this.free.length > 0) {
      const due = this.waiting.shift();
      if (due === undefined) return;
      const connection = this.free.pop();
      if (connection === undefined) return;
      void this.send(connection, due).finally(() => {
        this.free.push(connection);
        this.sendWaiting();
      });
    }
  }

  private async keepBidding(connection: HttpConnection, untilMs: number): Promise<void> {
    for (let nowMs = runtime.monotonicMs(); nowMs < untilMs; nowMs = runtime.monotonicMs())
      await this.send(connection, { bid: this.plan.next(), atMs: nowMs });
  }

  /** Two bids for one auction may overtake each other on their way, so a planned one may be refused as too low. */
  private async send(connection: HttpConnection, { bid, atMs }: Due): Promise<void> {
    const { auction, bidder, cents } = bid;
    const body = `{"commandId":"${runtime.uuid()}","amount":"${cents}","currency":"USD"}`;
    try {
      const { status, body: text } = await connection.post(
        `/auctions/${auction}/bids`,
        this.tokens.get(bidder) ?? '',
        body,
      );
      if (status === 201) this.taken(auction, Number(/"revision":(\d+)/.exec(text)?.[1]), atMs);
      else if (status !== 409) this.problems.push(`a bid was answered ${status} ${text.slice(0, 200)}`);
    } catch (error) {
      if (this.open) this.problems.push(error instanceof Error ? error.message : String(error));
    }
  }

  private taken(auction: AuctionId, revision: number, atMs: number): void {
    if (atMs >= this.measuredFromMs) this.accepted += 1;
    this.last.set(auction, Math.max(revision, this.lastRevision(auction)));
    for (const one of this.sightings.get(auction) ?? []) one.sent(revision, atMs);
  }

  private sightingsOf(auction: AuctionId, atMs: number): Sightings | undefined {
    return this.sightings.get(auction)?.[atMs >= this.measuredFromMs ? 0 : 1];
  }
}
