import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import { bidderKey, hallResultId } from '../../../src/domain/ids.js';
import { AMOUNT_MAX } from '../../../src/domain/money.js';
import {
  HALL_BIDS_MAX,
  type HallRejection,
  type RecordHallResult,
} from '../../../src/domain/sale/hall-result.commands.js';
import type { HallBid, HallEvent, HallResultRecorded } from '../../../src/domain/sale/hall-result.events.js';
import { decide, evolve, type HallLot, unrecorded } from '../../../src/domain/sale/hall-result.js';
import { type Instant, later } from '../../../src/domain/time.js';
import { admin, ann, at, bob, house, operator, person, sue } from '../../support/auction-story.js';

const now = at('09:00:00');

const told = {
  venue: 'hall',
  sale: 'Spring 2026',
  lotNumber: '422A',
  item: { title: 'Misty Landscape', description: 'Ink on paper', category: 'Paintings' },
  currency: 'HKD',
  lowEstimate: 100_00n,
  highEstimate: 150_00n,
  startingPrice: null,
  reservePrice: 90_00n,
  outcome: 'sold',
  price: 120_00n,
  priceKind: 'hammer',
  buyerId: ann,
  buyerKey: null,
  paddle: 'A-17',
  sellerId: sue,
  heldAt: at('08:00:00'),
  corrects: false,
  source: { file: 'spring.csv', line: 2 },
} as const;

const record = (changed: Partial<RecordHallResult> = {}): RecordHallResult => ({
  type: 'RecordHallResult',
  hallResultId: hallResultId('01900004-0000-8000-8000-000000000001'),
  ...told,
  bids: [],
  ...changed,
});
const recorded = (changed: Partial<HallResultRecorded> = {}): HallResultRecorded => ({
  type: 'HallResultRecorded',
  ...told,
  ...changed,
});
const unsold = { price: null, priceKind: null, buyerId: null, buyerKey: null, paddle: null } as const;

const given = (...history: readonly HallEvent[]) => ({
  when: (command: RecordHallResult, actor: Actor = house, judgedAt: Instant = now) => {
    const lot = history.reduce<HallLot>(evolve, unrecorded);
    const decision = decide(command, lot, { at: judgedAt, actor, user: { status: 'unknown' } });
    return {
      leadsTo(...events: readonly HallEvent[]) {
        expect(decision).toStrictEqual({ accepted: true, events });
        events.reduce(evolve, lot);
      },
      isRefused: (rejection: HallRejection) => expect(decision).toStrictEqual({ accepted: false, rejection }),
      isInvalid: (field: string, problem: string) =>
        expect(decision).toStrictEqual({ accepted: false, rejection: { reason: 'InvalidHallResult', field, problem } }),
    };
  },
});

describe('a hall result', () => {
  it.each([house, operator, admin])('is recorded by the house and its staff', (actor) =>
    given().when(record(), actor).leadsTo(recorded()),
  );
  it.each([person(sue, 'seller'), person(bob, 'bidder', 'analyst')])('is not for others to record', (actor) =>
    given().when(record(), actor).isRefused({ reason: 'NotAllowed' }),
  );
  it.each(['passed', 'withdrawn'] as const)('may be that the lot was %s', (outcome) =>
    given()
      .when(record({ outcome, ...unsold }))
      .leadsTo(recorded({ outcome, ...unsold })),
  );
  it('may leave out estimates, reserve, buyer, paddle and seller', () => {
    const unknown = { lowEstimate: null, highEstimate: null, reservePrice: null } as const;
    const nobody = { buyerId: null, paddle: null, sellerId: null } as const;
    given()
      .when(record({ ...unknown, ...nobody }))
      .leadsTo(recorded({ ...unknown, ...nobody }));
  });
  it('is recorded once', () =>
    given(recorded())
      .when(record({ price: 121_00n }))
      .isRefused({ reason: 'HallResultAlreadyRecorded' }));
  it('is replaced by one that says so', () =>
    given(recorded())
      .when(record({ price: 121_00n, corrects: true }))
      .leadsTo(recorded({ price: 121_00n, corrects: true })));
  it('is replaced again', () =>
    given(recorded(), recorded({ corrects: true }))
      .when(record({ corrects: true }))
      .leadsTo(recorded({ corrects: true })));
  it('is a first one where a correction finds none', () =>
    given()
      .when(record({ corrects: true }))
      .leadsTo(recorded()));
});

describe('what a result may say', () => {
  it('is a price above zero', () => {
    given()
      .when(record({ price: 1n }))
      .leadsTo(recorded({ price: 1n }));
    given()
      .when(record({ price: 0n }))
      .isInvalid('price', `must be above zero and at most ${AMOUNT_MAX} minor units`);
  });
  it('is a price up to the largest amount', () => {
    given()
      .when(record({ price: AMOUNT_MAX }))
      .leadsTo(recorded({ price: AMOUNT_MAX }));
    given()
      .when(record({ price: AMOUNT_MAX + 1n }))
      .isInvalid('price', `must be above zero and at most ${AMOUNT_MAX} minor units`);
  });
  it('is estimates in order', () => {
    given()
      .when(record({ lowEstimate: 150_00n }))
      .leadsTo(recorded({ lowEstimate: 150_00n }));
    given()
      .when(record({ lowEstimate: 150_01n }))
      .isInvalid('lowEstimate', 'must not be above the high estimate');
  });
  it.each(['lowEstimate', 'highEstimate', 'reservePrice'] as const)('is no %s of nothing', (field) =>
    given()
      .when(record({ lowEstimate: null, [field]: 0n }))
      .isInvalid(field, `must be above zero and at most ${AMOUNT_MAX} minor units`),
  );
  it('is a price wherever the lot was sold', () =>
    given()
      .when(record({ price: null, priceKind: null }))
      .isInvalid('price', 'must be there: the lot was sold'));
  it.each([
    ['price', { price: 1n, priceKind: 'hammer' }],
    ['buyerId', { buyerId: ann }],
    ['paddle', { paddle: '17' }],
  ] as const)('is no %s where it was not sold', (field, changed) =>
    given()
      .when(record({ outcome: 'passed', ...unsold, ...changed }))
      .isInvalid(field, 'must be empty: the lot was passed'),
  );
  it('is not that the seller bought', () =>
    given()
      .when(record({ buyerId: sue }))
      .isInvalid('buyerId', 'must not be the seller'));
  it.each(['1', 'A-17', 'ABCDEFGHIJK1'])('is a paddle as %s', (paddle) =>
    given().when(record({ paddle })).leadsTo(recorded({ paddle })),
  );
  it.each(['Ann', 'Ann Li 1', 'ABCDEFGHIJKL1', ''])('is no paddle as "%s", which may be a name', (paddle) =>
    given()
      .when(record({ paddle }))
      .isInvalid('paddle', 'must be 1 to 12 letters, digits and hyphens, one digit at least; no name'),
  );
  it('is a day that has begun somewhere', () => {
    const latest = later(now, 14 * 3_600_000);
    given()
      .when(record({ heldAt: latest }))
      .leadsTo(recorded({ heldAt: latest }));
    given()
      .when(record({ heldAt: later(latest, 1) }))
      .isInvalid('heldAt', 'must not be in the future');
  });
  it.each([
    ['sale', { sale: '' }, 'must have 1 to 200 characters'],
    ['lotNumber', { lotNumber: 'x'.repeat(33) }, 'must have 1 to 32 characters'],
    ['title', { item: { ...told.item, title: ' ' } }, 'must not be blank'],
    ['description', { item: { ...told.item, description: 'x'.repeat(20_001) } }, 'must have 0 to 20000 characters'],
    ['category', { item: { ...told.item, category: '' } }, 'must have 1 to 100 characters'],
    ['source.file', { source: { file: '', line: 1 } }, 'must have 1 to 300 characters'],
    ['source.line', { source: { file: 'a', line: 0 } }, 'must be a whole number from 1'],
  ] as const)('is bounded: %s', (field, changed, problem) => given().when(record(changed)).isInvalid(field, problem));
});

it('throws on a stream whose results cannot follow', () => {
  expect(() => evolve(unrecorded, recorded({ corrects: true }))).toThrow('corrects nothing');
  expect(() => evolve({ status: 'recorded' }, recorded())).toThrow('was there already');
});

describe('the bids of a sale', () => {
  const key = bidderKey('01900005-0000-8000-8000-000000000001');
  const bid: HallBid = {
    ...{ bidType: 'online', bidderId: null, bidderKey: key, paddle: null, price: 100_00n, maximum: null },
    placedAt: at('07:00:00'),
  };
  const left: HallBid = {
    ...bid,
    bidType: 'commission',
    bidderKey: null,
    paddle: 'A-20',
    price: null,
    maximum: 130_00n,
  };
  const online = { venue: 'online', paddle: null, buyerId: null, buyerKey: key, startingPrice: 50_00n } as const;
  const placed = (n: number, of: HallBid): HallEvent => ({
    ...{ type: 'HallBidRecorded', bidNumber: n, currency: 'HKD' },
    ...of,
  });

  it('are recorded behind what became of it, in the order of the file', () => {
    given()
      .when(record({ ...online, bids: [bid, { ...bid, price: 120_00n }] }))
      .leadsTo(recorded(online), placed(1, bid), placed(2, { ...bid, price: 120_00n }));
    given()
      .when(record({ bids: [left, { ...left, paddle: null, bidderId: bob }] }))
      .leadsTo(recorded(), placed(1, left), placed(2, { ...left, paddle: null, bidderId: bob }));
  });

  it('come again with a correction', () =>
    given(recorded(online), placed(1, bid))
      .when(record({ ...online, corrects: true, bids: [{ ...bid, price: 90_00n }] }))
      .leadsTo(recorded({ ...online, corrects: true }), placed(1, { ...bid, price: 90_00n })));

  it('are no more than one append holds', () => {
    const many = (n: number) => given().when(record({ ...online, bids: Array.from({ length: n }, () => bid) }));
    many(HALL_BIDS_MAX).leadsTo(
      recorded(online),
      ...Array.from({ length: HALL_BIDS_MAX }, (_, i) => placed(i + 1, bid)),
    );
    many(HALL_BIDS_MAX + 1).isInvalid('bids', 'must be at most 2000');
  });

  it.each<[string, Partial<RecordHallResult>, string, string]>([
    ['online in a hall', { bids: [bid] }, 'bids', 'of bid 1 must not be online: it was in a hall'],
    [
      'of a bidder of online auctions in a hall',
      { bids: [{ ...left, bidderKey: key }] },
      'commissionBids',
      'of bid 1 must name no bidder of online auctions: it was in a hall',
    ],
    [
      'left with the house, and seen',
      { bids: [{ ...left, price: 1n }] },
      'commissionBids',
      'of bid 1 must have no price that everybody saw: it is a commission bid',
    ],
    ['without an amount', { ...online, bids: [bid, { ...bid, price: null }] }, 'bids', 'of bid 2 must have an amount'],
    [
      'of nothing',
      { ...online, bids: [{ ...bid, price: 0n }] },
      'bids',
      `of bid 1 must be above zero and at most ${AMOUNT_MAX} minor units`,
    ],
    ['by the seller', { bids: [{ ...left, bidderId: sue }] }, 'commissionBids', 'of bid 1 must not be by the seller'],
    [
      'under a name',
      { bids: [{ ...left, paddle: 'Smith' }] },
      'commissionBids',
      'of bid 1 has a paddle that must be 1 to 12 letters, digits and hyphens, one digit at least; no name',
    ],
    [
      'in the future',
      { ...online, bids: [{ ...bid, placedAt: later(now, 14 * 3_600_000 + 1) }] },
      'bids',
      'of bid 1 must not be in the future',
    ],
  ])('are refused: %s', (_, changed, field, problem) => given().when(record(changed)).isInvalid(field, problem));

  it('take the latest time that some zone may have', () =>
    given()
      .when(record({ ...online, bids: [{ ...bid, placedAt: later(now, 14 * 3_600_000) }] }))
      .leadsTo(recorded(online), placed(1, { ...bid, placedAt: later(now, 14 * 3_600_000) })));

  it('are of a room or online, and so is who bought', () => {
    given()
      .when(record({ ...online, paddle: 'A-17' }))
      .isInvalid('paddle', 'must be empty: it was online');
    given()
      .when(record({ buyerKey: key }))
      .isInvalid('buyer', 'must be empty: it was in a hall');
    given()
      .when(record({ startingPrice: 1n }))
      .isInvalid('startingPrice', 'must be empty: it was in a hall');
    given()
      .when(record({ ...online, ...unsold, buyerKey: key, outcome: 'passed' }))
      .isInvalid('buyer', 'must be empty: the lot was passed');
  });

  it('never come before what became of it', () =>
    expect(() => evolve(unrecorded, placed(1, bid) as never)).toThrow('broken invariant'));
});
