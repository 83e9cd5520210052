import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { scratchDirectory } from '../support/scratch.js';

const run = (script: string, ...args: readonly string[]) =>
  spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });

it('lists every package with a licence that may be used', () => {
  const { status, stdout } = run('scripts/licences.mjs', '--all');
  expect(stdout).toMatch(/\n\d+ packages, \d+ licences, 0 not allowed\n$/);
  expect(stdout).toMatch(/^Apache-2\.0: \d+\n {2}.*@aws-sdk\/client-s3@/m);
  expect(status).toBe(0);
});

it.each([
  ['GPL-3.0', 1],
  ['MIT AND GPL-3.0', 1],
  [undefined, 1],
  ['(GPL-3.0 OR MIT)', 0],
])('a package under %s ends with %i', (license, status) => {
  const { path } = scratchDirectory('licences');
  mkdirSync(join(path, 'scripts'));
  cpSync('scripts/licences.mjs', join(path, 'scripts', 'licences.mjs'));
  const lock = JSON.parse(readFileSync('package-lock.json', 'utf8'));
  lock.packages['node_modules/planted'] = { version: '1.0.0', license };
  writeFileSync(join(path, 'package-lock.json'), JSON.stringify(lock));
  const ran = run(join(path, 'scripts', 'licences.mjs'));
  expect(ran.stdout).toContain(`${status} not allowed`);
  expect(ran.status).toBe(status);
});
