// What only the PostgreSQL journal can get wrong: lost connections, silent servers, other writers, data it will not take.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { CommandId } from '../../../src/domain/ids.js';
import type { AppendResult, Journal, Position, StreamAppend } from '../../../src/journal/journal.js';
import { PostgresJournal, type PostgresJournalSettings } from '../../../src/journal/postgres/postgres.journal.js';
import { JournalInconsistent } from '../../../src/journal/postgres/postgres.reader.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import {
  auction,
  event,
  given,
  numbers,
  part,
  plain,
  readEverything,
  refusals,
  statuses,
  streamNumbers,
} from '../../contract/journal-batches.js';
import { type Accident, type CuttingProxy, cuttingProxy } from '../../support/cutting-proxy.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';

const runtime = new SystemRuntime();
let database: TestDatabase;
let admin: pg.Client;
let opened: Journal[] = [];

beforeEach(async () => {
  database = await freshDatabase(migrated);
  admin = new pg.Client(database.config);
  await admin.connect();
});
afterEach(async () => {
  for (const journal of opened) await journal.close();
  opened = [];
  await admin.end();
  await database.drop();
});

function open(settings: Partial<PostgresJournalSettings> = {}, config: pg.ClientConfig = database.config) {
  const journal = new PostgresJournal({ config, runtime, log: silentLog, settings });
  opened.push(journal);
  return journal;
}

/** A journal that writes through a proxy and has written its first event. */
async function openThroughProxy() {
  const proxy = await cuttingProxy(database.config);
  const journal = open({}, { ...database.config, host: proxy.host, port: proxy.port });
  await given(journal, auction(1), 1);
  return { proxy, journal };
}

/** How many connections journals have to this test's database. */
async function connections(): Promise<number> {
  const { rows } = await admin.query<{ n: number }>(
    "SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'gavel%' AND datname = current_database()",
  );
  return rows[0]?.n ?? 0;
}

const pids = async (): Promise<readonly number[]> =>
  (await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_activity')).rows.map(({ pid }) => pid);

/** The server process that waits for the append lock. */
async function waitingPid(): Promise<number> {
  let pid: number | undefined;
  await eventually('an append to wait for the lock', async () => {
    await admin.query('SELECT pg_stat_clear_snapshot()');
    const { rows } = await admin.query<{ pid: number }>(
      "SELECT pid FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
    );
    pid = rows[0]?.pid;
    return pid !== undefined;
  });
  return pid ?? 0;
}

/** The journal's log lines at `warn`, as they come. */
function openListening() {
  const warnings: string[] = [];
  const log = { ...silentLog, warn: (_: unknown, message: string) => warnings.push(message) };
  const journal = new PostgresJournal({ config: database.config, runtime, log });
  opened.push(journal);
  return { journal, warnings };
}

const causeOf = (result: AppendResult | undefined): string =>
  result?.status === 'unknown' ? result.cause.message : '';

describe('a journal that has grown faster than its statistics', () => {
  const EVENTS = 20_000;
  const LONG = auction(1);

  /** Rows that an index itself has fetched: those that a bitmap gathers are not among them. */
  const fetchedBy = async (index: string): Promise<number> => {
    const { rows } = await admin.query<{ n: number }>(
      'SELECT idx_tup_fetch::int AS n FROM pg_stat_user_indexes WHERE indexrelname = $1',
      [index],
    );
    return rows[0]?.n ?? 0;
  };

  /** What that comes to while somebody reads. A connection tells what it has counted a moment after it has ended. */
  const fetchedIn = async (index: string, read: (journal: Journal) => Promise<unknown>): Promise<number> => {
    const before = await fetchedBy(index);
    const reader = open();
    await read(reader);
    await reader.close();
    await eventually(`rows fetched by ${index}`, async () => (await fetchedBy(index)) > before);
    return (await fetchedBy(index)) - before;
  };

  beforeEach(async () => {
    await admin.query('ALTER TABLE journal.events SET (autovacuum_enabled = off)');
    const writer = open();
    for (let first = 0; first < EVENTS; first += 2_000) {
      const events = Array.from({ length: 2_000 }, (_, n) => event(first + n));
      expect(statuses(await writer.append([part(LONG, first - 1, events)]))).toEqual(['appended']);
    }
    await writer.close();
  });

  it('gives a page by the index in its order, not gathered from a share of the whole table', async () => {
    const read = async (journal: Journal) => expect(await journal.readAll(10_000n as Position, 50)).toHaveLength(50);
    expect(await fetchedIn('events_pkey', read)).toBeGreaterThanOrEqual(50);
    const { rows } = await admin.query("SELECT seq_scan::int AS n FROM pg_stat_user_tables WHERE relname = 'events'");
    expect(rows[0]?.n).toBe(0);
  });

  it('gives a piece of a long stream without reading the rest of it', async () => {
    const read = async (journal: Journal) => {
      expect(await journal.readStream(LONG, 100, 50)).toHaveLength(50);
      expect(await journal.lastRevision(LONG)).toBe(EVENTS - 1);
    };
    const fetched = await fetchedIn('events_stream_revision', read);
    expect(fetched).toBeGreaterThanOrEqual(50);
    expect(fetched).toBeLessThan(100);
  });
});

describe('an append that is sent at once', () => {
  it('finds out under the lock that another process has written, and looks before it writes', async () => {
    const { journal, warnings } = openListening();
    const other = open();
    await given(journal, auction(1), 1);
    for (let n = 2; n < 10; n += 2) {
      expect(statuses(await other.append([part(auction(n), -1, [event(n)])]))).toEqual(['appended']);
      expect(statuses(await journal.append([part(auction(1), n / 2 - 1, [event(n + 1)])]))).toEqual(['appended']);
    }
    expect(numbers(await readEverything(open()))).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // To run into the other's positions would be found out as well, but as a failure.
    expect(warnings).toEqual([]);
  });

  it('brings new streams under keys of their own, also beside a process that does the same', async () => {
    const [one, two] = [open(), open()];
    // Both look once, and draw keys.
    for (const [n, journal] of [one, two].entries()) await given(journal, auction(n), n);
    for (let n = 2; n < 20; n++) {
      const journal = n % 4 < 2 ? one : two;
      // The second append knows everything, the refusals stream included, which rests on an auction and is new.
      await journal.append([part(auction(n), -1, [event(n)], [{ streamId: refusals(n), revision: -1 }])]);
      const refused = part(refusals(n), -1, [event(100 + n)], [{ streamId: auction(n), revision: 0 }]);
      expect(statuses(await journal.append([refused]))).toEqual(['appended']);
    }
    for (let n = 2; n < 20; n++) {
      expect(await streamNumbers(open(), auction(n))).toEqual([n]);
      expect(await streamNumbers(open(), refusals(n))).toEqual([100 + n]);
    }
  });
});

describe('an append that is sent behind another one', () => {
  let proxy: CuttingProxy;
  let journal: PostgresJournal;

  beforeEach(async () => {
    ({ proxy, journal } = await openThroughProxy());
    const known = [{ streamId: auction(3), revision: -1 }];
    await journal.append([part(auction(2), -1, [event(2)], known)]);
    await admin.query('BEGIN');
    await admin.query('SELECT FROM journal.append_lock FOR UPDATE');
  });
  afterEach(() => proxy.close());

  /** Sends the first append and, as soon as the server has it, the second; and lets go of the lock that both wait for. */
  async function sendBoth(
    first: readonly StreamAppend[],
    second: readonly StreamAppend[],
    kind: Accident['kind'] = 'none',
    beforeLettingGo: () => Promise<void> = async () => undefined,
  ): Promise<readonly (readonly string[])[]> {
    proxy.next({ word: 'lock_at', kind: 'none' });
    const one = journal.append(first);
    await eventually('the first append to be sent', proxy.hasHappened);
    proxy.next({ word: 'lock_at', kind });
    const two = journal.append(second);
    await eventually('the second append to be sent', proxy.hasHappened);
    await beforeLettingGo();
    await admin.query('COMMIT');
    return (await Promise.all([one, two])).map(statuses);
  }

  const waitingForTheLock = (count: number) =>
    eventually('connections to wait for the lock', async () => {
      await admin.query('SELECT pg_stat_clear_snapshot()');
      const { rowCount } = await admin.query(
        "SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()",
      );
      return rowCount === count;
    });

  it('is on its way before that one is answered, and goes on from what that one writes', async () => {
    const answered = await sendBoth([part(auction(1), 0, [event(3)])], [part(auction(1), 1, [event(4)])]);
    expect(answered).toEqual([['appended'], ['appended']]);
    const kept = await readEverything(open());
    expect(numbers(kept)).toEqual([1, 2, 3, 4]);
    expect((await journal.readAll(null, 10)).map(plain)).toEqual(kept);
    const { rows } = await admin.query('SELECT count(DISTINCT xmin::text)::int AS transactions FROM journal.events');
    expect(rows).toEqual([{ transactions: 4 }]);
  });

  it('brings a stream that the one before has made', async () => {
    const made = [part(auction(3), -1, [event(3)])];
    expect(await sendBoth(made, [part(auction(3), 0, [event(4)])])).toEqual([['appended'], ['appended']]);
    expect(await streamNumbers(open(), auction(3))).toEqual([3, 4]);
  });

  it('fails where the other finds what the server refuses, and is then written all the same', async () => {
    const poisoned = [part(auction(1), 0, [event(3)]), part(auction(2), 0, [event(66, { fingerprint: 'a\0b' })])];
    const answered = await sendBoth(poisoned, [part(auction(1), 1, [event(4)])]);
    expect(answered).toEqual([['appended', 'unknown'], ['appended']]);
    expect(numbers(await readEverything(open()))).toEqual([1, 2, 3, 4]);
  });

  it('fails where the other comes too late, and both are judged again on what there is', async () => {
    // Waits for the lock before them, and writes as many events as the first of them would.
    const before = open().append([part(auction(2), 0, [event(5)])]);
    await waitingForTheLock(1);
    const answered = await sendBoth([part(auction(2), 0, [event(3)])], [part(auction(1), 0, [event(4)])]);
    expect([statuses(await before), ...answered]).toEqual([['appended'], ['conflict'], ['appended']]);
    expect(numbers(await readEverything(open()))).toEqual([1, 2, 5, 4]);
  });

  it('is not written behind one whose commit fails, not even when another process writes as much in its place', async () => {
    await admin.query('COMMIT');
    await admin.query(`CREATE SEQUENCE refusals;
      CREATE FUNCTION refuse_once() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('refusals') = 1 THEN RAISE EXCEPTION 'not yet' USING ERRCODE = '55000'; END IF; RETURN NULL; END $$;
      CREATE CONSTRAINT TRIGGER late AFTER INSERT ON journal.events DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION refuse_once()`);
    await admin.query('BEGIN');
    await admin.query('SELECT FROM journal.append_lock FOR UPDATE');
    const other = open();
    const [first, second] = [part(auction(1), 0, [event(3)]), part(auction(1), 1, [event(4)])];
    let between: Promise<readonly AppendResult[]> | null = null;
    // It gets the lock when the first lets go of it, before the second asks for it.
    const answered = await sendBoth([first], [second], 'none', async () => {
      between = other.append([part(auction(2), 0, [event(5)])]);
      await waitingForTheLock(2);
    });
    expect(statuses((await between) ?? [])).toEqual(['appended']);
    expect(answered).toEqual([['appended'], ['appended']]);
    expect(numbers(await readEverything(open()))).toEqual([1, 2, 5, 3, 4]);
    expect(await streamNumbers(open(), auction(1))).toEqual([1, 3, 4]);
  });

  it.each(['cut before', 'cut after'] as const)(
    'is as unknown as the other when the connection dies: %s',
    async (kind) => {
      let writer = 0;
      const [first, second] = [part(auction(1), 0, [event(3)]), part(auction(1), 1, [event(4)])];
      const answered = await sendBoth([first], [second], kind, async () => {
        writer = await waitingPid();
      });
      expect(answered).toEqual([['unknown'], ['unknown']]);
      // Its server process goes on with what has reached it, and ends then.
      await eventually('the server to be done', async () => !(await pids()).includes(writer));
      const kept = (await streamNumbers(open(), auction(1))).join();
      // The second never without the first.
      expect(['1', '1,3', '1,3,4']).toContain(kept);
      const next = part(auction(1), kept.split(',').length - 1, [event(6)]);
      expect(statuses(await journal.append([next]))).toEqual(['appended']);
    },
  );

  it('is known by the server not to follow an append of somebody else’s, though just as long', async () => {
    await admin.query('ROLLBACK');
    await admin.query('BEGIN; SELECT journal.lock_at(2, 3, false); ROLLBACK');
    await given(open(), auction(3), 3);
    const behind = 'BEGIN; SELECT journal.lock_at(3, 4, true); COMMIT';
    await expect(admin.query(behind)).rejects.toMatchObject({ code: 'GV001' });
    await admin.query('ROLLBACK');
    await admin.query('BEGIN; SELECT journal.lock_at(3, 3, false); COMMIT');
    await admin.query(behind);
  });
});

describe('a connection that dies', () => {
  let proxy: CuttingProxy;
  let journal: PostgresJournal;

  beforeEach(async () => {
    ({ proxy, journal } = await openThroughProxy());
  });
  afterEach(() => proxy.close());

  it.each([
    ['before the lock is taken', 'append_lock', 'cut before'],
    ['while the lock is granted', 'append_lock', 'cut after'],
    ['before the events are sent', 'COPY', 'cut before'],
    ['while the events are sent', 'UserRated', 'cut before'],
    ['when the events have been taken', 'UserRated', 'cut after'],
    ['just before the commit', 'journal-notify', 'cut after'],
  ] as const)('%s, has written nothing: the append is repeated and succeeds once', async (_, word, kind) => {
    proxy.next({ word, kind });
    const results = await journal.append([part(auction(1), 0, [event(2)]), part(auction(2), -1, [event(3)])]);
    expect(proxy.hasHappened()).toBe(true);
    expect(statuses(results)).toEqual(['appended', 'appended']);
    expect(numbers(await readEverything(open()))).toEqual([1, 2, 3]);
  });

  it.each([
    ['before it comes', 'cut before', [1]],
    ['when it was done', 'cut after', [1, 2]],
  ] as const)('%s, leaves the fate of an append that was sent at once unknown', async (_, kind, left) => {
    proxy.next({ word: 'lock_at', kind });
    expect(statuses(await journal.append([part(auction(1), 0, [event(2)])]))).toEqual(['unknown']);
    expect(proxy.hasHappened()).toBe(true);
    await eventually('the server to be done', async () => (await readEverything(open())).length === left.length);
    expect(numbers(await readEverything(open()))).toEqual(left);
    const next = part(auction(1), left.length - 1, [event(3)]);
    expect(statuses(await journal.append([next]))).toEqual(['appended']);
  });

  it.each([
    ['on the way to the server: nothing is there', 'cut before', [1]],
    ['on the way back: everything is there', 'cut after', [1, 2]],
  ] as const)('at the commit, %s; the answer is unknown either way', async (_, kind, left) => {
    proxy.next({ word: 'COMMIT\0', kind });
    const results = await journal.append([
      part(auction(1), 0, [event(2)]),
      part(auction(2), 7, [event(3)]),
      part(refusals(1), -1, [], [{ streamId: auction(1), revision: 0 }]),
    ]);
    expect(proxy.hasHappened()).toBe(true);
    // The conflict is certain; a check that shares the commit is as uncertain as what it was to be answered with.
    expect(statuses(results)).toEqual(['unknown', 'conflict', 'unknown']);
    expect(await streamNumbers(journal, auction(1))).toEqual(left);

    // What is remembered was thrown away with the connection: the next append goes by what is really there.
    const again = await journal.append([part(auction(1), 0, [event(2)])]);
    expect(statuses(again)).toEqual([left.length === 1 ? 'appended' : 'conflict']);
    expect(numbers(await readEverything(open()))).toEqual([1, 2]);
  });

  it('or that says nothing any more, is given up after a while', async () => {
    const hasty = open({ statementMaxMs: 300, lockWaitMaxMs: 200 }, { ...database.config, port: proxy.port });
    await given(hasty, auction(5), 5);
    proxy.next({ word: 'COMMIT\0', kind: 'hush' });
    const [result] = await hasty.append([part(auction(5), 0, [event(6)])]);
    expect(causeOf(result)).toBe('waited 2300 ms for an append and heard nothing from PostgreSQL');
  });

  it('under a reader is replaced, and under a listener as well', async () => {
    let woken = 0;
    const subscription = journal.subscribe(() => {
      woken += 1;
    });
    await eventually('the listener to connect', async () => (await connections()) >= 3);
    await admin.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'gavel%' AND datname = current_database()",
    );
    expect(await streamNumbers(journal, auction(1))).toEqual([1]);
    const before = woken;
    await given(open(), auction(2), 2);
    await eventually('a wake after the listener was killed', () => woken > before);
    await subscription.close();
  });
});

describe('a server that cannot be reached', () => {
  it('makes appends and reads fail as unavailable, after trying for a while', async () => {
    const config = { ...database.config, host: '127.0.0.1', port: 1 };
    const journal = open({ retryMaxMs: 200 }, config);
    const fault = { code: 'JournalUnavailable', retryable: true };
    await expect(journal.append([part(auction(1), -1, [event(1)])])).rejects.toMatchObject(fault);
    await expect(journal.readAll(null, 10)).rejects.toMatchObject(fault);
    await expect(journal.head()).rejects.toThrow(/^the journal is not available for reading: .*ECONNREFUSED/);
  });
});

it('does not wait for a schema that is not there', async () => {
  // A journal that waited would do so for longer than a test may take.
  const journal = open({ retryMaxMs: 600_000 });
  await admin.query('ALTER SCHEMA journal RENAME TO elsewhere');
  await expect(journal.append([part(auction(1), -1, [event(1)])])).rejects.toThrow('does not exist');
  await expect(journal.readAll(null, 10)).rejects.toThrow('does not exist');
});

describe('the append lock', () => {
  it('is waited for only so long, and the failure names it', async () => {
    const journal = open({ lockWaitMaxMs: 100, retryMaxMs: 300 });
    await admin.query('BEGIN');
    await admin.query('SELECT FROM journal.append_lock FOR UPDATE');
    await expect(journal.append([part(auction(1), -1, [event(1)])])).rejects.toThrow(
      'the journal is not available for an append: waited 100 ms for the journal’s append lock, which another process holds',
    );
    await admin.query('ROLLBACK');
    expect(statuses(await journal.append([part(auction(1), -1, [event(1)])]))).toEqual(['appended']);
  });
});

describe('data that PostgreSQL will not take', () => {
  const nul = event(66, { fingerprint: 'a\0b' });
  const noUuid = event(66, { commandId: 'not-a-uuid' as CommandId });

  it.each([
    ['a NUL character', nul],
    ['a command id that is no UUID', noUuid],
  ])('%s costs its own part only', async (_, poison) => {
    const journal = open();
    await given(journal, auction(3), 3);
    const [mine, others] = await Promise.all([
      journal.append([
        part(auction(1), -1, [event(1)]),
        part(auction(2), -1, [event(2), poison]),
        part(refusals(2), -1, [event(22)], [{ streamId: auction(2), revision: -1 }]),
        part(auction(3), 5, [event(33)]),
        part(auction(4), -1, [event(4)]),
      ]),
      journal.append([part(auction(5), -1, [event(5)])]),
    ]);
    expect(statuses(mine)).toEqual(['appended', 'unknown', 'unknown', 'conflict', 'appended']);
    expect(statuses(others)).toEqual(['appended']);
    expect(causeOf(mine[1])).toMatch(/invalid byte sequence|incorrect binary data format/);
    expect(numbers(await readEverything(open())).toSorted()).toEqual([1, 3, 4, 5]);
  });

  it('costs its own part only among parts that several COPYs share, and so does a conflict', async () => {
    const journal = open();
    const streams = Array.from({ length: 300 }, (_, i) => auction(i));
    const all = (poisoned: boolean) =>
      streams.map((stream, i) => {
        const expected = i === 100 ? 7 : poisoned ? 0 : -1;
        return part(stream, expected, [
          event(poisoned ? 1_000 + i : i, poisoned && i === 200 ? { fingerprint: '\0' } : {}),
        ]);
      });
    const expected = (...others: readonly [number, string][]) =>
      streams.map((_, i) => others.find(([at]) => at === i)?.[1] ?? 'appended');
    expect(statuses(await journal.append(all(false)))).toEqual(expected([100, 'conflict']));
    expect(statuses(await journal.append(all(true)))).toEqual(expected([100, 'conflict'], [200, 'unknown']));
    const there = (from: number, ...missing: readonly number[]) =>
      streams.map((_, i) => from + i).filter((n) => !missing.includes(n));
    expect(numbers(await readEverything(open())).toSorted((a, b) => a - b)).toEqual([
      ...there(0, 100),
      ...there(1_000, 1_100, 1_200),
    ]);
    const next = await journal.append(streams.slice(201).map((stream, i) => part(stream, 1, [event(2_000 + i)])));
    expect(statuses(next)).toEqual(Array(99).fill('appended'));
  });
});

describe('another writer', () => {
  it('is noticed, whatever this one remembers', async () => {
    const [here, there] = [open(), open()];
    await given(here, auction(1), 1);
    expect(statuses(await there.append([part(auction(1), 0, [event(2)])]))).toEqual(['appended']);
    expect(statuses(await here.append([part(auction(1), 0, [event(3)])]))).toEqual(['conflict']);
    expect(statuses(await here.append([part(auction(1), 1, [event(3)])]))).toEqual(['appended']);
    const rests = [{ streamId: auction(1), revision: 1 }];
    expect(statuses(await there.append([part(refusals(1), -1, [event(4)], rests)]))).toEqual(['conflict']);
  });

  it('cannot hide its events behind those that are kept in memory here', async () => {
    const [here, there] = [open({ pollMs: 60_000 }), open()];
    const subscription = here.subscribe(() => undefined);
    await given(here, auction(1), 1, 2);
    await given(there, auction(2), 3);
    await eventually('the news of the other’s event', async () => {
      const page = await here.readAll(1n as Position, 10);
      return numbers(page).join() === '2,3';
    });
    await given(here, auction(3), 4);
    expect(numbers(await readEverything(here, 1))).toEqual([1, 2, 3, 4]);
    expect(numbers(await here.readAll(null, 10))).toEqual([1, 2, 3, 4]);
    await subscription.close();
  });
});

it('shows others’ events even while this process appends without a pause and without success', async () => {
  const [here, there] = [open({ pollMs: 60_000 }), open()];
  const subscription = here.subscribe(() => undefined);
  await given(here, auction(1), 1);
  let isBusy = true;
  const conflicts = [1, 2, 3].map(async () => {
    while (isBusy) expect(statuses(await here.append([part(auction(1), 9, [event(0)])]))).toEqual(['conflict']);
  });
  await given(there, auction(2), 2);
  await eventually('the other’s event', async () => numbers(await here.readAll(1n as Position, 10)).join() === '2');
  isBusy = false;
  await Promise.all(conflicts);
  await subscription.close();
});

describe('what is remembered', () => {
  it('may be less than one batch needs', async () => {
    const journal = open({ streamsMax: 2 });
    const to = (expected: number, n: number): readonly StreamAppend[] =>
      [1, 2, 3, 4, 5].map((stream) => part(auction(stream), expected, [event(n)]));
    expect(new Set(statuses(await journal.append(to(-1, 1))))).toEqual(new Set(['appended']));
    expect(new Set(statuses(await journal.append(to(0, 2))))).toEqual(new Set(['appended']));
    expect(new Set(statuses(await journal.append(to(0, 3))))).toEqual(new Set(['conflict']));
    expect(await streamNumbers(journal, auction(5))).toEqual([1, 2]);
  });

  it('serves readers that keep up with the very objects that were appended', async () => {
    const journal = open({ recentEventsMax: 3 });
    await given(journal, auction(1), 1, 2);
    const [result] = await journal.append([part(auction(1), 1, [event(3), event(4)])]);
    const recorded = result?.status === 'appended' ? result.recorded : [];
    const page = await journal.readAll(2n as Position, 10);
    expect(page[0]).toBe(recorded[0]);
    expect(page).toHaveLength(2);
    // The first append was let go; its events come from the database.
    expect(numbers(await journal.readAll(null, 3))).toEqual([1, 2, 3]);
  });

  it('is read once for all readers that stand at the same place, and then never again', async () => {
    await given(open(), auction(1), 1, 2);
    const reader = open();
    const [one, other] = await Promise.all([reader.readAll(null, 10), reader.readAll(null, 10)]);
    const [later] = [await reader.readAll(1n as Position, 10)];
    expect(numbers(one)).toEqual([1, 2]);
    expect(other[1]).toBe(one[1]);
    expect(later[0]).toBe(one[1]);
  });

  it('does not hide what another process has written since', async () => {
    const [writer, reader] = [open(), open()];
    let after: Position | null = null;
    for (let n = 1; n <= 20; n++) {
      await writer.append([part(auction(1), n - 2, [event(n)])]);
      await reader.readAll(after, 9);
      await eventually('the newest event', async () => numbers(await reader.readAll(after, 9)).includes(n));
      after = BigInt(n) as Position;
    }
    expect(numbers(await readEverything(reader))).toHaveLength(20);
  });
});

describe('the events table', () => {
  it.each([
    ['UPDATE journal.events SET payload = payload', 'UPDATE'],
    ['DELETE FROM journal.events', 'DELETE'],
    ['TRUNCATE journal.events', 'TRUNCATE'],
  ])('refuses: %s', async (statement, named) => {
    await given(open(), auction(1), 1);
    await expect(admin.query(statement)).rejects.toThrow(`journal.events is append-only: ${named} refused`);
  });

  it('with a hole stops the reader instead of leading it over', async () => {
    await given(open(), auction(1), 1, 2, 3);
    await admin.query('SET session_replication_role = replica');
    await admin.query('DELETE FROM journal.events WHERE position = 2');
    const journal = open();
    await expect(journal.readAll(null, 10)).rejects.toThrow(JournalInconsistent);
    expect(numbers(await journal.readAll(2n as Position, 10))).toEqual([3]);
  });

  it('is written durably even where the server’s default is not', async () => {
    await admin.query(`ALTER DATABASE ${database.config.database} SET synchronous_commit = off`);
    const journal = open();
    await given(journal, auction(1), 1);
    // Settings of other sessions cannot be read: the trigger tells what was in force for the writer.
    await admin.query(`CREATE TABLE seen (setting text);
      CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN INSERT INTO seen VALUES (current_setting('synchronous_commit')); RETURN NULL; END $$;
      CREATE TRIGGER see AFTER INSERT ON journal.events FOR EACH STATEMENT EXECUTE FUNCTION see()`);
    await given(journal, auction(2), 2);
    expect((await admin.query('SELECT setting FROM seen')).rows).toEqual([{ setting: 'on' }]);
  });
});

it('lets go of every connection when it is closed', async () => {
  const journal = open();
  const subscription = journal.subscribe(() => undefined);
  await given(journal, auction(1), 1);
  await readEverything(journal);
  await eventually('the listener to connect', async () => (await connections()) >= 3);
  await subscription.close();
  await journal.close();
  await eventually('all connections to end', async () => (await connections()) === 0);
});
