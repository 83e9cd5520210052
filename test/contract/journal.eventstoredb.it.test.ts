import { afterAll, describe } from '@jest/globals';
import { EventStoreJournal } from '../../src/journal/eventstoredb/eventstoredb.journal.js';
import { silentLog } from '../../src/runtime/log.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { EventStoreDouble } from '../support/event-store/event-store-double.js';
import { describeWithEventStore } from '../support/requires.js';
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
    { densePositions: false, canBeDamaged: true },
  );
});

// A real server keeps what earlier tests and runs have left there, so every journal has a prefix of its own.
describeWithEventStore('the journal in EventStoreDB, on a real server', (url) => {
  const parts = () => ({ address: { url, caFile: null }, runtime, log: silentLog, prefix: `${runtime.uuid()}-` });
  journalContract(
    async () => {
      const own = parts();
      return {
        journal: new EventStoreJournal(own),
        another: async () => new EventStoreJournal(own),
        damage: null,
      };
    },
    { densePositions: false, canBeDamaged: false },
  );
});
