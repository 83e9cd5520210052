// How many events a second the journal takes by itself: no bus, no rules, no projection.
import { auctionId, commandId, userId } from '../src/domain/ids.js';
import { auctionStream, type StreamId } from '../src/domain/messages.js';
import type { Connection } from '../src/embedded/embedded-postgres.js';
import type { NewEvent, StreamAppend } from '../src/journal/journal.js';
import { PostgresJournal } from '../src/journal/postgres/postgres.journal.js';
import { migrate } from '../src/migrations/migrate.js';
import type { Log } from '../src/runtime/log.js';
import type { Runtime } from '../src/runtime/runtime.js';
import { median } from './statistics.js';

export type AppendFigures = Readonly<{
  eventsPerSecond: number;
  /** Main thread of Node, the making of the events included. */
  nodeMicrosPerEvent: number;
}>;

type Load = Readonly<{ streams: number; batch: number; seconds: number }>;

const RUNS = 3;

/** Median of three runs over one journal: batches of `batch` bids spread evenly over `streams` auctions. */
export async function measureAppend(
  parts: Readonly<{ connection: Connection; runtime: Runtime; log: Log }>,
  load: Load,
): Promise<AppendFigures> {
  await migrate(parts.connection, parts.log);
  const journal = new PostgresJournal({ config: parts.connection, runtime: parts.runtime, log: parts.log });
  const bids = new BidLoad(parts.runtime, load);
  const runs: AppendFigures[] = [];
  for (let run = 0; run < RUNS; run++) runs.push(await measured(journal, bids, load));
  await journal.close();
  return {
    eventsPerSecond: Math.round(median(runs.map((run) => run.eventsPerSecond))),
    nodeMicrosPerEvent: Math.round(10 * median(runs.map((run) => run.nodeMicrosPerEvent))) / 10,
  };
}

async function measured(journal: PostgresJournal, bids: BidLoad, load: Load): Promise<AppendFigures> {
  const startedMs = performance.now();
  const startedCpu = process.threadCpuUsage();
  let events = 0;
  while (performance.now() - startedMs < (1_000 * load.seconds) / RUNS) {
    const results = await journal.append(bids.next());
    const failed = results.find(({ status }) => status !== 'appended');
    if (failed !== undefined) throw new Error(`an append ended as ${failed.status}`);
    events += load.batch;
  }
  const { user, system } = process.threadCpuUsage(startedCpu);
  const seconds = (performance.now() - startedMs) / 1_000;
  return { eventsPerSecond: events / seconds, nodeMicrosPerEvent: (user + system) / events };
}

/** Batches of bids, each at the revision where its stream stands. */
class BidLoad {
  private readonly ids: readonly StreamId[];
  private readonly revisions: number[];
  private turn = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly load: Load,
  ) {
    this.ids = Array.from({ length: load.streams }, () => auctionStream(auctionId(runtime.uuid())));
    this.revisions = this.ids.map(() => -1);
  }

  next(): readonly StreamAppend[] {
    const batch = new Map<StreamId, { expected: number; events: NewEvent[] }>();
    for (let i = 0; i < this.load.batch; i++) {
      const at = this.turn++ % this.ids.length;
      const streamId = this.ids[at];
      const revision = this.revisions[at];
      if (streamId === undefined || revision === undefined) throw new Error('there are no streams');
      const part = batch.get(streamId) ?? { expected: revision, events: [] };
      part.events.push(this.bid(revision + 2));
      batch.set(streamId, part);
      this.revisions[at] = revision + 1;
    }
    return [...batch].map(([streamId, part]) => ({ streamId, ...part, restsOn: [] }));
  }

  private bid(bidNumber: number): NewEvent {
    const bidderId = userId(this.runtime.uuid());
    const occurredAt = this.runtime.now();
    return {
      event: {
        type: 'BidPlaced',
        bidNumber,
        bidderId,
        bidType: 'manual',
        maximum: 100_00n,
        currency: 'USD',
        placedAt: occurredAt,
        userRevision: 0,
        currentPrice: 100_00n,
        leaderId: bidderId,
        leadingBid: bidNumber,
        bidCount: bidNumber,
        minimumNextBid: 102_50n,
        reserveMet: true,
      },
      occurredAt,
      meta: {
        commandId: commandId(this.runtime.uuid()),
        actorId: bidderId,
        fingerprint: 'PlaceBid 10000 USD',
        correlationId: null,
        causationId: null,
      },
    };
  }
}
