// The scorer: facts in the journal's order in, a score for each accepted bid out. It changes nothing but itself, and nothing
// else depends on it: no score changes a bid, a user or an auction. From the same facts it makes the same scores, to the last
// bit. Each bid costs the same, however many there were before.
import type { BidPlaced, SealedBidPlaced } from '../auction/auction.events.js';
import type { AuctionId, UserId } from '../ids.js';
import type { Instant } from '../time.js';
import {
  type BidderInAuction,
  earlyBiddingOf,
  noBids,
  noteBid,
  noteTakenBack,
  priceLiftOf,
  smallStepsOf,
} from './bidder-in-auction.js';
import type { FraudEvent, FraudFact } from './fraud-facts.js';
import { type FraudModel, type Judgement, judge, type Measures } from './fraud-model.js';
import { HISTORY_LIMITS, Histories, type HistoriesSnapshot, type HistoryLimits } from './histories.js';

/** The score of one bid. A bid that is taken back is scored again under its number. */
export type BidScore = Readonly<{
  auctionId: AuctionId;
  bidNumber: number;
  bidderId: UserId;
  sellerId: UserId;
  /** Whether the bid was scored before: it is taken back now. */
  isAgain: boolean;
  measures: Measures;
  judgement: Judgement;
}>;

type OpenLot = {
  readonly sellerId: UserId;
  readonly category: string;
  readonly opensAt: Instant;
  closesAt: Instant;
  /** In minor units, as numbers. */
  price: number;
  minimum: number;
  leaderId: UserId | null;
  /** Null while it is not known: after a bid was taken back, until somebody takes the lead. */
  leaderMaximum: number | null;
  readonly bidders: Map<UserId, BidderInAuction>;
};

export type ScorerSnapshot = Readonly<{
  lots: readonly (readonly [
    AuctionId,
    Omit<OpenLot, 'bidders'> & Readonly<{ bidders: readonly (readonly [UserId, BidderInAuction])[] }>,
  ])[];
  histories: HistoriesSnapshot;
}>;

/** A price that rises by more than this in one bid is unusual (DESIGN, Domain). */
const UNUSUAL_RISE = 1.5;
/** A bid with less than this left is recorded as late. Wider than the minute of the bid type `snipe`, which is a rule's. */
const LATE_MS = 5 * 60_000;

export class FraudScorer {
  private readonly lots: Map<AuctionId, OpenLot>;
  private readonly histories: Histories;

  constructor(
    private readonly model: FraudModel,
    from: ScorerSnapshot | null = null,
    limits: HistoryLimits = HISTORY_LIMITS,
  ) {
    this.lots = new Map(from?.lots.map(([id, lot]) => [id, { ...lot, bidders: new Map(lot.bidders) }]));
    this.histories = new Histories(limits, from?.histories);
  }

  /** Takes the next fact in the journal's order. Returns a score for a bid that was placed or taken back, and null otherwise. */
  take({ auctionId, event }: FraudFact): BidScore | null {
    if (event.type === 'AuctionListed') {
      this.list(auctionId, event);
      return null;
    }
    const lot = this.lots.get(auctionId);
    return lot === undefined ? null : this.takeOf(auctionId, lot, event);
  }

  /** All it knows, to be handed to a new scorer. It shares objects with this one, so it is to be written away at once. */
  snapshot(): ScorerSnapshot {
    return {
      lots: [...this.lots].map(([id, lot]) => [id, { ...lot, bidders: [...lot.bidders] }]),
      histories: this.histories.snapshot(),
    };
  }

  private takeOf(auctionId: AuctionId, lot: OpenLot, event: Exclude<FraudEvent, { type: 'AuctionListed' }>) {
    switch (event.type) {
      case 'BidPlaced':
        return this.bid(auctionId, lot, event);
      case 'SealedBidPlaced':
        return this.sealedBid(auctionId, lot, event);
      case 'ClosingExtended':
        lot.closesAt = event.closesAt;
        return null;
      case 'BidRetracted':
      case 'BidVoided':
        stands(lot, event);
        lot.leaderMaximum = null;
        return this.takenBack(auctionId, lot, event, event.type === 'BidVoided' ? event.voidedAt : event.retractedAt);
      case 'SealedBidRetracted':
        return this.takenBack(auctionId, lot, event, event.retractedAt);
      case 'SealedBidVoided':
        return this.takenBack(auctionId, lot, event, event.voidedAt);
      case 'AuctionSold':
        return this.end(auctionId, lot, (bidderId) => (bidderId === event.buyerId ? 'won' : 'lost'));
      case 'AuctionPassed':
        return this.end(auctionId, lot, () => 'passed');
      case 'AuctionCancelled':
      case 'AuctionWithdrawn':
        this.lots.delete(auctionId);
        return null;
    }
  }

  private list(auctionId: AuctionId, event: Extract<FraudEvent, { type: 'AuctionListed' }>): void {
    const { sellerId, item, opensAt, closesAt, terms } = event;
    const { category } = item;
    this.histories.listed(sellerId, category);
    const price = Number(terms.startingPrice);
    const lot = { sellerId, category, opensAt, closesAt, price, minimum: price, leaderId: null, leaderMaximum: null };
    this.lots.set(auctionId, { ...lot, bidders: new Map() });
  }

  private bid(auctionId: AuctionId, lot: OpenLot, event: BidPlaced): BidScore {
    const { bidderId, bidNumber, placedAt: at } = event;
    const [maximum, priceAfter] = [Number(event.maximum), Number(event.currentPrice)];
    const { price: priceBefore, minimum, opensAt, closesAt } = lot;
    const [led, leads] = [lot.leaderId === bidderId, event.leaderId === bidderId];
    if (leads) lot.leaderMaximum = maximum;
    stands(lot, event);
    const step = lot.minimum - priceAfter;
    const leaderMaximum = leads ? null : lot.leaderMaximum;
    const own = bidderOf(lot, bidderId);
    noteBid(own, { maximum, minimum, step, priceBefore, priceAfter, leads, led, leaderMaximum, at, opensAt, closesAt });
    const signals = {
      unusualIncrement: bidNumber > 1 && priceAfter > UNUSUAL_RISE * priceBefore ? 1 : 0,
      snipe: closesAt - at < LATE_MS ? 1 : 0,
    };
    return this.scored(auctionId, lot, { bidderId, bidNumber, isAgain: false }, own, signals);
  }

  /** Of a sealed bid nobody knows how it stands to the others, so only the time and the people count. */
  private sealedBid(auctionId: AuctionId, lot: OpenLot, event: SealedBidPlaced): BidScore {
    const { bidderId, bidNumber, placedAt: at } = event;
    const own = bidderOf(lot, bidderId);
    own.bids += 1;
    return this.scored(auctionId, lot, { bidderId, bidNumber, isAgain: false }, own, {
      unusualIncrement: 0,
      snipe: lot.closesAt - at < LATE_MS ? 1 : 0,
    });
  }

  private takenBack(
    auctionId: AuctionId,
    lot: OpenLot,
    { bidderId, bidNumber }: Readonly<{ bidderId: UserId; bidNumber: number }>,
    at: Instant,
  ): BidScore {
    const own = bidderOf(lot, bidderId);
    noteTakenBack(own, lot.closesAt, at);
    return this.scored(auctionId, lot, { bidderId, bidNumber, isAgain: true }, own, { unusualIncrement: 0, snipe: 0 });
  }

  private scored(
    auctionId: AuctionId,
    { sellerId, category }: OpenLot,
    bid: Readonly<{ bidderId: UserId; bidNumber: number; isAgain: boolean }>,
    own: BidderInAuction,
    signals: Pick<Measures, 'unusualIncrement' | 'snipe'>,
  ): BidScore {
    const { histories } = this;
    const { bidderId } = bid;
    const before = histories.bidsTo(sellerId, bidderId);
    const smallSteps = smallStepsOf(own, before);
    const measures: Measures = {
      concentration: histories.concentration(sellerId, bidderId, category),
      losingToSeller: histories.losingTo(sellerId, bidderId, category),
      priceLift: priceLiftOf(own),
      smallSteps,
      earlyBidding: earlyBiddingOf(own, before),
      limitFound: limitFoundOf(own, histories.limitsFound(sellerId, bidderId)),
      shielding: own.shielding,
      fewSellers: histories.fewSellers(bidderId),
      sellerPressure: histories.pressureOf(sellerId, bidderId, smallSteps),
      ...signals,
    };
    return { auctionId, sellerId, ...bid, measures, judgement: judge(measures, this.model) };
  }

  private end(auctionId: AuctionId, lot: OpenLot, howFor: (bidderId: UserId) => 'won' | 'lost' | 'passed'): null {
    const { sellerId, category } = lot;
    for (const [bidderId, own] of lot.bidders) {
      const ending = { sellerId, bidderId, how: howFor(bidderId), foundLimit: own.hasFoundLimit, counts: own };
      this.histories.ended(ending, category);
    }
    this.histories.auctionEnded(sellerId);
    this.lots.delete(auctionId);
    return null;
  }
}

function bidderOf({ bidders }: OpenLot, bidderId: UserId): BidderInAuction {
  const there = bidders.get(bidderId);
  if (there !== undefined) return there;
  const made = noBids();
  bidders.set(bidderId, made);
  return made;
}

function stands(lot: OpenLot, event: Pick<BidPlaced, 'currentPrice' | 'minimumNextBid' | 'leaderId'>): void {
  lot.price = Number(event.currentPrice);
  lot.minimum = Number(event.minimumNextBid);
  lot.leaderId = event.leaderId;
}

/** A limit found now counts by how often it was found with this seller before; found before only, it counts half. */
const limitFoundOf = ({ hasFoundLimit }: BidderInAuction, before: number): number =>
  hasFoundLimit ? 1 - 2 ** -(before + 1) : (1 - 2 ** -before) / 2;
