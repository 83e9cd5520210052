// Silver is built anew, swapped and swapped back while about a thousand bids a second go on, and whoever does it is killed
// in every phase: the house goes on, Silver is whole, and the next rebuild starts from nothing.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { request } from '../support/request.js';
import type { GavelProcess } from '../support/run-gavel.js';
import { scratchDirectory } from '../support/scratch.js';
import { Crowd } from './crowd.js';
import { expectNoContradiction, expectVerified, SHOWN_MAX } from './expectations.js';
import { KilledHouse, type Victims } from './killed-house.js';
import { Ledger } from './ledger.js';
import { freePort, person } from './people.js';
import { SilverWatch } from './silver-watch.js';

const BIDDERS = 40;
const PACE = { callers: 40, thinkMs: 30 };
const READ_EVERY_MS = 20;
/** More come all the time: soon enough for a rebuild to be met in the middle of a phase. */
const ANSWERS_AT_FIRST = 5_000;
/** Less is a standstill: some 1,000 come on a quiet machine with two cores that runs everything. */
const ANSWERS_PER_SECOND_MIN = 10;
/** Longer is a hang. */
const WAIT_MAX_MS = 180_000;
/** For whatever is waited for, on a machine that may be busy. */
const WITHIN_MS = 180_000;

jest.setTimeout(900_000);

const secret = randomBytes(32).toString('hex');
const scratch = scratchDirectory('rebuild-kills');
const ledger = new Ledger();
const rates: string[] = [];
let house: KilledHouse;
let crowd: Crowd;
let watch: SilverWatch;

beforeAll(async () => {
  // The same few people are refused many bids of the hot auction: here that is load and no flood.
  house = new KilledHouse(scratch.path, await freePort(), secret, { GAVEL_REFUSALS_PER_MINUTE_MAX: '100000' });
  await house.start();
  watch = await SilverWatch.open(house.database());
  const bidders = await Promise.all(
    Array.from({ length: BIDDERS }, (_, i) => person(secret, `bidder-${i}`, ['bidder'])),
  );
  const seller = await person(secret, 'seller', ['seller', 'bidder']);
  crowd = new Crowd(() => house.url, { seller, bidders }, ledger, PACE);
  await crowd.start();
  await measured('before any rebuild', () =>
    eventually('a journal to rebuild from', () => ledger.settled > ANSWERS_AT_FIRST, 90_000),
  );
});

afterAll(async () => {
  house.killLeftovers();
  await Promise.all([watch?.close(), crowd?.leave()]);
  scratch.remove();
});

afterEach(() => watch.release());

/**
 * When a command is ended. What it is held by from its start on keeps it there, or what it is held by instead once it
 * compares; and with `letGo` it is let go a moment before its end, so that nobody knows how far it comes.
 */
type Moment = Readonly<{
  at: string;
  args?: readonly string[];
  hold?: string;
  holdThen?: string;
  letGo?: true;
  isReached: (command: GavelProcess) => boolean | Promise<boolean>;
}>;

/** As somebody does who alters a table in which nothing happens just now. */
const ALTERING = 'LOCK TABLE silver_private.second_chance_offers IN ACCESS EXCLUSIVE MODE';
/** As a process does that applies migrations: a swap waits for it. */
const MIGRATING = 'SELECT pg_advisory_xact_lock(4720501)';
/** As an administrator does who has gone for lunch: the schema cannot be renamed meanwhile. */
const GRANTING = 'GRANT USAGE ON SCHEMA silver TO gavel_analyst';
/** As somebody does who makes an index: nothing can be written to the version kept. */
const INDEXING = 'LOCK TABLE silver_private_previous.bids IN SHARE MODE';

const says = (text: string) => (command: GavelProcess) => command.stderr.includes(text);
const rebuildWaits = (statement: string) => () => watch.waits('gavel rebuild', statement);
const isRenaming = rebuildWaits('ALTER SCHEMA silver RENAME');

const building: Moment = {
  at: 'while it builds',
  isReached: async (command) => says('silver: building')(command) && (await watch.isNextUnderWay()),
};
const comparing: Moment = { at: 'while it compares', hold: ALTERING, isReached: rebuildWaits('feed.structure_of') };
const waiting: Moment = {
  at: 'while its swap waits for a migration',
  hold: ALTERING,
  holdThen: MIGRATING,
  isReached: rebuildWaits('pg_advisory_xact_lock_shared'),
};
const renaming: Moment = {
  at: 'in the middle of its swap, with the checkpoint in its hands',
  hold: ALTERING,
  holdThen: GRANTING,
  isReached: isRenaming,
};
const committing: Moment = { ...renaming, at: 'when its swap is about to be committed', letGo: true };

const back = { args: ['--rollback'] };
const backCatchingUp: Moment = {
  ...back,
  at: 'while it catches up',
  hold: INDEXING,
  letGo: true,
  isReached: () => watch.waits('gavel silver_previous', 'bids'),
};
const backRenaming: Moment = { ...back, at: renaming.at, hold: GRANTING, isReached: isRenaming };

/** Starts the command and resolves when the moment has come; rejects if it ended before. */
async function reach({ at, args = [], hold, holdThen, isReached }: Moment) {
  if (hold !== undefined) await watch.hold(hold);
  const { command, pid } = await house.beginProgram('rebuild', 'silver', ...args);
  const wait = (what: string, condition: Moment['isReached']) =>
    eventually(
      what,
      () => {
        if (command.hasEnded()) throw new Error(`it ended before it was met ${at}: ${command.stderr}`);
        return condition(command);
      },
      WITHIN_MS,
    );
  if (holdThen !== undefined) {
    await wait('it to compare', says('silver: comparing'));
    await watch.hold(holdThen);
  }
  await wait(at, isReached);
  return { command, pid };
}

describe('a rebuild of Silver under load', () => {
  it.each([waiting, building, comparing])('cancelled $at leaves nothing behind', async (moment) => {
    const before = await watch.remains();
    const { command } = await reach(moment);
    expect((await watch.remains()).schemas).toHaveProperty('silver_next');
    command.child.kill('SIGINT');
    const { code, stderr } = await command.end();
    const last = stderr.trim().split('\n').at(-1);
    expect({ code, last }).toEqual({ code: 1, last: expect.stringContaining('nothing is left behind') });
    expect(await watch.remains()).toEqual(before);
    await watch.nobodyAtWork();
    await expectGoesOn();
  });

  it.each([waiting, renaming, building, comparing])('killed $at does no harm', expectNoHarm);

  it.each<readonly [Victims, Moment]>([
    ['Node and PostgreSQL', building],
    ['Node alone', waiting],
  ])('ends, and leaves nothing, when %s of the house are killed', async (victims, moment) => {
    const { command } = await reach(moment);
    await house.kill(victims);
    await house.start();
    await watch.close();
    watch = await SilverWatch.open(house.database());
    const { code, stderr } = await command.end();
    expect({ code, stderr }).toEqual({ code: 1, stderr: expect.stringContaining('nothing was swapped') });
    const { consumers, versions, schemas } = await watch.remains();
    expect({ consumers, versions, schemas: Object.keys(schemas) }).toEqual(NOTHING_BESIDE);
    await expectGoesOn();
    await expectVerified(house);
  });

  it.each([committing])('killed $at does no harm', expectNoHarm);

  it('swaps, and everybody is answered all along', async () => {
    const { silver } = (await watch.remains()).schemas;
    await undisturbed('a rebuild with its swap', async () => {
      expect(await outcomeOf()).toMatchObject({ status: 'swapped', comparison: { rows: [], structure: [] } });
    });
    const { schemas } = await watch.remains();
    expect(schemas['silver_previous']).toBe(silver);
    expect(Object.keys(schemas)).toEqual(VERSIONS_KEPT);
  });

  it('finds nothing wrong with --verify-only, and keeps nothing', async () => {
    const before = await watch.remains();
    await undisturbed('--verify-only', async () => {
      expect(await outcomeOf('--verify-only')).toMatchObject({
        status: 'verified',
        comparison: { rows: [], structure: [], parkedStreams: 0 },
      });
    });
    expect(await watch.remains()).toEqual(before);
  });

  it.each([backCatchingUp, backRenaming])('rolled back and killed $at does no harm', expectNoHarm);

  it('goes back to the version before, and everybody is answered all along', async () => {
    const { silver, silver_previous } = (await watch.remains()).schemas;
    await undisturbed('--rollback', async () => {
      expect(await outcomeOf('--rollback')).toMatchObject({ status: 'rolled back' });
    });
    const { schemas } = await watch.remains();
    expect(schemas).toMatchObject({ silver: silver_previous, silver_previous: silver });
    expect(Object.keys(schemas)).toEqual(VERSIONS_KEPT);
  });

  it('leaves every command with one answer and one effect', async () => {
    await crowd.stop();
    expect(ledger.open()).toEqual([]);
    expect(ledger.contradictions.slice(0, SHOWN_MAX)).toEqual([]);
    await expectNoContradiction(house, [...ledger.answered('accepted'), ...ledger.answered('rejected')]);
    await expectVerified(house);
    expect(await house.stop()).toBe(0);
    process.stderr.write(`rebuild: ${ledger.settled} commands answered; ${rates.join('; ')}\n`);
  });
});

const NOTHING_BESIDE = { consumers: ['silver'], versions: [], schemas: ['silver', 'silver_private'] };
const VERSIONS_KEPT = ['silver', 'silver_previous', 'silver_private', 'silver_private_previous'];

async function expectNoHarm(moment: Moment): Promise<void> {
  const { silver_next: left, silver_private_next: _, ...before } = (await watch.remains()).schemas;
  const { command, pid } = await reach(moment);
  if (moment.letGo === true) await watch.release();
  process.kill(pid, 'SIGKILL');
  await command.end();
  expect(command.child.signalCode).toBe('SIGKILL');
  // Whoever holds up others is still there: a rebuild that is gone must not keep the house waiting with it.
  await watch.nobodyAtWork();
  await expectGoesOn();
  await watch.release();
  const { schemas: after } = await watch.remains();
  const hasSwapped = moment.letGo === true && after['silver'] !== before['silver'];
  expect(after).toMatchObject(
    hasSwapped ? { silver_previous: before['silver'], silver_private_previous: before['silver_private'] } : before,
  );
  // What an earlier one had left behind was cleared away first.
  expect(Object.values(after)).not.toContain(left);
  await expectVerified(house);
}

/** Bids are answered, shown to whoever asks, and in Silver. */
async function expectGoesOn(): Promise<void> {
  const { settled } = ledger;
  await eventually('answers to go on', () => ledger.settled > settled + 100, WITHIN_MS);
  await watch.silverGoesOn();
  const [hot] = crowd.openAuctions();
  expect(await request(house.url, 'GET', `/auctions/${hot}`)).toMatchObject({ status: 200 });
}

/** Runs `gavel rebuild silver` to its end, and tells what it told. */
async function outcomeOf(...options: readonly string[]): Promise<unknown> {
  const { code, stdout, stderr } = await house.run('rebuild', 'silver', '--json', ...options);
  if (code !== 0) throw new Error(`${stdout}${stderr}`);
  return JSON.parse(stdout);
}

/** Bids are answered while this goes on, as many as otherwise and as soon; and who reads sees nothing undone. */
async function undisturbed(what: string, work: () => Promise<void>): Promise<void> {
  const isOver = new AbortController();
  ledger.longestPause();
  const reading = read(isOver.signal);
  const perSecond = await measured(what, work).finally(() => isOver.abort());
  const longestWaitMs = ledger.longestPause().ms;
  rates.push(`longest wait ${longestWaitMs} ms`);
  expect(await reading).toBeGreaterThan(0);
  expect(perSecond).toBeGreaterThan(ANSWERS_PER_SECOND_MIN);
  expect(longestWaitMs).toBeLessThan(WAIT_MAX_MS);
}

/** Reads the hot auction again and again, which only ever goes forward. Resolves to how often. */
async function read(signal: AbortSignal): Promise<number> {
  const [hot] = crowd.openAuctions();
  let [reads, seen] = [0, 0];
  for (; !signal.aborted; reads++) {
    const { status, body } = await request(house.url, 'GET', `/auctions/${hot}`);
    expect({ status, isUndone: body.revision < seen }).toEqual({ status: 200, isUndone: false });
    seen = body.revision;
    await sleep(READ_EVERY_MS);
  }
  return reads;
}

/** Resolves to the answers a second while `work` went on. */
async function measured(what: string, work: () => Promise<void>): Promise<number> {
  const [settled, startedMs] = [ledger.settled, performance.now()];
  await work();
  const perSecond = Math.round((ledger.settled - settled) / ((performance.now() - startedMs) / 1_000));
  rates.push(`${what} ${perSecond} answers a second`);
  return perSecond;
}
