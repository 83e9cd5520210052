// What a house holds when it opens: the figures that `gavel up` prints on a later start.
import { setTimeout as sleep } from 'node:timers/promises';
import type { House } from '../../house/house.js';
import type { Kept } from './welcome.js';

const OPEN_AUCTIONS = "SELECT count(*) AS open FROM silver.auctions WHERE status = 'open'";
/** Silver is seldom more than a batch behind; it is not waited for longer than a person waits for a prompt. */
const CATCH_UP_MAX_MS = 2_000;
const POLL_MS = 20;

/** Waits a moment for Silver to catch up, and counts. Null for a journal without an event. */
export async function keptBy({ journal, consumers, pool }: House): Promise<Kept | null> {
  const head = await journal.head();
  if (head === null) return null;
  const giveUpAt = performance.now() + CATCH_UP_MAX_MS;
  const isBehind = () => journal.comparePositions(consumers.silver.status().position, head) < 0;
  while (isBehind() && performance.now() < giveUpAt) await sleep(POLL_MS);
  const { events } = await consumers.silver.lag();
  const { state, problem, parkedStreams } = consumers.silver.status();
  const { rows } = await pool.query<{ open: string }>(OPEN_AUCTIONS);
  return {
    openAuctions: BigInt(rows[0]?.open ?? 0),
    position: journal.printPosition(head),
    behind: events,
    parkedStreams,
    halted: state === 'halted' ? problem : null,
  };
}
