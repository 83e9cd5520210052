// A whole house in memory for tests: the real bus, engine and rules on a memory journal, under a clock moved by hand.
import type { CommandEnvelope, Outcome } from '../../src/bus/command-bus.js';
import { InProcessCommandBus } from '../../src/bus/in-process.command-bus.js';
import type { Actor, Role } from '../../src/domain/actor.js';
import { DEFAULT_FEES, incrementsFor } from '../../src/domain/auction/house-defaults.js';
import type { EnglishTerms } from '../../src/domain/auction/terms.js';
import { type AuctionId, auctionId, commandId, type UserId, userId } from '../../src/domain/ids.js';
import type { Command, DomainEvent, StreamId } from '../../src/domain/messages.js';
import { type Instant, instant } from '../../src/domain/time.js';
import { ENGINE_DEFAULTS, type Engine, type EngineSettings, startEngine } from '../../src/engine/engine.js';
import type { Journal, SnapshotStore } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { encryptUsername } from '../../src/personal-data/personal-data.js';
import { type Log, silentLog } from '../../src/runtime/log.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { silentMetrics } from '../../src/runtime/metrics.js';

export const noon = instant(Date.UTC(2026, 0, 1, 12));

const uuid = (kind: number, n: number): string => `0190000${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
export const auctionNo = (n: number): AuctionId => auctionId(uuid(1, n));
export const userNo = (n: number): UserId => userId(uuid(2, n));
export const [sue, ann, bob, cid] = [userNo(1), userNo(2), userNo(3), userNo(4)] as const;

export const person = (id: UserId, ...roles: Role[]): Actor => ({ kind: 'user', userId: id, roles });
export const operator = person(userNo(99), 'operator', 'admin');

export const terms: EnglishTerms = {
  format: 'english',
  currency: 'USD',
  startingPrice: 10_00n,
  reservePrice: null,
  buyNowPrice: null,
  increments: incrementsFor('USD'),
  retraction: 'ebay',
  softClose: { windowMs: 120_000, extensionsMax: null, extensionTotalMaxMs: null },
  fees: DEFAULT_FEES,
};

export type MemoryHouseOptions = Readonly<{
  runtime?: ManualRuntime;
  journal?: Journal;
  snapshots?: SnapshotStore | null;
  partitions?: number;
  batchMax?: number;
  log?: Log;
  settings?: Partial<{ [Part in keyof EngineSettings]: Partial<EngineSettings[Part]> }>;
}>;

export class MemoryHouse {
  readonly keys = new MemoryKeyStore();

  private constructor(
    readonly runtime: ManualRuntime,
    readonly journal: Journal,
    readonly bus: InProcessCommandBus,
    readonly engine: Engine,
  ) {}

  static async open(options: MemoryHouseOptions = {}): Promise<MemoryHouse> {
    const runtime = options.runtime ?? new ManualRuntime(noon);
    const journal = options.journal ?? new MemoryJournal({ runtime });
    const bus = new InProcessCommandBus(
      { partitions: options.partitions ?? 2, queueMax: 10_000, batchMax: options.batchMax ?? 1_000, retryAfterMs: 50 },
      runtime,
    );
    const settings: EngineSettings = {
      partition: { ...ENGINE_DEFAULTS.partition, ...options.settings?.partition },
      cache: { ...ENGINE_DEFAULTS.cache, ...options.settings?.cache },
      window: { ...ENGINE_DEFAULTS.window, idsMax: 10_000, ...options.settings?.window },
      knownUsers: { ...ENGINE_DEFAULTS.knownUsers, ...options.settings?.knownUsers },
    };
    const log = options.log ?? silentLog;
    const engine = await startEngine({
      bus,
      journal,
      snapshots: options.snapshots ?? null,
      runtime,
      metrics: silentMetrics,
      log,
      settings,
    });
    return new MemoryHouse(runtime, journal, bus, engine);
  }

  /** Sends a command under a fresh id, or under the given one. */
  send(command: Command, actor: Actor, id: string = this.runtime.uuid()): Promise<Outcome> {
    return this.bus.submit(envelope(command, actor, id));
  }

  /** Registers these users; anybody else is unknown to the house. */
  async register(...users: readonly UserId[]): Promise<void> {
    for (const id of users) {
      const outcome = await this.send(
        {
          type: 'RegisterUser',
          userId: id,
          username: await encryptUsername(this.keys, id, `user ${id.slice(-2)}`),
          personalData: null,
        },
        operator,
      );
      if (outcome.status !== 'accepted') throw new Error(`${id} could not be registered: ${outcome.status}`);
    }
  }

  /** Lists an auction of Sue's that closes in an hour. */
  list(id: AuctionId, overrides: Partial<{ terms: EnglishTerms; closesAt: Instant }> = {}): Promise<Outcome> {
    return this.send(
      {
        type: 'ListAuction',
        auctionId: id,
        sellerId: sue,
        item: { title: 'A clock', description: 'It ticks.', category: 'Antiques' },
        terms: overrides.terms ?? terms,
        opensAt: null,
        closesAt: overrides.closesAt ?? instant(this.runtime.now() + 3_600_000),
      },
      person(sue, 'seller'),
    );
  }

  bid(id: AuctionId, bidderId: UserId, amount: bigint, command?: string): Promise<Outcome> {
    return this.send(placeBid(id, bidderId, amount), person(bidderId, 'bidder'), command);
  }

  /** The events of a stream, oldest first; throws on one that cannot be read. */
  async events(streamId: StreamId): Promise<readonly DomainEvent[]> {
    const entries = await this.journal.readStream(streamId, 0, 100_000);
    return entries.map((entry) => {
      if (entry.kind === 'event') return entry.event;
      throw new Error(entry.problem);
    });
  }

  /** Lets go of bus and engine; the journal stays, for the next house to open on it. */
  async close(): Promise<void> {
    await this.bus.drain();
    await this.engine.drain();
  }
}

export const envelope = (command: Command, actor: Actor, id: string): CommandEnvelope => ({
  command,
  commandId: commandId(id),
  actor,
  correlationId: null,
});

export const placeBid = (id: AuctionId, bidderId: UserId, amount: bigint): Command => ({
  type: 'PlaceBid',
  auctionId: id,
  bidderId,
  amount,
  currency: 'USD',
  channel: 'online',
});
