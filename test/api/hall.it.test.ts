// A sale in a hall over the public interfaces: commissions, the floor, telephones and people online, with two clerks. What each lot comes
// to equals an independent calculation.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { commandId, userId } from '../../src/domain/ids.js';
import { ApiHouse, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';
import { type Crowd, crowdsOf, hallResult, stepAt } from '../support/hall-crowd.js';

const LOTS = 100;
const AT_ONCE = 10;
const clock = new ForwardRuntime();
const id = () => userId(clock.uuid());
const [olga, otto, sue] = [id(), id(), id()] as const;
const bidders = Array.from({ length: 8 }, id);

let house: ApiHouse;
let as: Readonly<{ olga: string; otto: string; sue: string }>;
let tokens: readonly string[];
let saleId: string;
let lots: readonly string[];

const crowds = crowdsOf(LOTS, 20261130);

async function done(token: string, method: string, path: string, body: object = {}): Promise<any> {
  const reply = await house.http.send(method, path, { token, body });
  expect([path, reply.status, reply.body.reason]).toEqual([path, reply.status < 300 ? reply.status : 200, undefined]);
  return reply.body;
}
const clerk = (lot: string, what: string, body: object = {}, token = as.olga) =>
  house.http.send(what === 'asking-price' ? 'PUT' : 'POST', `/auctions/${lot}/hall/${what}`, { token, body });
const auction = async (lot: string): Promise<any> => (await house.http.get(`/auctions/${lot}`)).body;
const money = (minor: bigint) => ({ amount: minor.toString(), currency: 'EUR' });

beforeAll(async () => {
  house = await ApiHouse.open({ runtime: clock });
  as = {
    olga: await tokenFor(olga, 'operator'),
    otto: await tokenFor(otto, 'operator'),
    sue: await tokenFor(sue, 'seller'),
  };
  tokens = await Promise.all(bidders.map((bidder) => tokenFor(bidder, 'bidder')));
  for (const [n, token] of [as.sue, ...tokens].entries()) await done(token, 'POST', '/users', { username: `user${n}` });
  const terms = { title: 'Clocks', currency: 'EUR', termsVersion: '1', registration: 'approval' };
  const opensAt = new Date(clock.now() + 600_000).toISOString();
  const increments = stepAt.table.map(({ below, step }) => ({ below: below?.toString() ?? null, step: `${step}` }));
  ({ saleId } = await done(as.olga, 'POST', '/sales', { kind: 'hall', ...terms, opensAt, increments }));
  const added: string[] = [];
  for (const { startingPrice, reservePrice } of crowds) {
    const item = { title: 'A clock', category: 'Clocks' };
    const prices = { startingPrice: `${startingPrice}`, reservePrice: reservePrice?.toString() ?? null };
    added.push((await done(as.olga, 'POST', `/sales/${saleId}/lots`, { sellerId: sue, item, ...prices })).lotId);
  }
  lots = added;
  await done(as.olga, 'POST', `/sales/${saleId}/publication`);
  // Paddles are given in order: bidder n has paddle n + 1.
  for (const bidder of bidders) await done(as.olga, 'PUT', `/sales/${saleId}/paddles/${bidder}`);
  await eventually('the lots to be listed', async () => {
    await house.caughtUp();
    return (await Promise.all(lots.map(auction))).every(({ format }) => format === 'hall');
  });
}, 120_000);
afterAll(() => house?.close());

/** Commissions as they are left before the sale: half of them online, half with staff. */
async function leaveCommissions(lot: string, { commissions }: Crowd): Promise<void> {
  for (const [n, { bidder, maximum }] of commissions.entries()) {
    const reply =
      n % 2 === 0
        ? await house.http.post(`/auctions/${lot}/bids`, tokens[bidder] ?? '', money(maximum))
        : await clerk(lot, 'bids', { paddle: bidder + 1, ...money(maximum), channel: 'absentee' });
    expect(['accepted', 'BidBelowMinimum', 'BidUnchanged']).toContain(reply.body.reason ?? reply.body.outcome);
    expect(JSON.stringify(reply.body)).not.toContain('maximum');
  }
}

/** Everybody offers the asking price in turn until nobody goes on. A refusal tells what is asked by now. */
async function call(lot: string, { startingPrice, callers }: Crowd): Promise<void> {
  let asked = startingPrice;
  const offer = (bidder: number, channel: string) =>
    channel === 'online'
      ? house.http.post(`/auctions/${lot}/bids`, tokens[bidder] ?? '', money(asked))
      : clerk(lot, 'bids', { paddle: bidder + 1, ...money(asked), channel });
  for (let calls = -1; calls !== 0; ) {
    calls = 0;
    for (const { bidder, limit, channel } of callers) {
      while (limit >= asked) {
        const { body } = await offer(bidder, channel);
        if (body.minimumNextBid !== undefined) asked = BigInt(body.minimumNextBid);
        if (body.outcome === 'accepted') calls++;
        else expect(['BidderLeads', 'BidBelowMinimum']).toContain(body.reason);
        if (body.reason !== 'BidBelowMinimum') break;
      }
    }
  }
}

/** A bid of a paddle that was misheard, and undone with whatever answered it. */
async function mishear(lot: string): Promise<void> {
  const before = await auction(lot);
  const misheard = bidders.findIndex((bidder) => bidder !== before.leaderId) + 1;
  const bid = { paddle: misheard, amount: before.minimumNextBid, currency: 'EUR', channel: 'floor' };
  const { body } = await clerk(lot, 'bids', bid);
  expect(body).toMatchObject({ outcome: 'accepted' });
  await house.caughtUp();
  const { leadingBid } = await auction(lot);
  expect((await clerk(lot, 'undo', { leadingBid })).body).toMatchObject({ outcome: 'accepted' });
  await house.caughtUp();
  const { currentPrice, leaderId } = await auction(lot);
  expect([currentPrice, leaderId]).toEqual([before.currentPrice, before.leaderId]);
}

/** Fair warning, and then the hammer of two clerks at once; a pass where the lot cannot be sold. */
async function end(lot: string): Promise<void> {
  await house.caughtUp();
  const { leadingBid, reserveMet } = await auction(lot);
  if (leadingBid === null || !reserveMet) {
    if (leadingBid !== null)
      expect((await clerk(lot, 'hammer', { leadingBid })).body).toMatchObject({ reason: 'ReserveNotReached' });
    expect((await clerk(lot, 'pass', { leadingBid })).body).toMatchObject({ outcome: 'accepted' });
    return;
  }
  expect((await clerk(lot, 'fair-warning', { leadingBid })).status).toBe(200);
  expect((await clerk(lot, 'hammer', { leadingBid: leadingBid + 1 })).body).toMatchObject({
    reason: 'AnotherBidLeads',
  });
  const hammer = { leadingBid, commandId: commandId(clock.uuid()) };
  const both = await Promise.all([
    clerk(lot, 'hammer', hammer),
    clerk(lot, 'hammer', { leadingBid, commandId: commandId(clock.uuid()) }, as.otto),
  ]);
  expect(both.map(({ body }) => body.reason ?? body.outcome).sort()).toEqual(['AuctionNotOpen', 'accepted']);
  // The network failed, and the clerk's page sends its command again: it is judged once.
  const [first] = both;
  const again = await clerk(lot, 'hammer', hammer);
  expect(again.body).toEqual({ ...first?.body, repeated: true });
}

describe(`a sale in a hall of ${LOTS} lots`, () => {
  it('takes commissions before it begins, and nothing else', async () => {
    await Promise.all(lots.map((lot, n) => leaveCommissions(lot, crowds[n] as Crowd)));
    const [lot = ''] = lots;
    expect((await clerk(lot, 'opening')).body).toMatchObject({ reason: 'AuctionNotYetOpen' });
    expect((await clerk(lot, 'bids', { paddle: 1, ...money(1_000_00n), channel: 'floor' })).body).toMatchObject({
      reason: 'LotNotOpened',
    });
    expect((await clerk(lot, 'bids', { paddle: 99, ...money(1_000_00n), channel: 'absentee' })).body).toMatchObject({
      reason: 'PaddleUnknown',
    });
    await house.caughtUp();
    for (const [n, each] of lots.entries()) {
      const { currentPrice, leaderId, calling } = await auction(each);
      expect([currentPrice, leaderId, calling]).toEqual([`${crowds[n]?.startingPrice}`, null, 'waiting']);
    }
  }, 60_000);

  it('is called lot after lot, and each comes to what an independent calculation says', async () => {
    clock.forward(601_000);
    const begun = performance.now();
    for (let from = 0; from < LOTS; from += AT_ONCE) {
      await Promise.all(
        lots.slice(from, from + AT_ONCE).map(async (lot, n) => {
          const around = crowds[from + n] as Crowd;
          expect((await clerk(lot, 'opening')).body).toMatchObject({ outcome: 'accepted' });
          if (n === 0) {
            await house.caughtUp();
            expect(await auction(lot)).toMatchObject({ calling: 'called' });
            await mishear(lot);
          }
          await call(lot, around);
          await end(lot);
        }),
      );
    }
    process.stderr.write(`${LOTS} lots were called in ${Math.round(performance.now() - begun)} ms\n`);
    await house.caughtUp();
    const ended = await Promise.all(lots.map(auction));
    const came = ended.map(({ status, leaderId, currentPrice }) =>
      status === 'sold'
        ? { buyer: bidders.indexOf(leaderId), price: BigInt(currentPrice) }
        : { buyer: null, price: null },
    );
    expect(came).toEqual(crowds.map(hallResult));
    expect(ended.filter(({ status }) => status === 'sold').length).toBeGreaterThan(LOTS / 3);
    expect(ended.filter(({ status }) => status === 'passed').length).toBeGreaterThan(5);
  }, 120_000);

  it('has an invoice for each lot that was sold', async () => {
    const query = '{ myTransactions(limit: 200) { rows { auctionId paymentStatus amountDue } } }';
    const bought = await Promise.all(
      tokens.map(async (token) => (await house.http.post('/graphql', token, { query })).body.data.myTransactions.rows),
    );
    const invoiced = bought.flat().map(({ auctionId, paymentStatus }) => `${auctionId} ${paymentStatus}`);
    const sold = lots.filter((_, n) => hallResult(crowds[n] as Crowd).buyer !== null);
    expect(invoiced.toSorted()).toEqual(sold.map((lot) => `${lot} DUE`).toSorted());
  });

  it('shows nobody what a commission was, before and after', async () => {
    const everything = await Promise.all(lots.map(async (lot) => (await house.http.get(`/auctions/${lot}/bids`)).body));
    const rows = everything.flatMap((page: any) => page.rows ?? []);
    const commissions = rows.filter(({ bidType }) => bidType === 'absentee');
    expect(commissions.length).toBeGreaterThan(50);
    expect(commissions.filter(({ bidAmount }) => bidAmount !== null)).toEqual([]);
  });
});
