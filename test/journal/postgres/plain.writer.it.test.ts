// Accidents of the plain writer. What it writes otherwise is told by the contract suite and by fast/same-bytes.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import pg from 'pg';
import type { CommandId } from '../../../src/domain/ids.js';
import type { Journal } from '../../../src/journal/journal.js';
import { PostgresJournal, type PostgresJournalSettings } from '../../../src/journal/postgres/postgres.journal.js';
import { silentLog } from '../../../src/runtime/log.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import {
  auction,
  event,
  given,
  numbers,
  part,
  readEverything,
  refusals,
  statuses,
} from '../../contract/journal-batches.js';
import { cuttingProxy } from '../../support/cutting-proxy.js';
import { eventually } from '../../support/eventually.js';
import { freshDatabase, migrated, type TestDatabase } from '../../support/postgres.js';

let database: TestDatabase;
let opened: Journal[] = [];

beforeEach(async () => {
  database = await freshDatabase(migrated);
});
afterEach(async () => {
  for (const journal of opened) await journal.close();
  opened = [];
  await database.drop();
});

function open(config: pg.ClientConfig = database.config, settings: Partial<PostgresJournalSettings> = {}): Journal {
  const runtime = new SystemRuntime();
  const journal = new PostgresJournal({ config, runtime, log: silentLog, writer: 'plain', settings });
  opened.push(journal);
  return journal;
}

it.each([
  ['before the lock is taken', 'append_lock', 'cut before'],
  ['when the events have been taken', 'journal-insert-events', 'cut after'],
  ['just before the commit', 'journal-notify', 'cut after'],
] as const)('a connection that dies %s has written nothing: the append is repeated', async (_, word, kind) => {
  const proxy = await cuttingProxy(database.config);
  const journal = open({ ...database.config, host: proxy.host, port: proxy.port });
  await given(journal, auction(1), 1);
  proxy.next({ word, kind });
  expect(statuses(await journal.append([part(auction(1), 0, [event(2)])]))).toEqual(['appended']);
  expect(proxy.hasHappened()).toBe(true);
  expect(numbers(await readEverything(open()))).toEqual([1, 2]);
  await proxy.close();
});

it.each([
  ['cut before', [1]],
  ['cut after', [1, 2]],
] as const)('a connection that dies at the commit (%s) leaves the append’s fate unknown', async (kind, left) => {
  const proxy = await cuttingProxy(database.config);
  const journal = open({ ...database.config, host: proxy.host, port: proxy.port });
  await given(journal, auction(1), 1);
  proxy.next({ word: 'COMMIT\0', kind });
  const results = await journal.append([part(auction(1), 0, [event(2)]), part(auction(2), 7, [event(3)])]);
  expect(statuses(results)).toEqual(['unknown', 'conflict']);
  await eventually('the server to be done', async () => (await readEverything(open())).length === left.length);
  expect(numbers(await readEverything(open()))).toEqual(left);
  await proxy.close();
});

it.each([
  ['a NUL character', event(66, { fingerprint: 'a\0b' })],
  ['a command id that is no UUID', event(66, { commandId: 'not-a-uuid' as CommandId })],
])('data that PostgreSQL will not take costs its own part only: %s', async (_, poison) => {
  const journal = open();
  const results = await journal.append([
    part(auction(1), -1, [event(1)]),
    part(auction(2), -1, [event(2), poison]),
    part(refusals(2), -1, [event(22)], [{ streamId: auction(2), revision: -1 }]),
    part(auction(3), 5, [event(33)]),
  ]);
  expect(statuses(results)).toEqual(['appended', 'unknown', 'unknown', 'conflict']);
  expect(numbers(await readEverything(open()))).toEqual([1]);
});

it('the append lock is waited for only so long, and the failure names it', async () => {
  const admin = new pg.Client(database.config);
  await admin.connect();
  await admin.query('BEGIN; SELECT FROM journal.append_lock FOR UPDATE');
  const journal = open(database.config, { lockWaitMaxMs: 100, retryMaxMs: 300 });
  await expect(journal.append([part(auction(1), -1, [event(1)])])).rejects.toThrow(
    'the journal is not available for an append: waited 100 ms for the journal’s append lock, which another process holds',
  );
  await admin.end();
});
