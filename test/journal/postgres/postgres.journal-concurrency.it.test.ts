// Many writers at once, some of them slow, failing or killed, while readers follow: nobody may miss or repeat an event.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import pg from 'pg';
import type { StreamId } from '../../../src/domain/messages.js';
import type { Journal, JournalEntry, Position, Revision } from '../../../src/journal/journal.js';
import { PostgresJournal } from '../../../src/journal/postgres/postgres.journal.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { auction, event, numbers, part, readEverything } from '../../contract/journal-batches.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';

const runtime = new SystemRuntime();
const STREAMS = Array.from({ length: 6 }, (_, n) => auction(n));
const APPENDS = 120;

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase(migrated);
});
afterAll(() => database.drop());

const open = () =>
  new PostgresJournal({
    config: database.config,
    runtime,
    log: silentLog,
    settings: { recentEventsMax: 64, streamsMax: 8, pollMs: 20 },
  });

const below = (n: number): number => Math.floor(Math.random() * n);
const anyOf = <T>(list: readonly T[]): T => {
  const one = list[below(list.length)];
  if (one === undefined) throw new Error('nothing to choose from');
  return one;
};

/** What writers were told of each event, by its number. */
const fates = new Map<number, 'appended' | 'conflict' | 'unknown'>();
let drawn = 0;
let appends = 0;
const number = (): number => {
  drawn += 1;
  return drawn;
};

async function writeThrough(journal: Journal): Promise<void> {
  for (let i = 0; i < APPENDS; i++) {
    const streams = new Set([anyOf(STREAMS), anyOf(STREAMS)]);
    const batch = await Promise.all(
      [...streams].map(async (streamId) => {
        const events = Array.from({ length: 1 + below(3) }, () => event(number()));
        const expected: Revision | 'any' = below(3) === 0 ? 'any' : await journal.lastRevision(streamId);
        return part(streamId, expected, events);
      }),
    );
    const results = await journal.append(batch);
    appends += 1;
    results.forEach(({ status }, at) => {
      for (const told of batch[at]?.events ?? [])
        if (told.event.type === 'UserRated') fates.set(told.event.rating, status);
    });
  }
}

// A foreign program that keeps the protocol: the lock first, then the next position, held to the end.
const FOREIGN_INSERT = `
  WITH stream AS (INSERT INTO journal.streams (stream_id) VALUES ($1)
                      ON CONFLICT (stream_id) DO UPDATE SET stream_id = excluded.stream_id RETURNING stream_key)
  INSERT INTO journal.events (position, stream_key, revision, occurred_at, recorded_at, schema_version, event_type, hash, payload)
  SELECT (SELECT coalesce(max(position), 0) + 1 FROM journal.events), stream_key,
         (SELECT coalesce(max(revision), -1) + 1 FROM journal.events e WHERE e.stream_key = stream.stream_key),
         0, 0, 1, 'UserRated', sha256(convert_to($2, 'UTF8')), $2 FROM stream`;

async function writeBeside(admin: pg.Client): Promise<void> {
  for (let i = 0; i < APPENDS / 4; i++) {
    const client = new pg.Client(database.config);
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query('SELECT pg_backend_pid() AS pid');
    const mine = number();
    fates.set(mine, 'unknown');
    const ending = anyOf(['COMMIT', 'ROLLBACK', 'killed'] as const);
    try {
      await client.query('BEGIN');
      await client.query('SELECT FROM journal.append_lock WHERE shard = 0 FOR UPDATE');
      const text = `{"type":"UserRated","rating":${mine},"ratedAt":0}`;
      await client.query(FOREIGN_INSERT, [anyOf(STREAMS), text]);
      if (ending === 'killed') await admin.query('SELECT pg_terminate_backend($1)', [rows[0]?.pid]);
      await client.query('SELECT pg_sleep($1)', [Math.random() / 100]);
      await client.query(ending);
      fates.set(mine, ending === 'COMMIT' ? 'appended' : 'conflict');
    } catch {
      // Killed before it could commit.
      fates.set(mine, 'conflict');
    }
    await client.end().catch(() => undefined);
  }
}

const KILL_A_WRITER = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE application_name = 'gavel journal writer' AND datname = current_database() ORDER BY random() LIMIT 1`;

/** Follows the journal by its own checkpoint, as every consumer does. */
function follow(journal: Journal) {
  const seen: JournalEntry[] = [];
  let after: Position | null = null;
  let isReading = false;
  let wanted = false;
  const read = async (): Promise<void> => {
    if (isReading) {
      wanted = true;
      return;
    }
    isReading = true;
    do {
      wanted = false;
      const page = await journal.readAll(after, 1 + below(40));
      seen.push(...page);
      after = page.at(-1)?.position ?? after;
      if (page.length > 0) wanted = true;
    } while (wanted);
    isReading = false;
  };
  const subscription = journal.subscribe(() => void read());
  return { seen, read, stop: () => subscription.close() };
}

it('every committed event reaches every reader exactly once, in order, and no other does', async () => {
  const admin = new pg.Client(database.config);
  await admin.connect();
  const writers = [open(), open(), open()];
  const stranger = open();
  const readers = [...writers, stranger].map((journal) => follow(journal));

  let writing = true;
  // An append that is killed at each of its tries gives up, rightly. So each kill waits until somebody got through again.
  const killer = (async () => {
    while (writing) {
      const before = appends;
      await admin.query(KILL_A_WRITER);
      await runtime.sleep(20 + below(150));
      while (writing && appends === before) await runtime.sleep(5);
    }
  })();
  try {
    await Promise.all([
      ...writers.flatMap((journal) => [writeThrough(journal), writeThrough(journal)]),
      writeBeside(admin),
      writeBeside(admin),
    ]);
  } finally {
    writing = false;
    await killer;
  }

  const truth = await readEverything(stranger);
  for (const reader of readers) {
    await reader.read();
    await eventually('a reader to reach the end', () => reader.seen.length >= truth.length);
    expect(reader.seen.map(({ position }) => position)).toEqual(truth.map(({ position }) => position));
    expect(numbers(reader.seen)).toEqual(numbers(truth));
    await reader.stop();
  }

  expect(truth.map(({ position }) => position)).toEqual(truth.map((_, i) => BigInt(i + 1)));
  const last = new Map<StreamId, Revision>();
  for (const { streamId, revision } of truth) {
    expect(revision).toBe((last.get(streamId) ?? -1) + 1);
    last.set(streamId, revision);
  }
  const written = numbers(truth);
  expect(new Set(written).size).toBe(written.length);
  const there = new Set(written);
  const wrong = [...fates].filter(([n, fate]) =>
    fate === 'appended' ? !there.has(n) : fate === 'conflict' && there.has(n),
  );
  expect(wrong).toEqual([]);
  // All three fates did occur, or this test has tried nothing.
  expect(new Set(fates.values()).size).toBeGreaterThanOrEqual(2);
  expect(written.length).toBeGreaterThan(APPENDS);

  for (const journal of [...writers, stranger]) await journal.close();
  await admin.end();
}, 240_000);
