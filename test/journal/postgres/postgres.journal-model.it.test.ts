// The journal in memory is short enough to be read whole; PostgreSQL has to do what it does, for any sequence of batches.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { instant } from '../../../src/domain/time.js';
import type { AppendResult, Journal, JournalEntry, StreamAppend } from '../../../src/journal/journal.js';
import { MemoryJournal } from '../../../src/journal/memory.journal.js';
import { PostgresJournal } from '../../../src/journal/postgres/postgres.journal.js';
import { silentLog } from '../../../src/runtime/log.js';
import { ManualRuntime } from '../../../src/runtime/manual.runtime.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { auction, event, part, plain, readEverything } from '../../contract/journal-batches.js';
import { freshDatabase, migrated } from '../../support/postgres.js';

const stream = fc.integer({ min: 0, max: 3 });
const revision = fc.integer({ min: -1, max: 4 });
const anyPart = fc.record({
  stream,
  expected: fc.oneof(revision, fc.constant('any' as const)),
  events: fc.array(fc.integer({ min: 0, max: 999 }), { maxLength: 3 }),
  restsOn: fc.array(fc.record({ stream, revision }), { maxLength: 2 }),
});
// The writer says which of two processes appends.
const batches = fc.array(fc.record({ writer: fc.nat(1), parts: fc.array(anyPart, { maxLength: 5 }) }), {
  maxLength: 12,
});

type AnyPart = typeof anyPart extends fc.Arbitrary<infer T> ? T : never;

const batchOf = (parts: readonly AnyPart[]): readonly StreamAppend[] =>
  parts.map(({ stream: n, expected, events, restsOn }) =>
    part(
      auction(n),
      expected,
      events.map((rating) => event(rating)),
      restsOn.map((other) => ({ streamId: auction(other.stream), revision: other.revision })),
    ),
  );

const withoutTime = (entries: readonly JournalEntry[]) => entries.map((entry) => ({ ...plain(entry), recordedAt: 0 }));
const comparable = (results: readonly AppendResult[]) =>
  results.map((result) =>
    result.status === 'appended' ? { ...result, recorded: withoutTime(result.recorded) } : result,
  );

it('answers and keeps exactly what the journal in memory does', async () => {
  await fc.assert(
    fc.asyncProperty(batches, async (steps) => {
      const database = await freshDatabase(migrated);
      const parts = { config: database.config, runtime: new SystemRuntime(), log: silentLog };
      const processes: readonly Journal[] = [new PostgresJournal(parts), new PostgresJournal(parts)];
      const model = new MemoryJournal({ runtime: new ManualRuntime(instant(0)) });
      try {
        for (const { writer, parts: wanted } of steps) {
          const batch = batchOf(wanted);
          const answered = await processes[writer]?.append(batch);
          expect(comparable(answered ?? [])).toEqual(comparable(await model.append(batch)));
        }
        const kept = withoutTime(await readEverything(model));
        for (const journal of processes) expect(withoutTime(await readEverything(journal, 3))).toEqual(kept);
      } finally {
        for (const journal of processes) await journal.close();
        await database.drop();
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);
