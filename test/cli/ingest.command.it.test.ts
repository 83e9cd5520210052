// `gavel ingest` as its users have it: on a fresh directory, beside a running house, over the recorded results of real halls.

import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { describeWithTestData } from '../support/requires.js';
import { GavelProcess, plainEnvironment, runGavel } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

// Starts of a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(300_000);

const run = promisify(execFile);
const HEADER = 'sale,lot_number,title,category,currency,status,hammer_price,held_at';

let scratch: Scratch;
let settings: Readonly<Record<string, string>>;
let file: string;

beforeEach(() => {
  scratch = scratchDirectory('ingest-command');
  settings = { GAVEL_DATA: join(scratch.path, 'data'), GAVEL_HTTP_PORT: '0' };
  file = join(scratch.path, 'spring.csv');
});
afterEach(() => scratch.remove());

const gavel = (...args: readonly string[]) => runGavel(args, settings);
const writeAll = (rows: readonly string[]) => writeFileSync(file, `${[HEADER, ...rows].join('\n')}\n`);
const write = (...rows: readonly string[]) => writeAll(rows);

async function take(...args: readonly string[]) {
  const { code, stdout, stderr } = await gavel('ingest', ...args, '--json');
  if (code !== 0) throw new Error(stderr);
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
}

const GOOD = 'Spring,1,A clock,Clocks,USD,sold,120,2025-12-01';
const NOTHING = { rows: 0, accepted: 0, sold: 0, passed: 0, withdrawn: 0, quarantined: 0, unchanged: 0 };

it('makes a house where there is none, keeps bad rows for correction, and leaves Silver as the journal says', async () => {
  write(GOOD, 'Spring,2,A vase,Glass,USD,sold,cheap,2025-12-01');
  expect(await take(file)).toEqual({ ...NOTHING, rows: 2, accepted: 1, sold: 1, quarantined: 1 });
  const quarantine = join(scratch.path, 'data', 'quarantine', 'spring.csv.quarantine.csv');
  writeFileSync(quarantine, readFileSync(quarantine, 'utf8').replace('cheap', '80'));
  expect(await take(quarantine)).toEqual({ ...NOTHING, rows: 1, accepted: 1, sold: 1 });
  const verified = JSON.parse((await gavel('verify', '--json')).stdout);
  expect(verified).toMatchObject({ clean: true });
  expect(verified.tables).toContainEqual(expect.objectContaining({ table: 'hall_results', rows: 2, sum: '20000' }));
  const kept = readFileSync(join(scratch.path, 'data', 'ingested.ndjson'), 'utf8')
    .trimEnd()
    .split('\n');
  expect(kept.map((line) => JSON.parse(line))).toMatchObject([
    { file: 'spring.csv', profile: 'default', sha256: expect.stringMatching(/^[0-9a-f]{64}$/), accepted: 1 },
    { file: 'spring.csv.quarantine.csv', accepted: 1 },
  ]);
});

it('works beside a running house, which shows the results', async () => {
  write(GOOD);
  const up = GavelProcess.start(['up'], settings);
  try {
    await up.printed('Ctrl-C drains and stops.');
    expect(await take(file)).toEqual({ ...NOTHING, rows: 1, accepted: 1, sold: 1 });
    expect(await take(file)).toEqual({ ...NOTHING, rows: 1, sold: 1, unchanged: 1 });
    const verified = JSON.parse((await gavel('verify', '--json')).stdout);
    expect(verified).toMatchObject({ clean: true });
    expect(verified.tables).toContainEqual(expect.objectContaining({ table: 'hall_results', rows: 1 }));
  } finally {
    up.child.kill('SIGINT');
    await up.end();
  }
});

it('takes in what has landed, once whatever it is called, and leaves it where it lies', async () => {
  const landing = join(scratch.path, 'data', 'lake', 'landing');
  mkdirSync(join(landing, 'default'), { recursive: true });
  const lay = (name: string, text: string) => writeFileSync(join(landing, name), text);
  lay('a.csv', `${HEADER}\n${GOOD}\n`);
  lay('default/b.csv', `${HEADER}\n${GOOD.replace('Spring', 'Autumn')}\n`);
  lay('readme.md', 'not for the house');
  expect(await take('--landing')).toEqual({ ...NOTHING, rows: 2, accepted: 2, sold: 2 });
  expect(await take('--landing')).toEqual(NOTHING);
  renameSync(join(landing, 'a.csv'), join(landing, 'c.csv'));
  lay('d.csv', `${HEADER}\n${GOOD}\n${GOOD.replace('Spring', 'Winter')}\n`);
  expect(await take('--landing')).toEqual({ ...NOTHING, rows: 2, accepted: 1, sold: 2, unchanged: 1 });
  lay('broken.csv', 'sale\n1\n');
  const { code, stderr } = await gavel('ingest', '--landing');
  expect(stderr).toContain('landing/broken.csv has no column');
  expect(code).toBe(1);
});

it('tries rows without a house, and says in a sentence what it cannot use', async () => {
  write(GOOD);
  expect(await take(file, '--dry-run')).toEqual({ ...NOTHING, rows: 1, accepted: 1, sold: 1 });
  for (const [args, sentence] of [
    [[file, '--profile', 'nobody'], /there is no profile "nobody"; there are christies-hk, default/],
    [[file, '--profile', 'christies-hk', '--dry-run'], /spring\.csv has no column "Auction_Lot"/],
    [[join(scratch.path, 'none.csv')], /none\.csv does not exist/],
    [[scratch.path], /must end in \.csv/],
  ] as const) {
    const { code, stderr } = await gavel('ingest', ...args);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(1);
  }
});

describe('a file of many rows needs no more memory than one of few:', () => {
  /** What a row leaves behind at the least, if all rows are kept, comes to more than the limit leaves free. */
  it.each([
    { what: 'to try them', rows: 150_000, heapMiB: 64, args: ['--dry-run'] },
    { what: 'to take them in', rows: 60_000, heapMiB: 160, args: [] },
  ])('$what', async ({ rows, heapMiB, args }) => {
    // The launcher builds what is to be measured.
    await gavel('--help');
    writeAll(Array.from({ length: rows }, (_, i) => GOOD.replace(',1,', `,${i},`)));
    const node = resolve('node_modules', 'node', 'bin', 'node');
    const flags = [`--max-old-space-size=${heapMiB}`, '--max-semi-space-size=16'];
    const command = [...flags, resolve('dist', 'src', 'main.js'), 'ingest', file, '--json', ...args];
    const { stdout } = await run(node, command, { env: { ...plainEnvironment(), ...settings } });
    const summary = JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');
    expect(summary).toEqual({ ...NOTHING, rows, accepted: rows, sold: rows });
  });
});

describeWithTestData('results of Hong Kong halls', 'physical', (folder) => {
  const christies = join(folder, 'christies-hk.csv');
  const found = { rows: 7_067, sold: 5_457, passed: 1_593, withdrawn: 17, quarantined: 0 };

  it('are taken in whole, and once', async () => {
    expect(await take(christies, '--profile', 'christies-hk')).toEqual({ ...found, accepted: 7_067, unchanged: 0 });
    expect(await take(christies, '--profile', 'christies-hk')).toEqual({ ...found, accepted: 0, unchanged: 7_067 });
    const verified = JSON.parse((await gavel('verify', '--json')).stdout);
    // The two takings are on record as well.
    expect(verified).toMatchObject({ clean: true, events: 7_067 + 2 });
  });
});
