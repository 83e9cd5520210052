// A house with a drawn history that is projected and archived, for tests of what is made of the archive.
import { join } from 'node:path';
import fc from 'fast-check';
import { later } from '../../../src/domain/time.js';
import type { RecordedEvent } from '../../../src/feed/feed.js';
import { PostgresExport } from '../../../src/journal/postgres/postgres.export.js';
import type { ObjectStore } from '../../../src/lake/object-store.js';
import { EventsArchiver } from '../../../src/projections/bronze/events.archiver.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { auctionNo, userNo } from '../../projections/chronicle.js';
import type { ProjectedHouse } from '../../support/projected-house.js';
import type { Scratch } from '../../support/scratch.js';
import { eagerModel, moves, tell } from './gold-history.js';
import { GoldOracle } from './gold-oracle.js';

/** Archives what the journal has, in parts of 150 events. */
export async function archive(house: ProjectedHouse, store: ObjectStore, scratch: Scratch): Promise<void> {
  const archiver = new EventsArchiver({
    journal: house.journal,
    exported: new PostgresExport(house.database.config),
    store,
    runtime: new SystemRuntime(),
    directory: join(scratch.path, 'staging'),
    duck: { threads: 2, memoryLimit: '256MB' },
    lockMs: 0,
  });
  while ((await archiver.next(house.client, { rowsMax: 150, rowsMin: 1 })) !== null);
}

/** A stretch of history, the same for the same seed, told and projected; more `draws` make it longer. */
export async function liveOn(house: ProjectedHouse, seed: number, draws = 1): Promise<void> {
  await tell(house.told, fc.sample(moves, { numRuns: draws, seed }).flat());
  await house.project();
}

/** Auctions of an hour each, a day apart, with a bid in the 11th minute and one in the last but one by somebody new. */
export async function lateBids(house: ProjectedHouse): Promise<void> {
  const { told } = house;
  for (const n of [9_001, 9_002, 9_003, 9_004]) {
    const listedAt = told.now;
    await told.register(userNo(n), userNo(n + 100));
    await told.list(auctionNo(n));
    told.now = later(listedAt, 10 * 60_000);
    await told.bid(auctionNo(n), userNo(2), 20_00n);
    told.now = later(listedAt, 58 * 60_000);
    await told.bid(auctionNo(n), userNo(n), 30_00n);
    await told.close(auctionNo(n));
    told.now = later(told.now, 86_400_000);
  }
  await house.project();
}

/** The fold over all that the journal has. */
export async function foldOf(house: ProjectedHouse): Promise<GoldOracle> {
  const oracle = new GoldOracle(eagerModel);
  for (const entry of await house.journal.readAll(null, 100_000)) oracle.take(entry as RecordedEvent);
  return oracle;
}
