// A whole house whose journal is in EventStoreDB, on its double: every part that follows the journal, over a restart.
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { EventStoreDouble } from '../support/event-store/event-store-double.js';
import { eventually } from '../support/eventually.js';
import { GavelProcess, runGavel } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

// Several starts of a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(240_000);

let scratch: Scratch;
let double: EventStoreDouble;
let settings: Readonly<Record<string, string>>;
let started: GavelProcess[] = [];

beforeEach(async () => {
  scratch = scratchDirectory('eventstoredb-house');
  double = await EventStoreDouble.start();
  settings = {
    GAVEL_DATA: join(scratch.path, 'data'),
    GAVEL_HTTP_PORT: '0',
    GAVEL_JOURNAL: 'eventstoredb',
    GAVEL_EVENTSTOREDB_URL: double.url,
  };
});
afterEach(async () => {
  for (const gavel of started) {
    gavel.child.kill('SIGINT');
    await gavel.end();
  }
  started = [];
  await double.stop();
  scratch.remove();
});

async function start(): Promise<string> {
  const gavel = GavelProcess.start(['up'], settings);
  started.push(gavel);
  await gavel.printed('Ctrl-C drains and stops.');
  return /API\s+(http:\S+)/.exec(gavel.stdout)?.[1] ?? '';
}

async function stop(): Promise<void> {
  const gavel = started.pop();
  gavel?.child.kill('SIGINT');
  expect(await gavel?.end()).toMatchObject({ code: 0, stderr: '' });
}

const tokenFor = async (user: string, role: string): Promise<string> =>
  (await runGavel(['token', '--role', role, '--user', user], settings)).stdout.trim();

type Json = Readonly<Record<string, unknown>>;

async function ask(url: string, token: string, body?: Json): Promise<{ status: number; body: Json }> {
  const response = await fetch(url, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Json };
}

it('lists, bids, sells and closes; Silver and history tell the same; and a restart loses nothing', async () => {
  let api = await start();
  const [sue, ann, bob] = [
    await tokenFor('sue', 'seller'),
    await tokenFor('ann', 'bidder'),
    await tokenFor('bob', 'bidder'),
  ] as const;
  const listing = {
    item: { title: 'A ship clock', category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000', buyNowPrice: '9000' },
  };
  const list = async (durationMs: number): Promise<string> => {
    const { status, body } = await ask(`${api}/auctions`, sue, { ...listing, durationMs });
    expect(status).toBe(201);
    return String(body['auctionId']);
  };
  const commandId = new SystemRuntime().uuid();
  const firstBid = { amount: '2500', currency: 'USD', commandId };

  const contested = await list(3_600_000);
  const first = await ask(`${api}/auctions/${contested}/bids`, ann, firstBid);
  expect(first).toMatchObject({ status: 201, body: { outcome: 'accepted', bidNumber: 1, currentPrice: '1000' } });
  const low = await ask(`${api}/auctions/${contested}/bids`, bob, { amount: '1000', currency: 'USD' });
  expect(low).toMatchObject({ status: 409, body: { outcome: 'rejected', reason: 'BidBelowMinimum' } });
  const second = await ask(`${api}/auctions/${contested}/bids`, bob, { amount: '2000', currency: 'USD' });
  expect(second).toMatchObject({ status: 201, body: { outcome: 'accepted', bidNumber: 2 } });

  const bought = await list(3_600_000);
  const purchase = await ask(`${api}/auctions/${bought}/buy-now`, bob, {});
  expect(purchase).toMatchObject({ status: 201, body: { outcome: 'accepted' } });

  const shown = async (id: string): Promise<Json> => (await ask(`${api}/auctions/${id}`, ann)).body;
  await eventually('both bids in Silver', async () => (await shown(contested))['bidCount'] === 2);
  const price = (await shown(contested))['currentPrice'];

  const brief = await list(500);
  await eventually('the close', async () => (await shown(brief))['status'] === 'passed', 60_000);

  expect(await shown(bought)).toMatchObject({ status: 'sold', currentPrice: '9000' });
  const story = await runGavel(['history', contested], settings);
  expect(story.stdout).toContain('ann leads');
  const verified = await runGavel(['verify', '--json'], settings);
  expect({ code: verified.code, ...JSON.parse(verified.stdout) }).toMatchObject({ code: 0, clean: true, findings: [] });

  await stop();
  api = await start();
  expect(started[0]?.stdout).toMatch(/Nothing was lost: 1 auction is open/);
  expect(await shown(contested)).toMatchObject({ status: 'open', currentPrice: price, bidCount: 2 });
  const repeated = await ask(`${api}/auctions/${contested}/bids`, ann, firstBid);
  expect(repeated).toMatchObject({ status: 201, body: { outcome: 'accepted', bidNumber: 1, repeated: true } });
  expect(await ask(`${api}/commands/${commandId}`, ann)).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
  const again = await ask(`${api}/auctions/${contested}/bids`, ann, { amount: '5000', currency: 'USD' });
  expect(again).toMatchObject({ status: 201, body: { outcome: 'accepted', bidNumber: 3 } });
  await eventually('the third bid in Silver', async () => (await shown(contested))['bidCount'] === 3);
  expect((await runGavel(['verify'], settings)).code).toBe(0);
  expect(double.calls.batchAppend).toBe(0);
});

it('refuses a database that belongs to another journal, and settings that do not go together', async () => {
  await start();
  await stop();
  const elsewhere = await runGavel(['up'], { ...settings, GAVEL_JOURNAL: 'postgres' });
  expect(elsewhere).toMatchObject({ code: 1, stdout: '' });
  expect(elsewhere.stderr).toMatch(/journal is in EventStoreDB, and GAVEL_JOURNAL says "postgres"\n$/);
  const verified = await runGavel(['verify'], { ...settings, GAVEL_JOURNAL: 'postgres' });
  expect(verified.stderr).toMatch(/journal is in EventStoreDB, and GAVEL_JOURNAL says "postgres"\n$/);
});
