// What follows on the hammer: each limit in pairs, the last value refused and the first one taken.
import { describe, expect, it } from '@jest/globals';
import type { Actor } from '../../../src/domain/actor.js';
import type { AfterSaleCommand } from '../../../src/domain/auction/after-sale.commands.js';
import { DEFAULT_FEES } from '../../../src/domain/auction/house-defaults.js';
import { invoiceFor } from '../../../src/domain/fees/charges.js';
import { NO_POSITIONS } from '../../../src/domain/fees/tax-position.js';
import { slicesOf } from '../../../src/domain/fees/tiers.js';
import {
  admin,
  ann,
  ask,
  at,
  bob,
  cid,
  clock,
  close,
  given,
  house,
  linesOf,
  listed,
  operator,
  person,
  place,
  played,
  sue,
} from '../../support/auction-story.js';

// Cid wins at 202.50, one increment above Bob's 200.00; Bob and Ann are the under-bidders.
const sold = played(listed(), place(ann, 100_00n), place(bob, 200_00n), place(cid, 300_00n), close('12:00:00'));
const passed = played(listed({ reservePrice: 900_00n }), place(ann, 100_00n), place(bob, 200_00n), close('12:00:00'));
const DUE_AT = '01-15T12:00:00';

const money = (command: AfterSaleCommand, time = '13:00:00', actor: Actor = operator) => ask(command, actor, time);
const number = { auctionId: clock, transactionNumber: 1 } as const;
// 202.50 and 20 % premium, and 25 % tax on both.
const DUE = 303_75n;
const pay = (amount = DUE, reference = 'till-1') =>
  ({
    type: 'RecordPayment',
    ...number,
    channel: 'point-of-sale',
    reference,
    amount,
    paymentTotal: null,
    currency: 'USD',
  }) as const;
const overdue = (dueAt: string | null) =>
  ({ type: 'DeclareOverdue', ...number, dueAt: dueAt === null ? null : at(dueAt) }) as const;
const settle = { type: 'SettleTransaction', ...number, reference: 'bank-1' } as const;
const refund = { type: 'RefundPayment', ...number, reference: 'back-1', reason: 'Returned', amount: null } as const;
const part = (amount: bigint, reference = 'back-2') => ({ ...refund, amount, reference });
const dispute = (status: 'open' | 'won' | 'lost', amount = DUE) =>
  ({ type: 'RecordDispute', ...number, reference: 'dp-1', status, amount }) as const;
const payoutReturn = { type: 'RecordPayoutReturn', ...number, reference: 'bank-2' } as const;
const offer = (bidderId = bob, durationMs = 86_400_000) =>
  ({ type: 'OfferSecondChance', auctionId: clock, bidderId, durationMs }) as const;
const answer = (type: 'AcceptSecondChance' | 'DeclineSecondChance', bidderId = bob) =>
  ({ type, auctionId: clock, bidderId, offerNumber: 1 }) as const;
const seller = person(sue, 'seller');
const bobHimself = person(bob, 'bidder');

const paid = {
  type: 'PaymentRecorded',
  transactionNumber: 1,
  buyerId: cid,
  channel: 'point-of-sale',
  reference: 'till-1',
  amount: DUE,
  paymentTotal: DUE,
  currency: 'USD',
  recordedBy: operator.kind === 'user' ? operator.userId : null,
  paidAt: at('13:00:00'),
  paymentStatus: 'paid',
  moneyIn: DUE,
  moneyOut: 0n,
  held: DUE,
} as const;
const tooLate = {
  type: 'PaymentOverdue',
  transactionNumber: 1,
  cause: 'TermOver',
  declaredBy: null,
  overdueAt: at(DUE_AT),
  paymentStatus: 'overdue',
  moneyIn: 0n,
  moneyOut: 0n,
  held: 0n,
} as const;
const offered = {
  type: 'SecondChanceOffered',
  offerNumber: 1,
  cause: 'WinnerDidNotPay',
  bidderId: bob,
  bidNumber: 2,
  offeredPrice: 200_00n,
  currency: 'USD',
  offeredBy: sue,
  expiresAt: at('01-17T12:00:00'),
  offeredAt: at('01-16T12:00:00'),
} as const;
const unpaid = [...sold, tooLate];
const onOffer = [...unpaid, offered];

describe('a payment', () => {
  it('is taken at exactly the amount due, at a till as well', () =>
    given(...sold)
      .when(money(pay()))
      .then(paid));
  it('is refused one cent short of it', () =>
    given(...sold)
      .when(money(pay(DUE - 1n)))
      .thenRejected({ reason: 'PaymentAmountWrong', amountDue: DUE }));
  it('is refused one cent over it', () =>
    given(...sold)
      .when(money(pay(DUE + 1n)))
      .thenRejected({ reason: 'PaymentAmountWrong', amountDue: DUE }));
  it('counts once', () =>
    given(...sold, paid)
      .when(money(pay(), '14:00:00'))
      .thenRejected({ reason: 'AlreadyRecorded', recordedAt: at('13:00:00') }));
  it('is awaited once', () =>
    given(...sold, paid)
      .when(money(pay(DUE, 'till-2')))
      .thenRejected({ reason: 'TransactionNotPayable', paymentStatus: 'paid' }));
  it('may come late', () =>
    given(...unpaid)
      .when(money(pay(), '01-16T13:00:00'))
      .then({ ...paid, paidAt: at('01-16T13:00:00') }));
  it('is refused while the item is on offer to somebody else', () =>
    given(...onOffer)
      .when(money(pay(), '01-16T13:00:00'))
      .thenRejected({ reason: 'OfferPending', expiresAt: at('01-17T12:00:00') }));
  it('is not a buyer’s to record, nor a seller’s, nor the house’s', () => {
    for (const actor of [person(cid, 'bidder'), seller, house])
      given(...sold)
        .when(money(pay(), '13:00:00', actor))
        .thenRejected({ reason: 'NotAllowed' });
  });
  it('is an admin’s to record', () =>
    given(...sold)
      .when(money(pay(), '13:00:00', admin))
      .then({ ...paid, recordedBy: admin.kind === 'user' ? admin.userId : null }));
  it('takes a reference of a hundred characters, and no longer one', () => {
    const reference = 'r'.repeat(100);
    given(...sold)
      .when(money(pay(DUE, reference)))
      .then({ ...paid, reference });
    given(...sold)
      .when(money(pay(DUE, `${reference}r`)))
      .thenRejected({ reason: 'InvalidPayment', field: 'reference', problem: 'must have 1 to 100 characters' });
  });
});

describe('the time to pay', () => {
  it('is over at the very instant that the invoice names', () =>
    given(...sold)
      .when(money(overdue(DUE_AT), DUE_AT, house))
      .then(tooLate));
  it('is not over a millisecond before', () =>
    given(...sold)
      .when(money(overdue(DUE_AT), '01-15T11:59:59.999', house))
      .thenRejected({ reason: 'NotDue', closesAt: at(DUE_AT) }));
});

describe('a settlement', () => {
  const settled = {
    type: 'TransactionSettled',
    transactionNumber: 1,
    sellerId: sue,
    reference: 'bank-1',
    hammerPrice: 202_50n,
    platformFee: 20_25n,
    payout: 182_25n,
    currency: 'USD',
    settledBy: operator.kind === 'user' ? operator.userId : null,
    settledAt: at('13:00:00'),
    paymentStatus: 'settled',
    moneyIn: DUE,
    moneyOut: 182_25n,
    held: 121_50n,
  } as const;
  it('pays the seller the hammer price less the fee', () =>
    given(...sold, paid)
      .when(money(settle))
      .then(settled));
  it('waits for the payment', () =>
    given(...sold)
      .when(money(settle))
      .thenRejected({ reason: 'TransactionNotSettleable', paymentStatus: 'due' }));
  it('bars a refund until the seller has returned the payout', () => {
    given(...sold, paid, settled)
      .when(money(refund))
      .thenRejected({ reason: 'TransactionNotRefundable', paymentStatus: 'settled' });
    const history = played(
      listed(),
      place(ann, 100_00n),
      place(bob, 200_00n),
      place(cid, 300_00n),
      close('12:00:00'),
      money(pay()),
      money(settle),
      money(payoutReturn),
      money(refund),
    );
    expect(history.at(-1)).toMatchObject({
      type: 'PaymentRefunded',
      amount: DUE,
      paymentStatus: 'refunded',
      moneyIn: DUE + 182_25n,
      moneyOut: DUE + 182_25n,
      held: 0n,
    });
  });
});

const bidding = [listed(), place(ann, 100_00n), place(bob, 200_00n), place(cid, 300_00n), close('12:00:00')] as const;
const paidStory = (...commands: readonly AfterSaleCommand[]) =>
  played(...bidding, ...commands.map((one) => money(one)));

describe('a part refund', () => {
  it('leaves the rest paid', () =>
    expect(paidStory(pay(), part(3_75n)).at(-1)).toMatchObject({
      type: 'PaymentRefunded',
      reference: 'back-2',
      amount: 3_75n,
      paymentStatus: 'paid',
      held: 300_00n,
    }));
  it.each([
    [DUE - 1n, 'paid'],
    [DUE, 'refunded'],
  ] as const)('of %s makes it %s', (amount, paymentStatus) =>
    expect(paidStory(pay(), part(amount)).at(-1)).toMatchObject({ amount, paymentStatus, held: DUE - amount }),
  );
  it('is of no more than was paid, and of more than nothing', () => {
    given(...paidStory(pay()))
      .when(money(part(DUE + 1n)))
      .thenRejected({ reason: 'RefundTooLarge', refundable: DUE });
    given(...paidStory(pay(), part(100_00n)))
      .when(money(part(203_76n, 'back-3')))
      .thenRejected({ reason: 'RefundTooLarge', refundable: 203_75n });
    for (const amount of [0n, -1n])
      given(...paidStory(pay()))
        .when(money(part(amount)))
        .thenRejected({ reason: 'InvalidPayment', field: 'amount', problem: 'must be more than nothing' });
  });
  it('is followed by one of all the rest', () =>
    expect(paidStory(pay(), part(100_00n), refund).at(-1)).toMatchObject({
      amount: 203_75n,
      paymentStatus: 'refunded',
      held: 0n,
    }));
  it('counts once by its reference, which belongs to it', () => {
    given(...paidStory(pay(), part(100_00n)))
      .when(money(part(100_00n)))
      .thenRejected({ reason: 'AlreadyRecorded', recordedAt: at('13:00:00') });
    given(...paidStory(pay(), part(100_00n)))
      .when(money(part(100_01n)))
      .thenRejected({ reason: 'ReferenceUsed' });
  });
  it('lowers the payout in the same proportion, rounded down', () => {
    // Of 303.75 are left 151.88: 182.25 * 151.88 / 303.75 = 91.128.
    const settled = paidStory(pay(), part(151_87n), settle).at(-1);
    expect(settled).toMatchObject({ type: 'TransactionSettled', payout: 91_12n, held: 60_76n });
    // The seller gave it back, the buyer had another part back, and the seller is paid again.
    const again = paidStory(pay(), part(151_87n), settle, payoutReturn, part(100_00n, 'back-3'), {
      ...settle,
      reference: 'bank-3',
    });
    expect(again.at(-1)).toMatchObject({ type: 'TransactionSettled', payout: 31_12n, held: 20_76n });
  });
  it('waits until the seller has returned the payout', () =>
    given(...paidStory(pay(), settle))
      .when(money(part(1n)))
      .thenRejected({ reason: 'TransactionNotRefundable', paymentStatus: 'settled' }));
});

describe('a dispute', () => {
  it('holds the payout while it is open, and no longer once it is won', () => {
    given(...paidStory(pay(), dispute('open')))
      .when(money(settle))
      .thenRejected({ reason: 'PaymentDisputed' });
    expect(paidStory(pay(), dispute('open'), dispute('won'), settle).at(-1)).toMatchObject({ payout: 182_25n });
  });
  it('gives the amount back when it is lost', () => {
    const [told, back] = paidStory(pay(), dispute('open', 100_00n), dispute('lost', 100_00n)).slice(-2);
    expect(told).toMatchObject({ type: 'DisputeRecorded', status: 'lost', held: DUE });
    expect(back).toMatchObject({
      type: 'PaymentRefunded',
      reference: 'dp-1',
      reason: 'Chargeback',
      amount: 100_00n,
      paymentStatus: 'paid',
    });
    expect(paidStory(pay(), dispute('lost')).at(-1)).toMatchObject({ paymentStatus: 'refunded', held: 0n });
  });
  it('that is told twice, or whose opening comes behind its end, changes nothing', () => {
    for (const status of ['open', 'won', 'lost'] as const) {
      const history = paidStory(pay(), dispute('open'), ...(status === 'open' ? [] : [dispute(status)]));
      for (const again of ['open', status] as const)
        given(...history)
          .when(money(dispute(again)))
          .thenRejected({ reason: 'AlreadyRecorded', recordedAt: at('13:00:00') });
    }
    given(...paidStory(pay(), dispute('won')))
      .when(money(dispute('lost')))
      .thenRejected({ reason: 'ReferenceUsed' });
    given(...paidStory(pay(), dispute('open')))
      .when(money(dispute('lost', DUE - 1n)))
      .thenRejected({ reason: 'ReferenceUsed' });
  });
  it('sets its amount apart from refunds', () => {
    const disputed = paidStory(pay(), dispute('open', 100_00n));
    given(...disputed)
      .when(money(part(203_76n)))
      .thenRejected({ reason: 'RefundTooLarge', refundable: 203_75n });
    expect(paidStory(pay(), dispute('open', 100_00n), refund).at(-1)).toMatchObject({
      amount: 203_75n,
      paymentStatus: 'paid',
    });
    given(...paidStory(pay(), part(1n)))
      .when(money(dispute('open')))
      .thenRejected({ reason: 'RefundTooLarge', refundable: DUE - 1n });
  });
  it('that is lost after the payout gives the amount back once the seller has returned it', () => {
    const lost = paidStory(pay(), settle, dispute('open', 100_00n), dispute('lost', 100_00n));
    expect(lost.at(-1)).toMatchObject({ type: 'DisputeRecorded', paymentStatus: 'settled', held: 121_50n });
    const [returned, back] = paidStory(pay(), settle, dispute('lost', 100_00n), payoutReturn).slice(-2);
    expect(returned).toMatchObject({ type: 'PayoutReturned', amount: 182_25n, held: DUE });
    expect(back).toMatchObject({
      type: 'PaymentRefunded',
      reference: 'dp-1',
      amount: 100_00n,
      paymentStatus: 'paid',
      held: 203_75n,
    });
  });
  it('is of a payment that was made', () =>
    given(...sold)
      .when(money(dispute('open')))
      .thenRejected({ reason: 'TransactionNotRefundable', paymentStatus: 'due' }));
  it('has a name that no movement of money has', () => {
    given(...paidStory(pay()))
      .when(money({ ...dispute('open'), reference: 'till-1' }))
      .thenRejected({ reason: 'ReferenceUsed' });
    given(...paidStory(pay(), dispute('open', 1n)))
      .when(money(part(1n, 'dp-1')))
      .thenRejected({ reason: 'ReferenceUsed' });
  });
});

describe('a second chance', () => {
  it('is offered at the under-bidder’s own last bid', () =>
    given(...unpaid)
      .when(ask(offer(), seller, '01-16T12:00:00'))
      .then(offered));
  it('is offered where the reserve was not met', () =>
    given(...passed)
      .when(ask(offer(), seller, '01-16T12:00:00'))
      .then({ ...offered, cause: 'ReserveNotMet' }));
  it('is not offered while the winner may still pay', () =>
    given(...sold)
      .when(ask(offer(), seller, '13:00:00'))
      .thenRejected({ reason: 'SecondChanceNotOpen' }));
  it('lasts a minute at the least and 14 days at the most', () => {
    const refused = { reason: 'InvalidOffer', field: 'durationMs', problem: 'must be a minute to 14 days' } as const;
    for (const durationMs of [59_999, 14 * 86_400_000 + 1, 60_000.5])
      given(...unpaid)
        .when(ask(offer(bob, durationMs), seller, '01-16T12:00:00'))
        .thenRejected(refused);
    given(...unpaid)
      .when(ask(offer(bob, 60_000), seller, '01-16T12:00:00'))
      .then({ ...offered, expiresAt: at('01-16T12:01:00') });
    given(...unpaid)
      .when(ask(offer(bob, 14 * 86_400_000), seller, '01-16T12:00:00'))
      .then({ ...offered, expiresAt: at('01-30T12:00:00') });
  });
  it('is offered until 60 days after the close, and ends then', () => {
    const until = at('03-09T12:00:00');
    given(...unpaid)
      .when(ask(offer(), seller, '03-09T12:00:00'))
      .thenRejected({ reason: 'SecondChanceOver', until });
    const offeredAt = at('03-09T11:59:59.999');
    given(...unpaid)
      .when(ask(offer(), seller, '03-09T11:59:59.999'))
      .then({ ...offered, offeredAt, expiresAt: until });
  });
  it('is for under-bidders, not for the winner', () => {
    given(...unpaid)
      .when(ask(offer(cid), seller, '01-16T12:00:00'))
      .thenRejected({ reason: 'NotAnUnderBidder' });
    given(...unpaid)
      .when(ask(offer(ann), seller, '01-16T12:00:00'))
      .then({ ...offered, bidderId: ann, bidNumber: 1, offeredPrice: 100_00n });
  });
  it('is offered to one at a time', () =>
    given(...onOffer)
      .when(ask(offer(ann), seller, '01-16T13:00:00'))
      .thenRejected({ reason: 'OfferPending', expiresAt: at('01-17T12:00:00') }));
  it('is not another bidder’s to answer, nor the seller’s', () => {
    given(...onOffer)
      .when(ask(answer('AcceptSecondChance', ann), person(ann, 'bidder'), '01-16T13:00:00'))
      .thenRejected({ reason: 'OfferOfAnother' });
    given(...onOffer)
      .when(ask(answer('AcceptSecondChance'), seller, '01-16T13:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
  });
  it('is taken until a millisecond before its end, and makes an invoice', () => {
    const acceptedAt = at('01-17T11:59:59.999');
    const sums = { hammerPrice: 200_00n, buyersPremium: 40_00n, tax: 60_00n, amountDue: 300_00n } as const;
    const sellers = { platformFee: 20_00n, sellerProceeds: 180_00n };
    const lines = linesOf({ ...sums, ...sellers });
    given(...onOffer)
      .when(ask(answer('AcceptSecondChance'), bobHimself, '01-17T11:59:59.999'))
      .then(
        {
          type: 'SecondChanceAccepted',
          offerNumber: 1,
          transactionNumber: 2,
          buyerId: bob,
          winningBid: 2,
          currency: 'USD',
          ...sums,
          ...sellers,
          lines,
          lapsedTransaction: 1,
          taxPositions: NO_POSITIONS,
          acceptedAt,
        },
        {
          type: 'InvoiceIssued',
          transactionNumber: 2,
          buyerId: bob,
          currency: 'USD',
          ...sums,
          premiumSlices: [{ part: 200_00n, rateBp: 2_000 }],
          taxScheme: 'flat',
          lines: lines.slice(0, 2),
          schedule: 'house',
          scheduleVersion: 1,
          paymentDueAt: at('01-24T11:59:59.999'),
          issuedAt: acceptedAt,
        },
      );
  });
  it('is over at its end, for the bidder and by the house', () => {
    const expiresAt = at('01-17T12:00:00');
    const expire = { type: 'ExpireSecondChance', auctionId: clock, offerNumber: 1, expiresAt } as const;
    given(...onOffer)
      .when(ask(answer('AcceptSecondChance'), bobHimself, '01-17T12:00:00'))
      .thenRejected({ reason: 'OfferExpired', expiresAt });
    given(...onOffer)
      .when(ask(expire, house, '01-17T11:59:59.999'))
      .thenRejected({ reason: 'NotDue', closesAt: expiresAt });
    given(...onOffer)
      .when(ask(expire, house, '01-17T12:00:00'))
      .then({ type: 'SecondChanceExpired', offerNumber: 1, bidderId: bob, expiredAt: expiresAt });
    given(...onOffer)
      .when(ask(expire, operator, '01-17T12:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
  });
  it('may be declined, and the next under-bidder asked', () => {
    const declined = {
      type: 'SecondChanceDeclined',
      offerNumber: 1,
      bidderId: bob,
      declinedAt: at('01-16T13:00:00'),
    } as const;
    given(...onOffer)
      .when(ask(answer('DeclineSecondChance'), bobHimself, '01-16T13:00:00'))
      .then(declined);
    given(...onOffer, declined)
      .when(ask(offer(), seller, '01-16T14:00:00'))
      .thenRejected({ reason: 'AlreadyOffered' });
    given(...onOffer, declined)
      .when(ask(offer(ann), seller, '01-16T12:00:00'))
      .then({ ...offered, offerNumber: 2, bidderId: ann, bidNumber: 1, offeredPrice: 100_00n });
  });
});

it('cuts a premium at its tiers’ limits, and rounds the sum once', () => {
  const tiers = [
    { upTo: 100_00n, rateBp: 1_500 },
    { upTo: null, rateBp: 1_000 },
  ];
  expect(slicesOf(100_00n, tiers)).toEqual([{ part: 100_00n, rateBp: 1_500 }]);
  expect(slicesOf(100_01n, tiers)).toEqual([
    { part: 100_00n, rateBp: 1_500 },
    { part: 1n, rateBp: 1_000 },
  ]);
  expect(invoiceFor(100_04n, { ...DEFAULT_FEES, buyersPremium: tiers, platformFee: tiers }).buyersPremium).toBe(15_00n);
  expect(invoiceFor(100_05n, { ...DEFAULT_FEES, buyersPremium: tiers, platformFee: tiers }).buyersPremium).toBe(15_01n);
});
