// `gavel watch` as its users have it: a child process, against a house that answers on a real port.
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { userId } from '../../../src/domain/ids.js';
import { ApiHouse, runtime, tokenFor } from '../../support/api.js';
import { cuttingProxy } from '../../support/cutting-proxy.js';
import { eventually } from '../../support/eventually.js';
import { GavelProcess, runGavel } from '../../support/run-gavel.js';

let house: ApiHouse;
let sue: string;
let ann: string;
beforeAll(async () => {
  house = await ApiHouse.open();
  sue = await tokenFor(userId(runtime.uuid()), 'seller');
  ann = await tokenFor(userId(runtime.uuid()), 'bidder');
  for (const [token, username] of [
    [sue, 'sue'],
    [ann, 'ann'],
  ] as const)
    expect(await house.http.post('/users', token, { username, email: 'e@example.org' })).toMatchObject({ status: 201 });
  await house.caughtUp();
});
afterAll(() => house.close());

/** Lists an auction of this title and resolves once it can be seen. */
async function listed(title: string): Promise<string> {
  const auctionId = runtime.uuid();
  const terms = { currency: 'USD', startingPrice: '1000', buyNowPrice: '9000' };
  const listing = { auctionId, item: { title, category: 'Antiques' }, terms, durationMs: 86_400_000 };
  expect(await house.http.post('/auctions', sue, listing)).toMatchObject({ status: 201 });
  await house.caughtUp();
  return auctionId;
}

const bid = async (auctionId: string, amount: string): Promise<void> => {
  const reply = await house.http.post(`/auctions/${auctionId}/bids`, ann, { amount, currency: 'USD' });
  expect(reply).toMatchObject({ status: 201 });
};

/** What every watch says first: which house it shows. */
const said = (): string => `gavel: watching the house at ${house.http.url}\n`;

const told = (gavel: GavelProcess, text: string): Promise<void> =>
  eventually(`"${text}" in ${gavel.stderr}`, () => gavel.stderr.includes(text), 60_000);

it('tells what is open, then every change in a line, and ends at Ctrl-C', async () => {
  const auctionId = await listed('A ship clock');
  const gavel = GavelProcess.start(['watch', '--url', house.http.url]);
  await gavel.printed(`${auctionId.slice(0, 13)} A ship clock: USD 10.00, 0 bids, nobody, closes in `);
  await bid(auctionId, '2500');
  await gavel.printed('A ship clock: USD 10.00, 1 bid, bidder ');
  gavel.child.kill('SIGINT');
  expect(await gavel.end()).toMatchObject({ code: 0, stderr: `${said()}gavel: connected; every change is a line\n` });
});

it('follows one auction by its first letters until it is over', async () => {
  const auctionId = await listed('A lamp');
  const gavel = GavelProcess.start(['watch', auctionId.slice(0, 30), '--url', house.http.url]);
  await gavel.printed('A lamp: USD 10.00, 0 bids');
  expect(await house.http.post(`/auctions/${auctionId}/buy-now`, ann, {})).toMatchObject({ status: 201 });
  const { code, stdout, stderr } = await gavel.end();
  expect({ code, stderr }).toEqual({ code: 0, stderr: said() });
  expect(stdout).toMatch(/ A lamp: USD 90\.00, .*, sold\n$/);
  expect(stdout).not.toContain('A ship clock');
});

it('connects again after a lost connection, and tells what it missed', async () => {
  const auctionId = await listed('A globe');
  const { hostname, port } = new URL(house.http.url);
  const proxy = await cuttingProxy({ host: hostname, port: Number(port) });
  const gavel = GavelProcess.start(['watch', '--url', `http://${proxy.host}:${proxy.port}`]);
  await gavel.printed('A globe: USD 10.00, 0 bids');
  proxy.cutAll();
  await told(gavel, 'gavel: the connection is lost; trying again\n');
  await bid(auctionId, '3000');
  await gavel.printed('A globe: USD 10.00, 1 bid');
  gavel.child.kill('SIGTERM');
  expect(await gavel.end()).toMatchObject({ code: 0 });
  await proxy.close();
});

it.each([
  ['an id that no auction has', ['00000000-0000-7000-8000-000000000000'], 'there is no such auction'],
  ['letters that no open auction begins with', ['ffffffff'], "no open auction's id begins with ffffffff"],
  ['what is no id', ['the clock'], '"the clock" is neither the id of an auction nor its first 4 letters or more'],
  [
    'an address without a house',
    ['--url', 'http://127.0.0.1:9'],
    'no house answers at http://127.0.0.1:9 (--url): bad port',
  ],
])('refuses %s with one sentence', async (_, args, sentence) => {
  const url = args.includes('--url') ? [] : ['--url', house.http.url];
  const { code, stdout, stderr } = await runGavel(['watch', ...args, ...url]);
  expect({ code, stdout, stderr: stderr.replace(said(), '') }).toEqual({
    code: 1,
    stdout: '',
    stderr: `gavel: ${sentence}\n`,
  });
});
