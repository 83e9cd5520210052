// The SQL of Gold against an independent fold over the same journal, on histories drawn at random.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { scoreBids } from '../../../src/batch/gold/bid-scores.js';
import { daysOf, extentOf, makeInputs, makeTable, readFacts, setUp } from '../../../src/batch/gold/gold-build.js';
import { goldTables } from '../../../src/batch/gold/gold-tables.js';
import type { GoldThresholds } from '../../../src/batch/gold/gold-thresholds.js';
import type { DomainEvent } from '../../../src/domain/messages.js';
import type { RecordedEvent } from '../../../src/feed/feed.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { PagedExport } from '../../../src/journal/paged.export.js';
import { withDuck } from '../../../src/lake/duck.js';
import { FIRST_DIGEST } from '../../../src/projections/bronze/manifest.js';
import { writePartFiles } from '../../../src/projections/bronze/part-files.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { Chronicle, noon } from '../../projections/chronicle.js';
import { type Scratch, scratchDirectory } from '../../support/scratch.js';
import { eagerModel, type Move, moves, tell } from './gold-history.js';
import { GoldOracle, type GoldRows } from './gold-oracle.js';
import { comparable, rowsOf } from './gold-rows.js';

/** Low enough for small histories to reach every segment and tier. */
const THRESHOLDS: GoldThresholds = {
  bidders: { activeWithinDays: 4, newWithinDays: 2, powerBidsMin: 6, powerWinsMin: 2, activeBidsMin: 2 },
  sellerTiers: [
    { tier: 'top', salesMin: 2, conversionBpMin: 6_000 },
    { tier: 'regular', salesMin: 1, conversionBpMin: 0 },
    { tier: 'starter', salesMin: 0, conversionBpMin: 0 },
  ],
};
const RUNS = 20;
const RARE: readonly (DomainEvent['type'] | 'AuctionRelisted of a lapsed sale')[] = [
  'AuctionRelisted',
  'AuctionRelisted of a lapsed sale',
  'AuctionWithdrawn',
  'BidRetracted',
  'BidVoided',
  'ClosingExtended',
  'FloodRejected',
  'FraudCaseConfirmed',
  'FraudCaseDismissed',
  'FraudCaseEvidenceGrown',
  'FraudCaseOpened',
  'FraudSampleDrawn',
  'HallResultRecorded',
  'PaymentRefunded',
  'PayoutReturned',
  'SealedBidRetracted',
  'SecondChanceAccepted',
  'TransactionSettled',
];

let scratch: Scratch;
let serial = 0;
beforeAll(() => {
  scratch = scratchDirectory('gold');
});
afterAll(() => scratch.remove());

const seen = new Set<string>();

it('equals a fold over the journal', async () => {
  await fc.assert(
    fc.asyncProperty(moves, async (all) => {
      const { gold, oracle } = await both(all);
      for (const [table, rows] of Object.entries(oracle)) expect([table, gold[table]]).toEqual([table, rows]);
    }),
    { numRuns: RUNS, seed: 15 },
  );
  // A generator that never comes to a refund or a second chance would prove nothing of them.
  expect(RARE.filter((type) => !seen.has(type))).toEqual([]);
}, 120_000);

async function both(all: readonly Move[]): Promise<{ gold: Record<string, unknown>; oracle: GoldRows }> {
  const journal = new MemoryJournal({ runtime: new ManualRuntime(noon) });
  await tell(new Chronicle(journal), all);
  const oracle = new GoldOracle(eagerModel);
  for (const entry of await journal.readAll(null, 100_000)) {
    const event = entry as RecordedEvent;
    seen.add(event.event.type);
    if (event.event.type === 'AuctionRelisted' && event.event.lapsedTransaction !== null)
      seen.add('AuctionRelisted of a lapsed sale');
    oracle.take(event);
  }
  serial += 1;
  const directory = join(scratch.path, String(serial));
  mkdirSync(directory);
  const duck = { threads: 2, memoryLimit: '256MB', tempDirectory: directory };
  const exported = new PagedExport(journal);
  const cut = await exported.cutAfter(null, 100_000);
  if (cut === null) throw new Error('an empty history');
  const rows = await exported.copy(null, cut.last);
  const part = await writePartFiles({ rows, digestBefore: FIRST_DIGEST, salt: '', directory, duck });
  const gold = await withDuck(duck, async (connection) => {
    await connection.run("ATTACH ':memory:' AS gold");
    await readFacts(connection, [part.events.path]);
    await scoreBids(connection, [{ events: part.events.path, restricted: part.restricted?.path ?? null }], eagerModel);
    await makeInputs(connection);
    const { firstDay: from, lastDay } = await extentOf(connection);
    await setUp(connection, { days: daysOf({ from, to: lastDay }), lastDay, thresholds: THRESHOLDS });
    const tables: Record<string, unknown> = {};
    for (const table of goldTables()) {
      await makeTable(connection, table);
      tables[table.name] = await rowsOf(connection, table);
    }
    return tables;
  });
  return { gold, oracle: comparable(oracle.rows(THRESHOLDS)) };
}
