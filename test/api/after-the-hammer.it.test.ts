// What follows on the hammer, over GraphQL: one auction is paid for and settled, the next gets a second buyer, and of a third
// nobody does anything in time.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { auctionId as auctionIdOf, userId } from '../../src/domain/ids.js';
import { auctionStream } from '../../src/domain/messages.js';
import { ApiHouse, runtime, settings, tokenLasting } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';

const id = () => userId(runtime.uuid());
const [sue, ann, bob] = [id(), id(), id()] as const;

const DAY_S = 86_400;
const DAY_MS = 1_000 * DAY_S;
const WEEK_MS = 7 * DAY_MS;

const clock = new ForwardRuntime();
let house: ApiHouse;
let as: Record<'sue' | 'ann' | 'bob' | 'olga', string>;

beforeAll(async () => {
  // The clock moves by weeks, and the tokens go with it.
  const tokens = { ...settings.tokens, lifetimeMaxMs: 30 * DAY_MS };
  house = await ApiHouse.open({ runtime: clock, settings: { ...settings, tokens } });
  as = {
    sue: await tokenLasting(30 * DAY_S, sue, 'seller'),
    ann: await tokenLasting(30 * DAY_S, ann, 'bidder'),
    bob: await tokenLasting(30 * DAY_S, bob, 'bidder'),
    olga: await tokenLasting(30 * DAY_S, id(), 'operator'),
  };
  for (const name of ['sue', 'ann', 'bob'] as const)
    expect(await command('registerUser', 'RegisterUser', { username: name }, as[name])).toBe('AccountAccepted');
});
afterAll(() => house.close());

async function ask(query: string, variables: object, token: string): Promise<any> {
  const { body } = await house.http.send('POST', '/graphql', { body: { query, variables }, token });
  if (body.errors !== undefined) return body.errors[0].extensions?.code ?? body.errors[0].message;
  return Object.values(body.data)[0];
}

/** What the command came to: the type of its success, or the reason of its refusal. */
async function command(field: string, input: string, given: object, token: string): Promise<string> {
  const query = `mutation($input: ${input}Input!) { ${field}(input: $input) { __typename ... on Rejected { reason } } }`;
  const answer = await ask(query, { input: given }, token);
  return typeof answer === 'string' ? answer : (answer.reason ?? answer.__typename);
}

const SALES = `query($side: Side) { myTransactions(side: $side) { rows {
  auctionId transactionNumber via finalPrice buyersPremium amountDue sellerProceeds paymentStatus failedPayments isCompleted } } }`;
const salesOf = async (who: 'ann' | 'bob' | 'sue', auctionId: string): Promise<any[]> =>
  (await ask(SALES, { side: who === 'sue' ? 'SELLER' : 'BUYER' }, as[who])).rows.filter(
    (row: any) => row.auctionId === auctionId,
  );

const ok = 'AuctionCommandAccepted';

/** An auction that Bob wins at 10.50 over Ann's 10.00, once the hammer has fallen. */
async function soldToBob(): Promise<string> {
  const auctionId = runtime.uuid();
  const item = { title: 'A clock', category: 'Clocks' };
  const terms = { currency: 'USD', startingPrice: '1000', softClose: null };
  const closesAt = new Date(clock.now() + 3_000).toISOString();
  expect(await command('listAuction', 'ListAuction', { auctionId, item, terms, closesAt }, as.sue)).toBe(
    'ListingAccepted',
  );
  for (const [who, amount] of [
    ['ann', '1000'],
    ['bob', '9000'],
  ] as const)
    expect(await command('placeBid', 'PlaceBid', { auctionId, amount, currency: 'USD' }, as[who])).toBe('BidAccepted');
  clock.forward(3_000);
  await eventually('the invoice', async () => (await salesOf('bob', auctionId))[0]?.paymentStatus === 'DUE', 30_000);
  return auctionId;
}

it('comes to what `payable` says beforehand, to everybody', async () => {
  const auctionId = await soldToBob();
  const PAYABLE = `query($auctionId: ID!, $hammerPrice: Amount!, $place: TaxPlaceInput) {
    payable(auctionId: $auctionId, hammerPrice: $hammerPrice, place: $place) {
      currency lines { kind amount taxRatePpm tax total } tax total taxScheme feeSchedule feeScheduleVersion paymentTermDays } }`;
  const premium = { kind: 'PREMIUM', amount: '158', taxRatePpm: 0, tax: '0', total: '158' };
  const expected = {
    currency: 'USD',
    lines: [{ kind: 'HAMMER', amount: '1050', taxRatePpm: 0, tax: '0', total: '1050' }, premium],
    tax: '0',
    total: '1208',
    taxScheme: 'FLAT',
    feeSchedule: 'house',
    feeScheduleVersion: 1,
    paymentTermDays: 7,
  };
  await house.caughtUp();
  const body = (variables: object) => ({ body: { query: PAYABLE, variables } });
  const asked = await house.http.send('POST', '/graphql', body({ auctionId, hammerPrice: '1050' }));
  expect(asked.body).toEqual({ data: { payable: expected } });
  const place = { country: 'usa' };
  const wrong = await house.http.send('POST', '/graphql', body({ auctionId, hammerPrice: '1050', place }));
  expect(JSON.stringify(wrong.body)).toContain('must be two capital letters, as in ISO 3166-1');
  expect(await ask(PAYABLE, { auctionId: runtime.uuid(), hammerPrice: '1' }, as.bob)).toBeNull();
});

it('is an invoice, a payment that fails, one at a till, and the seller’s payout', async () => {
  const about = { auctionId: await soldToBob(), transactionNumber: 1 };
  const sums = { finalPrice: '1050', buyersPremium: '158', amountDue: '1208', sellerProceeds: '945' };
  expect(await salesOf('sue', about.auctionId)).toEqual([
    { ...about, via: 'Hammer', ...sums, paymentStatus: 'DUE', failedPayments: 0, isCompleted: false },
  ]);
  const failed = { ...about, channel: 'ONLINE', reference: 'card-1', reason: 'Declined' };
  expect(await command('recordPaymentFailure', 'RecordPaymentFailure', failed, as.olga)).toBe(ok);
  const paid = { ...about, channel: 'POINT_OF_SALE', reference: 'till-1', amount: '1208', currency: 'USD' };
  expect(await command('recordPayment', 'RecordPayment', { ...paid, amount: '1207' }, as.olga)).toBe(
    'PaymentAmountWrong',
  );
  for (const token of [as.ann, as.bob, as.sue])
    expect(await command('recordPayment', 'RecordPayment', paid, token)).toBe('RoleMissing');
  expect(await command('recordPayment', 'RecordPayment', paid, as.olga)).toBe(ok);
  expect(await command('recordPayment', 'RecordPayment', paid, as.olga)).toBe('AlreadyRecorded');
  const payout = { ...about, reference: 'bank-1' };
  expect(await command('settleTransaction', 'TransactionReference', payout, as.olga)).toBe(ok);
  await house.caughtUp();
  expect(await salesOf('bob', about.auctionId)).toEqual([
    { ...about, via: 'Hammer', ...sums, paymentStatus: 'SETTLED', failedPayments: 1, isCompleted: true },
  ]);
  const refund = { ...about, reference: 'back-1', reason: 'Chargeback' };
  expect(await command('refundPayment', 'RefundPayment', refund, as.olga)).toBe('TransactionNotRefundable');
  expect(await command('recordPayoutReturn', 'TransactionReference', { ...about, reference: 'bank-2' }, as.olga)).toBe(
    ok,
  );
  expect(await command('refundPayment', 'RefundPayment', refund, as.olga)).toBe(ok);
});

it('is an invoice with a number, which its buyer and staff may read, and a credit note for a refund', async () => {
  const auctionId = await soldToBob();
  const about = { auctionId, transactionNumber: 1 };
  const FIELDS = 'invoiceId invoiceNumber kind total corrects reason';
  const mine = async () => (await ask(`{ myInvoices(limit: 200) { rows { ${FIELDS} } } }`, {}, as.bob)).rows as any[];
  const DETAIL = `query($id: ID!) { invoice(id: $id) { ${FIELDS} lines { auctionId kind total } } }`;
  const ofThis = async () => {
    const found = await Promise.all((await mine()).map((row) => ask(DETAIL, { id: row.invoiceId }, as.bob)));
    return found.filter(({ lines }) => lines[0].auctionId === auctionId);
  };
  await eventually('the invoice with its number', async () => (await ofThis()).length === 1, 30_000);
  const [invoice] = await ofThis();
  expect(invoice).toMatchObject({ kind: 'INVOICE', total: '1208', corrects: null, reason: null });
  expect(invoice.invoiceNumber).toMatch(/^\d{4}-\d{6}$/);
  const page = `/invoices/${invoice.invoiceId}`;
  for (const token of [as.ann, as.sue]) {
    expect((await house.http.get(page, token)).status).toBe(404);
    expect(await ask(DETAIL, { id: invoice.invoiceId }, token)).toBeNull();
  }
  expect((await house.http.get(page)).status).toBe(401);
  for (const token of [as.bob, as.olga]) {
    const read = (path: string) => fetch(`${house.http.url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const html = await read(page);
    expect([html.status, html.headers.get('content-security-policy')]).toEqual([
      200,
      "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    ]);
    expect(await html.text()).toContain(`Invoice ${invoice.invoiceNumber}`);
    const pdf = await read(`${page}/pdf`);
    expect([pdf.status, pdf.headers.get('content-type')]).toEqual([200, 'application/pdf']);
    expect(
      Buffer.from(await pdf.arrayBuffer())
        .subarray(0, 5)
        .toString(),
    ).toBe('%PDF-');
  }
  const paid = { ...about, channel: 'ONLINE', reference: `pay-${auctionId}`, amount: '1208', currency: 'USD' };
  expect(await command('recordPayment', 'RecordPayment', paid, as.olga)).toBe(ok);
  const refund = { ...about, reference: `back-${auctionId}`, reason: 'Returned' };
  expect(await command('refundPayment', 'RefundPayment', refund, as.olga)).toBe(ok);
  await eventually('the credit note', async () => (await ofThis()).length === 2, 30_000);
  const [credit] = await ofThis();
  expect(credit).toMatchObject({ kind: 'CREDIT_NOTE', total: '1208', corrects: invoice.invoiceId, reason: 'REFUNDED' });
  expect(credit.invoiceNumber).toMatch(/^C\d{4}-\d{6}$/);
  const everyone = (await ask(`{ invoices(limit: 200) { rows { invoiceNumber } } }`, {}, as.olga)).rows as any[];
  for (const kind of [/^\d/, /^C/]) {
    const numbers = everyone.map(({ invoiceNumber }) => invoiceNumber).filter((text: string) => kind.test(text));
    const counted = numbers.map((text: string) => Number(text.slice(-6))).sort((a: number, b: number) => a - b);
    expect(counted).toEqual(counted.map((_: number, n: number) => n + 1));
  }
});

it('is a second chance for the under-bidder, whose price nobody else is shown', async () => {
  const auctionId = await soldToBob();
  const first = { auctionId, transactionNumber: 1 };
  expect(await command('issueInvoice', 'Transaction', first, as.olga)).toBe('InvoiceAlreadyIssued');
  expect(await command('declareOverdue', 'Transaction', first, as.olga)).toBe(ok);
  const offer = { auctionId, bidderId: ann, durationMs: 60_000 };
  expect(await command('offerSecondChance', 'OfferSecondChance', offer, as.ann)).toBe('RoleMissing');
  expect(await command('offerSecondChance', 'OfferSecondChance', offer, as.sue)).toBe(ok);
  await house.caughtUp();
  const OFFERS = '{ mySecondChances { rows { auctionId offerNumber cause status offeredPrice } } }';
  const pending = { auctionId, offerNumber: 1, cause: 'WinnerDidNotPay', status: 'PENDING', offeredPrice: '1000' };
  expect((await ask(OFFERS, {}, as.ann)).rows).toEqual([pending]);
  for (const token of [as.bob, as.sue, as.olga]) expect((await ask(OFFERS, {}, token)).rows).toEqual([]);
  const answer = { auctionId, offerNumber: 1 };
  expect(await command('declineSecondChance', 'SecondChanceAnswer', answer, as.bob)).toBe('OfferOfAnother');
  expect(await command('acceptSecondChance', 'SecondChanceAnswer', answer, as.ann)).toBe(ok);
  await house.caughtUp();
  expect(await salesOf('ann', auctionId)).toMatchObject([
    { transactionNumber: 2, via: 'SecondChance', finalPrice: '1000', amountDue: '1150', paymentStatus: 'DUE' },
  ]);
  expect(await salesOf('bob', auctionId)).toMatchObject([{ transactionNumber: 1, paymentStatus: 'LAPSED' }]);
});

describe('what nobody does in time', () => {
  it('the house notes by itself: a payment is overdue, a second chance expires, each once', async () => {
    const auctionId = await soldToBob();
    const first = { auctionId, transactionNumber: 1 };
    clock.forward(WEEK_MS);
    await eventually(
      'the house to note it',
      async () => (await salesOf('bob', auctionId))[0]?.paymentStatus === 'OVERDUE',
    );
    expect(await command('declareOverdue', 'Transaction', first, as.olga)).toBe('TransactionNotPayable');
    const offer = { auctionId, bidderId: ann, durationMs: DAY_MS };
    expect(await command('offerSecondChance', 'OfferSecondChance', offer, as.sue)).toBe(ok);
    const OFFERS = '{ mySecondChances { rows { auctionId status } } }';
    const offers = async () => (await ask(OFFERS, {}, as.ann)).rows.filter((row: any) => row.auctionId === auctionId);
    await eventually('the offer', async () => (await offers())[0]?.status === 'PENDING');
    clock.forward(DAY_MS);
    await eventually('the house to note that, too', async () => (await offers())[0]?.status === 'EXPIRED');
    const answer = { auctionId, offerNumber: 1 };
    expect(await command('acceptSecondChance', 'SecondChanceAnswer', answer, as.ann)).toBe('OfferNotPending');
    const entries = await house.house.journal.readStream(auctionStream(auctionIdOf(auctionId)), 0, 100);
    const types = entries.map(({ eventType }) => eventType).slice(-4);
    expect(types).toEqual(['InvoiceIssued', 'PaymentOverdue', 'SecondChanceOffered', 'SecondChanceExpired']);
  });
});
