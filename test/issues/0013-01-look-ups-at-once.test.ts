// Issue 13, 1: 6,000 subscriptions to auctions that nobody knows were 6,000 queries at once of Silver and of the journal.
// Bids waited for the database behind them: their median was 850 ms.
import { expect, it } from '@jest/globals';
import { auctionId } from '../../src/domain/ids.js';
import { LiveAuctions, LOOK_UPS_AT_ONCE } from '../../src/live/live.queries.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';

const runtime = new SystemRuntime();
const settings = { tickMs: 1, auctionsMax: 1_000, bytesMax: 134_217_728 };

/** Silver and a journal that know nothing, and how many ask at once. */
function counted() {
  const seen = { now: 0, most: 0, asked: 0 };
  const ask = async <Answer>(answer: Answer): Promise<Answer> => {
    seen.asked += 1;
    seen.now += 1;
    seen.most = Math.max(seen.most, seen.now);
    await runtime.sleep(0);
    seen.now -= 1;
    return answer;
  };
  const silver = { auction: () => ask(null), concerns: () => ask([]) };
  const journal = { lastRevision: () => ask(-1) };
  return { seen, auctions: new LiveAuctions({ silver, journal, runtime, log: silentLog, settings }) };
}

const ids = (count: number) => Array.from({ length: count }, () => auctionId(runtime.uuid()));

it('looks a few auctions up at once, and all in the end', async () => {
  const { seen, auctions } = counted();
  const wanted = ids(500);
  for (const id of wanted) auctions.watch(id);
  expect(await Promise.all(wanted.map((id) => auctions.current(id)))).toEqual(wanted.map(() => null));
  expect([seen.asked, seen.most]).toEqual([2 * wanted.length, LOOK_UPS_AT_ONCE]);
  auctions.close();
});

it('looks nothing up for those who have left while they waited', async () => {
  const { seen, auctions } = counted();
  const stops = ids(500).map((id) => auctions.watch(id));
  for (const stop of stops) stop();
  const [last] = ids(1);
  auctions.watch(last ?? auctionId(runtime.uuid()));
  await auctions.current(last ?? auctionId(runtime.uuid()));
  // Those whose turn came at once had asked Silver already; the journal is asked for the one who stayed.
  expect(seen.asked).toBeLessThanOrEqual(2 * LOOK_UPS_AT_ONCE + 2);
  auctions.close();
});

it('gives its turn to the next when a look-up fails', async () => {
  let failures = LOOK_UPS_AT_ONCE;
  const auction = async () => {
    if (failures-- > 0) throw new Error('no connection');
    return null;
  };
  const silver = { auction, concerns: async () => [] };
  const journal = { lastRevision: async () => -1 };
  const auctions = new LiveAuctions({ silver, journal, runtime, log: silentLog, settings });
  const wanted = ids(2 * LOOK_UPS_AT_ONCE);
  for (const id of wanted) auctions.watch(id);
  expect(await Promise.all(wanted.map((id) => auctions.current(id)))).toEqual(wanted.map(() => null));
  auctions.close();
});
