// A timed sale from the draft to its invoices: one a buyer, once all its lots have ended, and a credit note that refers to it.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenLasting } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { ForwardRuntime } from '../support/forward.runtime.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), ann: id(), bob: id(), olga: id() };
type Name = keyof typeof people;

const DAY_MS = 86_400_000;
const clock = new ForwardRuntime();
let house: ApiHouse;
let as: Record<Name, string>;

beforeAll(async () => {
  const tokens = { ...settings.tokens, lifetimeMaxMs: 30 * DAY_MS };
  house = await ApiHouse.open({ runtime: clock, settings: { ...settings, tokens } });
  const roles = { sue: 'seller', ann: 'bidder', bob: 'bidder', olga: 'operator' } as const;
  as = {} as typeof as;
  for (const name of Object.keys(people) as Name[]) {
    as[name] = await tokenLasting((20 * DAY_MS) / 1_000, people[name], roles[name]);
    await send('POST', '/users', name, { username: name });
  }
});
afterAll(() => house.close());

async function send(method: 'POST' | 'PUT' | 'GET', path: string, who: Name, body?: object): Promise<any> {
  const answer = await house.http.send(method, path, { token: as[who], ...(body && { body }) });
  if (answer.status >= 400) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

async function invoicesOf(who: Name): Promise<any[]> {
  const query = `{ myInvoices { rows { invoiceId invoiceNumber kind correctsNumber total } } }`;
  const { body } = await house.http.send('POST', '/graphql', { token: as[who], body: { query } });
  return body.data.myInvoices.rows;
}

it('makes one invoice a buyer and sale, when the last lot has ended', async () => {
  const closesAt = clock.now() + 60_000;
  const draft = {
    ...{
      kind: 'timed',
      title: 'Clocks',
      currency: 'EUR',
      termsVersion: '1',
      registration: 'none',
      lotIntervalMs: 20_000,
      softClose: null,
    },
    opensAt: new Date(clock.now() + 1_000).toISOString(),
    closesAt: new Date(closesAt).toISOString(),
  };
  const { saleId } = await send('POST', '/sales', 'olga', draft);
  const lots: string[] = [];
  for (const title of ['First', 'Second', 'Third', 'Fourth']) {
    const lot = { sellerId: people.sue, item: { title, category: 'Clocks' }, startingPrice: '1000' };
    lots.push((await send('POST', `/sales/${saleId}/lots`, 'olga', lot)).lotId);
  }
  await send('POST', `/sales/${saleId}/publication`, 'olga', {});
  clock.forward(2_000);
  const bid = (lot: number, who: Name) =>
    send('POST', `/auctions/${lots[lot]}/bids`, who, { amount: '1000', currency: 'EUR' });
  const takesBids = () => bid(0, 'ann').then(Boolean, () => false);
  await eventually('the sale to take bids', takesBids, 30_000);
  await bid(1, 'bob');
  await bid(2, 'ann');

  clock.forward(closesAt + 50_000 - clock.now());
  const sold = async () =>
    (await Promise.all([0, 1, 2].map((n) => send('GET', `/auctions/${lots[n]}`, 'ann')))).every(
      ({ status }) => status === 'sold',
    );
  await eventually('three lots to be sold', sold, 30_000);
  await house.caughtUp();
  expect([await invoicesOf('ann'), await invoicesOf('bob')]).toEqual([[], []]);

  // The last lot passes, and with it ends the sale.
  clock.forward(30_000);
  await eventually(
    'the invoices',
    async () => (await invoicesOf('ann')).length * (await invoicesOf('bob')).length > 0,
    30_000,
  );
  const [[ann], [bob]] = [await invoicesOf('ann'), await invoicesOf('bob')];
  expect([ann.total, bob.total]).toEqual(['2300', '1150']);
  const query = 'query($id: ID!) { invoice(id: $id) { lines { title kind } } }';
  const { body } = await house.http.send('POST', '/graphql', {
    token: as.ann,
    body: { query, variables: { id: ann.invoiceId } },
  });
  expect(body.data.invoice.lines.map(({ title, kind }: any) => `${title} ${kind}`)).toEqual([
    'First HAMMER',
    'First PREMIUM',
    'Third HAMMER',
    'Third PREMIUM',
  ]);

  // One of the two is paid for and taken back: the credit note names the invoice of both.
  const paid = { channel: 'online', reference: 'card-1', amount: '1150', currency: 'EUR' };
  await send('POST', `/auctions/${lots[0]}/transactions/1/payments`, 'olga', paid);
  await send('POST', `/auctions/${lots[0]}/transactions/1/refund`, 'olga', { reference: 'back-1', reason: 'Returned' });
  await eventually('the credit note', async () => (await invoicesOf('ann')).length === 2, 30_000);
  const [note] = await invoicesOf('ann');
  expect(note).toMatchObject({ kind: 'CREDIT_NOTE', correctsNumber: ann.invoiceNumber, total: '1150' });
});
