// A house that holds a timed sale, for tests: the real engine and rules in memory, the closings read model in PostgreSQL, the
// scheduler's own errands, and a clock moved by hand.
import type pg from 'pg';
import type { Outcome } from '../../src/bus/command-bus.js';
import { auctionStream, type Command, type DomainEvent, saleStream } from '../../src/domain/messages.js';
import type { SaleTerms } from '../../src/domain/sale/sale.events.js';
import { type Instant, instant } from '../../src/domain/time.js';
import { PublishedSales } from '../../src/engine/published-sales.js';
import type { RecordedEvent } from '../../src/feed/feed.js';
import { inTransaction, openSession } from '../../src/feed/session.js';
import type { Position } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { closingsProjection } from '../../src/projections/closings/closings.projection.js';
import { ClosingsQueries } from '../../src/projections/closings/closings.queries.js';
import { silentLog } from '../../src/runtime/log.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { closerOf } from '../../src/scheduler/closer.js';
import { saleKeeperOf } from '../../src/scheduler/sale-keeper.js';
import { MemoryHouse, noon, operator, sue } from './memory-house.js';
import { freshDatabase, migrated, poolOn, type TestDatabase } from './postgres.js';
import { clocks, details, lotId, saleTerms } from './sale-story.js';

const projection = closingsProjection();
const OUTAGES = { outageMinMs: 5_000, outageMaxMs: 3_600_000, outageWindowMs: 300_000 };
const BATCH_MAX = 500;

/** The read model that all houses of a test file share. */
export class SaleReadModel {
  private constructor(
    readonly database: TestDatabase,
    readonly client: pg.Client,
    readonly pool: pg.Pool,
  ) {}

  static async open(): Promise<SaleReadModel> {
    const database = await freshDatabase(migrated);
    return new SaleReadModel(database, await openSession(database.config, projection), poolOn(database));
  }

  async clear(): Promise<void> {
    await this.client.query('TRUNCATE due, openings, relistings, deadlines, sales, lots');
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.pool.end();
    await this.database.drop();
  }
}

export class SaleHouse {
  private readAfter: Position | null = null;

  private errands: ReturnType<SaleHouse['restarted']>;

  private constructor(
    readonly house: MemoryHouse,
    private readonly model: SaleReadModel,
  ) {
    this.errands = this.restarted();
  }

  static async open(model: SaleReadModel): Promise<SaleHouse> {
    await model.clear();
    const runtime = new ManualRuntime(noon);
    const house = await MemoryHouse.open({ runtime, journal: new MemoryJournal({ runtime }) });
    await house.register(sue);
    return new SaleHouse(house, model);
  }

  get now(): Instant {
    return this.house.runtime.now();
  }

  /** Drafts the sale of clocks with this many lots of Sue's, numbered from 1, and publishes it. */
  async publish(lots: number, changed: Partial<SaleTerms> = {}): Promise<void> {
    await this.accepted({ type: 'DraftSale', saleId: clocks, terms: saleTerms({ registration: 'none', ...changed }) });
    for (let n = 1; n <= lots; n++)
      await this.accepted({
        type: 'AddLot',
        saleId: clocks,
        lotId: lotId(n),
        lotNumber: String(n),
        sellerId: sue,
        details,
      });
    await this.accepted({ type: 'PublishSale', saleId: clocks });
  }

  async accepted(command: Command): Promise<void> {
    const outcome = await this.house.send(command, operator);
    if (outcome.status !== 'accepted') throw new Error(`${command.type}: ${JSON.stringify(outcome, bigintAsText)}`);
  }

  bid(lot: number, bidder: Parameters<MemoryHouse['bid']>[1], amount: bigint): Promise<Outcome> {
    return this.house.bid(lotId(lot), bidder, amount);
  }

  /** The scheduler's errands as they are after a start, which is when an outage ends. */
  restart(): void {
    this.errands = this.restarted();
  }

  /** At this time, does all that is due, the read model keeping up; returns how many commands that took. */
  async runAt(at: Instant | number): Promise<number> {
    this.house.runtime.advanceTo(instant(at));
    let sent = 0;
    for (;;) {
      const more = (await this.runOnce('keeper')) + (await this.runOnce('closer'));
      if (more === 0) return sent;
      sent += more;
    }
  }

  /** One look of one errand at the read model, caught up first unless `lagging`. */
  async runOnce(errand: 'keeper' | 'closer', lagging = false): Promise<number> {
    if (!lagging) await this.catchUp();
    return this.errands[errand].runDue();
  }

  async catchUp(): Promise<void> {
    for (;;) {
      const page = await this.house.journal.readAll(this.readAfter, 1_000);
      const write = projection.prepare(page as readonly RecordedEvent[]);
      const { client } = this.model;
      if (write !== null) await inTransaction(client, () => write(client));
      this.readAfter = page.at(-1)?.position ?? this.readAfter;
      if (page.length === 0) return;
    }
  }

  /** When the next lot closes, as far as the read model has been told; null once all have ended. */
  async nextClose(): Promise<Instant | null> {
    await this.catchUp();
    return new ClosingsQueries(this.model.pool).next();
  }

  lotEvents(n: number): Promise<readonly DomainEvent[]> {
    return this.house.events(auctionStream(lotId(n)));
  }

  saleEvents(): Promise<readonly DomainEvent[]> {
    return this.house.events(saleStream(clocks));
  }

  close(): Promise<void> {
    return this.house.close();
  }

  private restarted() {
    const { bus, runtime, journal } = this.house;
    const queries = new ClosingsQueries(this.model.pool);
    const parts = { bus, runtime, log: silentLog, pollMs: 500 };
    return {
      keeper: saleKeeperOf(queries, new PublishedSales(journal), parts, BATCH_MAX),
      closer: closerOf(queries, parts, { batchMax: BATCH_MAX, ...OUTAGES }),
    };
  }
}

const bigintAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? value.toString() : value);
