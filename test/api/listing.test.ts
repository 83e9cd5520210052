import { describe, expect, it } from '@jest/globals';
import { bodySchema } from '../../src/api/commands/description.js';
import { auctionIdFor, listingOf } from '../../src/api/commands/listing.js';
import { listAuctionBody } from '../../src/api/schemas/commands.schema.js';
import {
  DEFAULT_FEES,
  DEFAULT_HOUSE,
  DEFAULT_SOFT_CLOSE,
  EBAY_INCREMENTS,
} from '../../src/domain/auction/house-defaults.js';
import { commandId, commandIdTime, userId } from '../../src/domain/ids.js';

const sue = userId('0190a000-0000-7000-8000-00000000000a');
const ann = userId('0190b000-0000-7000-8000-00000000000b');
const id = commandId('0190f5a3-11aa-7b62-8c5f-93d4e1b07a55');
const other = commandId('0190f5a3-11aa-7b62-8c5f-93d4e1b07a56');
const bare = {
  item: { title: 'A clock', category: 'Clocks' },
  terms: { currency: 'USD', startingPrice: 1000 },
  durationMs: 60_000,
};
const listed = (body: object, softClose: typeof DEFAULT_SOFT_CLOSE | null = DEFAULT_SOFT_CLOSE) =>
  listingOf(bodySchema(listAuctionBody).parse(body), id, sue, { ...DEFAULT_HOUSE, softClose });

describe('a listing', () => {
  it('that says little gets the house’s terms, and closes counted from its command id', () => {
    expect(listed(bare)).toEqual({
      type: 'ListAuction',
      auctionId: auctionIdFor(id, sue),
      sellerId: sue,
      item: { title: 'A clock', description: '', category: 'Clocks' },
      terms: {
        format: 'english',
        currency: 'USD',
        startingPrice: 1000n,
        reservePrice: null,
        buyNowPrice: null,
        increments: EBAY_INCREMENTS,
        softClose: DEFAULT_SOFT_CLOSE,
        retraction: 'by-request',
        fees: DEFAULT_FEES,
      },
      opensAt: null,
      closesAt: commandIdTime(id) + 60_000,
    });
  });

  it('keeps what it does say, no soft close included', () => {
    const increments = [{ below: null, step: '100' }];
    const terms = { ...bare.terms, increments, softClose: null };
    expect(listed({ ...bare, terms }).terms).toMatchObject({
      increments: [{ below: null, step: 100n }],
      softClose: null,
    });
    expect(listed(bare, null).terms).toMatchObject({ softClose: null });
    const opensAt = '2026-06-01T10:00:00+02:00';
    expect(listed({ ...bare, opensAt }).closesAt).toBe(Date.UTC(2026, 5, 1, 8, 1));
  });

  it('cannot set the fees, which are the house’s', () => {
    const terms = { ...bare.terms, fees: { buyersPremium: [], platformFee: [], taxRateBp: 0 } };
    expect(bodySchema(listAuctionBody).safeParse({ ...bare, terms }).success).toBe(false);
  });

  it('is the same for the same request, so that a repeat is one', () => {
    expect(listed(bare)).toEqual(listed(bare));
  });
});

describe('the id of an auction that nobody named', () => {
  it('is a UUID of version 7 with the command’s time, and differs by sender and command', () => {
    const made = [auctionIdFor(id, sue), auctionIdFor(other, sue), auctionIdFor(id, ann)];
    expect(new Set(made).size).toBe(3);
    for (const one of made) expect(commandIdTime(commandId(one))).toBe(commandIdTime(id));
    expect(made).not.toContain(id);
  });
});
