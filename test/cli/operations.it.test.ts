// What the house's own commands do to the house goes on record before it is done, with the account of the operating system.
import { userInfo } from 'node:os';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { registerErasures } from '../../src/cli/erasures.command.js';
import { registerPeople } from '../../src/cli/people.command.js';
import { registerRebuild } from '../../src/cli/rebuild.command.js';
import { loadConfig } from '../../src/config.js';
import { auctionStream } from '../../src/domain/messages.js';
import type { WithStores } from '../../src/house/stores.js';
import type { RecordedEvent } from '../../src/journal/journal.js';
import { DirectoryErasureList } from '../../src/personal-data/erasure-list.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { auctionNo, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

let house: ProjectedHouse;
let scratch: Scratch;
let printed: string[];
beforeAll(async () => {
  house = await ProjectedHouse.open();
  scratch = scratchDirectory('operations');
  await house.client.query('ALTER TABLE silver_private.bids ADD CONSTRAINT never CHECK (maximum <> 3333)');
  await house.told.register(userNo(1), userNo(2));
  await house.told.list(auctionNo(1));
  await house.told.bid(auctionNo(1), userNo(2), 33_33n);
  await house.project();
});
afterAll(async () => {
  await house.close();
  scratch.remove();
});

/** Runs one of the commands as if it had been typed; the acts that it has put on record. */
async function run(...words: readonly string[]): Promise<readonly object[]> {
  const head = await house.journal.head();
  printed = [];
  const runtime = new SystemRuntime();
  const config = () => loadConfig({ GAVEL_DATA: scratch.path });
  const print = (line: string) => void printed.push(line);
  const withStores: WithStores = (work) => work({ database: house.database.config, journal: house.journal });
  const program = new Command().exitOverride();
  registerPeople(program, { withStores, config, runtime, print });
  registerRebuild(program, { withStores, config, runtime, print, fail: () => print('failed') });
  const erasures = {
    keys: () => new MemoryKeyStore(),
    list: () => new DirectoryErasureList(scratch.path),
    forgetPhotos: async () => undefined,
  };
  registerErasures(program, { withStores, ...erasures, runtime, print });
  await program.parseAsync([...words], { from: 'user' }).catch((error: Error) => print(error.message));
  const entries = (await house.journal.readAll(head, 1_000)) as readonly RecordedEvent[];
  return entries.flatMap(({ event, meta }) => {
    if (event.type !== 'OperationBegun') return [];
    expect([event.by, meta.actorId, event.account]).toEqual([null, null, userInfo().username]);
    const { operation, target, detail, reason } = event;
    return [{ operation, target, detail, reason }];
  });
}

const ann = userNo(2);
const plain = { detail: null, reason: null };

describe('on record is', () => {
  it('a role given and taken, with the reason; not one that changes nothing', async () => {
    const about = { target: `user-${ann}`, detail: 'operator', reason: 'she joins us' };
    const words = [ann, '--role', 'operator', '--reason', 'she joins us'];
    expect(await run('people', 'give', ...words)).toEqual([{ operation: 'RoleGiven', ...about }]);
    expect(await run('people', 'give', ...words)).toEqual([]);
    expect(printed).toEqual(['the person has the role operator']);
    expect(await run('people', 'take', ...words)).toEqual([{ operation: 'RoleTaken', ...about }]);
    expect(await run('people', 'roles', ann)).toEqual([]);
  });

  it('that erasures are applied again; not that they are listed', async () => {
    expect(await run('erasures', 'apply')).toEqual([
      { operation: 'ErasuresApplied', target: 'the erasure list', ...plain },
    ]);
    expect(await run('erasures', 'list')).toEqual([]);
  });

  it('a Silver dropped, or rolled back, although nothing was there', async () => {
    expect(await run('rebuild', 'silver', '--drop-previous')).toEqual([
      { operation: 'PreviousSilverDropped', target: 'silver', ...plain },
    ]);
    expect(printed).toEqual(['there was no previous version of Silver']);
    expect(await run('rebuild', 'silver', '--rollback')).toEqual([
      { operation: 'SilverRolledBack', target: 'silver', ...plain },
    ]);
    expect(printed).toHaveLength(1);
    expect(await run('rebuild', 'silver', '--rollback', '--drop-previous')).toEqual([]);
  });

  it('a parked stream replayed', async () => {
    const stream = auctionStream(auctionNo(1));
    const before = await house.journal.head();
    await house.run(['dlq', 'list']);
    await house.run(['dlq', 'replay', stream]);
    const acts = ((await house.journal.readAll(before, 1_000)) as readonly RecordedEvent[]).map(({ event }) => event);
    expect(acts).toMatchObject([
      { type: 'OperationBegun', operation: 'StreamReplayed', target: stream, detail: 'for silver' },
    ]);
  });
});
