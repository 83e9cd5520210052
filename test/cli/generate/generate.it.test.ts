// The command as its users have it: a dry run that repeats, one sentence for what cannot be done, and a run that is stopped.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { ApiHouse, secret } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { GavelProcess, runGavel } from '../../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../../support/scratch.js';

const SMALL = ['--users', '20', '--items', '12', '--bids', '200', '--fraud', '25'];

let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('generate');
});
afterEach(() => scratch.remove());

let house: ApiHouse;
beforeAll(async () => {
  house = await ApiHouse.open();
});
afterAll(() => house.close());

const at = (name: string): string => join(scratch.path, name);
const files = (name: string): string[] => ['--answers', at(`${name}.answers`), '--plan', at(`${name}.plan`)];
const textOf = (name: string): string => readFileSync(at(name), 'utf8');
const settings = () => ({ GAVEL_DATA: at('data'), GAVEL_JWT_SECRET: new TextDecoder().decode(secret) });

it('writes the same plan and the same answers for the same seed, and sends nothing', async () => {
  for (const name of ['a', 'b']) {
    const { code, stdout, stderr } = await runGavel(['generate', ...SMALL, '--seed', 's', '--dry-run', ...files(name)]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^Seed s, profile card: 20 people, 12 auctions, 200 bids\.\n/);
    expect(stdout).toContain('Nothing was sent.');
  }
  expect(textOf('a.plan')).toBe(textOf('b.plan'));
  expect(textOf('a.answers')).toBe(textOf('b.answers'));
  const kinds = textOf('a.plan')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line).kind);
  expect(kinds.slice(0, 22)).toEqual(['plan', ...Array<string>(20).fill('person'), 'auction']);
  expect(kinds.filter((kind) => kind === 'bid')).toHaveLength(200);
});

it.each([
  [['--users', '3'], 'gavel: --users is "3"; it must be a whole number from 20 to 100000\n'],
  [
    ['--dry-run', '--duration', '10s'],
    'gavel: --duration is 10 s; 105045 requests at 90 a second need 1751s, so allow that or a higher --rate\n',
  ],
  [['--url', 'http://127.0.0.1:9', '--seed', 's'], 'gavel: no house answers at http://127.0.0.1:9 (--url): bad port\n'],
  [['--via', 'kafka'], 'gavel: GAVEL_KAFKA_BROKERS names no brokers; --via kafka writes to those of the house\n'],
  [['--dry-run', ...SMALL, '--answers', '/proc/none'], 'gavel: /proc/none does not exist\n'],
])('refuses %j with one sentence', async (args, sentence) => {
  const { code, stderr } = await runGavel(
    ['generate', '--plan', at('plan'), '--answers', at('answers'), ...args],
    settings(),
  );
  expect(code).toBe(1);
  expect(stderr.replace(/\d{6} requests at 90 a second need \d+s/, '105045 requests at 90 a second need 1751s')).toBe(
    sentence,
  );
});

it('stops at Ctrl-C with its summary and its answers', async () => {
  const args = [
    'generate',
    ...SMALL,
    '--rate',
    '20',
    '--url',
    house.http.url,
    '--seed',
    'stopped',
    '--answers',
    at('x.answers'),
  ];
  const gavel = GavelProcess.start(args, settings());
  await eventually(
    'people to register',
    async () => {
      const { rows } = await house.house.pool.query<{ n: string }>('SELECT count(*) AS n FROM silver.users');
      return Number(rows[0]?.n) > 2;
    },
    60_000,
  );
  gavel.child.kill('SIGINT');
  const { code, stdout, stderr } = await gavel.end();
  expect(code).toBe(1);
  expect(stderr).toContain('gavel: SIGINT: no more is sent; waiting for the last answers\n');
  expect(stdout).toMatch(/\nStopped after .*: \d+ of \d+ requests answered, [\d.]+ a second\.\n/);
  expect(stdout).toMatch(/\n {2}people {7}\d+ accepted, 0 refused, 0 faults\n/);
  expect(existsSync(at('x.answers'))).toBe(true);
});
