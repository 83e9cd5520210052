// Shills among recorded bids. Some auctions of one kind get a seller in common, whose friends raise the price by the smallest
// step while it is low. Real bids that no longer suffice are refused by the house, as they would have been.
import type { UserId } from '../src/domain/ids.js';
import type { Minor } from '../src/domain/money.js';
import { later } from '../src/domain/time.js';
import { Contest } from '../src/generator/contest.js';
import { Random } from '../src/generator/random.js';
import { OperatorError } from '../src/runtime/operator-error.js';
import { inFileOrder, type PastAuction, type PastBid, pastBidderId, pastSellerId } from './past-auction.js';

export type Planted = Readonly<{ auctions: readonly PastAuction[]; shills: ReadonlySet<UserId> }>;

/** Accounts of each group: alone, or a ring. */
const GROUPS = [1, 1, 1, 1, 3, 3] as const;
const AUCTIONS_A_GROUP = 10;
/** Fewer bids leave nothing to raise. */
const BIDS_MIN = 5;
/** Friends of the seller stop at this share of what the second of the real bidders offers, in per cent. */
const STOP_PERCENT = 60n;

/** The same auctions with shills in some of them, the same for the same seed. Refuses recordings with too few busy auctions. */
export function plantShills(auctions: readonly PastAuction[], seed: string): Planted {
  const random = new Random(seed, 'planted shills');
  const busy = random.shuffled(auctions.filter(({ bids }) => bids.length >= BIDS_MIN));
  if (busy.length < GROUPS.length * AUCTIONS_A_GROUP)
    throw new OperatorError(
      `--inject needs ${GROUPS.length * AUCTIONS_A_GROUP} auctions of ${BIDS_MIN} bids or more; there are ${busy.length}`,
    );
  const changed = new Map<PastAuction, PastAuction>();
  const shills = new Set<UserId>();
  for (const [group, size] of GROUPS.entries()) {
    const accounts = Array.from({ length: size }, (_, i) => pastBidderId(`shill ${seed} ${group} ${i}`));
    for (const account of accounts) shills.add(account);
    const sellerId = pastSellerId(`friend ${seed} ${group}`);
    for (const auction of busy.splice(0, AUCTIONS_A_GROUP))
      changed.set(auction, { ...auction, sellerId, bids: withShills(auction, accounts, random) });
  }
  return { auctions: auctions.map((auction) => changed.get(auction) ?? auction), shills };
}

function withShills({ terms, bids }: PastAuction, accounts: readonly UserId[], random: Random): readonly PastBid[] {
  const contest = new Contest({ startingPrice: terms.startingPrice, reservePrice: null });
  const numbers = new Map([...new Set([...accounts, ...bids.map(({ bidderId }) => bidderId)])].map((id, i) => [id, i]));
  const stop = (secondOf(bids) * STOP_PERCENT) / 100n;
  const all: PastBid[] = [];
  let [left, turn] = [random.whole(3, 5), random.whole(0, accounts.length - 1)];
  const place = (bid: PastBid): void => {
    all.push(bid);
    const bidder = numbers.get(bid.bidderId) ?? -1;
    const isRaise = contest.leader?.bidder === bidder;
    if (isRaise ? bid.amount > (contest.leader?.maximum ?? 0n) : bid.amount >= contest.minimumNextBid)
      contest.bid(all.length, bidder, bid.amount);
  };
  for (const bid of bids) {
    place(bid);
    // A friend follows a real bid within minutes, unless a friend leads.
    while (left > 0 && contest.leader !== null && contest.leader.bidder >= accounts.length && random.fraction() < 0.7) {
      const bidderId = accounts[turn % accounts.length];
      if (bidderId === undefined || contest.minimumNextBid > stop) break;
      place({ bidderId, amount: contest.minimumNextBid, at: later(bid.at, 1) });
      left -= 1;
      turn += 1;
    }
  }
  return inFileOrder(all).bids;
}

/** The best that the second of the bidders offers. */
function secondOf(bids: readonly PastBid[]): Minor {
  const best = new Map<UserId, Minor>();
  for (const { bidderId, amount } of bids) if (amount > (best.get(bidderId) ?? 0n)) best.set(bidderId, amount);
  const [, second] = [...best.values()].sort((a, b) => (a > b ? -1 : 1));
  return second ?? 0n;
}
