// Issue 13, part 20: premium, platform fee, tax and payment term come from config/house.json, and each listing keeps its own.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { bodySchema } from '../../src/api/commands/description.js';
import { listingOf } from '../../src/api/commands/listing.js';
import { listAuctionBody } from '../../src/api/schemas/commands.schema.js';
import { ConfigInvalid, loadConfig } from '../../src/config.js';
import { DEFAULT_FEES, DEFAULT_HOUSE } from '../../src/domain/auction/house-defaults.js';
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
  it('in the repository is what is built in', () =>
    expect(houseOf(readFileSync('config/house.json', 'utf8'))).toEqual(DEFAULT_HOUSE));
  it('may be absent, unless it is named', () => {
    expect(loadConfig({}, () => null)).toMatchObject({ houseFile: null, api: { house: DEFAULT_HOUSE } });
    expect(() => loadConfig({ GAVEL_HOUSE_FILE: 'shop.json' }, () => null)).toThrow(
      'GAVEL_HOUSE_FILE is "shop.json"; there is no such file',
    );
  });
  it('may say a part, and leave the rest as it is', () =>
    expect(houseOf({ taxRateBp: 1_900, paymentTermDays: 14 })).toEqual({
      ...DEFAULT_HOUSE,
      fees: { ...DEFAULT_FEES, taxRateBp: 1_900, paymentTermMs: 14 * DAY_MS },
    }));
  it.each([
    ['{', 'config/house.json: must be JSON'],
    [
      { tax: 1 },
      'config/house.json: has no "tax"; its keys are $schema, buyersPremium, platformFee, taxRateBp, paymentTermDays, increments, retraction, sellerMay',
    ],
    [
      { platformFee: [{ upTo: null, rate: 1, rateBp: 1 }] },
      'config/house.json: platformFee[0] has no "rate"; its keys are upTo, rateBp',
    ],
    [
      { increments: { EUR: [{ below: null, step: '1', steps: '1' }] } },
      'config/house.json: increments.EUR[0] has no "steps"; its keys are below, step',
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
  it.each([[{ tax: 1 }], [{ sellerMay: ['fees'] }], [{ increments: { GOLD: [] } }], [{ taxRateBp: '19' }]])(
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
      fees: { taxRateBp: 1_900, paymentTermMs: 14 * DAY_MS },
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
  ])('may choose %s where the house lets sellers, and else not', (field, value) => {
    expect(() => list({ sellerMay: [field] }, { [field]: value })).not.toThrow();
    expect(() => list({ sellerMay: [] }, { [field]: value })).toThrow(
      `terms.${field} is set by this house, not by its sellers`,
    );
  });
  it('is invoiced by what it was listed under', () => {
    const fees = { ...story.fees, paymentTermMs: 3 * DAY_MS };
    const sold = played(listed({ fees }), place(ann, 20_00n), close('12:00:00'));
    expect(sold.at(-1)).toMatchObject({ type: 'InvoiceIssued', paymentDueAt: at('01-11T12:00:00') });
  });
});
