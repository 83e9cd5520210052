// What every key store must do. An adapter's test calls this with a way to open a store, again on the same keys if `open`
// is called again.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import type { KeyStore } from '../../src/personal-data/key-store.js';

const ann = userId('0190a000-0000-7000-8000-00000000000a');
const bob = userId('0190b000-0000-7000-8000-00000000000b');

export type KeyStoreFixture = Readonly<{ open(): KeyStore; close(): void }>;

export function keyStoreContract(name: string, fixture: () => KeyStoreFixture): void {
  describe(name, () => {
    let keys: KeyStore;
    let opened: KeyStoreFixture;
    beforeEach(() => {
      opened = fixture();
      keys = opened.open();
    });
    afterEach(() => opened.close());

    it('makes a key of 256 bits and keeps it', async () => {
      const key = await keys.obtain(ann);
      expect(key).toHaveLength(32);
      expect(await keys.obtain(ann)).toEqual(key);
      expect(await keys.find(ann)).toEqual(key);
    });

    it('makes another for everybody', async () => {
      expect(await keys.obtain(ann)).not.toEqual(await keys.obtain(bob));
    });

    it('finds none that was not obtained, and makes none by looking', async () => {
      expect(await keys.find(ann)).toBeNull();
      expect(await keys.find(ann)).toBeNull();
    });

    it('gives everybody who asks at once the same key', async () => {
      const asked = await Promise.all(Array.from({ length: 20 }, () => opened.open().obtain(ann)));
      for (const key of asked) expect(key).toEqual(asked[0]);
      expect(await keys.find(ann)).toEqual(asked[0]);
    });

    it('erases one for good and leaves the others', async () => {
      await keys.obtain(ann);
      const other = await keys.obtain(bob);
      expect(await keys.erase(ann)).toBe(true);
      expect(await keys.find(ann)).toBeNull();
      expect(await keys.find(bob)).toEqual(other);
    });

    it('makes no key again for whoever was erased, with a key before or without', async () => {
      await keys.obtain(ann);
      await keys.erase(ann);
      await keys.erase(bob);
      for (const erased of [ann, bob]) {
        await expect(keys.obtain(erased)).rejects.toMatchObject({ code: 'KeyErased' });
        expect(await keys.find(erased)).toBeNull();
      }
    });

    it('gives nobody a key whose erasure they race', async () => {
      await keys.obtain(ann);
      const [, ...asked] = await Promise.allSettled([
        keys.erase(ann),
        ...Array.from({ length: 20 }, () => opened.open().obtain(ann)),
      ]);
      await expect(keys.obtain(ann)).rejects.toMatchObject({ code: 'KeyErased' });
      for (const one of asked) if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'KeyErased' });
    });

    it('says when there was nothing to erase', async () => {
      expect(await keys.erase(bob)).toBe(false);
      await keys.obtain(ann);
      await keys.erase(ann);
      expect(await keys.erase(ann)).toBe(false);
    });

    it('hands out copies: whoever wipes one does not harm the store', async () => {
      const key = await keys.obtain(ann);
      const before = key.slice();
      key.fill(0);
      expect(await keys.find(ann)).toEqual(before);
    });
  });
}
