import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { DirectoryKeyStore } from '../../src/personal-data/directory.key-store.js';
import { keyStoreContract } from '../contract/key-store.contract.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const ann = userId('0190a000-0000-7000-8000-00000000000a');

keyStoreContract('keys in a directory', () => {
  const scratch = scratchDirectory('keys');
  return { open: () => new DirectoryKeyStore(join(scratch.path, 'keys')), close: () => scratch.remove() };
});

describe('key files', () => {
  let scratch: Scratch;
  beforeEach(() => {
    scratch = scratchDirectory('keys');
  });
  afterEach(() => scratch.remove());

  it('are readable by their owner only, and nothing else is left behind', async () => {
    await new DirectoryKeyStore(scratch.path).obtain(ann);
    expect(readdirSync(scratch.path)).toEqual(['0a']);
    expect(readdirSync(join(scratch.path, '0a'))).toEqual([ann]);
    expect(statSync(join(scratch.path, '0a', ann)).mode & 0o777).toBe(0o600);
    expect(statSync(join(scratch.path, '0a')).mode & 0o777).toBe(0o700);
  });

  it('outlive the process that made them', async () => {
    const key = await new DirectoryKeyStore(scratch.path).obtain(ann);
    expect(await new DirectoryKeyStore(scratch.path).find(ann)).toEqual(key);
    expect(new Uint8Array(readFileSync(join(scratch.path, '0a', ann)))).toEqual(key);
  });

  it('that are cut short are refused, and not replaced', async () => {
    const keys = new DirectoryKeyStore(scratch.path);
    await keys.obtain(ann);
    writeFileSync(join(scratch.path, '0a', ann), 'short');
    await expect(keys.find(ann)).rejects.toMatchObject({ code: 'KeyDamaged' });
    await expect(keys.obtain(ann)).rejects.toMatchObject({ code: 'KeyDamaged' });
  });

  it('that cannot be read are a fault, not an erased person', async () => {
    const keys = new DirectoryKeyStore(join(scratch.path, 'file'));
    writeFileSync(join(scratch.path, 'file'), 'a file where the directory should be');
    await expect(keys.find(ann)).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
