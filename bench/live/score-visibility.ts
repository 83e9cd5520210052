// How soon a bid's score can be read in silver.bids: from when the journal took the bid until both the scorer and Silver have passed it.
import type pg from 'pg';
import type { Runtime } from '../../src/runtime/runtime.js';
import { Latencies } from './latencies.js';

const LOOK_EVERY_MS = 20;
const SETTLE_MS = 30_000;

/** Scores are written in the transaction that moves the scorer's position. */
const SCORED_UP_TO = `
SELECT least(COALESCE((SELECT position::bigint FROM fraud.progress WHERE leads), 0),
  (SELECT position::bigint FROM feed.checkpoints WHERE consumer = 'silver'))::text AS position`;
const BIDS = `
SELECT e.position::text, e.recorded_at::text AS "recordedAt" FROM journal.events e
WHERE e.position > $1 AND e.position <= $2 AND e.event_type = 'BidPlaced' ORDER BY e.position`;

type Look = Readonly<{ position: bigint; at: number }>;

/** Looks while bids come. Resolves to what they came to and to milliseconds, each up to one look too many. */
export async function scoresVisible<Result>(
  { pool, runtime }: Readonly<{ pool: pg.Pool; runtime: Runtime }>,
  bids: () => Promise<Result>,
): Promise<readonly [Result, Readonly<{ p50: number; p99: number }>]> {
  const looks: Look[] = [];
  let isOver = false;
  const looking = (async () => {
    while (!isOver) {
      looks.push(await look(pool, runtime));
      await runtime.sleep(LOOK_EVERY_MS);
    }
  })();
  try {
    // Of what came before the bids nothing is measured.
    const first = await head(pool);
    await settled(looks, first, runtime);
    const result = await bids();
    const last = await head(pool);
    await settled(looks, last, runtime);
    return [result, await latenciesOf(pool, looks, { first, last })];
  } finally {
    isOver = true;
    await looking;
  }
}

async function latenciesOf(
  pool: pg.Pool,
  looks: readonly Look[],
  { first, last }: Readonly<{ first: bigint; last: bigint }>,
) {
  const { rows } = await pool.query<Readonly<{ position: string; recordedAt: string }>>(BIDS, [`${first}`, `${last}`]);
  const latencies = new Latencies();
  let seen = 0;
  for (const { position, recordedAt } of rows) {
    while ((looks[seen]?.position ?? last) < BigInt(position)) seen += 1;
    latencies.add((looks[seen]?.at ?? 0) - Number(recordedAt));
  }
  return { p50: latencies.percentile(0.5), p99: latencies.percentile(0.99) };
}

async function look(pool: pg.Pool, runtime: Runtime): Promise<Look> {
  const { rows } = await pool.query<{ position: string | null }>(SCORED_UP_TO);
  return { position: BigInt(rows[0]?.position ?? 0), at: runtime.now() };
}

async function head(pool: pg.Pool): Promise<bigint> {
  const { rows } = await pool.query<{ last: string }>('SELECT max(position)::text AS last FROM journal.events');
  return BigInt(rows[0]?.last ?? 0);
}

async function settled(looks: readonly Look[], end: bigint, runtime: Runtime): Promise<void> {
  const untilMs = runtime.monotonicMs() + SETTLE_MS;
  while ((looks.at(-1)?.position ?? 0n) < end) {
    if (runtime.monotonicMs() > untilMs)
      throw new Error(`waited ${SETTLE_MS / 1_000} s for the scores of the last bids`);
    await runtime.sleep(LOOK_EVERY_MS);
  }
}
