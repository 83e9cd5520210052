// Bids as clients would send them: each asks for more than the highest maximum so far, every fifth leaves room for its
// proxy, and every fiftieth comes too late and offers less than the minimum. Drawn from a seed, so that runs compare.
import type { CommandEnvelope } from '../src/bus/command-bus.js';
import type { Actor, Role } from '../src/domain/actor.js';
import { type AuctionId, commandId, type UserId } from '../src/domain/ids.js';
import type { Runtime } from '../src/runtime/runtime.js';

/** The auctions' starting price, in cents. */
export const STARTING_PRICE = 100_00;
/** The dearest step of the default increment table: a bid this much above the highest maximum is always enough. */
const STEP = 100_00;
const PROXY_EVERY = 5;
const TOO_LOW_EVERY = 50;

/** What one request of the plan asks, for whichever way it is sent. */
export type PlannedBid = Readonly<{ auction: AuctionId; bidder: UserId; cents: number; tooLow: boolean }>;

type Standing = { readonly auction: AuctionId; ceiling: number; leader: number };

export class BidPlan {
  private readonly standings: readonly Standing[];
  private drawn = 0;
  private seed = 1;

  /** Needs at least two bidders, for nobody outbids himself. `spread` makes an index of a fraction of 1, evenly unless given. */
  constructor(
    auctions: readonly AuctionId[],
    private readonly bidders: readonly UserId[],
    private readonly spread = (fraction: number): number => Math.floor(fraction * auctions.length),
  ) {
    this.standings = auctions.map((auction) => ({ auction, ceiling: 0, leader: -1 }));
  }

  /** The next bid. It is taken if the bids of an auction are judged in the order in which they were planned. */
  next(): PlannedBid {
    const standing = this.standings[this.spread(this.fraction())];
    if (standing === undefined) throw new RangeError('a plan without auctions has no bids');
    this.drawn += 1;
    const bidder = this.otherThan(standing.leader);
    const tooLow = this.drawn % TOO_LOW_EVERY === 0 && standing.ceiling > STARTING_PRICE;
    if (tooLow) return this.planned(standing, bidder, STARTING_PRICE, true);
    const steps = this.drawn % PROXY_EVERY === 0 ? PROXY_EVERY : 1;
    standing.ceiling = standing.ceiling === 0 ? STARTING_PRICE : standing.ceiling + steps * STEP;
    standing.leader = bidder;
    return this.planned(standing, bidder, standing.ceiling, false);
  }

  private planned({ auction }: Standing, bidder: number, cents: number, tooLow: boolean): PlannedBid {
    const who = this.bidders[bidder];
    if (who === undefined) throw new RangeError('a plan needs two bidders');
    return { auction, bidder: who, cents, tooLow };
  }

  private otherThan(leader: number): number {
    const drawn = this.draw(this.bidders.length);
    return drawn === leader ? (drawn + 1) % this.bidders.length : drawn;
  }

  /** A linear congruential generator (Numerical Recipes' constants): bids have to be spread, not unpredictable. */
  private fraction(): number {
    this.seed = (Math.imul(this.seed, 1664525) + 1013904223) >>> 0;
    return this.seed / 2 ** 32;
  }

  private draw(below: number): number {
    return Math.floor(this.fraction() * below);
  }
}

const BIDDER: readonly Role[] = ['bidder'];

/** A planned bid as a command for the bus, under a fresh id. */
export function envelopeOf({ auction, bidder, cents }: PlannedBid, runtime: Runtime): CommandEnvelope {
  const actor: Actor = { kind: 'user', userId: bidder, roles: BIDDER };
  return {
    command: {
      type: 'PlaceBid',
      auctionId: auction,
      bidderId: bidder,
      amount: BigInt(cents),
      currency: 'USD',
      channel: 'online',
    },
    commandId: commandId(runtime.uuid()),
    actor,
    correlationId: null,
  };
}
