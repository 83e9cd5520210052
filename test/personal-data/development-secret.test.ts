import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { developmentSecret } from '../../src/personal-data/development-secret.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('secret');
});
afterEach(() => scratch.remove());

it('is made once, for whoever asks, and is for its owner only', async () => {
  const asked = await Promise.all(Array.from({ length: 10 }, () => developmentSecret(scratch.path)));
  expect(asked[0]).toHaveLength(32);
  for (const secret of asked) expect(secret).toEqual(asked[0]);
  expect(await developmentSecret(scratch.path)).toEqual(asked[0]);
  expect(statSync(join(scratch.path, 'jwt-secret')).mode & 0o777).toBe(0o600);
});

it('is another one elsewhere', async () => {
  expect(await developmentSecret(join(scratch.path, 'a'))).not.toEqual(
    await developmentSecret(join(scratch.path, 'b')),
  );
});

it('is not replaced when it is damaged: it says what to do', async () => {
  writeFileSync(join(scratch.path, 'jwt-secret'), '');
  await expect(developmentSecret(scratch.path)).rejects.toThrow('remove it and a new secret is made');
});
