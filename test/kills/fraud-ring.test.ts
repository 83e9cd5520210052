// A journey over the public API and three kill -9: a ring works a seller's auctions, a case opens while the last of them is open,
// an operator reads why, confirms and suspends. Those on duty hear of the case once by e-mail and once by the webhook.
import { randomBytes } from 'node:crypto';
import { afterAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import type { Role } from '../../src/domain/actor.js';
import { userId } from '../../src/domain/ids.js';
import { caseOf } from '../../src/scheduler/case-opener.js';
import { eventually } from '../support/eventually.js';
import { startMailServer } from '../support/mail-server.js';
import { scratchDirectory } from '../support/scratch.js';
import { startWebhookServer } from '../support/webhook-server.js';
import type { Person } from './crowd.js';
import { KilledHouse } from './killed-house.js';
import { freePort, person } from './people.js';

jest.setTimeout(900_000);
const WITHIN_MS = 180_000;
const DAY_MS = 86_400_000;

const scratch = scratchDirectory('fraud-ring');
const undo: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const one of undo) await one();
  scratch.remove();
});

it('leads from a ring to a suspension, and tells of the case once on each road, whatever is killed between', async () => {
  const [mail, hook] = [await startMailServer(), await startWebhookServer()];
  undo.push(mail.stop, hook.stop);
  const secret = randomBytes(32).toString('hex');
  const house = new KilledHouse(scratch.path, await freePort(), secret, {
    GAVEL_MAIL_URL: mail.url,
    GAVEL_ALERT_EMAIL: 'desk@house.example',
    GAVEL_ALERT_WEBHOOK: hook.url,
    GAVEL_ALERT_EVERY_MS: '200',
    // Beyond the longest stay of this house: nobody is told that a run is missed, or that the machine is full.
    GAVEL_ALERT_FREE_PERCENT: '1',
  });
  undo.push(async () => house.killLeftovers());
  const call = async (method: string, path: string, { token }: Person, body?: object) => {
    const response = await fetch(`${house.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as any };
  };
  const registered = async (name: string, ...roles: Role[]): Promise<Person> => {
    const who = await person(secret, name, roles);
    expect((await call('POST', '/users', who, { username: name })).status).toBe(201);
    return who;
  };
  const listed = async (seller: Person, durationMs: number): Promise<string> => {
    const item = { title: 'A clock', category: 'Clocks' };
    const terms = { currency: 'USD', startingPrice: '1000', softClose: null };
    return (await call('POST', '/auctions', seller, { item, terms, durationMs })).body.auctionId;
  };
  const bid = async (auctionId: string, who: Person, amount: string): Promise<string> => {
    const { status, body } = await call('POST', `/auctions/${auctionId}/bids`, who, { amount, currency: 'USD' });
    expect([status, body.reason]).toEqual([201, undefined]);
    return body.minimumNextBid;
  };

  await house.start();
  const [sue, bob, olga] = [
    await registered('sue', 'seller'),
    await registered('bob', 'bidder'),
    await registered('olga', 'operator'),
  ];
  const ring = [
    await registered('cid', 'bidder'),
    await registered('dan', 'bidder'),
    await registered('eve', 'bidder'),
  ];
  const other = await registered('oscar', 'seller');
  for (let i = 0; i < 40; i++) await listed(other, DAY_MS);
  /** Bob wants it; two of the ring push him step by step, and leave the end to him. */
  const worked = async (auctionId: string, n: number): Promise<void> => {
    let next = await bid(auctionId, bob, '900000');
    const two = ring.filter((_, at) => at !== n % ring.length);
    for (let i = 0; i < 4; i++) for (const member of two) next = await bid(auctionId, member, next);
  };
  const statusOf = async (auctionId: string) => (await call('GET', `/auctions/${auctionId}`, bob)).body.status;
  const early = await Promise.all(Array.from({ length: 9 }, () => listed(sue, 15_000)));
  await Promise.all(early.map(worked));
  const last = await listed(sue, DAY_MS);
  await eventually(
    'the hammer',
    async () => (await Promise.all(early.map(statusOf))).every((one) => one === 'sold'),
    WITHIN_MS,
  );

  // The case opens, its alert is written, and neither road takes it. The house dies with it in the outbox.
  mail.refuseWith(451);
  hook.answerWith(503);
  await worked(last, 0);
  await eventually('a try that fails', () => hook.posts.length > 0, WITHIN_MS);
  const path = `/fraud/cases/${caseOf(userId(sue.id))}`;
  expect(await statusOf(last)).toBe('open');
  await house.kill('Node and PostgreSQL');

  // It is opened again, sends on both roads, and dies at some moment behind that, decided upon nowhere.
  mail.refuseWith(null);
  hook.answerWith(200);
  const refused = hook.posts.length;
  await house.start();
  const client = new pg.Client(house.database());
  await client.connect();
  const unsent = async () => (await client.query('SELECT FROM ops.outbox WHERE sent_at IS NULL')).rowCount;
  await eventually('the alert to be sent', async () => (await unsent()) === 0, WITHIN_MS);
  await client.end();
  await house.kill('Node alone');
  await house.start();

  // A house on a machine with much else to do may be told of other alerts, such as of one who lags.
  const raised = () =>
    hook.posts
      .slice(refused)
      .map(({ body }) => JSON.parse(body).alert)
      .filter(({ kind }) => kind === 'fraud-case');
  const mailed = () => mail.taken.filter(({ mail: { subject } }) => subject?.includes('fraud-case') === true);
  expect(raised()).toEqual([
    expect.objectContaining({ what: 'raised', kind: 'fraud-case', subject: caseOf(userId(sue.id)) }),
  ]);
  expect(mailed().map(({ to, mail: { subject } }) => [to, subject])).toEqual([
    [['desk@house.example'], `[gavel] ALERT warning: fraud-case ${caseOf(userId(sue.id))}`],
  ]);

  // An operator reads why.
  expect(await statusOf(last)).toBe('open');
  const detail = (await call('GET', path, olga)).body;
  expect(detail).toMatchObject({ status: 'open', openings: 1, sellerId: sue.id });
  const named = detail.named.map(({ bidderId }: any) => bidderId);
  expect(named).not.toContain(bob.id);
  for (const { reasons } of detail.named) expect(reasons.length).toBeGreaterThan(0);
  expect(JSON.stringify(detail)).not.toMatch(/900000/);
  const member = ring.find(({ id }) => named.includes(id)) as Person;

  // And decides, across another kill.
  expect((await call('POST', `${path}/confirmation`, olga, { reason: 'three accounts, one seller' })).status).toBe(200);
  await house.kill('Node and PostgreSQL');
  await house.start();
  expect((await call('POST', `/users/${member.id}/suspension`, olga, { reason: 'a shill' })).status).toBe(200);
  await eventually(
    'the suspension to reach bidding',
    async () => {
      const { body } = await call('POST', `/auctions/${last}/bids`, member, { amount: '1', currency: 'USD' });
      return body.reason === 'BidderSuspended';
    },
    WITHIN_MS,
  );
  expect((await call('GET', path, olga)).body).toMatchObject({ status: 'confirmed', openings: 1, decidedBy: olga.id });
  expect(await statusOf(last)).toBe('open');

  // A decision ends the alert: both roads are told that, once.
  await eventually('the end on both roads', () => raised().length === 2 && mailed().length === 2, WITHIN_MS);
  expect(raised()[1]).toMatchObject({ what: 'cleared', kind: 'fraud-case' });
  expect(mailed()[1]?.mail.subject).toBe(`[gavel] cleared warning: fraud-case ${caseOf(userId(sue.id))}`);
  expect(await house.stop()).toBe(0);
});
