// One hostile client after another sends all that it may, while a normal bidder goes on. Each attack is that of issue 13,
// part A; `npm run test:soak` gives each a minute, `--short` some seconds. Times are printed and judge nothing. With
// GAVEL_TEST_SOAK_PROFILES=directory a CPU profile of the house in each attack is written there.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { KilledHouse } from '../kills/killed-house.js';
import { freePort, person } from '../kills/people.js';
import { eventually } from '../support/eventually.js';
import { request } from '../support/request.js';
import { scratchDirectory } from '../support/scratch.js';
import { killProcesses, runTypescript } from '../support/typescript-process.js';
import { ATTACKS, type Tally, type Target } from './attacks.js';
import { Bidder } from './bidder.js';
import { INSPECTABLE, Inspector } from './inspector.js';

const SECONDS = Number(process.env['GAVEL_TEST_SOAK_SECONDS'] ?? 60);
const PROFILES = process.env['GAVEL_TEST_SOAK_PROFILES'];
const MEBIBYTE = 1_048_576;
const MEMORY_MAX_MIB = 1_024;
/** What the house may hold more than before, once an attack is over: caches that are full to their bounds. */
const KEPT_MAX_MIB = 128;
const AUCTIONS = 200;
const SAMPLE_MS = 250;
const SHOWN_MAX = 2_000;
/** Bids that are answered between two attacks, so that the one before is over for the house as well. */
const BIDS_BETWEEN = 5;

jest.setTimeout((SECONDS + 240) * 1_000);

const secret = randomBytes(32).toString('hex');
const scratch = scratchDirectory('soak');
let house: KilledHouse;
let bidder: Bidder;
let hostile: Readonly<{ token: string; auctionId: string }>;
let pid: number;
let inspector: Inspector;
let heldBeforeMiB: number;

beforeAll(async () => {
  house = new KilledHouse(scratch.path, await freePort(), secret, {
    ...INSPECTABLE,
    // The rates of every house, with each attacker told apart.
    GAVEL_HTTP_PROXIES: '1',
    GAVEL_RATE_PER_ADDRESS: '6000',
    GAVEL_RATE_PER_SUBJECT: '1200',
  });
  await house.start();
  pid = Number(readFileSync(join(scratch.path, 'gavel.pid'), 'utf8'));
  inspector = await Inspector.open(pid, () => house.said());
  const seller = await person(secret, 'seller', ['seller']);
  const [good, bad] = await Promise.all(['good', 'bad'].map((name) => person(secret, name, ['bidder'])));
  for (const { token, name } of [seller, good, bad].filter((one) => one !== undefined))
    await accepted('/users', token, { username: name });
  const auctions: string[] = [];
  for (let n = 0; n < AUCTIONS; n++)
    auctions.push((await accepted('/auctions', seller.token, listing(`A clock ${n}`))).auctionId);
  bidder = new Bidder(house.url, good?.token ?? '', auctions[0] ?? '');
  hostile = { token: bad?.token ?? '', auctionId: auctions[0] ?? '' };
  bidder.start();
  await eventually('the bidder to be at work', () => bidder.bids > 20);
  heldBeforeMiB = await heldMiB();
});

afterAll(async () => {
  await bidder?.stop();
  await killProcesses();
  const code = await house?.stop();
  house?.killLeftovers();
  scratch.remove();
  expect([code, code === 0 ? '' : house.said().slice(-SHOWN_MAX)]).toEqual([0, '']);
});

const listing = (title: string) => ({
  item: { title, description: 'It ticks. '.repeat(950), category: 'Clocks' },
  terms: { currency: 'USD', startingPrice: '100' },
  durationMs: 86_400_000,
});

async function accepted(path: string, token: string, body: object): Promise<any> {
  const reply = await request(house.url, 'POST', path, { token, body });
  expect([path, reply.body]).toEqual([path, expect.objectContaining({ outcome: 'accepted' })]);
  return reply.body;
}

/** What the house's heap and buffers hold, by its own metrics, once what nothing refers to is collected. */
async function heldMiB(): Promise<number> {
  await inspector.collectGarbage();
  const { text } = await request(house.url, 'GET', '/metrics');
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return (read('gavel_nodejs_heap_size_used_bytes') + read('gavel_nodejs_external_memory_bytes')) / MEBIBYTE;
}

/** Resident memory of the house's process. */
const residentMiB = (): number =>
  Number(execFileSync('ps', ['-o', 'rss=', '-p', `${pid}`], { encoding: 'utf8' })) / 1_024;

/** Runs the attack in a process of its own; resolves with how it was answered, and how much memory the house took. */
async function under(name: string, target: Target): Promise<Readonly<{ tally: Tally; peakMiB: number }>> {
  const module = JSON.stringify(join(process.cwd(), 'test', 'soak', 'attacks.ts'));
  const source = `import { ATTACKS } from ${module};
    console.log(JSON.stringify(await ATTACKS[${JSON.stringify(name)}](${JSON.stringify(target)})));
    process.exit(0);`;
  let peakMiB = 0;
  let isOver = false;
  const attack = runTypescript(source).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    peakMiB = Math.max(peakMiB, residentMiB());
    await sleep(SAMPLE_MS);
  }
  return { tally: JSON.parse((await attack).printed), peakMiB };
}

describe('a bidder goes on, and the house holds no more than it may, under', () => {
  it.each(Object.keys(ATTACKS))('%s', async (name) => {
    const { url } = house;
    const address = `198.51.100.${1 + Object.keys(ATTACKS).indexOf(name)}`;
    bidder.begin();
    await eventually('the house to have got over it', () => bidder.bids >= BIDS_BETWEEN, 120_000);
    bidder.begin();
    const attack = () => under(name, { url, address, seconds: SECONDS, ...hostile });
    const { tally, peakMiB } = await (PROFILES === undefined
      ? attack()
      : inspector.profiled(join(PROFILES, `${name.replaceAll(' ', '-')}.cpuprofile`), attack));
    const { bids, p50, p99, errors } = bidder.report();
    let heldNowMiB = 0;
    await eventually(
      'the memory to come back',
      async () => {
        heldNowMiB = await heldMiB();
        return heldNowMiB < heldBeforeMiB + KEPT_MAX_MIB;
      },
      60_000,
    );
    const memory = `memory at most ${peakMiB.toFixed()} MiB, held ${heldBeforeMiB.toFixed()} before and ${heldNowMiB.toFixed()} after`;
    process.stdout.write(
      `${name}: ${bids} bids, p50 ${p50.toFixed()} ms, p99 ${p99.toFixed()} ms; ${memory}; ${JSON.stringify(tally)}\n`,
    );
    expect(errors).toEqual([]);
    expect(bids).toBeGreaterThan(0);
    expect(peakMiB).toBeLessThan(MEMORY_MAX_MIB);
    // Each answer is the client's mistake or a refusal; none is a failure of ours.
    expect(
      Object.keys(tally).filter((status) => status === '500' || status === 'Internal' || status === 'closed 1011'),
    ).toEqual([]);
    // The attack did happen.
    expect(Object.values(tally).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0);
  });
});
