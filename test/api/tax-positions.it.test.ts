// Where people are for tax, from what they state to their invoices: a sale under each scheme, computed by hand.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DEFAULT_HOUSE, type HouseTerms } from '../../src/domain/auction/house-defaults.js';
import type { FeeSchedule, TaxRate, TaxRules } from '../../src/domain/fees/schedule.js';
import { userId } from '../../src/domain/ids.js';
import { linesFromText } from '../../src/projections/silver/listed-fees.js';
import { ApiHouse, runtime, settings, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';

const id = () => userId(runtime.uuid());
const people = { sue: id(), fritz: id(), greta: id(), olga: id() };

const rate = (country: string | null, region: string | null, rates: Partial<TaxRate>): TaxRate => ({
  ...{ country, region, hammerPpm: 0, premiumPpm: 0, feesPpm: 0, withNumber: 'same' },
  ...rates,
});
const all = (ppm: number) => ({ hammerPpm: ppm, premiumPpm: ppm, feesPpm: ppm });
const schedule = (name: string, tax: TaxRules): FeeSchedule => ({
  ...DEFAULT_HOUSE.fees,
  name,
  buyersPremium: [{ upTo: null, rateBp: 2_500 }],
  platformFee: [{ upTo: null, rateBp: 1_000 }],
  tax,
});
const place = { country: 'DE', region: null };
const german = { ...all(190_000), withNumber: 'same' as const };
const foreign = { ...all(190_000), withNumber: 'reverse-charge' as const };
const terms: HouseTerms = {
  ...DEFAULT_HOUSE,
  sellerMay: ['feeSchedule', 'softClose'],
  schedules: [
    schedule('full', { scheme: 'full', ...place, rates: [rate('DE', null, german), rate('FR', null, foreign)] }),
    schedule('margin', {
      scheme: 'margin',
      ...place,
      rates: [rate(null, null, { premiumPpm: 190_000, feesPpm: 190_000 })],
    }),
    schedule('destination', {
      ...{ scheme: 'destination', country: 'US', region: 'DE' },
      rates: [rate('US', 'NY', { ...all(88_750), withNumber: 'exempt' })],
    }),
    schedule('flat', { scheme: 'flat', country: null, region: null, rates: [rate(null, null, all(80_000))] }),
  ],
};

let house: ApiHouse;
let as: Record<keyof typeof people, string>;

beforeAll(async () => {
  house = await ApiHouse.open({ settings: { ...settings, house: terms } });
  as = {
    sue: await tokenFor(people.sue, 'seller'),
    fritz: await tokenFor(people.fritz, 'bidder'),
    greta: await tokenFor(people.greta, 'bidder'),
    olga: await tokenFor(people.olga, 'operator'),
  };
  for (const name of ['sue', 'fritz', 'greta'] as const) await command('POST', '/users', name, { username: name });
});
afterAll(() => house.close());

async function command(method: 'POST' | 'PUT', path: string, who: keyof typeof people, body: object) {
  const answer = await house.http.send(method, path, { body, token: as[who] });
  if (answer.status >= 400) return `${answer.status} ${(answer.body as any).code ?? (answer.body as any).reason}`;
  return answer.status;
}
const state = (who: keyof typeof people, stated: object) => command('PUT', '/users/me/tax-position', who, stated);
const judge = (who: keyof typeof people, statement: number, accepted = true) =>
  command('POST', `/users/${people[who]}/tax-number`, 'olga', { statement, accepted });
async function ask(query: string, variables: object, who: keyof typeof people): Promise<any> {
  await house.caughtUp();
  const { body } = await house.http.send('POST', '/graphql', { body: { query, variables }, token: as[who] });
  if (body.errors !== undefined) return body.errors[0].extensions?.code ?? body.errors[0].message;
  return Object.values(body.data)[0];
}

/** What a sale at 1,000.00 comes to for its buyer, line by line, as it would be put on a document. */
async function soldTo(buyer: 'fritz' | 'greta', feeSchedule: string) {
  const auctionId = runtime.uuid();
  const asked = { currency: 'EUR', startingPrice: '100', buyNowPrice: '100000', feeSchedule };
  const item = { title: 'A clock', category: 'Clocks' };
  expect(await command('POST', '/auctions', 'sue', { auctionId, item, terms: asked, durationMs: 600_000 })).toBe(201);
  expect(await command('POST', `/auctions/${auctionId}/buy-now`, buyer, {})).toBe(201);
  await eventually('the invoice', async () => (await invoiced(auctionId)).length > 0, 30_000);
  const [{ tax_treatment: treatment, lines }] = await invoiced(auctionId);
  return { treatment, lines: linesFromText(lines).map(({ kind, net, tax }) => [kind, net, tax]) };
}

/** The lines of an auction's invoice, each with all that the sale came to. */
async function invoiced(auctionId: string): Promise<any> {
  const { rows } = await house.house.pool.query(
    `SELECT d.tax_treatment, d.kind, d.net, d.tax, t.lines FROM silver_private.document_lines d
     JOIN silver_private.transactions t USING (auction_id, transaction_number) WHERE auction_id = $1 ORDER BY line_number`,
    [auctionId],
  );
  return rows;
}

const hammer = 1_000_00n;
const premium = 250_00n;
const fee = 100_00n;

describe('a position', () => {
  it('is of a country that there is, and a number comes with one', async () => {
    expect(await state('fritz', { country: 'QQ' })).toBe('400 RequestInvalid');
    expect(await state('fritz', { country: 'FRA' })).toBe('400 RequestInvalid');
    expect(await state('fritz', { region: 'NY' })).toBe('422 InvalidUser');
    expect(await state('fritz', { taxNumber: 'FR40303265045' })).toBe('422 InvalidUser');
  });

  it('is known to its person and staff, and the number counts once staff have accepted that very one', async () => {
    expect(await judge('fritz', 1)).toBe('409 TaxNumberUnknown');
    expect(await state('fritz', { country: 'FR', taxNumber: 'FR 00 000 000 000' })).toBe(200);
    expect(await state('fritz', { country: 'FR', taxNumber: 'FR40303265045' })).toBe(200);
    const SEEN = '{ taxNumbersToJudge { rows { userId statement country taxNumber isAccepted } } }';
    const seen = { userId: people.fritz, statement: 2, country: 'FR', taxNumber: 'FR40303265045', isAccepted: null };
    expect(await ask(SEEN, {}, 'olga')).toEqual({ rows: [seen] });
    expect(await ask(SEEN, {}, 'fritz')).toBe('RoleMissing');
    expect(await judge('fritz', 1)).toBe('409 TaxStatementChanged');
    expect((await soldTo('fritz', 'full')).treatment).toBe('taxed');
    expect(await judge('fritz', 2)).toBe(200);
    expect(await ask('{ myTaxPosition { country taxNumber isAccepted } }', {}, 'fritz')).toEqual({
      ...{ country: 'FR', taxNumber: 'FR40303265045', isAccepted: true },
    });
    expect(await ask('{ myTaxPosition { country } }', {}, 'greta')).toBeNull();
    expect(await ask(SEEN, {}, 'olga')).toEqual({ rows: [] });
  });
});

describe('a sale', () => {
  // Directive 2006/112/EC, articles 73 and 78: hammer and premium are the taxable amount; 19 % of each.
  it('is taxed as at the house’s place for somebody who has said nothing', async () =>
    expect(await soldTo('greta', 'full')).toEqual({
      treatment: 'taxed',
      lines: [
        ['hammer', hammer, 190_00n],
        ['premium', premium, 47_50n],
        ['platform-fee', fee, 19_00n],
      ],
    }));

  // Articles 138 and 196: a business of another member state owes the tax itself.
  it('is without tax for a business abroad whose number was accepted', async () =>
    expect(await soldTo('fritz', 'full')).toEqual({
      treatment: 'reverse-charge',
      lines: [
        ['hammer', hammer, 0n],
        ['premium', premium, 0n],
        ['platform-fee', fee, 19_00n],
      ],
    }));

  // Article 333: the margin is taxed, whoever buys.
  it('is taxed on the premium alone under the margin scheme, with a number or without', async () => {
    const lines = [
      ['hammer', hammer, 0n],
      ['premium', premium, 47_50n],
      ['platform-fee', fee, 19_00n],
    ];
    expect(await soldTo('fritz', 'margin')).toEqual({ treatment: 'taxed', lines });
    expect(await soldTo('greta', 'margin')).toEqual({ treatment: 'taxed', lines });
  });

  // New York State Tax Law § 1105, and New York City's rate: 8.875 % of what the buyer pays, and nothing where the house has no nexus.
  it('is taxed where the item goes to, and not for somebody with a certificate', async () => {
    expect((await soldTo('greta', 'destination')).lines[0]).toEqual(['hammer', hammer, 0n]);
    expect(await state('greta', { country: 'US', region: 'NY', taxNumber: 'ST-120 4711' })).toBe(200);
    expect((await soldTo('greta', 'destination')).lines.slice(0, 2)).toEqual([
      ['hammer', hammer, 88_75n],
      // 22.1875 on its own; with the hammer price 110.9375, which is 110.94.
      ['premium', premium, 22_19n],
    ]);
    expect(await judge('greta', 1)).toBe(200);
    const exempt = await soldTo('greta', 'destination');
    expect([exempt.treatment, exempt.lines[0]]).toEqual(['exempt', ['hammer', hammer, 0n]]);
    expect(await judge('greta', 1, false)).toBe(200);
    expect((await soldTo('greta', 'destination')).treatment).toBe('taxed');
  });

  it('is taxed at one rate for everybody under the flat scheme', async () =>
    expect((await soldTo('fritz', 'flat')).lines).toEqual([
      ['hammer', hammer, 80_00n],
      ['premium', premium, 20_00n],
      ['platform-fee', fee, 8_00n],
    ]));

  it('keeps its tax, whatever is stated later', async () => {
    const INVOICES = '{ myInvoices { rows { invoiceNumber net tax total } } }';
    const before = await ask(INVOICES, {}, 'fritz');
    expect(before.rows.length).toBeGreaterThan(2);
    expect(await state('fritz', {})).toBe(200);
    expect(await ask(INVOICES, {}, 'fritz')).toEqual(before);
    expect((await soldTo('fritz', 'full')).treatment).toBe('taxed');
  });
});
