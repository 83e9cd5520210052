import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import { hallResultId } from '../../../src/domain/ids.js';
import { AMOUNT_MAX } from '../../../src/domain/money.js';
import type { HallRejection, RecordHallResult } from '../../../src/domain/sale/hall-result.commands.js';
import type { HallResultRecorded } from '../../../src/domain/sale/hall-result.events.js';
import { decide, evolve, type HallLot, unrecorded } from '../../../src/domain/sale/hall-result.js';
import { type Instant, later } from '../../../src/domain/time.js';
import { admin, ann, at, bob, house, operator, person, sue } from '../../support/auction-story.js';

const now = at('09:00:00');

const told = {
  sale: 'Spring 2026',
  lotNumber: '422A',
  item: { title: 'Misty Landscape', description: 'Ink on paper', category: 'Paintings' },
  currency: 'HKD',
  lowEstimate: 100_00n,
  highEstimate: 150_00n,
  reservePrice: 90_00n,
  outcome: 'sold',
  price: 120_00n,
  priceKind: 'hammer',
  buyerId: ann,
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
  ...changed,
});
const recorded = (changed: Partial<HallResultRecorded> = {}): HallResultRecorded => ({
  type: 'HallResultRecorded',
  ...told,
  ...changed,
});
const unsold = { price: null, priceKind: null, buyerId: null, paddle: null } as const;

const given = (...history: readonly HallResultRecorded[]) => ({
  when: (command: RecordHallResult, actor: Actor = house, judgedAt: Instant = now) => {
    const lot = history.reduce<HallLot>(evolve, unrecorded);
    const decision = decide(command, lot, { at: judgedAt, actor, standing: { status: 'unknown' } });
    return {
      leadsTo(...events: readonly HallResultRecorded[]) {
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
