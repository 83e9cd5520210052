// A house with a history in PostgreSQL and its projections caught up with it, for the commands that look into one.
import { Command } from 'commander';
import pg from 'pg';
import type { DlqParts } from '../../src/cli/dlq.command.js';
import { registerDlq } from '../../src/cli/dlq.command.js';
import { registerVerify } from '../../src/cli/verify.command.js';
import type { Instant } from '../../src/domain/time.js';
import { Consumer } from '../../src/feed/consumer.js';
import { Feed } from '../../src/feed/feed.js';
import type { Projection } from '../../src/feed/projection.js';
import type { Stores } from '../../src/house/stores.js';
import { PostgresJournal } from '../../src/journal/postgres/postgres.journal.js';
import { closingsProjection } from '../../src/projections/closings/closings.projection.js';
import { silverProjection } from '../../src/projections/silver/silver.projection.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { Chronicle } from '../projections/chronicle.js';
import { eventually } from './eventually.js';
import { freshDatabase, migrated, type TestDatabase } from './postgres.js';

const runtime = new SystemRuntime();
const following = { runtime, log: silentLog, metrics: silentMetrics };

export class ProjectedHouse {
  private constructor(
    readonly database: TestDatabase,
    readonly journal: PostgresJournal,
    readonly told: Chronicle,
    readonly client: pg.Client,
  ) {}

  static async open(): Promise<ProjectedHouse> {
    const database = await freshDatabase(migrated);
    const journal = new PostgresJournal({ config: database.config, runtime, log: silentLog });
    const client = new pg.Client(database.config);
    await client.connect();
    return new ProjectedHouse(database, journal, new Chronicle(journal), client);
  }

  async close(): Promise<void> {
    await this.client.end();
    await this.journal.close();
    await this.database.drop();
  }

  /** Lets Silver and closings (or other projections) follow the journal to its head, and stops them there. */
  async project(projections: readonly Projection[] = [silverProjection(), closingsProjection()]): Promise<void> {
    const feed = new Feed({ journal: this.journal, runtime });
    const head = await this.journal.head();
    for (const projection of projections) {
      const consumer = new Consumer({ ...following, feed, projection, database: this.database.config });
      consumer.start();
      await eventually(`${projection.name} to reach the head`, () => {
        const { state, position, problem } = consumer.status();
        if (state === 'halted') throw new Error(problem ?? 'halted');
        return this.journal.comparePositions(position, head) >= 0;
      });
      await consumer.drain();
    }
    await feed.close();
  }

  /** Runs one of our commands as if it had been typed. */
  async run(
    words: readonly string[],
    parts: Partial<DlqParts> & { now?: () => Instant } = {},
  ): Promise<{ lines: string[]; failed: boolean }> {
    const lines: string[] = [];
    let failed = false;
    // A journal of its own, as a command has: one that has recorded events would show them from memory.
    const journal = new PostgresJournal({ config: this.database.config, runtime, log: silentLog });
    const program = new Command().exitOverride();
    const common: DlqParts = {
      withStores: (work) => work({ database: this.database.config, journal } satisfies Stores),
      projections: [silverProjection(), closingsProjection()],
      runtime,
      deadLetters: () => null,
      print: (line) => lines.push(line),
      fail: () => {
        failed = true;
      },
      ...parts,
    };
    registerDlq(program, common);
    registerVerify(program, { now: () => runtime.now(), ...common });
    try {
      await program.parseAsync([...words], { from: 'user' });
    } finally {
      await journal.close();
    }
    return { lines, failed };
  }
}
