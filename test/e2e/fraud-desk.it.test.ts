// A journey over the public API: a ring works a seller's auctions, a case opens while the last of them is open, an operator reads
// why, confirms and suspends. Nobody else hears of it, and no score does anything by itself.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Role } from '../../src/domain/actor.js';
import { type UserId, userId } from '../../src/domain/ids.js';
import { caseStream } from '../../src/domain/messages.js';
import { caseOf } from '../../src/scheduler/case-opener.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { BareSocket } from '../support/watcher.js';

type Person = Readonly<{ id: UserId; token: string }>;

/** Nobody waits for the hammer, and no bid comes too late, however slow the machine is. */
const clock = new ForwardRuntime();
const EARLY_MS = 600_000;

let house: ApiHouse;
let sue: Person;
let bob: Person;
let olga: Person;
let ada: Person;
let ring: readonly Person[];
let last: string;

async function registered(...roles: Role[]): Promise<Person> {
  const id = userId(runtime.uuid());
  const token = await tokenFor(id, ...roles);
  expect((await house.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
  return { id, token };
}

async function listed({ token }: Person, durationMs: number): Promise<string> {
  const { body } = await house.http.post('/auctions', token, {
    item: { title: 'A clock', category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000', softClose: null },
    durationMs,
  });
  return body.auctionId;
}

async function bid(auctionId: string, { token }: Person, amount: string): Promise<string> {
  const { status, body } = await house.http.post(`/auctions/${auctionId}/bids`, token, { amount, currency: 'USD' });
  expect([status, body.reason]).toEqual([201, undefined]);
  return body.minimumNextBid;
}

/** Bob wants it; two of the ring push him, step by step, and leave the end to him. */
async function worked(auctionId: string, two: readonly Person[]): Promise<void> {
  let next = await bid(auctionId, bob, '900000');
  for (let i = 0; i < 4; i++) for (const member of two) next = await bid(auctionId, member, next);
}

const status = async (auctionId: string): Promise<string> =>
  (await house.http.get(`/auctions/${auctionId}`)).body.status;
const cases = async (query = '') => (await house.http.get(`/fraud/cases${query}`, olga.token)).body.rows;
const ask = async (query: string, token: string | undefined, variables: object = {}) =>
  (await house.http.send('POST', '/graphql', { ...(token !== undefined && { token }), body: { query, variables } }))
    .body;

/** Two of three at a time: who takes turns is in two thirds of them. */
const turn = (n: number): readonly Person[] => ring.filter((_, i) => i !== n % ring.length);

beforeAll(async () => {
  house = await ApiHouse.open({ runtime: clock });
  [sue, bob, olga, ada] = await Promise.all([
    registered('seller'),
    registered('bidder'),
    registered('operator'),
    registered('admin'),
  ]);
  ring = await Promise.all([1, 2, 3].map(() => registered('bidder')));
  const other = await registered('seller');
  await Promise.all(Array.from({ length: 40 }, () => listed(other, 86_400_000)));
  const early = await Promise.all(Array.from({ length: 9 }, () => listed(sue, EARLY_MS)));
  await Promise.all(early.map((auctionId, n) => worked(auctionId, turn(n))));
  last = await listed(sue, 86_400_000);
  clock.forward(EARLY_MS);
  await eventually('the hammer', async () => (await Promise.all(early.map(status))).every((one) => one === 'sold'));
  await worked(last, turn(0));
}, 120_000);
afterAll(() => house?.close());

describe('a ring at work', () => {
  it('makes a case while the last auction is open', async () => {
    await eventually('the case', async () => (await cases('?status=open')).length > 0);
    expect(await status(last)).toBe('open');
    expect(await cases()).toEqual([
      expect.objectContaining({
        caseId: caseOf(sue.id),
        sellerId: sue.id,
        origin: 'scores',
        status: 'open',
        openings: 1,
      }),
    ]);
  });

  it('is explained to an operator: who, why, and how they hang together', async () => {
    const members = turn(0).map(({ id }) => id);
    const detail = async () => (await house.http.get(`/fraud/cases/${caseOf(sue.id)}`, olga.token)).body;
    await eventually('both members of the last auction', async () => {
      const { named } = await detail();
      return members.every((id) => named.some(({ bidderId }: any) => bidderId === id));
    });
    const { named, bonds, entries, score } = await detail();
    expect(named.map(({ bidderId }: any) => bidderId)).not.toContain(bob.id);
    for (const { flaggedAuctions, auctions, reasons, verdict } of named) {
      expect(flaggedAuctions).toBeGreaterThanOrEqual(1);
      expect(auctions).toBeGreaterThanOrEqual(6);
      expect(reasons.length).toBeGreaterThan(0);
      expect(verdict).toBe('open');
    }
    expect(score).toBeGreaterThan(0.5);
    const [one, two] = [...members].sort();
    expect(bonds).toContainEqual({ first: one, second: two, together: 4, apart: 6 });
    expect(entries[0]).toMatchObject({ kind: 'opened', byId: null, note: null });
    // No amount, nor anybody's name.
    expect(JSON.stringify({ named, bonds })).not.toMatch(/900000|amount|maximum|somebody/);
  });

  it('is for staff alone', async () => {
    const analyst = await registered('analyst');
    const member = ring[1] as Person;
    for (const { token } of [sue, bob, member, analyst])
      for (const path of ['/fraud/cases', `/fraud/cases/${caseOf(sue.id)}`, '/fraud/review', '/voiding-proposals'])
        expect((await house.http.get(path, token)).status).toBe(403);
    expect((await house.http.get('/fraud/cases')).status).toBe(401);
    const fields = [
      'fraudCases { rows { caseId } }',
      `fraudCase(id: "${caseOf(sue.id)}") { caseId }`,
      'fraudReview { dismissed }',
    ];
    for (const field of fields) {
      for (const { token } of [sue, bob, member, analyst])
        expect((await ask(`{ ${field} }`, token)).errors[0].extensions.code).toBe('RoleMissing');
      expect((await ask(`{ ${field} }`, undefined)).errors[0].extensions.code).toBe('TokenMissing');
      for (const { token } of [olga, ada]) expect((await ask(`{ ${field} }`, token)).errors).toBeUndefined();
    }
    for (const { token } of [sue, member, analyst])
      for (const [path, body] of [
        ['dismissal', { reason: 'nothing' }],
        ['confirmation', { reason: 'a ring' }],
        ['notes', { note: 'x' }],
      ] as const)
        expect((await house.http.post(`/fraud/cases/${caseOf(sue.id)}/${path}`, token, body)).status).toBe(403);
    // What the public, the seller and the bidders are shown does not tell of it either.
    for (const token of [undefined, sue.token, member.token])
      for (const path of [`/auctions/${last}`, `/auctions/${last}/bids`, `/users/${member.id}`, `/users/${sue.id}`])
        expect(JSON.stringify((await house.http.get(path, token)).body)).not.toMatch(/fraud|score|suspic|flag/i);
  });

  it('does nothing by itself: whatever the scores are, bids, people and auctions stay as they are', async () => {
    await house.caughtUp();
    const tables = [
      'bids',
      'listings',
      'standings',
      'users',
      'transactions',
      'retraction_requests',
      'voiding_proposals',
    ];
    const all = async () => {
      const found = tables.map((table) =>
        house.house.pool.query(`SELECT * FROM silver_private.${table} ORDER BY 1, 2`),
      );
      return (await Promise.all(found)).map(({ rows }) => rows);
    };
    const [before, head] = [await all(), await house.house.journal.head()];
    await house.house.pool.query('UPDATE fraud.scores SET score = 1, logit = 99');
    await house.house.pool.query(
      'INSERT INTO fraud.flagged_sellers (seller_id) SELECT DISTINCT seller_id FROM fraud.scores ON CONFLICT DO NOTHING',
    );
    await eventually('the case to name Bob, who is suspected now', async () =>
      JSON.stringify((await house.http.get(`/fraud/cases/${caseOf(sue.id)}`, olga.token)).body.named).includes(bob.id),
    );
    await house.caughtUp();
    expect(await all()).toEqual(before);
    const since = await house.house.journal.readAll(head, 1_000);
    expect(since.length).toBeGreaterThan(0);
    for (const { streamId, eventType } of since)
      expect([streamId, eventType]).toEqual([expect.stringMatching(/^case-/), expect.stringMatching(/^FraudCase/)]);
    expect(await status(last)).toBe('open');
  });
});

describe('the desk on a socket', () => {
  const subscription = 'subscription { fraudCaseChanged { caseId sellerId status revision } }';

  it('hears of each change of a case from then on', async () => {
    const socket = await BareSocket.ready(house.http.url, olga.token);
    try {
      socket.subscribe('cases', subscription);
      await eventually('the news of a note', async () => {
        const note = { note: 'on the telephone' };
        expect((await house.http.post(`/fraud/cases/${caseOf(sue.id)}/notes`, ada.token, note)).status).toBe(200);
        await house.caughtUp();
        return socket.of('cases').length > 0;
      });
      expect(socket.of('cases')[0]).toMatchObject({
        type: 'next',
        payload: { data: { fraudCaseChanged: { caseId: caseOf(sue.id), sellerId: sue.id, status: 'OPEN' } } },
      });
    } finally {
      socket.socket.terminate();
    }
  });

  it('is staff’s alone', async () => {
    const analyst = await registered('analyst');
    for (const token of [sue.token, bob.token, analyst.token, undefined]) {
      const socket = await BareSocket.ready(house.http.url, token);
      try {
        socket.subscribe('cases', subscription);
        await eventually('the refusal', () => socket.of('cases').length > 0);
        expect(socket.of('cases')[0]).toMatchObject({ type: 'error' });
      } finally {
        socket.socket.terminate();
      }
    }
  });
});

describe('an operator', () => {
  it('takes the case, notes, confirms with a reason, and then suspends', async () => {
    const path = `/fraud/cases/${caseOf(sue.id)}`;
    expect(await house.http.send('PUT', `${path}/assignee`, { token: olga.token, body: {} })).toMatchObject({
      status: 200,
      body: { outcome: 'accepted', caseId: caseOf(sue.id) },
    });
    expect((await house.http.post(`${path}/notes`, olga.token, { note: 'one address' })).status).toBe(200);
    const mutation = 'mutation($input: FraudCaseReasonInput!) { confirmFraudCase(input: $input) { __typename } }';
    const input = { caseId: caseOf(sue.id), reason: 'three accounts of one household' };
    expect((await ask(mutation, ada.token, { input })).data.confirmFraudCase).toEqual({
      __typename: 'FraudCaseCommandAccepted',
    });
    expect(await house.http.post(`${path}/dismissal`, olga.token, { reason: 'no' })).toMatchObject({
      status: 409,
      body: { reason: 'FraudCaseNotOpen' },
    });
    // Nothing has followed from it: what is done, people do.
    const member = turn(0)[0] as Person;
    expect((await house.http.get(`/users/${member.id}`)).body.status).toBe('active');
    expect((await house.http.post(`/users/${member.id}/suspension`, olga.token, { reason: 'a shill' })).status).toBe(
      200,
    );
    await eventually('the engine to know', async () => {
      const { body } = await house.http.post(`/auctions/${last}/bids`, member.token, { amount: '1', currency: 'USD' });
      return body.reason === 'BidderSuspended';
    });
    await house.caughtUp();
    const { body } = await house.http.get(path, olga.token);
    expect(body).toMatchObject({ status: 'confirmed', assigneeId: olga.id, decidedBy: ada.id, openings: 1 });
    expect(body.decisionReason).toBe('three accounts of one household');
    const byPeople = body.entries.filter(({ byId }: any) => byId !== null).map(({ kind }: any) => kind);
    expect(byPeople.slice(-3)).toEqual(['assigned', 'noted', 'confirmed']);
    const review = (await house.http.get('/fraud/review', ada.token)).body;
    expect(review).toMatchObject({ confirmed: body.named.length, dismissed: 0, precision: 1, recall: null });
  });

  it('sees nobody decide about a case of their own, and finds no case that is not there', async () => {
    const both = { token: await tokenFor(sue.id, 'seller', 'admin') };
    expect(
      await house.http.post(`/fraud/cases/${caseOf(sue.id)}/notes`, both.token, { note: 'I am honest' }),
    ).toMatchObject({
      status: 403,
      body: { reason: 'NotAllowed' },
    });
    expect((await house.http.get(`/fraud/cases/${caseOf(bob.id)}`, olga.token)).status).toBe(404);
    expect(
      await house.http.post(`/fraud/cases/${caseOf(bob.id)}/dismissal`, olga.token, { reason: 'x' }),
    ).toMatchObject({
      status: 404,
      body: { reason: 'FraudCaseUnknown' },
    });
  });

  it('is asked once: the same evidence opens nothing again', async () => {
    await house.caughtUp();
    expect(await house.house.fraudCases.casesDue(10)).toEqual([]);
    const events = await house.house.journal.readStream(caseStream(caseOf(sue.id)), 0, 1_000);
    expect(events.filter(({ eventType }) => eventType === 'FraudCaseOpened')).toHaveLength(1);
  });
});
