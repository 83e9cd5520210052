// A house is archived and made again from its archive alone: the same facts in the same places, the same Silver, the same answers.
import { appendFileSync, cpSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import type { CommandEnvelope, Outcome } from '../../src/bus/command-bus.js';
import { type Config, loadConfig } from '../../src/config.js';
import { auctionId, userId } from '../../src/domain/ids.js';
import { instant, later } from '../../src/domain/time.js';
import { archiveToHead } from '../../src/house/archive.js';
import { readingBronze } from '../../src/house/bronze-reading.js';
import { type House, openHouse } from '../../src/house/house.js';
import { restoreFromBronze } from '../../src/house/restore.js';
import { verifyBronzeOf } from '../../src/house/verify-bronze.js';
import type { Journal } from '../../src/journal/journal.js';
import { PostgresJournal } from '../../src/journal/postgres/postgres.journal.js';
import { rebuildSilver } from '../../src/rebuild/silver-rebuild.js';
import { silentLog } from '../../src/runtime/log.js';
import { silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { verify } from '../../src/verify/verify.js';
import { moves, tell } from '../batch/gold/gold-history.js';
import { Chronicle } from '../projections/chronicle.js';
import { EventStoreDouble } from '../support/event-store/event-store-double.js';
import { eventually } from '../support/eventually.js';
import { envelope, operator, person, placeBid, terms } from '../support/memory-house.js';
import { freshDatabase, migrated, type TestDatabase } from '../support/postgres.js';
import { scratchDirectory } from '../support/scratch.js';
import { killProcesses, runTypescript } from '../support/typescript-process.js';

jest.setTimeout(180_000);

const runtime = new SystemRuntime();
const scratch = scratchDirectory('restore');
const someone = (n: number) => userId(`01900009-0000-7000-8000-00000000000${n}`);
const [seller, ann, bob] = [someone(1), someone(2), someone(3)];
const auction = auctionId('01900009-0000-7000-8000-0000000000aa');

let first: TestDatabase;
let config: Config;
/** Everything that the first house was asked, to be asked again. */
const asked: CommandEnvelope[] = [];
let answers: readonly Outcome[];
let events: readonly unknown[];
let silver: Readonly<Record<string, readonly string[]>>;
const opened: TestDatabase[] = [];

const configOf = (name: string, database: TestDatabase): Config =>
  loadConfig({ GAVEL_DATA: join(scratch.path, name), GAVEL_POSTGRES_URL: database.connectionString });

const open = (database: TestDatabase, of: Config): Promise<House> =>
  openHouse({ postgres: database.config, config: of, runtime, log: silentLog, metrics: silentMetrics });

const partsOf = (house: House, of: Config) => ({
  config: of,
  journal: house.journal,
  postgres: house.postgres,
  runtime,
});

async function ask(house: House, ...given: readonly CommandEnvelope[]): Promise<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const one of given) outcomes.push(await house.bus.submit(one));
  return outcomes;
}

async function caughtUp({ journal, consumers }: House): Promise<void> {
  const head = await journal.head();
  for (const [name, consumer] of Object.entries(consumers))
    await eventually(
      `${name} to reach the head`,
      () => journal.comparePositions(consumer.status().position, head) >= 0,
      60_000,
    );
}

async function rowsOf(database: TestDatabase, sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client(database.config);
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const eventsOf = (database: TestDatabase) =>
  rowsOf(
    database,
    `SELECT to_jsonb(e) - 'stream_key' AS event, s.stream_id FROM journal.events e JOIN journal.streams s USING (stream_key)
     ORDER BY e.position`,
  );

async function silverOf(database: TestDatabase): Promise<Readonly<Record<string, readonly string[]>>> {
  const tables = await rowsOf(
    database,
    `SELECT format('%I.%I', table_schema, table_name) AS name FROM information_schema.tables
     WHERE table_schema IN ('silver', 'silver_private') AND table_type = 'BASE TABLE' ORDER BY 1`,
  );
  const found: Record<string, readonly string[]> = {};
  for (const { name } of tables)
    found[String(name)] = (await rowsOf(database, `SELECT to_jsonb(t)::text AS row FROM ${name} t`))
      .map(({ row }) => String(row))
      .sort();
  return found;
}

/** A new place for a house, with a copy of the first one's archive. */
async function newPlace(name: string): Promise<Readonly<{ database: TestDatabase; config: Config }>> {
  const database = await freshDatabase(migrated);
  opened.push(database);
  cpSync(join(scratch.path, 'first', 'lake'), join(scratch.path, name, 'lake'), { recursive: true });
  return { database, config: configOf(name, database) };
}

const restore = (of: Config) => restoreFromBronze({ config: of, runtime, progress: () => undefined });

/** A stretch of history, drawn at random. It begins tomorrow: nothing of it falls due while houses are open on it. */
async function tellHistory({ config: postgres }: TestDatabase): Promise<void> {
  const journal = new PostgresJournal({ config: postgres, runtime, log: silentLog });
  const told = new Chronicle(journal);
  told.now = later(runtime.now(), 86_400_000);
  const [drawn = []] = fc.sample(moves, { numRuns: 1, seed: 11 });
  await tell(told, drawn);
  await journal.close();
}

/** Adds a byte to the last file of events. Returns how it is named when that is found. */
function damage({ dataDirectory }: Config): string {
  const folder = join(dataDirectory, 'lake', 'bronze', 'events');
  const files = readdirSync(folder, { recursive: true })
    .map(String)
    .filter((name) => name.endsWith('.parquet'));
  const last = files.sort().at(-1) ?? '';
  appendFileSync(join(folder, last), 'x');
  return `bronze/events/${last} has the SHA-256`;
}

beforeAll(async () => {
  first = await freshDatabase(migrated);
  config = configOf('first', first);
  await tellHistory(first);
  const house = await open(first, config);
  await archiveToHead(partsOf(house, config));
  const register = [seller, ann, bob].map((id) =>
    envelope(
      { type: 'RegisterUser', userId: id, username: `name of ${id}`, personalData: null },
      operator,
      runtime.uuid(),
    ),
  );
  const list = envelope(
    {
      type: 'ListAuction',
      auctionId: auction,
      sellerId: seller,
      item: { title: 'A "clock", \\N', description: 'It ticks,\nand ticks.', category: 'Antiques' },
      terms,
      opensAt: null,
      closesAt: instant(runtime.now() + 3_600_000),
    },
    person(seller, 'seller'),
    runtime.uuid(),
  );
  const bid = (who: typeof ann, amount: bigint) =>
    envelope(placeBid(auction, who, amount), person(who, 'bidder'), runtime.uuid());
  asked.push(...register, list, bid(ann, 50_00n), bid(bob, 10n), bid(bob, 70_00n));
  answers = await ask(house, ...asked);
  await archiveToHead(partsOf(house, config));
  asked.push(bid(ann, 90_00n));
  answers = [...answers, ...(await ask(house, ...asked.slice(-1)))];
  await archiveToHead(partsOf(house, config));
  await caughtUp(house);
  await house.drain();
  [events, silver] = [await eventsOf(first), await silverOf(first)];
});
afterEach(async () => {
  for (const database of opened.splice(0)) await database.drop();
});
afterAll(async () => {
  await killProcesses();
  await first.drop();
  scratch.remove();
});

describe('Silver from the archive', () => {
  const rebuild = (house: House, of: Config, journal: Journal) =>
    readingBronze({ config: of, journal, runtime }, (archived, signal) =>
      rebuildSilver(
        {
          ...{ database: house.postgres, journal: archived, runtime, signal },
          ...{ phase: () => undefined, progress: () => undefined, notice: () => undefined },
        },
        { verifyOnly: true, acceptDifferences: false },
      ),
    );

  it('is what it is from the journal, of which nothing is read that is archived', async () => {
    const house = await open(first, config);
    try {
      const journal = Object.create(house.journal) as Journal;
      journal.readAll = async (after, limit) => {
        if (house.journal.comparePositions(after, await house.journal.head()) < 0)
          throw new Error('read from the journal');
        return house.journal.readAll(after, limit);
      };
      const { status, comparison } = await rebuild(house, config, journal);
      expect({ status, rows: comparison.rows }).toEqual({ status: 'verified', rows: [] });
    } finally {
      await house.drain();
    }
  });

  it('is refused where a file was changed, and names it', async () => {
    const { database, config: again } = await newPlace('reading');
    await restore(again);
    const house = await open(database, again);
    try {
      await caughtUp(house);
      const changed = damage(again);
      await expect(rebuild(house, again, house.journal)).rejects.toThrow(changed);
    } finally {
      await house.drain();
    }
  });
});

describe('a house whose journal is in EventStoreDB', () => {
  let double: EventStoreDouble;
  beforeEach(async () => {
    double = await EventStoreDouble.start();
  });
  afterEach(() => double.stop());

  const inStore = (of: Config): Config =>
    loadConfig({
      GAVEL_DATA: of.dataDirectory,
      GAVEL_POSTGRES_URL: `${of.postgres.url}`,
      ...{ GAVEL_JOURNAL: 'eventstoredb', GAVEL_EVENTSTOREDB_URL: double.url },
    });
  const entriesOf = async (journal: Journal) =>
    (await journal.readAll(null, 100_000)).map(({ position: _, ...entry }) => entry);

  it('is made again from the archive: streams, revisions, order, command ids; after a break, too', async () => {
    const { database, config: postgres } = await newPlace('store');
    const again = inStore(postgres);
    const breaking = restoreFromBronze({
      ...{ config: again, runtime, progress: () => undefined },
      onPart: (part) => {
        if (part === 2) throw new Error('broken off');
      },
    });
    await expect(breaking).rejects.toThrow('broken off');
    await expect(open(database, again)).rejects.toThrow('is unfinished: run gavel restore --from bronze again');
    double.next('lost after');
    expect(await restore(again)).toMatchObject({ events: events.length, parts: 3 });

    const old = new PostgresJournal({ config: first.config, runtime, log: silentLog });
    const before = await entriesOf(old);
    await old.close();
    const house = await open(database, again);
    try {
      expect(await entriesOf(house.journal)).toEqual(before);
      await caughtUp(house);
      expect(await silverOf(database)).toEqual(silver);
      const repeats = await ask(house, ...asked);
      expect(repeats).toEqual(answers.map((answer) => ({ ...answer, repeated: true })));
      const high = envelope(placeBid(auction, bob, 120_00n), person(bob, 'bidder'), runtime.uuid());
      expect(await ask(house, high)).toMatchObject([{ status: 'accepted' }]);
    } finally {
      await house.drain();
    }
    await expect(restore(again)).rejects.toThrow('EventStoreDB has events of a house already');
  });

  it('is refused where a stream holds something else', async () => {
    const { config: postgres } = await newPlace('foreign');
    const again = inStore(postgres);
    double.onNextAppend((stream) => {
      const event = {
        id: runtime.uuid(),
        type: 'Other',
        contentType: 'x',
        data: Buffer.from('{}'),
        metadata: Buffer.from('{}'),
      };
      double.log.append(stream, 'any', [event]);
    });
    await expect(restore(again)).rejects.toThrow(/^the stream \S+ of EventStoreDB does not stand before revision 0/);
  });
});

describe('a house from its archive', () => {
  it('has the same facts in the same places, the same Silver, and judges on', async () => {
    expect(answers.map(({ status }) => status)).toEqual([
      ...['accepted', 'accepted', 'accepted', 'accepted'],
      ...['accepted', 'rejected', 'accepted', 'accepted'],
    ]);
    const { database, config: again } = await newPlace('again');
    expect(await restore(again)).toMatchObject({ events: events.length, parts: 3, partsBefore: 0 });
    expect(await eventsOf(database)).toEqual(events);

    const house = await open(database, again);
    try {
      await caughtUp(house);
      expect(await silverOf(database)).toEqual(silver);
      const progress = (): void => undefined;
      const { signal } = new AbortController();
      const told = { phase: progress, progress, notice: progress, now: () => runtime.now() };
      const checked = { database: database.config, journal: house.journal, runtime, signal };
      const verified = await verify({ ...checked, ...told, findingsMax: 20, lagMaxMs: 10_000 });
      expect(verified).toMatchObject({ clean: true, findings: [] });
      expect(await archiveToHead(partsOf(house, again))).toMatchObject({ events: 0, parts: 0 });
      expect((await verifyBronzeOf(partsOf(house, again), progress)).findings).toEqual([]);

      const repeats = await ask(house, ...asked);
      expect(repeats).toEqual(answers.map((answer) => ({ ...answer, repeated: true })));
      const low = envelope(placeBid(auction, bob, 70_01n), person(bob, 'bidder'), runtime.uuid());
      const high = envelope(placeBid(auction, bob, 120_00n), person(bob, 'bidder'), runtime.uuid());
      const [tooLow, taken] = await ask(house, low, high);
      expect(tooLow).toMatchObject({ status: 'rejected', rejection: { reason: 'BidBelowMinimum' } });
      const last = answers.at(-1);
      expect(taken).toMatchObject({
        status: 'accepted',
        revision: (last?.status === 'accepted' ? last.revision : 0) + 1,
      });
      expect(await archiveToHead(partsOf(house, again))).toMatchObject({ events: 2, parts: 1 });
      expect((await verifyBronzeOf(partsOf(house, again), progress)).findings).toEqual([]);
    } finally {
      await house.drain();
    }
  });

  it('opens only when it is whole, and goes on where a restore was killed', async () => {
    const { database, config: again } = await newPlace('killed');
    const { pid } = await runTypescript(`
      const { restoreFromBronze } = await import('./dist/src/house/restore.js');
      const { loadConfig } = await import('./dist/src/config.js');
      const { SystemRuntime } = await import('./dist/src/runtime/system.runtime.js');
      const config = loadConfig({ GAVEL_DATA: ${JSON.stringify(again.dataDirectory)},
        GAVEL_POSTGRES_URL: ${JSON.stringify(database.connectionString)} });
      const onPart = async (part) => {
        if (part < 2) return;
        console.log('two are in');
        await new Promise((resolve) => setTimeout(resolve, 600_000));
      };
      await restoreFromBronze({ config, runtime: new SystemRuntime(), progress: () => undefined, onPart });`);
    process.kill(pid, 'SIGKILL');
    await expect(open(database, again)).rejects.toThrow('is unfinished: run gavel restore --from bronze again');
    await eventually('the killed restore to be let go', async () => {
      const sessions = await rowsOf(
        database,
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'gavel restore'`,
      );
      return sessions.length === 0;
    });
    expect(await restore(again)).toMatchObject({ events: events.length, parts: 3, partsBefore: 2 });
    expect(await eventsOf(database)).toEqual(events);
    await (await open(database, again)).drain();
    const left = readdirSync(join(again.dataDirectory, 'bronze')).filter((name) => name.startsWith('restore-'));
    expect(left).toEqual([]);
  });

  it('is refused where the journal has events, and leaves them as they are', async () => {
    await expect(restore(config)).rejects.toThrow(
      /the journal has events up to position \d+: a restore from Bronze needs an/,
    );
    expect(await eventsOf(first)).toEqual(events);
  });

  it('is refused where a file was changed, and names it', async () => {
    const { config: again } = await newPlace('changed');
    const changed = damage(again);
    await expect(restore(again)).rejects.toThrow(changed);
  });
});
