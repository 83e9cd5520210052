// Questions and feedback by public clients, on a house of its own: who sees what, and what it comes to in ratings and tables.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';

const id = () => userId(runtime.uuid());
const [sue, ann, bob, olga] = [id(), id(), id(), id()] as const;
const HOSTILE = '<img src=x onerror="alert(1)"> مرحبا';
let house: ApiHouse;
let as: Record<'sue' | 'ann' | 'bob' | 'olga', string>;

async function ask(token: string | null, query: string, variables: object = {}): Promise<any> {
  const send = { body: { query, variables }, ...(token !== null && { token }) };
  const { body } = await house.http.send('POST', '/graphql', send);
  expect(body.errors).toBeUndefined();
  return body.data;
}
async function post(who: keyof typeof as, path: string, body: object, status = 201): Promise<any> {
  const reply = await house.http.post(path, as[who], body);
  expect([reply.status, reply.body]).toMatchObject([status, {}]);
  await house.caughtUp();
  return reply.body;
}
const rows = async (query: string, values: unknown[] = []) => (await house.house.pool.query(query, values)).rows;

async function list(): Promise<string> {
  const { auctionId } = await post('sue', '/auctions', {
    item: { title: 'A clock', category: 'Clocks' },
    terms: { currency: 'EUR', startingPrice: '10000', buyNowPrice: '20000' },
    durationMs: 3_600_000,
  });
  return auctionId;
}

/** A sale to ann that is paid and settled. */
async function settled(): Promise<string> {
  const auctionId = await list();
  const { sale } = await post('ann', `/auctions/${auctionId}/buy-now`, {});
  const [path, reference] = [`/auctions/${auctionId}/transactions/1`, `ref ${auctionId}`];
  const payment = { channel: 'online', reference, amount: sale.amountDue, currency: 'EUR' };
  await post('olga', `${path}/payments`, payment);
  await post('olga', `${path}/settlement`, { reference: `bank ${auctionId}` }, 200);
  return auctionId;
}

beforeAll(async () => {
  house = await ApiHouse.open();
  as = {
    sue: await tokenFor(sue, 'seller', 'bidder'),
    ann: await tokenFor(ann, 'bidder'),
    bob: await tokenFor(bob, 'bidder'),
    olga: await tokenFor(olga, 'operator'),
  };
  for (const name of ['sue', 'ann', 'bob'] as const) await post(name, '/users', { username: name });
});
afterAll(() => house.close());

it('a question is between asker, seller and staff until it is answered, and gone for the rest when it is hidden', async () => {
  const lot = await list();
  const path = `/auctions/${lot}/questions`;
  await post('ann', path, { text: HOSTILE });
  const seen = async (who: keyof typeof as | null) =>
    (
      await ask(
        who === null ? null : as[who],
        'query($id: ID!) { questions(auctionId: $id) { rows { questionNumber askerId question answer hideReason } next } }',
        { id: lot },
      )
    ).questions.rows;
  const question = { questionNumber: 1, askerId: ann, question: HOSTILE, answer: null, hideReason: null };
  for (const who of ['ann', 'sue', 'olga'] as const) expect([who, await seen(who)]).toEqual([who, [question]]);
  for (const who of ['bob', null] as const) expect([who, await seen(who)]).toEqual([who, []]);
  expect(await rows('SELECT question FROM silver.questions WHERE auction_id = $1', [lot])).toEqual([]);
  const waiting = '{ questionsToAnswer { auctionId title question } }';
  expect((await ask(as.sue, waiting)).questionsToAnswer).toEqual([
    { auctionId: lot, title: 'A clock', question: HOSTILE },
  ]);
  expect((await ask(as.bob, waiting)).questionsToAnswer).toEqual([]);

  expect(await post('bob', `${path}/1/answer`, { text: 'I think so.' }, 403)).toBeDefined();
  await post('sue', `${path}/1/answer`, { text: 'It does.' });
  const answered = { ...question, answer: 'It does.' };
  for (const who of ['ann', 'bob', null] as const) expect([who, await seen(who)]).toEqual([who, [answered]]);
  expect((await ask(as.sue, waiting)).questionsToAnswer).toEqual([]);
  expect(await rows('SELECT question, answer FROM silver.questions WHERE auction_id = $1', [lot])).toEqual([
    { question: HOSTILE, answer: 'It does.' },
  ]);

  await post('olga', `${path}/1/hiding`, { reason: 'markup' }, 200);
  for (const who of ['bob', 'sue', null] as const) expect([who, await seen(who)]).toEqual([who, []]);
  for (const who of ['ann', 'olga'] as const)
    expect([who, await seen(who)]).toEqual([who, [{ ...answered, hideReason: 'markup' }]]);
  expect(await rows('SELECT FROM silver.questions WHERE auction_id = $1', [lot])).toEqual([]);
  expect((await rows("SELECT act FROM silver.audit_log WHERE act = 'QuestionHidden'")).length).toBe(1);
});

it('feedback is given after the settlement, answered, counted into the rating, and hidden', async () => {
  const auctions = [await settled(), await settled()];
  const about = (auctionId: string) => `/auctions/${auctionId}/transactions/1/feedback`;
  const due = async (who: keyof typeof as) =>
    (await ask(as[who], '{ feedbackDue { auctionId side aboutId title } }')).feedbackDue;
  expect(await due('ann')).toMatchObject([
    { auctionId: auctions[1], side: 'BUYER', aboutId: sue, title: 'A clock' },
    { auctionId: auctions[0], side: 'BUYER' },
  ]);
  expect(await due('sue')).toMatchObject([{ side: 'SELLER', aboutId: ann }, { side: 'SELLER' }]);
  expect(await due('bob')).toEqual([]);
  const ratingOf = async (who: string) => {
    const { user } = await ask(null, 'query($id: ID!) { user(id: $id) { rating } }', { id: who });
    const [row] = await rows('SELECT rating FROM silver.users WHERE user_id = $1', [who]);
    expect(row.rating).toBe(user.rating);
    return user.rating;
  };
  await post('olga', `/users/${sue}/rating`, { rating: 7 }, 200);
  const [first = '', second = ''] = auctions;
  expect(await post('sue', about(first), { rating: 'negative', text: 'Slow.' }, 409)).toMatchObject({
    reason: 'SellerFeedbackPositive',
  });
  await post('ann', about(first), { rating: 'positive', text: HOSTILE });
  expect(await ratingOf(sue)).toBe(8);
  // The second of one person in one week adds nothing.
  await post('ann', about(second), { rating: 'positive', text: 'Again.' });
  expect(await ratingOf(sue)).toBe(8);
  expect(await due('ann')).toEqual([]);
  await post('sue', about(first), { rating: 'positive', text: 'Paid at once.' });
  expect(await ratingOf(ann)).toBe(1);
  await post('sue', `${about(first)}/buyer/reply`, { text: 'Thank you.' });

  const FIELDS = 'auctionId side giverId giverName rating feedback reply hideReason';
  const seen = async (token: string | null) =>
    (await ask(token, `query($id: ID!) { feedbackAbout(userId: $id) { rows { ${FIELDS} } } }`, { id: sue }))
      .feedbackAbout.rows;
  const told = {
    auctionId: first,
    side: 'BUYER',
    giverId: ann,
    giverName: 'ann',
    rating: 'POSITIVE',
    feedback: HOSTILE,
    reply: 'Thank you.',
    hideReason: null,
  };
  expect(await seen(null)).toMatchObject([{ auctionId: second, feedback: 'Again.', reply: null }, told]);
  const counts = 'query($id: ID!) { feedbackCounts(userId: $id) { positive neutral negative } }';
  expect((await ask(null, counts, { id: sue })).feedbackCounts).toEqual({ positive: 2, neutral: 0, negative: 0 });

  for (const auctionId of auctions) await post('olga', `${about(auctionId)}/buyer/hiding`, { reason: 'markup' }, 200);
  expect(await ratingOf(sue)).toBe(7);
  expect(await seen(as.bob)).toEqual([]);
  expect((await seen(as.ann))[1]).toEqual({ ...told, hideReason: 'markup' });
  expect(await rows('SELECT side FROM silver.feedback')).toEqual([{ side: 'seller' }]);
});
