// A person is erased from a real house, and then looked for everywhere: in every table and file, in what is parked and what is
// kept for a rollback, in the logs, in the answers to everybody, and with all keys that are left. Then an old backup is
// restored, database and keys, and the house has to forget the person again by itself.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Answered } from '../support/all-answers.js';
import { dumpOf, openedWith, wordsInFiles } from '../support/at-rest.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory } from '../support/scratch.js';
import { SecretHunt } from '../support/secret-hunt.js';
import { MARKER, NAMES, type Name, PeopledHouse } from './peopled-house.js';

// Several starts of a real PostgreSQL, on a machine that may be busy.
jest.setTimeout(180_000);

const scratch = scratchDirectory('erasure');
const backup = join(scratch.path, 'backup');
/** The keys come back with the database, to make it as hard as it gets. The erasure list is what a restore is corrected by. */
const BACKED_UP = ['postgres', 'keys'] as const;

let peopled: PeopledHouse;
let ann: PeopledHouse['people']['ann'];
let eve: PeopledHouse['people']['eve'];
let secrets: ReadonlySet<string>;
let hunt: SecretHunt;

beforeAll(async () => {
  peopled = await PeopledHouse.open(scratch.path);
  ({ ann, eve } = peopled.people);
  secrets = new Set([MARKER, ...NAMES.flatMap((name) => Object.values(peopled.people[name].words))]);
  hunt = new SecretHunt(secrets);
  await Promise.all(NAMES.map((name) => peopled.register(name)));
  await peopled.play();
});

afterAll(() => {
  peopled?.house.killLeftovers();
  scratch.remove();
});

const profile = async (name: Name) => (await peopled.get(`/users/${peopled.people[name].id}`, 'sue')).body;
const ownAccount = async (name: Name) => (await peopled.get('/users/me', name)).body;

async function expectErased(name: Name): Promise<void> {
  await eventually('Silver to say so', async () => (await profile(name)).status === 'erased');
  expect((await profile(name)).username).toBeNull();
  expect(await ownAccount(name)).toMatchObject({
    username: null,
    personalData: null,
    personalDataStatus: 'erased',
  });
}

/** Takes an auction away from under everybody who has bid in it. */
async function withdraw(which: Parameters<PeopledHouse['auction']>[0]): Promise<void> {
  const path = `/auctions/${peopled.auction(which)}/withdrawal`;
  expect((await peopled.post(path, 'olga', { reason: 'broken' })).status).toBe(200);
}

describe('a person on whom others count is refused an erasure', () => {
  async function expectRefused(name: Name): Promise<void> {
    const ties = { outcome: 'rejected', reason: 'UserHasTies', selling: 0, bidding: 1, unpaid: 0 };
    for (const by of [name, 'olga'] as const)
      expect(await peopled.erase(name, by)).toMatchObject({ status: 409, body: ties });
    const { username } = peopled.people[name].words;
    expect(await ownAccount(name)).toMatchObject({ username, personalDataStatus: 'present' });
  }

  const expectTaken = async (name: Name): Promise<void> => {
    expect(await peopled.erase(name, name)).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
    await expectErased(name);
  };

  it('while a bid counts in an open auction, outbid or not', async () => {
    await expectRefused('lea');
    await peopled.takes(peopled.auction('led'), 'eve', 9_000);
    await expectRefused('lea');
    await withdraw('led');
    await expectTaken('lea');
  });

  it('while a sealed bid stands', async () => {
    await expectRefused('sid');
    const voiding = `/auctions/${peopled.auction('sealed')}/bids/1/voiding`;
    const reason = 'the bidder leaves';
    expect((await peopled.postAsStaff(`${voiding}-proposal`, { reason })).status).toBe(200);
    expect((await peopled.post(voiding, 'olga')).status).toBe(200);
    await expectTaken('sid');
  });

  it('while a second chance is on offer', async () => {
    const sale = `/auctions/${peopled.auction('unpaid')}`;
    expect((await peopled.post(`${sale}/transactions/1/overdue`, 'olga')).status).toBe(200);
    const offer = { bidderId: peopled.people.cho.id, durationMs: 3_600_000 };
    expect((await peopled.post(`${sale}/second-chances`, 'sue', offer)).status).toBe(201);
    await expectRefused('cho');
    expect((await peopled.post(`${sale}/second-chances/1/refusal`, 'cho')).status).toBe(200);
    await expectTaken('cho');
  });
});

describe('a person', () => {
  it('is there before: for herself, by her name for all, and for whoever has a dump and the keys', async () => {
    expect(await peopled.house.run('rebuild', 'silver')).toMatchObject({ code: 0 });
    await park();
    const { username, name, email, address, movedTo, taxNumber, holder } = ann.words;
    await expectAnswers({ toAnn: [name, email, address, taxNumber], toStaff: [taxNumber], toAll: [username] });

    const { tables, everything, opened } = await atRest();
    expect(tables.get('silver_private_previous.users')).toContain(ann.id);
    expect(hunt.find(everything)).toEqual(new Set([MARKER]));
    expect(of('ann', opened)).toEqual(new Set([username, name, email, address, movedTo, taxNumber, holder]));
    expect(of('ann', await story())).toEqual(new Set([username]));
    // What does not know her at all can prove nothing.
    for (const table of ['journal.streams', 'journal.snapshots', 'feed.parked_events', 'silver_private.users'])
      expect([table, tables.get(table)]).toEqual([table, expect.stringContaining(ann.id)]);

    expect(await peopled.house.stop()).toBe(0);
    expect(wordsInFiles(peopled.data, [...secrets])).toEqual(new Set([MARKER]));
    mkdirSync(backup);
    for (const part of BACKED_UP) copy(join(peopled.data, part), backup);
    await peopled.house.start();
  });

  it('is nowhere once she is erased, and the others are where they were', async () => {
    for (const auction of ['bound', 'long'] as const) await withdraw(auction);
    expect(await peopled.erase('ann', 'ann')).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
    await carriedOut();
    expect(await parked()).toHaveLength(1);
    await expectNowhere();

    await mend();
    await expectErased('ann');
    expect(await peopled.house.run('rebuild', 'silver', '--rollback')).toMatchObject({ code: 0 });
    await expectErased('ann');
    expect(await peopled.house.verify()).toMatchObject({ code: 0 });
    await expectNowhere();
    const { stdout } = await peopled.house.run('erasures', 'list');
    const erased = (['ann', 'lea', 'sid', 'cho'] as const).map((name) => peopled.people[name].id);
    expect(stdout.trim().split('\n')).toEqual(erased.toSorted());
  });

  it('does not come back with a backup of the database and of the keys', async () => {
    expect(await peopled.house.stop()).toBe(0);
    expect(wordsInFiles(peopled.data, [...secrets])).toEqual(new Set([MARKER]));
    for (const part of BACKED_UP) {
      rmSync(join(peopled.data, part), { recursive: true });
      copy(join(backup, part), peopled.data);
    }
    expect(readFileSync(join(peopled.data, 'keys', ann.id.slice(-2), ann.id))).toHaveLength(32);
    await peopled.house.start();
    const again = { listed: 4, keysDeleted: 1, recorded: 1, msg: 'people on the erasure list were erased again' };
    expect(logLines()).toContainEqual(expect.objectContaining(again));
    await carriedOut();
    await expectNowhere();
    await mend();
    await expectErased('ann');

    // At the time of the backup she led: whom nobody can name any more cannot win, so the house voids what she bid.
    const shown = async () => (await peopled.get(`/auctions/${peopled.auction('bound')}`, 'sue')).body;
    await eventually('her bid to go', async () => (await shown()).leaderId === null);
    const { body } = await peopled.takes(peopled.auction('bound'), 'eve', 3_000);
    expect(body).toMatchObject({ leading: true });
    const bidsShown = `SELECT count(*)::integer AS n FROM silver_private.bids b JOIN silver_private.standings s USING (auction_id)
      WHERE b.bidder_id = $1 AND s.status = 'open' AND b.voided_at IS NULL`;
    await eventually('all her bids to go', async () => (await peopled.query(bidsShown, [ann.id]))[0].n === 0, 60_000);
    expect(await peopled.house.verify()).toMatchObject({ code: 0 });
  });
});

/** The words of somebody that stand in the text. */
function of(name: Name, text: string): ReadonlySet<string> {
  const own: readonly string[] = Object.values(peopled.people[name].words);
  return new Set([...hunt.find(text)].filter((word) => own.includes(word)));
}

type AtRest = Readonly<{ tables: ReadonlyMap<string, string>; everything: string; opened: string }>;

/** All that is kept and printed, as text; and what of it opens under the keys there are. */
async function atRest(): Promise<AtRest> {
  const { house, data } = peopled;
  const tables = await dumpOf(house.database());
  const logs = ['gavel.log', 'gavel.log.1', 'postgres/server.log'].map((name) => join(data, name)).filter(existsSync);
  const told = await Promise.all([
    house.run('dlq', 'list', '--json'),
    house.run('dlq', 'show', `user-${ann.id}`, '--secrets'),
  ]);
  const texts = [...tables.values(), ...logs.map((log) => readFileSync(log, 'utf8'))];
  const everything = [...texts, ...told.map((one) => `${one.stdout}${one.stderr}`), house.said()].join('\n');
  return { tables, everything, opened: await openedWith(join(data, 'keys'), everything) };
}

/** An auction's story, which names people. */
async function story(): Promise<string> {
  const { code, stdout } = await peopled.house.run('history', peopled.auction('long'), '--secrets');
  expect(code).toBe(0);
  return stdout;
}

/**
 * Everybody is answered what is everybody's; Eve what is hers; staff the name and address on her invoice, and her tax number; and
 * beyond that Ann, staff and all others what is said here.
 */
async function expectAnswers({
  toAnn,
  toStaff,
  toAll,
}: Record<'toAnn' | 'toStaff' | 'toAll', readonly string[]>): Promise<void> {
  const usernames = (['sue', 'eve', 'olga'] as const).map((name) => peopled.people[name].words.username);
  const { name, email, address, taxNumber } = eve.words;
  const toReader = (reader: string): readonly string[] => {
    if (reader === 'ann') return toAnn;
    if (reader === 'eve') return [name, email, address, taxNumber];
    return reader === 'operator' || reader === 'admin' ? [name, address, taxNumber, ...toStaff] : [];
  };
  for (const [reader, answers] of await peopled.answers()) {
    const own = toReader(reader);
    const expected = [MARKER, ...usernames, ...toAll, ...own].toSorted();
    expect([reader, [...hunt.find(textOf(answers))].toSorted()]).toEqual([reader, expected]);
  }
}

const textOf = (answers: readonly Answered[]): string => answers.map(({ text }) => text).join('\n');

async function expectNowhere(): Promise<void> {
  const { everything, opened } = await atRest();
  expect(hunt.find(everything)).toEqual(new Set([MARKER]));
  expect(of('ann', opened)).toEqual(new Set());
  const { username, name, email, address, taxNumber, holder } = eve.words;
  expect(of('eve', opened)).toEqual(new Set([username, name, email, address, taxNumber, holder]));
  const told = await story();
  expect([of('ann', told), of('eve', told)]).toEqual([new Set(), new Set([username])]);
  // It is all still there, and the key is what it takes.
  expect(of('ann', await openedWith(join(backup, 'keys'), everything)).size).toBeGreaterThan(0);
  await expectAnswers({ toAnn: [], toStaff: [], toAll: [] });
}

/** The consumer that carries out erasures comes to it once the house is open. */
const carriedOut = () =>
  eventually('the erasure to be carried out', async () => {
    const done = `SELECT FROM feed.checkpoints WHERE consumer = 'erasures'
      AND position >= (SELECT max(position) FROM journal.events WHERE event_type = 'UserErased')`;
    return (await peopled.query(done, [])).length === 1;
  });

const parked = () => peopled.query('SELECT FROM feed.parked_streams WHERE stream_id = $1', [`user-${ann.id}`]);

/** Lets Silver refuse a new address of Ann's: that event, and what follows on it, waits among the dead letters. */
async function park(): Promise<void> {
  await peopled.query(`ALTER TABLE silver_private.users
    ADD CONSTRAINT never CHECK (user_id <> '${ann.id}' OR revision <= 2)`);
  await peopled.move('ann');
  await eventually('her stream to be parked', async () => (await parked()).length === 1);
}

async function mend(): Promise<void> {
  await peopled.query('ALTER TABLE silver_private.users DROP CONSTRAINT never');
  expect(await peopled.house.run('dlq', 'replay', `user-${ann.id}`)).toMatchObject({ code: 0 });
}

/** With owners and rights: PostgreSQL refuses a directory that is not its own. */
const copy = (from: string, to: string): void => {
  execFileSync('cp', ['-a', from, to]);
};

const logLines = (): readonly unknown[] =>
  readFileSync(join(peopled.data, 'gavel.log'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
