// The aggregates a process has in memory. Cold ones are folded from their stream, long ones from a snapshot plus the
// rest; the least recently used leave when there are too many of them, or too many bids in them.
import { LRUCache } from 'lru-cache';
import { type AggregateKey, type AggregateRef, aggregateKey, type StreamId } from '../domain/messages.js';
import { type Journal, type JournalEntry, type SnapshotStore, StreamCorrupt } from '../journal/journal.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { Aggregate, type AggregatePoint } from './aggregate.js';
import { decodeSnapshot, encodeSnapshot, SNAPSHOT_VERSION } from './auction-snapshot.codec.js';

const PAGE_EVENTS = 4_096;
/** A stream of fewer new events than this is read whole sooner than a snapshot pays. */
const SNAPSHOT_EVENTS_MIN = 1_000;
/** Bids that weigh as much in memory as an auction without any. */
const BIDS_PER_WEIGHT = 32;

export type AggregateCacheSettings = Readonly<{
  /** Aggregates in memory, where one with many bids counts for several (one more per 32 bids). */
  weightMax: number;
}>;

export class AggregateCache {
  private readonly cached: LRUCache<AggregateKey, Aggregate>;
  private readonly snapshotsUnderWay = new Map<StreamId, Promise<void>>();
  private readonly weightMax: number;

  constructor(
    private readonly journal: Journal,
    private readonly snapshots: SnapshotStore | null,
    private readonly runtime: Runtime,
    private readonly log: Log,
    settings: AggregateCacheSettings,
  ) {
    this.cached = new LRUCache({
      maxSize: settings.weightMax,
      sizeCalculation: ({ weight }) => weight,
      dispose: (aggregate) => {
        aggregate.isCached = false;
      },
    });
    this.weightMax = settings.weightMax;
  }

  /** The aggregate if it is in memory. */
  get(key: AggregateKey): Aggregate | undefined {
    return this.cached.get(key);
  }

  /** The aggregate that a command is for, from memory or folded from the journal. Throws `StreamCorrupt` where the stream cannot be folded. */
  async load(command: AggregateRef): Promise<Aggregate> {
    return this.cached.get(aggregateKey(command)) ?? this.read(command);
  }

  /** The aggregate as the journal has it, and nothing that is not durable yet. Throws as `load` does. */
  async read(command: AggregateRef): Promise<Aggregate> {
    const aggregate = (await this.fromSnapshot(command)) ?? Aggregate.blank(command);
    await this.catchUp(aggregate);
    aggregate.refusalsRevision = await this.journal.lastRevision(aggregate.refusalsId);
    return aggregate;
  }

  /** Keeps an aggregate that is durable up to this point, and takes a snapshot of it there when one pays. */
  keep(aggregate: Aggregate, durable: AggregatePoint): void {
    const weight = weightOf(aggregate, this.weightMax);
    // Nothing to note of an aggregate that is in its place and weighs what it did: nearly every one of every batch.
    if (aggregate.weight !== weight || !aggregate.isCached) {
      // The cache weighs what comes in, not what is there already.
      this.cached.delete(aggregate.key);
      aggregate.weight = weight;
      this.cached.set(aggregate.key, aggregate);
      aggregate.isCached = this.cached.peek(aggregate.key) === aggregate;
    }
    if (this.snapshots !== null && isSnapshotDue(aggregate, durable))
      this.startSnapshot(this.snapshots, aggregate, durable);
  }

  /** Forgets an aggregate whose state may be ahead of the journal, or behind it. */
  forget(key: AggregateKey): void {
    this.cached.delete(key);
  }

  get size(): number {
    return this.cached.size;
  }

  /** Resolves when the snapshots under way are saved. */
  async settle(): Promise<void> {
    await Promise.all(this.snapshotsUnderWay.values());
  }

  private async fromSnapshot(command: AggregateRef): Promise<Aggregate | null> {
    const blank = Aggregate.blank(command);
    if (this.snapshots === null || blank.state.kind !== 'auction') return null;
    try {
      const snapshot = await this.snapshots.load(blank.streamId, SNAPSHOT_VERSION);
      if (snapshot === null) return null;
      const { auction, judgedAt } = decodeSnapshot(snapshot.text);
      blank.state = { kind: 'auction', auction };
      blank.revision = snapshot.revision;
      blank.snapshotRevision = snapshot.revision;
      blank.judgedAt = judgedAt;
      return blank;
    } catch (error) {
      // A snapshot is a cache: one that cannot be read costs a longer fold, nothing else.
      this.log.warn({ stream: blank.streamId, error: String(error) }, 'snapshot ignored');
      return null;
    }
  }

  private async catchUp(aggregate: Aggregate): Promise<void> {
    let page: readonly JournalEntry[];
    do {
      page = await this.journal.readStream(aggregate.streamId, aggregate.revision + 1, PAGE_EVENTS);
      for (const entry of page) follow(aggregate, entry);
    } while (page.length === PAGE_EVENTS);
  }

  private startSnapshot(snapshots: SnapshotStore, aggregate: Aggregate, durable: AggregatePoint): void {
    const { streamId } = aggregate;
    const { revision, state, judgedAt } = durable;
    if (state.kind !== 'auction' || judgedAt === null || this.snapshotsUnderWay.has(streamId)) return;
    aggregate.snapshotRevision = revision;
    const saved = encodeSnapshot({ auction: state.auction, judgedAt }, () => this.runtime.yield())
      .then((text) => snapshots.save({ streamId, revision, schemaVersion: SNAPSHOT_VERSION, text }))
      .catch((error: unknown) => this.log.warn({ stream: streamId, error: String(error) }, 'snapshot not saved'))
      .finally(() => this.snapshotsUnderWay.delete(streamId));
    this.snapshotsUnderWay.set(streamId, saved);
  }
}

function follow(aggregate: Aggregate, entry: JournalEntry): void {
  const { streamId, revision } = entry;
  if (entry.kind !== 'event') throw new StreamCorrupt(streamId, revision, entry.problem);
  if (revision !== aggregate.revision + 1)
    throw new StreamCorrupt(streamId, revision, `revision ${aggregate.revision + 1} should come here`);
  try {
    aggregate.apply(entry.event, entry.occurredAt);
  } catch (error) {
    throw new StreamCorrupt(streamId, revision, error instanceof Error ? error.message : String(error));
  }
}

// One aggregate alone never outweighs the cache, which would keep the hottest auction of all out of it.
const weightOf = ({ revision }: Aggregate, weightMax: number): number =>
  Math.min(1 + Math.floor(Math.max(0, revision) / BIDS_PER_WEIGHT), Math.ceil(weightMax / 4));

// Every next snapshot waits until the stream has doubled: all of them together stay in proportion to the stream.
const isSnapshotDue = ({ snapshotRevision }: Aggregate, { state, revision }: AggregatePoint): boolean =>
  state.kind === 'auction' && revision - snapshotRevision >= Math.max(SNAPSHOT_EVENTS_MIN, snapshotRevision);
