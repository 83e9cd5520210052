// Issue 13, 6: 400 of 400 refused `buy-now` of one bidder and 300 of 300 bids on unknown auctions went into the journal. One
// guard counts every command's refusals; what names an unknown auction is answered and counted, and never recorded.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import type { Reply } from '../support/request.js';

/** The house's default of GAVEL_REFUSALS_PER_MINUTE_MAX. */
const LIMIT = 60;

let house: ApiHouse;
let auctionId: string;
let sue: Awaited<ReturnType<typeof registered>>;

beforeAll(async () => {
  house = await ApiHouse.open();
  sue = await registered('seller', 'bidder');
  auctionId = (await list({})).body.auctionId;
});
afterAll(() => house.close());

async function registered(...roles: ('bidder' | 'seller' | 'operator')[]) {
  const id = userId(runtime.uuid());
  const token = await tokenFor(id, ...roles);
  expect((await house.http.post('/users', token, { username: 'somebody' })).status).toBe(201);
  return { id, token };
}

const list = (terms: object, token = sue.token) =>
  house.http.post('/auctions', token, {
    item: { title: 'A clock', category: 'Antiques' },
    terms: { currency: 'USD', startingPrice: '1000', ...terms },
    durationMs: 86_400_000,
  });

const times = async (n: number, send: (i: number) => Promise<Reply>): Promise<ReadonlyMap<string, number>> => {
  const counts = new Map<string, number>();
  for (let i = 0; i < n; i++) {
    const { status, body } = await send(i);
    const answer = `${status} ${body.reason ?? body.outcome}`;
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return counts;
};

/** Events recorded about what this person asked for, by their type. */
async function recorded(actorId: string): Promise<Readonly<Record<string, number>>> {
  const { rows } = await house.house.pool.query(
    "SELECT event_type, count(*)::integer AS n FROM journal.events WHERE actor_id = $1 AND event_type LIKE '%Rejected' GROUP BY 1",
    [actorId],
  );
  return Object.fromEntries(rows.map(({ event_type, n }) => [event_type, n]));
}

const commands: readonly (readonly [string, (token: string) => Promise<Reply>, string, string])[] = [
  [
    'buy-now',
    (token) => house.http.post(`/auctions/${auctionId}/buy-now`, token),
    '409 BuyNowNotOffered',
    'BidRejected',
  ],
  [
    'bids',
    (token) => house.http.post(`/auctions/${auctionId}/bids`, token, { amount: '1', currency: 'USD' }),
    '409 BidBelowMinimum',
    'BidRejected',
  ],
  [
    'retractions',
    (token) => house.http.post(`/auctions/${auctionId}/bids/9/retraction`, token, { reason: 'TypingError' }),
    '404 BidUnknown',
    'CommandRejected',
  ],
  [
    'cancellations',
    (token) => house.http.post(`/auctions/${auctionId}/cancellation`, token, { reason: 'mine' }),
    '403 NotAllowed',
    'CommandRejected',
  ],
  [
    'relistings',
    (token) => house.http.post(`/auctions/${auctionId}/relisting`, token, { durationMs: 60_000 }),
    '403 NotAllowed',
    'CommandRejected',
  ],
  [
    'registrations',
    (token) => house.http.post('/users', token, { username: 'again' }),
    '409 UserAlreadyRegistered',
    'CommandRejected',
  ],
  ['listings that break a rule', (token) => list({ startingPrice: '0' }, token), '422 InvalidTerms', 'CommandRejected'],
];

describe.each(commands)('a flood of %s', (_, send, refusal, event) => {
  it('is recorded up to the limit and turned away from there on', async () => {
    const mal = await registered('bidder', 'seller');
    const counts = await times(LIMIT + 40, () => send(mal.token));
    expect(Object.fromEntries(counts)).toEqual({ [refusal]: LIMIT, '429 throttled': 40 });
    expect(await recorded(mal.id)).toEqual({ [event]: LIMIT });
  });
});

describe('a command that names what is not there', () => {
  const unknown = () => runtime.uuid();

  it('is answered and never recorded, be it a bid or anything else', async () => {
    const mal = await registered('bidder', 'seller', 'operator');
    const { token } = mal;
    const answers = [
      await house.http.post(`/auctions/${unknown()}/bids`, token, { amount: '5000', currency: 'USD' }),
      await house.http.post(`/auctions/${unknown()}/buy-now`, token),
      await house.http.post(`/auctions/${unknown()}/cancellation`, token, { reason: 'why not' }),
      await house.http.post(`/auctions/${unknown()}/transactions/1/invoice`, token),
      await house.http.post(`/users/${unknown()}/verification`, token),
    ];
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404]);
    expect(await recorded(mal.id)).toEqual({});
  });

  it('is turned away as well beyond the limit, and does not keep its sender from auctions that are there', async () => {
    const mal = await registered('bidder');
    const counts = await times(300, () =>
      house.http.post(`/auctions/${unknown()}/bids`, mal.token, { amount: '5000', currency: 'USD' }),
    );
    expect(Object.fromEntries(counts)).toEqual({ '404 AuctionUnknown': LIMIT, '429 throttled': 300 - LIMIT });
    expect(await recorded(mal.id)).toEqual({});
    const bid = await house.http.post(`/auctions/${auctionId}/bids`, mal.token, { amount: '5000', currency: 'USD' });
    expect(bid.status).toBe(201);
  });

  it('gets its first answer again under the same id', async () => {
    const mal = await registered('bidder');
    const [path, commandId] = [`/auctions/${unknown()}/bids`, runtime.uuid()];
    const body = { commandId, amount: '5000', currency: 'USD' };
    const first = await house.http.post(path, mal.token, body);
    const again = await house.http.post(path, mal.token, body);
    expect(first).toMatchObject({ status: 404, body: { reason: 'AuctionUnknown', repeated: false } });
    expect(again).toMatchObject({ status: 404, body: { reason: 'AuctionUnknown', repeated: true } });
    const other = await house.http.post(path, mal.token, { ...body, amount: '6000' });
    expect(other).toMatchObject({ status: 409, body: { reason: 'CommandIdReused' } });
  });

  it('is judged anew under a fresh id once the auction is listed', async () => {
    const mal = await registered('bidder');
    const id = unknown();
    const bid = () => house.http.post(`/auctions/${id}/bids`, mal.token, { amount: '5000', currency: 'USD' });
    expect((await bid()).status).toBe(404);
    const listing = await house.http.post('/auctions', sue.token, {
      auctionId: id,
      item: { title: 'A clock', category: 'Antiques' },
      terms: { currency: 'USD', startingPrice: '1000' },
      durationMs: 86_400_000,
    });
    expect(listing.status).toBe(201);
    expect((await bid()).status).toBe(201);
  });
});

it('a flood under another’s nose does not turn the other away', async () => {
  const [mal, ann] = [await registered('bidder'), await registered('bidder')];
  await times(LIMIT + 1, () => house.http.post(`/auctions/${auctionId}/buy-now`, mal.token));
  expect((await house.http.post(`/auctions/${auctionId}/buy-now`, mal.token)).status).toBe(429);
  expect((await house.http.post(`/auctions/${auctionId}/buy-now`, ann.token)).status).toBe(409);
});
