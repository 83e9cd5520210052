// Issue 13, part 20: premium, platform fee, tax and payment term come from config/house.json, and each listing keeps its own.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { bodySchema } from '../../src/api/commands/description.js';
import { listingOf } from '../../src/api/commands/listing.js';
import { listAuctionBody } from '../../src/api/schemas/commands.schema.js';
import { ConfigInvalid, loadConfig } from '../../src/config.js';
import { DEFAULT_FEES, DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
import { treeOf } from '../../src/domain/category/category-tree.js';
import { flatTax } from '../../src/domain/fees/schedule.js';
import { commandId, userId } from '../../src/domain/ids.js';
import { ann, at, close, listed, place, played, terms as story } from '../support/auction-story.js';

const DAY_MS = 86_400_000;
const houseOf = (file: unknown, env: Record<string, string> = {}) =>
  loadConfig(env, () => (typeof file === 'string' ? file : JSON.stringify(file))).api.house;

function problemsOf(file: unknown): readonly string[] {
  try {
    houseOf(file);
    return [];
  } catch (error) {
    if (error instanceof ConfigInvalid) return error.problems;
    throw error;
  }
}

describe('the file', () => {
  it('in the repository is what is built in, and a tree of categories', () => {
    const house = houseOf(readFileSync('config/house.json', 'utf8'));
    expect(house).toEqual({ ...DEFAULT_HOUSE, categories: expect.any(Array) });
    expect(treeOf(house.categories).find('Uhren')).toMatchObject({ slug: 'clocks', parent: 'antiques' });
  });
  it('may be absent, unless it is named', () => {
    expect(loadConfig({}, () => null)).toMatchObject({ houseFile: null, api: { house: DEFAULT_HOUSE } });
    expect(() => loadConfig({ GAVEL_HOUSE_FILE: 'shop.json' }, () => null)).toThrow(
      'GAVEL_HOUSE_FILE is "shop.json"; there is no such file',
    );
  });
  it('may say a part, and leave the rest as it is', () =>
    expect(houseOf({ taxRateBp: 1_900, paymentTermDays: 14 })).toEqual({
      ...DEFAULT_HOUSE,
      fees: { ...DEFAULT_FEES, tax: flatTax(1_900), paymentTermMs: 14 * DAY_MS },
    }));
  it.each([
    ['{', 'config/house.json: must be JSON'],
    [
      { taxes: 1 },
      'config/house.json: has no "taxes"; its keys are $schema, version, buyersPremium, premiumMinimum, platformFee, charges, taxRateBp, tax, paymentTermDays, schedules, sellerSchedules, rounding, increments, retraction, letterhead, bankAccount, categories, sellerMay',
    ],
    [
      { platformFee: [{ upTo: null, rate: 1, rateBp: 1 }] },
      'config/house.json: platformFee[0] has no "rate"; its keys are upTo, rateBp',
    ],
    [
      { increments: { EUR: [{ below: null, step: '1', steps: '1' }] } },
      'config/house.json: increments.EUR[0] has no "steps"; its keys are below, step',
    ],
    [
      { categories: [{ slug: 'a', name: 'A', parent: 'b' }] },
      'config/house.json: categories[0].parent must be the slug of a category further up',
    ],
    [{ retraction: 'always' }, 'config/house.json: retraction must be one of by-request, ebay, never'],
    [{ taxRateBp: 10_001 }, 'config/house.json: taxRateBp must be a whole number from 0 to 10000'],
    [{ taxRateBp: -1 }, 'config/house.json: taxRateBp must be a whole number from 0 to 10000'],
    [{ paymentTermDays: 0 }, 'config/house.json: paymentTermDays must be a whole number from 1 to 365'],
    [{ paymentTermDays: 366 }, 'config/house.json: paymentTermDays must be a whole number from 1 to 365'],
    [
      { platformFee: [{ upTo: null, rateBp: 10_001 }] },
      'config/house.json: platformFee[0].rateBp must be a whole number from 0 to 10000',
    ],
    [
      { buyersPremium: [{ upTo: '100', rateBp: 1 }] },
      'config/house.json: buyersPremium[0].upTo must be null in the last row',
    ],
    [
      { increments: { EUR: [{ below: null, step: '0' }] } },
      'config/house.json: increments.EUR[0].step must be at least 1',
    ],
  ])('stops the start where it is wrong: %j', (file, problem) => expect(problemsOf(file)).toEqual([problem]));
  it.each([
    [{ taxRateBp: 1, tax: { scheme: 'margin' } }, 'tax must come without taxRateBp'],
    [
      { tax: { scheme: 'margin', rates: [{ hammerPpm: 1 }] } },
      'tax.rates[0].hammerPpm must be 0 under the margin scheme',
    ],
    [
      { tax: { scheme: 'full', rates: [{ country: 'gb' }] } },
      'tax.rates[0].country must be two capital letters, as in ISO 3166-1',
    ],
    [{ tax: { scheme: 'full', rates: [{ region: 'NY' }] } }, 'tax.rates[0].region must come with a country'],
    [{ tax: { scheme: 'full', rates: [{}, {}] } }, 'tax.rates[1] must be of a place that no row before it names'],
    [
      { tax: { scheme: 'full', rates: [{ feesPpm: 1_000_001 }] } },
      'tax.rates[0].feesPpm must be a whole number from 0 to 1000000',
    ],
    [{ tax: { scheme: 'none' } }, 'tax.scheme must be one of flat, margin, full, destination'],
    [{ version: 0 }, 'version must be a whole number from 1 to 1000000'],
    [{ rounding: { CHF: { mode: 'half-up', step: '101' } } }, 'rounding.CHF.step must be a whole number from 1 to 100'],
    [{ schedules: [{ name: 'house' }] }, 'schedules[0].name must be one that no other schedule has, nor "house"'],
    [{ schedules: [{ name: 'a b' }] }, 'schedules[0].name must be 1 to 40 lower-case letters, digits and dashes'],
    [
      { schedules: [{ name: 'trade', paymentTermDays: 0 }] },
      'schedules[0].paymentTermDays must be a whole number from 1 to 365',
    ],
    [
      { sellerSchedules: { '0190a000-0000-7000-8000-00000000000a': 'trade' } },
      'sellerSchedules.0190a000-0000-7000-8000-00000000000a must be one of house',
    ],
  ])('says what would be right of schedules: %j', (file, problem) =>
    expect(problemsOf(file)).toEqual([`config/house.json: ${problem}`]),
  );
  it.each([[{ taxes: 1 }], [{ sellerMay: ['fees'] }], [{ increments: { GOLD: [] } }], [{ taxRateBp: '19' }]])(
    'has no other keys and values: %j',
    (file) => {
      expect(problemsOf(file)).toHaveLength(1);
      expect(problemsOf(file)[0]).toMatch(/^config\/house\.json: /);
    },
  );
  it.each([[{ taxRateBp: 10_000 }], [{ taxRateBp: 0 }], [{ paymentTermDays: 1 }], [{ paymentTermDays: 365 }]])(
    'takes the last value on this side of a limit: %j',
    (file) => expect(problemsOf(file)).toEqual([]),
  );
});

describe('a listing', () => {
  const id = commandId('0190f5a3-11aa-7b62-8c5f-93d4e1b07a55');
  const seller = userId('0190a000-0000-7000-8000-00000000000a');
  const list = (house: unknown, terms: object = {}) => {
    const body = { item: { title: 'A clock', category: 'Clocks' }, durationMs: 60_000 };
    const listing = { ...body, terms: { currency: 'EUR', startingPrice: 1_000, ...terms } };
    return listingOf(bodySchema(listAuctionBody).parse(listing), id, seller, houseOf(house)).terms;
  };

  it('records the terms of the house', () =>
    expect(
      list({ taxRateBp: 1_900, paymentTermDays: 14, increments: { EUR: [{ below: null, step: '500' }] } }),
    ).toMatchObject({
      fees: { tax: flatTax(1_900), paymentTermMs: 14 * DAY_MS },
      increments: [{ below: null, step: 500n }],
    }));
  it.each(['by-request', 'ebay', 'never'])('records whether bids may be taken back: %s', (retraction) => {
    expect(list({ retraction })).toMatchObject({ retraction });
    expect(list({ retraction }, { format: 'vickrey' })).toMatchObject({ retraction });
    expect(list({ retraction }, { retraction: 'ebay' })).toMatchObject({ retraction: 'ebay' });
  });
  it.each([
    ['taxRateBp', 700],
    ['paymentTermDays', 30],
    ['increments', [{ below: null, step: '100' }]],
    ['softClose', null],
    ['retraction', 'never'],
    ['feeSchedule', 'house'],
  ])('may choose %s where the house lets sellers, and else not', (field, value) => {
    expect(() => list({ sellerMay: [field] }, { [field]: value })).not.toThrow();
    expect(() => list({ sellerMay: [] }, { [field]: value })).toThrow(
      `terms.${field} is set by this house, not by its sellers`,
    );
  });
  describe('of a house with schedules', () => {
    const trade = { name: 'trade', version: 4, platformFee: [{ upTo: null, rateBp: 500 }] };
    const margin = {
      name: 'margin',
      version: 2,
      tax: { scheme: 'margin', country: 'GB', rates: [{ country: 'GB', premiumPpm: 200_000 }] },
    };
    const house = { version: 7, schedules: [trade, margin], rounding: { CHF: { mode: 'half-up', step: '5' } } };
    const named = (listing: unknown) => {
      const { fees } = listing as ReturnType<typeof list>;
      return [fees.name, fees.version, fees.tax.scheme];
    };
    it('gets the house’s own, by name and version', () => expect(named(list(house))).toEqual(['house', 7, 'flat']));
    it('gets the one of its seller', () =>
      expect(named(list({ ...house, sellerSchedules: { [seller]: 'trade' } }))).toEqual(['trade', 4, 'flat']));
    it('gets the one that it names, before that of its seller', () =>
      expect(
        named(
          list(
            { ...house, sellerSchedules: { [seller]: 'trade' }, sellerMay: ['feeSchedule'] },
            { feeSchedule: 'margin' },
          ),
        ),
      ).toEqual(['margin', 2, 'margin']));
    it('is refused with one that the house has not', () =>
      expect(() => list({ ...house, sellerMay: ['feeSchedule'] }, { feeSchedule: 'none' })).toThrow(
        'terms.feeSchedule must be one of house, trade, margin',
      ));
    it('rounds as the house does in its currency', () => {
      expect(list(house, { currency: 'CHF' }).fees.rounding).toEqual({ mode: 'half-up', step: 5n });
      expect(list(house).fees.rounding).toEqual({ mode: 'half-up', step: 1n });
    });
  });
  it('is invoiced by what it was listed under', () => {
    const fees = { ...story.fees, paymentTermMs: 3 * DAY_MS };
    const sold = played(listed({ fees }), place(ann, 20_00n), close('12:00:00'));
    expect(sold.at(-1)).toMatchObject({ type: 'InvoiceIssued', paymentDueAt: at('01-11T12:00:00') });
  });
});
