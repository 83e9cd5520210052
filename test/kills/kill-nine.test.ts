// Kill -9 under load, ten times in a row, on one data directory: what was answered stands, once, and what was not
// answered had one effect or none. Everything here is real: processes, HTTP, disk.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { scratchDirectory } from '../support/scratch.js';
import { Crowd } from './crowd.js';
import { expectNoContradiction, expectVerified, SHOWN_MAX } from './expectations.js';
import { send } from './house-client.js';
import { KilledHouse, type Victims } from './killed-house.js';
import { type Asked, Ledger } from './ledger.js';
import { freePort, person } from './people.js';

const KILLS: readonly Victims[] = Array.from({ length: 10 }, (_, i) =>
  i % 2 === 0 ? 'Node alone' : 'Node and PostgreSQL',
);
const BIDDERS = 40;
/** Load before each kill, of which nobody knows the end. */
const LOAD_MS = { min: 1_500, max: 3_000 };
/** Settled commands that are sent once more after each start. */
const REPEATS = 60;

jest.setTimeout(900_000);

const secret = randomBytes(32).toString('hex');
const scratch = scratchDirectory('kills');
const ledger = new Ledger();
let house: KilledHouse;
let crowd: Crowd;

beforeAll(async () => {
  house = new KilledHouse(scratch.path, await freePort(), secret);
  await house.start();
  const bidders = await Promise.all(
    Array.from({ length: BIDDERS }, (_, i) => person(secret, `bidder-${i}`, ['bidder'])),
  );
  crowd = new Crowd(() => house.url, { seller: await person(secret, 'seller', ['seller', 'bidder']), bidders }, ledger);
  await crowd.start();
});

afterAll(async () => {
  house.killLeftovers();
  await crowd?.leave();
  scratch.remove();
});

describe('kill -9 under load', () => {
  it.each(KILLS.map((victims, i) => ({ victims, number: i + 1 })))(
    'of $victims (kill $number of 10) unmakes no answer',
    async ({ victims }) => {
      await sleep(LOAD_MS.min + Math.random() * (LOAD_MS.max - LOAD_MS.min));
      await house.kill(victims);
      const [accepted, rejected] = [ledger.answered('accepted'), ledger.answered('rejected')];
      await house.start();
      await expectNoContradiction(house, [...accepted, ...rejected]);
      await expectVerified(house);
      await sendAgain([...someOf(accepted), ...someOf(rejected)]);
      expect(ledger.contradictions.slice(0, SHOWN_MAX)).toEqual([]);
    },
  );

  it('leaves every command with one answer and one effect', async () => {
    await crowd.stop();
    const [accepted, rejected] = [ledger.answered('accepted'), ledger.answered('rejected')];
    expect(ledger.contradictions.slice(0, SHOWN_MAX)).toEqual([]);
    expect(ledger.open()).toEqual([]);
    const { endings } = await expectNoContradiction(house, [...accepted, ...rejected]);
    await expectVerified(house);
    expect(await house.stop()).toBe(0);
    process.stderr.write(
      `kills: ${accepted.length} commands accepted and ${rejected.length} refused, ${ledger.retried} of them sent more than once; ${endings} auctions ended\n`,
    );
    // A load that brought nothing to the edge would prove nothing.
    expect(accepted.length).toBeGreaterThan(1_000);
    expect(rejected.length).toBeGreaterThan(100);
    expect(endings).toBeGreaterThan(KILLS.length);
    expect(ledger.retried).toBeGreaterThan(KILLS.length);
  });
});

/** The ledger notes an answer that differs from the first. */
async function sendAgain(settled: readonly Asked[]): Promise<void> {
  await Promise.all(settled.map((asked) => send(house.url, asked, ledger)));
}

/** The newest, which were answered right before the kill, and some of all the others. */
function someOf(settled: readonly Asked[]): readonly Asked[] {
  const newest = settled.slice(-REPEATS / 2);
  return [
    ...newest,
    ...Array.from({ length: REPEATS / 2 }, () => settled[Math.floor(Math.random() * settled.length)]),
  ].flatMap((asked) => asked ?? []);
}
