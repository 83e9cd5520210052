import { afterAll, describe } from '@jest/globals';
import { EventStoreJournal } from '../../src/journal/eventstoredb.journal.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { EventStoreDouble } from '../support/event-store/event-store-double.js';
import { journalContract } from './journal.contract.js';

const runtime = new SystemRuntime();
const doubles: EventStoreDouble[] = [];

afterAll(async () => {
  for (const double of doubles) await double.stop();
});

describe('the journal in EventStoreDB, on its double', () => {
  journalContract(
    async () => {
      const double = await EventStoreDouble.start();
      doubles.push(double);
      const address = { url: double.url, caFile: null };
      return {
        journal: new EventStoreJournal({ address, runtime, log: silentLog }),
        another: async () => new EventStoreJournal({ address, runtime, log: silentLog }),
        damage: async (streamId, revision) => double.log.damage(streamId, revision),
      };
    },
    { densePositions: false },
  );
});
