// Sealed auctions over random requests in random order, each answer compared with that of a slow model in both directions;
// and nothing that an event or a standing tells before the close depends on an amount.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Facts, NamedUser } from '../../../src/domain/actor.js';
import type { AuctionCommand } from '../../../src/domain/auction/auction.commands.js';
import type { AuctionEvent } from '../../../src/domain/auction/auction.events.js';
import { type Auction, decide, evolve, replay, standingOf } from '../../../src/domain/auction/auction.js';
import type { SealedTerms } from '../../../src/domain/auction/terms.js';
import { type Instant, instant } from '../../../src/domain/time.js';
import { publicFactOf } from '../../../src/feed/facts/public-facts.js';
import {
  ann,
  bidOf,
  bob,
  cid,
  clock,
  house,
  item,
  operator,
  person,
  sealedTerms,
  sue,
} from '../../support/auction-story.js';
import { recordedAs } from '../../support/recorded.js';
import { SealedModel } from './sealed-model.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const listedAt = instant(Date.UTC(2026, 0, 1));

const someTerms: fc.Arbitrary<SealedTerms> = fc
  .record({
    format: fc.constantFrom('sealed-first-price' as const, 'vickrey' as const),
    startingPrice: fc.integer({ min: 1, max: 20 }),
    reserveOver: fc.option(fc.integer({ min: 0, max: 12 })),
    retraction: fc.constantFrom('ebay' as const, 'ebay' as const, 'by-request' as const, 'never' as const),
  })
  .map(({ format, startingPrice, reserveOver, retraction }) => ({
    ...sealedTerms,
    retraction,
    format,
    startingPrice: BigInt(startingPrice),
    reservePrice: reserveOver === null ? null : BigInt(startingPrice + reserveOver),
  }));

const bidders = fc.constantFrom(ann, ann, bob, bob, cid, sue);
const statuses = fc.constantFrom<NamedUser['status']>(...Array<'active'>(12).fill('active'), 'suspended', 'unknown');
const requests = fc.oneof(
  {
    weight: 40,
    arbitrary: fc.record({
      kind: fc.constant('bid' as const),
      who: bidders,
      // Few amounts, so that they meet; aimed at the starting price, the reserve, and what others bid.
      over: fc.integer({ min: -2, max: 14 }),
      status: statuses,
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('retract' as const), who: bidders, number: fc.nat(14) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('retractOwn' as const), who: bidders }) },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constantFrom('ask' as const, 'ask' as const, 'grant' as const, 'refuse' as const, 'void' as const),
      who: bidders,
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('close' as const), stale: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('defer' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('buy' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('open' as const) }) },
);
const pauses = fc.constantFrom(0, 0, 1, 999, MINUTE_MS, 10 * MINUTE_MS, HOUR_MS, HOUR_MS + 1, 6 * HOUR_MS);
type Request = typeof requests extends fc.Arbitrary<infer R> ? R : never;

const sequences = fc.record({
  terms: someTerms,
  delayMs: fc.constantFrom(0, 0, MINUTE_MS),
  lastsMs: fc.constantFrom(3 * HOUR_MS, 20 * HOUR_MS, 50 * HOUR_MS),
  steps: fc.array(fc.tuple(pauses, requests), { minLength: 10, maxLength: 50, size: 'max' }),
});

const stories = (seen: Set<string>) =>
  fc.property(sequences, ({ terms, delayMs, lastsMs, steps }) => {
    const story = new Story(terms, delayMs, lastsMs);
    for (const [passMs, request] of steps) for (const outcome of story.step(passMs, request)) seen.add(outcome);
    story.finish();
  });

it('holds the rules of sealed auctions, whatever is asked in whatever order', () =>
  fc.assert(stories(new Set()), { numRuns: 200 }));

it('has been everywhere, or the property would hold for want of trying', () => {
  const seen = new Set<string>();
  fc.assert(stories(seen), { seed: 20_260_101, numRuns: 200 });
  expect([...seen].sort()).toEqual(
    [
      'AuctionAlreadyOpened',
      'AuctionNotOpen',
      'AuctionNotYetOpen',
      'AuctionOpened',
      'AuctionPassed',
      'AuctionSold',
      'BidAfterClose',
      'BidBelowMinimum',
      'BidNotLive',
      'BidUnchanged',
      'BidUnknown',
      'BidderSuspended',
      'BidderUnknown',
      'BuyNowNotOffered',
      'ClosingExtended',
      'InvoiceIssued',
      'NotDue',
      'RetractedBefore',
      'RetractionAlreadyRequested',
      'RetractionByRequest',
      'RetractionNotOffered',
      'RetractionNotRequested',
      'RetractionRefused',
      'RetractionRequested',
      'RetractionTooLate',
      'SealedBidPlaced',
      'SealedBidRetracted',
      'SealedBidVoided',
      'SellerCannotBid',
    ].sort(),
  );
});

it('tells everybody the same before the close, whatever the amounts were', () => {
  const bids = fc.array(
    fc.record({ who: fc.constantFrom(ann, bob, cid), amount: fc.bigInt({ min: 20n, max: 9_999n }) }),
  );
  const property = fc.property(bids, fc.bigInt({ min: 20n, max: 9_999n }), (asked, reservePrice) => {
    // One story with the amounts asked for, one with amounts that only ever rise by one.
    const told = [asked, asked.map(({ who }, i) => ({ who, amount: 20n + BigInt(i) }))].map((story) => {
      let auction: Auction = replay([listing({ ...sealedTerms, startingPrice: 20n, reservePrice }, 0, HOUR_MS)]);
      return story.map(({ who, amount }, i) => {
        const facts = { at: instant(listedAt + i), actor: person(who), user: active } as const;
        const decision = decide(bidOf(who, amount), auction, facts);
        // The same amount again is the bidder's own knowledge; a story without it is told by the next run.
        fc.pre(decision.accepted);
        return decision.events.map((event) => {
          auction = evolve(auction, event);
          if (auction.status !== 'sealed') throw new Error('it is sealed');
          return [publicFactOf(recordedAs(clock, i + 1, event)), standingOf(auction)];
        });
      });
    });
    expect(told[0]).toEqual(told[1]);
  });
  fc.assert(property, { numRuns: 100 });
});

const active: NamedUser = { status: 'active', revision: 0 };

function listing(terms: SealedTerms, delayMs: number, lastsMs: number): AuctionEvent {
  const opensAt = instant(listedAt + delayMs);
  const closesAt = instant(opensAt + lastsMs);
  const about = { auctionId: clock, sellerId: sue, item, terms, opensAt, closesAt };
  const facts = { at: listedAt, actor: person(sue, 'seller'), user: active };
  const decision = decide({ type: 'ListAuction', ...about }, replay([]), facts);
  if (!decision.accepted || decision.events[0] === undefined) throw new Error('the listing was refused');
  return decision.events[0];
}

/** One auction, told to the real rules and to the model at once. */
class Story {
  private now: number = listedAt;
  private auction: Auction;
  private readonly model: SealedModel;
  private readonly history: AuctionEvent[];

  constructor(terms: SealedTerms, delayMs: number, lastsMs: number) {
    this.history = [listing(terms, delayMs, lastsMs)];
    this.auction = replay(this.history);
    this.model = new SealedModel(sue, terms, listedAt + delayMs, listedAt + delayMs + lastsMs);
  }

  /** Lets time pass, asks, and checks the answer. Returns the events, or the reason of the refusal. */
  step(passMs: number, request: Request): readonly string[] {
    this.now += passMs;
    const { command, facts } = this.asked(request);
    const decision = decide(command, this.auction, facts);
    const expected = this.isRight(command, facts);
    if (expected !== null) expect([command, decision.accepted]).toEqual([command, expected]);
    if (!decision.accepted) return [decision.rejection.reason];
    for (const event of decision.events) this.note(event);
    return decision.events.map(({ type }) => type);
  }

  /** Every auction ends in one outcome, and the live state is that of its stream folded from the start. */
  finish(): void {
    this.now = Math.max(this.now, this.model.closesAt);
    if (!this.model.ended) this.step(0, { kind: 'close', stale: false });
    expect(this.model.ended).toBe(true);
    expect(replay(this.history)).toStrictEqual(this.auction);
    expect(this.history.filter(({ type }) => /^Auction(Sold|Passed)$/.test(type))).toHaveLength(1);
  }

  private asked(request: Request): Readonly<{ command: AuctionCommand; facts: Facts }> {
    const { model } = this;
    const at = this.now as Instant;
    const byHouse: Facts = { at, actor: house, user: { status: 'unknown' } };
    switch (request.kind) {
      case 'bid': {
        const { who, over, status } = request;
        const user: NamedUser = status === 'unknown' ? { status } : { status, revision: 3 };
        const amount = model.terms.startingPrice + BigInt(over);
        return { command: bidOf(who, amount), facts: { at, actor: person(who, 'bidder'), user } };
      }
      case 'retract':
        return this.retraction(request.who, request.number, at);
      case 'retractOwn':
        return this.retraction(request.who, this.liveOf(request.who), at);
      case 'ask': {
        const about = { auctionId: clock, bidderId: request.who, bidNumber: this.liveOf(request.who) } as const;
        const facts = { at, actor: person(request.who), user: active };
        return { command: { type: 'RequestRetraction', ...about, reason: 'TypingError' }, facts };
      }
      case 'grant':
      case 'refuse': {
        const about = { auctionId: clock, bidNumber: model.asked.at(-1) ?? this.liveOf(request.who) } as const;
        const refusal = { type: 'RefuseRetraction', ...about, reason: 'it was meant' } as const;
        const command = request.kind === 'grant' ? ({ type: 'GrantRetraction', ...about } as const) : refusal;
        return { command, facts: { at, actor: operator, user: active } };
      }
      case 'void': {
        const about = { auctionId: clock, bidNumber: this.liveOf(request.who), reason: 'a shill' } as const;
        return { command: { type: 'VoidBid', ...about }, facts: byHouse };
      }
      case 'close': {
        const closesAt = instant(model.closesAt - (request.stale ? 1 : 0));
        return { command: { type: 'CloseAuction', auctionId: clock, closesAt }, facts: byHouse };
      }
      case 'defer': {
        const about = { closesAt: instant(model.closesAt), recoveredAt: at, windowMs: MINUTE_MS };
        return { command: { type: 'DeferClosing', auctionId: clock, ...about }, facts: byHouse };
      }
      case 'buy':
        return {
          command: { type: 'BuyNow', auctionId: clock, bidderId: ann },
          facts: { at, actor: person(ann), user: active },
        };
      case 'open':
        return {
          command: { type: 'AnnounceOpening', auctionId: clock, opensAt: instant(model.opensAt) },
          facts: byHouse,
        };
    }
  }

  private liveOf(who: typeof ann): number {
    return this.model.live().find(({ bidderId }) => bidderId === who)?.bidNumber ?? 1;
  }

  private retraction(who: typeof ann, bidNumber: number, at: Instant) {
    const about = { auctionId: clock, bidderId: who, bidNumber, reason: 'TypingError' } as const;
    return {
      command: { type: 'RetractBid', ...about } as const,
      facts: { at, actor: person(who), user: active },
    };
  }

  /** The model's verdict; null for what it has no opinion on. */
  private isRight(command: AuctionCommand, { user, at }: Facts): boolean | null {
    const { model } = this;
    switch (command.type) {
      case 'PlaceBid':
        return model.takesBid(command.bidderId, user, command.amount, at);
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
      case 'BuyNow':
        return false;
      default:
        return null;
    }
  }

  private note(event: AuctionEvent): void {
    const { model } = this;
    const sale = model.sale();
    if (event.type === 'AuctionSold') {
      expect(event).toMatchObject(sale ?? { buyerId: 'nobody' });
      expect(event.hammerPrice).toBeGreaterThanOrEqual(model.terms.reservePrice ?? model.terms.startingPrice);
    }
    if (event.type === 'AuctionPassed')
      expect([sale, event.reason]).toEqual([null, model.live().length === 0 ? 'NoBids' : 'ReserveNotMet']);
    model.note(event);
    if (/^SealedBid/.test(event.type) && 'bidCount' in event) expect(event.bidCount).toBe(model.live().length);
    this.history.push(event);
    this.auction = evolve(this.auction, event);
  }
}
