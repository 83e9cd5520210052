// Every route over real HTTP, on a real house: what people do, in the order in which they do it.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auctionIdFor } from '../../src/api/commands/listing.js';
import { commandId, userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const id = () => userId(runtime.uuid());
const [sue, ann, bob, cid, olga] = [id(), id(), id(), id(), id()] as const;
const fresh = () => commandId(runtime.uuid());
const inMs = (ms: number) => new Date(runtime.now() + ms).toISOString();

let house: ApiHouse;
let http: ApiHouse['http'];
let as: Record<'sue' | 'ann' | 'bob' | 'cid' | 'olga', string>;

beforeAll(async () => {
  house = await ApiHouse.open();
  http = house.http;
  as = {
    sue: await tokenFor(sue, 'seller'),
    ann: await tokenFor(ann, 'bidder'),
    bob: await tokenFor(bob, 'bidder'),
    cid: await tokenFor(cid, 'bidder'),
    olga: await tokenFor(olga, 'operator', 'admin'),
  };
  await http.post('/users', as.sue, { username: 'sue' });
  await http.post('/users', as.bob, { username: 'bob', email: 'bob@example.org' });
  await http.post('/users', as.cid, { username: 'cid' });
});
afterAll(() => house.close());

const listing = {
  item: { title: 'A clock', description: 'It ticks.', category: 'Antiques' },
  terms: { currency: 'USD', startingPrice: '1000', retraction: 'ebay' },
  durationMs: 86_400_000,
};

async function listed(overrides: object = {}): Promise<string> {
  const reply = await http.post('/auctions', as.sue, { ...listing, ...overrides });
  expect(reply).toMatchObject({ status: 201, body: { outcome: 'accepted' } });
  return reply.body.auctionId;
}

describe('an account', () => {
  it('is registered by its owner, with personal data that only the owner sees', async () => {
    const person = { name: 'Ann Ångström', email: 'ann@example.org', address: '1 Long Lane\nUppsala' };
    const reply = await http.post('/users', as.ann, { username: 'ann', ...person });
    expect(reply).toMatchObject({
      status: 201,
      body: { outcome: 'accepted', userId: ann, revision: 0, repeated: false },
    });
    await house.caughtUp();
    const me = await http.get('/users/me', as.ann);
    expect(me.body).toMatchObject({
      userId: ann,
      username: 'ann',
      personalData: person,
      personalDataStatus: 'present',
    });
    const profile = await http.get(`/users/${ann}`, as.bob);
    expect(profile.status).toBe(200);
    expect(Object.keys(profile.body).sort()).toEqual([
      'isVerified',
      'rating',
      'registeredAt',
      'status',
      'userId',
      'username',
    ]);
  });

  it('changes its personal data, and is forgotten when the key is erased', async () => {
    const data = { name: 'Ann', email: null, address: null };
    const changed = await http.send('PUT', '/users/me/personal-data', { token: as.ann, body: data });
    expect(changed).toMatchObject({ status: 200, body: { outcome: 'accepted', revision: 1 } });
    await house.caughtUp();
    expect((await http.get('/users/me', as.ann)).body.personalData).toEqual(data);
    await http.keys.erase(ann);
    expect((await http.get('/users/me', as.ann)).body).toMatchObject({
      username: null,
      personalData: null,
      personalDataStatus: 'erased',
    });
  });

  it('is erased by its owner or an admin, and not while others count on the person', async () => {
    const [dan, eve] = [id(), id()];
    const [danToken, eveToken] = [await tokenFor(dan, 'bidder'), await tokenFor(eve, 'seller', 'bidder')];
    for (const [token, username] of [
      [danToken, 'dan'],
      [eveToken, 'eve'],
    ] as const)
      expect((await http.post('/users', token, { username, email: `${username}@example.org` })).status).toBe(201);
    const auctions: string[] = [];
    for (const buyNowPrice of [null, '5000'])
      auctions.push(
        (await http.post('/auctions', eveToken, { ...listing, terms: { ...listing.terms, buyNowPrice } })).body
          .auctionId,
      );
    await http.post(`/auctions/${auctions[0]}/bids`, danToken, { amount: '3000', currency: 'USD' });
    expect(await http.post(`/users/${eve}/erasure`, eveToken)).toMatchObject({
      status: 409,
      body: { outcome: 'rejected', reason: 'UserHasTies', selling: 2, bidding: 0, unpaid: 0 },
    });
    expect(await http.post(`/users/${dan}/erasure`, danToken)).toMatchObject({
      status: 409,
      body: { reason: 'UserHasTies', selling: 0, bidding: 1, unpaid: 0 },
    });
    await http.post(`/auctions/${auctions[1]}/buy-now`, danToken);
    expect((await http.post(`/users/${dan}/erasure`, as.olga)).body).toMatchObject({ bidding: 1, unpaid: 1 });

    const [fay, gus] = [id(), id()];
    const [fayToken, gusToken] = [await tokenFor(fay, 'bidder'), await tokenFor(gus, 'bidder')];
    await http.post('/users', fayToken, { username: 'fay', email: 'fay@example.org' });
    await http.post('/users', gusToken, { username: 'gus' });
    await http.post(`/auctions/${auctions[0]}/bids`, fayToken, { amount: '2000', currency: 'USD' });
    expect(await http.post(`/users/${fay}/erasure`, gusToken)).toMatchObject({
      status: 403,
      body: { reason: 'NotAllowed' },
    });
    // Outbid, the bid may still win: it binds until it is taken back.
    expect(await http.post(`/users/${fay}/erasure`, fayToken)).toMatchObject({ status: 409, body: { bidding: 1 } });
    const retraction = `/auctions/${auctions[0]}/bids/2/retraction`;
    expect((await http.post(retraction, fayToken, { reason: 'TypingError' })).status).toBe(200);
    // Both ways there is one, by two people.
    const [first, second] = [
      await http.post(`/users/${fay}/erasure`, fayToken),
      await http.post(`/users/${gus}/erasure`, as.olga),
    ];
    for (const reply of [first, second]) expect(reply).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
    for (const erased of [fay, gus]) expect(await http.keys.find(erased)).toBeNull();
    await house.caughtUp();
    expect((await http.get(`/users/${fay}`)).body).toMatchObject({ username: null, status: 'erased' });
    expect((await http.get('/users/me', fayToken)).body).toMatchObject({ personalDataStatus: 'erased' });
    const again = { status: 409, body: { code: 'UserErased' } };
    expect(await http.post('/users', fayToken, { username: 'fay' })).toMatchObject(again);
    const data = { token: fayToken, body: { name: 'Fay' } };
    expect(await http.send('PUT', '/users/me/personal-data', data)).toMatchObject(again);
    const bid = { amount: '9000', currency: 'USD' };
    await eventually('the engine to know', async () => {
      const reply = await http.post(`/auctions/${auctions[0]}/bids`, fayToken, bid);
      return reply.body.outcome === 'rejected' && reply.body.reason === 'BidderUnknown';
    });
  });

  it('is verified, rated, suspended and reinstated by the house', async () => {
    for (const [path, body] of [
      ['verification', undefined],
      ['rating', { rating: -3 }],
      ['suspension', { reason: 'unpaid' }],
    ] as const)
      expect((await http.post(`/users/${cid}/${path}`, as.olga, body)).body).toMatchObject({ outcome: 'accepted' });
    await house.caughtUp();
    expect((await http.get(`/users/${cid}`)).body).toMatchObject({ isVerified: true, rating: -3, status: 'suspended' });
    expect(await http.post(`/users/${cid}/suspension`, as.olga, { reason: 'again' })).toMatchObject({
      status: 409,
      body: { outcome: 'rejected', reason: 'UserAlreadySuspended' },
    });
    expect((await http.post(`/users/${cid}/reinstatement`, as.olga, { reason: 'paid' })).status).toBe(200);
  });

  it('that nobody has is a 404, by any name', async () => {
    const nobody = runtime.uuid();
    expect(await http.get(`/users/${nobody}`)).toMatchObject({ status: 404, body: { code: 'UserUnknown' } });
    expect(await http.get('/users/me', as.olga)).toMatchObject({ status: 404, body: { code: 'UserUnknown' } });
    expect(await http.post(`/users/${nobody}/verification`, as.olga)).toMatchObject({
      status: 404,
      body: { outcome: 'rejected', reason: 'UserUnknown' },
    });
  });
});

describe('an auction', () => {
  it('is listed, bid on and shown, with every secret kept', async () => {
    const auction = await listed({ terms: { ...listing.terms, reservePrice: '4242', buyNowPrice: '99900' } });
    const first = await http.post(`/auctions/${auction}/bids`, as.ann, { amount: '3333', currency: 'USD' });
    expect(first.status).toBe(201);
    expect(first.body).toEqual({
      outcome: 'accepted',
      commandId: expect.any(String),
      repeated: false,
      auctionId: auction,
      revision: 1,
      currency: 'USD',
      bidNumber: 1,
      currentPrice: '1000',
      bidCount: 1,
      leading: true,
      minimumNextBid: '1050',
      reserveMet: false,
      newClosesAt: null,
    });
    const second = await http.post(`/auctions/${auction}/bids`, as.bob, { amount: 2000, currency: 'USD' });
    expect(second.body).toMatchObject({ leading: false, currentPrice: '2050', bidNumber: 2, minimumNextBid: '2100' });
    await house.caughtUp();
    const shown = await http.get(`/auctions/${auction}`);
    expect(shown.body).toMatchObject({
      currentPrice: '2050',
      leaderId: ann,
      bidCount: 2,
      hasReserve: true,
      reserveMet: false,
    });
    const bids = await http.get(`/auctions/${auction}/bids`, as.bob);
    expect(bids.body.rows).toHaveLength(2);
    for (const { text } of [shown, bids, second]) expect(text).not.toMatch(/3333|4242|maximum|reservePrice/);
    const mine = await http.get('/users/me/bids', as.ann);
    expect(mine.body.rows).toMatchObject([{ auctionId: auction, maximum: '3333', isWinning: true }]);
    expect((await http.get('/users/me/bids', as.bob)).text).not.toContain('3333');
  });

  it('refuses with a reason and what would be right', async () => {
    const auction = await listed();
    expect(await http.post(`/auctions/${auction}/bids`, as.ann, { amount: '999', currency: 'USD' })).toMatchObject({
      status: 409,
      body: {
        outcome: 'rejected',
        reason: 'BidBelowMinimum',
        minimumNextBid: '1000',
        judgedAtRevision: 0,
        repeated: false,
      },
    });
    expect(await http.post(`/auctions/${auction}/bids`, as.ann, { amount: '1000', currency: 'EUR' })).toMatchObject({
      status: 422,
      body: { reason: 'CurrencyMismatch', currency: 'USD' },
    });
    const unknown = await http.post(`/auctions/${runtime.uuid()}/bids`, as.ann, { amount: '1', currency: 'USD' });
    expect(unknown).toMatchObject({ status: 404, body: { reason: 'AuctionUnknown', judgedAtRevision: -1 } });
    const long = await http.post('/auctions', as.sue, {
      ...listing,
      item: { ...listing.item, title: 'x'.repeat(201) },
    });
    expect(long).toMatchObject({ status: 422, body: { reason: 'InvalidTerms', field: 'item.title' } });
    const huge = await http.post(`/auctions/${auction}/bids`, as.ann, { amount: '9'.repeat(18), currency: 'USD' });
    expect(huge).toMatchObject({ status: 422, body: { reason: 'AmountTooLarge', limit: '1000000000000000' } });
  });

  it('tells when a late bid moves its close', async () => {
    const auction = await listed({ durationMs: undefined, closesAt: inMs(60_000) });
    const reply = await http.post(`/auctions/${auction}/bids`, as.ann, { amount: '1000', currency: 'USD' });
    expect(Date.parse(reply.body.newClosesAt)).toBeGreaterThan(runtime.now() + 110_000);
  });

  it('is bought at once, and the sale shown to whom it concerns', async () => {
    const auction = await listed({ terms: { ...listing.terms, buyNowPrice: '10000' } });
    const bought = await http.post(`/auctions/${auction}/buy-now`, as.bob);
    expect(bought).toMatchObject({
      status: 201,
      body: { leading: true, sale: { hammerPrice: '10000', buyersPremium: '1500', tax: '0', amountDue: '11500' } },
    });
    expect(bought.text).not.toMatch(/platformFee|sellerProceeds/);
    await house.caughtUp();
    expect((await http.get('/users/me/transactions?side=buyer', as.bob)).body.rows).toMatchObject([
      { auctionId: auction, transactionId: auction, buyerId: bob, finalPrice: '10000' },
    ]);
    expect((await http.get('/users/me/transactions?side=seller', as.bob)).body.rows).toEqual([]);
    const [latest] = (await http.get('/transactions', as.olga)).body.rows;
    expect(latest).toMatchObject({ auctionId: auction });
    expect(await http.post(`/auctions/${auction}/bids`, as.ann, { amount: '1', currency: 'USD' })).toMatchObject({
      body: { reason: 'AuctionNotOpen', status: 'sold' },
    });
  });

  it('takes a bid back, is cancelled without bids and withdrawn with them', async () => {
    const auction = await listed();
    await http.post(`/auctions/${auction}/bids`, as.ann, { amount: '1000', currency: 'USD' });
    expect(await http.post(`/auctions/${auction}/cancellation`, as.sue, { reason: 'lost' })).toMatchObject({
      status: 409,
      body: { reason: 'AuctionHasBids' },
    });
    const retraction = { reason: 'TypingError' };
    expect(await http.post(`/auctions/${auction}/bids/1/retraction`, as.bob, retraction)).toMatchObject({
      status: 403,
      body: { reason: 'BidOfAnother' },
    });
    expect(await http.post(`/auctions/${auction}/bids/1/retraction`, as.ann, retraction)).toMatchObject({
      status: 200,
      body: { outcome: 'accepted', bidNumber: 1, bidCount: 0, leading: false, currentPrice: '1000' },
    });
    expect(await http.post(`/auctions/${auction}/bids/9/retraction`, as.ann, retraction)).toMatchObject({
      status: 404,
      body: { reason: 'BidUnknown' },
    });
    expect((await http.post(`/auctions/${auction}/cancellation`, as.sue, { reason: 'lost' })).status).toBe(200);
    const other = await listed();
    await http.post(`/auctions/${other}/bids`, as.ann, { amount: '1000', currency: 'USD' });
    expect((await http.post(`/auctions/${other}/withdrawal`, as.olga, { reason: 'stolen' })).status).toBe(200);
    await house.caughtUp();
    expect((await http.get(`/auctions/${auction}`)).body).toMatchObject({ status: 'cancelled', endReason: 'lost' });
    expect((await http.get(`/auctions/${other}`)).body).toMatchObject({ status: 'withdrawn', endReason: 'stolen' });
  });
});

describe('lists of auctions', () => {
  it('are filtered, and paged to the end without repeats', async () => {
    const category = `Clocks ${runtime.uuid()}`;
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push(await listed({ item: { title: `Clock no${i}`, category } }));
    await house.caughtUp();
    const query = `/auctions?limit=2&status=open&sellerId=${sue}&category=${encodeURIComponent(category)}`;
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const page = await http.get(cursor === null ? query : `${query}&cursor=${cursor}`);
      expect(page.body.rows.length).toBeLessThanOrEqual(2);
      seen.push(...page.body.rows.map((row: { auctionId: string }) => row.auctionId));
      cursor = page.body.next;
    } while (cursor !== null);
    expect([...seen].sort()).toEqual([...made].sort());
    const found = await http.get(`/auctions?text=no3&category=${encodeURIComponent(category)}`);
    expect(found.body.rows).toMatchObject([{ title: 'Clock no3' }]);
    const before = await http.get(
      `/auctions?category=${encodeURIComponent(category)}&closesBefore=2001-01-01T00:00:00Z`,
    );
    expect(before.body).toMatchObject({ rows: [], next: null, hint: expect.stringMatching(/other filters/) });
  });
});

describe('a command id', () => {
  it('makes a repeat harmless: the first answer again, accepted or refused', async () => {
    const auction = await listed();
    for (const amount of ['1000', '1']) {
      const bid = { commandId: fresh(), amount, currency: 'USD' };
      const first = await http.post(`/auctions/${auction}/bids`, as.ann, bid);
      const again = await http.post(`/auctions/${auction}/bids`, as.ann, bid);
      expect(again.status).toBe(first.status);
      expect(again.body).toEqual({ ...first.body, repeated: true });
    }
  });

  it('may stand in the header Idempotency-Key, but not otherwise than in the body', async () => {
    const [auction, key] = [await listed(), fresh()];
    const send = (body: object) =>
      http.send('POST', `/auctions/${auction}/bids`, { token: as.ann, headers: { 'idempotency-key': key }, body });
    expect((await send({ amount: '1000', currency: 'USD' })).body).toMatchObject({ commandId: key, repeated: false });
    expect((await send({ amount: '1000', currency: 'USD' })).body).toMatchObject({ commandId: key, repeated: true });
    expect((await send({ commandId: fresh(), amount: '1000', currency: 'USD' })).status).toBe(400);
  });

  it('lists an auction once, also when its seller leaves the auction’s id to the house', async () => {
    const body = { ...listing, commandId: fresh() };
    const [first, again] = [await http.post('/auctions', as.sue, body), await http.post('/auctions', as.sue, body)];
    expect(again.body).toEqual({ ...first.body, repeated: true });
    expect(first.body.auctionId).toBe(auctionIdFor(body.commandId, sue));
  });

  it('is refused for another request, and when it is too old or from the future', async () => {
    const auction = await listed();
    const bid = { commandId: fresh(), amount: '1000', currency: 'USD' };
    await http.post(`/auctions/${auction}/bids`, as.ann, bid);
    const other = await http.post(`/auctions/${auction}/bids`, as.ann, { ...bid, amount: '1001' });
    expect(other).toMatchObject({ status: 409, body: { outcome: 'refused', reason: 'CommandIdReused' } });
    for (const [ms, reason] of [
      [-16 * 60_000, 'CommandTooOld'],
      [2 * 60_000, 'CommandFromTheFuture'],
    ] as const) {
      const time = (runtime.now() + ms).toString(16).padStart(12, '0');
      const made = `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-000000000001`;
      const reply = await http.post(`/auctions/${auction}/bids`, as.ann, { ...bid, commandId: made });
      expect(reply).toMatchObject({ status: 422, body: { outcome: 'refused', reason } });
    }
  });

  it('finds the answer again for its sender, and for nobody else', async () => {
    const auction = await listed();
    const bid = { commandId: fresh(), amount: '1000', currency: 'USD' };
    const first = await http.post(`/auctions/${auction}/bids`, as.ann, bid);
    const found = await http.get(`/commands/${bid.commandId}`, as.ann);
    expect(found).toMatchObject({ status: 200, body: { ...first.body, repeated: true } });
    expect(await http.get(`/commands/${bid.commandId}`, as.bob)).toMatchObject({
      status: 404,
      body: { code: 'CommandUnknown' },
    });
    expect((await http.get(`/commands/${fresh()}`, as.ann)).status).toBe(404);
  });
});
