// `gavel generate` left answers-SEED.jsonl, and in a dry run plan-SEED.jsonl, in the folder that it was called in: untracked
// files in a checkout. What is not named by an option lies beside the house's data, which git ignores.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ApiHouse, secret } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { plainEnvironment } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

const SMALL = ['--users', '20', '--items', '2', '--bids', '4', '--fraud', '0', '--seed', 's'];

let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('generate-leaves');
  mkdirSync(at('checkout'));
});
afterEach(() => scratch.remove());

const at = (...names: string[]): string => join(scratch.path, ...names);

/** Starts it in a folder that stands for the checkout. */
function start(...args: string[]): ChildProcessWithoutNullStreams {
  const env = { ...plainEnvironment(), GAVEL_DATA: at('data'), GAVEL_JWT_SECRET: new TextDecoder().decode(secret) };
  return spawn(process.execPath, [resolve('scripts', 'gavel.mjs'), 'generate', ...SMALL, ...args], {
    cwd: at('checkout'),
    env,
  });
}

/** Resolves at its end with what it printed. */
async function told(gavel: ChildProcessWithoutNullStreams): Promise<string> {
  const [printed] = await Promise.all([text(gavel.stdout), once(gavel, 'close')]);
  return printed;
}

it('leaves nothing behind after a dry run', async () => {
  const printed = await told(start('--dry-run'));
  expect(readdirSync(at('checkout'))).toEqual([]);
  expect(readdirSync(at('data', 'generated')).sort()).toEqual(['answers-s.jsonl', 'plan-s.jsonl']);
  for (const name of ['answers-s.jsonl', 'plan-s.jsonl']) expect(printed).toContain(at('data', 'generated', name));
});

it('leaves nothing behind after a run that was stopped', async () => {
  const house = await ApiHouse.open();
  try {
    const gavel = start('--url', house.http.url);
    const answers = at('data', 'generated', 'answers-s.jsonl');
    const printed = told(gavel);
    const people = async () => (await house.house.pool.query('SELECT FROM silver.users')).rowCount ?? 0;
    await eventually('the run to begin', async () => (await people()) > 0, 60_000);
    gavel.kill('SIGINT');
    expect(await printed).toContain(`  answers      ${answers}\n`);
    expect(readdirSync(at('checkout'))).toEqual([]);
  } finally {
    await house.close();
  }
});

it('writes where it is told to', async () => {
  await told(start('--dry-run', '--answers', 'a.jsonl', '--plan', 'p.jsonl'));
  expect(readdirSync(at('checkout')).sort()).toEqual(['a.jsonl', 'p.jsonl']);
});
