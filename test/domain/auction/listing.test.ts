import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import type { ListAuction } from '../../../src/domain/auction/auction.commands.js';
import { decide, unlisted } from '../../../src/domain/auction/auction.js';
import {
  DEFAULT_FEES,
  DEFAULT_SOFT_CLOSE,
  EBAY_INCREMENTS,
  TRADE_ME_INCREMENTS,
} from '../../../src/domain/auction/house-defaults.js';
import { detailsProblem, type ItemDetails, NO_DETAILS } from '../../../src/domain/auction/item-details.js';
import { termsProblem } from '../../../src/domain/auction/listing.js';
import type { EnglishTerms, IncrementTable, SoftClose } from '../../../src/domain/auction/terms.js';
import { type FeeSchedule, flatTax } from '../../../src/domain/fees/schedule.js';
import { AMOUNT_MAX } from '../../../src/domain/money.js';
import { type Instant, later } from '../../../src/domain/time.js';
import {
  admin,
  ann,
  closesAt,
  given,
  house,
  item,
  list,
  listed,
  listedAt,
  operator,
  person,
  sue,
  terms,
} from '../../support/auction-story.js';

const DAY_MS = 86_400_000;

describe('listing', () => {
  it('says everything that the auction runs under', () => given().when(list()).then(listed()));
  it('opens later where that is asked for', () =>
    given()
      .when(list({ opensAt: later(listedAt, DAY_MS) }))
      .then(listed({}, later(listedAt, DAY_MS))));
  it('happens once', () => given(listed()).when(list()).thenRejected({ reason: 'AuctionAlreadyListed' }));
  it.each<[string, Actor]>([
    ['the seller', person(sue, 'seller')],
    ['an operator', operator],
    ['an admin', admin],
  ])('is open to %s', (_, actor) => given().when(list({}, actor)).then(listed()));
  it.each<[string, Actor]>([
    ['the seller without that role', person(sue, 'bidder', 'analyst')],
    ['another seller', person(ann, 'seller')],
    ['the house', house],
  ])('is not open to %s', (_, actor) => given().when(list({}, actor)).thenRejected({ reason: 'NotAllowed' }));
  it('is not for sellers nobody knows, or who are suspended', () => {
    given()
      .when(list({}, operator, { status: 'unknown' }))
      .thenRejected({ reason: 'SellerUnknown' });
    given()
      .when(list({}, operator, { status: 'suspended', revision: 4 }))
      .thenRejected({ reason: 'SellerSuspended' });
  });
});

/** The answer to a listing with these changes: `listed`, or the field that is wrong and why. */
function answer(changed: Partial<ListAuction>): string {
  const { command, facts } = list(changed);
  const decision = decide(command, unlisted, facts);
  if (decision.accepted) return decision.events.map(({ type }) => type).join();
  const { rejection } = decision;
  return rejection.reason === 'InvalidTerms' ? `${rejection.field} ${rejection.problem}` : rejection.reason;
}
const withTerms = (changed: Partial<EnglishTerms>) => answer({ terms: { ...terms, ...changed } });
const withSoftClose = (changed: Partial<SoftClose>) => withTerms({ softClose: { ...DEFAULT_SOFT_CLOSE, ...changed } });
const withFees = (changed: Partial<FeeSchedule>) => withTerms({ fees: { ...DEFAULT_FEES, ...changed } });
const ok = 'AuctionListed';

describe('texts', () => {
  it.each([
    ['title', 1, 200],
    ['category', 1, 100],
    ['description', 0, 20_000],
  ] as const)('%s has %s to %s characters', (field, least, most) => {
    const withText = (text: string) => answer({ item: { ...item, [field]: text } });
    expect(withText('x'.repeat(most))).toBe(ok);
    expect(withText('x'.repeat(most + 1))).toBe(`item.${field} must have ${least} to ${most} characters`);
    expect(withText('x')).toBe(ok);
    expect(withText('')).toBe(least === 0 ? ok : `item.${field} must have ${least} to ${most} characters`);
    expect(withText('a\0b')).toMatch(new RegExp(`^item.${field} must not contain control characters`));
    expect(withText('\ud800')).toBe(`item.${field} must be well-formed Unicode, without lone surrogates`);
    expect(withText('line\nline')).toBe(
      field === 'description' ? ok : `item.${field} must not contain control characters`,
    );
  });
});

describe('details', () => {
  const told = (details: Partial<ItemDetails>) => detailsProblem({ ...NO_DETAILS, ...details });
  const size = (changed: object) => told({ dimensions: { width: 1, height: 2, depth: null, unit: 'cm', ...changed } });

  it('stand in the listing as they were given', () => {
    const details = { ...NO_DETAILS, conditionReport: 'Chipped.', weight: { value: 1.25, unit: 'kg' } } as const;
    given()
      .when(list({ item: { ...item, details } }))
      .then({ ...listed(), item: { ...item, details } });
  });
  it.each([
    ['conditionReport', 5_000],
    ['provenance', 5_000],
    ['shippingNotes', 2_000],
  ] as const)('have a %s of 1 to %d characters', (field, most) => {
    const problem = { field: `item.details.${field}`, problem: `must have 1 to ${most} characters` };
    expect(told({ [field]: 'x'.repeat(most) })).toBeNull();
    expect(told({ [field]: 'x'.repeat(most + 1) })).toEqual(problem);
    expect(told({ [field]: 'x' })).toBeNull();
    expect(told({ [field]: '' })).toEqual(problem);
  });
  it.each(['width', 'height', 'depth'])('have a %s above zero, up to 100,000, in hundredths', (side) => {
    const problem = (text: string) => ({ field: `item.details.dimensions.${side}`, problem: text });
    const range = problem('must be above zero and at most 100000');
    expect([size({ [side]: 0.01 }), size({ [side]: 100_000 })]).toEqual([null, null]);
    expect([size({ [side]: 0 }), size({ [side]: 100_000.01 })]).toEqual([range, range]);
    expect([size({ [side]: -1 }), size({ [side]: Number.NaN })]).toEqual([range, range]);
    expect(size({ [side]: 1.005 })).toEqual(problem('must have at most 2 decimals'));
  });
  it('are measured in known units', () => {
    expect(size({ unit: 'in' })).toBeNull();
    expect(size({ unit: 'yd' })).toMatchObject({ problem: 'must be one of mm, cm, m, in, ft' });
    expect(told({ weight: { value: 0.01, unit: 'lb' } })).toBeNull();
    expect(told({ weight: { value: 0, unit: 'lb' } })).toMatchObject({ field: 'item.details.weight.value' });
    expect(told({ weight: { value: 1, unit: 't' as 'g' } })).toMatchObject({ problem: 'must be one of g, kg, oz, lb' });
  });
});

describe('times', () => {
  const opening = (opensAt: number) => answer({ opensAt: opensAt as Instant, closesAt: later(listedAt, 380 * DAY_MS) });
  it('do not open before the listing', () => {
    expect(opening(listedAt - 1)).toBe('opensAt must not lie before the listing; leave it out to open at once');
    expect(answer({ opensAt: listedAt })).toBe(ok);
  });
  it('open within 366 days', () => {
    expect(opening(listedAt + 366 * DAY_MS)).toBe(ok);
    expect(opening(listedAt + 366 * DAY_MS + 1)).toBe('opensAt must be at most 366 days ahead');
    expect(opening(Number.NaN)).toMatch(/^opensAt/);
    expect(opening(listedAt + 0.5)).toMatch(/^opensAt/);
  });
  it('close after the opening', () => {
    expect(answer({ closesAt: listedAt })).toBe('closesAt must be after the opening');
    expect(answer({ closesAt: later(listedAt, 1) })).toBe(ok);
    expect(answer({ opensAt: closesAt })).toBe('closesAt must be after the opening');
    expect(answer({ closesAt: Number.NaN as Instant })).toBe('closesAt must be after the opening');
    expect(answer({ closesAt: Number.POSITIVE_INFINITY as Instant })).toBe('closesAt must be after the opening');
  });
  it('close within 366 days of it', () => {
    expect(answer({ closesAt: later(listedAt, 366 * DAY_MS) })).toBe(ok);
    expect(answer({ closesAt: later(listedAt, 366 * DAY_MS + 1) })).toBe(
      'closesAt must be at most 366 days after the opening',
    );
  });
});

describe('prices', () => {
  const tooMuch = `must be at most ${AMOUNT_MAX}`;
  it('start at 1 to the largest amount', () => {
    expect(withTerms({ startingPrice: 0n })).toBe('terms.startingPrice must be at least 1');
    expect(withTerms({ startingPrice: 1n })).toBe(ok);
    expect(withTerms({ startingPrice: AMOUNT_MAX })).toBe(ok);
    expect(withTerms({ startingPrice: AMOUNT_MAX + 1n })).toBe(`terms.startingPrice ${tooMuch}`);
  });
  it('have their reserve at the starting price or above', () => {
    expect(withTerms({ reservePrice: 9_99n })).toBe('terms.reservePrice must be at least the starting price');
    expect(withTerms({ reservePrice: 10_00n })).toBe(ok);
    expect(withTerms({ reservePrice: AMOUNT_MAX })).toBe(ok);
    expect(withTerms({ reservePrice: AMOUNT_MAX + 1n })).toBe(`terms.reservePrice ${tooMuch}`);
  });
  it('have their Buy It Now at both of them or above', () => {
    const below = 'terms.buyNowPrice must be at least starting and reserve price';
    expect(withTerms({ buyNowPrice: 9_99n })).toBe(below);
    expect(withTerms({ buyNowPrice: 10_00n })).toBe(ok);
    expect(withTerms({ reservePrice: 50_00n, buyNowPrice: 49_99n })).toBe(below);
    expect(withTerms({ reservePrice: 50_00n, buyNowPrice: 50_00n })).toBe(ok);
    expect(withTerms({ buyNowPrice: AMOUNT_MAX + 1n })).toBe(`terms.buyNowPrice ${tooMuch}`);
  });
  it('are in a currency of the house', () => {
    expect(withTerms({ currency: 'JPY' })).toBe(ok);
    for (const currency of ['XAU', 'usd', '', 'toString'])
      expect(withTerms({ currency: currency as 'USD' })).toBe('terms.currency must be a currency this house sells in');
  });
  it('are those of a format that this house holds', () =>
    expect(withTerms({ format: 'dutch' as 'english' })).toBe(
      'terms.format must be one of english, sealed-first-price, vickrey',
    ));
});

describe('increments', () => {
  const withTable = (...rows: (readonly [bigint | null, bigint])[]) =>
    withTerms({ increments: rows.map(([below, step]) => ({ below, step })) });

  it('may be any published table', () => {
    for (const increments of [EBAY_INCREMENTS, TRADE_ME_INCREMENTS]) expect(withTerms({ increments })).toBe(ok);
  });
  it('have 1 to 100 rows', () => {
    const rows = (count: number): IncrementTable =>
      Array.from({ length: count }, (_, row) => ({ below: row === count - 1 ? null : BigInt(row + 1), step: 1n }));
    expect(withTerms({ increments: [] })).toBe('terms.increments must have 1 to 100 rows');
    expect(withTerms({ increments: rows(1) })).toBe(ok);
    expect(withTerms({ increments: rows(100) })).toBe(ok);
    expect(withTerms({ increments: rows(101) })).toBe('terms.increments must have 1 to 100 rows');
  });
  it('rise strictly from row to row', () => {
    expect(withTable([10n, 1n], [11n, 2n], [null, 3n])).toBe(ok);
    expect(withTable([10n, 1n], [10n, 2n], [null, 3n])).toBe(
      'terms.increments[1].below must be above that of the row before',
    );
    expect(withTable([10n, 1n], [9n, 2n], [null, 3n])).toBe(
      'terms.increments[1].below must be above that of the row before',
    );
    expect(withTable([0n, 1n], [null, 3n])).toBe('terms.increments[0].below must be at least 1');
    expect(withTable([AMOUNT_MAX + 1n, 1n], [null, 3n])).toBe(
      `terms.increments[0].below must be at most ${AMOUNT_MAX}`,
    );
  });
  it('end with an open row, and only there', () => {
    expect(withTable([10n, 1n])).toBe('terms.increments[0].below must be null in the last row');
    expect(withTable([null, 1n], [null, 1n])).toBe(
      'terms.increments[0].below must be an amount in every row but the last',
    );
  });
  it('step by 1 to the largest amount', () => {
    expect(withTable([10n, 1n], [null, 0n])).toBe('terms.increments[1].step must be at least 1');
    expect(withTable([10n, -1n], [null, 1n])).toBe('terms.increments[0].step must be at least 1');
    expect(withTable([null, AMOUNT_MAX])).toBe(ok);
    expect(withTable([null, AMOUNT_MAX + 1n])).toBe(`terms.increments[0].step must be at most ${AMOUNT_MAX}`);
  });
});

describe('soft close', () => {
  it('may be left out', () => expect(withTerms({ softClose: null })).toBe(ok));
  it.each([
    ['windowMs', 1_000, DAY_MS],
    ['extensionsMax', 0, 10_000],
    ['extensionTotalMaxMs', 0, 30 * DAY_MS],
  ] as const)('%s is a whole number from %s to %s', (field, least, most) => {
    const problem = `terms.softClose.${field} must be a whole number from ${least} to ${most}`;
    for (const value of [least, most]) expect(withSoftClose({ [field]: value })).toBe(ok);
    for (const value of [least - 1, most + 1, least + 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(withSoftClose({ [field]: value })).toBe(problem);
  });
  it('may be without caps', () => expect(withSoftClose({ extensionsMax: null, extensionTotalMaxMs: null })).toBe(ok));
});

describe('fees', () => {
  it.each(['buyersPremium', 'platformFee'] as const)('%s comes in tiers that rise, the last one open', (field) => {
    const path = `terms.fees.${field}`;
    const withTiers = (...tiers: (readonly [bigint | null, number])[]) =>
      withFees({ [field]: tiers.map(([upTo, rateBp]) => ({ upTo, rateBp })) });
    expect(withTiers([100n, 0], [101n, 10_000], [null, 1])).toBe(ok);
    expect(withTiers([100n, 0], [100n, 1], [null, 1])).toBe(`${path}[1].upTo must be above that of the row before`);
    expect(withTiers([100n, 0])).toBe(`${path}[0].upTo must be null in the last row`);
    expect(withTiers()).toBe(`${path} must have 1 to 100 rows`);
    for (const rateBp of [-1, 10_001, 0.5, Number.NaN])
      expect(withTiers([null, rateBp])).toBe(`${path}[0].rateBp must be a whole number from 0 to 10000`);
  });
  it('tax by a rate of 0 to the whole', () => {
    for (const rateBp of [0, 10_000]) expect(withFees({ tax: flatTax(rateBp) })).toBe(ok);
    for (const rateBp of [-1, 10_001, 0.5])
      expect(withFees({ tax: flatTax(rateBp) })).toBe('terms.fees.taxRateBp must be a whole number from 0 to 10000');
  });
});

it('finds nothing wrong with a house’s own defaults', () =>
  expect(
    termsProblem({ ...terms, increments: EBAY_INCREMENTS, softClose: DEFAULT_SOFT_CLOSE, fees: DEFAULT_FEES }),
  ).toBeNull());
