import { describe, expect, it } from '@jest/globals';
import { instant } from '../../src/domain/time.js';
import { type AppendFate, MemoryJournal } from '../../src/journal/memory.journal.js';
import { ManualRuntime } from '../../src/runtime/manual.runtime.js';
import { journalContract } from './journal.contract.js';
import { auction, event, part, statuses, streamNumbers } from './journal-batches.js';

const runtime = new ManualRuntime(instant(1_795_348_800_000));

describe('the journal in memory', () => {
  journalContract(
    async () => {
      const journal = new MemoryJournal({ runtime });
      return {
        journal,
        // There is one process; the same journal without the right to close it.
        another: async () => Object.create(journal, { close: { value: async () => undefined } }),
        damage: async (streamId, revision) => journal.damage(streamId, revision),
      };
    },
    { densePositions: true, canBeDamaged: true },
  );

  describe('can lose its connection, as a simulation asks for', () => {
    it.each([
      ['lost before', []],
      ['lost after', [1]],
    ] as const)('%s anything was written: %j', async (fate, left) => {
      const fates: AppendFate[] = [fate];
      const journal = new MemoryJournal({ runtime, fate: () => fates.shift() ?? 'answered' });
      expect(statuses(await journal.append([part(auction(1), -1, [event(1)])]))).toEqual(['unknown']);
      expect(await streamNumbers(journal, auction(1))).toEqual(left);
      const again = await journal.append([part(auction(1), -1, [event(1)])]);
      expect(statuses(again)).toEqual([left.length === 0 ? 'appended' : 'conflict']);
    });
  });
});
