// Issue 13, part 11: an unpaid or refunded sale can be relisted; not while a second chance is open, not when paid.
import { describe, expect, it } from '@jest/globals';
import type { AuctionEvent } from '../../src/domain/auction/auction.events.js';
import { decide, replay } from '../../src/domain/auction/auction.js';
import { later } from '../../src/domain/time.js';
import {
  again,
  ann,
  ask,
  at,
  bob,
  clock,
  close,
  given,
  house,
  listed,
  operator,
  person,
  place,
  played,
  relist,
  sue,
  terms,
} from '../support/auction-story.js';

const DAY_MS = 86_400_000;
const seller = person(sue, 'seller');
const number = { auctionId: clock, transactionNumber: 1 } as const;
// Ann wins alone at 10.00.
const alone = played(listed(), place(ann, 20_00n), close('12:00:00'));
const [due] = alone.flatMap((event) => (event.type === 'InvoiceIssued' ? [event] : []));
if (due === undefined) throw new Error('nobody was invoiced');
const dueAt = due.paymentDueAt;
const DUE_AT = '01-15T12:00:00';

/** The story so far and what these requests add to it; each has to be accepted. */
function following(
  history: readonly AuctionEvent[],
  ...asked: readonly ReturnType<typeof ask>[]
): readonly AuctionEvent[] {
  let events = [...history];
  for (const { command, facts } of asked) {
    const decision = decide(command, replay(events), facts);
    if (!decision.accepted) throw new Error(`${command.type}: ${decision.rejection.reason}`);
    events = [...events, ...decision.events];
  }
  return events;
}

const pay = (time: string, channel: 'online' | 'point-of-sale' = 'online') =>
  ask(
    {
      type: 'RecordPayment',
      ...number,
      channel,
      reference: 'card-1',
      amount: due.amountDue,
      paymentTotal: null,
      currency: 'USD',
    },
    operator,
    time,
  );
const overdue = ask({ type: 'DeclareOverdue', ...number, dueAt }, house, DUE_AT);
const refund = (time: string) =>
  ask({ type: 'RefundPayment', ...number, reference: 'back-1', reason: 'Returned', amount: null }, operator, time);
const settle = (time: string) => ask({ type: 'SettleTransaction', ...number, reference: 'bank-1' }, operator, time);
const relisting = (time: string, lapsedTransaction: number | null) => ({
  type: 'AuctionRelisted' as const,
  relistedAs: again,
  terms,
  opensAt: at(time),
  closesAt: at('01-20T12:00:00'),
  relistings: 1,
  lapsedTransaction,
  relistedAt: at(time),
});

describe('a sale that came to nothing', () => {
  it('is relisted from the instant at which it is overdue, not before', () => {
    given(...alone)
      .when(relist('01-15T11:59:59.999'))
      .thenRejected({ reason: 'AuctionNotPassed', status: 'sold' });
    given(...following(alone, overdue))
      .when(relist(DUE_AT))
      .then(relisting(DUE_AT, 1));
  });
  it('is relisted once it was refunded, not while it is paid', () => {
    const paid = following(alone, pay('13:00:00'));
    given(...paid)
      .when(relist('14:00:00'))
      .thenRejected({ reason: 'AuctionNotPassed', status: 'sold' });
    given(...following(paid, settle('14:00:00')))
      .when(relist('15:00:00'))
      .thenRejected({ reason: 'AuctionNotPassed', status: 'sold' });
    given(...following(paid, refund('14:00:00')))
      .when(relist('15:00:00'))
      .then(relisting('15:00:00', null));
  });
  it('is relisted once', () =>
    given(...following(alone, overdue, relist(DUE_AT)))
      .when(relist('01-16T12:00:00'))
      .thenRejected({ reason: 'AuctionAlreadyRelisted', relistedAs: again }));
  it('can no longer be paid once the item is up again, and could until then', () => {
    expect(() => following(alone, overdue, pay(DUE_AT))).not.toThrow();
    given(...following(alone, overdue, relist(DUE_AT)))
      .when(pay('01-16T12:00:00'))
      .thenRejected({ reason: 'TransactionNotPayable', paymentStatus: 'lapsed' });
  });
  it('is relisted within sixty days of the end of the time to pay, or of the refund', () => {
    const until = later(dueAt, 60 * DAY_MS);
    const closesAt = later(until, DAY_MS);
    const late = relist('03-16T12:00:00', { closesAt });
    expect(late.facts.at).toBe(until);
    given(...following(alone, overdue))
      .when(late)
      .then({ ...relisting('03-16T12:00:00', 1), closesAt });
    given(...following(alone, overdue))
      .when(relist('03-16T12:00:00.001', { closesAt }))
      .thenRejected({ reason: 'RelistingTooLate', relistableUntil: until });
  });
});

describe('a sale with an under-bidder', () => {
  const contested = played(listed(), place(bob, 20_00n), place(ann, 90_00n), close('12:00:00'));
  const unpaid = following(contested, overdue);
  const offer = ask({ type: 'OfferSecondChance', auctionId: clock, bidderId: bob, durationMs: DAY_MS }, seller, DUE_AT);
  const answer = (type: 'AcceptSecondChance' | 'DeclineSecondChance') =>
    ask({ type, auctionId: clock, bidderId: bob, offerNumber: 1 }, person(bob, 'bidder'), '01-15T13:00:00');
  it('is not relisted while the second chance is open, and is once it was declined', () => {
    given(...following(unpaid, offer))
      .when(relist('01-15T13:00:00'))
      .thenRejected({ reason: 'OfferPending', expiresAt: at('01-16T12:00:00') });
    given(...following(unpaid, offer, answer('DeclineSecondChance')))
      .when(relist('01-15T14:00:00'))
      .then(relisting('01-15T14:00:00', 1));
  });
  it('is not relisted once the second chance was taken', () =>
    given(...following(unpaid, offer, answer('AcceptSecondChance')))
      .when(relist('01-15T14:00:00'))
      .thenRejected({ reason: 'AuctionNotPassed', status: 'sold' }));
  it('offers no second chance any more once it was relisted', () =>
    given(...following(unpaid, relist(DUE_AT)))
      .when(offer)
      .thenRejected({ reason: 'SecondChanceNotOpen' }));
});
