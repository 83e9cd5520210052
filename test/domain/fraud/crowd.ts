// A small auction by the real rules' facts: who bids what, and what the scorer says.
import type { BidPlaced } from '../../../src/domain/auction/auction.events.js';
import type { FraudEvent, FraudFact } from '../../../src/domain/fraud/fraud-facts.js';
import type { FraudModel } from '../../../src/domain/fraud/fraud-model.js';
import type { AuctionId, UserId } from '../../../src/domain/ids.js';

export const HOUR_MS = 3_600_000;
export const STEP = 100n;

export const person = (n: number): UserId => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}` as UserId;
export const auction = (n: number): AuctionId => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}` as AuctionId;

/** Every factor weighs one. */
export const EVEN: FraudModel = {
  version: 1,
  intercept: -3,
  weights: {
    concentration: 1,
    losingToSeller: 1,
    priceLift: 1,
    smallSteps: 1,
    earlyBidding: 1,
    limitFound: 1,
    shielding: 1,
    fewSellers: 1,
    sellerPressure: 1,
    unusualIncrement: 0,
    snipe: 0,
  },
};

/** One auction of a day, with a start at 1,000 and steps of 100. Proxy bidding is done here once more, as plainly as can be. */
export class Lot {
  private bids: { bidder: UserId; maximum: bigint; number: number }[] = [];
  private placed = 0;
  price = 1_000n;

  constructor(
    private readonly id: AuctionId,
    private readonly seller: UserId,
    private readonly category = 'Clocks',
  ) {}

  list(): FraudFact {
    return this.fact({
      type: 'AuctionListed',
      sellerId: this.seller,
      item: { title: 'A clock', description: '', category: this.category },
      terms: { format: 'english', startingPrice: 1_000n },
      opensAt: 0,
      closesAt: 24 * HOUR_MS,
      listedAt: 0,
      relistOf: null,
      relistings: 0,
      lot: null,
    });
  }

  /** The bid must be taken: it is at least a step above the price, unless it is the first. */
  bid(bidder: UserId, maximum: bigint, at = HOUR_MS): FraudFact {
    this.placed += 1;
    this.bids.push({ bidder, maximum, number: this.placed });
    const about = { bidType: 'manual', currency: 'EUR', userRevision: 0, bidNumber: this.placed, bidderId: bidder };
    return this.fact({ type: 'BidPlaced', ...about, maximum, placedAt: at, ...this.standing() });
  }

  retract(bidNumber: number, at: number): FraudFact {
    const bidderId = this.bids.find(({ number }) => number === bidNumber)?.bidder;
    this.bids = this.bids.filter(({ number }) => number !== bidNumber);
    const about = { bidNumber, bidderId, reason: 'TypingError', grantedBy: null, retractedAt: at };
    return this.fact({ type: 'BidRetracted', ...about, ...this.standing() });
  }

  sell(): FraudFact {
    return this.fact({ type: 'AuctionSold', buyerId: this.standing().leaderId, closedAt: 24 * HOUR_MS });
  }

  pass(): FraudFact {
    return this.fact({ type: 'AuctionPassed', closedAt: 24 * HOUR_MS });
  }

  cancel(): FraudFact {
    return this.fact({ type: 'AuctionCancelled', cancelledAt: 24 * HOUR_MS });
  }

  /** The least that is taken now. */
  get least(): bigint {
    return this.bids.length === 0 ? this.price : this.price + STEP;
  }

  get leader(): UserId | null {
    return this.standing().leaderId;
  }

  get hasBids(): boolean {
    return this.bids.length > 0;
  }

  /** The highest maximum, which nobody in the house is told. */
  get limit(): bigint {
    return this.bids.reduce((most, { maximum }) => (most > maximum ? most : maximum), 0n);
  }

  private standing(): Pick<BidPlaced, 'currentPrice' | 'leaderId' | 'minimumNextBid' | 'bidCount' | 'leadingBid'> {
    const best = new Map<UserId, { bidder: UserId; maximum: bigint; number: number }>();
    for (const bid of this.bids) if (bid.maximum > (best.get(bid.bidder)?.maximum ?? 0n)) best.set(bid.bidder, bid);
    const [first, second] = [...best.values()].sort((a, b) => Number(b.maximum - a.maximum) || a.number - b.number);
    const asked = second === undefined ? 1_000n : second.maximum + STEP;
    this.price = first === undefined || asked < first.maximum ? asked : first.maximum;
    return {
      currentPrice: this.price,
      leaderId: first?.bidder ?? null,
      leadingBid: first?.number ?? null,
      minimumNextBid: first === undefined ? this.price : this.price + STEP,
      bidCount: this.bids.length,
    };
  }

  // The scorer reads some fields of each event: a test names those.
  private fact(event: object): FraudFact {
    return { auctionId: this.id, event: event as FraudEvent };
  }
}
