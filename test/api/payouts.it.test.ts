// What sellers are paid out: two people make a run, the books show it, and the bank gets a file.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { userId } from '../../src/domain/ids.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), tom: id(), bob: id(), olga: id(), otto: id() };
type Name = keyof typeof people;
const ROLES = { sue: 'seller', tom: 'seller', bob: 'bidder', olga: 'operator', otto: 'operator' } as const;
const IBAN = 'DE89370400440532013000';

let house: ApiHouse;
let as: Record<Name, string>;

beforeAll(async () => {
  const bankAccount = { holder: 'Hammer & Söhne', iban: 'GB29NWBK60161331926819' };
  house = await ApiHouse.open({ settings: { ...settings, house: { ...DEFAULT_HOUSE, bankAccount } } });
  as = {} as typeof as;
  for (const name of Object.keys(people) as Name[]) {
    as[name] = await tokenFor(people[name], ROLES[name]);
    expect((await send('POST', '/users', name, { username: name })).status).toBe(201);
  }
});
afterAll(() => house.close());

async function send(method: 'POST' | 'PUT' | 'GET', path: string, who: Name, body?: object): Promise<any> {
  return house.http.send(method, path, { token: as[who], ...(body && { body }) });
}
async function reason(method: 'POST' | 'PUT' | 'GET', path: string, who: Name, body: object = {}): Promise<string> {
  const { status, body: answer } = await send(method, path, who, method === 'GET' ? undefined : body);
  return `${status} ${answer.reason ?? answer.code ?? ''}`.trim();
}
async function ask(query: string, who: Name): Promise<any> {
  await house.caughtUp();
  const { body } = await house.http.send('POST', '/graphql', { body: { query }, token: as[who] });
  return body.errors === undefined ? Object.values(body.data)[0] : body.errors[0].extensions?.code;
}

/** A sale at 100.00 that Bob has paid for. */
async function paidFor(seller: Name, title: string): Promise<string> {
  const auctionId = runtime.uuid();
  const terms = { currency: 'EUR', startingPrice: '100', buyNowPrice: '10000' };
  const listing = { auctionId, item: { title, category: 'Clocks' }, terms, durationMs: 600_000 };
  expect(await reason('POST', '/auctions', seller, listing)).toBe('201');
  expect(await reason('POST', `/auctions/${auctionId}/buy-now`, 'bob')).toBe('201');
  const payment = { channel: 'online', reference: `card ${auctionId}`, amount: '11500', currency: 'EUR' };
  expect(await reason('POST', `/auctions/${auctionId}/transactions/1/payments`, 'olga', payment)).toBe('201');
  await house.caughtUp();
  return auctionId;
}
const prepare = async (): Promise<string> => (await send('POST', '/payout-runs', 'olga', {})).body.payoutRunId;

let first: string;
let clocks: readonly string[];

it('takes an account whose check digits fit, with its holder', async () => {
  expect(await reason('PUT', '/users/me/bank-account', 'sue', { holder: 'Sue', iban: 'DE89370400440532013001' })).toBe(
    '400 RequestInvalid',
  );
  expect(await reason('PUT', '/users/me/bank-account', 'sue', { iban: IBAN })).toBe('400 RequestInvalid');
  expect(await reason('POST', '/payout-runs', 'olga')).toBe('409 NothingToPayOut');
  clocks = [await paidFor('sue', 'A clock & <more>'), await paidFor('sue', 'Żółw'), await paidFor('tom', 'A vase')];
  // Nobody has said where the money is to go.
  expect(await reason('POST', '/payout-runs', 'olga')).toBe('409 NothingToPayOut');
  const account = { holder: 'Sue Müßig', iban: 'DE89 3704 0044 0532 0130 00' };
  expect(await reason('PUT', '/users/me/bank-account', 'sue', account)).toBe('200');
  await house.caughtUp();
});

describe('a run', () => {
  it('is prepared by one and approved by another of the staff', async () => {
    first = await prepare();
    await house.caughtUp();
    expect(await reason('GET', `/payout-runs/${first}/bank-file`, 'otto')).toBe('409 PayoutRunNotApproved');
    expect(await reason('POST', `/payout-runs/${first}/approval`, 'olga')).toBe('409 PayoutRunNeedsAnother');
    // What is in it is in no other meanwhile.
    expect(await reason('POST', '/payout-runs', 'otto')).toBe('409 NothingToPayOut');
    expect(await reason('POST', `/payout-runs/${first}/approval`, 'otto')).toBe('200');
    expect(await reason('POST', `/payout-runs/${first}/discarding`, 'otto')).toBe('409 PayoutRunNotOpen');
    const settled = async () =>
      (await ask(`{ payoutRun(id: "${first}") { items { isSettled } } }`, 'olga')).items.every(
        (one: any) => one.isSettled,
      );
    await eventually('the sales to be settled', settled, 30_000);
    expect(await ask('{ payoutRuns { rows { payoutRunId status total preparedBy decidedBy } } }', 'olga')).toEqual({
      rows: [
        { payoutRunId: first, status: 'APPROVED', total: '18000', preparedBy: people.olga, decidedBy: people.otto },
      ],
    });
    expect(await ask('{ payoutRuns { rows { payoutRunId } } }', 'sue')).toBe('RoleMissing');
  });

  it('is a file for the bank, with a transfer a sale', async () => {
    const { status, text } = await house.http.send('GET', `/payout-runs/${first}/bank-file`, { token: as.otto });
    expect(status).toBe(200);
    expect(shapeOf(text)).toEqual(PAIN_001);
    const values = (tag: string) =>
      [...text.matchAll(new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`, 'g'))].map(([, found]) => found);
    expect(values('InstdAmt')).toEqual(['90.00', '90.00']);
    expect([values('NbOfTxs'), values('CtrlSum')]).toEqual([
      ['2', '2'],
      ['180.00', '180.00'],
    ]);
    expect(values('IBAN')).toEqual(['GB29NWBK60161331926819', IBAN, IBAN]);
    expect(values('Nm')).toEqual(['Hammer . Sohne', 'Hammer . Sohne', 'Sue Mussig', 'Sue Mussig']);
    const ends = clocks.slice(0, 2).map((auctionId) => `${auctionId.replaceAll('-', '')}-1`);
    expect(values('EndToEndId').toSorted()).toEqual(ends.toSorted());
    for (const found of [...values('MsgId'), ...values('EndToEndId')]) expect(found?.length).toBeLessThanOrEqual(35);
    expect(await reason('GET', `/payout-runs/${first}/bank-file`, 'sue')).toBe('403 RoleMissing');
    const again = await house.http.send('GET', `/payout-runs/${first}/bank-file`, { token: as.olga });
    expect(again.text).toBe(text);
  });

  it('is a statement for the seller, and for nobody else', async () => {
    expect(await ask('{ myPayouts { rows { payoutRunId sales total } } }', 'sue')).toEqual({
      rows: [{ payoutRunId: first, sales: 2, total: '18000' }],
    });
    const path = `/payout-runs/${first}/statements/${people.sue}`;
    const page = await house.http.send('GET', path, { token: as.sue });
    expect(page.status).toBe(200);
    for (const part of ['A clock &amp; &lt;more&gt;', 'Żółw', '-EUR 10.00', 'EUR 180.00'])
      expect(page.text).toContain(part);
    const pdf = await house.http.send('GET', `${path}/pdf`, { token: as.olga });
    expect(pdf.text.slice(0, 5)).toBe('%PDF-');
    expect(await reason('GET', path, 'tom')).toBe('404 PayoutRunUnknown');
    expect(await reason('GET', `/payout-runs/${first}/statements/${people.tom}`, 'tom')).toBe('404 PayoutRunUnknown');
  });

  it('leaves out what was refunded before it was approved', async () => {
    const [kept, refunded] = [await paidFor('sue', 'Kept'), await paidFor('sue', 'Refunded')];
    const run = await prepare();
    await house.caughtUp();
    const refund = { reference: 'back', reason: 'Returned' };
    expect(await reason('POST', `/auctions/${refunded}/transactions/1/refund`, 'olga', refund)).toBe('200');
    expect(await reason('POST', `/payout-runs/${run}/approval`, 'otto')).toBe('200');
    const file = async () => {
      await house.caughtUp();
      return house.http.send('GET', `/payout-runs/${run}/bank-file`, { token: as.otto });
    };
    await eventually('the file', async () => (await file()).status === 200, 30_000);
    const { text } = await file();
    expect([...text.matchAll(/<EndToEndId>(\w+)-1</g)].map(([, found]) => found)).toEqual([kept.replaceAll('-', '')]);
  });

  it('pays less where the buyer had a part back, and holds what is disputed for good', async () => {
    const [part, disputed] = [await paidFor('sue', 'Half of it'), await paidFor('sue', 'Disputed')];
    // Half of 115.00, before the run is prepared.
    const half = { reference: 'half', reason: 'Returned', amount: '5750' };
    expect(await reason('POST', `/auctions/${part}/transactions/1/refund`, 'olga', half)).toBe('200');
    await house.caughtUp();
    const run = await prepare();
    // A fifth of the rest, and the dispute, once it is.
    const fifth = { reference: 'fifth', reason: 'Returned', amount: '1150' };
    expect(await reason('POST', `/auctions/${part}/transactions/1/refund`, 'olga', fifth)).toBe('200');
    const dispute = (status: string) => ({ reference: 'dp', amount: '11500', status });
    const disputes = `/auctions/${disputed}/transactions/1/disputes`;
    expect(await reason('POST', disputes, 'sue', dispute('open'))).toBe('403 RoleMissing');
    expect(await reason('POST', disputes, 'olga', { ...dispute('open'), amount: '11501' })).toBe('409 RefundTooLarge');
    expect(await reason('POST', disputes, 'olga', dispute('open'))).toBe('201');
    const settlement = { reference: 'by hand' };
    expect(await reason('POST', `/auctions/${disputed}/transactions/1/settlement`, 'olga', settlement)).toBe(
      '409 PaymentDisputed',
    );
    await house.caughtUp();
    expect(await reason('POST', `/payout-runs/${run}/approval`, 'otto')).toBe('200');
    const file = async () => {
      await house.caughtUp();
      return house.http.send('GET', `/payout-runs/${run}/bank-file`, { token: as.otto });
    };
    await eventually('the file', async () => (await file()).status === 200, 30_000);
    const paidOut = async () =>
      [...(await file()).text.matchAll(/<InstdAmt[^>]*>([^<]*)</g)].map(([, amount]) => amount);
    // 90.00 of proceeds, of which 46.00 / 115.00 are left.
    expect(await paidOut()).toEqual(['36.00']);
    const statement = await house.http.send('GET', `/payout-runs/${run}/statements/${people.sue}`, { token: as.sue });
    for (const said of ['Refund to the buyer, your share', '-EUR 54.00', 'EUR 36.00'])
      expect(statement.text).toContain(said);
    // It is won: the sale is in the next run, and not in the file that may be at the bank already.
    expect(await reason('POST', disputes, 'olga', dispute('won'))).toBe('201');
    await house.caughtUp();
    const next = await prepare();
    expect((await ask(`{ payoutRun(id: "${next}") { items { auctionId amount } } }`, 'olga')).items).toEqual([
      { auctionId: disputed, amount: '9000' },
    ]);
    expect(await paidOut()).toEqual(['36.00']);
    expect(await reason('POST', `/payout-runs/${next}/approval`, 'otto')).toBe('200');
    await eventually(
      'the payout',
      async () => (await ask(`{ payoutRun(id: "${next}") { items { isSettled } } }`, 'olga')).items[0].isSettled,
      30_000,
    );
  });

  it('that was discarded sets its sales free', async () => {
    await paidFor('sue', 'Another');
    const run = await prepare();
    await house.caughtUp();
    expect(await reason('POST', `/payout-runs/${run}/discarding`, 'olga')).toBe('200');
    await house.caughtUp();
    expect(await reason('POST', '/payout-runs', 'otto')).toBe('201');
  });

  it('keeps the account that was approved, and no account is told to anybody who reads the database', async () => {
    const other = { holder: 'Sue', iban: 'NO9386011117947' };
    expect(await reason('PUT', '/users/me/bank-account', 'sue', other)).toBe('200');
    await house.caughtUp();
    const { text } = await house.http.send('GET', `/payout-runs/${first}/bank-file`, { token: as.otto });
    expect(text).toContain(IBAN);
    const { rows } = await house.house.pool.query(
      `SELECT (SELECT string_agg(b::text, '') FROM silver_private.bank_accounts b)
         || (SELECT string_agg(i::text, '') FROM silver_private.payout_items i)
         || (SELECT string_agg(e::text, '') FROM journal.events e WHERE event_type IN ('BankAccountStated', 'PayoutRunPrepared')) AS all`,
    );
    expect(rows[0].all.length).toBeGreaterThan(100);
    expect(rows[0].all).not.toMatch(/DE8937|NO9386|Müßig/);
  });
});

/** The names of a file's elements, children after their parent and each once where it repeats: what a schema's sequences say. */
function shapeOf(xml: string): readonly string[] {
  const names: string[] = [];
  const path: string[] = [];
  for (const [, end, name = '', , empty] of xml.matchAll(/<(\/?)([A-Za-z0-9]+)([^>]*?)(\/?)>/g)) {
    if (end === '/') {
      expect(path.pop()).toBe(name);
      continue;
    }
    const place = [...path, name].join('/');
    if (!names.includes(place)) names.push(place);
    if (empty !== '/') path.push(name);
  }
  expect(path).toEqual([]);
  return names.map((place) => place.replace('Document/CstmrCdtTrfInitn', '.'));
}

// The sequences of pain.001.001.09.xsd (ISO 20022), of the elements that the EPC's guidelines use, in the schema's order.
const PAIN_001 = [
  'Document',
  '.',
  './GrpHdr',
  ...['MsgId', 'CreDtTm', 'NbOfTxs', 'CtrlSum', 'InitgPty', 'InitgPty/Nm'].map((name) => `./GrpHdr/${name}`),
  './PmtInf',
  ...['PmtInfId', 'PmtMtd', 'NbOfTxs', 'CtrlSum', 'PmtTpInf', 'PmtTpInf/SvcLvl', 'PmtTpInf/SvcLvl/Cd'].map(
    (name) => `./PmtInf/${name}`,
  ),
  ...['ReqdExctnDt', 'ReqdExctnDt/Dt', 'Dbtr', 'Dbtr/Nm', 'DbtrAcct', 'DbtrAcct/Id', 'DbtrAcct/Id/IBAN'].map(
    (name) => `./PmtInf/${name}`,
  ),
  ...['DbtrAgt', 'DbtrAgt/FinInstnId', 'DbtrAgt/FinInstnId/Othr', 'DbtrAgt/FinInstnId/Othr/Id', 'ChrgBr'].map(
    (name) => `./PmtInf/${name}`,
  ),
  './PmtInf/CdtTrfTxInf',
  ...['PmtId', 'PmtId/EndToEndId', 'Amt', 'Amt/InstdAmt', 'Cdtr', 'Cdtr/Nm'].map(
    (name) => `./PmtInf/CdtTrfTxInf/${name}`,
  ),
  ...['CdtrAcct', 'CdtrAcct/Id', 'CdtrAcct/Id/IBAN', 'RmtInf', 'RmtInf/Ustrd'].map(
    (name) => `./PmtInf/CdtTrfTxInf/${name}`,
  ),
];
