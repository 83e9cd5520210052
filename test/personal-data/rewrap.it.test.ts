// The master key of personal data changed while a house takes registrations, broken off by kill -9, and with the wrong key.
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type UserId, userId } from '../../src/domain/ids.js';
import { erasureListOf, keyStoreOf, masterKeysOf, refuseLostMaster } from '../../src/house/personal.js';
import { rotateKeys } from '../../src/house/rotate-keys.js';
import { DirectoryKeyStore } from '../../src/personal-data/directory.key-store.js';
import { MasterKeys } from '../../src/personal-data/master-keys.js';
import { decrypt, encrypt } from '../../src/personal-data/personal-data.js';
import { rewrapAll } from '../../src/personal-data/rewrap.js';
import { keyStoreContract } from '../contract/key-store.contract.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';
import { killProcesses, runTypescript } from '../support/typescript-process.js';

const secretOf = (name: string): Uint8Array => new TextEncoder().encode(`a master key that tests know: ${name}`);
const [OLD, NEW, OTHER] = ['old', 'new', 'other'].map(secretOf) as [Uint8Array, Uint8Array, Uint8Array];
const unwatched = { signal: new AbortController().signal, progress: () => undefined };
const data = { name: 'Ann', email: 'ann@example.test', address: null };
const people = (n: number): UserId[] => Array.from({ length: n }, () => userId(runtime.uuid()));

let scratch: Scratch;
let keys: string;
beforeEach(() => {
  scratch = scratchDirectory('master-keys');
  keys = join(scratch.path, 'keys');
});
afterEach(async () => {
  await killProcesses();
  scratch.remove();
});

keyStoreContract('keys under a master key', () => {
  const own = scratchDirectory('keys');
  const path = join(own.path, 'keys');
  return { open: () => new DirectoryKeyStore(path, new MasterKeys(NEW, [OLD])), close: () => own.remove() };
});

const storeOf = (secret: Uint8Array | null, ...also: Uint8Array[]) =>
  new DirectoryKeyStore(keys, new MasterKeys(secret, also));
const files = (): string[] =>
  readdirSync(keys, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

describe('a kept key', () => {
  it('is not in its file, and opens for its own person under its own master key alone', async () => {
    const [ann, bob] = people(2) as [UserId, UserId];
    const key = await storeOf(OLD).obtain(ann);
    const path = join(keys, ann.slice(-2), ann);
    expect(readFileSync(path).includes(Buffer.from(key))).toBe(false);
    expect(await storeOf(NEW, OLD).find(ann)).toEqual(key);
    await storeOf(OLD).obtain(bob);
    writeFileSync(join(keys, bob.slice(-2), bob), readFileSync(path));
    await expect(storeOf(OLD).find(bob)).rejects.toThrow('does not open under its master key');
    for (const wrong of [storeOf(null), storeOf(OTHER, NEW)])
      await expect(wrong.find(ann)).rejects.toThrow(
        /is wrapped under the master key [0-9a-f]{8}, which neither GAVEL_MASTER_KEY nor GAVEL_MASTER_KEY_ALSO is$/,
      );
  });

  it('stops the start of a house without its master key, in one sentence', async () => {
    const configOf = (current: Uint8Array | null, also: Uint8Array | null = null) => ({
      dataDirectory: scratch.path,
      masterKeys: { current, also },
    });
    await expect(refuseLostMaster(configOf(null))).resolves.toBeUndefined();
    await keyStoreOf(configOf(OLD)).obtain(people(1)[0] as UserId);
    for (const right of [configOf(OLD), configOf(NEW, OLD), configOf(null, OLD)])
      await expect(refuseLostMaster(right)).resolves.toBeUndefined();
    for (const wrong of [configOf(null), configOf(NEW), configOf(NEW, OTHER)])
      await expect(refuseLostMaster(wrong)).rejects.toThrow(
        /^keys of persons in \S+ are wrapped under the master key [0-9a-f]{8}, and neither GAVEL_MASTER_KEY nor GAVEL_MASTER_KEY_ALSO is that one: set it$/,
      );
  });
});

describe('wrapping anew', () => {
  it('takes keys that were never wrapped, leaves the erased erased, and is done once', async () => {
    const [ann, bob, eve] = people(3) as [UserId, UserId, UserId];
    const plain = await storeOf(null).obtain(ann);
    const wrapped = await storeOf(OLD).obtain(bob);
    await storeOf(OLD).obtain(eve);
    await storeOf(OLD).erase(eve);
    // As a run leaves it that was killed between writing a file and giving it its name.
    writeFileSync(join(keys, eve.slice(-2), `${eve}.rewrapped`), 'left behind');
    const masters = new MasterKeys(NEW, [OLD]);
    expect(await rewrapAll(keys, masters, unwatched)).toMatchObject({ keys: 2, rewrapped: 2, erased: 1 });
    expect(await rewrapAll(keys, masters, unwatched)).toMatchObject({ keys: 2, rewrapped: 0, forgotten: [] });
    expect(files().filter((path) => path.endsWith('.rewrapped'))).toEqual([]);
    const store = storeOf(NEW);
    expect(await Promise.all([ann, bob, eve].map((id) => store.find(id)))).toEqual([plain, wrapped, null]);
    await expect(store.obtain(eve)).rejects.toMatchObject({ code: 'KeyErased' });
  });

  it('does what it can, and names a file that it cannot open', async () => {
    const [ann, bob] = people(2) as [UserId, UserId];
    const [key] = [await storeOf(OLD).obtain(ann), await storeOf(OTHER).obtain(bob)];
    await expect(rewrapAll(keys, new MasterKeys(NEW, [OLD]), unwatched)).rejects.toThrow(`${bob} does not open`);
    expect(await storeOf(NEW).find(ann)).toEqual(key);
    expect(await storeOf(OTHER).find(bob)).not.toBeNull();
    await expect(rewrapAll(keys, new MasterKeys(null, [OLD]), unwatched)).rejects.toThrow(
      'GAVEL_MASTER_KEY is not set',
    );
  });

  it('brings nobody back who is erased meanwhile', async () => {
    const everybody = people(200);
    const store = storeOf(OLD);
    for (const id of everybody) await store.obtain(id);
    const erased = everybody.filter((_, i) => i % 2 === 0);
    const erasing = async () => {
      for (const id of erased.toSorted((a, b) => (a.slice(-2) < b.slice(-2) ? -1 : 1))) await store.erase(id);
    };
    await Promise.all([rewrapAll(keys, new MasterKeys(NEW, [OLD]), unwatched), erasing(), erasing()]);
    for (const id of everybody) expect([id, (await storeOf(NEW).find(id)) === null]).toEqual([id, erased.includes(id)]);
  });

  it('opens an older copy of the keys with the older master key, and takes it over', async () => {
    const [ann] = people(1) as [UserId];
    const text = await encrypt(storeOf(OLD), ann, data);
    const copy = join(scratch.path, 'copy');
    cpSync(keys, copy, { recursive: true });
    await rewrapAll(keys, new MasterKeys(NEW, [OLD]), unwatched);
    const restored = (secret: Uint8Array, ...also: Uint8Array[]) =>
      new DirectoryKeyStore(copy, new MasterKeys(secret, also));
    await expect(decrypt(restored(NEW), ann, text)).rejects.toThrow('wrapped under the master key');
    expect(await decrypt(restored(NEW, OLD), ann, text)).toEqual({ status: 'open', data });
    await rewrapAll(copy, new MasterKeys(NEW, [OLD]), unwatched);
    expect(await decrypt(restored(NEW), ann, text)).toEqual({ status: 'open', data });
  });

  it('goes on where a run ended that was killed', async () => {
    const everybody = people(400);
    const store = storeOf(OLD);
    const kept = new Map<UserId, Uint8Array>();
    for (const id of everybody) kept.set(id, await store.obtain(id));
    await runTypescript(`
      import { MasterKeys } from ${JSON.stringify(join(process.cwd(), 'src', 'personal-data', 'master-keys.ts'))};
      import { rewrapAll } from ${JSON.stringify(join(process.cwd(), 'src', 'personal-data', 'rewrap.ts'))};
      const of = (name) => new TextEncoder().encode('a master key that tests know: ' + name);
      const progress = (done) => { if (done === 100) console.log('a part is done'); };
      const signal = new AbortController().signal;
      await rewrapAll(${JSON.stringify(keys)}, new MasterKeys(of('new'), [of('old')]), { signal, progress });
      setInterval(() => undefined, 1_000);`);
    await killProcesses();
    const both = storeOf(NEW, OLD);
    for (const [id, key] of kept) expect(await both.find(id)).toEqual(key);
    const { keys: all, rewrapped } = await rewrapAll(keys, new MasterKeys(NEW, [OLD]), unwatched);
    process.stdout.write(`killed with ${all - rewrapped} of ${all} keys done\n`);
    expect(all).toBe(400);
    for (const [id, key] of kept) expect(await storeOf(NEW).find(id)).toEqual(key);
    expect(readdirSync(join(keys, 'masters'))).toEqual([new MasterKeys(NEW).current]);
  }, 60_000);
});

it('a house goes on taking registrations while its keys are wrapped anew, and has it on record', async () => {
  const before = { dataDirectory: scratch.path, masterKeys: { current: OLD, also: NEW } };
  const after = { dataDirectory: scratch.path, masterKeys: { current: NEW, also: OLD } };
  // Two nodes at once, as a rolling restart has them: the second one was restarted already.
  const house = await ApiHouse.open({ keyStore: keyStoreOf(before) });
  const texts = new Map<UserId, string>();
  let isRotated = false;
  try {
    const register = async (store: DirectoryKeyStore, id: UserId): Promise<void> => {
      const token = await tokenFor(id, 'bidder');
      const reply = await house.http.post('/users', token, { username: `user-${texts.size}`, email: data.email });
      expect(reply.status).toBe(201);
      texts.set(id, await encrypt(store, id, data));
    };
    for (const id of people(60)) await register(keyStoreOf(before), id);
    const registering = async () => {
      while (!isRotated) await register(keyStoreOf(texts.size % 2 === 0 ? before : after), people(1)[0] as UserId);
    };
    const rotate = () =>
      rotateKeys({ database: house.postgres, journal: house.house.journal, config: after, runtime, ...unwatched });
    const first = rotate().finally(() => {
      isRotated = true;
    });
    await Promise.all([first, registering()]);
    // The last node was restarted: what the old ones made meanwhile is taken over as well.
    const { keys: all } = await rotate();
    expect(all).toBe(texts.size);
    const store = keyStoreOf({ ...after, masterKeys: { current: NEW, also: null } });
    for (const [id, text] of texts) expect(await decrypt(store, id, text)).toEqual({ status: 'open', data });
    await refuseLostMaster({ ...after, masterKeys: { current: NEW, also: null } });
    await house.caughtUp();
    const LOG = "SELECT act, subject, detail FROM silver.audit_log WHERE act = 'KeysRotated'";
    await eventually('both rotations', async () => (await house.house.pool.query(LOG)).rows.length === 2);
    const { rows } = await house.house.pool.query(LOG);
    const { current } = masterKeysOf(after);
    expect(rows).toEqual(Array(2).fill({ act: 'KeysRotated', subject: 'keys', detail: `to master key ${current}` }));
    expect(existsSync(join(keys, 'masters', current ?? ''))).toBe(true);
    expect(await erasureListOf(after).all()).toEqual([]);
  } finally {
    await house.close();
  }
}, 60_000);
