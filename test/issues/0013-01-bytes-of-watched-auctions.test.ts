// Issue 13, 1: auctions were kept for watchers by number, whatever they held. 10,000 descriptions of 9,500 characters are
// 200 MB, and as much again could be watched by name.
import { beforeEach, expect, it } from '@jest/globals';
import { type AuctionId, auctionId } from '../../src/domain/ids.js';
import { instant } from '../../src/domain/time.js';
import { LiveAuctions } from '../../src/live/live.queries.js';
import { listedAuction } from '../../src/live/live-auction.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { listedFact } from '../support/listed-fact.js';

const runtime = new SystemRuntime();
const noon = instant(0);
const BYTES_MAX = 1_000_000;
/** What an auction with a description of so many characters comes to. */
const DESCRIPTION = 'x'.repeat(9_500);
const EACH_MIN = 2 * DESCRIPTION.length;
const FIT = Math.floor(BYTES_MAX / (EACH_MIN + 2_048 + 100));

const listed = { ...listedFact, description: DESCRIPTION };

let live: LiveAuctions;
beforeEach(() => {
  live = new LiveAuctions({
    silver: { auction: async (id) => listedAuction(id, listed), concerns: async () => [] },
    journal: { lastRevision: async () => -1 },
    runtime,
    log: silentLog,
    settings: { tickMs: 1, auctionsMax: 10_000, bytesMax: BYTES_MAX },
  });
});

const newId = (): AuctionId => auctionId(runtime.uuid());
const ids = (count: number) => Array.from({ length: count }, newId);

async function watched(id: AuctionId): Promise<() => void> {
  const unwatch = live.watch(id);
  await live.current(id);
  return unwatch;
}

it('keeps no more for watchers of whole lists than fits, and the latest', () => {
  const unwatch = live.watchAll();
  for (const id of ids(3 * FIT))
    live.take([{ auctionId: id, revision: 0, occurredAt: noon, recordedAt: noon, event: listed }]);
  const { others, bytes } = live.size();
  expect(bytes).toBeLessThanOrEqual(BYTES_MAX);
  expect(bytes).toBeGreaterThan(BYTES_MAX - 2 * EACH_MIN);
  expect(others).toBe(FIT);
  unwatch();
  expect(live.size()).toMatchObject({ others: 0, bytes: 0 });
  live.close();
});

it('lets those of whole lists go for one that is watched by name', async () => {
  live.watchAll();
  for (const id of ids(FIT))
    live.take([{ auctionId: id, revision: 0, occurredAt: noon, recordedAt: noon, event: listed }]);
  await watched(newId());
  expect(live.size()).toMatchObject({ pinned: 1, others: FIT - 1 });
  live.close();
});

it('takes the last auction that fits and refuses the next one, until there is room', async () => {
  const some = ids(FIT);
  const stops = await Promise.all(some.map(watched));
  const one = newId();
  const stop = live.watch(one);
  // This one goes beyond the bound, and whoever is told so stops to watch it.
  await expect(live.current(one)).rejects.toMatchObject({ code: 'TooManyWatched' });
  stop();
  expect(live.size()).toMatchObject({ pinned: FIT });
  // What is watched already may be watched by others.
  await watched(some[0] ?? one);
  stops[1]?.();
  await watched(one);
  expect(live.size()).toMatchObject({ pinned: FIT });
  expect(live.size().bytes).toBeLessThanOrEqual(BYTES_MAX);
  live.close();
});

it('counts nothing for those who have left, whenever they left', async () => {
  const stops = ids(2 * FIT).map((id) => live.watch(id));
  for (const stop of stops) stop();
  (await watched(newId()))();
  expect(live.size()).toMatchObject({ pinned: 0, bytes: 0 });
  live.close();
});
