import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Actor } from '../../../src/domain/actor.js';
import type { FraudCaseCommand, FraudCaseRejection } from '../../../src/domain/fraud/fraud-case.commands.js';
import type { Evidence, FraudCaseEvent } from '../../../src/domain/fraud/fraud-case.events.js';
import {
  CASE_ACCOUNTS_MAX,
  decide,
  evolve,
  type FraudCase,
  REOPENS_AFTER_AUCTIONS,
  unopened,
} from '../../../src/domain/fraud/fraud-case.js';
import { fraudCaseId, type UserId, userId } from '../../../src/domain/ids.js';
import { ada, admin, ann, at, bob, cid, house, olga, operator, person, sue } from '../../support/auction-story.js';

const now = at('09:00:00');
const caseId = fraudCaseId('01900006-0000-8000-8000-000000000001');

const against = (bidderId: UserId, flaggedAuctions: number): Evidence => ({
  bidderId,
  flaggedAuctions,
  auctions: flaggedAuctions + 1,
  concentration: 2.5 * flaggedAuctions,
  score: 0.75,
  reasons: ['smallSteps', 'concentration'],
});
const bonds = [{ first: ann, second: bob, together: 2, apart: 1 }];

const told = (...accounts: readonly Evidence[]): FraudCaseCommand => ({
  type: 'OpenFraudCase',
  caseId,
  sellerId: sue,
  modelVersion: 1,
  accounts,
  bonds,
});
const opened = (...accounts: readonly Evidence[]): FraudCaseEvent => ({
  type: 'FraudCaseOpened',
  sellerId: sue,
  modelVersion: 1,
  accounts,
  bonds,
  openedAt: now,
});
const grown = (...accounts: readonly Evidence[]): FraudCaseEvent => ({
  type: 'FraudCaseEvidenceGrown',
  modelVersion: 1,
  accounts,
  bonds,
  grownAt: now,
});
const draw = (...accounts: readonly Evidence[]): FraudCaseCommand => ({
  type: 'DrawFraudSample',
  caseId,
  sellerId: sue,
  modelVersion: 1,
  accounts,
});
const drawn = (...accounts: readonly Evidence[]): FraudCaseEvent => ({
  type: 'FraudSampleDrawn',
  sellerId: sue,
  modelVersion: 1,
  accounts,
  drawnAt: now,
});
const assign: FraudCaseCommand = { type: 'AssignFraudCase', caseId, assigneeId: olga };
const assigned: FraudCaseEvent = { type: 'FraudCaseAssigned', assigneeId: olga, assignedBy: olga, assignedAt: now };
const note = (text = 'same household'): FraudCaseCommand => ({ type: 'NoteFraudCase', caseId, note: text });
const noted: FraudCaseEvent = { type: 'FraudCaseNoted', note: 'same household', notedBy: olga, notedAt: now };
const dismiss = (reason = 'a collector'): FraudCaseCommand => ({ type: 'DismissFraudCase', caseId, reason });
const dismissed = (...mutes: readonly Readonly<{ bidderId: UserId; reopensAt: number }>[]): FraudCaseEvent => ({
  type: 'FraudCaseDismissed',
  reason: 'a collector',
  mutes,
  dismissedBy: olga,
  dismissedAt: now,
});
const confirm = (reason = 'a ring'): FraudCaseCommand => ({ type: 'ConfirmFraudCase', caseId, reason });
const confirmed = (...mutes: readonly Readonly<{ bidderId: UserId; reopensAt: number }>[]): FraudCaseEvent => ({
  type: 'FraudCaseConfirmed',
  reason: 'a ring',
  mutes,
  confirmedBy: olga,
  confirmedAt: now,
});

const fold = (...events: readonly FraudCaseEvent[]): FraudCase => events.reduce(evolve, unopened);

const given = (...history: readonly FraudCaseEvent[]) => ({
  when: (command: FraudCaseCommand, actor: Actor = house) => {
    const decision = decide(command, fold(...history), { at: now, actor, user: { status: 'unknown' } });
    return {
      leadsTo(...events: readonly FraudCaseEvent[]) {
        expect(decision).toStrictEqual({ accepted: true, events });
        fold(...history, ...events);
      },
      isRefused: (rejection: FraudCaseRejection) => expect(decision).toStrictEqual({ accepted: false, rejection }),
    };
  },
});
const notGrown = { reason: 'FraudEvidenceNotGrown' } as const;

describe('opening a case', () => {
  it('takes one flagged auction, and not none', () => {
    given()
      .when(told(against(ann, 1)))
      .leadsTo(opened(against(ann, 1)));
    given()
      .when(told(against(ann, 0)))
      .isRefused(notGrown);
  });
  it('happens once for the same evidence', () =>
    given(opened(against(ann, 1), against(bob, 2)))
      .when(told(against(bob, 2), against(ann, 1)))
      .isRefused(notGrown));
  it('names only accounts with evidence', () =>
    given()
      .when(told(against(ann, 2), against(bob, 0)))
      .leadsTo(opened(against(ann, 2))));
  it('grows by one more auction of an account, or by one more account', () => {
    given(opened(against(ann, 1)))
      .when(told(against(ann, 2)))
      .leadsTo(grown(against(ann, 2)));
    given(opened(against(ann, 1)))
      .when(told(against(ann, 1), against(bob, 1)))
      .leadsTo(grown(against(bob, 1)));
  });
  it('does not shrink where a newer model sees less', () =>
    given(opened(against(ann, 3)))
      .when(told(against(ann, 2)))
      .isRefused(notGrown));
  it('names at most fifty accounts, and one at least', () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, i) =>
        against(userId(`01900009-0000-7000-8000-${String(i).padStart(12, '0')}`), 1),
      );
    given()
      .when(told(...many(CASE_ACCOUNTS_MAX)))
      .leadsTo(opened(...many(CASE_ACCOUNTS_MAX)));
    for (const accounts of [many(CASE_ACCOUNTS_MAX + 1), []])
      given()
        .when(told(...accounts))
        .isRefused({ reason: 'InvalidFraudCase', field: 'accounts', problem: 'must be 1 to 50' });
  });
  it('names each account once, and the seller of the case', () => {
    given()
      .when(told(against(ann, 1), against(ann, 2)))
      .isRefused({ reason: 'InvalidFraudCase', field: 'accounts', problem: 'must name each account once' });
    given(opened(against(ann, 1)))
      .when({ ...told(against(ann, 2)), sellerId: cid } as FraudCaseCommand)
      .isRefused({ reason: 'InvalidFraudCase', field: 'sellerId', problem: 'must be the seller of the case' });
  });
  it.each([operator, admin, person(sue, 'seller'), person(ann, 'bidder', 'analyst')])(
    'is the house’s alone',
    (actor) => {
      given()
        .when(told(against(ann, 1)), actor)
        .isRefused({ reason: 'NotAllowed' });
      given()
        .when(draw(against(ann, 0)), actor)
        .isRefused({ reason: 'NotAllowed' });
    },
  );
});

describe('a random sample', () => {
  it('needs no evidence, and is drawn once', () => {
    given()
      .when(draw(against(ann, 0)))
      .leadsTo(drawn(against(ann, 0)));
    given(drawn(against(ann, 0)))
      .when(draw(against(ann, 0)))
      .isRefused(notGrown);
    given(drawn(against(ann, 0)), dismissed({ bidderId: ann, reopensAt: 3 }))
      .when(draw(against(ann, 0)))
      .isRefused(notGrown);
  });
  it('is decided as a case is', () =>
    given(drawn(against(ann, 0)))
      .when(confirm(), operator)
      .leadsTo(confirmed({ bidderId: ann, reopensAt: 3 })));
});

describe('deciding a case', () => {
  const open = opened(against(ann, 2), against(bob, 1));
  const mutes = [
    { bidderId: ann, reopensAt: 2 + REOPENS_AFTER_AUCTIONS },
    { bidderId: bob, reopensAt: 1 + REOPENS_AFTER_AUCTIONS },
  ];
  it('dismisses or confirms it with a reason', () => {
    given(open)
      .when(dismiss(), operator)
      .leadsTo(dismissed(...mutes));
    given(open)
      .when(confirm(), operator)
      .leadsTo(confirmed(...mutes));
  });
  it('happens once', () => {
    for (const done of [dismissed(...mutes), confirmed(...mutes)])
      for (const again of [dismiss(), confirm(), assign])
        given(open, done).when(again, admin).isRefused({ reason: 'FraudCaseNotOpen' });
  });
  it.each([
    [1, true],
    [2_000, true],
    [0, false],
    [2_001, false],
  ])('takes a reason and a note of %i characters: %s', (length, isTaken) => {
    const text = 'x'.repeat(length);
    for (const command of [dismiss(text), confirm(text), note(text)]) {
      const decision = decide(command, fold(open), { at: now, actor: operator, user: { status: 'unknown' } });
      expect(decision.accepted).toBe(isTaken);
    }
  });
  it('mutes an account until it was flagged in three more auctions', () => {
    given(open, dismissed(...mutes))
      .when(told(against(ann, 4), against(bob, 3)))
      .isRefused(notGrown);
    given(open, dismissed(...mutes))
      .when(told(against(ann, 5), against(bob, 3)))
      .leadsTo(opened(against(ann, 5)));
    given(open, confirmed(...mutes))
      .when(told(against(ann, 2), against(bob, 4)))
      .leadsTo(opened(against(bob, 4)));
  });
  it('mutes nobody else', () =>
    given(open, dismissed(...mutes))
      .when(told(against(ann, 2), against(cid, 1)))
      .leadsTo(opened(against(cid, 1))));
  it('keeps the mute of an account that did not open the case again', () =>
    given(open, dismissed(...mutes), opened(against(bob, 4)))
      .when(dismiss(), operator)
      .leadsTo(dismissed({ bidderId: ann, reopensAt: 5 }, { bidderId: bob, reopensAt: 7 })));
});

describe('working on a case', () => {
  const open = opened(against(ann, 1));
  it('assigns it, and to somebody else later', () => {
    given(open).when(assign, operator).leadsTo(assigned);
    given(open, assigned).when(assign, operator).isRefused({ reason: 'FraudCaseAlreadyAssigned' });
    given(open, assigned)
      .when({ type: 'AssignFraudCase', caseId, assigneeId: ada }, admin)
      .leadsTo({ type: 'FraudCaseAssigned', assigneeId: ada, assignedBy: ada, assignedAt: now });
  });
  it('is nobody’s again once it opens again', () =>
    given(open, assigned, dismissed({ bidderId: ann, reopensAt: 4 }), opened(against(ann, 4)))
      .when(assign, operator)
      .leadsTo(assigned));
  it('takes notes before and after the decision', () => {
    given(open).when(note(), operator).leadsTo(noted);
    given(open, dismissed({ bidderId: ann, reopensAt: 4 }))
      .when(note(), operator)
      .leadsTo(noted);
  });
  it('knows no case that was never opened', () => {
    for (const command of [assign, note(), dismiss(), confirm()])
      given().when(command, operator).isRefused({ reason: 'FraudCaseUnknown' });
  });
  it.each([
    ['the seller', person(sue, 'seller')],
    ['an account of it', person(ann, 'bidder')],
    ['an analyst', person(cid, 'analyst')],
    ['the house', house],
    ['staff who are the seller', person(sue, 'operator', 'admin')],
    ['staff who are an account of it', person(ann, 'operator')],
  ])('is not for %s', (_, actor) => {
    for (const command of [assign, note(), dismiss(), confirm()])
      given(open).when(command, actor).isRefused({ reason: 'NotAllowed' });
  });
});

describe('what cannot follow', () => {
  it.each([
    ['an opening of an open case', [opened(against(ann, 1)), opened(against(ann, 2))]],
    ['evidence of no case', [grown(against(ann, 1))]],
    ['a decision about no case', [dismissed()]],
  ] as const)('%s', (_, events) => expect(() => fold(...events)).toThrow('broken invariant'));
});

// Evidence as it may be told: in any portions, again and again, late, and with decisions between.
const accounts = [ann, bob, cid] as const;
type Step =
  | Readonly<{ kind: 'told'; counts: readonly [number, number, number] }>
  | Readonly<{ kind: 'dismiss' | 'confirm' }>;
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ kind: fc.constant('told' as const), counts: fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)) }),
  fc.record({ kind: fc.constantFrom('dismiss' as const, 'confirm' as const) }),
);

function run(steps: readonly Step[]) {
  const events: FraudCaseEvent[] = [];
  for (const one of steps) {
    const command =
      one.kind === 'told'
        ? told(...accounts.map((id, i) => against(id, one.counts[i] ?? 0)))
        : one.kind === 'dismiss'
          ? dismiss()
          : confirm();
    const actor = one.kind === 'told' ? house : operator;
    const decision = decide(command, fold(...events), { at: now, actor, user: { status: 'unknown' } });
    if (decision.accepted) events.push(...decision.events);
  }
  return events;
}

describe('however the evidence is told', () => {
  it('telling everything a second time changes nothing', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const twice = steps.flatMap((one): readonly Step[] => (one.kind === 'told' ? [one, one] : [one]));
        expect(run(twice)).toEqual(run(steps));
      }),
    ));
  it('each opening has at least three more auctions of an account than the decision before, or a new account', () =>
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const decidedAt = new Map<UserId, number>();
        const known = new Map<UserId, number>();
        for (const event of run(steps)) {
          if (event.type === 'FraudCaseOpened')
            for (const { bidderId, flaggedAuctions } of event.accounts) {
              const before = decidedAt.get(bidderId);
              if (before !== undefined) expect(flaggedAuctions).toBeGreaterThanOrEqual(before + REOPENS_AFTER_AUCTIONS);
            }
          if (event.type === 'FraudCaseOpened' || event.type === 'FraudCaseEvidenceGrown')
            for (const { bidderId, flaggedAuctions } of event.accounts) {
              expect(flaggedAuctions).toBeGreaterThan(known.get(bidderId) ?? 0);
              known.set(bidderId, flaggedAuctions);
            }
          if (event.type === 'FraudCaseDismissed' || event.type === 'FraudCaseConfirmed')
            for (const [bidderId, count] of known) decidedAt.set(bidderId, count);
        }
      }),
    ));
});
