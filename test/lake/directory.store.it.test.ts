// What a directory has beyond the contract.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { openStore } from '../../src/lake/open-store.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const runtime = new SystemRuntime();
const body = new TextEncoder().encode('an object');
let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('lake');
});
afterEach(() => scratch.remove());

const open = () => openStore({ kind: 'directory', path: join(scratch.path, 'lake') }, runtime);

it('tells where other programs find an object', async () => {
  const store = await open();
  await store.put('bronze/a', body);
  expect(readFileSync(store.pathOf('bronze/a') ?? '', 'utf8')).toBe('an object');
});

it('leaves nothing aside, whatever became of a put', async () => {
  const store = await open();
  await store.put('a', body, { ifAbsent: true });
  await store.put('a', body, { ifAbsent: true });
  await store.put('a', body);
  await expect(store.put('b', body, { sha256: '00' })).rejects.toMatchObject({ code: 'ChecksumMismatch' });
  await expect(store.put('a/b', body)).rejects.toMatchObject({ code: 'StoreFailed' });
  expect(readdirSync(join(scratch.path, 'lake', '~aside'))).toEqual([]);
});

it('removes what a crash left aside a day ago, and leaves what may be under way', async () => {
  const aside = join(scratch.path, 'lake', '~aside');
  mkdirSync(aside, { recursive: true });
  const now = runtime.now() / 1_000;
  for (const [name, age] of [
    ['old', 86_401],
    ['new', 86_300],
  ] as const) {
    writeFileSync(join(aside, name), 'x');
    utimesSync(join(aside, name), now - age, now - age);
  }
  await (await open()).put('a', body);
  expect([existsSync(join(aside, 'old')), existsSync(join(aside, 'new'))]).toEqual([false, true]);
});

it('makes a locked object read-only', async () => {
  const store = await open();
  await store.put('a', body, { lockedUntilMs: runtime.now() + 1_000 });
  expect(statSync(store.pathOf('a') ?? '').mode & 0o222).toBe(0);
});
