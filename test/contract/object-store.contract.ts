// What every object store must do. An adapter's test calls this with a way to open the same store again and again.
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { setImmediate as turn } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { sha256Of } from '../../src/lake/hashing.js';
import type { ObjectStore } from '../../src/lake/object-store.js';

export type ObjectStoreFixture = Readonly<{ open(): ObjectStore; close(): Promise<void> }>;

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const read = async (store: ObjectStore, key: string) => Buffer.from(await store.get(key)).toString();
/** Larger than one part of an S3 upload. */
const LARGE = randomBytes(11 * 1024 * 1024 + 17);

/** In pieces, as a file comes. */
function inPieces(bytes: Uint8Array, size = 64 * 1024): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
    })(),
  );
}

async function keysOf(store: ObjectStore, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of store.list(prefix)) keys.push(key);
  return keys;
}

export function objectStoreContract(name: string, fixture: () => Promise<ObjectStoreFixture>): void {
  describe(name, () => {
    let opened: ObjectStoreFixture;
    let store: ObjectStore;
    beforeAll(async () => {
      opened = await fixture();
      store = opened.open();
    });
    afterAll(async () => {
      store.close();
      await opened.close();
    });

    it('gives back what was put, and puts over it', async () => {
      expect(await store.put('put/over', text('one'))).toBe('stored');
      expect(await read(store, 'put/over')).toBe('one');
      expect(await store.put('put/over', text('another'))).toBe('stored');
      expect(await read(store, 'put/over')).toBe('another');
      expect(await store.stat('put/over')).toEqual({ key: 'put/over', bytes: 7 });
    });

    it('keeps an object without bytes', async () => {
      await store.put('put/empty', text(''));
      expect(await store.get('put/empty')).toHaveLength(0);
      expect(await store.stat('put/empty')).toEqual({ key: 'put/empty', bytes: 0 });
    });

    it('keeps one that comes as a stream of several parts', async () => {
      const options = { ifAbsent: true, sha256: sha256Of(LARGE) };
      expect(await store.put('stream/large', inPieces(LARGE), options)).toBe('stored');
      expect(sha256Of(await store.get('stream/large'))).toBe(options.sha256);
      expect(await store.put('stream/large', inPieces(LARGE), options)).toBe('exists');
      expect(await store.put('stream/small', inPieces(text('small')))).toBe('stored');
      expect(await read(store, 'stream/small')).toBe('small');
    });

    it('says of a key without an object that it is missing', async () => {
      expect(await store.stat('no/such')).toBeNull();
      await expect(store.get('no/such')).rejects.toMatchObject({ code: 'ObjectMissing', key: 'no/such' });
      await expect(store.read('no/such')).rejects.toMatchObject({ code: 'ObjectMissing' });
    });

    it('leaves what is there to a put that wants a new key', async () => {
      expect(await store.put('absent/one', text('first'), { ifAbsent: true })).toBe('stored');
      expect(await store.put('absent/one', text('second'), { ifAbsent: true })).toBe('exists');
      expect(await read(store, 'absent/one')).toBe('first');
    });

    it('lets one of twenty writers of a new key win, and keeps what that one wrote', async () => {
      const stores = Array.from({ length: 20 }, () => opened.open());
      const bodies = stores.map((_, index) => text(`writer ${index} `.repeat(2_000)));
      const results = await Promise.all(
        stores.map((one, index) => one.put('absent/raced', bodies[index] ?? text(''), { ifAbsent: true })),
      );
      expect(results.filter((result) => result === 'stored')).toHaveLength(1);
      const winner = results.indexOf('stored');
      expect(Buffer.from(await store.get('absent/raced'))).toEqual(Buffer.from(bodies[winner] ?? []));
      for (const one of stores) one.close();
    });

    it('shows a reader one whole object or another while it is put again and again', async () => {
      const bodies = ['a', 'b'].map((letter) => Buffer.alloc(700_000, letter));
      await store.put('whole/one', bodies[0] ?? text(''));
      let isDone = false;
      const reading = (async () => {
        let looked = 0;
        for (; !isDone; looked++) {
          const seen = await store.get('whole/one');
          expect(seen).toHaveLength(700_000);
          expect(new Set(seen).size).toBe(1);
          await turn();
        }
        return looked;
      })();
      for (let round = 0; round < 20; round++) await store.put('whole/one', bodies[round % 2] ?? text(''));
      isDone = true;
      expect(await reading).toBeGreaterThan(0);
    });

    it('shows nothing of a put whose stream breaks off', async () => {
      const broken = Readable.from(
        (async function* () {
          yield LARGE.subarray(0, 6 * 1024 * 1024);
          throw new Error('the source is gone');
        })(),
      );
      await expect(store.put('whole/broken', broken)).rejects.toMatchObject({ code: 'StoreFailed' });
      expect(await store.stat('whole/broken')).toBeNull();
      expect(await keysOf(store, 'whole/broken')).toEqual([]);
    });

    it('refuses a wrong checksum, and keeps nothing', async () => {
      const sha256 = sha256Of(text('something else'));
      await expect(store.put('sum/wrong', text('x'), { sha256 })).rejects.toMatchObject({ code: 'ChecksumMismatch' });
      const large = store.put('sum/large', inPieces(LARGE), { sha256 });
      await expect(large).rejects.toMatchObject({ code: 'ChecksumMismatch' });
      expect(await keysOf(store, 'sum/')).toEqual([]);
      expect(await store.put('sum/right', text('x'), { sha256: sha256Of(text('x')) })).toBe('stored');
    });

    it('reads ranges, as bytes and as streams', async () => {
      await store.put('range/ten', text('0123456789'));
      const bytes = async (from: number, to?: number) =>
        Buffer.from(await store.get('range/ten', { from, ...(to !== undefined && { to }) })).toString();
      expect([await bytes(0, 4), await bytes(4, 10), await bytes(7)]).toEqual(['0123', '456789', '789']);
      expect([await bytes(4, 4), await bytes(8, 99), await bytes(10)]).toEqual(['', '89', '']);
      expect((await buffer(await store.read('range/ten', { from: 2, to: 5 }))).toString()).toBe('234');
    });

    it('lists by prefix in the order of bytes', async () => {
      const keys = ['list/a/2', 'list/a-b', 'list/a/10', 'list/b', 'list/ab/x', 'list/ä', 'other'];
      for (const key of keys) await store.put(key, text(key));
      expect(await keysOf(store, 'list/')).toEqual([
        'list/a-b',
        'list/a/10',
        'list/a/2',
        'list/ab/x',
        'list/b',
        'list/ä',
      ]);
      expect(await keysOf(store, 'list/a/')).toEqual(['list/a/10', 'list/a/2']);
      expect(await keysOf(store, 'list/a')).toEqual(['list/a-b', 'list/a/10', 'list/a/2', 'list/ab/x']);
      expect(await keysOf(store, 'list/none')).toEqual([]);
      expect(await keysOf(store, '')).toContain('other');
    });

    it('deletes, and says nothing of what is not there', async () => {
      await store.put('gone/one', text('x'));
      await store.delete('gone/one');
      await store.delete('gone/one');
      expect(await store.stat('gone/one')).toBeNull();
      expect(await store.put('gone/one', text('y'), { ifAbsent: true })).toBe('stored');
    });

    it('takes keys with spaces, signs and letters of any script', async () => {
      const key = "keys/date=2026-01-01/My sale (2) & more's +1%20 ü 拍卖.csv";
      await store.put(key, text('x'));
      expect(await keysOf(store, 'keys/')).toEqual([key]);
      expect(await read(store, key)).toBe('x');
    });

    it.each(['', '/a', 'a/', 'a//b', '.', '../a', 'a/../b', 'a/.', 'a\\b', 'a\nb', 'a\0', '~aside/x', 'k'.repeat(901)])(
      'refuses %j as a key',
      async (key) => {
        await expect(store.put(key, text('x'))).rejects.toMatchObject({ code: 'ObjectKeyInvalid' });
        await expect(store.get(key)).rejects.toMatchObject({ code: 'ObjectKeyInvalid' });
      },
    );
  });
}
