// News in a house of many processes: commands go to one API node, and people listen at another, which knows of nothing but
// what the relay publishes to `auction.events` and what the journal says of it. Engine, projector, relay and scheduler are
// processes of their own, and the broker is real.
import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import { eventually } from '../support/eventually.js';
import { describeWithKafka } from '../support/requires.js';
import { type Bidder, CLUSTER, type Name, PublicHouse } from './public-house.js';

// It takes some forty seconds, most of them for the start of everybody.
jest.setTimeout(120_000);

/** Long enough for a handful of bids on a busy machine. */
const LASTS_MS = 8_000;

describeWithKafka('news that come from another node', () => {
  let house: PublicHouse;
  let before: Record<Name, number>;
  const auctions = { paid: '', unpaid: '' };

  // Both auctions run at the same time; whoever bids is listening.
  beforeAll(async () => {
    house = await PublicHouse.open(CLUSTER);
    before = house.marks();
    const played = async (title: string, bids: readonly (readonly [Bidder, string])[]): Promise<string> => {
      const { auctionId, closesAt } = await house.rest('sue', '/auctions', {
        item: { title, category: 'Clocks' },
        terms: { currency: 'USD', startingPrice: '6714500000', softClose: null },
        durationMs: LASTS_MS,
      });
      await house.watchedByAll(auctionId);
      for (const [who, amount] of bids) await house.bidOverRest(who, auctionId, amount);
      await eventually('the hammer', () => Date.now() > Date.parse(closesAt), 2 * LASTS_MS);
      return auctionId;
    };
    [auctions.paid, auctions.unpaid] = await Promise.all([
      played('A ship clock', [
        ['ann', '6714600000'],
        ['bob', '6714700000'],
        ['ann', '6714900000'],
      ]),
      played('A mantel clock', [
        ['cid', '6714600000'],
        ['bob', '6714900000'],
      ]),
    ]);
  }, 300_000);
  afterAll(() => house.close());

  const pay = (auctionId: string, transactionNumber: number, amount: string) =>
    house.rest('olga', `/auctions/${auctionId}/transactions/${transactionNumber}/payments`, {
      ...{ channel: 'online', reference: `pay ${auctionId}`, amount, currency: 'USD' },
    });

  it('tell a buyer of the way from outbid to paid, the seller of the sale, and nobody else of it', async () => {
    const { paid: auctionId } = auctions;
    expect(await house.hears('ann', 'Outbid', auctionId)).toMatchObject({ currentPrice: '6714610000' });
    expect(await house.hears('bob', 'Outbid', auctionId)).toMatchObject({ currentPrice: '6714710000' });
    const hammer = { currency: 'USD', hammerPrice: '6714710000' };
    expect(await house.hears('ann', 'Won', auctionId)).toMatchObject(hammer);
    expect(await house.hears('sue', 'Sold', auctionId)).toMatchObject(hammer);
    const invoice = await house.hears('ann', 'Invoiced', auctionId);
    expect(invoice).toMatchObject({ transactionNumber: 1, currency: 'USD', amountDue: '7386284000' });

    await pay(auctionId, 1, invoice.amountDue);
    const paid = { transactionNumber: 1, currency: 'USD', amount: invoice.amountDue };
    expect(await house.hears('ann', 'Paid', auctionId)).toMatchObject(paid);
    expect(house.received([invoice.amountDue], before)).toEqual([`ann ${invoice.amountDue}`]);
    expect(house.heardBy('ann', auctionId)).toEqual(['Outbid', 'Won', 'Invoiced', 'Paid']);
    expect(house.heardBy('bob', auctionId)).toEqual(['Outbid']);
    expect(house.heardBy('sue', auctionId)).toEqual(['Sold']);
    for (const name of ['cid', 'olga'] as const) expect(house.heardBy(name, auctionId)).toEqual([]);
  });

  it('tell an under-bidder of a second chance, and whoever did not pay nothing of it', async () => {
    const { unpaid: auctionId } = auctions;
    await house.hears('bob', 'Invoiced', auctionId);
    const failure = { channel: 'online', reference: 'card', reason: 'Declined' };
    await house.rest('olga', `/auctions/${auctionId}/transactions/1/failed-payments`, failure);
    await house.graphql('olga', 'declareOverdue', { auctionId, transactionNumber: 1 });
    const chance = { bidderId: house.people.cid.id, durationMs: 60_000 };
    await house.rest('sue', `/auctions/${auctionId}/second-chances`, chance);
    const offer = { offerNumber: 1, currency: 'USD', offeredPrice: '6714600000' };
    expect(await house.hears('cid', 'Offered', auctionId)).toMatchObject(offer);

    await house.graphql('cid', 'acceptSecondChance', { auctionId, offerNumber: 1 });
    const invoice = await house.hears('cid', 'Invoiced', auctionId);
    expect(invoice).toMatchObject({ transactionNumber: 2, amountDue: '7386163000' });
    await pay(auctionId, 2, invoice.amountDue);
    await house.hears('cid', 'Paid', auctionId);
    expect(house.received([invoice.amountDue], before)).toEqual([`cid ${invoice.amountDue}`]);
    expect(house.heardBy('cid', auctionId)).toEqual(['Outbid', 'Offered', 'Invoiced', 'Paid']);
    expect(house.heardBy('bob', auctionId)).toEqual(['Won', 'Invoiced']);
    expect(house.heardBy('sue', auctionId)).toEqual(['Sold']);
    for (const name of ['ann', 'olga'] as const) expect(house.heardBy(name, auctionId)).toEqual([]);
  });
});
