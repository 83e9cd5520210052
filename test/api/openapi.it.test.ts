// The document at /docs/openapi.json against what the server really answers.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { commandId, fraudCaseId, userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import type { Reply, Send } from '../support/request.js';

const ann = userId(runtime.uuid());
const sue = userId(runtime.uuid());
const bob = userId(runtime.uuid());
const olga = userId(runtime.uuid());
const dan = userId(runtime.uuid());

type Operation = { operationId: string; security?: unknown; requestBody?: any; responses: Record<string, any> };
let house: ApiHouse;
let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: any };
let as: Record<'ann' | 'bob' | 'sue' | 'olga' | 'dan', string>;
const shown = new Set<string>();

beforeAll(async () => {
  house = await ApiHouse.open();
  document = (await house.http.get('/docs/openapi.json')).body;
  as = {
    ann: await tokenFor(ann, 'bidder'),
    bob: await tokenFor(bob, 'bidder'),
    sue: await tokenFor(sue, 'seller'),
    dan: await tokenFor(dan, 'bidder'),
    olga: await tokenFor(olga, 'operator', 'admin', 'analyst'),
  };
});
afterAll(() => house.close());

/**
 * Ann bids, Bob buys the item at once and does not pay; Ann is offered it at her own last bid, buys, pays at a till, and
 * the seller is paid out. Then everything is taken back.
 */
async function afterTheHammer(auctionId: string): Promise<void> {
  const ask = async (what: string, token: string, body?: object) => {
    const path = `/auctions/{auctionId}/${what}`
      .replace(/transactions\/\d/, 'transactions/{transactionNumber}')
      .replace(/second-chances\/\d/, 'second-chances/{offerNumber}')
      .replace(/questions\/\d/, 'questions/{questionNumber}')
      .replace('/buyer', '/{side}');
    const [, transactionNumber = ''] = /transactions\/(\d)/.exec(what) ?? [];
    const [, offerNumber = ''] = /second-chances\/(\d)/.exec(what) ?? [];
    const reply = await documented(
      'post',
      path,
      { auctionId, transactionNumber, offerNumber, questionNumber: '1', side: 'buyer' },
      { token, ...(body && { body }) },
    );
    return [reply.status, reply.body.reason ?? reply.body.outcome];
  };
  const { ann: byAnn, bob: byBob, sue: bySue, olga: byOlga } = as;
  const bid = { amount: '1000', currency: 'USD' };
  const [invoice, overdue] = ['transactions/1/invoice', 'transactions/1/overdue'];
  expect(await ask('bids', byAnn, bid)).toEqual([201, 'accepted']);
  const text = { text: 'Does it strike?' };
  expect(await ask('questions', byAnn, text)).toEqual([201, 'accepted']);
  expect(await ask('questions', byAnn, text)).toEqual([409, 'QuestionTooSoon']);
  expect(await ask('questions/1/answer', bySue, text)).toEqual([201, 'accepted']);
  expect(await ask('questions/1/hiding', byOlga, { reason: '' })).toEqual([422, 'InvalidTalk']);
  expect(await ask(invoice, byOlga)).toEqual([409, 'AuctionNotEnded']);
  expect(await ask('buy-now', byBob)).toEqual([201, 'accepted']);
  expect(await ask(invoice, byOlga)).toEqual([409, 'InvoiceAlreadyIssued']);
  expect(await ask('transactions/2/overdue', byOlga)).toEqual([404, 'TransactionUnknown']);
  const byCard = { channel: 'online', reference: 'card-1', reason: 'Declined' };
  expect(await ask('transactions/1/failed-payments', byOlga, byCard)).toEqual([201, 'accepted']);
  const offer = { bidderId: ann, durationMs: 86_400_000 };
  expect(await ask('second-chances', bySue, offer)).toEqual([409, 'SecondChanceNotOpen']);
  expect(await ask(overdue, byOlga)).toEqual([200, 'accepted']);
  expect(await ask('second-chances', bySue, { ...offer, durationMs: 1 })).toEqual([422, 'InvalidOffer']);
  expect(await ask('second-chances', bySue, offer)).toEqual([201, 'accepted']);
  const payment = { channel: 'point-of-sale', reference: 'till-1', currency: 'USD' };
  const late = { ...payment, amount: '10350' };
  expect(await ask('transactions/1/payments', byOlga, late)).toEqual([409, 'OfferPending']);
  await house.caughtUp();
  const offers = async (token: string) =>
    (await documented('get', '/users/me/second-chances', {}, { token })).body.rows;
  expect(await offers(byAnn)).toEqual([
    expect.objectContaining({
      auctionId,
      offerNumber: 1,
      cause: 'WinnerDidNotPay',
      status: 'pending',
      offeredPrice: '1000',
    }),
  ]);
  expect(await offers(byBob)).toEqual([]);
  expect(await offers(bySue)).toEqual([]);
  expect(await ask('second-chances/1/acceptance', byBob)).toEqual([403, 'OfferOfAnother']);
  expect(await ask('second-chances/1/acceptance', byAnn)).toEqual([201, 'accepted']);
  expect(await ask('second-chances/1/refusal', byAnn)).toEqual([409, 'OfferNotPending']);
  const ofSecond = async (what: string, body?: object) => ask(`transactions/2/${what}`, byOlga, body);
  expect(await ofSecond('settlement', { reference: 'out-1' })).toEqual([409, 'TransactionNotSettleable']);
  // 10.00 at the hammer, and a premium of 15 %.
  expect(await ofSecond('payments', { ...payment, amount: '1149' })).toEqual([409, 'PaymentAmountWrong']);
  expect(await ofSecond('payments', { ...payment, amount: '1150' })).toEqual([201, 'accepted']);
  expect(await ofSecond('payments', { ...payment, amount: '1150' })).toEqual([409, 'AlreadyRecorded']);
  expect(await ofSecond('settlement', { reference: 'out-1' })).toEqual([200, 'accepted']);
  const feedback = 'transactions/2/feedback';
  const said = { rating: 'positive', text: 'As described.' };
  expect(await ask(feedback, byAnn, said)).toEqual([201, 'accepted']);
  expect(await ask(`${feedback}/buyer/reply`, bySue, { text: 'Thank you.' })).toEqual([201, 'accepted']);
  expect(await ask(`${feedback}/buyer/hiding`, byOlga, { reason: 'markup' })).toEqual([200, 'accepted']);
  await house.caughtUp();
  const bought = async () =>
    (await documented('get', '/users/me/transactions', { query: '?side=buyer' }, { token: byAnn })).body.rows[0];
  const sums = { finalPrice: '1000', buyersPremium: '150', tax: '0', amountDue: '1150', sellerProceeds: '900' };
  const sale = { auctionId, transactionNumber: 2, via: 'SecondChance', ...sums };
  expect(await bought()).toMatchObject({ ...sale, paymentStatus: 'settled', isCompleted: true });
  const refund = { reference: 'back-1', reason: 'Returned' };
  expect(await ofSecond('refund', refund)).toEqual([409, 'TransactionNotRefundable']);
  expect(await ofSecond('payout-return', { reference: 'in-1' })).toEqual([200, 'accepted']);
  expect(await ofSecond('payout-return', { reference: 'in-2' })).toEqual([409, 'PayoutNotMade']);
  const dispute = { reference: 'dp-1', amount: '1', status: 'won' };
  expect(await ofSecond('disputes', dispute)).toEqual([201, 'accepted']);
  expect(await ofSecond('refund', refund)).toEqual([200, 'accepted']);
  await house.caughtUp();
  expect(await bought()).toMatchObject({ ...sale, paymentStatus: 'refunded', isCompleted: false });
  const unpaid = (await documented('get', '/users/me/transactions', {}, { token: byBob })).body.rows[0];
  expect(unpaid).toMatchObject({ transactionNumber: 1, via: 'BuyNow', paymentStatus: 'lapsed', failedPayments: 1 });
}

/** Olga drafts a sale of three lots, takes one out, and publishes; Ann gets a paddle, has her limit raised, and loses it. */
async function aSale(): Promise<void> {
  const { olga: byOlga, ann: byAnn } = as;
  const send = async (method: string, path: string, at: Record<string, string>, token: string, body?: object) => {
    const reply = await documented(method, path, at, { token, ...(body && { body }) });
    const { reason, lotNumber, paddle, outcome, code } = reply.body;
    return { said: [reply.status, reason ?? lotNumber ?? paddle ?? outcome ?? code], body: reply.body };
  };
  const day = (n: number) => new Date(runtime.now() + n * 86_400_000).toISOString();
  const terms = { title: 'Clocks', currency: 'USD', termsVersion: '1', registration: 'limit', biddingLimit: '50000' };
  const timed = { ...terms, opensAt: day(1), closesAt: day(2), softCloseMoves: 'lots-behind' };
  expect((await send('post', '/sales', {}, byOlga, terms)).said).toEqual([400, 'RequestInvalid']);
  expect((await send('post', '/sales', {}, byAnn, timed)).said).toEqual([403, 'RoleMissing']);
  const drafted = await send('post', '/sales', {}, byOlga, timed);
  const { saleId } = drafted.body;
  const ofSale = (method: string, what: string, token: string, body?: object, at = {}) =>
    send(method, `/sales/{saleId}${what}`, { saleId, ...at }, token, body);
  expect((await ofSale('put', '', byOlga, { ...timed, currency: 'EUR' })).said).toEqual([422, 'InvalidSale']);
  expect((await ofSale('put', '', byOlga, { ...timed, title: 'Clocks and watches' })).said).toEqual([200, 'accepted']);
  const item = { title: 'A clock', category: 'Clocks' };
  const lot = { sellerId: sue, item, startingPrice: '1000', lowEstimate: '2000', highEstimate: '3000' };
  const added = await ofSale('post', '/lots', byOlga, lot);
  expect(added.said).toEqual([201, '1']);
  expect((await ofSale('post', '/lots', byOlga, { ...lot, lotNumber: '1' })).said).toEqual([409, 'LotNumberTaken']);
  const other = await ofSale('post', '/lots', byOlga, { ...lot, lotNumber: '3A' });
  const of = { lotId: other.body.lotId };
  const renumber = (lotNumber: string) => ofSale('put', '/lots/{lotId}/number', byOlga, { lotNumber }, of);
  expect((await renumber('2')).said).toEqual([200, '2']);
  const reason = { reason: 'r' };
  expect((await ofSale('post', '/lots/{lotId}/withdrawal', byOlga, reason, of)).said).toEqual([200, '2']);
  expect((await ofSale('post', '/paddles', byAnn)).said).toEqual([409, 'SaleNotInState']);
  expect((await ofSale('post', '/publication', byOlga)).said).toEqual([200, 'accepted']);
  expect((await ofSale('post', '/publication', byOlga)).said).toEqual([409, 'SaleNotInState']);
  expect((await ofSale('post', '/closing', byOlga)).said).toEqual([403, 'NotAllowed']);
  expect((await ofSale('post', '/paddles', byAnn)).said).toEqual([201, 1]);
  const bidderId = { bidderId: ann };
  expect((await ofSale('put', '/paddles/{bidderId}', byOlga, { biddingLimit: null }, bidderId)).said).toEqual([200, 1]);
  expect((await ofSale('post', '/paddles/{bidderId}/refusal', byOlga, reason, bidderId)).said).toEqual([
    200,
    'accepted',
  ]);
  expect((await ofSale('post', '/cancellation', byOlga, reason)).said).toEqual([200, 'accepted']);
  expect(added.body).toMatchObject({ saleId, lotNumber: '1' });
}

/** Sends a request to a documented path, and holds the answer against the schema documented for its status. */
async function documented(method: string, path: string, at: Record<string, string>, send: Send = {}): Promise<Reply> {
  const operation = document.paths[path]?.[method];
  if (operation === undefined) throw new Error(`${method} ${path} is not in the document`);
  const [bare, query] = path.split('?');
  const address = (bare ?? '').replace(/\{(\w+)\}/g, (_, name) => at[name] ?? '') + (query ?? at['query'] ?? '');
  const reply = await house.http.send(method.toUpperCase(), address, send);
  const response = operation.responses[String(reply.status)];
  if (response === undefined) throw new Error(`${method} ${path} answered ${reply.status}, which is not documented`);
  const problem = problemIn(reply.body, response.content['application/json'].schema);
  if (problem !== null) throw new Error(`${method} ${path} ${reply.status}: ${problem} in ${reply.text}`);
  shown.add(`${method} ${path}`);
  return reply;
}

function problemIn(body: unknown, schema: object): string | null {
  const root = {
    ...schema,
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $defs: document.components.schemas,
  };
  const asDefs = JSON.parse(JSON.stringify(root).replaceAll('#/components/schemas/', '#/$defs/'));
  const checked = z.fromJSONSchema(strict(asDefs)).safeParse(body);
  return checked.success ? null : checked.error.message;
}

/** Answers may gain fields for clients, so the document is open; here a field that it does not name is a failure. */
function strict(schema: any): any {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== 'object' || schema === null) return schema;
  const inner = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(value)]));
  return inner['type'] === 'object' && inner['properties'] !== undefined && inner['additionalProperties'] === undefined
    ? { ...inner, additionalProperties: false }
    : inner;
}

describe('the document', () => {
  it('is OpenAPI 3.1, with a name of its own for every operation', () => {
    expect(document.openapi).toBe('3.1.0');
    const names = Object.values(document.paths).flatMap((path) => Object.values(path).map((one) => one.operationId));
    expect(new Set(names).size).toBe(names.length);
    expect(names).toContain('placeBid');
  });

  it('refers to nothing that is not in it', () => {
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/(\w+)"/g))
      expect(Object.keys(document.components.schemas)).toContain(name);
    expect(text).not.toContain('$defs');
  });

  it('requires every body but the one that may be left out', () => {
    const bodies = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.values(operations).flatMap(({ requestBody }) => (requestBody ? [[path, requestBody.required]] : [])),
    );
    expect(bodies.filter(([, required]) => !required).map(([path]) => path)).toEqual([
      '/auctions/{auctionId}/buy-now',
      '/auctions/{auctionId}/bids/{bidNumber}/retraction-request/grant',
      '/auctions/{auctionId}/bids/{bidNumber}/voiding',
      '/auctions/{auctionId}/transactions/{transactionNumber}/invoice',
      '/auctions/{auctionId}/transactions/{transactionNumber}/overdue',
      '/payout-runs',
      '/payout-runs/{payoutRunId}/approval',
      '/payout-runs/{payoutRunId}/discarding',
      '/auctions/{auctionId}/second-chances/{offerNumber}/acceptance',
      '/auctions/{auctionId}/second-chances/{offerNumber}/refusal',
      '/sales/{saleId}/publication',
      '/sales/{saleId}/closing',
      '/sales/{saleId}/paddles',
      '/users/me/email-verification',
      '/users/{userId}/erasure',
      '/users/{userId}/verification',
    ]);
  });

  it('is shown as a page', async () => {
    const page = await house.http.get('/docs');
    expect(page.status).toBe(200);
    for (const [, file] of page.text.matchAll(/(?:src|href)="(?:\.\/docs\/|\.\/)([^"]+\.(?:js|css))"/g))
      expect((await house.http.get(`/docs/${file}`)).status).toBe(200);
  });
});

describe('every answer', () => {
  it('is held against the document: a wrong, missing or extra field is found', () => {
    const schema = { $ref: '#/components/schemas/Error' };
    const body = { code: 'X', message: 'x', requestId: ann };
    expect(problemIn(body, schema)).toBeNull();
    expect(problemIn({ ...body, code: 1 }, schema)).not.toBeNull();
    expect(problemIn({ ...body, stack: 'at' }, schema)).not.toBeNull();
    expect(problemIn({ code: 'X', message: 'x' }, schema)).not.toBeNull();
  });

  /** An auction of each kind that only time can make: one that is sealed, one that has passed. */
  async function sealedAndRelisted(): Promise<void> {
    const item = { title: 'A clock', category: 'Clocks' };
    const list = async (terms: object, durationMs: number) => {
      const body = {
        item,
        terms: { currency: 'USD', startingPrice: '1000', retraction: 'ebay', ...terms },
        durationMs,
      };
      return (await documented('post', '/auctions', {}, { token: as.sue, body })).body.auctionId as string;
    };
    await documented(
      'post',
      '/auctions',
      {},
      {
        token: as.sue,
        body: {
          item,
          terms: { format: 'vickrey', currency: 'USD', startingPrice: '1', buyNowPrice: '9' },
          durationMs: 1,
        },
      },
    );
    const sealed = await list({ format: 'vickrey' }, 86_400_000);
    const passing = await list({ format: 'sealed-first-price' }, 5_000);
    const bid = (amount: string) =>
      documented(
        'post',
        '/auctions/{auctionId}/bids',
        { auctionId: sealed },
        {
          token: as.ann,
          body: { amount, currency: 'USD' },
        },
      );
    expect((await bid('1000')).body).toMatchObject({ outcome: 'accepted', bidNumber: 1, replaces: null, bidCount: 1 });
    expect((await bid('1000')).body).toMatchObject({ reason: 'BidUnchanged' });
    expect((await bid('2000')).body).toMatchObject({ outcome: 'accepted', bidNumber: 2, replaces: 1, bidCount: 1 });
    const retract = (bidNumber: string) =>
      documented(
        'post',
        '/auctions/{auctionId}/bids/{bidNumber}/retraction',
        { auctionId: sealed, bidNumber },
        { token: as.ann, body: { reason: 'TypingError' } },
      );
    expect((await retract('1')).body).toMatchObject({ reason: 'BidNotLive' });
    expect((await retract('2')).body).toMatchObject({ outcome: 'accepted', bidCount: 0 });
    await house.caughtUp();
    await documented('get', '/auctions/{auctionId}/bids', { auctionId: sealed });
    await eventually(
      'the auction to pass',
      async () => (await documented('get', '/auctions/{auctionId}', { auctionId: passing })).body.status === 'passed',
    );
    const relistingBySue = { token: as.sue, body: { durationMs: 3_600_000 } };
    const relist = () => documented('post', '/auctions/{auctionId}/relisting', { auctionId: passing }, relistingBySue);
    const relisted = (await relist()).body;
    expect(relisted).toMatchObject({ outcome: 'accepted', auctionId: passing });
    expect((await relist()).body).toMatchObject({ reason: 'AuctionAlreadyRelisted', relistedAs: relisted.relistedAs });
    await eventually(
      'the new auction to be listed',
      async () =>
        (await documented('get', '/auctions/{auctionId}', { auctionId: relisted.relistedAs })).body.relistOf ===
        passing,
    );
  }

  /** A fraud case, from its opening to the word of staff. */
  async function desk(): Promise<void> {
    const caseId = fraudCaseId(runtime.uuid());
    const evidence = {
      flaggedAuctions: 3,
      auctions: 4,
      concentration: 2.5,
      score: 0.75,
      reasons: ['smallSteps'],
    } as const;
    const opened = await house.house.bus.submit({
      command: {
        type: 'OpenFraudCase',
        caseId,
        sellerId: sue,
        modelVersion: 1,
        accounts: [{ bidderId: bob, ...evidence }],
        bonds: [],
      },
      commandId: commandId(runtime.uuid()),
      actor: { kind: 'house' },
      correlationId: null,
    });
    expect(opened).toMatchObject({ status: 'accepted' });
    await house.caughtUp();
    const about = (method: string, what: string, body?: object) =>
      documented(method, `/fraud/cases/{caseId}${what}`, { caseId }, { token: as.olga, ...(body && { body }) });
    expect((await about('get', '')).body).toMatchObject({ caseId, status: 'open' });
    expect((await about('put', '/assignee', {})).status).toBe(200);
    expect((await about('put', '/assignee', {})).status).toBe(409);
    expect((await about('post', '/notes', { note: 'looked at' })).status).toBe(200);
    expect((await about('post', '/dismissal', { reason: 'a collector' })).status).toBe(200);
    expect((await about('post', '/confirmation', { reason: 'r' })).status).toBe(409);
    for (const path of ['/fraud/cases', '/fraud/review', '/voiding-proposals']) {
      await documented('get', path, {}, { token: as.olga });
      expect((await documented('get', path, {}, { token: as.ann })).status).toBe(403);
    }
  }

  /** Bids that staff decide about. */
  async function takenOut(auctionId: string): Promise<void> {
    const reason = { reason: 'r' };
    const about = (bidNumber: string, what: string, token: string, body: object = reason) =>
      documented('post', `/auctions/{auctionId}/bids/{bidNumber}/${what}`, { auctionId, bidNumber }, { token, body });
    for (const amount of ['1000', '2000', '3000'])
      await documented(
        'post',
        '/auctions/{auctionId}/bids',
        { auctionId },
        { token: as.ann, body: { amount, currency: 'USD' } },
      );
    for (const bidNumber of ['1', '2', '2', '9'])
      await about(bidNumber, 'retraction-request', as.ann, { reason: 'TypingError' });
    await house.caughtUp();
    await documented('get', '/retraction-requests', { query: '?status=pending' }, { token: as.olga });
    expect((await about('1', 'retraction-request/refusal', as.olga)).status).toBe(200);
    expect((await about('1', 'retraction-request/refusal', as.olga)).status).toBe(409);
    expect((await about('2', 'retraction-request/grant', as.olga, {})).status).toBe(200);
    expect((await about('2', 'retraction-request/grant', as.olga, {})).status).toBe(409);
    const other = await tokenFor(userId(runtime.uuid()), 'operator');
    expect((await about('3', 'voiding-proposal', as.olga)).status).toBe(200);
    expect((await about('3', 'voiding-proposal', as.olga)).status).toBe(409);
    expect((await about('3', 'voiding', other, {})).status).toBe(200);
    expect((await about('3', 'voiding', other, {})).status).toBe(409);
    await house.caughtUp();
    await documented('get', '/retraction-requests', {}, { token: as.olga });
    await documented('get', '/retraction-requests', { query: '?status=x' }, { token: as.olga });
    await documented('get', '/auctions/{auctionId}/bids', { auctionId });
    await documented('get', '/users/me/bids', {}, { token: as.ann });
  }

  it('is as documented', async () => {
    const person = { name: 'Ann', email: 'ann@example.org', address: null };
    await documented('post', '/users', {}, { token: as.ann, body: { username: 'ann', ...person } });
    await documented('post', '/users', {}, { token: as.ann, body: { username: 'ann', ...person } });
    await documented('post', '/users', {}, { token: as.sue, body: { username: 'sue' } });
    await documented('post', '/users', {}, { token: as.dan, body: { username: 'dan', ...person } });
    await documented('put', '/users/me/personal-data', {}, { token: as.ann, body: person });
    await documented('post', '/users/me/email-verification', {}, { token: as.ann });
    await documented('post', '/users/me/email-verification', {}, { token: as.ann });
    await documented('put', '/users/me/mail', {}, { token: as.ann, body: { wanted: true } });
    const stated = { country: 'FR', taxNumber: 'FR40303265045' };
    const account = { holder: 'Ann', iban: 'DE89370400440532013000' };
    await documented('put', '/users/me/bank-account', {}, { token: as.ann, body: account });
    await documented('post', '/payout-runs', {}, { token: as.olga, body: {} });
    for (const what of ['approval', 'discarding'])
      await documented(
        'post',
        `/payout-runs/{payoutRunId}/${what}`,
        { payoutRunId: ann },
        { token: as.olga, body: {} },
      );
    await documented('put', '/users/me/tax-position', {}, { token: as.ann, body: stated });
    for (const [what, body] of Object.entries({
      verification: undefined,
      'tax-number': { statement: 1, accepted: true },
      rating: { rating: 5 },
      suspension: { reason: 'r' },
      reinstatement: { reason: 'r' },
    }))
      await documented('post', `/users/{userId}/${what}`, { userId: ann }, { token: as.olga, ...(body && { body }) });

    const call = { paddle: 1, amount: '1', currency: 'USD', channel: 'floor' };
    for (const [method, what, body] of [
      ['post', 'opening', {}],
      ['put', 'asking-price', { askingPrice: '1' }],
      ['post', 'bids', call],
      ['post', 'fair-warning', { leadingBid: 1 }],
      ['post', 'hammer', { leadingBid: 1 }],
      ['post', 'pass', {}],
      ['post', 'undo', { leadingBid: 1 }],
    ] as const)
      await documented(method, `/auctions/{auctionId}/hall/${what}`, { auctionId: ann }, { token: as.olga, body });

    const listing = {
      item: { title: 'A clock', category: 'Clocks' },
      terms: { currency: 'USD', startingPrice: '1000', reservePrice: '1500', buyNowPrice: '9000', retraction: 'ebay' },
      durationMs: 86_400_000,
    };
    const list = async () =>
      (await documented('post', '/auctions', {}, { token: as.sue, body: listing })).body.auctionId as string;
    const [first, second, third, fourth] = [await list(), await list(), await list(), await list()];
    await documented('post', '/auctions', {}, { token: as.sue, body: { ...listing, durationMs: 1, auctionId: first } });
    await documented(
      'post',
      '/auctions',
      {},
      { token: as.sue, body: { ...listing, item: { title: '', category: 'x' } } },
    );
    const bid = (auctionId: string, body: object) =>
      documented('post', '/auctions/{auctionId}/bids', { auctionId }, { token: as.ann, body });
    const commandId = runtime.uuid();
    await bid(first, { commandId, amount: '1000', currency: 'USD' });
    await bid(first, { commandId, amount: '1000', currency: 'USD' });
    await bid(first, { commandId, amount: '1001', currency: 'USD' });
    await bid(first, { amount: '1', currency: 'USD' });
    await bid(first, { amount: '1000', currency: 'EUR' });
    await bid(runtime.uuid(), { amount: '1', currency: 'USD' });
    await bid(first, { amount: 1.5, currency: 'USD' });
    await documented(
      'post',
      '/auctions/{auctionId}/bids/{bidNumber}/retraction',
      { auctionId: first, bidNumber: '1' },
      { token: as.ann, body: { reason: 'TypingError' } },
    );
    await takenOut(await list());
    await documented('post', '/auctions/{auctionId}/buy-now', { auctionId: second }, { token: as.ann });
    await documented('post', '/auctions/{auctionId}/buy-now', { auctionId: second }, { token: as.ann });
    const reason = { body: { reason: 'r' } };
    await documented('post', '/auctions/{auctionId}/cancellation', { auctionId: third }, { token: as.sue, ...reason });
    await documented('post', '/auctions/{auctionId}/withdrawal', { auctionId: fourth }, { token: as.olga, ...reason });
    await documented(
      'post',
      '/auctions/{auctionId}/relisting',
      { auctionId: fourth },
      { token: as.sue, body: { durationMs: 1 } },
    );
    await sealedAndRelisted();
    await documented('post', '/users', {}, { token: as.bob, body: { username: 'bob' } });
    await afterTheHammer(await list());
    await aSale();
    await house.caughtUp();

    await documented('get', '/commands/{commandId}', { commandId }, { token: as.ann });
    await documented('get', '/commands/{commandId}', { commandId }, { token: as.sue });
    await documented('get', '/commands/{commandId}', { commandId: 'x' }, { token: as.sue });
    await documented('get', '/auctions', {});
    await documented('get', '/auctions', { query: '?limit=x' });
    await documented('get', '/auctions/{auctionId}', { auctionId: second });
    await documented('get', '/auctions/{auctionId}', { auctionId: runtime.uuid() });
    await documented('get', '/auctions/{auctionId}/bids', { auctionId: first });
    await documented('get', '/users/{userId}', { userId: ann });
    await documented('get', '/users/{userId}', { userId: olga });
    await documented('get', '/users/me', {}, { token: as.ann });
    await documented('get', '/users/me', {}, { token: as.sue });
    await documented('get', '/users/me', {}, { token: as.olga });
    await documented('get', '/users/me', {});
    await documented('get', '/users/me/bids', {}, { token: as.ann });
    await documented('get', '/users/me/transactions', {}, { token: as.sue });
    await documented('get', '/transactions', {}, { token: as.olga });
    await documented('get', '/transactions', {}, { token: as.ann });
    const erase = (userId: string, token: string) =>
      documented('post', '/users/{userId}/erasure', { userId }, { token });
    expect((await erase(ann, as.ann)).body.reason).toBe('UserHasTies');
    expect((await erase(dan, as.sue)).status).toBe(403);
    expect((await erase(dan, as.olga)).body.outcome).toBe('accepted');
    expect((await erase(dan, as.olga)).body.reason).toBe('UserErased');
    await house.caughtUp();
    expect((await documented('get', '/users/{userId}', { userId: dan })).body).toMatchObject({ status: 'erased' });
    await documented('get', '/users/me', {}, { token: as.dan });
    await documented('post', '/users', {}, { token: as.dan, body: { username: 'dan' } });
    await desk();
    await documented('get', '/health/live', {});
    await documented('get', '/health/ready', {});

    const all = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    // Payouts have a test of their own.
    // Invoices are pages, which after-the-hammer reads; the metrics are text for Prometheus, which observability's own tests read.
    // Checkouts are of a payment service, which payments/stripe has.
    const others = [
      'get /invoices/{documentId}',
      'get /invoices/{documentId}/pdf',
      'get /payout-runs/{payoutRunId}/bank-file',
      'get /payout-runs/{payoutRunId}/statements/{userId}',
      'get /payout-runs/{payoutRunId}/statements/{userId}/pdf',
      'post /auctions/{auctionId}/checkout',
      'get /metrics',
    ];
    expect(all.filter((one) => !shown.has(one))).toEqual(others);
  });
});
