import { beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { userId } from '../../src/domain/ids.js';
import { MemoryKeyStore } from '../../src/personal-data/memory.key-store.js';
import {
  decrypt,
  encrypt,
  encryptUsername,
  usernameOf,
  usernameProblem,
} from '../../src/personal-data/personal-data.js';

const ann = userId('0190a000-0000-7000-8000-00000000000a');
const bob = userId('0190b000-0000-7000-8000-00000000000b');
const data = { name: 'Ann Ångström', email: 'ann@example.org', address: '1 Long Lane\nUppsala' };

let keys: MemoryKeyStore;
beforeEach(() => {
  keys = new MemoryKeyStore();
});

describe('encrypted personal data', () => {
  it('opens to what was encrypted, whatever that was', async () => {
    const text = fc.option(fc.string({ unit: 'grapheme' }));
    await fc.assert(
      fc.asyncProperty(fc.record({ name: text, email: text, address: text }), async (any) => {
        expect(await decrypt(keys, ann, await encrypt(keys, ann, any))).toEqual({ status: 'open', data: any });
      }),
      { numRuns: 200 },
    );
  });

  it('shows nothing of it, and looks different every time', async () => {
    const encrypted = await encrypt(keys, ann, data);
    expect(Buffer.from(encrypted, 'base64').toString('latin1')).not.toMatch(/ann|example|Lane/i);
    expect(await encrypt(keys, ann, data)).not.toBe(encrypted);
  });

  it('is erased with the key, and nothing is encrypted any more', async () => {
    const encrypted = await encrypt(keys, ann, data);
    await keys.erase(ann);
    expect(await decrypt(keys, ann, encrypted)).toEqual({ status: 'erased' });
    await expect(encrypt(keys, ann, data)).rejects.toMatchObject({ code: 'KeyErased' });
    expect(await decrypt(keys, ann, encrypted)).toEqual({ status: 'erased' });
  });

  it('opens under no other key of the same person', async () => {
    const encrypted = await encrypt(keys, ann, data);
    const others = new MemoryKeyStore();
    await others.obtain(ann);
    expect(await decrypt(others, ann, encrypted)).toEqual({ status: 'damaged' });
  });

  it('opens for nobody else, even under the same key', async () => {
    const encrypted = await encrypt(keys, ann, data);
    await keys.obtain(bob);
    expect(await decrypt(keys, bob, encrypted)).toEqual({ status: 'damaged' });
    const shared = {
      ...keys,
      find: () => keys.find(ann),
      obtain: () => keys.obtain(ann),
      erase: () => keys.erase(ann),
    };
    expect(await decrypt(shared, bob, encrypted)).toEqual({ status: 'damaged' });
    expect(await decrypt(shared, ann, encrypted)).toEqual({ status: 'open', data });
  });

  it('that was changed in any byte, or cut short, does not open', async () => {
    const bytes = Buffer.from(await encrypt(keys, ann, data), 'base64');
    for (let i = 0; i < bytes.length; i++) {
      const changed = Buffer.from(bytes);
      changed[i] = (changed[i] ?? 0) ^ 1;
      expect(await decrypt(keys, ann, changed.toString('base64'))).toEqual({ status: 'damaged' });
      expect(await decrypt(keys, ann, bytes.subarray(0, i).toString('base64'))).toEqual({ status: 'damaged' });
    }
  });

  it('of a form that is not known is not guessed at', async () => {
    await keys.obtain(ann);
    for (const encrypted of ['', 'AA==', 'not base64 at all', '\u{1f511}'.repeat(50)])
      expect(await decrypt(keys, ann, encrypted)).toEqual({ status: 'damaged' });
  });
});

describe('a username', () => {
  it.each(['', 'x'.repeat(65)])('has 1 to 64 characters: %j', (username) =>
    expect(usernameProblem(username)).toBe('must have 1 to 64 characters'),
  );
  it.each(['x', 'x'.repeat(64)])('may be the shortest and the longest: %j', (username) =>
    expect(usernameProblem(username)).toBeNull(),
  );
  it.each(['a\nb', 'a\0b', 'a\tb'])('has no control characters: %j', (username) =>
    expect(usernameProblem(username)).toBe('must not contain control characters'),
  );
  it.each([' ann', 'ann ', '\u00a0ann'])('does not only look like another: %j', (username) =>
    expect(usernameProblem(username)).toBe('must not begin or end with a space'),
  );

  it('is shown for as long as there is a key', async () => {
    const encrypted = await encryptUsername(keys, ann, 'ann');
    expect(Buffer.from(encrypted, 'base64').toString('latin1')).not.toContain('ann');
    expect(await usernameOf(keys, ann, encrypted)).toBe('ann');
    await keys.erase(ann);
    expect(await usernameOf(keys, ann, encrypted)).toBeNull();
  });

  it('is none for nobody', async () => {
    expect(await usernameOf(keys, ann, null)).toBeNull();
  });

  it('does not open as personal data, nor the other way round', async () => {
    expect(await decrypt(keys, ann, await encryptUsername(keys, ann, '{}'))).toEqual({ status: 'damaged' });
    expect(await usernameOf(keys, ann, await encrypt(keys, ann, data))).toBeNull();
  });
});
