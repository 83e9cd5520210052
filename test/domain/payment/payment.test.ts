// Which sales count a payment: each limit in pairs, the last claim granted and the first one refused.
import { describe, expect, it } from '@jest/globals';
import type { RecordPayment } from '../../../src/domain/auction/after-sale.commands.js';
import { auctionId } from '../../../src/domain/ids.js';
import {
  claimPayment,
  evolvePayment,
  type Payment,
  releaseShare,
  SHARES_MAX,
} from '../../../src/domain/payment/payment.js';
import { instant } from '../../../src/domain/time.js';

const at = instant(1_000);
const sale = (n: number) => auctionId(`01900001-0000-7000-8000-${String(n).padStart(12, '0')}`);
const pays = (
  n: number,
  amount: bigint,
  paymentTotal: bigint | null = null,
  more: Partial<RecordPayment> = {},
): RecordPayment => ({
  type: 'RecordPayment',
  auctionId: sale(n),
  transactionNumber: 1,
  channel: 'online',
  reference: 'bank-77',
  amount,
  paymentTotal,
  currency: 'USD',
  ...more,
});

/** The payment after these claims, all of which have to be granted. */
function claimed(...commands: readonly RecordPayment[]): Payment | null {
  let payment: Payment | null = null;
  for (const command of commands) {
    const claim = claimPayment(command, payment, at);
    if (claim.status !== 'granted') throw new Error(`the claim of ${command.auctionId} is ${claim.status}`);
    payment = evolvePayment(payment, claim.event);
  }
  return payment;
}

const statusOf = (command: RecordPayment, payment: Payment | null) => claimPayment(command, payment, at).status;

describe('a payment', () => {
  it('is for one sale alone where nothing else is said', () => {
    expect(statusOf(pays(2, 1n), claimed(pays(1, 10n)))).toBe('refused');
    expect(statusOf(pays(2, 1n, 10n), claimed(pays(1, 10n)))).toBe('refused');
  });
  it('is divided to its last cent, and no further', () => {
    const half = claimed(pays(1, 60n, 100n));
    expect(statusOf(pays(2, 40n, 100n), half)).toBe('granted');
    expect(claimPayment(pays(2, 41n, 100n), half, at)).toMatchObject({
      status: 'refused',
      rejection: {
        reason: 'PaymentUsed',
        usedFor: { auctionId: sale(1), transactionNumber: 1 },
        counted: 60n,
        paymentTotal: 100n,
      },
    });
  });
  it.each([
    ['total', pays(2, 40n, 101n)],
    ['currency', pays(2, 40n, 100n, { currency: 'EUR' })],
  ])('is of one %s', (_, other) => expect(statusOf(other, claimed(pays(1, 60n, 100n)))).toBe('refused'));
  it('is held by the sale that asks again, and granted to another transaction of the auction if there is enough', () => {
    const half = claimed(pays(1, 60n, 100n));
    expect(statusOf(pays(1, 60n, 100n), half)).toBe('held');
    expect(statusOf(pays(1, 40n, 100n, { transactionNumber: 2 }), half)).toBe('granted');
    expect(statusOf(pays(1, 41n, 100n, { transactionNumber: 2 }), half)).toBe('refused');
  });
  it('is free again, of any size, once nobody counts it', () => {
    const held = claimed(pays(1, 60n, 100n));
    const [share] = held?.shares ?? [];
    if (held === null || share === undefined) throw new Error('nobody counts it');
    const free = evolvePayment(held, releaseShare(share, held, at));
    expect(statusOf(pays(2, 70n), free)).toBe('granted');
  });
  it('has a limited number of parts', () => {
    const parts = Array.from({ length: SHARES_MAX }, (_, n) => pays(n + 1, 1n, 5_000n));
    expect(statusOf(pays(SHARES_MAX, 1n, 5_000n), claimed(...parts.slice(0, -1)))).toBe('granted');
    expect(statusOf(pays(SHARES_MAX + 1, 1n, 5_000n), claimed(...parts))).toBe('refused');
  });
  it('is corrupt where its parts do not add up', () => {
    const claim = claimPayment(pays(1, 60n, 100n), null, at);
    if (claim.status !== 'granted') throw new Error('not granted');
    expect(() => evolvePayment(null, { ...claim.event, counted: 61n })).toThrow('broken invariant');
    expect(() => evolvePayment(null, { ...claim.event, amount: 101n, counted: 101n })).toThrow('broken invariant');
  });
});
