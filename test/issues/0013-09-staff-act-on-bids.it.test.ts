// Issue 13, 9: a suspended leader still won, and operator and admin got 403 for taking his bid out. Staff void bids with a
// reason; on a suspension they choose whether the person's bids go; and whoever was erased never wins.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Command } from 'commander';
import { registerHistory } from '../../src/cli/history/history.command.js';
import type { Role } from '../../src/domain/actor.js';
import { commandId, type UserId, userId } from '../../src/domain/ids.js';
import { NO_TIES } from '../../src/domain/user/user.commands.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { runGavel } from '../support/run-gavel.js';
import { scratchDirectory } from '../support/scratch.js';
import { BareSocket } from '../support/watcher.js';

type Person = Readonly<{ id: UserId; token: string }>;

const scratch = scratchDirectory('void');
let house: ApiHouse;
let sue: Person;
let ann: Person;
let olga: Person;
let ada: Person;

beforeAll(async () => {
  house = await ApiHouse.open();
  [sue, ann, olga, ada] = [
    await registered('seller'),
    await registered('bidder'),
    await registered('operator'),
    await registered('admin'),
  ];
});
afterAll(async () => {
  await house.close();
  scratch.remove();
});

async function registered(...roles: Role[]): Promise<Person> {
  const id = userId(runtime.uuid());
  const token = await tokenFor(id, ...roles);
  expect((await house.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
  return { id, token };
}

async function listed(terms: object = {}): Promise<string> {
  const { body } = await house.http.post('/auctions', sue.token, {
    item: { title: 'A clock', category: 'Antiques' },
    terms: { currency: 'USD', startingPrice: '1000', ...terms },
    durationMs: 86_400_000,
  });
  return body.auctionId;
}

const bid = async (auctionId: string, { token }: Person, amount: string) =>
  expect((await house.http.post(`/auctions/${auctionId}/bids`, token, { amount, currency: 'USD' })).status).toBe(201);
const proposes = (auctionId: string, bidNumber: number, { token }: Person, reason = 'a shill') =>
  house.http.post(`/auctions/${auctionId}/bids/${bidNumber}/voiding-proposal`, token, { reason });
const confirms = (auctionId: string, bidNumber: number, { token }: Person) =>
  house.http.post(`/auctions/${auctionId}/bids/${bidNumber}/voiding`, token);
/** With a proposal of the other of the staff before it. */
async function voids(auctionId: string, bidNumber: number, by: Person, reason = 'a shill') {
  expect((await proposes(auctionId, bidNumber, by === olga ? ada : olga, reason)).status).toBe(200);
  return confirms(auctionId, bidNumber, by);
}
const shown = async (auctionId: string) => {
  await house.caughtUp();
  return (await house.http.get(`/auctions/${auctionId}`)).body;
};

describe('a bid', () => {
  it.each(['operator', 'admin'] as const)('is voided by an %s, and the price worked out anew', async (role) => {
    const [auctionId, mal] = [await listed({ retraction: 'never' }), await registered('bidder')];
    await bid(auctionId, ann, '5000');
    await bid(auctionId, mal, '9000');
    const before = await shown(auctionId);
    expect(before).toMatchObject({ leaderId: mal.id, currentPrice: '5100' });
    expect((await voids(auctionId, 2, role === 'admin' ? ada : olga)).status).toBe(200);
    expect(await shown(auctionId)).toMatchObject({ leaderId: ann.id, currentPrice: '1000', bidCount: 1 });
    const rows = (await house.http.get(`/auctions/${auctionId}/bids`)).body.rows;
    expect(rows[0]).toMatchObject({ bidNumber: 2, isVoided: true, isRetracted: false });
    expect(JSON.stringify(rows)).not.toContain('a shill');
    const own = (await house.http.get('/users/me/bids', mal.token)).body.rows;
    expect(own[0]).toMatchObject({ bidNumber: 2, isVoided: true, voidReason: 'a shill' });
  });

  it('is voided by nobody else, nor twice', async () => {
    const [auctionId, mal] = [await listed(), await registered('bidder')];
    await bid(auctionId, mal, '9000');
    const both = { id: mal.id, token: await tokenFor(mal.id, 'operator') };
    for (const somebody of [mal, ann, sue]) {
      expect((await proposes(auctionId, 1, somebody)).status).toBe(403);
      expect((await confirms(auctionId, 1, somebody)).status).toBe(403);
    }
    expect(await proposes(auctionId, 1, both)).toMatchObject({ status: 403, body: { reason: 'NotAllowed' } });
    expect(await proposes(auctionId, 1, olga, '')).toMatchObject({
      status: 422,
      body: { reason: 'InvalidTerms', field: 'reason' },
    });
    expect((await voids(auctionId, 1, olga)).status).toBe(200);
    expect(await confirms(auctionId, 1, olga)).toMatchObject({ status: 409, body: { reason: 'BidAlreadyRetracted' } });
    expect(await proposes(auctionId, 7, olga)).toMatchObject({ status: 404, body: { reason: 'BidUnknown' } });
  });

  it('is voided by two of the staff, never by one', async () => {
    const [auctionId, mal] = [await listed(), await registered('bidder')];
    await bid(auctionId, ann, '5000');
    await bid(auctionId, mal, '9000');
    expect(await confirms(auctionId, 2, olga)).toMatchObject({ status: 409, body: { reason: 'VoidingNotProposed' } });
    expect((await proposes(auctionId, 2, olga, 'his brother sells it')).status).toBe(200);
    expect(await proposes(auctionId, 2, ada)).toMatchObject({
      status: 409,
      body: { reason: 'VoidingAlreadyProposed' },
    });
    expect(await confirms(auctionId, 2, olga)).toMatchObject({
      status: 403,
      body: {
        reason: 'VoidingNeedsAnother',
        message: 'you have proposed this voiding yourself: another of the staff has to confirm it',
      },
    });
    expect(await shown(auctionId)).toMatchObject({ leaderId: mal.id, bidCount: 2 });
    const pending = async () => (await house.http.get('/voiding-proposals?status=pending', ada.token)).body.rows;
    const proposal = { auctionId, bidNumber: 2, bidderId: mal.id, reason: 'his brother sells it', status: 'pending' };
    expect(await pending()).toContainEqual(expect.objectContaining({ ...proposal, proposedBy: olga.id }));
    const own = (await house.http.get('/users/me/bids', mal.token)).body.rows;
    expect(JSON.stringify(own)).not.toContain('brother');
    expect((await confirms(auctionId, 2, ada)).status).toBe(200);
    expect(await shown(auctionId)).toMatchObject({ leaderId: ann.id, bidCount: 1, currentPrice: '1000' });
    expect(await pending()).not.toContainEqual(expect.objectContaining({ auctionId }));
    const query = '{ voidingProposals(status: CONFIRMED) { rows { auctionId proposedBy confirmedBy } } }';
    const { body } = await house.http.send('POST', '/graphql', { token: olga.token, body: { query } });
    expect(body.data.voidingProposals.rows).toContainEqual({ auctionId, proposedBy: olga.id, confirmedBy: ada.id });
  });

  it('is told to its bidder by news, with the reason, and to nobody else', async () => {
    const [auctionId, mal] = [await listed(), await registered('bidder')];
    const news = 'subscription { myNews { __typename auctionId ... on BidVoided { bidNumber reason } } }';
    const [his, anns] = await Promise.all([mal, ann].map(({ token }) => BareSocket.ready(house.http.url, token)));
    try {
      for (const socket of [his, anns]) socket?.subscribe('news', news);
      await bid(auctionId, ann, '5000');
      await bid(auctionId, mal, '9000');
      await voids(auctionId, 2, olga, 'bids of the seller’s brother');
      const told = () => (his?.of('news') ?? []).map(({ payload }: any) => payload.data.myNews);
      await eventually('the news', () => told().some(({ __typename }: any) => __typename === 'BidVoided'));
      expect(told()).toContainEqual({
        __typename: 'BidVoided',
        auctionId,
        bidNumber: 2,
        reason: 'bids of the seller’s brother',
      });
      expect(JSON.stringify(anns?.of('news'))).not.toContain('brother');
    } finally {
      for (const socket of [his, anns]) socket?.socket.terminate();
    }
  });

  it('is voided over GraphQL and by `gavel void`, sealed ones too, and the story says so', async () => {
    const [auctionId, mal] = [await listed({ format: 'vickrey' }), await registered('bidder')];
    await bid(auctionId, mal, '9000');
    expect((await proposes(auctionId, 1, ada)).status).toBe(200);
    const query = 'mutation($input: BidInput!) { voidBid(input: $input) { __typename } }';
    const variables = { input: { auctionId, bidNumber: 1 } };
    const { body } = await house.http.send('POST', '/graphql', { token: olga.token, body: { query, variables } });
    expect(body.data.voidBid).toEqual({ __typename: 'AuctionCommandAccepted' });
    await bid(auctionId, mal, '8000');
    const file = join(scratch.path, 'token');
    writeFileSync(file, `${olga.token}\n`);
    const address = ['--token-file', file, '--url', house.http.url];
    const first = await runGavel(['void', auctionId, '2', '--reason', 'and again', ...address]);
    expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('another of the staff confirms') });
    expect(await runGavel(['void', auctionId, '2', '--confirm', ...address])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('another of the staff has to confirm it'),
    });
    writeFileSync(file, `${ada.token}\n`);
    const args = ['void', auctionId, '2', '--confirm', ...address];
    const again = await runGavel(args);
    expect(again).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`bid 2 of auction ${auctionId} is voided`),
    });
    expect(await runGavel(args)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('the house did not void it (409)'),
    });
    const lines: string[] = [];
    const program = new Command();
    registerHistory(program, {
      withStores: (work) => work({ journal: house.house.journal, database: {} }),
      auctionsIn: async () => [],
      keys: () => house.http.keys,
      now: () => runtime.now(),
      print: (line) => lines.push(line),
    });
    await program.parseAsync(['node', 'gavel', 'history', auctionId]);
    expect(lines.join('\n')).toMatch(/somebody voids sealed bid 1 of somebody: a shill; 0 bidders/);
    expect(lines.join('\n')).toMatch(/somebody voids sealed bid 2 of somebody: and again/);
  });
});

describe('a suspension', () => {
  const suspend = (who: Person, body: object) =>
    house.http.post(`/users/${who.id}/suspension`, olga.token, { reason: 'unpaid', ...body });

  it('leaves the person’s bids where they are unless staff choose otherwise', async () => {
    const [auctionId, mal] = [await listed(), await registered('bidder')];
    await bid(auctionId, mal, '9000');
    expect((await suspend(mal, {})).status).toBe(200);
    expect(await shown(auctionId)).toMatchObject({ leaderId: mal.id });
    expect(await house.house.silver.bidsToVoid(10)).toEqual([]);
  });

  it('with `voidBids` takes all of them out of open auctions, of every format', async () => {
    const [english, sealed, mal] = [
      await listed(),
      await listed({ format: 'sealed-first-price' }),
      await registered('bidder'),
    ];
    await bid(english, ann, '5000');
    for (const amount of ['9000', '12000']) await bid(english, mal, amount);
    for (const amount of ['9000', '12000']) await bid(sealed, mal, amount);
    expect((await suspend(mal, { voidBids: true })).status).toBe(200);
    await eventually(
      'all of them to go',
      async () => (await shown(english)).bidCount + (await shown(sealed)).bidCount === 1,
    );
    expect(await shown(english)).toMatchObject({ leaderId: ann.id, currentPrice: '1000', bidCount: 1 });
    const { rows } = (await house.http.get('/users/me/bids', mal.token)).body;
    expect(rows.filter(({ isVoided }: any) => isVoided)).toHaveLength(3);
    expect(rows.filter(({ isReplaced }: any) => isReplaced)).toHaveLength(1);
    expect(rows[0]).toMatchObject({ voidReason: 'the account was suspended' });
    expect((await house.http.post(`/users/${mal.id}/reinstatement`, olga.token, { reason: 'paid' })).status).toBe(200);
    await eventually('the engine to know', async () => {
      const again = { amount: '9000', currency: 'USD' };
      return (await house.http.post(`/auctions/${english}/bids`, mal.token, again)).status === 201;
    });
    expect(await shown(english)).toMatchObject({ leaderId: mal.id });
    await house.caughtUp();
    expect(await house.house.silver.bidsToVoid(10)).toEqual([]);
  });
});

it('a person who was erased although a bid counts, as after a restore, does not win', async () => {
  const [auctionId, eve] = [await listed(), await registered('bidder')];
  await bid(auctionId, ann, '5000');
  await bid(auctionId, eve, '9000');
  const erased = await house.house.bus.submit({
    command: { type: 'EraseUser', userId: eve.id, ties: NO_TIES },
    commandId: commandId(runtime.uuid()),
    actor: { kind: 'house' },
    correlationId: null,
  });
  expect(erased).toMatchObject({ status: 'accepted' });
  await eventually('the bid to go', async () => (await shown(auctionId)).leaderId === ann.id);
  const { rows } = await house.house.pool.query(
    'SELECT void_reason, voided_by FROM silver_private.bids WHERE auction_id = $1 AND bid_number = 2',
    [auctionId],
  );
  expect(rows).toEqual([{ void_reason: 'the account was erased', voided_by: null }]);
});
