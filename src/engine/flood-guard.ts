// Keeps one bidder's refused bids from filling an auction's refusals stream: beyond a number a minute, bids of that bidder
// in that auction are turned away unjudged for the rest of the minute, and one event counts them (DESIGN, Domain).
import type { AuctionId, UserId } from '../domain/ids.js';
import { type Instant, later } from '../domain/time.js';

const WINDOW_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/** Bids turned away in one finished minute. */
export type Flood = Readonly<{
  auctionId: AuctionId;
  bidderId: UserId;
  count: number;
  firstAt: Instant;
  lastAt: Instant;
}>;

type Tally = {
  auctionId: AuctionId;
  bidderId: UserId;
  since: Instant;
  refused: number;
  turnedAway: number;
  firstAt: Instant;
  lastAt: Instant;
};

export class FloodGuard {
  /** By bidder, then by auction. */
  private readonly tallies = new Map<UserId, Map<AuctionId, Tally>>();
  /** Tallies that have reached the limit: while there are none, as nearly always, nobody need be looked for. */
  private full = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;

  /** `refusalsMax`: refused bids of one bidder in one auction that are judged and recorded within a minute. */
  constructor(private readonly refusalsMax: number) {}

  /** Milliseconds for which this bidder's bids are to be turned away in this auction; 0 when they are to be judged. */
  waitMs(auctionId: AuctionId, bidderId: UserId, at: Instant): number {
    if (this.full === 0) return 0;
    const tally = this.tallies.get(bidderId)?.get(auctionId);
    if (tally === undefined || !this.isFull(tally)) return 0;
    return Math.max(0, later(tally.since, WINDOW_MS) - at);
  }

  /** Counts a bid that was judged and refused. */
  refused(auctionId: AuctionId, bidderId: UserId, at: Instant): void {
    const tallies = this.tallies.get(bidderId) ?? new Map<AuctionId, Tally>();
    this.tallies.set(bidderId, tallies);
    const tally = tallies.get(auctionId);
    if (tally !== undefined && at < later(tally.since, WINDOW_MS)) {
      if (!this.isFull(tally)) this.count(tally);
      return;
    }
    if (tally !== undefined && tally.turnedAway > 0) return;
    if (tally !== undefined) this.drop(tally);
    const begun = { auctionId, bidderId, since: at, refused: 0, turnedAway: 0, firstAt: at, lastAt: at };
    tallies.set(auctionId, begun);
    this.count(begun);
  }

  private isFull({ refused }: Tally): boolean {
    return refused >= this.refusalsMax;
  }

  private count(tally: Tally): void {
    tally.refused += 1;
    if (this.isFull(tally)) this.full += 1;
  }

  private drop(tally: Tally): void {
    if (this.isFull(tally)) this.full -= 1;
  }

  /** Counts a bid that was turned away. */
  turnedAway(auctionId: AuctionId, bidderId: UserId, at: Instant): void {
    const tally = this.tallies.get(bidderId)?.get(auctionId);
    if (tally === undefined) return;
    if (tally.turnedAway === 0) tally.firstAt = at;
    tally.turnedAway += 1;
    tally.lastAt = at;
  }

  /** Takes out the floods whose minute is over at `now`; with null, all of them. Quiet tallies are dropped on the way. */
  finished(now: Instant | null): readonly Flood[] {
    // Many are refused a bid or two in a minute: their tallies are gone through now and then, not with every batch.
    if (now !== null && Math.abs(now - this.lookedAt) < LOOK_EVERY_MS) return [];
    this.lookedAt = now ?? this.lookedAt;
    const floods: Flood[] = [];
    for (const [bidder, tallies] of this.tallies) {
      for (const tally of tallies.values()) {
        if (now !== null && now < later(tally.since, WINDOW_MS)) continue;
        const { auctionId, bidderId, turnedAway: count, firstAt, lastAt } = tally;
        tallies.delete(auctionId);
        this.drop(tally);
        if (count > 0) floods.push({ auctionId, bidderId, count, firstAt, lastAt });
      }
      if (tallies.size === 0) this.tallies.delete(bidder);
    }
    return floods;
  }
}
