import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import pg, { type ClientBase } from 'pg';
import { Consumer, type ConsumerParts, type ConsumerSettings } from '../../src/feed/consumer.js';
import { Feed, type JournalEntry, type Position } from '../../src/feed/feed.js';
import type { Projection } from '../../src/feed/projection.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import type { Log } from '../../src/runtime/log.js';
import { type Metrics, silentMetrics } from '../../src/runtime/metrics.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { eventually } from '../support/eventually.js';
import { freshDatabase, migrated, type TestDatabase } from '../support/postgres.js';
import {
  append,
  entries,
  LEDGER_TABLES,
  type LedgerHooks,
  ledgerProjection,
  POISON,
  POISON_IN_POSTGRES,
  rate,
  streamNo,
} from './ledger.js';

const runtime = new SystemRuntime();

let database: TestDatabase;
let client: pg.Client;
let journal: MemoryJournal;
let running: { consumer: Consumer; feed: Feed }[];
let logged: { level: string; message: string; fields: Readonly<Record<string, unknown>> }[];

const collect =
  (level: string) =>
  (fields: Readonly<Record<string, unknown>>, message: string): void => {
    logged.push({ level, message, fields });
  };
const log: Log = { debug: collect('debug'), info: collect('info'), warn: collect('warn'), error: collect('error') };

beforeAll(async () => {
  database = await freshDatabase(migrated);
  client = new pg.Client(database.config);
  await client.connect();
  await client.query(LEDGER_TABLES);
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
});
beforeEach(async () => {
  journal = new MemoryJournal({ runtime });
  running = [];
  logged = [];
  await client.query('TRUNCATE ledger.entries, feed.checkpoints, feed.parked_streams, feed.parked_events');
});
afterEach(async () => {
  for (const { consumer, feed } of running) {
    await consumer.drain();
    await feed.close();
  }
});

type Options = Partial<Pick<ConsumerParts, 'slice' | 'metrics'>> & {
  hooks?: LedgerHooks;
  settings?: Partial<ConsumerSettings>;
  journal?: MemoryJournal;
  projection?: Projection;
};

function make({ hooks, settings, journal: read = journal, projection, ...parts }: Options = {}): Consumer {
  const feed = new Feed({ journal: read, runtime, settings: { pollMs: 50, watchedStreamsMax: 1_000 } });
  const consumer = new Consumer({
    feed,
    projection: projection ?? ledgerProjection(hooks),
    database: database.config,
    runtime,
    log,
    metrics: silentMetrics,
    ...parts,
    settings: { retryMinMs: 5, retryMaxMs: 50, standByMs: 20, saveWithinMs: 50, standStillMs: 200, ...settings },
  });
  running.push({ consumer, feed });
  return consumer;
}

function start(options: Options = {}): Consumer {
  const consumer = make(options);
  consumer.start();
  return consumer;
}

const caughtUp = (consumer: Consumer) =>
  eventually('the consumer to reach the head of the journal', async () => {
    const head = await journal.head();
    return journal.comparePositions(consumer.status().position, head) === 0;
  });

const checkpoint = async () => {
  const { rows } = await client.query('SELECT position::text, generation::text FROM feed.checkpoints ORDER BY slice');
  return rows;
};
const parked = async () => {
  const { rows } = await client.query('SELECT stream_id, revision::int, reason FROM feed.parked_streams ORDER BY 1');
  return rows;
};
const queued = async () => {
  const { rows } = await client.query('SELECT stream_id, revision::int FROM feed.parked_events ORDER BY 1, 2');
  return rows;
};

describe('following the journal', () => {
  it('applies what was there before it started and what comes after, once', async () => {
    await rate(journal, [1, 10], [2, 20]);
    const consumer = start();
    await caughtUp(consumer);
    await rate(journal, [1, 11]);
    await caughtUp(consumer);
    expect(await entries(client)).toEqual([
      { stream: 1, revision: 0, rating: 10 },
      { stream: 1, revision: 1, rating: 11 },
      { stream: 2, revision: 0, rating: 20 },
    ]);
  });

  it('goes on from its checkpoint after a restart', async () => {
    await rate(journal, [1, 10]);
    const first = start();
    await caughtUp(first);
    await first.drain();
    expect(first.status().state).toBe('drained');
    expect(await checkpoint()).toEqual([{ position: '1', generation: '0' }]);
    await rate(journal, [1, 11]);
    await caughtUp(start());
    expect((await entries(client)).map(({ rating }) => rating)).toEqual([10, 11]);
  });

  it('saves how far it has come although nothing had an effect', async () => {
    await append(journal, 1, { type: 'UserVerified', verifiedAt: runtime.now() });
    start();
    await eventually('the checkpoint to be saved', async () => (await checkpoint())[0]?.position === '1');
  });

  it('is finished with the batch under way when drain resolves', async () => {
    let writing = false;
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const hooks: LedgerHooks = {
      beforeWrite: () => {
        writing = true;
        return gate;
      },
    };
    await rate(journal, [1, 10]);
    const consumer = start({ hooks });
    await eventually('the batch to be written', () => writing);
    const drained = consumer.drain();
    go();
    await drained;
    expect(await entries(client)).toHaveLength(1);
    expect(await checkpoint()).toEqual([{ position: '1', generation: '0' }]);
  });

  it('splits the streams among slices, each stream whole', async () => {
    const ratings = Array.from({ length: 60 }, (_, i) => [i % 20, i] as const);
    await rate(journal, ...ratings);
    const slices = [0, 1, 2].map((index) => start({ slice: { index, count: 3 } }));
    for (const consumer of slices) await caughtUp(consumer);
    expect(await entries(client)).toHaveLength(60);
    expect(await checkpoint()).toHaveLength(3);
  });

  it('refuses to run as one slice of another number than before', async () => {
    const first = start({ slice: { index: 0, count: 2 } });
    await eventually('the first start', async () => (await checkpoint()).length === 1);
    await first.drain();
    const second = start({ slice: { index: 0, count: 3 } });
    await eventually('the consumer to halt', () => second.status().state === 'halted');
    expect(second.status().problem).toBe('consumer ledger has checkpoints for 2 slices and cannot run as one of 3');
  });

  it('halts on a checkpoint behind which the journal has nothing', async () => {
    await client.query("INSERT INTO feed.checkpoints VALUES ('ledger', 0, 1, 7, 0, now())");
    await rate(journal, [1, 10]);
    const consumer = start();
    await eventually('the consumer to halt', () => consumer.status().state === 'halted');
    expect(consumer.status().problem).toContain('stands at position 7, behind which the journal has no event');
    expect(await entries(client)).toEqual([]);
  });

  it('halts on a journal that skips an event of a stream', async () => {
    class Skipping extends MemoryJournal {
      override async readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
        return (await super.readAll(after, limit)).filter(({ revision }) => revision !== 1);
      }
    }
    journal = new Skipping({ runtime });
    await rate(journal, [1, 10], [1, 11], [1, 12]);
    const consumer = start();
    await eventually('the consumer to halt', () => consumer.status().state === 'halted');
    expect(consumer.status().problem).toBe('the journal is inconsistent: position 3 came after 1');
    expect(await entries(client)).toEqual([]);
  });
});

describe('a journal that refuses to read over a gap', () => {
  it('halts the consumer instead of being asked for ever', async () => {
    class Broken extends MemoryJournal {
      override async readAll(): Promise<readonly JournalEntry[]> {
        throw Object.assign(new Error('nothing between 3 and 5'), { code: 'JournalInconsistent' });
      }
    }
    const consumer = start({ journal: new Broken({ runtime }) });
    await eventually('the consumer to halt', () => consumer.status().state === 'halted');
    expect(consumer.status().problem).toBe('nothing between 3 and 5');
  });
});

describe('a poison event', () => {
  for (const [what, poison, reason] of [
    ['that the projection refuses', POISON, 'a rating of the beast'],
    [
      'that PostgreSQL refuses',
      POISON_IN_POSTGRES,
      'PostgreSQL refused it with SQLSTATE 23514, table entries, constraint entries_rating_check',
    ],
  ] as const) {
    it(`${what} parks its stream; the streams around it go on`, async () => {
      const before = Array.from({ length: 50 }, (_, i) => [i % 5, i] as const);
      await rate(journal, ...before, [3, poison], [3, 1], ...before);
      await caughtUp(start());
      expect(await parked()).toEqual([{ stream_id: streamNo(3), revision: 10, reason }]);
      expect(await queued()).toHaveLength(12);
      const applied = await entries(client);
      expect(applied).toHaveLength(90);
      expect(applied.filter(({ stream }) => stream === 3).map(({ revision }) => revision)).toEqual([
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9,
      ]);
    });
  }

  it('tells the log and the metrics', async () => {
    const counts: number[] = [];
    const metrics: Metrics = { ...silentMetrics, parkedStreams: (_, count) => counts.push(count) };
    await rate(journal, [1, 1], [2, POISON]);
    await caughtUp(start({ metrics }));
    expect(counts.at(-1)).toBe(1);
    expect(logged.filter(({ level }) => level === 'error')).toEqual([
      {
        level: 'error',
        message: 'an event cannot be applied: its stream is parked',
        fields: {
          consumer: 'ledger',
          streamId: streamNo(2),
          revision: 0,
          eventType: 'UserRated',
          reason: 'a rating of the beast',
        },
      },
    ]);
  });

  it('stays parked after a restart, and later events queue behind it in order', async () => {
    await rate(journal, [1, POISON], [2, 20]);
    const first = start();
    await caughtUp(first);
    await first.drain();
    await rate(journal, [1, 11], [2, 21]);
    const second = start();
    await caughtUp(second);
    await rate(journal, [1, 12]);
    await caughtUp(second);
    expect(await queued()).toEqual([0, 1, 2].map((revision) => ({ stream_id: streamNo(1), revision })));
    expect((await entries(client)).map(({ rating }) => rating)).toEqual([20, 21]);
    expect(second.status()).toMatchObject({ state: 'running', parkedStreams: 1 });
  });

  it('is one that the journal cannot read, too', async () => {
    class Damaged extends MemoryJournal {
      override async readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
        const read = await super.readAll(after, limit);
        return read.map((entry): JournalEntry => {
          if (entry.kind !== 'event' || entry.position !== (2n as Position)) return entry;
          const { event: _, ...stored } = entry;
          return { ...stored, kind: 'unreadable', problem: 'the text does not match its hash' };
        });
      }
    }
    journal = new Damaged({ runtime });
    await rate(journal, [1, 10], [2, 20], [2, 21], [1, 11]);
    await caughtUp(start());
    expect(await parked()).toEqual([
      { stream_id: streamNo(2), revision: 0, reason: 'the journal cannot read it: the text does not match its hash' },
    ]);
    expect((await entries(client)).map(({ rating }) => rating)).toEqual([10, 11]);
  });

  it('halts the consumer when it is one too many', async () => {
    await rate(journal, [1, POISON], [2, POISON], [4, 40], [3, POISON], [5, 50]);
    const consumer = start({ settings: { parkedStreamsMax: 2 } });
    await eventually('the consumer to halt', () => consumer.status().state === 'halted');
    expect(consumer.status().problem).toBe(
      `2 streams are parked, as many as allowed, and ${streamNo(3)} should be too: a rating of the beast`,
    );
    expect((await entries(client)).map(({ rating }) => rating)).toEqual([40]);
    expect(await checkpoint()).toEqual([{ position: '3', generation: '0' }]);
  });

  it('never shows its values in the reason', async () => {
    const secret = '4711';
    const throwing: Projection = {
      ...ledgerProjection(),
      prepare: () => {
        throw new RangeError(`cannot convert ${secret}`);
      },
    };
    await rate(journal, [1, 1]);
    await caughtUp(start({ projection: throwing }));
    const [stream] = await parked();
    expect(stream.reason).toMatch(/^the projection cannot make anything of this event: RangeError at /);
    expect(JSON.stringify([stream, logged])).not.toContain(secret);
  });
});

describe('when the world fails', () => {
  it('survives the death of its connection in the middle of a batch and applies it once', async () => {
    let kills = 0;
    const hooks: LedgerHooks = {
      beforeWrite: async (session) => {
        if (kills > 0) return;
        kills += 1;
        const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
        await client.query('SELECT pg_terminate_backend($1)', [rows[0].pid]);
      },
    };
    await rate(journal, [1, 10], [2, 20]);
    await caughtUp(start({ hooks }));
    expect(kills).toBe(1);
    expect(await parked()).toEqual([]);
    expect(await entries(client)).toHaveLength(2);
    expect(logged.map(({ message }) => message)).toEqual(
      expect.arrayContaining(['failed; trying again', 'works again']),
    );
  });

  it('tries again until what it lacks is there, and parks nothing', async () => {
    await client.query('ALTER TABLE ledger.entries RENAME TO mislaid');
    try {
      await rate(journal, [1, 10]);
      const consumer = start();
      await eventually('the consumer to fail', () => consumer.status().state === 'retrying');
      expect(consumer.status().problem).toBe('relation "entries" does not exist');
      await client.query('ALTER TABLE ledger.mislaid RENAME TO entries');
      await caughtUp(consumer);
    } finally {
      await client.query('ALTER TABLE IF EXISTS ledger.mislaid RENAME TO entries');
    }
    expect(await entries(client)).toHaveLength(1);
    expect(await parked()).toEqual([]);
  });

  it('stops at once while it waits to try again', async () => {
    const consumer = start({
      settings: { retryMinMs: 600_000, retryMaxMs: 600_000 },
      projection: {
        ...ledgerProjection(),
        prepare: () => async (session) => {
          await session.query('SELECT 1 FROM nowhere');
        },
      },
    });
    await rate(journal, [1, 1]);
    await eventually('the consumer to fail', () => consumer.status().state === 'retrying');
    await consumer.drain();
    expect(consumer.status().state).toBe('drained');
  });
});

describe('two of the same consumer', () => {
  it('apply every event once between them, and the checkpoint only rises', async () => {
    const twins = [start(), start()];
    const seen: bigint[] = [];
    let done = false;
    const watch = (async () => {
      while (!done) {
        const { rows } = await client.query('SELECT position FROM feed.checkpoints');
        seen.push(BigInt(rows[0]?.position ?? 0));
      }
    })();
    for (let i = 0; i < 300; i++) await rate(journal, [i % 7, i]);
    for (const twin of twins) await caughtUp(twin);
    done = true;
    await watch;
    const applied = await entries(client);
    expect(applied.map(({ rating }) => rating).sort((a, b) => a - b)).toEqual(Array.from({ length: 300 }, (_, i) => i));
    expect(seen).toEqual([...seen].sort((a, b) => Number(a - b)));
    expect(logged.filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('do not trade turns: one works, the other stands by and says so once', async () => {
    const sessions = new Set<ClientBase>();
    const hooks: LedgerHooks = { beforeWrite: async (session) => void sessions.add(session) };
    const first = start({ hooks });
    await rate(journal, [1, 0]);
    await caughtUp(first);
    const second = start({ hooks });
    await eventually('the second to stand by', () => second.status().state === 'on standby');
    for (let i = 1; i <= 300; i++) {
      await rate(journal, [i % 7, i]);
      await runtime.sleep(1);
    }
    await caughtUp(first);
    await caughtUp(second);
    expect(sessions.size).toBe(1);
    expect(logged.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'another process keeps these tables: on standby'],
    ]);
    await first.drain();
    await rate(journal, [1, 301]);
    await caughtUp(second);
    expect(second.status().state).toBe('running');
    expect((await entries(client)).length).toBe(302);
  });

  it('a paused one drops its stale batch when it wakes up', async () => {
    class Paused extends MemoryJournal {
      waiting = false;
      resume = (): void => undefined;
      override async readAll(after: Position | null, limit: number): Promise<readonly JournalEntry[]> {
        const read = await journal.readAll(after, limit);
        if (read.length > 0 && !this.waiting) {
          this.waiting = true;
          await new Promise<void>((resolve) => {
            this.resume = resolve;
          });
        }
        return read;
      }
      override head() {
        return journal.head();
      }
    }
    await rate(journal, [1, 10]);
    const paused = new Paused({ runtime });
    const zombie = start({ journal: paused });
    await eventually('the zombie to hold a batch', () => paused.waiting);
    const twin = start();
    await caughtUp(twin);
    await rate(journal, [1, 11], [1, 12]);
    await caughtUp(twin);
    paused.resume();
    await caughtUp(zombie);
    expect((await entries(client)).map(({ rating }) => rating)).toEqual([10, 11, 12]);
    expect(await checkpoint()).toEqual([{ position: '3', generation: '0' }]);
    expect(logged.map(({ level, message }) => [level, message])).toEqual([
      ['info', 'another process keeps these tables: on standby'],
      ['warn', 'the process that keeps these tables stands still: going on in its place'],
      ['info', 'the checkpoint was moved by another: the batch is dropped'],
    ]);
  });

  it('a slow one is waited for until its time is over, and whoever came in its place steps back', async () => {
    let go = (): void => undefined;
    const gate = new Promise<void>((resolve) => {
      go = resolve;
    });
    const told = (message: string): boolean => logged.some((line) => line.message.includes(message));
    await rate(journal, [1, 10]);
    const slow = start({ hooks: { beforeWrite: () => gate } });
    await eventually('the turn to be taken', async () => (await checkpoint()).length === 1);
    const startedMs = runtime.monotonicMs();
    const twin = start({ settings: { standStillMs: 300 } });
    await eventually('the twin to lose patience', () => told('going on in its place'));
    expect(runtime.monotonicMs() - startedMs).toBeGreaterThanOrEqual(300);
    go();
    await caughtUp(slow);
    await rate(journal, [1, 11]);
    await eventually('the twin to step back', () => twin.status().state === 'on standby');
    await caughtUp(slow);
    await caughtUp(twin);
    expect((await entries(client)).map(({ rating }) => rating)).toEqual([10, 11]);
  });

  it('one that is paused inside its transaction loses it, and its twin goes on', async () => {
    let pid = 0;
    const stuck: LedgerHooks = {
      beforeWrite: async (session) => {
        if (pid !== 0) return;
        const { rows } = await session.query('SELECT pg_backend_pid() AS pid');
        pid = rows[0].pid;
        // Until PostgreSQL ends the connection, as idle_in_transaction_session_timeout does to a process that is paused.
        await session.query('SELECT pg_sleep(60)');
      },
    };
    await rate(journal, [1, 10]);
    start({ hooks: stuck });
    await eventually('the stuck consumer to be inside its transaction', () => pid !== 0);
    const twin = start();
    await client.query('SELECT pg_terminate_backend($1)', [pid]);
    await caughtUp(twin);
    expect((await entries(client)).map(({ rating }) => rating)).toEqual([10]);
  });
});

describe('lag', () => {
  it('counts the events behind and the age of the oldest', async () => {
    const consumer = make();
    expect(await consumer.lag()).toEqual({ events: 0n, ageMs: 0 });
    const before = runtime.now();
    await rate(journal, [1, 1], [1, 2], [2, 1]);
    const { events, ageMs } = await consumer.lag();
    expect(events).toBe(3n);
    expect(ageMs).toBeGreaterThanOrEqual(0);
    // The oldest event is as old as this test at the most.
    expect(ageMs).toBeLessThanOrEqual(runtime.now() - before);
    consumer.start();
    await caughtUp(consumer);
    expect(await consumer.lag()).toEqual({ events: 0n, ageMs: 0 });
  });

  it('is told to the metrics as zero once the consumer has caught up', async () => {
    const told: [number, number][] = [];
    const metrics: Metrics = { ...silentMetrics, lag: (_, events, ageMs) => told.push([events, ageMs]) };
    await rate(journal, [1, 1]);
    start({ metrics, settings: { lagEveryMs: 0 } });
    await eventually('a lag of zero', () => told.some(([events]) => events === 0));
  });
});
