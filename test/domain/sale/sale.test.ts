import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LayeredMap } from '../../../src/domain/sale/layered-map.js';
import { compareLotNumbers, lotNumberProblem, nextLotNumber } from '../../../src/domain/sale/lot-number.js';
import type { SaleTerms } from '../../../src/domain/sale/sale.events.js';
import { admin, ann, at, bob, house, item, olga, operator, person, sue } from '../../support/auction-story.js';
import {
  added,
  bidder,
  details,
  drafted,
  draftedAt,
  given,
  lotId,
  published,
  sale,
  saleOf,
  saleTerms,
  timed,
} from '../../support/sale-story.js';

const draft = (changed: Partial<SaleTerms>) => ({ type: 'DraftSale', terms: saleTerms(changed) }) as const;
const invalid = (field: string, problem: string) => ({ reason: 'InvalidSale', field, problem }) as const;
const hall = { kind: 'hall', opensAt: timed.opensAt } as const;
const open = [drafted(), added(1), added(2), published(1, 2), opened()] as const;

function opened() {
  return { type: 'SaleOpened', opensAt: timed.opensAt, openedAt: at('01-02T12:00:00') } as const;
}

describe('a draft', () => {
  it('is made by staff, once', () => {
    sale().when(draft({})).then(drafted());
    sale().when(draft({}), person(sue, 'seller')).thenRejected({ reason: 'NotAllowed' });
    sale(drafted()).when(draft({})).thenRejected({ reason: 'SaleAlreadyDrafted' });
    sale().when({ type: 'PublishSale' }).thenRejected({ reason: 'SaleUnknown' });
  });

  it('has lots from one second to one hour apart', () => {
    const apart = (lotIntervalMs: number) => draft({ course: { ...timed, lotIntervalMs } });
    const problem = 'must be a whole number from 1000 to 3600000';
    sale().when(apart(999)).thenRejected(invalid('lotIntervalMs', problem));
    sale()
      .when(apart(1_000))
      .then(drafted({ course: { ...timed, lotIntervalMs: 1_000 } }));
    sale()
      .when(apart(3_600_000))
      .then(drafted({ course: { ...timed, lotIntervalMs: 3_600_000 } }));
    sale().when(apart(3_600_001)).thenRejected(invalid('lotIntervalMs', problem));
  });

  it('says how much one bid may be, where registration is by limit, and only there', () => {
    sale()
      .when(draft({ registration: 'limit', biddingLimit: 1n }))
      .then(drafted({ registration: 'limit', biddingLimit: 1n }));
    sale()
      .when(draft({ registration: 'limit' }))
      .thenRejected(invalid('biddingLimit', 'must be given where registration is by limit'));
    sale()
      .when(draft({ biddingLimit: 1n }))
      .thenRejected(invalid('biddingLimit', 'is for registration by limit alone'));
  });

  it('sells under what any auction may be listed under', () =>
    sale()
      .when(draft({ increments: [] }))
      .thenRejected(invalid('terms.increments', 'must have 1 to 100 rows')));

  it('takes other terms until it is published, in the same currency', () => {
    const revise = (changed: Partial<SaleTerms>) => ({ type: 'ReviseSale', terms: saleTerms(changed) }) as const;
    const revised = {
      type: 'SaleRevised',
      terms: saleTerms({ course: hall }),
      revisedBy: olga,
      revisedAt: at(draftedAt),
    } as const;
    sale(drafted())
      .when(revise({ course: hall }))
      .then(revised);
    sale(drafted())
      .when(revise({ currency: 'EUR' }))
      .thenRejected(invalid('currency', 'must stay: the lots have their prices in it'));
    sale(drafted(), added(1), published(1))
      .when(revise({}))
      .thenRejected({ reason: 'SaleNotInState', status: 'published' });
  });
});

describe('a catalogue', () => {
  const add = (n: number, lotNumber: string | null, changed = {}) =>
    ({ type: 'AddLot', lotId: lotId(n), lotNumber, sellerId: sue, details: { ...details, ...changed } }) as const;

  it('numbers a lot behind the others, or as it is told', () => {
    sale(drafted()).when(add(1, null)).then(added(1, '1'));
    sale(drafted(), added(1, '12A')).when(add(2, null)).then(added(2, '13'));
    sale(drafted(), added(1, '12A')).when(add(2, '12')).then(added(2, '12'));
  });

  it('has each number and each lot once', () => {
    sale(drafted(), added(1)).when(add(2, '1')).thenRejected({ reason: 'LotNumberTaken', lotNumber: '1' });
    sale(drafted(), added(1)).when(add(1, '2')).thenRejected({ reason: 'LotAlreadyAdded' });
  });

  it('has estimates with both ends, the low one first', () => {
    sale(drafted())
      .when(add(1, '1', { lowEstimate: 6n }))
      .thenRejected(invalid('highEstimate', 'must come with a low estimate, or neither of them'));
    sale(drafted())
      .when(add(1, '1', { lowEstimate: 6n, highEstimate: 5n }))
      .thenRejected(invalid('lowEstimate', 'must not be above the high estimate'));
    const estimated = { ...details, lowEstimate: 6n, highEstimate: 6n };
    sale(drafted())
      .when(add(1, '1', estimated))
      .then({ ...added(1), details: estimated });
  });

  it('holds lots to the rules of any listing', () => {
    sale(drafted())
      .when(add(1, '1', { startingPrice: 0n }))
      .thenRejected(invalid('startingPrice', 'must be at least 1'));
    sale(drafted())
      .when(add(1, '1', { item: { ...item, title: '' } }))
      .thenRejected(invalid('item.title', 'must have 1 to 200 characters'));
  });

  it('takes lots of active sellers, under ids that the house alone gives out', () => {
    sale(drafted())
      .when(add(1, '1'), operator, draftedAt, { status: 'unknown' })
      .thenRejected({ reason: 'SellerUnknown' });
    sale(drafted())
      .when({ ...add(1, '1'), lotId: '01900006-0000-7000-8000-000000000001' as never })
      .thenRejected(invalid('lotId', 'must be a UUID of version 8'));
  });

  it('renumbers and withdraws until it is published; a free number can be given again', () => {
    const renumber = { type: 'RenumberLot', lotId: lotId(1), lotNumber: '3' } as const;
    const renumbered = {
      type: 'LotRenumbered',
      lotId: lotId(1),
      previousNumber: '1',
      lotNumber: '3',
      renumberedAt: at(draftedAt),
    } as const;
    const withdraw = { type: 'WithdrawLot', lotId: lotId(1), reason: 'broken' } as const;
    const withdrawn = {
      type: 'LotWithdrawn',
      lotId: lotId(1),
      lotNumber: '1',
      reason: 'broken',
      withdrawnAt: at(draftedAt),
    } as const;
    sale(drafted(), added(1), added(2)).when(renumber).then(renumbered);
    sale(drafted(), added(1), renumbered).when(add(2, '1')).then(added(2, '1'));
    sale(drafted(), added(1), added(3)).when(renumber).thenRejected({ reason: 'LotNumberTaken', lotNumber: '3' });
    sale(drafted(), added(1)).when(withdraw).then(withdrawn);
    sale(drafted(), added(1), withdrawn).when(add(2, '1')).then(added(2, '1'));
    sale(drafted(), added(1), withdrawn).when(withdraw).thenRejected({ reason: 'LotUnknown' });
    const status = 'published';
    for (const late of [renumber, withdraw, add(2, '2')])
      sale(drafted(), added(1), published(1)).when(late).thenRejected({ reason: 'SaleNotInState', status });
  });

  it('is published in the order of its numbers, the lots 20 seconds apart', () => {
    const lots = [added(1, '10'), added(2, '9'), added(3, '9B'), added(4, '9A')];
    sale(drafted(), ...lots)
      .when({ type: 'PublishSale' })
      .then({
        type: 'SalePublished',
        lots: [
          { lotId: lotId(2), lotNumber: '9', closesAt: at('12:00:00') },
          { lotId: lotId(4), lotNumber: '9A', closesAt: at('12:00:20') },
          { lotId: lotId(3), lotNumber: '9B', closesAt: at('12:00:40') },
          { lotId: lotId(1), lotNumber: '10', closesAt: at('12:01:00') },
        ],
        publishedBy: olga,
        publishedAt: at(draftedAt),
      });
  });

  it('is published with lots, and before the opening', () => {
    const publish = { type: 'PublishSale' } as const;
    sale(drafted()).when(publish).thenRejected({ reason: 'SaleHasNoLots' });
    sale(drafted(), added(1))
      .when(publish, operator, '01-02T12:00:00')
      .thenRejected(invalid('opensAt', 'must lie ahead; revise the sale'));
    sale(drafted(), added(1))
      .when(publish, operator, '01-02T11:59:59.999')
      .then({ ...published(1), publishedAt: at('01-02T11:59:59.999') });
  });
});

describe('the course of a sale', () => {
  it('is opened by the house, at its time and not before', () => {
    const [, , , , event] = open;
    const due = sale(drafted(), added(1), published(1));
    due
      .when({ type: 'OpenSale' }, house, '01-02T11:59:59.999')
      .thenRejected({ reason: 'SaleNotDue', opensAt: timed.opensAt });
    due.when({ type: 'OpenSale' }, house, '01-02T12:00:00').then(event);
    due.when({ type: 'OpenSale' }, admin, '01-02T12:00:00').thenRejected({ reason: 'NotAllowed' });
    sale(...open)
      .when({ type: 'OpenSale' }, house, '12:00:00')
      .thenRejected({ reason: 'SaleNotInState', status: 'open' });
  });

  it('is closed by the house, and in a hall by staff', () => {
    const closed = { type: 'SaleClosed', closedBy: null, closedAt: at('12:30:00') } as const;
    sale(...open)
      .when({ type: 'CloseSale' }, house, '12:30:00')
      .then(closed);
    sale(...open)
      .when({ type: 'CloseSale' }, admin, '12:30:00')
      .thenRejected({ reason: 'NotAllowed' });
    const inHall = sale(drafted({ course: hall }), added(1), { ...published(1), lots: [] }, opened());
    inHall.when({ type: 'CloseSale' }, operator, '12:30:00').then({ ...closed, closedBy: olga });
    inHall.when({ type: 'CloseSale' }, house, '12:30:00').thenRejected({ reason: 'NotAllowed' });
  });

  it('ends before it begins where staff cancel it: until bidding begins', () => {
    const cancel = { type: 'CancelSale', reason: 'a fire' } as const;
    const cancelled = (time: string) =>
      ({ type: 'SaleCancelled', reason: 'a fire', cancelledBy: olga, cancelledAt: at(time) }) as const;
    sale(drafted()).when(cancel).then(cancelled(draftedAt));
    const due = sale(drafted(), added(1), published(1));
    due.when(cancel, operator, '01-02T11:59:59.999').then(cancelled('01-02T11:59:59.999'));
    due.when(cancel, operator, '01-02T12:00:00').thenRejected({ reason: 'SaleHasBegun', opensAt: timed.opensAt });
    sale(...open)
      .when(cancel)
      .thenRejected({ reason: 'SaleNotInState', status: 'open' });
  });

  it('breaks on facts that cannot follow', () => {
    expect(() => saleOf(drafted(), opened())).toThrow('broken invariant: SaleOpened on a sale that is drafted');
    expect(() => saleOf(added(1))).toThrow('broken invariant: LotAdded on a sale that is undrafted');
    expect(() => saleOf(...open, added(3))).toThrow('broken invariant: LotAdded on a sale that is open');
    expect(() => saleOf(drafted(), added(1), published(1), given(ann, 2))).toThrow(
      'broken invariant: paddle 2 is given, but 0 were',
    );
  });
});

describe('a paddle', () => {
  const request = { type: 'RequestPaddle', bidderId: ann } as const;
  const requested = { type: 'PaddleRequested', bidderId: ann, requestedAt: at(draftedAt) } as const;
  const refuse = { type: 'RefusePaddle', bidderId: ann, reason: 'no address' } as const;
  const refused = {
    type: 'PaddleRefused',
    bidderId: ann,
    reason: 'no address',
    refusedBy: olga,
    refusedAt: at(draftedAt),
  } as const;
  const give = (biddingLimit: bigint | null) => ({ type: 'GivePaddle', bidderId: ann, biddingLimit }) as const;
  const upcoming = (changed: Partial<SaleTerms> = {}) => [drafted(changed), added(1), published(1)] as const;

  it('is given to whoever asks, in order, where the sale is open to all', () => {
    sale(...upcoming())
      .when(request, bidder(ann))
      .then(given(ann, 1));
    sale(...upcoming(), given(bob, 1))
      .when(request, bidder(ann))
      .then(given(ann, 2));
    sale(...upcoming(), given(ann, 1))
      .when(request, bidder(ann))
      .thenRejected({ reason: 'PaddleAlreadyGiven' });
  });

  it('is given up to the limit of the sale', () =>
    sale(...upcoming({ registration: 'limit', biddingLimit: 500_00n }))
      .when(request, bidder(ann))
      .then(given(ann, 1, { biddingLimit: 500_00n })));

  it('waits for staff where they decide, who give it or refuse it', () => {
    const asked = [...upcoming({ registration: 'approval' }), requested] as const;
    sale(...upcoming({ registration: 'approval' }))
      .when(request, bidder(ann))
      .then(requested);
    sale(...asked)
      .when(request, bidder(ann))
      .thenRejected({ reason: 'PaddleAlreadyRequested' });
    sale(...asked)
      .when(give(900n))
      .then(given(ann, 1, { biddingLimit: 900n, givenBy: olga }));
    sale(...asked)
      .when(refuse)
      .then(refused);
    sale(...asked)
      .when(give(null), bidder(ann))
      .thenRejected({ reason: 'NotAllowed' });
    sale(...asked, refused)
      .when(request, bidder(ann))
      .thenRejected({ reason: 'PaddleRefusedBefore' });
    sale(...asked, refused)
      .when(refuse)
      .thenRejected({ reason: 'PaddleRefusedBefore' });
  });

  it('keeps its number with another limit, and when it is given again', () => {
    const had = [...upcoming(), given(ann, 1), given(bob, 2)] as const;
    sale(...had)
      .when(give(null))
      .thenRejected({ reason: 'PaddleAlreadyGiven' });
    sale(...had)
      .when(give(900n))
      .then(given(ann, 1, { biddingLimit: 900n, givenBy: olga }));
    sale(...had, refused)
      .when(give(null))
      .then(given(ann, 1, { givenBy: olga }));
  });

  it('is for oneself, active, in a sale that is published and not over', () => {
    sale(...upcoming())
      .when(request, bidder(bob))
      .thenRejected({ reason: 'NotAllowed' });
    sale(...upcoming())
      .when(request, bidder(ann), draftedAt, { status: 'suspended', revision: 1 })
      .thenRejected({ reason: 'BidderSuspended' });
    sale(drafted()).when(request, bidder(ann)).thenRejected({ reason: 'SaleNotInState', status: 'drafted' });
    sale(...open)
      .when(request, bidder(ann))
      .then(given(ann, 1));
  });
});

describe('numbers of lots', () => {
  it.each(['1', '99999', '12A'])('%s is one', (text) => expect(lotNumberProblem(text)).toBeNull());
  it.each(['', '0', '01', '100000', '12a', '12AB', 'A', '1.5'])('%j is none', (text) =>
    expect(lotNumberProblem(text)).toMatch(/^must be a whole number from 1 to 99999/),
  );

  it('stand in the order in which people read them', () => {
    const number = fc.tuple(fc.integer({ min: 1, max: 99 }), fc.constantFrom('', 'A', 'B'));
    fc.assert(
      fc.property(fc.uniqueArray(number, { selector: String }), (pairs) => {
        const read = [...pairs]
          .sort(([a, x], [b, y]) => a - b || x.localeCompare(y))
          .map(([n, letter]) => `${n}${letter}`);
        const texts = pairs.map(([n, letter]) => `${n}${letter}`);
        expect([...texts].sort(compareLotNumbers)).toEqual(read);
        const next = nextLotNumber(texts);
        for (const text of texts) expect(compareLotNumbers(text, next)).toBeLessThan(0);
      }),
    );
  });
});

describe('any catalogue', () => {
  it('comes up in order, each lot once and 20 seconds after the one before', () =>
    fc.assert(
      fc.property(
        fc.shuffledSubarray(
          Array.from({ length: 30 }, (_, i) => i + 1),
          { minLength: 1 },
        ),
        (numbers) => {
          const state = saleOf(drafted(), ...numbers.map((n) => added(n)));
          if (state.status === 'undrafted') throw new Error('it is drafted');
          const expected = [...numbers].sort((a, b) => a - b);
          sale(drafted(), ...numbers.map((n) => added(n)))
            .when({ type: 'PublishSale' })
            .then({
              ...published(),
              lots: expected.map((n, place) => ({
                lotId: lotId(n),
                lotNumber: String(n),
                closesAt: (timed.closesAt + place * 20_000) as typeof timed.closesAt,
              })),
            });
        },
      ),
    ));
});

it('a map that states share is a map', () =>
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 700 }), fc.integer())), (entries) => {
      let layered = LayeredMap.empty<number, number>();
      const plain = new Map<number, number>();
      for (const [key, value] of entries) {
        const before = layered;
        const had = plain.get(key);
        layered = layered.with(key, value);
        expect(before.get(key)).toBe(had);
        plain.set(key, value);
      }
      expect(layered.size).toBe(plain.size);
      for (const [key, value] of plain) expect(layered.get(key)).toBe(value);
    }),
    { numRuns: 20 },
  ));
