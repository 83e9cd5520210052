// Payouts by two people, and the check digits of the accounts that they go to.
import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import { payoutRunId } from '../../../src/domain/ids.js';
import { isIban, plainIban } from '../../../src/domain/payout/iban.js';
import { PAYOUTS_MAX, type PayoutItem, type PayoutRunEvent } from '../../../src/domain/payout/payout-run.events.js';
import { decide, evolve, type PayoutRunCommand, unprepared } from '../../../src/domain/payout/payout-run.js';
import { ada, admin, at, clock, house, olga, operator, person, sue } from '../../support/auction-story.js';

const now = at('09:00:00');
const id = payoutRunId('01900009-0000-8000-8000-000000000001');
const item: PayoutItem = {
  auctionId: clock,
  transactionNumber: 1,
  sellerId: sue,
  amount: 9_00n,
  account: 'YWNjb3VudA==',
};
const items = (count: number): readonly PayoutItem[] =>
  Array.from({ length: count }, (_, n) => ({ ...item, transactionNumber: n + 1 }));
const prepare = (count = 2): PayoutRunCommand => ({ type: 'PreparePayoutRun', payoutRunId: id, items: items(count) });
const approve: PayoutRunCommand = { type: 'ApprovePayoutRun', payoutRunId: id };
const discard: PayoutRunCommand = { type: 'DiscardPayoutRun', payoutRunId: id };
const prepared: PayoutRunEvent = {
  type: 'PayoutRunPrepared',
  items: items(2),
  total: 18_00n,
  preparedBy: olga,
  preparedAt: now,
};
const approved: PayoutRunEvent = { type: 'PayoutRunApproved', approvedBy: ada, approvedAt: now };
const discarded = (discardedBy: typeof ada): PayoutRunEvent => ({
  type: 'PayoutRunDiscarded',
  discardedBy,
  discardedAt: now,
});

function judged(history: readonly PayoutRunEvent[], command: PayoutRunCommand, actor: Actor) {
  const run = history.reduce(evolve, unprepared);
  const decision = decide(command, run, { at: now, actor, user: { status: 'unknown' } });
  if (!decision.accepted) return decision.rejection.reason;
  [...history, ...decision.events].reduce(evolve, unprepared);
  return decision.events;
}

describe('a payout run', () => {
  it('is prepared by one of the staff and approved by another', () => {
    expect(judged([], prepare(), operator)).toEqual([prepared]);
    expect(judged([prepared], approve, operator)).toBe('PayoutRunNeedsAnother');
    expect(judged([prepared], approve, admin)).toEqual([approved]);
  });
  it('is discarded by whoever of the staff, and then never approved', () => {
    expect(judged([prepared], discard, operator)).toEqual([discarded(olga)]);
    expect(judged([prepared], discard, admin)).toEqual([discarded(ada)]);
    expect(judged([prepared, discarded(olga)], approve, admin)).toBe('PayoutRunNotOpen');
  });
  it('is decided once', () => {
    expect(judged([prepared], prepare(), operator)).toBe('PayoutRunAlreadyPrepared');
    for (const command of [approve, discard])
      expect(judged([prepared, approved], command, admin)).toBe('PayoutRunNotOpen');
    for (const command of [approve, discard]) expect(judged([], command, admin)).toBe('PayoutRunUnknown');
  });
  it('is nobody else’s, nor the house’s', () => {
    for (const actor of [house, person(sue, 'seller'), person(sue, 'analyst')])
      for (const command of [prepare(), approve, discard])
        expect(judged([prepared], command, actor)).toBe('NotAllowed');
  });
  it('has at least one sale, and no more than an event may hold', () => {
    expect(judged([], prepare(0), operator)).toBe('NothingToPayOut');
    expect(judged([], prepare(PAYOUTS_MAX + 1), operator)).toBe('NothingToPayOut');
    expect(judged([], prepare(1), operator)).toHaveLength(1);
    expect(judged([], prepare(PAYOUTS_MAX), operator)).toHaveLength(1);
  });
  it.each<[string, readonly PayoutRunEvent[]]>([
    ['prepared twice', [prepared, prepared]],
    ['approved before it is prepared', [approved]],
    ['approved twice', [prepared, approved, approved]],
  ])('that is %s throws', (_, events) =>
    expect(() => events.reduce(evolve, unprepared)).toThrow(/^broken invariant: /),
  );
});

// Examples of the registry of ISO 13616.
describe('an account number', () => {
  it.each([
    'DE89 3704 0044 0532 0130 00',
    'gb29 nwbk 6016 1331 9268 19',
    'NO93 8601 1117 947',
    'MT84 MALT 0110 0001 2345 MTLC AST0 01S',
  ])('%s fits', (text) => expect(isIban(plainIban(text))).toBe(true));
  it.each([
    'DE89370400440532013001',
    'DE98370400440532013000',
    'DE8937040044',
    '',
    'D1893704004405320130',
    'DE89370400440532013O00',
  ])('%s does not', (text) => expect(isIban(text)).toBe(false));
});
