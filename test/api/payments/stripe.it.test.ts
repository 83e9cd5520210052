// Paying online on a real house, with a double of Stripe: a notice that is repeated, late, out of order or forged changes nothing wrongly.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { userId } from '../../../src/domain/ids.js';
import { StripePaymentService } from '../../../src/payments/stripe.payment-service.js';
import { ApiHouse, runtime, tokenFor } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { notice, STRIPE_KEY, StripeDouble, WEBHOOK_SECRET } from '../../support/stripe-double.js';

const [sue, ann] = [userId(runtime.uuid()), userId(runtime.uuid())] as const;
let stripe: StripeDouble;
let house: ApiHouse;
let as: Readonly<Record<'sue' | 'ann', string>>;

beforeAll(async () => {
  stripe = await StripeDouble.start();
  const house_ = new URL('https://house.example/');
  const payments = new StripePaymentService({
    key: STRIPE_KEY,
    webhookSecret: WEBHOOK_SECRET,
    house: house_,
    api: stripe.url,
  });
  house = await ApiHouse.open({ payments });
  as = { sue: await tokenFor(sue, 'seller'), ann: await tokenFor(ann, 'bidder') };
  await house.http.post('/users', as.sue, { username: 'sue' });
  await house.http.post('/users', as.ann, { username: 'ann' });
});
afterAll(async () => {
  await house?.close();
  await stripe?.stop();
});

const send = async ({ body, signature }: ReturnType<typeof notice>): Promise<number> => {
  const headers = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature };
  return (await fetch(`${house.http.url}/payments/notices`, { method: 'POST', headers, body })).status;
};
const saleOf = async (auctionId: string) => {
  await house.caughtUp();
  const page = await house.http.get('/users/me/transactions?side=buyer', as.ann);
  return page.body.rows.find((row: any) => row.auctionId === auctionId);
};

/** A clock that Ann bought at once, for 20.00 and 3.00 of premium. */
async function bought(): Promise<string> {
  const terms = { currency: 'USD', startingPrice: '1000', buyNowPrice: '2000' };
  const item = { title: 'A clock', category: 'Clocks' };
  const listed = await house.http.post('/auctions', as.sue, { item, terms, durationMs: 60_000 });
  const { auctionId } = listed.body;
  expect((await house.http.post(`/auctions/${auctionId}/buy-now`, as.ann)).status).toBe(201);
  await eventually('the sale', async () => (await saleOf(auctionId))?.paymentStatus === 'due', 30_000);
  const intent = `pi_${auctionId}`;
  stripe.intents.set(intent, { id: intent, object: 'payment_intent', amount: 2_300, metadata: metadataOf(auctionId) });
  return auctionId;
}
const metadataOf = (auctionId: string) => ({ auctionId, transactionNumber: '1' });
const sessionOf = (auctionId: string, changed: object = {}) => ({
  object: 'checkout.session',
  payment_status: 'paid',
  payment_intent: `pi_${auctionId}`,
  amount_total: 2_300,
  currency: 'usd',
  metadata: metadataOf(auctionId),
  ...changed,
});
/** A refund, as Stripe has it from now on. */
function refund(auctionId: string, amount: number, name = '1', status = 'succeeded') {
  const made = {
    object: 'refund',
    id: `re_${auctionId}_${name}`,
    charge: `ch_${auctionId}`,
    payment_intent: `pi_${auctionId}`,
  };
  stripe.refunds.set(made.id, { ...made, amount, status });
  return made;
}
const paid = (auctionId: string, changed?: object) =>
  notice('checkout.session.completed', sessionOf(auctionId, changed), { at: runtime.now(), id: `evt_${auctionId}` });
/** It tells of the charge, not of the refunds: those are asked for. */
const chargeRefunded = (auctionId: string) =>
  notice(
    'charge.refunded',
    { object: 'charge', id: `ch_${auctionId}` },
    { at: runtime.now(), id: `evt_back_${auctionId}` },
  );
const refundTold = (type: string, made: Readonly<{ id: string }>) =>
  notice(type, { object: 'refund', id: made.id }, { at: runtime.now(), id: `evt_${type}_${made.id}` });
function disputeTold(type: 'created' | 'closed', auctionId: string, status: string, amount = 2_300) {
  const id = `dp_${auctionId}`;
  stripe.disputes.set(id, { object: 'dispute', id, amount, payment_intent: `pi_${auctionId}`, status });
  // What the notice itself says may be old.
  return notice(
    `charge.dispute.${type}`,
    { object: 'dispute', id, status: 'old' },
    { at: runtime.now(), id: `${type}_${id}` },
  );
}
const complaints = (): readonly string[] => house.http.log.lines.map(({ message }) => message);

describe('a checkout', () => {
  it('is one page for the buyer alone, however often it is asked for', async () => {
    const auctionId = await bought();
    const path = `/auctions/${auctionId}/checkout`;
    const first = await house.http.post(path, as.ann);
    expect([first.status, first.body.url]).toEqual([200, stripe.sessions.at(-1)?.url]);
    const opened = stripe.sessions.length;
    expect((await house.http.post(path, as.ann)).body).toEqual(first.body);
    expect(stripe.sessions).toHaveLength(opened);
    expect(stripe.sessions.at(-1)?.form).toMatchObject({
      mode: 'payment',
      'line_items[0][price_data][currency]': 'usd',
      'line_items[0][price_data][unit_amount]': '2300',
      'payment_intent_data[metadata][auctionId]': auctionId,
      'payment_intent_data[metadata][transactionNumber]': '1',
    });
    expect((await house.http.post(path, as.sue)).status).toBe(404);
    expect(await send(paid(auctionId))).toBe(200);
    await saleOf(auctionId);
    expect((await house.http.post(path, as.ann)).status).toBe(409);
  });
});

describe('a notice', () => {
  it('records the payment once, however often it comes', async () => {
    const auctionId = await bought();
    for (let times = 0; times < 3; times++) expect(await send(paid(auctionId))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', amountDue: '2300' });
    const events = await house.house.journal.readStream(`auction-${auctionId}` as never, 0, 100);
    expect(events.filter((entry) => entry.kind === 'event' && entry.event.type === 'PaymentRecorded')).toHaveLength(1);
  });
  it.each([
    ['with another secret', { secret: 'whsec_another' }],
    ['five minutes and two seconds ago', { at: -302_000 }],
  ])('signed %s changes nothing', async (_how, { secret, at = 0 }: { secret?: string; at?: number }) => {
    const auctionId = await bought();
    const made = { at: runtime.now() + at, ...(secret === undefined ? {} : { secret }) };
    expect(await send(notice('checkout.session.completed', sessionOf(auctionId), made))).toBe(400);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'due' });
  });
  it('signed not quite five minutes ago is taken', async () => {
    const auctionId = await bought();
    const made = { at: runtime.now() - 290_000 };
    expect(await send(notice('checkout.session.completed', sessionOf(auctionId), made))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid' });
  });
  it('whose bytes were changed on the way, or that is not signed, changes nothing', async () => {
    const auctionId = await bought();
    const { body, signature } = paid(auctionId);
    expect(await send({ body: body.replace('2300', '2301'), signature })).toBe(400);
    expect((await fetch(`${house.http.url}/payments/notices`, { method: 'POST', body })).status).toBe(400);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'due' });
  });
  it('of another amount, currency or a payment that is not made yet pays nothing', async () => {
    const auctionId = await bought();
    for (const changed of [
      { amount_total: 2_299 },
      { currency: 'eur' },
      { currency: 'xyz' },
      { payment_status: 'unpaid' },
    ])
      expect(
        await send(
          notice('checkout.session.completed', sessionOf(auctionId, changed), {
            at: runtime.now(),
            id: JSON.stringify(changed),
          }),
        ),
      ).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'due' });
    expect(house.http.log.lines.filter(({ message }) => message === 'a payment could not be booked')).not.toEqual([]);
  });
  it('of a refund before its payment is asked for again, and then taken', async () => {
    const auctionId = await bought();
    refund(auctionId, 2_300);
    expect(await send(chargeRefunded(auctionId))).toBe(503);
    expect(await send(paid(auctionId))).toBe(200);
    expect(await send(chargeRefunded(auctionId))).toBe(200);
    expect(await send(chargeRefunded(auctionId))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'refunded' });
    expect(await send(paid(auctionId))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'refunded', refundedAmount: '2300' });
  });
});

describe('part refunds', () => {
  it('count once each, by whichever notices they are told, however often and in whatever order', async () => {
    const auctionId = await bought();
    await send(paid(auctionId));
    const [first, second] = [refund(auctionId, 300, '1'), refund(auctionId, 1_000, '2', 'pending')];
    expect(await send(refundTold('refund.updated', second))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', refundedAmount: '0' });
    for (const told of [
      refundTold('refund.updated', first),
      chargeRefunded(auctionId),
      refundTold('refund.created', first),
    ])
      expect(await send(told)).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', refundedAmount: '300', refundedAt: null });
    refund(auctionId, 1_000, '2');
    for (const told of [chargeRefunded(auctionId), refundTold('refund.updated', second), chargeRefunded(auctionId)])
      expect(await send(told)).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', refundedAmount: '1300' });
    refund(auctionId, 1_000, '3');
    expect(await send(chargeRefunded(auctionId))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'refunded', refundedAmount: '2300' });
  });
  it('of more than was paid are for people to look at', async () => {
    const auctionId = await bought();
    await send(paid(auctionId));
    const before = complaints().length;
    refund(auctionId, 2_301);
    expect(await send(chargeRefunded(auctionId))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', refundedAmount: '0' });
    expect(complaints().slice(before)).toContain('a payment could not be booked');
  });
  it('that fail move nothing, and people are told', async () => {
    const auctionId = await bought();
    await send(paid(auctionId));
    const before = complaints().length;
    expect(await send(refundTold('refund.failed', refund(auctionId, 300, '1', 'failed')))).toBe(200);
    // A notice of before it failed comes late: it has failed all the same.
    expect(await send(refundTold('refund.updated', { id: `re_${auctionId}_1` }))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', refundedAmount: '0' });
    expect(complaints().slice(before)).toContain('a payment needs somebody to look at it');
  });
  it('that are forged, or of somebody else’s payment, change nothing', async () => {
    const auctionId = await bought();
    await send(paid(auctionId));
    const made = refund(auctionId, 300);
    const forged = notice('refund.updated', made, { at: runtime.now(), secret: 'whsec_another' });
    expect(await send(forged)).toBe(400);
    stripe.intents.set(`pi_${auctionId}`, { id: `pi_${auctionId}`, object: 'payment_intent', metadata: {} });
    expect(await send(refundTold('refund.updated', made))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', refundedAmount: '0' });
  });
  it('that Stripe cannot tell of are asked for again', async () => {
    const auctionId = await bought();
    await send(paid(auctionId));
    expect(await send(refundTold('refund.updated', { id: 're_unknown' }))).toBe(503);
    expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid' });
  });
});

describe('a dispute', () => {
  it('that is lost takes the payment back, and one that is won does not', async () => {
    const [lost, won] = [await bought(), await bought()];
    for (const auctionId of [lost, won]) {
      expect(await send(paid(auctionId))).toBe(200);
      expect(await send(disputeTold('created', auctionId, 'needs_response'))).toBe(200);
      expect(await saleOf(auctionId)).toMatchObject({ paymentStatus: 'paid', disputeStatus: 'open' });
      const closed = disputeTold('closed', auctionId, auctionId === lost ? 'lost' : 'won');
      for (let times = 0; times < 2; times++) expect(await send(closed)).toBe(200);
    }
    expect(await saleOf(lost)).toMatchObject({
      paymentStatus: 'refunded',
      disputeStatus: 'lost',
      refundedAmount: '2300',
    });
    expect(await saleOf(won)).toMatchObject({ paymentStatus: 'paid', disputeStatus: 'won', refundedAmount: '0' });
  });
  it('whose opening is told after its end, or before its payment, changes nothing wrongly', async () => {
    const auctionId = await bought();
    expect(await send(disputeTold('closed', auctionId, 'lost', 300))).toBe(503);
    expect(await send(paid(auctionId))).toBe(200);
    for (const type of ['closed', 'created'] as const)
      expect(await send(disputeTold(type, auctionId, 'lost', 300))).toBe(200);
    expect(await saleOf(auctionId)).toMatchObject({
      paymentStatus: 'paid',
      disputeStatus: 'lost',
      refundedAmount: '300',
    });
  });
});
