// The GraphQL journey by public clients alone: HTTP for queries and mutations, `graphql-ws` for what moves.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandId, userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import type { Reply } from '../support/request.js';
import { Watcher } from '../support/watcher.js';

const id = () => userId(runtime.uuid());
const [sue, ann, bob, olga] = [id(), id(), id(), id()] as const;
const inMs = (ms: number) => new Date(runtime.now() + ms).toISOString();

let house: ApiHouse;
let as: Record<'sue' | 'ann' | 'bob' | 'olga', string>;
const watchers: Watcher[] = [];

const ask = (query: string, variables: object = {}, token?: string): Promise<Reply> =>
  house.http.send('POST', '/graphql', { body: { query, variables }, ...(token !== undefined && { token }) });

function watcher(token?: string): Watcher {
  const made = Watcher.connect(house.http.url, token);
  watchers.push(made);
  return made;
}

const ACCOUNT = '... on AccountAccepted { userId revision }';
const REFUSED =
  '... on Rejected { reason judgedAtRevision details { minimumNextBid status field } } ... on Refusal { message }';
const LIST = `mutation($input: ListAuctionInput!) {
  listAuction(input: $input) { __typename ... on ListingAccepted { auctionId opensAt closesAt revision } ${REFUSED} }
}`;
const BID = `mutation($input: PlaceBidInput!) {
  placeBid(input: $input) { __typename ... on BidAccepted { bidNumber currentPrice leading newClosesAt repeated revision } ${REFUSED} }
}`;
const UPDATED =
  'subscription($id: ID!) { auctionUpdated(id: $id) { revision currentPrice leaderId status closesAt closedAt bidCount } }';
const NEWS = `subscription { myNews { __typename auctionId revision
  ... on Outbid { currentPrice minimumNextBid currency } ... on Extended { closesAt } ... on Won { hammerPrice } ... on Sold { hammerPrice } ... on Passed { reason } } }`;

beforeAll(async () => {
  house = await ApiHouse.open();
  as = {
    sue: await tokenFor(sue, 'seller'),
    ann: await tokenFor(ann, 'bidder'),
    bob: await tokenFor(bob, 'bidder'),
    olga: await tokenFor(olga, 'operator', 'admin'),
  };
  const register = `mutation($name: String!) { registerUser(input: { username: $name, email: "e@example.org" }) { __typename ${ACCOUNT} } }`;
  for (const [name, who] of [
    ['sue', sue],
    ['ann', ann],
    ['bob', bob],
  ] as const)
    expect((await ask(register, { name }, as[name])).body).toEqual({
      data: { registerUser: { __typename: 'AccountAccepted', userId: who, revision: 0 } },
    });
});
afterAll(async () => {
  for (const one of watchers) await one.close();
  await house.close();
});

const listing = {
  item: { title: 'A clock', description: 'It ticks.', category: 'Antiques' },
  terms: { currency: 'USD', startingPrice: '1000', retraction: 'EBAY' },
};

async function listed(overrides: object = {}): Promise<string> {
  const reply = await ask(LIST, { input: { ...listing, durationMs: 86_400_000, ...overrides } }, as.sue);
  expect(reply.body.data.listAuction.__typename).toBe('ListingAccepted');
  return reply.body.data.listAuction.auctionId;
}

async function bid(auctionId: string, token: string, amount: string | number, more: object = {}): Promise<any> {
  const reply = await ask(BID, { input: { auctionId, amount, currency: 'USD', ...more } }, token);
  expect(reply.status).toBe(200);
  return reply.body.data.placeBid;
}

describe('a command', () => {
  it('is answered by its own type, and by the same answer when it is repeated', async () => {
    const auction = await listed();
    const named = { commandId: commandId(runtime.uuid()) };
    const first = await bid(auction, as.ann, '3000', named);
    expect(first).toEqual({
      __typename: 'BidAccepted',
      bidNumber: 1,
      currentPrice: '1000',
      leading: true,
      newClosesAt: null,
      repeated: false,
      revision: 1,
    });
    expect(await bid(auction, as.ann, 3000, named)).toEqual({ ...first, repeated: true });
    expect(await bid(auction, as.ann, '3001', named)).toMatchObject({ __typename: 'CommandRefused' });
    const looked = await ask(
      'query($id: ID!) { command(id: $id) { __typename ... on BidAccepted { bidNumber } } }',
      { id: named.commandId },
      as.ann,
    );
    expect(looked.body.data.command).toEqual({ __typename: 'BidAccepted', bidNumber: 1 });
    const others = await ask('query($id: ID!) { command(id: $id) { __typename } }', { id: named.commandId }, as.bob);
    expect(others.body).toEqual({ data: { command: null } });
  });

  it('that the rules refuse is a member of the union, with what would be right', async () => {
    const auction = await listed();
    expect(await bid(auction, as.ann, '999')).toEqual({
      __typename: 'Rejected',
      reason: 'BidBelowMinimum',
      judgedAtRevision: 0,
      details: { minimumNextBid: '1000', status: null, field: null },
      message: 'the bid is below the minimum next bid',
    });
    expect(await bid(runtime.uuid(), as.ann, '1')).toMatchObject({ reason: 'AuctionUnknown', judgedAtRevision: -1 });
    const untitled = await ask(
      LIST,
      { input: { ...listing, item: { title: '', category: 'c' }, durationMs: 1 } },
      as.sue,
    );
    expect(untitled.body.data.listAuction).toMatchObject({
      __typename: 'Rejected',
      reason: 'InvalidTerms',
      details: { field: 'item.title' },
    });
  });

  it('of every other kind has its mutation', async () => {
    const auction = await listed({ terms: { ...listing.terms, buyNowPrice: '9000' } });
    const run = async (mutation: string, token: string) => (await ask(`mutation { ${mutation} }`, {}, token)).body;
    await bid(auction, as.ann, '1000');
    const retract = `retractBid(input: { auctionId: "${auction}", bidNumber: 1, reason: TypingError }) { __typename ... on RetractionAccepted { bidNumber bidCount } }`;
    expect(await run(retract, as.ann)).toEqual({
      data: { retractBid: { __typename: 'RetractionAccepted', bidNumber: 1, bidCount: 0 } },
    });
    const buy = `buyNow(input: { auctionId: "${auction}" }) { __typename ... on PurchaseAccepted { sale { hammerPrice amountDue } } ${REFUSED} }`;
    expect(await run(buy, as.bob)).toEqual({
      data: { buyNow: { __typename: 'PurchaseAccepted', sale: { hammerPrice: '9000', amountDue: '10350' } } },
    });
    const cancel = (which: string) =>
      `cancelAuction(input: { auctionId: "${which}", reason: "lost" }) { __typename ${REFUSED} }`;
    expect(await run(cancel(auction), as.sue)).toMatchObject({
      data: { cancelAuction: { reason: 'AuctionNotOpen', details: { status: 'SOLD' } } },
    });
    expect(await run(cancel(await listed()), as.sue)).toEqual({
      data: { cancelAuction: { __typename: 'AuctionCommandAccepted' } },
    });
    const other = await listed();
    await bid(other, as.ann, '1000');
    expect(
      await run(`withdrawAuction(input: { auctionId: "${other}", reason: "stolen" }) { __typename }`, as.olga),
    ).toEqual({
      data: { withdrawAuction: { __typename: 'AuctionCommandAccepted' } },
    });
    for (const mutation of [
      `verifyUser(input: { userId: "${bob}" })`,
      `rateUser(input: { userId: "${bob}", rating: -3 })`,
      `suspendUser(input: { userId: "${bob}", reason: "unpaid" })`,
      `reinstateUser(input: { userId: "${bob}", reason: "paid" })`,
    ])
      expect(Object.values((await run(`${mutation} { __typename }`, as.olga)).data)).toEqual([
        { __typename: 'AccountAccepted' },
      ]);
    const changed = await run(`changePersonalData(input: { name: "Bob" }) { __typename ${ACCOUNT} }`, as.bob);
    expect(changed).toEqual({
      data: { changePersonalData: { __typename: 'AccountAccepted', userId: bob, revision: 5 } },
    });
    await house.caughtUp();
    expect(
      (await ask('{ me { username rating isVerified status personalData { name email } } }', {}, as.bob)).body.data.me,
    ).toEqual({
      username: 'bob',
      rating: -3,
      isVerified: true,
      status: 'ACTIVE',
      personalData: { name: 'Bob', email: null },
    });
  });

  it('erases a person, or says what stands in the way', async () => {
    const [dan, eve] = [userId(runtime.uuid()), userId(runtime.uuid())];
    const [danToken, eveToken] = [await tokenFor(dan, 'bidder'), await tokenFor(eve, 'bidder')];
    const register = 'mutation { registerUser(input: { username: "somebody" }) { __typename } }';
    for (const token of [danToken, eveToken]) await ask(register, {}, token);
    const auction = await listed();
    await bid(auction, danToken, '3000');
    const erase = (who: string, token: string) =>
      ask(
        `mutation { eraseUser(input: { userId: "${who}" }) { __typename ${ACCOUNT} ... on Rejected { reason details { selling bidding unpaid } } } }`,
        {},
        token,
      );
    expect((await erase(dan, danToken)).body.data.eraseUser).toEqual({
      __typename: 'Rejected',
      reason: 'UserHasTies',
      details: { selling: 0, bidding: 1, unpaid: 0 },
    });
    expect((await erase(eve, danToken)).body.data.eraseUser).toMatchObject({ reason: 'NotAllowed' });
    expect((await erase(eve, eveToken)).body.data.eraseUser).toEqual({
      __typename: 'AccountAccepted',
      userId: eve,
      revision: 1,
    });
    expect(await house.http.keys.find(eve)).toBeNull();
    await house.caughtUp();
    const shown = await ask('query($id: ID!) { user(id: $id) { username status } }', { id: eve });
    expect(shown.body.data.user).toEqual({ username: null, status: 'ERASED' });
  });
});

describe('a query', () => {
  it('pages through auctions by status, category, seller, text and close', async () => {
    const item = { title: 'A teapot of Worcester', description: '', category: 'Porcelain' };
    const made = [
      await listed({ item, durationMs: undefined, closesAt: inMs(3_600_000) }),
      await listed({ item, durationMs: undefined, closesAt: inMs(7_200_000) }),
    ];
    await house.caughtUp();
    const LISTED =
      'query($filter: AuctionFilter, $limit: Int, $cursor: String) { auctions(filter: $filter, limit: $limit, cursor: $cursor) { rows { auctionId status format } next } }';
    const all = { status: 'OPEN', category: 'Porcelain', sellerId: sue, text: 'worcester teapot' };
    const first = (await ask(LISTED, { filter: all, limit: 1 })).body.data.auctions;
    expect(first.rows).toEqual([{ auctionId: made[0], status: 'OPEN', format: 'ENGLISH' }]);
    const second = (await ask(LISTED, { filter: all, limit: 1, cursor: first.next })).body.data.auctions;
    expect(second).toEqual({ rows: [{ auctionId: made[1], status: 'OPEN', format: 'ENGLISH' }], next: null });
    const soon = (await ask(LISTED, { filter: { ...all, closesBefore: inMs(5_400_000) } })).body.data.auctions;
    expect(soon.rows).toHaveLength(1);
    expect((await ask(LISTED, { filter: { ...all, status: 'SOLD' } })).body.data.auctions.rows).toEqual([]);
  });

  it('shows bids to all, maxima to their bidder, and sales to whom they concern', async () => {
    const auction = await listed({ terms: { ...listing.terms, buyNowPrice: '500000' } });
    await bid(auction, as.ann, '4321');
    await house.caughtUp();
    const bids = await ask(
      'query($id: ID!) { bids(auctionId: $id) { rows { bidNumber bidAmount bidType isWinning } next } }',
      { id: auction },
    );
    expect(bids.body.data.bids).toEqual({
      rows: [{ bidNumber: 1, bidAmount: '1000', bidType: 'PROXY', isWinning: true }],
      next: null,
    });
    const mine = await ask('{ myBids(limit: 1) { rows { auctionId maximum currentPrice } } }', {}, as.ann);
    expect(mine.body.data.myBids.rows).toEqual([{ auctionId: auction, maximum: '4321', currentPrice: '1000' }]);
    const sales = await ask(
      '{ myTransactions(side: BUYER) { rows { buyerId via finalPrice } } transactions { next } }',
      {},
      as.bob,
    );
    expect(sales.body).toMatchObject({
      data: null,
      errors: [{ path: ['transactions'], extensions: { code: 'RoleMissing' } }],
    });
    const own = await ask('{ myTransactions(side: BUYER) { rows { buyerId via finalPrice } } }', {}, as.bob);
    expect(own.body.data.myTransactions.rows).toEqual([{ buyerId: bob, via: 'BuyNow', finalPrice: '9000' }]);
    const unknown = await ask('query($id: ID!) { user(id: $id) { username } auction(id: $id) { title } }', {
      id: runtime.uuid(),
    });
    expect(unknown.body).toEqual({ data: { user: null, auction: null } });
  });
});

describe('a watcher', () => {
  it('sees an auction as it stands, each change with a higher version, and its end', async () => {
    const auction = await listed({ durationMs: undefined, closesAt: inMs(60_000) });
    const watched = watcher().watch(UPDATED, { id: auction });
    await watched.until('the auction as it stands', ({ auctionUpdated }) => auctionUpdated.revision === 0);
    const answer = await bid(auction, as.ann, '2000');
    const moved = await watched.until('the bid', ({ auctionUpdated }) => auctionUpdated.revision >= 2);
    expect(moved.auctionUpdated).toMatchObject({ currentPrice: '1000', leaderId: ann, closesAt: answer.newClosesAt });
    await bid(auction, as.bob, '3000');
    await watched.until('the next bid', ({ auctionUpdated }) => auctionUpdated.leaderId === bob);
    await ask(
      `mutation { withdrawAuction(input: { auctionId: "${auction}", reason: "x" }) { __typename } }`,
      {},
      as.olga,
    );
    await watched.until('the end', ({ auctionUpdated }) => auctionUpdated.status === 'WITHDRAWN');
    const revisions = watched.data.map(({ auctionUpdated }) => auctionUpdated.revision);
    expect(revisions).toEqual([...new Set(revisions)].sort((a, b) => a - b));
    watched.stop();
    await house.caughtUp();
    const shown = await ask(
      'query($id: ID!) { auction(id: $id) { revision currentPrice leaderId status closesAt closedAt bidCount } }',
      { id: auction },
    );
    expect(watched.data.at(-1).auctionUpdated).toEqual(shown.body.data.auction);
  });

  it('of a list sees what is new in it, what moves in it, and what leaves it', async () => {
    const watched = watcher().watch(
      'subscription { auctionsUpdated(filter: { status: OPEN, category: "Maps" }) { auctionId revision status } }',
    );
    await eventually(
      'the subscription',
      () => house.house.live.auctions.size().listeners > 0 && house.http.api.sockets.size().subscriptions > 0,
    );
    await listed();
    const auction = await listed({ item: { title: 'A map', category: 'Maps' } });
    await watched.until('the listing', ({ auctionsUpdated }) => auctionsUpdated.revision === 0);
    await bid(auction, as.ann, '1000');
    await watched.until('the bid', ({ auctionsUpdated }) => auctionsUpdated.revision === 1);
    await ask(
      `mutation { withdrawAuction(input: { auctionId: "${auction}", reason: "x" }) { __typename } }`,
      {},
      as.olga,
    );
    await watched.until('the end', ({ auctionsUpdated }) => auctionsUpdated.status === 'WITHDRAWN');
    expect(new Set(watched.data.map(({ auctionsUpdated }) => auctionsUpdated.auctionId))).toEqual(new Set([auction]));
    watched.stop();
  });

  it('hears what happens to the own person, and nobody else does', async () => {
    const before = await listed({ durationMs: undefined, closesAt: inMs(60_000) });
    await bid(before, as.ann, '1000');
    await house.caughtUp();
    const hears = (token: string) => watcher(token).watch(NEWS);
    const [annHears, bobHears, sueHears] = [hears(as.ann), hears(as.bob), hears(as.sue)] as const;
    await eventually('three listeners', () => house.house.live.news.size().people === 3);
    const about = (auctionId: string, kind: string) => (data: any) =>
      data.myNews.auctionId === auctionId && data.myNews.__typename === kind;
    await bid(before, as.bob, '2000');
    const outbid = await annHears.until('the news', about(before, 'Outbid'));
    expect(outbid.myNews).toMatchObject({ currentPrice: '1050', minimumNextBid: '1100', currency: 'USD' });
    await bobHears.until('the extension', about(before, 'Extended'));
    const fresh = await listed({ terms: { ...listing.terms, buyNowPrice: '5000' } });
    await ask(`mutation { buyNow(input: { auctionId: "${fresh}" }) { __typename } }`, {}, as.bob);
    expect((await bobHears.until('the purchase', about(fresh, 'Won'))).myNews).toMatchObject({ hammerPrice: '5000' });
    await sueHears.until('the sale', about(fresh, 'Sold'));
    const passing = await listed({ durationMs: 1_000 });
    expect((await sueHears.until('the pass', about(passing, 'Passed'))).myNews).toMatchObject({ reason: 'NoBids' });
    const heard = (watched: any) => watched.data.map((data: any) => [data.myNews.auctionId, data.myNews.__typename]);
    expect(heard(annHears).some(([auctionId]: string[]) => auctionId === fresh || auctionId === passing)).toBe(false);
    expect(heard(bobHears).some(([, kind]: string[]) => kind === 'Outbid' || kind === 'Sold')).toBe(false);
  });
});

describe('runs of the house', () => {
  const RUNS = `query($kind: RunKind, $cursor: String) { runs(kind: $kind, limit: 1, cursor: $cursor) {
    rows { kind state coversFrom coversTo startedAt endedAt problem counts { name value } } next } }`;
  const row = (n: number, more: object) => ({
    run_id: runtime.uuid(),
    covers_from: `2026-01-0${n}T00:00:00.000Z`,
    covers_to: `2026-01-0${n + 1}T00:00:00.000Z`,
    started_at: `2026-01-0${n + 1}T02:00:00.000Z`,
    ended_at: `2026-01-0${n + 1}T02:00:03.000Z`,
    ...more,
  });

  beforeAll(async () => {
    const rows = [
      row(1, {
        kind: 'nightly',
        state: 'failed',
        problem: 'Silver differs',
        counts: { archivedEvents: 3, archivedUpTo: null },
      }),
      row(2, { kind: 'nightly', state: 'succeeded', problem: null, counts: {} }),
      row(3, { kind: 'verification', state: 'running', problem: null, counts: {}, ended_at: null }),
    ];
    await house.house.pool.query('INSERT INTO ops.runs SELECT * FROM json_populate_recordset(NULL::ops.runs, $1)', [
      JSON.stringify(rows),
    ]);
  });

  it('are told to staff page by page, the latest first', async () => {
    const first = (await ask(RUNS, { kind: 'NIGHTLY' }, as.olga)).body.data.runs;
    expect(first.rows).toEqual([expect.objectContaining({ state: 'SUCCEEDED', problem: null, counts: [] })]);
    const second = (await ask(RUNS, { kind: 'NIGHTLY', cursor: first.next }, as.olga)).body.data.runs;
    expect(second).toEqual({
      rows: [
        {
          kind: 'NIGHTLY',
          state: 'FAILED',
          coversFrom: '2026-01-01T00:00:00.000Z',
          coversTo: '2026-01-02T00:00:00.000Z',
          startedAt: '2026-01-02T02:00:00.000Z',
          endedAt: '2026-01-02T02:00:03.000Z',
          problem: 'Silver differs',
          counts: [
            { name: 'archivedEvents', value: '3' },
            { name: 'archivedUpTo', value: null },
          ],
        },
      ],
      next: null,
    });
    const [latest] = (await ask(RUNS, {}, as.olga)).body.data.runs.rows;
    expect(latest).toMatchObject({ kind: 'VERIFICATION', state: 'RUNNING', endedAt: null });
  });

  it('are nobody else’s business', async () => {
    expect((await ask(RUNS, {}, as.ann)).body.errors[0].extensions.code).toBe('RoleMissing');
  });
});
