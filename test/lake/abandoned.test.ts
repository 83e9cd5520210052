import { mkdirSync, readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { clearAbandoned, ownPrefix } from '../../src/lake/abandoned.js';
import { scratchDirectory } from '../support/scratch.js';

const DAY_MS = 86_400_000;
const GONE = 999_999_999;
const [, machine = ''] = /^run-\d+-([0-9a-f]{8})-$/.exec(ownPrefix('run')) ?? [];
const another = machine === '00000000' ? '11111111' : '00000000';

/** Makes these directories, touched so many milliseconds ago; resolves to what is left of them. */
async function leftOf(directories: Readonly<Record<string, number>>): Promise<readonly string[]> {
  const { path } = scratchDirectory('abandoned');
  for (const [name, agoMs] of Object.entries(directories)) {
    mkdirSync(join(path, name));
    const at = new Date(Date.now() - agoMs);
    utimesSync(join(path, name), at, at);
  }
  await clearAbandoned(path, ['run', 'part']);
  return readdirSync(path).sort();
}

it('removes what processes of this machine left that are gone, and nothing of those that live', async () => {
  const [dead, alive, own] = [`run-${GONE}-${machine}-a`, `part-1-${machine}-b`, `${ownPrefix('run')}c`];
  expect(await leftOf({ [dead]: 0, [alive]: DAY_MS, [own]: 0 })).toEqual([alive, own].sort());
});

it('removes what bears our number and is older than we are', async () => {
  expect(await leftOf({ [`${ownPrefix('run')}a`]: DAY_MS })).toEqual([]);
});

it('leaves alone what a process of another machine works in, whatever its number', async () => {
  const [one, two] = [`run-${GONE}-${another}-a`, `part-${process.pid}-${another}-b`];
  expect(await leftOf({ [one]: 0, [two]: DAY_MS })).toEqual([two, one]);
});

it('removes what another machine has not touched for two days', async () => {
  expect(await leftOf({ [`run-1-${another}-a`]: 3 * DAY_MS })).toEqual([]);
});

it('leaves alone whatever has another name', async () => {
  expect(await leftOf({ keys: 9 * DAY_MS, [`reading-${GONE}-${machine}-a`]: 0, 'run-x': 0 })).toEqual([
    'keys',
    `reading-${GONE}-${machine}-a`,
    'run-x',
  ]);
});
