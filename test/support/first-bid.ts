// The shortest way through a whole house, for tests of how its parts are connected.
import { expect } from '@jest/globals';
import { lookUpOutcome } from '../../src/engine/outcomes.js';
import type { House } from '../../src/house/house.js';
import { TestApi, tokenFor } from './api.js';
import { eventually } from './eventually.js';
import { ann, auctionNo, sue } from './memory-house.js';

/** Sue lists a clock, Ann bids for it, and Silver shows the bid. */
export async function takesABid(house: House): Promise<void> {
  const api = await TestApi.start({
    bus: house.bus,
    queries: house.silver,
    commandLookup: (commandId, actorId) => lookUpOutcome(house.journal, commandId, actorId),
  });
  try {
    const [seller, bidder] = [await tokenFor(sue, 'seller'), await tokenFor(ann, 'bidder')];
    for (const [token, username] of [
      [seller, 'sue'],
      [bidder, 'ann'],
    ] as const)
      expect((await api.post('/users', token, { username })).status).toBe(201);
    const listing = {
      auctionId: auctionNo(1),
      item: { title: 'A clock', category: 'Clocks' },
      terms: { currency: 'USD', startingPrice: '1000' },
      durationMs: 3_600_000,
    };
    expect((await api.post('/auctions', seller, listing)).status).toBe(201);
    const bid = await api.post(`/auctions/${auctionNo(1)}/bids`, bidder, { amount: '5000', currency: 'USD' });
    expect(bid.status).toBe(201);
    const bidCount = async () => (await api.get(`/auctions/${auctionNo(1)}`)).body?.bidCount;
    await eventually('Silver to show it', async () => (await bidCount()) === 1, 30_000);
  } finally {
    await api.close();
  }
}
