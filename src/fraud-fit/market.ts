// A synthetic market as the scorer sees it: a plan of the generator, judged by the house's own rules, as facts in their order.
import type { Facts } from '../domain/actor.js';
import type { AuctionCommand } from '../domain/auction/auction.commands.js';
import { decide, evolve, unlisted } from '../domain/auction/auction.js';
import type { Auction } from '../domain/auction/auction.state.js';
import { DEFAULT_FEES, DEFAULT_SOFT_CLOSE, EBAY_INCREMENTS } from '../domain/auction/house-defaults.js';
import { type FraudFact, isFraudEvent } from '../domain/fraud/fraud-facts.js';
import { auctionId, type UserId, userId } from '../domain/ids.js';
import { type Instant, instant, later } from '../domain/time.js';
import { makePlan } from '../generator/draw-plan.js';
import type { Mark, Plan, PlannedAuction } from '../generator/plan.js';

/** What a market is like. About a tenth of its auctions are worked by frauds: far more than in life, so that each pattern is there. */
const SHAPE = { users: 12_500, items: 3_000, bids: 42_000, profile: 'observed', fraudPercent: 12 } as const;
const DAY_MS = 86_400_000;
/** Auctions begin one after the other over so long. */
const SPAN_MS = 120 * DAY_MS;
const START = instant(Date.UTC(2026, 0, 1));

export type Market = Readonly<{
  plan: Plan;
  /** In the order of the journal. */
  facts: readonly FraudFact[];
  /** Who plays what; everybody else is honest. */
  marks: ReadonlyMap<UserId, Mark>;
  /** Pairs of auction and bidder that carry a mark, as `auction bidder`. Camouflage is no fraud. */
  marked: ReadonlyMap<string, Mark>;
  closes: ReadonlyMap<string, Instant>;
}>;

/** The plan of a market. */
export const marketPlan = (seed: number): Plan => makePlan({ ...SHAPE, seed: `fraud market ${seed}` });

/** The market of this seed, the same each time. */
export function marketOf(seed: number): Market {
  const plan = marketPlan(seed);
  const timed: Readonly<{ fact: FraudFact; at: Instant; order: number }>[] = [];
  const closes = new Map<string, Instant>();
  const [marks, marked] = [new Map<UserId, Mark>(), new Map<string, Mark>()];
  for (const [i, auction] of plan.auctions.entries()) {
    const startsAt = later(START, Math.floor((i * SPAN_MS) / plan.auctions.length));
    for (const [fact, at] of factsOf(plan, auction, startsAt)) timed.push({ fact, at, order: timed.length });
    closes.set(auction.auctionId, timed.at(-1)?.at ?? startsAt);
    for (const { bidder, mark } of auction.moves) {
      if (mark === null) continue;
      marks.set(personOf(plan, bidder), mark);
      if (mark.role !== 'camouflage') marked.set(`${auction.auctionId} ${personOf(plan, bidder)}`, mark);
    }
  }
  const facts = timed.sort((a, b) => a.at - b.at || a.order - b.order).map(({ fact }) => fact);
  return { plan, facts, marks, marked, closes };
}

function factsOf(plan: Plan, auction: PlannedAuction, startsAt: Instant): readonly (readonly [FraudFact, Instant])[] {
  const id = auctionId(auction.auctionId);
  const facts: (readonly [FraudFact, Instant])[] = [];
  let state: Auction = unlisted;
  const does = (command: AuctionCommand, actor: Facts['actor'], at: Instant): number | null => {
    const decision = decide(command, state, { at, actor, user: { status: 'active', revision: 0 } });
    if (!decision.accepted)
      throw new Error(`broken invariant: the rules refuse ${command.type}: ${decision.rejection.reason}`);
    for (const event of decision.events) {
      state = evolve(state, event);
      if (isFraudEvent(event)) facts.push([{ auctionId: id, event }, at]);
    }
    const [first] = decision.events;
    return first?.type === 'BidPlaced' ? first.bidNumber : null;
  };
  const user = (number: number): Facts['actor'] => ({
    kind: 'user',
    userId: personOf(plan, number),
    roles: ['bidder', 'seller'],
  });
  const closesAt = later(startsAt, auction.lengthMs);
  does(listing(plan, auction, closesAt), user(auction.seller), startsAt);
  const numbers = new Map<number, number>();
  for (const move of auction.moves) {
    const at = later(closesAt, -move.beforeCloseMs);
    const bidderId = personOf(plan, move.bidder);
    if (move.kind === 'retraction') {
      const bidNumber = numbers.get(move.of) ?? 0;
      does({ type: 'RetractBid', auctionId: id, bidderId, bidNumber, reason: 'TypingError' }, user(move.bidder), at);
      continue;
    }
    const { amount } = move;
    const bid = { type: 'PlaceBid', auctionId: id, bidderId, amount, currency: 'USD', channel: 'online' } as const;
    numbers.set(move.entry, does(bid, user(move.bidder), at) ?? 0);
  }
  const end = openClose(state);
  does({ type: 'CloseAuction', auctionId: id, closesAt: end }, { kind: 'house' }, end);
  return facts;
}

function listing(plan: Plan, auction: PlannedAuction, closesAt: Instant): AuctionCommand {
  const { startingPrice, reservePrice, title, description, category, retraction } = auction;
  const prices = { startingPrice, reservePrice, buyNowPrice: null };
  const softClose = auction.softClose ? DEFAULT_SOFT_CLOSE : null;
  return {
    type: 'ListAuction',
    auctionId: auctionId(auction.auctionId),
    sellerId: personOf(plan, auction.seller),
    item: { title, description, category },
    terms: {
      format: 'english',
      currency: 'USD',
      ...prices,
      increments: EBAY_INCREMENTS,
      softClose,
      retraction,
      fees: DEFAULT_FEES,
    },
    opensAt: null,
    closesAt,
  };
}

function openClose(state: Auction): Instant {
  if (state.status !== 'open') throw new Error(`broken invariant: the auction is ${state.status}`);
  return state.closesAt;
}

const personOf = ({ people }: Plan, number: number): UserId => userId(people[number]?.userId ?? '');
