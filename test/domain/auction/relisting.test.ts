import { describe, expect, it } from '@jest/globals';
import type { AuctionEvent, AuctionListed, AuctionRelisted } from '../../../src/domain/auction/auction.events.js';
import { replay } from '../../../src/domain/auction/auction.js';
import { RELISTINGS_MAX } from '../../../src/domain/auction/relisting.js';
import { auctionId } from '../../../src/domain/ids.js';
import { later } from '../../../src/domain/time.js';
import {
  admin,
  again,
  ann,
  ask,
  at,
  bob,
  cancel,
  clock,
  close,
  given,
  house,
  item,
  list,
  listed,
  listedSealed,
  operator,
  person,
  place,
  played,
  relist,
  sealedTerms,
  sue,
  terms,
  withdraw,
} from '../../support/auction-story.js';

const passedAt = at('12:00:00');
const passed = played(listed(), close('12:00:00'));
const relisted: AuctionRelisted = {
  type: 'AuctionRelisted',
  relistedAs: again,
  terms,
  opensAt: at('01-09T12:00:00'),
  closesAt: at('01-20T12:00:00'),
  relistings: 1,
  lapsedTransaction: null,
  relistedAt: at('01-09T12:00:00'),
};

describe('a passed auction', () => {
  it('is relisted by its seller, under the terms it had, at once', () => {
    given(...passed)
      .when(relist('01-09T12:00:00'))
      .then(relisted);
    expect(replay([...passed, relisted])).toMatchObject({ status: 'passed', relistedAs: again, closedAt: passedAt });
  });
  it('under other terms, of another format even, and for later', () => {
    const vickrey = { ...sealedTerms, format: 'vickrey', startingPrice: 5_00n } as const;
    const opensAt = at('01-10T12:00:00');
    given(...passed)
      .when(relist('01-09T12:00:00', { terms: vickrey, opensAt }))
      .then({ ...relisted, terms: vickrey, opensAt });
  });
  it('once', () =>
    given(...passed, relisted)
      .when(relist('01-09T12:00:01', { relistedAs: auctionId('01900001-0000-8000-8000-000000000002') }))
      .thenRejected({ reason: 'AuctionAlreadyRelisted', relistedAs: again }));
  it('for sixty days', () => {
    const relistableUntil = later(passedAt, 60 * 86_400_000);
    const closesAt = later(relistableUntil, 86_400_000);
    given(...passed)
      .when(relist('03-09T12:00:00', { closesAt }))
      .then({ ...relisted, opensAt: relistableUntil, relistedAt: relistableUntil, closesAt });
    given(...passed)
      .when(relist('03-09T12:00:00.001', { closesAt }))
      .thenRejected({ reason: 'RelistingTooLate', relistableUntil });
  });
  it('eight times in a row', () => {
    const passedAfter = (relistings: number): readonly AuctionEvent[] => [
      { ...(passed[0] as AuctionListed), relistOf: again, relistings },
      ...passed.slice(1),
    ];
    given(...passedAfter(7))
      .when(relist('01-09T12:00:00'))
      .then({ ...relisted, relistings: 8 });
    given(...passedAfter(8))
      .when(relist('01-09T12:00:00'))
      .thenRejected({ reason: 'RelistedTooOften', relistingsMax: 8 });
    expect(RELISTINGS_MAX).toBe(8);
  });
  it('by staff in the seller’s name, and by nobody else', () => {
    given(...passed)
      .when(relist('01-09T12:00:00', {}, operator))
      .then(relisted);
    for (const actor of [person(sue, 'bidder'), person(ann, 'seller'), house])
      given(...passed)
        .when(relist('01-09T12:00:00', {}, actor))
        .thenRejected({ reason: 'NotAllowed' });
    given(...passed)
      .when(relist('01-09T12:00:00', { sellerId: ann }, person(ann, 'seller')))
      .thenRejected({ reason: 'NotAllowed' });
  });
  it('not by a seller whom the house would not let list', () => {
    given(...passed)
      .when(relist('01-09T12:00:00', {}, operator, { status: 'unknown' }))
      .thenRejected({ reason: 'SellerUnknown' });
    given(...passed)
      .when(relist('01-09T12:00:00', {}, operator, { status: 'suspended', revision: 3 }))
      .thenRejected({ reason: 'SellerSuspended' });
  });
  it('under terms and times that a listing could have', () => {
    const refused = (changed: Parameters<typeof relist>[1], field: string, problem: string) =>
      given(...passed)
        .when(relist('01-09T12:00:00', changed))
        .thenRejected({ reason: 'InvalidTerms', field, problem });
    refused({ terms: { ...terms, startingPrice: 0n } }, 'terms.startingPrice', 'must be at least 1');
    refused({ closesAt: at('01-09T12:00:00') }, 'closesAt', 'must be after the opening');
    refused(
      { opensAt: at('01-09T11:59:59.999') },
      'opensAt',
      'must not lie before the listing; leave it out to open at once',
    );
    refused({ relistedAs: clock }, 'relistedAs', 'must be a UUID of version 8');
  });
  it('has ended for everything else', () =>
    given(...passed, relisted)
      .when(place(ann, 20_00n, '01-09T12:00:01'))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'passed' }));
  it('of a sealed format as well', () =>
    given(...played(listedSealed(), close('12:00:00')))
      .when(relist('01-09T12:00:00'))
      .then({ ...relisted, terms: sealedTerms }));
});

describe('an auction that has not passed', () => {
  it.each([
    ['open', played(listed())],
    ['open', played(listedSealed())],
    ['sold', played(listed(), place(ann, 20_00n), close('12:00:00'))],
    ['cancelled', played(listed(), cancel(person(sue, 'seller'), 'broken'))],
    ['withdrawn', played(listed(), place(bob, 20_00n), withdraw(admin, 'stolen'))],
  ] as const)('is not relisted while %s', (status, history) =>
    given(...history)
      .when(relist('01-09T12:00:00'))
      .thenRejected({ reason: 'AuctionNotPassed', status }),
  );
  it('is not relisted where there is none', () =>
    given().when(relist('01-09T12:00:00')).thenRejected({ reason: 'AuctionUnknown' }));
});

describe('the new auction', () => {
  const { opensAt, closesAt } = relisted;
  const command = {
    type: 'ListRelistedAuction',
    auctionId: again,
    relistOf: clock,
    relistings: 1,
    sellerId: sue,
    item,
    terms,
    opensAt,
    closesAt,
  } as const;
  const listing = (time: string): AuctionListed => ({
    type: 'AuctionListed',
    sellerId: sue,
    item,
    terms,
    opensAt,
    closesAt,
    listedAt: at(time),
    relistOf: clock,
    relistings: 1,
    lot: null,
  });

  it('is listed by the house as it was recorded, however late', () => {
    given()
      .when(ask(command, house, '01-09T12:00:00.300'))
      .then(listing('01-09T12:00:00.300'));
    given()
      .when(ask(command, house, '02-01T12:00:00', { status: 'unknown' }))
      .then(listing('02-01T12:00:00'));
  });
  it('takes bids from its listing on, and its opening needs no announcement', () => {
    expect(replay([listing('01-09T12:00:00.300')])).toMatchObject({ listing: { isOpeningKnown: true, relistings: 1 } });
    expect(replay([{ ...listing('01-09T11:00:00') }])).toMatchObject({ listing: { isOpeningKnown: false } });
  });
  it('is listed once', () =>
    given(listing('01-09T12:00:00.300'))
      .when(ask(command, house, '01-09T12:00:01'))
      .thenRejected({ reason: 'AuctionAlreadyListed' }));
  it('is the house’s alone to list, and only under an id that nobody else can take', () => {
    given()
      .when(ask(command, person(sue, 'seller'), '01-09T12:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given()
      .when(ask(command, admin, '01-09T12:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given()
      .when(ask({ ...command, auctionId: clock }, house, '01-09T12:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given()
      .when(list({ auctionId: again }))
      .thenRejected({
        reason: 'InvalidTerms',
        field: 'auctionId',
        problem: 'must not be a UUID of version 8: the house gives those to relisted auctions and to lots',
      });
  });
});

describe('a stream that cannot be', () => {
  it('is not folded', () => {
    expect(() => replay([listed(), relisted])).toThrow('broken invariant');
    expect(() => replay([...passed, relisted, relisted])).toThrow('broken invariant');
  });
});
