// What every store of snapshots does.
import { beforeEach, expect, it } from '@jest/globals';
import type { Snapshot, SnapshotStore } from '../../src/journal/journal.js';
import { auction } from './journal-batches.js';

/** `open` gives an empty store each time. */
export function snapshotsContract(open: () => Promise<SnapshotStore>): void {
  let store: SnapshotStore;
  beforeEach(async () => {
    store = await open();
  });
  const at = (revision: number, changed: Partial<Snapshot> = {}): Snapshot => ({
    streamId: auction(1),
    schemaVersion: 1,
    revision,
    text: `{"as of":${revision}}`,
    ...changed,
  });

  it('has nothing to begin with', async () => expect(await store.load(auction(1), 1)).toBeNull());

  it('gives back what was saved', async () => {
    await store.save(at(5));
    expect(await store.load(auction(1), 1)).toEqual(at(5));
  });

  it('keeps streams and schema versions apart', async () => {
    await store.save(at(5));
    await store.save(at(6, { schemaVersion: 2 }));
    expect(await store.load(auction(1), 1)).toEqual(at(5));
    expect(await store.load(auction(1), 2)).toEqual(at(6, { schemaVersion: 2 }));
    expect(await store.load(auction(2), 1)).toBeNull();
    expect(await store.load(auction(1), 3)).toBeNull();
  });

  it.each([
    ['newer', 6, 6],
    ['older', 4, 5],
  ])('keeps the newest: a %s one (%i) leaves %i', async (_, revision, left) => {
    await store.save(at(5));
    await store.save(at(revision));
    expect((await store.load(auction(1), 1))?.revision).toBe(left);
  });
}
