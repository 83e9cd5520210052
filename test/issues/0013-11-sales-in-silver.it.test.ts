// Issue 13, parts 10 and 11, as Silver holds them and `gavel verify` checks them.
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import type { Role } from '../../src/domain/actor.js';
import { type AuctionId, auctionId, type UserId } from '../../src/domain/ids.js';
import { later } from '../../src/domain/time.js';
import type { Verification } from '../../src/verify/verify.js';
import { differencesFromFold } from '../oracle/oracle.js';
import { auctionNo, noon, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';

const [sue, ann] = [userNo(1), userNo(2)] as const;
const person = (userId: UserId, ...roles: Role[]) => ({ kind: 'user', userId, roles }) as const;
const olga = person(userNo(9), 'operator');

let house: ProjectedHouse;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  await house.told.register(sue, ann);
});
afterEach(() => house.close());

async function sold(id: AuctionId): Promise<void> {
  await house.told.list(id);
  await house.told.bid(id, ann, 20_00n);
  await house.told.close(id);
}

async function pay(id: AuctionId, reference: string, paymentTotal: bigint | null): Promise<void> {
  const auction = house.told.auction(id);
  const amount = auction.status === 'sold' ? auction.sale.amountDue : 0n;
  const payment = { channel: 'online', reference, amount, paymentTotal, currency: 'USD' } as const;
  expect(await house.told.ask({ type: 'RecordPayment', auctionId: id, transactionNumber: 1, ...payment }, olga)).toBe(
    true,
  );
}

async function verified(): Promise<Verification> {
  await house.project();
  expect(await differencesFromFold(house.database.config, house.journal)).toEqual([]);
  return JSON.parse((await house.run(['verify', '--json'])).lines.join('\n'));
}

it('an unpaid sale has lapsed once its item is up again', async () => {
  const id = auctionNo(1);
  await sold(id);
  const of = { auctionId: id, transactionNumber: 1 };
  expect(await house.told.ask({ type: 'DeclareOverdue', ...of, dueAt: null }, olga)).toBe(true);
  const relistedAs = auctionId('01900001-0000-8000-8000-000000000001');
  const closesAt = later(noon, 20 * 86_400_000);
  const relisting = { auctionId: id, sellerId: sue, relistedAs, terms: null, opensAt: null, closesAt } as const;
  expect(await house.told.ask({ type: 'RelistAuction', ...relisting }, person(sue, 'seller'))).toBe(true);
  expect(await verified()).toMatchObject({ clean: true, findings: [] });
  const { rows } = await house.client.query(
    `SELECT t.payment_status, a.relisted_as FROM silver.transactions t JOIN silver.auctions a USING (auction_id)`,
  );
  expect(rows).toEqual([{ payment_status: 'lapsed', relisted_as: relistedAs }]);
});

it('parts of a payment that are no more than the whole are clean, and a payment that counts twice is found', async () => {
  for (const n of [1, 2, 3, 4]) await sold(auctionNo(n));
  const due = house.told.auction(auctionNo(1));
  const whole = due.status === 'sold' ? 2n * due.sale.amountDue : 0n;
  for (const n of [1, 2]) await pay(auctionNo(n), 'bank-78', whole);
  await pay(auctionNo(3), 'bank-77', null);
  expect(await verified()).toMatchObject({ clean: true, findings: [] });
  // The chronicle writes what the engine would have refused.
  await pay(auctionNo(4), 'bank-77', null);
  expect(await verified()).toMatchObject({
    clean: false,
    findings: [
      {
        check: 'payments count once',
        subject: 'online bank-77',
        problem: 'pays sales that together count more than the payment',
      },
    ],
  });
});
