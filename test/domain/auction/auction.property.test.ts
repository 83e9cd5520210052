// The invariants of one auction over random requests in random order. Each answer
// is compared with that of a slow model (auction-model.ts) in both directions: nothing wrong is taken, nothing right refused.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Actor, Facts, NamedUser } from '../../../src/domain/actor.js';
import type { AuctionCommand } from '../../../src/domain/auction/auction.commands.js';
import type { AuctionEvent, AuctionSold } from '../../../src/domain/auction/auction.events.js';
import { decide, evolve, type OpenAuction, replay } from '../../../src/domain/auction/auction.js';
import { DEFAULT_FEES, EBAY_INCREMENTS, TRADE_ME_INCREMENTS } from '../../../src/domain/auction/house-defaults.js';
import type { EnglishTerms } from '../../../src/domain/auction/terms.js';
import { flatTax } from '../../../src/domain/fees/schedule.js';
import type { UserId } from '../../../src/domain/ids.js';
import { type Instant, instant } from '../../../src/domain/time.js';
import { admin, ann, bidOf, bob, cid, clock, house, item, person, sue, terms } from '../../support/auction-story.js';
import { AuctionModel } from './auction-model.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const listedAt = instant(Date.UTC(2026, 0, 1));

const minor = (max: number) => fc.integer({ min: 1, max }).map(BigInt);

const tables = fc.constantFrom(
  EBAY_INCREMENTS,
  TRADE_ME_INCREMENTS,
  [{ below: null, step: 1n }],
  // Steps that shrink: the one case in which the rule alone would let a price fall.
  [
    { below: 20_00n, step: 10_00n },
    { below: 40_00n, step: 3_00n },
    { below: null, step: 1n },
  ],
);

const softCloses = fc.option(
  fc.record({
    windowMs: fc.constantFrom(1_000, MINUTE_MS, 5 * MINUTE_MS, 2 * HOUR_MS),
    extensionsMax: fc.option(fc.integer({ min: 0, max: 4 })),
    extensionTotalMaxMs: fc.option(fc.constantFrom(0, 1_500, 3 * MINUTE_MS, 3 * HOUR_MS)),
  }),
);

const fees = fc
  .record({
    premium: fc.nat(10_000),
    first: fc.nat(10_000),
    rest: fc.nat(10_000),
    edge: minor(50_00),
    tax: fc.nat(10_000),
  })
  .map(({ premium, first, rest, edge, tax }) => ({
    ...DEFAULT_FEES,
    buyersPremium: [{ upTo: null, rateBp: premium }],
    platformFee: [
      { upTo: edge, rateBp: first },
      { upTo: null, rateBp: rest },
    ],
    tax: flatTax(tax),
  }));

const someTerms: fc.Arbitrary<EnglishTerms> = fc
  .record({
    startingPrice: minor(30_00),
    reserveOver: fc.option(minor(60_00)),
    buyNowOver: fc.option(minor(60_00)),
    increments: tables,
    softClose: softCloses,
    retraction: fc.constantFrom('ebay', 'ebay', 'by-request', 'by-request', 'never'),
    fees: fc.oneof(fc.constant(DEFAULT_FEES), fees),
  })
  .map(({ startingPrice, reserveOver, buyNowOver, ...rest }) => {
    const reservePrice = reserveOver === null ? null : startingPrice + reserveOver - 1n;
    const buyNowPrice = buyNowOver === null ? null : (reservePrice ?? startingPrice) + buyNowOver - 1n;
    return { ...terms, ...rest, startingPrice, reservePrice, buyNowPrice };
  });

// Amounts are aimed at the limits of what stands, because amounts out of the blue seldom meet one.
type Aim = Readonly<{ at: 'minimum' | 'leader' | 'reserve' | 'nothing'; over: bigint }>;
const aims: fc.Arbitrary<Aim> = fc.record({
  at: fc.constantFrom('minimum', 'minimum', 'leader', 'reserve', 'nothing'),
  over: fc.oneof(fc.constantFrom(-1n, 0n, 1n), minor(40_00)),
});

const bidders = fc.constantFrom(ann, ann, bob, bob, cid, sue);
const statuses = fc.constantFrom<NamedUser['status']>(...Array<'active'>(12).fill('active'), 'suspended', 'unknown');
// Time passes in steps of all sizes, and now and then to just around the close.
const pauses = fc.oneof(
  {
    weight: 60,
    arbitrary: fc.record({
      passMs: fc.constantFrom(0, 0, 1, 999, 20_000, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, HOUR_MS + 1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ passMs: fc.constantFrom(6 * HOUR_MS, 13 * HOUR_MS) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      beforeCloseMs: fc.constantFrom(-1, 0, 1, 1_000, 30_000, MINUTE_MS, 5 * MINUTE_MS, 12 * HOUR_MS, 12 * HOUR_MS + 1),
    }),
  },
);
type Pause = Readonly<{ passMs: number } | { beforeCloseMs: number }>;

const requests = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({ kind: fc.constant('bid' as const), who: bidders, aim: aims, status: statuses }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('retract' as const),
      who: bidders,
      nth: fc.constantFrom(0, 0, 0, 1, 1, 2, 12),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('ask' as const, 'ask' as const, 'grant' as const, 'refuse' as const, 'void' as const),
      who: bidders,
      nth: fc.constantFrom(0, 0, 0, 1, 1, 2, 12),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('buy' as const), who: bidders, status: statuses }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), stale: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('defer' as const), windowMs: fc.constantFrom(1, MINUTE_MS, HOUR_MS) }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('cancel' as const, 'cancel' as const, 'withdraw' as const),
      allowed: fc.constantFrom(true, false, false),
    }),
  },
);
type Request = typeof requests extends fc.Arbitrary<infer R> ? R : never;

const sequences = fc.record({
  terms: someTerms,
  delayMs: fc.constantFrom(0, 0, 0, MINUTE_MS),
  lastsMs: fc.constantFrom(3 * HOUR_MS, 20 * HOUR_MS, 50 * HOUR_MS),
  steps: fc.array(fc.tuple(pauses as fc.Arbitrary<Pause>, requests), { minLength: 10, maxLength: 60, size: 'max' }),
});

/** Tells stories of random requests; `seen` takes the events they led to and the reasons of their refusals. */
const stories = (seen: Set<string>) =>
  fc.property(sequences, ({ terms, delayMs, lastsMs, steps }) => {
    const story = new Story(terms, delayMs, lastsMs);
    for (const [pause, request] of steps) for (const outcome of story.step(pause, request)) seen.add(outcome);
    story.finish();
  });

it('holds the invariants of one auction, whatever is asked in whatever order', () =>
  fc.assert(stories(new Set()), { numRuns: 150 }));

it('has been everywhere, or the property would hold for want of trying', () => {
  const seen = new Set<string>();
  fc.assert(stories(seen), { seed: 20_260_101, numRuns: 150 });
  expect([...seen].sort()).toEqual(
    [
      'AuctionCancelled',
      'AuctionHasBids',
      'AuctionNotOpen',
      'AuctionNotYetOpen',
      'AuctionPassed',
      'AuctionSold',
      'AuctionWithdrawn',
      'BidAfterClose',
      'BidAlreadyRetracted',
      'BidBelowMinimum',
      'BidNotAboveOwnMaximum',
      'BidOfAnother',
      'BidPlaced',
      'BidRetracted',
      'BidUnknown',
      'BidVoided',
      'BidderSuspended',
      'BidderUnknown',
      'BuyNowNotOffered',
      'BuyNowOver',
      'ClosingExtended',
      'InvoiceIssued',
      'NotAllowed',
      'NotDue',
      'RetractedBefore',
      'RetractionAlreadyRequested',
      'RetractionByRequest',
      'RetractionNotOffered',
      'RetractionNotRequested',
      'RetractionRefused',
      'RetractionRequested',
      'RetractionRequestedTooOften',
      'RetractionTooLate',
      'SellerCannotBid',
    ].sort(),
  );
});

/** One auction, told to the real rules and to the model at once. */
class Story {
  private now: number = listedAt;
  private auction;
  private readonly model: AuctionModel;
  private readonly history: AuctionEvent[];

  constructor(terms: EnglishTerms, delayMs: number, lastsMs: number) {
    const opensAt = instant(listedAt + delayMs);
    const closesAt = instant(opensAt + lastsMs);
    const command: AuctionCommand = {
      type: 'ListAuction',
      auctionId: clock,
      sellerId: sue,
      item,
      terms,
      opensAt,
      closesAt,
    };
    const decision = decide(command, replay([]), this.facts(person(sue, 'seller')));
    if (!decision.accepted) throw new Error(`the listing was refused: ${JSON.stringify(decision.rejection)}`);
    this.history = [...decision.events];
    this.auction = frozen(replay(this.history));
    this.model = new AuctionModel(sue, terms, opensAt, closesAt);
  }

  /** Lets time pass, asks, and checks the answer. Returns the events, or the reason of the refusal. */
  step(pause: Pause, request: Request): readonly string[] {
    const wanted = 'passMs' in pause ? this.now + pause.passMs : this.model.closesAt - pause.beforeCloseMs;
    this.now = Math.max(this.now, wanted);
    const { command, actor, user } = this.asked(request);
    const facts = this.facts(actor, user);
    const expected = this.isRight(command, facts);
    const decision = decide(command, this.auction, facts);
    expect(decide(command, this.auction, facts)).toStrictEqual(decision);
    expect({ command, at: this.now, accepted: decision.accepted }).toStrictEqual({
      command,
      at: this.now,
      accepted: expected,
    });
    if (!decision.accepted) return [decision.rejection.reason];
    this.check(decision.events);
    return decision.events.map(({ type }) => type);
  }

  /** Every auction ends in one outcome, and the live state is that of its stream folded from the start. */
  finish(): void {
    if (!this.model.ended) this.step({ beforeCloseMs: 0 }, { kind: 'close', stale: false });
    expect(this.model.ended).toBe(true);
    expect(replay(this.history)).toStrictEqual(this.auction);
    const ends = this.history.filter(({ type }) => /^Auction(Sold|Passed|Cancelled|Withdrawn)$/.test(type));
    expect(ends).toHaveLength(1);
    const last = this.history.at(-1);
    expect(ends[0]).toBe(last?.type === 'InvoiceIssued' ? this.history.at(-2) : last);
    expect(last?.type === 'InvoiceIssued').toBe(ends[0]?.type === 'AuctionSold');
  }

  private facts(actor: Actor, user: NamedUser = { status: 'active', revision: 0 }): Facts {
    return { at: this.now as Instant, actor, user };
  }

  private asked(request: Request): Readonly<{ command: AuctionCommand; actor: Actor; user?: NamedUser }> {
    const { model } = this;
    switch (request.kind) {
      case 'bid': {
        const command = bidOf(request.who, this.aimedAt(request.aim));
        return { command, actor: person(request.who, 'bidder'), user: named(request.status) };
      }
      case 'buy': {
        const command = { type: 'BuyNow', auctionId: clock, bidderId: request.who } as const;
        return { command, actor: person(request.who, 'bidder'), user: named(request.status) };
      }
      case 'retract': {
        const about = { auctionId: clock, bidderId: request.who, bidNumber: this.bidOf(request) } as const;
        return {
          command: { type: 'RetractBid', ...about, reason: 'TypingError' },
          actor: person(request.who, 'bidder'),
        };
      }
      case 'ask': {
        const about = { auctionId: clock, bidderId: request.who, bidNumber: this.bidOf(request) } as const;
        return {
          command: { type: 'RequestRetraction', ...about, reason: 'TypingError' },
          actor: person(request.who, 'bidder'),
        };
      }
      case 'grant':
      case 'refuse': {
        // Mostly what was asked last, be it answered or not.
        const about = { auctionId: clock, bidNumber: model.asked.at(-1) ?? this.bidOf(request) } as const;
        const refusal = { type: 'RefuseRetraction', ...about, reason: 'it was meant' } as const;
        return { command: request.kind === 'grant' ? { type: 'GrantRetraction', ...about } : refusal, actor: admin };
      }
      case 'void': {
        const about = { auctionId: clock, bidNumber: this.bidOf(request), reason: 'a shill' } as const;
        return { command: { type: 'VoidBid', ...about }, actor: house };
      }
      case 'close': {
        const closesAt = instant(model.closesAt - (request.stale ? 1 : 0));
        return { command: { type: 'CloseAuction', auctionId: clock, closesAt }, actor: house };
      }
      case 'defer': {
        const about = { auctionId: clock, closesAt: instant(model.closesAt), recoveredAt: instant(this.now) } as const;
        return { command: { type: 'DeferClosing', ...about, windowMs: request.windowMs }, actor: house };
      }
      case 'cancel':
      case 'withdraw': {
        // Mostly by somebody who may not, or no auction would live to its close.
        const type = request.kind === 'cancel' ? 'CancelAuction' : 'WithdrawAuction';
        return {
          command: { type, auctionId: clock, reason: 'broken' },
          actor: request.allowed ? admin : person(bob, 'bidder'),
        };
      }
    }
  }

  /** Mostly one of the bidder's own bids, whether it still counts or not; otherwise whatever has the number. */
  private bidOf({ who, nth }: Readonly<{ who: UserId; nth: number }>): number {
    const own = this.model.placed.filter(({ bidderId }) => bidderId === who);
    return own.at(-1 - nth)?.bidNumber ?? nth;
  }

  private aimedAt({ at, over }: Aim): bigint {
    const { model } = this;
    if (at === 'leader') return (model.ranking()[0]?.maximum ?? 0n) + over;
    if (at === 'reserve') return (model.terms.reservePrice ?? model.terms.startingPrice) + over;
    return at === 'minimum' ? model.minimum() + over : over;
  }

  /** The model's verdict. */
  private isRight(command: AuctionCommand, { actor, user, at }: Facts): boolean {
    const { model } = this;
    switch (command.type) {
      case 'PlaceBid':
        return model.takesBid(command.bidderId, user, command.amount, at);
      case 'BuyNow':
        return model.takesBuyNow(command.bidderId, user, at);
      case 'RetractBid':
        return model.takesRetraction(command.bidderId, command.bidNumber, at);
      case 'RequestRetraction':
        return model.takesRequest(command.bidderId, command.bidNumber, at);
      case 'GrantRetraction':
      case 'RefuseRetraction':
        return model.takesAnswer(command.bidNumber, at);
      case 'VoidBid':
        return model.takesVoiding(command.bidNumber, at);
      case 'CloseAuction':
        return !model.ended && at >= model.closesAt && command.closesAt === model.closesAt;
      case 'DeferClosing':
        return !model.ended && at > model.closesAt;
      case 'CancelAuction':
        return !model.ended && actor === admin && model.bids.length === 0;
      case 'WithdrawAuction':
        return !model.ended && actor === admin;
      default:
        return false;
    }
  }

  private check(events: readonly AuctionEvent[]): void {
    const [first, second] = events;
    const isBid = first?.type === 'BidPlaced' && second?.type !== 'AuctionSold';
    const isRemoval = first?.type === 'BidRetracted' || first?.type === 'BidVoided';
    const moved = isBid
      ? this.model.closeAfterBid(this.now)
      : isRemoval
        ? this.model.closeWithout(first.bidNumber, this.now)
        : null;
    expect(events.filter(({ type }) => type === 'ClosingExtended')).toHaveLength(
      moved !== null || events[0]?.type === 'ClosingExtended' ? 1 : 0,
    );
    const before = this.auction as OpenAuction;
    for (const event of events) {
      if (event.type === 'ClosingExtended' && event.cause === 'SoftClose') expect(event.closesAt).toBe(moved);
      if (event.type === 'AuctionSold') this.checkSale(event);
      if (event.type === 'AuctionPassed') expect(this.model.bids.length === 0 || !this.model.reserveMet()).toBe(true);
      this.model.note(event);
      this.history.push(event);
      this.auction = frozen(evolve(this.auction, event));
      if (event.type === 'BidRetracted' || event.type === 'BidVoided')
        expect(event).toMatchObject(this.model.standing());
      if (event.type === 'BidPlaced') this.checkBid(event, before);
    }
    this.checkClose();
  }

  private checkBid(event: Extract<AuctionEvent, { type: 'BidPlaced' }>, before: OpenAuction): void {
    expect(event.currentPrice).toBeGreaterThanOrEqual(before.currentPrice);
    // Bought now, the price is what the seller asks for that; everything else is as after any bid.
    const { buyNowPrice } = this.model.terms;
    const price = event.bidType === 'buy-now' ? buyNowPrice : this.model.price();
    expect(event).toMatchObject({ ...this.model.standing(), currentPrice: price, minimumNextBid: expect.anything() });
    if (event.bidType !== 'buy-now') expect(event.minimumNextBid).toBe(this.model.minimum());
    expect(this.model.ranking()[0]?.maximum).toBeGreaterThanOrEqual(event.currentPrice);
  }

  private checkSale(sale: AuctionSold): void {
    const { model } = this;
    expect(sale).toMatchObject({ buyerId: model.ranking()[0]?.bidderId, winningBid: model.ranking()[0]?.bidNumber });
    expect(sale.hammerPrice).toBe(sale.via === 'BuyNow' ? model.terms.buyNowPrice : model.price());
    expect(sale.hammerPrice).toBeGreaterThanOrEqual(model.terms.reservePrice ?? 0n);
    expect(sale.hammerPrice + sale.buyersPremium + sale.tax).toBe(sale.amountDue);
    expect(sale.platformFee + sale.sellerProceeds).toBe(sale.hammerPrice);
    for (const share of [sale.buyersPremium, sale.tax, sale.platformFee, sale.sellerProceeds])
      expect(share).toBeGreaterThanOrEqual(0n);
  }

  private checkClose(): void {
    const { extensionsMax, extensionTotalMaxMs } = this.model.terms.softClose ?? {
      extensionsMax: 0,
      extensionTotalMaxMs: 0,
    };
    const { extensions, extendedMs, closesAt } = this.auction as OpenAuction;
    expect(closesAt).toBe(this.model.closesAt);
    expect(extensions).toBeLessThanOrEqual(extensionsMax ?? Number.POSITIVE_INFINITY);
    expect(extendedMs).toBeLessThanOrEqual(extensionTotalMaxMs ?? Number.POSITIVE_INFINITY);
  }
}

const named = (status: NamedUser['status']): NamedUser => (status === 'unknown' ? { status } : { status, revision: 3 });

/** Freezes a state to its depths, so that whoever writes into one is found out. */
function frozen<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value))
    Object.values(Object.freeze(value)).forEach(frozen);
  return value;
}
