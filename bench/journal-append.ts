// How many events a second the journal takes by itself: no bus, no rules, no projection. The plain writer, the fast one,
// and the fast one without one of its pieces at a time, taking turns on one database.
import { auctionId, commandId, userId } from '../src/domain/ids.js';
import { auctionStream, type StreamId } from '../src/domain/messages.js';
import type { Connection } from '../src/embedded/embedded-postgres.js';
import type { NewEvent, StreamAppend } from '../src/journal/journal.js';
import { ALL_PIECES, type FastPieces } from '../src/journal/postgres/fast/pieces.js';
import { PostgresJournal, type WriterName } from '../src/journal/postgres/postgres.journal.js';
import { migrate } from '../src/migrations/migrate.js';
import type { Log } from '../src/runtime/log.js';
import type { Runtime } from '../src/runtime/runtime.js';
import { median } from './statistics.js';

export type AppendFigures = Readonly<{
  eventsPerSecond: number;
  /** Main thread of Node, the making of the events included. */
  nodeMicrosPerEvent: number;
  /** By how many per cent the whole fast writer is faster than this, as the median of the rounds. */
  fastIsFasterBy: number;
}>;

export type AppendParts = Readonly<{ connection: Connection; runtime: Runtime; log: Log }>;

/** `callers` append at once, each batches of so many bids spread evenly over streams of its own. */
export type Load = Readonly<{ callers: number; streams: number; batch: number; seconds: number }>;

type Variant = Readonly<{ name: string; writer: WriterName; pieces?: FastPieces }>;

const without = (piece: keyof FastPieces, pieces: Partial<FastPieces>): Variant => ({
  name: `without ${piece}`,
  writer: 'fast',
  pieces: { ...ALL_PIECES, ...pieces },
});

const VARIANTS: readonly Variant[] = [
  { name: 'fast', writer: 'fast' },
  { name: 'plain', writer: 'plain' },
  without('oneExchange', { oneExchange: false }),
  without('inFlightMax', { inFlightMax: 1 }),
  without('keysAhead', { keysAhead: false }),
  without('rowsPerCopy', { rowsPerCopy: Number.MAX_SAFE_INTEGER }),
  without('bidsByHand', { bidsByHand: false }),
  without('buffersAgain', { buffersAgain: false }),
  without('textOnDemand', { textOnDemand: false }),
];

const ROUNDS = 5;

type Run = Readonly<{ eventsPerSecond: number; nodeMicrosPerEvent: number }>;

/** Medians of five rounds, in each of which every variant of these names has its turn: what else the machine does falls on all alike. */
export async function measureWriters(
  parts: AppendParts,
  load: Load,
  names: readonly string[] = VARIANTS.map(({ name }) => name),
): Promise<Readonly<Record<string, AppendFigures>>> {
  const variants = VARIANTS.filter(({ name }) => names.includes(name));
  await migrate(parts.connection, parts.log);
  const rounds: ReadonlyMap<string, Run>[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const runs = new Map<string, Run>();
    for (const variant of variants) runs.set(variant.name, await measured(parts, variant, load));
    rounds.push(runs);
  }
  const figures = variants.map(({ name }) => [name, figuresOf(rounds, name)] as const);
  return Object.fromEntries(figures);
}

function figuresOf(rounds: readonly ReadonlyMap<string, Run>[], name: string): AppendFigures {
  const runs = rounds.map((round) => {
    const [run, fast] = [round.get(name), round.get('fast')];
    if (run === undefined || fast === undefined) throw new Error(`there is no run of ${name}`);
    return { ...run, faster: fast.eventsPerSecond / run.eventsPerSecond - 1 };
  });
  return {
    eventsPerSecond: Math.round(median(runs.map((run) => run.eventsPerSecond))),
    nodeMicrosPerEvent: Math.round(10 * median(runs.map((run) => run.nodeMicrosPerEvent))) / 10,
    fastIsFasterBy: Math.round(1_000 * median(runs.map((run) => run.faster))) / 10,
  };
}

async function measured(parts: AppendParts, { writer, pieces }: Variant, load: Load): Promise<Run> {
  const { connection: config, runtime, log } = parts;
  const journal = new PostgresJournal({ config, runtime, log, writer, ...(pieces !== undefined && { pieces }) });
  const callers = Array.from({ length: load.callers }, () => new BidLoad(runtime, load));
  // The first look at every stream is no part of the figure.
  await Promise.all(callers.map((caller) => caller.append(journal, load.streams / load.batch)));
  const startedMs = performance.now();
  const startedCpu = process.threadCpuUsage();
  const untilMs = startedMs + (1_000 * load.seconds) / ROUNDS;
  const appended = await Promise.all(callers.map((caller) => caller.appendUntil(journal, untilMs)));
  const { user, system } = process.threadCpuUsage(startedCpu);
  const seconds = (performance.now() - startedMs) / 1_000;
  await journal.close();
  const events = appended.reduce((sum, count) => sum + count, 0);
  return { eventsPerSecond: events / seconds, nodeMicrosPerEvent: (user + system) / events };
}

/** Batches of bids, each at the revision where its stream stands. Every batch brings a new stream, as first refusals do. */
class BidLoad {
  private readonly ids: StreamId[];
  private readonly revisions: number[];
  private next = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly load: Load,
  ) {
    this.ids = Array.from({ length: load.streams }, () => auctionStream(auctionId(runtime.uuid())));
    this.revisions = this.ids.map(() => -1);
  }

  async append(journal: PostgresJournal, batches: number): Promise<void> {
    for (let i = 0; i < batches; i++) await this.appendOne(journal);
  }

  /** How many events were appended. */
  async appendUntil(journal: PostgresJournal, untilMs: number): Promise<number> {
    let events = 0;
    while (performance.now() < untilMs) events += await this.appendOne(journal);
    return events;
  }

  private async appendOne(journal: PostgresJournal): Promise<number> {
    const results = await journal.append(this.batch());
    const failed = results.find(({ status }) => status !== 'appended');
    if (failed !== undefined) throw new Error(`an append ended as ${failed.status}`);
    return this.load.batch + 1;
  }

  private batch(): readonly StreamAppend[] {
    const batch = new Map<StreamId, { expected: number; events: NewEvent[] }>();
    for (let i = 0; i < this.load.batch; i++) {
      const at = this.next++ % this.ids.length;
      const streamId = this.ids[at];
      const revision = this.revisions[at];
      if (streamId === undefined || revision === undefined) throw new Error('there are no streams');
      const part = batch.get(streamId) ?? { expected: revision, events: [] };
      part.events.push(this.bid(revision + 2));
      batch.set(streamId, part);
      this.revisions[at] = revision + 1;
    }
    batch.set(auctionStream(auctionId(this.runtime.uuid())), { expected: -1, events: [this.bid(1)] });
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
