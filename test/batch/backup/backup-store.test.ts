// What belongs together in a store of backups: pieces of the log that follow on one another, and what may be deleted.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type Base, basesIn, prune, putBase, putWal, unbroken, walIn } from '../../../src/batch/backup/backup-store.js';
import { parseLsn, printLsn } from '../../../src/batch/backup/replication.js';
import { baseFor } from '../../../src/batch/backup/restore-files.js';
import { DirectoryStore } from '../../../src/lake/directory.store.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { type Scratch, scratchDirectory } from '../../support/scratch.js';

const SYSTEM = '7713942070104341727';
let scratch: Scratch;
let store: DirectoryStore;
beforeEach(() => {
  scratch = scratchDirectory('backup-store');
  store = new DirectoryStore(scratch.path, new SystemRuntime());
});
afterEach(() => scratch.remove());

/** A base that took one millisecond, from the log's byte `start` to ten bytes later. */
function base(finishedAt: number, start: bigint, timeline = 1): Promise<Base> {
  const startedAt = finishedAt - 1;
  const known = {
    systemId: SYSTEM,
    timeline,
    start,
    end: start + 10n,
    startedAt,
    postgres: '18.4',
    segmentBytes: 1024,
  };
  const copy = async (tar: (piece: Buffer) => Promise<void>) => {
    await tar(Buffer.from('a tar file'));
    return known;
  };
  return putBase(store, { systemId: SYSTEM, startedAt }, copy, () => finishedAt);
}

const piece = (start: bigint, bytes: number, timeline = 1): Promise<void> =>
  putWal(store, { systemId: SYSTEM, timeline, start }, Buffer.alloc(bytes, 1));

const bounds = async (timeline = 1) => (await walIn(store, SYSTEM, timeline)).map(({ start, end }) => [start, end]);

it.each(['0/0', '0/16B3748', '1A/FFFFFFFF', 'FFFFFFFF/FFFFFFFF'])('reads and writes the place %s', (text) => {
  expect(printLsn(parseLsn(text))).toBe(text);
});

it.each(['', '16B3748', '0/', 'g/1', '0/16b3748x'])('refuses %j as a place', (text) => {
  expect(() => parseLsn(text)).toThrow('is no place in a write-ahead log');
});

describe('pieces of the log', () => {
  it('lead on as far as none is missing, overlaps included', async () => {
    await piece(0n, 10);
    await piece(10n, 20);
    await piece(20n, 20);
    await piece(41n, 5);
    const pieces = await walIn(store, SYSTEM, 1);
    expect(unbroken(pieces, 5n).map(({ end }) => end)).toEqual([10n, 30n, 40n]);
    expect(unbroken(pieces, 40n)).toEqual([]);
    expect(unbroken(pieces, 41n).map(({ end }) => end)).toEqual([46n]);
  });

  it('of one timeline are none of another', async () => {
    await piece(0n, 10, 1);
    await piece(10n, 10, 2);
    expect(await bounds(1)).toEqual([[0n, 10n]]);
    expect(await bounds(2)).toEqual([[10n, 20n]]);
  });
});

describe('the base for a time', () => {
  it('is the newest that was finished by then', async () => {
    await base(1_000, 0n);
    await base(2_000, 100n);
    expect((await baseFor(store, null)).finishedAt).toBe(2_000);
    expect((await baseFor(store, 2_000)).finishedAt).toBe(2_000);
    expect((await baseFor(store, 1_999)).finishedAt).toBe(1_000);
    await expect(baseFor(store, 999)).rejects.toThrow('nothing leads back to a time before it');
  });

  it('is refused where there is none', async () => {
    await expect(baseFor(store, null)).rejects.toThrow('there is no backup in');
  });
});

describe('deleting what is too old', () => {
  it('keeps what is young enough, the newest two, and the log that these need', async () => {
    for (const [at, start] of [
      [1_000, 0n],
      [2_000, 100n],
      [3_000, 200n],
      [4_000, 300n],
    ] as const)
      await base(at, start);
    for (let start = 0n; start < 400n; start += 50n) await piece(start, 50);
    // At the limit: a base of just that age stays.
    expect(await prune(store, 2_000)).toBe(2 + 2);
    expect((await basesIn(store)).map(({ finishedAt }) => finishedAt)).toEqual([2_000, 3_000, 4_000]);
    expect((await bounds())[0]).toEqual([100n, 150n]);
    expect(await prune(store, 9_999)).toBe(2 + 2);
    expect((await basesIn(store)).map(({ finishedAt }) => finishedAt)).toEqual([3_000, 4_000]);
    expect((await bounds())[0]).toEqual([200n, 250n]);
    expect(await prune(store, 9_999)).toBe(0);
  });

  it('deletes the log of a timeline that no base is left of', async () => {
    await base(1_000, 0n, 1);
    await piece(10n, 50, 1);
    await base(2_000, 40n, 2);
    await base(3_000, 80n, 2);
    await piece(90n, 50, 2);
    await prune(store, 9_999);
    expect(await bounds(1)).toEqual([]);
    expect(await bounds(2)).toEqual([[90n, 140n]]);
  });
});

it('keeps no base whose copy broke off', async () => {
  const broken = putBase(
    store,
    { systemId: SYSTEM, startedAt: 1 },
    async (tar) => {
      await tar(Buffer.alloc(1_000));
      throw new Error('the connection was lost');
    },
    () => 2,
  );
  await expect(broken).rejects.toThrow('the connection was lost');
  expect(await basesIn(store)).toEqual([]);
});
