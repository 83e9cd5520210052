// From the listing to the seller's payout, in every format, by public clients alone: REST, GraphQL and the subscriptions of
// a house that runs as its users start it. Each step says which way it goes.
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import type { Watched } from '../support/watcher.js';
import { type Bidder, hasEnded, type Name, PublicHouse } from './public-house.js';

// It takes some twenty seconds; a machine that is busy with other things may take longer to start the house.
jest.setTimeout(120_000);

const ENGLISH_LASTS_MS = 5_000;
const SOFT_CLOSE_MS = 2_000;
/** Long enough for a handful of bids on a busy machine. */
const BRIEFLY_MS = 3_000;

let house: PublicHouse;
beforeAll(async () => {
  house = await PublicHouse.open();
});
afterAll(() => house.close());

type Sums = Readonly<Record<'finalPrice' | 'buyersPremium' | 'amountDue' | 'platformFee' | 'sellerProceeds', string>>;

/** Every sum is as it must be, and they add up. */
function isOfSums(row: any, sums: Sums): void {
  expect(row).toMatchObject({ ...sums, tax: '0' });
  const { finalPrice, buyersPremium, tax, amountDue, platformFee, sellerProceeds } = row;
  expect(BigInt(finalPrice) + BigInt(buyersPremium) + BigInt(tax)).toBe(BigInt(amountDue));
  expect(BigInt(platformFee) + BigInt(sellerProceeds)).toBe(BigInt(finalPrice));
}

/** The buyer's own invoice, of which the house tells by itself. */
async function invoiced(buyer: Bidder, auctionId: string, transactionNumber: number, sums: Sums): Promise<any> {
  const { amountDue, paymentDueAt } = await house.hears(buyer, 'Invoiced', auctionId);
  const invoice = await house.sale(buyer, auctionId, transactionNumber, 'due');
  expect(invoice).toMatchObject({ transactionNumber, amountDue, paymentDueAt, buyerId: house.people[buyer].id });
  isOfSums(invoice, sums);
  return invoice;
}

/** Payment and settlement, the one over REST and the other over GraphQL; `way` is that of the payment. */
async function paidAndSettled(invoice: any, buyer: Bidder, way: 'REST' | 'GraphQL'): Promise<void> {
  const { auctionId, transactionNumber, amountDue: amount } = invoice;
  const path = `/auctions/${auctionId}/transactions/${transactionNumber}`;
  const payment = { reference: `pay ${transactionNumber} of ${auctionId}`, amount, currency: 'USD' };
  const payout = { reference: `payout ${transactionNumber}` };
  const about = { auctionId, transactionNumber };
  if (way === 'REST') await house.rest('olga', `${path}/payments`, { ...payment, channel: 'online' });
  else await house.graphql('olga', 'recordPayment', { ...about, ...payment, channel: 'POINT_OF_SALE' });
  const paid = await house.sale(buyer, auctionId, transactionNumber, 'paid');
  const toBuyer = await house.hears(buyer, 'Paid', auctionId);
  expect(toBuyer).toMatchObject({ transactionNumber, amount, currency: 'USD', at: paid.paidAt });
  expect(paid).toEqual({ ...invoice, paymentStatus: 'paid', paidAt: expect.any(String) });
  if (way === 'REST') await house.graphql('olga', 'settleTransaction', { ...about, ...payout });
  else await house.rest('olga', `${path}/settlement`, payout);
  const settled = await house.sale(buyer, auctionId, transactionNumber, 'settled');
  const completed = { isCompleted: true, completedAt: expect.any(String) };
  expect(settled).toEqual({ ...paid, paymentStatus: 'settled', ...completed });
}

it('an English auction: outbid and told so, raised, a close that moves, the hammer, invoice, payment, settlement', async () => {
  const { ann, sue } = house.people;
  // REST
  const { auctionId, closesAt } = await house.rest('sue', '/auctions', {
    item: { title: 'A ship clock', category: 'Clocks' },
    terms: { currency: 'USD', startingPrice: '1000', softClose: { windowMs: SOFT_CLOSE_MS } },
    durationMs: ENGLISH_LASTS_MS,
  });
  const watched = await house.watchedByAll(auctionId);

  // REST
  expect(await house.bidOverRest('ann', auctionId, '2000')).toMatchObject({ currentPrice: '1000', leading: true });
  // GraphQL
  expect(await house.bidOverGraphql('bob', auctionId, '3000')).toMatchObject({ currentPrice: '2050', leading: true });
  const toAnn = await house.hears('ann', 'Outbid', auctionId);
  expect(toAnn).toMatchObject({ currentPrice: '2050', minimumNextBid: '2100' });
  // GraphQL
  const raised = await house.bidOverGraphql('ann', auctionId, '5000');
  expect(raised).toMatchObject({ currentPrice: '3100', leading: true, newClosesAt: null });
  const toBob = await house.hears('bob', 'Outbid', auctionId);
  expect(toBob).toMatchObject({ currentPrice: '3100', minimumNextBid: '3200' });

  await eventually('the last moments', () => Date.now() > Date.parse(closesAt) - SOFT_CLOSE_MS);
  // REST
  const late = await house.bidOverRest('bob', auctionId, '4037');
  expect(late).toMatchObject({ currentPrice: '4137', leading: false });
  expect(Date.parse(late.newClosesAt)).toBeGreaterThan(Date.parse(closesAt));
  for (const name of ['sue', 'ann', 'bob'] as const)
    expect((await house.hears(name, 'Extended', auctionId)).closesAt).toBe(late.newClosesAt);
  for (const one of Object.values(watched)) {
    const hasMoved = ({ auctionUpdated }: any) => auctionUpdated.extensions === 1;
    const { auctionUpdated } = await one.until('the close to move', hasMoved);
    expect(auctionUpdated).toMatchObject({ closesAt: late.newClosesAt, scheduledClosesAt: closesAt, status: 'OPEN' });
  }

  for (const one of Object.values(watched)) {
    const { auctionUpdated } = await one.until('the hammer', hasEnded);
    expect(auctionUpdated).toMatchObject({ status: 'SOLD', currentPrice: '4137', leaderId: ann.id, bidCount: 4 });
    expect(Date.parse(auctionUpdated.closedAt)).toBeGreaterThanOrEqual(Date.parse(late.newClosesAt));
  }
  const hammer = { currency: 'USD', hammerPrice: '4137' };
  expect(await house.hears('ann', 'Won', auctionId)).toMatchObject(hammer);
  expect(await house.hears('sue', 'Sold', auctionId)).toMatchObject(hammer);

  const invoice = await invoiced('ann', auctionId, 1, {
    finalPrice: '4137',
    buyersPremium: '621',
    amountDue: '4758',
    platformFee: '414',
    sellerProceeds: '3723',
  });
  expect(invoice).toMatchObject({ via: 'Hammer', sellerId: sue.id, paidAt: null });
  expect(Date.parse(invoice.paymentDueAt)).toBeGreaterThan(Date.now());
  await paidAndSettled(invoice, 'ann', 'REST');
  expect(house.heardBy('ann', auctionId)).toEqual(['Outbid', 'Extended', 'Won', 'Invoiced', 'Paid']);
  expect(house.heardBy('bob', auctionId)).toEqual(['Outbid', 'Extended']);
  expect(house.heardBy('sue', auctionId)).toEqual(['Extended', 'Sold']);
  expect(house.heardBy('olga', auctionId)).toEqual([]);
  expect(house.heardBy('cid', auctionId)).toEqual([]);
});

const GRAPHQL_NAMES = { 'sealed-first-price': 'SEALED_FIRST_PRICE', vickrey: 'VICKREY', english: 'ENGLISH' } as const;
type Format = keyof typeof GRAPHQL_NAMES;

/** An auction of a few seconds, listed over GraphQL. */
async function listed(format: Format): Promise<string> {
  const terms = { format: GRAPHQL_NAMES[format], currency: 'USD', startingPrice: '1000' };
  const answer = await house.graphql('sue', 'listAuction', {
    item: { title: `A clock (${format})`, category: 'Clocks' },
    terms: format === 'english' ? { ...terms, softClose: null } : terms,
    durationMs: BRIEFLY_MS,
  });
  return answer.auctionId;
}

describe.each([
  [
    'sealed-first-price',
    { first: '7714500101', ann: '7714700103', bob: '7714600105', cid: '7714200107' },
    {
      finalPrice: '7714700103',
      buyersPremium: '771573010',
      amountDue: '8486273113',
      platformFee: '385740005',
      sellerProceeds: '7328960098',
    },
  ],
  [
    'vickrey',
    { first: '7714500201', ann: '7714700203', bob: '7714600205', cid: '7714200207' },
    {
      finalPrice: '7714600205',
      buyersPremium: '771563021',
      amountDue: '8486163226',
      platformFee: '385735010',
      sellerProceeds: '7328865195',
    },
  ],
] as const)('a %s auction', (format, amounts, sums) => {
  it('tells nobody an amount before its close, then the price and no other, and is paid and settled', async () => {
    const before = house.marks();
    const auctionId = await listed(format);
    const watched = await house.watchedByAll(auctionId);
    // REST, GraphQL, REST, GraphQL
    expect(await house.bidOverRest('ann', auctionId, amounts.first)).toMatchObject({ bidCount: 1, replaces: null });
    expect(await house.bidOverGraphql('bob', auctionId, amounts.bob)).toMatchObject({ bidCount: 2, replaces: null });
    expect(await house.bidOverRest('cid', auctionId, amounts.cid)).toMatchObject({ bidCount: 3, replaces: null });
    expect(await house.bidOverGraphql('ann', auctionId, amounts.ann)).toMatchObject({ bidCount: 3, replaces: 1 });
    await watched.anybody.until('all bids', ({ auctionUpdated }) => auctionUpdated.revision === 4);
    await house.lookAround(auctionId);
    const all = Object.values(amounts);
    // Each finds the own amounts among the own bids, so the hunt finds what is there.
    const own = [`ann ${amounts.first}`, `ann ${amounts.ann}`, `bob ${amounts.bob}`, `cid ${amounts.cid}`];
    expect(house.received(all, before)).toEqual(own);
    expect(Object.values(watched).some(({ data }) => data.some(hasEnded))).toBe(false);

    const sold = { status: 'SOLD', currentPrice: sums.finalPrice, leaderId: house.people.ann.id, bidCount: 3 };
    for (const one of Object.values(watched)) {
      expect((await one.until('the hammer', hasEnded)).auctionUpdated).toMatchObject(sold);
      for (const { auctionUpdated: shown } of one.data.filter((data) => !hasEnded(data)))
        expect(shown).toMatchObject({ currentPrice: '1000', minimumNextBid: '1000', leaderId: null, leadingBid: null });
    }
    expect(await house.hears('ann', 'Won', auctionId)).toMatchObject({ hammerPrice: sums.finalPrice });
    expect(await house.hears('sue', 'Sold', auctionId)).toMatchObject({ hammerPrice: sums.finalPrice });

    const invoice = await invoiced('ann', auctionId, 1, sums);
    await paidAndSettled(invoice, 'ann', 'GraphQL');
    await house.lookAround(auctionId);
    const secret = all.filter((amount) => amount !== sums.finalPrice);
    expect(house.received(secret, before)).toEqual(own.filter((line) => !line.endsWith(sums.finalPrice)));
    expect(house.heardBy('ann', auctionId)).toEqual(['Won', 'Invoiced', 'Paid']);
    for (const name of ['bob', 'cid', 'olga'] as const) expect(house.heardBy(name, auctionId)).toEqual([]);
  });
});

type Unpaid = Readonly<{ bids: readonly (readonly [Name, string])[]; price: string; offered: string; sums: Sums }>;

/** Bob wins at `price` and will not pay; Cid's last bid is `offered`. */
const UNPAID: readonly (readonly [Format, Unpaid])[] = [
  [
    'english',
    {
      bids: [
        ['cid', '1500'],
        ['cid', '2000'],
        ['bob', '5555'],
      ],
      price: '2050',
      offered: '2000',
      sums: {
        finalPrice: '2000',
        buyersPremium: '300',
        amountDue: '2300',
        platformFee: '200',
        sellerProceeds: '1800',
      },
    },
  ],
  [
    'sealed-first-price',
    {
      bids: [
        ['cid', '7714900301'],
        ['bob', '7714800303'],
        ['cid', '7714310302'],
      ],
      price: '7714800303',
      offered: '7714310302',
      sums: {
        finalPrice: '7714310302',
        buyersPremium: '771534030',
        amountDue: '8485844332',
        platformFee: '385720515',
        sellerProceeds: '7328589787',
      },
    },
  ],
  [
    'vickrey',
    {
      bids: [
        ['cid', '7714300401'],
        ['ann', '7714500403'],
        ['bob', '7714800404'],
        ['cid', '7714310402'],
      ],
      price: '7714500403',
      offered: '7714310402',
      sums: {
        finalPrice: '7714310402',
        buyersPremium: '771534040',
        amountDue: '8485844442',
        platformFee: '385720520',
        sellerProceeds: '7328589882',
      },
    },
  ],
];

describe('a second chance, when the winner does not pay,', () => {
  const auctions = new Map<Format, string>();
  const watched = new Map<Format, Watched>();
  let before: Record<Name, number>;

  // The three run at the same time.
  beforeAll(async () => {
    before = house.marks();
    const play = async ([format, { bids }]: (typeof UNPAID)[number]) => {
      const auctionId = await listed(format);
      auctions.set(format, auctionId);
      watched.set(format, (await house.watchedByAll(auctionId)).anybody);
      // GraphQL
      for (const [who, amount] of bids) await house.bidOverGraphql(who, auctionId, amount);
    };
    await Promise.all(UNPAID.map(play));
  });

  it.each(UNPAID)('goes to an under-bidder at the own last bid, is paid and settled: %s', async (format, unpaid) => {
    const { price, offered, sums } = unpaid;
    const { bob, cid } = house.people;
    const auctionId = auctions.get(format) ?? '';
    const ended = await watched.get(format)?.until('the hammer', hasEnded);
    expect(ended.auctionUpdated).toMatchObject({ status: 'SOLD', currentPrice: price, leaderId: bob.id });
    expect(await house.sale('bob', auctionId, 1, 'due')).toMatchObject({ finalPrice: price, via: 'Hammer' });

    // REST, GraphQL, REST
    const failure = { channel: 'online', reference: 'card', reason: 'Declined' };
    await house.rest('olga', `/auctions/${auctionId}/transactions/1/failed-payments`, failure);
    await house.graphql('olga', 'declareOverdue', { auctionId, transactionNumber: 1 });
    await house.rest('sue', `/auctions/${auctionId}/second-chances`, { bidderId: cid.id, durationMs: 60_000 });
    const { offerNumber, ...told } = await house.hears('cid', 'Offered', auctionId);
    const { offeredPrice, currency, expiresAt } = told;
    expect([offerNumber, offeredPrice, currency]).toEqual([1, offered, 'USD']);
    expect(await cidsOffer(auctionId)).toMatchObject({
      ...{ offerNumber, offeredPrice, currency, expiresAt },
      ...{ status: 'pending', cause: 'WinnerDidNotPay', offeredAt: told.at },
    });
    await house.lookAround(auctionId);
    if (format !== 'english') expect(house.received([offered], before)).toEqual([`cid ${offered}`]);

    // GraphQL
    await house.graphql('cid', 'acceptSecondChance', { auctionId, offerNumber });
    const invoice = await invoiced('cid', auctionId, 2, sums);
    expect(invoice).toMatchObject({ via: 'SecondChance' });
    expect(await house.sale('bob', auctionId, 1, 'lapsed')).toMatchObject({ failedPayments: 1, paidAt: null });
    await paidAndSettled(invoice, 'cid', 'REST');
    const ofCid = house.heardBy('cid', auctionId).filter((kind) => kind !== 'Outbid');
    expect(ofCid).toEqual(['Offered', 'Invoiced', 'Paid']);
    expect(house.heardBy('bob', auctionId)).toEqual(['Won', 'Invoiced']);
    expect(house.heardBy('sue', auctionId)).toEqual(['Sold']);
    await house.lookAround(auctionId);
    // A price now, and the business of buyer, seller and house.
    const informed = ['cid', 'olga', 'sue'].map((name) => `${name} ${offered}`);
    if (format !== 'english') expect(house.received([offered], before)).toEqual(informed);
  });
});

/** The second chance that Cid is shown in this auction. */
async function cidsOffer(auctionId: string): Promise<any> {
  let offer: any;
  await eventually('the offer', async () => {
    const { body } = await house.people.cid.rest('GET', '/users/me/second-chances');
    offer = body.rows.find((row: any) => row.auctionId === auctionId);
    return offer !== undefined;
  });
  return offer;
}
