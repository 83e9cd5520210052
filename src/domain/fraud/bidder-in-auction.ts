// What one bidder has done in one open auction, and what it measures.
import type { Instant } from '../time.js';
import type { BidCounts } from './histories.js';

/** The counts of one bidder in one auction. They only grow, but for what is taken back. */
export type BidderInAuction = {
  bids: number;
  /** By how much these bids raised the price while another led behind them: a sum of logarithms. */
  lift: number;
  /** Bids of hardly more than the least that would have been taken. */
  smallSteps: number;
  /** Of each bid the share of the auction's time that was left: a sum. */
  timeLeft: number;
  /** Bids in a row that did not take the lead, up to the last one. */
  probes: number;
  /** The probes have come to within two steps of the leader's maximum, and another leads. */
  hasFoundLimit: boolean;
  /** The largest leap of a maximum over the least bid, as a logarithm; what a shield is made of. Since when it stands. */
  overshoot: number;
  overshotAt: Instant;
  /** What the retraction of such a bid came to, from 0 to 1. */
  shielding: number;
};

export const noBids = (): BidderInAuction => ({
  bids: 0,
  lift: 0,
  smallSteps: 0,
  timeLeft: 0,
  probes: 0,
  hasFoundLimit: false,
  overshoot: 0,
  overshotAt: 0 as Instant,
  shielding: 0,
});

/** A bid as the scorer sees it. Amounts are in minor units, as numbers: a score needs no more than 53 bits of them. */
export type SeenBid = Readonly<{
  maximum: number;
  /** The least that this bid had to be. */
  minimum: number;
  /** The step to the next bid, after this one. */
  step: number;
  priceBefore: number;
  priceAfter: number;
  /** Whether the bidder leads after it. */
  leads: boolean;
  /** Whether the bidder led before it. */
  led: boolean;
  /** The maximum of the one who leads, if somebody else does. */
  leaderMaximum: number | null;
  at: Instant;
  opensAt: Instant;
  closesAt: Instant;
}>;

/** A probe within so many steps of the leader's maximum has found it. */
const FOUND_WITHIN_STEPS = 2;
/** One bid below the limit is chance; from the second in a row on it is a search. */
const PROBES_MIN = 2;

export function noteBid(of: BidderInAuction, bid: SeenBid): void {
  const { maximum, minimum, step, priceBefore, priceAfter, leads, led, leaderMaximum } = bid;
  of.bids += 1;
  of.timeLeft += shareLeft(bid);
  if (led) return;
  if (!leads) of.lift += Math.log(priceAfter / Math.max(1, priceBefore));
  if (maximum <= minimum + step) of.smallSteps += 1;
  of.probes = leads ? 0 : of.probes + 1;
  of.hasFoundLimit =
    leaderMaximum !== null && of.probes >= PROBES_MIN && leaderMaximum - maximum <= FOUND_WITHIN_STEPS * step;
  const leap = Math.log(maximum / Math.max(1, minimum));
  if (leap <= of.overshoot) return;
  of.overshoot = leap;
  of.overshotAt = bid.at;
}

/**
 * A bid of this bidder was taken back or voided at `at`. It was a shield if it was far above what was needed and stood long,
 * against the time it leaves others to answer. A typing error is noticed within minutes.
 */
export function noteTakenBack(of: BidderInAuction, closesAt: Instant, at: Instant): void {
  const [stood, left] = [Math.max(0, at - of.overshotAt), Math.max(1, closesAt - at)];
  const leap = 1 - Math.exp(-of.overshoot);
  of.shielding = Math.max(of.shielding, (leap * stood) / (stood + left));
}

/** A share of bids, as far as the measures of so few bids are believed. */
const shareOf = (sum: number, bids: number): number => (bids === 0 ? 0 : sum / (bids + 2));

// Who pushes for a seller does it in one auction after the other, so earlier auctions of the seller count.
export const smallStepsOf = ({ bids, smallSteps }: BidderInAuction, before: Readonly<BidCounts>): number =>
  shareOf(smallSteps + before.smallSteps, bids + before.bids);
export const earlyBiddingOf = ({ bids, timeLeft }: BidderInAuction, before: Readonly<BidCounts>): number =>
  shareOf(timeLeft + before.timeLeft, bids + before.bids);
export const priceLiftOf = ({ lift }: BidderInAuction): number => 1 - Math.exp(-lift);

const shareLeft = ({ at, opensAt, closesAt }: SeenBid): number =>
  closesAt <= opensAt ? 0 : Math.min(1, Math.max(0, (closesAt - at) / (closesAt - opensAt)));
