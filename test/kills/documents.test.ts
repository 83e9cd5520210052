// Numbers of invoices and credit notes are without gaps, and each sale is on one, whenever the house that issues them is killed.
import { randomBytes } from 'node:crypto';
import { afterAll, expect, it, jest } from '@jest/globals';
import pg from 'pg';
import type { Role } from '../../src/domain/actor.js';
import { eventually } from '../support/eventually.js';
import { scratchDirectory } from '../support/scratch.js';
import type { Person } from './crowd.js';
import { KilledHouse } from './killed-house.js';
import { freePort, person } from './people.js';

jest.setTimeout(900_000);
const WITHIN_MS = 180_000;
const SALES = 40;
/** How many documents there are when the house is killed. */
const KILLS_AT = [3, 19, 45] as const;

const scratch = scratchDirectory('documents');
let house: KilledHouse | null = null;
afterAll(() => {
  house?.killLeftovers();
  scratch.remove();
});

it('numbers documents without a gap, one for each sale and one for each refund', async () => {
  const secret = randomBytes(32).toString('hex');
  const killed = new KilledHouse(scratch.path, await freePort(), secret);
  house = killed;
  const post = async (path: string, { token }: Person, body: object): Promise<any> => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const answer = await fetch(`${killed.url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) });
    const text = await answer.text();
    expect([answer.status < 300, text]).toEqual([true, text]);
    return JSON.parse(text);
  };
  const registered = async (name: string, ...roles: Role[]): Promise<Person> => {
    const who = await person(secret, name, roles);
    await post('/users', who, { username: name });
    return who;
  };
  /** Asks a database that may be gone with its house at any moment. */
  const asked = async (query: string): Promise<any[]> => {
    const client = new pg.Client(killed.database());
    client.on('error', () => undefined);
    try {
      await client.connect();
      return (await client.query(query)).rows;
    } finally {
      await client.end().catch(() => undefined);
    }
  };
  const documents = async (): Promise<number> =>
    (await asked('SELECT count(*)::integer AS n FROM silver.invoices'))[0].n;

  await killed.start();
  const [sue, bob, olga] = [
    await registered('sue', 'seller'),
    await registered('bob', 'bidder'),
    await registered('olga', 'operator'),
  ];
  const sell = async (): Promise<string> => {
    const item = { title: 'A clock', category: 'Clocks' };
    const terms = { currency: 'USD', startingPrice: '1000', buyNowPrice: '2000' };
    const { auctionId } = await post('/auctions', sue, { item, terms, durationMs: 3_600_000 });
    await post(`/auctions/${auctionId}/buy-now`, bob, {});
    return auctionId;
  };
  const refund = async (auctionId: string): Promise<void> => {
    const sale = `/auctions/${auctionId}/transactions/1`;
    const { amountDue } = (
      await asked(`SELECT amount_due::text AS "amountDue" FROM silver.transactions WHERE auction_id = '${auctionId}'`)
    )[0];
    await post(`${sale}/payments`, olga, {
      channel: 'online',
      reference: auctionId,
      amount: amountDue,
      currency: 'USD',
    });
    await post(`${sale}/refund`, olga, { reference: `back ${auctionId}`, reason: 'Returned' });
  };

  const sold: string[] = [];
  for (const [round, killAt] of KILLS_AT.entries()) {
    while (sold.length < Math.ceil(((round + 1) * SALES) / KILLS_AT.length) && sold.length < SALES)
      sold.push(await sell());
    if (round === KILLS_AT.length - 1) {
      const known = async () => (await asked('SELECT count(*)::integer AS n FROM silver.transactions'))[0].n === SALES;
      await eventually('the sales', known, WITHIN_MS);
      for (const auctionId of sold.filter((_, n) => n % 2 === 0)) await refund(auctionId);
    }
    await eventually(`document ${killAt}`, async () => (await documents()) >= killAt, WITHIN_MS);
    await killed.kill(round % 2 === 0 ? 'Node and PostgreSQL' : 'Node alone');
    await killed.start();
  }
  const all = SALES + SALES / 2;
  await eventually('all documents', async () => (await documents()) >= all, WITHIN_MS);

  const numbers = await asked(
    'SELECT kind, year, array_agg(number ORDER BY number) AS numbers FROM silver.invoices GROUP BY 1, 2',
  );
  for (const { numbers: given } of numbers) expect(given).toEqual(given.map((_: number, n: number) => n + 1));
  expect(await documents()).toBe(all);
  const perSale = await asked(`SELECT auction_id, count(*) FILTER (WHERE i.kind = 'invoice')::integer AS invoices,
    count(*) FILTER (WHERE i.kind = 'credit-note')::integer AS notes
    FROM silver.invoice_lines l JOIN silver.invoices i USING (invoice_id) WHERE l.kind = 'hammer' GROUP BY 1`);
  const expected = sold.map((auctionId, n) => ({ auction_id: auctionId, invoices: 1, notes: n % 2 === 0 ? 1 : 0 }));
  const byId = (a: { auction_id: string }, b: { auction_id: string }) => a.auction_id.localeCompare(b.auction_id);
  expect(perSale.toSorted(byId)).toEqual(expected.toSorted(byId));
  expect(await killed.verify()).toMatchObject({ code: 0 });
  expect(await killed.stop()).toBe(0);
});
