// Kill -9 of a cluster's processes at random under load, and of one of three brokers: no accepted bid lost or doubled, no
// answer contradicted, every watcher converges, and nobody waits for long. Everything here is real.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import { signDevelopmentToken } from '../../../src/api/auth/development-token.js';
import type { Role as Permission } from '../../../src/domain/actor.js';
import { userId } from '../../../src/domain/ids.js';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import { eventually } from '../../support/eventually.js';
import { scratchDirectory } from '../../support/scratch.js';
import { Crowd, type Person } from '../crowd.js';
import { contradictionsIn, gatherEvidence } from '../evidence.js';
import { Ledger } from '../ledger.js';
import { KilledCluster, type Role } from './killed-cluster.js';
import { Tills } from './tills.js';
import { Watchers } from './watchers.js';

const KILLS = Number(process.env['GAVEL_TEST_KILLS'] ?? 20);
const ROLES: readonly Role[] = ['engine', 'api', 'projector', 'relay', 'engine', 'scheduler'];
const BIDDERS = 40;
/** Everything runs on this one machine: load that takes all of it would measure how long processes wait for a processor. */
const PACE = { callers: 16, thinkMs: 100 };
const TILL_BIDS_PER_S = 1_000;
const LOAD_MS = { min: 1_000, max: 2_500 };
/** A client that waits longer than this for an answer hangs. How long clients wait is printed, and depends on the machine. */
const HANG_MS = 180_000;
const TOLD_WITHIN_MS = 600_000;
const CALM = { pauseMs: 500, withinMs: 120_000 };
const SHOWN_MAX = 10;
const TRIES_SHOWN = 5;
/** What waits to be judged has to become less within this. */
const STANDSTILL_MAX_MS = 120_000;
const LOOK_EVERY_MS = 1_000;

jest.setTimeout(900_000);

const secret = randomBytes(32).toString('hex');
const runtime = new SystemRuntime();
const scratch = scratchDirectory('cluster-kills');
const ledger = new Ledger();
const cluster = new KilledCluster(scratch.path, secret);
const pauses: number[] = [];
let crowd: Crowd;
let tills: Tills;
let watchers: Watchers;
let watched: readonly string[] = [];

/** Any node that is up: what a load balancer does. By chance, since callers that take turns may fall into step. */
const anyUrl = (): string => {
  const urls = cluster.apiUrls();
  return urls[Math.floor(Math.random() * urls.length)] ?? 'http://127.0.0.1:9';
};

beforeAll(async () => {
  await cluster.start();
  const bidders = await Promise.all(Array.from({ length: BIDDERS }, (_, i) => person(`bidder-${i}`, ['bidder'])));
  crowd = new Crowd(anyUrl, { seller: await person('seller', ['seller', 'bidder']), bidders }, ledger, PACE);
  await cluster.whileRunning(crowd.start());
  // Auctions of their own: what the crowd bids rests on prices that only the crowd makes.
  watched = await cluster.whileRunning(crowd.listForOthers(10));
  tills = new Tills(cluster.brokers(), watched, bidders, TILL_BIDS_PER_S);
  await cluster.whileRunning(tills.start());
  watched = [...watched, ...crowd.openAuctions()];
  watchers = new Watchers(anyUrl, watched, 2);
});

afterAll(async () => {
  await watchers?.close();
  cluster.killLeftovers();
  scratch.remove();
});

describe('a cluster under load', () => {
  it.each(Array.from({ length: KILLS }, (_, i) => ({ number: i + 1 })))(
    `goes on after kill -9 number $number of ${KILLS}`,
    async ({ number }) => {
      const before = await load();
      const role = ROLES[number % ROLES.length] ?? 'engine';
      await cluster.end(role, 1 + Math.floor(Math.random() * 2), 'SIGKILL');
      const pauseMs = await pauseMsAfter(`${role} killed`, before);
      pauses.push(pauseMs);
      expect(pauseMs).toBeLessThan(HANG_MS);
      if (number % 5 === 0) await expectNoContradiction();
    },
  );

  it.each(['engine', 'api'] as const)(
    'goes on at once when one %s is told to stop',
    async (role) => {
      const before = await calm();
      await cluster.end(role, 1, 'SIGTERM');
      expect(await pauseMsAfter(`${role} told to stop`, before)).toBeLessThan(HANG_MS);
    },
    TOLD_WITHIN_MS,
  );

  it(
    'is rolled over, process by process, without losing a bid',
    async () => {
      const before = await calm();
      const [old, judged] = [cluster.pids(), tills.taken.length];
      const { code, stdout, stderr } = await cluster.roll();
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      // Two of each role, and the archiver.
      expect(stdout.match(/ready again after \d+ ms/g)).toHaveLength(11);
      expect(cluster.pids().filter((pid) => old.includes(pid))).toEqual([]);
      const pauseMs = await pauseMsAfter('rolled over', before);
      process.stderr.write(
        `${stdout}rolled over under ${TILL_BIDS_PER_S} bids/s by tills: longest pause ${pauseMs} ms\n`,
      );
      expect(tills.taken.length).toBeGreaterThan(judged);
      await expectNoContradiction();
      // The tills go on: what they have sent since is on its way.
      await expectTillsHeard([...tills.taken]);
    },
    TOLD_WITHIN_MS,
  );

  it('goes on when one of three brokers is lost', async () => {
    const before = await load();
    cluster.killBroker(1 + Math.floor(Math.random() * 3));
    await sleep(1_000);
    await pauseMsAfter('a broker killed', before);
  });

  it('leaves every command with one answer and one effect, and every watcher at the last price', async () => {
    await tills.stop();
    await crowd.stop();
    expect(ledger.open()).toEqual([]);
    await expectTillsHeard(tills.taken);
    await expectNoContradiction();
    const last = await lastRevisions(watched);
    await eventually('every watcher at the end', () => watchers.behind(last).length === 0, 30_000).catch(
      () => undefined,
    );
    expect(watchers.behind(last)).toEqual([]);
    await watchers.close();
    const { code, stdout, stderr } = await cluster.verify();
    expect({ code, report: code === 0 ? '' : `${stdout}${stderr}` }).toEqual({ code: 0, report: '' });
    process.stderr.write(
      `cluster kills: ${ledger.answered('accepted').length} accepted and ${ledger.answered('rejected').length} refused over HTTP, ` +
        `${ledger.retried} of them sent more than once; ${tills.taken.length} by tills; longest pause after a kill ${Math.max(...pauses)} ms\n`,
    );
    expect(await cluster.stop()).toBe(0);
  });
});

/** Goes on for a while, and returns the longest that anybody waited meanwhile. */
async function load(): Promise<number> {
  cluster.expectRunning();
  ledger.longestPause();
  await sleep(LOAD_MS.min + Math.random() * (LOAD_MS.max - LOAD_MS.min));
  return ledger.longestPause().ms;
}

/** Goes on until everybody is answered soon, or for as long as that may take, and returns what `load` does. */
async function calm(): Promise<number> {
  const until = performance.now() + CALM.withinMs;
  let before = await load();
  while (before > CALM.pauseMs && performance.now() < until) before = await load();
  return before;
}

/**
 * Waits for answers to all that was asked by now. Prints the longest wait since one was last asked for, with what came of its
 * tries, and returns it in ms. Nobody may have been told two things.
 */
async function pauseMsAfter(done: string, before: number): Promise<number> {
  await recovered();
  const { ms, tries } = ledger.longestPause();
  const story = tries.slice(-TRIES_SHOWN).join('; ') || 'nobody waited';
  process.stderr.write(`cluster kills: ${done}, longest pause ${ms} ms (${story}), ${before} ms before it\n`);
  expect(ledger.contradictions.slice(0, SHOWN_MAX)).toEqual([]);
  return ms;
}

/** Everything that was asked by now has been answered. */
async function recovered(): Promise<void> {
  const open = ledger.open();
  const isAnswered = () => {
    cluster.expectRunning();
    return open.every(({ answer }) => answer !== null) || ledger.contradictions.length > 0;
  };
  await eventually(`answers; ${cluster.lastWords()}`, isAnswered, 60_000);
}

async function expectNoContradiction(): Promise<void> {
  const answered = [...ledger.answered('accepted'), ...ledger.answered('rejected')];
  const evidence = await gatherEvidence(cluster.database());
  expect(contradictionsIn(evidence, answered).slice(0, SHOWN_MAX)).toEqual([]);
}

/**
 * Each bid that the brokers took from a till stands in the journal, under one revision: taken, or refused with a reason. What
 * piled up while engines were gone takes its time; none of it may stay away.
 */
async function expectTillsHeard(taken: readonly string[]): Promise<void> {
  let missing = await tillBidsMissing(taken);
  for (let leftMs = STANDSTILL_MAX_MS; missing > 0 && leftMs > 0; leftMs -= LOOK_EVERY_MS) {
    await sleep(LOOK_EVERY_MS);
    const now = await tillBidsMissing(taken);
    if (now < missing) leftMs = STANDSTILL_MAX_MS;
    missing = now;
  }
  process.stderr.write(
    `cluster kills: ${taken.length} bids by tills, ${tills.repeated} requests of theirs sent again, ${missing} bids never judged\n`,
  );
  expect(missing).toBe(0);
}

async function tillBidsMissing(taken: readonly string[]): Promise<number> {
  const { byCommand } = await gatherEvidence(cluster.database());
  return taken.filter((commandId) => !byCommand.has(commandId)).length;
}

async function lastRevisions(auctions: readonly string[]): Promise<ReadonlyMap<string, number>> {
  const client = new pg.Client(cluster.database());
  await client.connect();
  try {
    const { rows } = await client.query<{ auction_id: string; revision: string }>(
      `SELECT substr(stream_id, 9) AS auction_id, max(revision)::text AS revision
         FROM journal.events JOIN journal.streams USING (stream_key)
        WHERE stream_id = ANY ($1) GROUP BY stream_id`,
      [auctions.map((id) => `auction-${id}`)],
    );
    return new Map(rows.map(({ auction_id, revision }) => [auction_id, Number(revision)]));
  } finally {
    await client.end();
  }
}

async function person(name: string, roles: readonly Permission[]): Promise<Person> {
  const id = userId(runtime.uuid());
  const key = { kind: 'secret', secret: new TextEncoder().encode(secret) } as const;
  const token = await signDevelopmentToken(
    { key, issuer: null, audience: null },
    { userId: id, roles, now: runtime.now(), lifetimeS: 3_600 },
  );
  return { id, name, token };
}
