// What a stranger sees of an empty house: a marketplace that plays by itself, and nothing of it left after Ctrl-C.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { GavelProcess, runGavel } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

// Several starts of a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(180_000);

let scratch: Scratch;
let gavel: GavelProcess | null = null;

beforeEach(() => {
  scratch = scratchDirectory('demo');
});

afterEach(async () => {
  gavel?.child.kill('SIGINT');
  await gavel?.end();
  gavel = null;
  scratch.remove();
});

const settings = (demo: 'on' | 'off') => ({
  GAVEL_DATA: join(scratch.path, 'data'),
  GAVEL_HTTP_PORT: '0',
  GAVEL_DEMO: demo,
});

async function start(args: readonly string[] = [], demo: 'on' | 'off' = 'on'): Promise<string> {
  gavel = GavelProcess.start(['up', ...args], settings(demo));
  await gavel.printed('Ctrl-C drains and stops.');
  return /API\s+(http:\S+)/.exec(gavel.stdout)?.[1] ?? '';
}

async function stop(): Promise<string> {
  gavel?.child.kill('SIGINT');
  const ended = await gavel?.end();
  gavel = null;
  // Its ring opens a case, of which whoever runs the house is told.
  const told = ended?.stderr.split('\n').filter((line) => line !== '' && !line.includes('"alert":"fraud-case"'));
  expect({ code: ended?.code, told }).toEqual({ code: 0, told: [] });
  return ended?.stdout ?? '';
}

type Row = Readonly<{ auctionId: string; title: string; category: string; currency: string; bidCount: number }>;

/** The single listings: lots of the demo's sales are in euros. */
async function openAuctions(url: string): Promise<readonly Row[]> {
  const response = await fetch(`${url}/auctions?status=open&limit=200`);
  return ((await response.json()) as { rows: readonly Row[] }).rows.filter(({ currency }) => currency === 'USD');
}

/** Sales that are on or announced, by kind. */
async function salesNow(url: string): Promise<readonly string[]> {
  const query = '{ sales(limit: 200) { rows { kind status } } }';
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  const { data } = (await response.json()) as { data: { sales: { rows: { kind: string; status: string }[] } } };
  return data.sales.rows
    .filter(({ status }) => status !== 'CLOSED')
    .map(({ kind }) => kind)
    .sort();
}

it('plays on empty data, goes on after a restart without piling up, and leaves nothing behind', async () => {
  let url = await start();
  expect(gavel?.stdout).toContain('A demo marketplace of synthetic people is being played');
  await eventually(
    'twelve auctions, and bids',
    async () => {
      const rows = await openAuctions(url);
      return rows.length >= 12 && rows.some(({ bidCount }) => bidCount > 0);
    },
    60_000,
  );
  await eventually('the sales', async () => (await salesNow(url)).length === 3, 120_000);
  expect(await salesNow(url)).toEqual(['HALL', 'TIMED', 'TIMED']);
  const first = await openAuctions(url);
  expect(first.every(({ title }) => /^[A-Z0-9].* .*, .+$/.test(title))).toBe(true);
  expect(await stop()).toMatch(/SIGINT: draining.*\nStopped\.\n$/);

  url = await start();
  const known = new Set(first.map(({ auctionId }) => auctionId));
  await eventually(
    'bids on auctions of the run before',
    async () => {
      const rows = await openAuctions(url);
      // Late bids keep a few open beside those that take their places; a pile would be twice as many.
      expect(rows.length).toBeLessThan(20);
      return rows.some(({ auctionId, bidCount }) => {
        const before = first.find((row) => row.auctionId === auctionId);
        return known.has(auctionId) && before !== undefined && bidCount > before.bidCount;
      });
    },
    60_000,
  );
  // Whatever was held before is gone on with, and nothing is announced beside it.
  expect(await salesNow(url)).toEqual(['HALL', 'TIMED', 'TIMED']);
  expect(await stop()).toContain('Nothing was lost');
  expect(await runGavel(['verify'], settings('off'))).toMatchObject({ code: 0 });
});

it.each([
  ['--no-demo', ['--no-demo'], 'on'],
  ['GAVEL_DEMO=off', [], 'off'],
] as const)('leaves the house empty with %s', async (_, args, demo) => {
  const url = await start(args, demo);
  expect(gavel?.stdout).not.toContain('demo marketplace');
  expect(await openAuctions(url)).toEqual([]);
  await stop();
  // What began without a demo is somebody's own and gets none later.
  await start();
  expect(gavel?.stdout).not.toContain('demo marketplace');
});
