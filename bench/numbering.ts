// Three ways to number events so that a reader who goes by position misses none (ADR 0006), measured beside each other.
import pg from 'pg';
import type { Connection } from '../src/embedded/embedded-postgres.js';
import { median } from './statistics.js';

const EVENTS_PER_APPEND = 100;
/** What a busy journal commits in some minutes, the time of a backup. */
const COMMITS_UNDER_OLD_SNAPSHOT = 20_000;
const TURNS = 5;

const CREATE = `
CREATE SCHEMA numbering;
CREATE TABLE numbering.lock (shard int PRIMARY KEY);
INSERT INTO numbering.lock VALUES (0);
CREATE TABLE numbering.counter (shard int PRIMARY KEY, last bigint NOT NULL);
INSERT INTO numbering.counter VALUES (0, 0);
CREATE TABLE numbering.by_lock (position bigint PRIMARY KEY, payload text NOT NULL);
CREATE TABLE numbering.by_counter (position bigint PRIMARY KEY, payload text NOT NULL);
CREATE TABLE numbering.by_transaction (
  position bigint GENERATED ALWAYS AS IDENTITY, xid xid8 NOT NULL DEFAULT pg_current_xact_id(), payload text NOT NULL,
  PRIMARY KEY (xid, position)
)`;

/** The statements of one append of `events` events, between BEGIN and COMMIT. */
type Append = (events: number) => readonly string[];

const payloads = (events: number): string =>
  `(SELECT n, repeat('x', 400) AS payload FROM generate_series(1, ${events}) n) events`;

const DESIGNS = {
  /** Ours: a row that is only locked; the next position is found at the right end of the events' index. */
  lockRow: (events) => [
    'SELECT FROM numbering.lock WHERE shard = 0 FOR UPDATE',
    `INSERT INTO numbering.by_lock
     SELECT (SELECT coalesce(max(position), 0) FROM numbering.by_lock) + n, payload FROM ${payloads(events)}`,
  ],
  /** The row holds the last position and is updated by each append. */
  counterRow: (events) => [
    `WITH counter AS (UPDATE numbering.counter SET last = last + ${events} WHERE shard = 0 RETURNING last)
     INSERT INTO numbering.by_counter SELECT last - ${events} + n, payload FROM counter, ${payloads(events)}`,
  ],
  /** A sequence, and readers who stop at the oldest transaction that still runs. */
  transactionIds: (events) => [
    `INSERT INTO numbering.by_transaction (payload) SELECT payload FROM ${payloads(events)}`,
  ],
} satisfies Record<string, Append>;

type Design = keyof typeof DESIGNS;
const NAMES: readonly Design[] = ['lockRow', 'counterRow', 'transactionIds'];

const VISIBLE: Readonly<Record<Design, string>> = {
  lockRow: 'SELECT count(*) AS n FROM numbering.by_lock WHERE position > $1',
  counterRow: 'SELECT count(*) AS n FROM numbering.by_counter WHERE position > $1',
  transactionIds: `SELECT count(*) AS n FROM numbering.by_transaction
                    WHERE position > $1 AND xid < pg_snapshot_xmin(pg_current_snapshot())`,
};

export type NumberingFigures = Readonly<{
  /** Events a second of one and of four writers, 100 events a commit. */
  oneWriter: number;
  fourWriters: number;
  /** Milliseconds of one event's append without the wait for the disk: the first and the last thousand of those made
   * while an old snapshot was held. */
  appendMs: number;
  appendMsUnderOldSnapshot: number;
  /** Per cent of events committed beside a long transaction that readers may see before it ends. */
  readableDuringLongTransaction: number;
}>;

/** Measures each design: twice `seconds`, and one long transaction. Leaves nothing behind in the database. */
export async function measureNumbering(
  connection: Connection,
  seconds: number,
): Promise<Readonly<Record<Design, NumberingFigures>>> {
  const client = await connected(connection);
  await client.query(CREATE);
  // In turns, so that a disk that is slow for a while is slow for all of them; the first turn is for warming up.
  const rates: { design: Design; writers: number; eventsPerSecond: number }[] = [];
  for (let turn = 0; turn <= TURNS; turn++)
    for (const design of NAMES)
      for (const writers of [1, 4]) {
        const eventsPerSecond = await rate(connection, design, writers, seconds / TURNS);
        if (turn > 0) rates.push({ design, writers, eventsPerSecond });
      }
  const medianRate = (design: Design, writers: number): number =>
    median(rates.filter((one) => one.design === design && one.writers === writers).map((one) => one.eventsPerSecond));
  const figuresOf = async (design: Design): Promise<NumberingFigures> => ({
    oneWriter: medianRate(design, 1),
    fourWriters: medianRate(design, 4),
    ...(await underOldSnapshot(connection, design)),
  });
  const figures = {
    lockRow: await figuresOf('lockRow'),
    counterRow: await figuresOf('counterRow'),
    transactionIds: await figuresOf('transactionIds'),
  };
  await client.query('DROP SCHEMA numbering CASCADE');
  await client.end();
  return figures;
}

async function rate(connection: Connection, design: Design, writers: number, seconds: number): Promise<number> {
  const clients = await Promise.all(Array.from({ length: writers }, () => connected(connection)));
  const statements = transaction(design, EVENTS_PER_APPEND);
  const startedMs = performance.now();
  let appends = 0;
  const write = async (client: pg.Client): Promise<void> => {
    for (; performance.now() - startedMs < 1_000 * seconds; appends++) await client.query(statements);
  };
  await Promise.all(clients.map(write));
  const elapsedMs = performance.now() - startedMs;
  await Promise.all(clients.map((client) => client.end()));
  return Math.round((appends * EVENTS_PER_APPEND * 1_000) / elapsedMs);
}

/** As a backup or a long report does: it has a transaction id, and then only holds its snapshot. */
async function underOldSnapshot(connection: Connection, design: Design) {
  const [writer, old] = await Promise.all([connected(connection), connected(connection)]);
  await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ');
  await old.query('SELECT pg_current_xact_id()');
  await writer.query('SET synchronous_commit = off');
  const last = await scalar(writer, `SELECT coalesce(max(position), 0) AS n FROM numbering.${tableOf(design)}`);
  const statements = transaction(design, 1);
  const durations: number[] = [];
  while (durations.length < COMMITS_UNDER_OLD_SNAPSHOT) {
    const startedMs = performance.now();
    await writer.query(statements);
    durations.push(performance.now() - startedMs);
  }
  const visible = await scalar(writer, VISIBLE[design], [last]);
  await old.query('ROLLBACK');
  await Promise.all([writer.end(), old.end()]);
  return {
    appendMs: rounded(median(durations.slice(0, 1_000))),
    appendMsUnderOldSnapshot: rounded(median(durations.slice(-1_000))),
    readableDuringLongTransaction: Math.round((100 * visible) / durations.length),
  };
}

const transaction = (design: Design, events: number): string =>
  ['BEGIN', ...DESIGNS[design](events), 'COMMIT'].join(';\n');

const tableOf = (design: Design): string =>
  ({ lockRow: 'by_lock', counterRow: 'by_counter', transactionIds: 'by_transaction' })[design];

async function scalar(client: pg.Client, text: string, values: readonly number[] = []): Promise<number> {
  const { rows } = await client.query<{ n: string }>(text, [...values]);
  return Number(rows[0]?.n);
}

async function connected(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client(connection);
  await client.connect();
  return client;
}

const rounded = (ms: number): number => Math.round(ms * 100) / 100;
