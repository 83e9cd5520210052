// `gavel erasures`: who is on the erasure list, and erasing them again after a restore.
import type { Command } from 'commander';
import pg from 'pg';
import type { UserId } from '../domain/ids.js';
import { applyErasures } from '../erasure/apply-erasures.js';
import { forgetPeople } from '../house/forget-people.js';
import { beginOperation, byOwnCommand } from '../house/operations.js';
import type { WithStores } from '../house/stores.js';
import type { ErasureList } from '../personal-data/erasure-list.js';
import type { KeyStore } from '../personal-data/key-store.js';
import type { Runtime } from '../runtime/runtime.js';

export type ErasuresCommandParts = Readonly<{
  withStores: WithStores;
  keys: () => KeyStore;
  list: () => ErasureList;
  forgetPhotos: (userIds: readonly UserId[]) => Promise<void>;
  runtime: Runtime;
  print: (line: string) => void;
}>;

/** Adds `gavel erasures list` and `gavel erasures apply`. */
export function registerErasures(program: Command, parts: ErasuresCommandParts) {
  const { withStores, keys, list, forgetPhotos, runtime, print } = parts;
  const erasures = program.command('erasures').description('people who were erased, and must stay so after a restore');
  erasures
    .command('list')
    .description('the ids on the erasure list, one a line')
    .action(async () => {
      for (const userId of (await list().all()).toSorted()) print(userId);
    });
  erasures
    .command('apply')
    .description(
      'erase everybody on the list again, as each start does; after a restore of the database or of the keys',
    )
    .action(() =>
      withStores(async ({ journal, database }) => {
        const act = byOwnCommand({ operation: 'ErasuresApplied', target: 'the erasure list' });
        await beginOperation(journal, runtime)(act);
        const { listed, keysDeleted, recorded } = await applyErasures({ journal, keys: keys(), list: list(), runtime });
        await inSession(database, async (client) => forgetPeople(client, await list().all()));
        await forgetPhotos(await list().all());
        print(`on the list: ${listed}; keys that had come back: ${keysDeleted}; accounts erased again: ${recorded}`);
      }),
    );
}

async function inSession(database: pg.ClientConfig, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(database);
  await client.connect();
  await work(client).finally(() => client.end());
}
