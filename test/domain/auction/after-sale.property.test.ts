// Money after the hammer over random requests in random order: every event is booked in a ledger of the test's own, and at
// each step hammer + premium + tax = invoice, fee + payout = hammer less what the buyer had back, and nothing is paid from money that is not there.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AfterSaleCommand } from '../../../src/domain/auction/after-sale.commands.js';
import type { AuctionEvent } from '../../../src/domain/auction/auction.events.js';
import { type Auction, decide, evolve, replay } from '../../../src/domain/auction/auction.js';
import { DEFAULT_FEES } from '../../../src/domain/auction/house-defaults.js';
import { type FeeSchedule, type FeeTier, flatTax } from '../../../src/domain/fees/schedule.js';
import type { UserId } from '../../../src/domain/ids.js';
import { type Instant, later } from '../../../src/domain/time.js';
import {
  ann,
  bob,
  cid,
  clock,
  close,
  closesAt,
  house,
  listed,
  operator,
  person,
  place,
  played,
  sue,
} from '../../support/auction-story.js';

const DAY_MS = 86_400_000;
const rates = fc.integer({ min: 0, max: 10_000 });

const tiers: fc.Arbitrary<readonly FeeTier[]> = fc
  .tuple(
    fc.uniqueArray(fc.integer({ min: 1, max: 40_000 }), { maxLength: 3 }),
    fc.array(rates, { minLength: 4, maxLength: 4 }),
  )
  .map(([limits, [last = 0, ...others]]) => [
    ...limits.sort((a, b) => a - b).map((upTo, n) => ({ upTo: BigInt(upTo), rateBp: others[n] ?? 0 })),
    { upTo: null, rateBp: last },
  ]);
const someFees: fc.Arbitrary<FeeSchedule> = fc
  .record({ buyersPremium: tiers, platformFee: tiers, tax: rates.map(flatTax) })
  .map((some) => ({ ...DEFAULT_FEES, ...some }));

const references = fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f');
const transactions = fc.constantFrom(1, 1, 1, 2, 2, 3);
const channels = fc.constantFrom('online' as const, 'point-of-sale' as const);
const bidders = fc.constantFrom(ann, bob, cid);
const requests = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('pay' as const),
      number: transactions,
      reference: references,
      channel: channels,
      over: fc.constantFrom(0n, 0n, 0n, 0n, 1n, -1n),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fail' as const),
      number: transactions,
      reference: references,
      channel: channels,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({ kind: fc.constant('overdue' as const), number: transactions, byHouse: fc.boolean() }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('refund' as const),
      number: transactions,
      reference: references,
      // Of what is due, in thousandths; null for all that is left.
      part: fc.constantFrom(null, 0n, 1n, 333n, 500n, 1_000n, 1_001n),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('dispute' as const),
      number: transactions,
      reference: references,
      status: fc.constantFrom('open' as const, 'won' as const, 'lost' as const),
      part: fc.constantFrom(0n, 250n, 1_000n),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('settle' as const), number: transactions, reference: references }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('return' as const), number: transactions, reference: references }),
  },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('offer' as const), who: bidders }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('accept' as const, 'accept' as const, 'decline' as const),
      who: bidders,
      offer: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('expire' as const), offer: fc.integer({ min: 1, max: 3 }) }) },
);
type Request = typeof requests extends fc.Arbitrary<infer R> ? R : never;

const sequences = fc.record({
  fees: someFees,
  isReserveMet: fc.boolean(),
  steps: fc.array(fc.tuple(fc.constantFrom(0, 1, DAY_MS, DAY_MS, 4 * DAY_MS), requests), {
    minLength: 10,
    maxLength: 40,
    size: 'max',
  }),
});

/** The last bids: Cid leads, then Bob, then Ann. */
const BIDS: ReadonlyMap<UserId, bigint> = new Map([
  [ann, 100_00n],
  [bob, 200_00n],
  [cid, 300_00n],
]);

type Account = {
  due: bigint;
  payout: bigint;
  fee: bigint;
  hammer: bigint;
  in: bigint;
  out: bigint;
  back: bigint;
  disputes: Map<string, string>;
  lapsed: boolean;
};

class Story {
  private readonly history: AuctionEvent[];
  private readonly accounts: Account[] = [];
  private auction: Auction;
  private now: Instant = closesAt;
  private offerExpiresAt: Instant = closesAt;

  constructor(fees: FeeSchedule, isReserveMet: boolean) {
    const first = listed({ fees, reservePrice: isReserveMet ? null : 400_00n });
    const bids = [...BIDS].map(([who, amount]) => place(who, amount));
    this.history = [...played(first, ...bids, close('12:00:00'))];
    this.auction = replay(this.history);
    for (const event of this.history) this.book(event);
  }

  /** Asks, books what follows, and checks every sum. Returns what came of it. */
  step(passMs: number, request: Request): string {
    this.now = later(this.now, passMs);
    const [command, actor] = this.commandOf(request);
    const facts = { at: this.now, actor, user: { status: 'active', revision: 0 } } as const;
    const decision = decide(command, this.auction, facts);
    if (!decision.accepted) return decision.rejection.reason;
    for (const event of decision.events) {
      this.auction = evolve(this.auction, event);
      this.history.push(event);
      this.book(event);
    }
    // Whatever moved money counts once, however often it is told.
    if ('reference' in command) {
      const again = decide(command, this.auction, facts);
      expect(again).toMatchObject({ accepted: false, rejection: { reason: 'AlreadyRecorded' } });
    }
    return decision.events[0]?.type ?? 'nothing';
  }

  finish(): void {
    expect(replay(this.history)).toStrictEqual(this.auction);
    for (const { lapsed, in: into } of this.accounts.slice(0, -1)) expect([lapsed, into]).toEqual([true, 0n]);
  }

  private commandOf(request: Request): readonly [AfterSaleCommand, typeof house] {
    const about = { auctionId: clock };
    const account = 'number' in request ? this.accounts[request.number - 1] : undefined;
    const ofTransaction = { ...about, transactionNumber: 'number' in request ? request.number : 0 };
    switch (request.kind) {
      case 'pay': {
        const amount = (account?.due ?? 1n) + request.over;
        const { channel, reference } = request;
        return [
          { type: 'RecordPayment', ...ofTransaction, channel, reference, amount, paymentTotal: null, currency: 'USD' },
          operator,
        ];
      }
      case 'fail': {
        const { channel, reference } = request;
        return [{ type: 'RecordPaymentFailure', ...ofTransaction, channel, reference, reason: 'Declined' }, operator];
      }
      case 'overdue': {
        const invoice = this.history.findLast((event) => event.type === 'InvoiceIssued');
        const dueAt = request.byHouse && invoice?.type === 'InvoiceIssued' ? invoice.paymentDueAt : null;
        return [{ type: 'DeclareOverdue', ...ofTransaction, dueAt }, request.byHouse ? house : operator];
      }
      case 'refund':
        return [
          {
            type: 'RefundPayment',
            ...ofTransaction,
            reference: request.reference,
            reason: 'Returned',
            amount: request.part === null ? null : ((account?.due ?? 0n) * request.part) / 1_000n,
          },
          operator,
        ];
      case 'dispute': {
        const { reference, status } = request;
        const amount = ((account?.due ?? 0n) * request.part) / 1_000n;
        return [{ type: 'RecordDispute', ...ofTransaction, reference, status, amount }, operator];
      }
      case 'settle':
        return [{ type: 'SettleTransaction', ...ofTransaction, reference: request.reference }, operator];
      case 'return':
        return [{ type: 'RecordPayoutReturn', ...ofTransaction, reference: request.reference }, operator];
      case 'offer':
        return [
          { type: 'OfferSecondChance', ...about, bidderId: request.who, durationMs: 3 * DAY_MS },
          person(sue, 'seller'),
        ];
      case 'accept':
      case 'decline': {
        const type = request.kind === 'accept' ? 'AcceptSecondChance' : 'DeclineSecondChance';
        return [{ type, ...about, bidderId: request.who, offerNumber: request.offer }, person(request.who, 'bidder')];
      }
      case 'expire':
        return [
          { type: 'ExpireSecondChance', ...about, offerNumber: request.offer, expiresAt: this.offerExpiresAt },
          house,
        ];
    }
  }

  private book(event: AuctionEvent): void {
    switch (event.type) {
      case 'SecondChanceAccepted':
        expect(event.hammerPrice).toBe(BIDS.get(event.buyerId));
        if (event.lapsedTransaction !== null) this.account(event.lapsedTransaction).lapsed = true;
        this.open(event);
        return;
      case 'AuctionSold':
        this.open(event);
        return;
      case 'InvoiceIssued': {
        const { hammerPrice, buyersPremium, tax, amountDue, premiumSlices, transactionNumber } = event;
        expect(hammerPrice + buyersPremium + tax).toBe(amountDue);
        expect(premiumSlices.reduce((sum, { part }) => sum + part, 0n)).toBe(hammerPrice);
        expect(amountDue).toBe(this.account(transactionNumber).due);
        return;
      }
      case 'SecondChanceOffered':
        expect(event.offeredPrice).toBe(BIDS.get(event.bidderId));
        this.offerExpiresAt = event.expiresAt;
        return;
      case 'PaymentRecorded':
        this.move(event.transactionNumber, event.amount, 0n, event);
        return;
      case 'PaymentFailed':
      case 'PaymentOverdue':
        this.move(event.transactionNumber, 0n, 0n, event);
        return;
      case 'PaymentRefunded':
        this.move(event.transactionNumber, 0n, event.amount, event);
        this.account(event.transactionNumber).back += event.amount;
        expect(event.held === 0n).toBe(event.paymentStatus === 'refunded');
        return;
      case 'DisputeRecorded':
        this.move(event.transactionNumber, 0n, 0n, event);
        this.account(event.transactionNumber).disputes.set(event.reference, event.status);
        return;
      case 'TransactionSettled': {
        const { due, fee, hammer, back, payout, disputes } = this.account(event.transactionNumber);
        // What the buyer had back is taken off in proportion: so much of it that one unit more would be too much.
        const wanted = payout * (due - back);
        expect(event.payout * due <= wanted && (event.payout + 1n) * due > wanted).toBe(true);
        expect([event.platformFee, event.hammerPrice]).toEqual([fee, hammer]);
        expect([...disputes.values()]).not.toContain('open');
        this.move(event.transactionNumber, 0n, event.payout, event);
        expect(event.held).toBe(due - back - event.payout);
        return;
      }
      case 'PayoutReturned':
        this.move(event.transactionNumber, event.amount, 0n, event);
        return;
    }
  }

  private open(sale: Extract<AuctionEvent, { type: 'AuctionSold' | 'SecondChanceAccepted' }>): void {
    const { hammerPrice, buyersPremium, tax, amountDue, platformFee, sellerProceeds } = sale;
    expect(hammerPrice + buyersPremium + tax).toBe(amountDue);
    expect(platformFee + sellerProceeds).toBe(hammerPrice);
    const account = { due: amountDue, payout: sellerProceeds, fee: platformFee, hammer: hammerPrice };
    this.accounts.push({ ...account, in: 0n, out: 0n, back: 0n, disputes: new Map(), lapsed: false });
  }

  private move(
    number: number,
    into: bigint,
    out: bigint,
    told: Readonly<{ moneyIn: bigint; moneyOut: bigint; held: bigint }>,
  ): void {
    const account = this.account(number);
    expect([account.lapsed, number]).toEqual([false, this.accounts.length]);
    account.in += into;
    account.out += out;
    const { moneyIn, moneyOut, held } = told;
    expect({ moneyIn, moneyOut, held }).toEqual({
      moneyIn: account.in,
      moneyOut: account.out,
      held: account.in - account.out,
    });
    expect(held >= 0n).toBe(true);
  }

  private account(number: number): Account {
    const account = this.accounts[number - 1];
    if (account === undefined) throw new Error(`no transaction ${number}`);
    return account;
  }
}

const stories = (seen: Set<string>) =>
  fc.property(sequences, ({ fees, isReserveMet, steps }) => {
    const story = new Story(fees, isReserveMet);
    for (const [passMs, request] of steps) seen.add(story.step(passMs, request));
    story.finish();
  });

it('adds up whatever is asked in whatever order', () => fc.assert(stories(new Set()), { numRuns: 200 }));

it('has been everywhere, or the property would hold for want of trying', () => {
  const seen = new Set<string>();
  fc.assert(stories(seen), { seed: 20_260_101, numRuns: 400 });
  expect([...seen]).toEqual(
    expect.arrayContaining([
      'PaymentRecorded',
      'PaymentFailed',
      'PaymentOverdue',
      'PaymentRefunded',
      'DisputeRecorded',
      'RefundTooLarge',
      'PaymentDisputed',
      'TransactionSettled',
      'PayoutReturned',
      'SecondChanceOffered',
      'SecondChanceAccepted',
      'SecondChanceDeclined',
      'SecondChanceExpired',
      'AlreadyRecorded',
      'ReferenceUsed',
      'PaymentAmountWrong',
      'TransactionUnknown',
      'TransactionNotPayable',
      'TransactionNotRefundable',
      'TransactionNotSettleable',
      'PayoutNotMade',
      'OfferPending',
      'OfferExpired',
      'AlreadyOffered',
      'NotAnUnderBidder',
      'NotDue',
    ]),
  );
});
