// Whether Silver shows what was accepted.
import type pg from 'pg';
import type { House } from '../src/house/house.js';
import type { Runtime } from '../src/runtime/runtime.js';

const LOOK_EVERY_MS = 2;
const WAIT_MAX_MS = 60_000;

/** Resolves when Silver's checkpoint has reached the journal's head as it is now. Rejects where events are parked. */
export async function silverCaughtUp(house: Pick<House, 'journal' | 'consumers'>, runtime: Runtime): Promise<void> {
  const { journal, consumers } = house;
  const head = await journal.head();
  const startedMs = runtime.monotonicMs();
  for (;;) {
    const { state, position, parkedStreams, problem } = consumers.silver.status();
    if (parkedStreams > 0) throw new Error(`Silver has parked ${parkedStreams} streams: its rows are not all there`);
    if (state === 'halted') throw new Error(`Silver has halted: ${problem}`);
    if (journal.comparePositions(position, head) >= 0) return;
    if (runtime.monotonicMs() - startedMs > WAIT_MAX_MS)
      throw new Error(`waited ${WAIT_MAX_MS / 1_000} s for Silver to reach the journal's head`);
    await runtime.sleep(LOOK_EVERY_MS);
  }
}

/** How many bids Silver shows. */
export async function bidsInSilver(pool: pg.Pool): Promise<number> {
  const counted = await pool.query<{ bids: string }>('SELECT count(*) AS bids FROM silver.bids');
  return Number(counted.rows[0]?.bids);
}
