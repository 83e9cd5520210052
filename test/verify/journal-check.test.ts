import { beforeEach, expect, it } from '@jest/globals';
import type { JournalEntry, Position } from '../../src/journal/journal.js';
import { MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { Findings } from '../../src/verify/findings.js';
import { JournalCheck } from '../../src/verify/journal-check.js';
import { rate } from '../feed/ledger.js';
import { noon } from '../projections/chronicle.js';

const journal = new MemoryJournal({ runtime: new ManualRuntime(noon) });
let good: readonly JournalEntry[];
beforeEach(async () => {
  if ((await journal.head()) === null) await rate(journal, [1, 10], [2, 20], [1, 11], [1, 12]);
  good = await journal.readAll(null, 10);
});

function problems(entries: readonly (JournalEntry | undefined)[], positionsAreDense = true): readonly string[] {
  const findings = new Findings(100);
  const counts = positionsAreDense ? {} : { eventsBetween: { value: () => null } };
  const check = new JournalCheck(Object.create(journal, counts), findings);
  for (const entry of entries) if (entry !== undefined) check.take(entry);
  return findings.shown.map(({ problem }) => problem);
}

it('finds nothing in a journal without a fault', () => expect(problems(good)).toEqual([]));

it('finds a gap in the positions, where they are dense', () => {
  const moved = good.map((entry) => ({ ...entry, position: (entry.position * 2n) as Position }));
  expect(problems(moved)).toEqual([
    'position 2 comes where 1 is due',
    'position 4 comes where 3 is due',
    'position 6 comes where 5 is due',
    'position 8 comes where 7 is due',
  ]);
  expect(problems(moved, false)).toEqual([]);
});

it('finds positions out of order', () =>
  expect(problems([good[0], good[2], good[1]], false)).toEqual(['position 2 is out of order']));

it('finds a stream that does not begin at its beginning, and one with a gap', () => {
  expect(problems([good[2]], false)).toEqual(['revision 1 comes where 0 is due']);
  expect(problems([good[0], good[3]], false)).toEqual(['revision 2 comes where 1 is due']);
});

it('finds a text that is not the hashed one', () => {
  const [first] = good;
  if (first === undefined) throw new Error('four events were recorded');
  expect(problems([{ ...first, text: `${first.text} ` }])).toEqual(['its text does not match its hash']);
});
