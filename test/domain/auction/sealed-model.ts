// A second opinion on sealed auctions, for the property tests: slow and plain on purpose. It keeps every bid ever placed in
// a list and works everything out from the whole list each time; it shares no rule with the code it checks.
import type { NamedUser } from '../../../src/domain/actor.js';
import type { AuctionEvent } from '../../../src/domain/auction/auction.events.js';
import type { SealedTerms } from '../../../src/domain/auction/terms.js';
import type { UserId } from '../../../src/domain/ids.js';

type ModelBid = { bidNumber: number; bidderId: UserId; amount: bigint; placedAt: number; retracted: boolean };

const HOUR_MS = 3_600_000;

export class SealedModel {
  placed: ModelBid[] = [];
  /** Who has taken a bid back without staff; the bids that staff were asked about, and those they have answered. */
  unaided: UserId[] = [];
  asked: number[] = [];
  answered: number[] = [];
  ended = false;

  constructor(
    readonly sellerId: UserId,
    readonly terms: SealedTerms,
    readonly opensAt: number,
    public closesAt: number,
  ) {}

  /** Of each bidder the last bid, unless that was taken back; in the order in which they were placed. */
  live(): ModelBid[] {
    return this.placed.filter(
      (bid) => !bid.retracted && !this.placed.some((b) => b.bidderId === bid.bidderId && b.bidNumber > bid.bidNumber),
    );
  }

  takesBid(bidderId: UserId, user: NamedUser, amount: bigint, at: number): boolean {
    if (this.ended || at < this.opensAt || at >= this.closesAt) return false;
    if (bidderId === this.sellerId || user.status !== 'active') return false;
    const own = this.live().find((bid) => bid.bidderId === bidderId);
    return amount >= this.terms.startingPrice && own?.amount !== amount;
  }

  takesRetraction(bidderId: UserId, bidNumber: number, at: number): boolean {
    const bid = this.live().find((b) => b.bidNumber === bidNumber);
    if (this.ended || bid?.bidderId !== bidderId || at >= this.closesAt) return false;
    if (this.terms.retraction !== 'ebay' || this.unaided.includes(bidderId)) return false;
    return this.closesAt - at > 12 * HOUR_MS || at - bid.placedAt <= HOUR_MS;
  }

  takesRequest(bidderId: UserId, bidNumber: number, at: number): boolean {
    const bid = this.live().find((b) => b.bidNumber === bidNumber);
    if (this.ended || bid?.bidderId !== bidderId || at >= this.closesAt) return false;
    const own = this.asked.filter((asked) => this.placed[asked - 1]?.bidderId === bidderId);
    return this.terms.retraction !== 'never' && own.length < 3 && !own.includes(bidNumber);
  }

  takesVoiding(bidNumber: number, at: number): boolean {
    return !this.ended && at < this.closesAt && this.live().some((bid) => bid.bidNumber === bidNumber);
  }

  takesAnswer(bidNumber: number, at: number): boolean {
    return this.takesVoiding(bidNumber, at) && this.asked.includes(bidNumber) && !this.answered.includes(bidNumber);
  }

  /** Buyer, bid and price if the hammer fell now; null if nothing were sold. */
  sale(): { buyerId: UserId; winningBid: number; hammerPrice: bigint } | null {
    const { format, reservePrice, startingPrice } = this.terms;
    const live = this.live();
    let best: ModelBid | null = null;
    for (const bid of live) if (best === null || bid.amount > best.amount) best = bid;
    if (best === null || best.amount < (reservePrice ?? 0n)) return null;
    let price = reservePrice ?? startingPrice;
    for (const { bidderId, amount } of live) if (bidderId !== best.bidderId && amount > price) price = amount;
    const { bidderId: buyerId, bidNumber: winningBid } = best;
    return { buyerId, winningBid, hammerPrice: format === 'vickrey' ? price : best.amount };
  }

  note(event: AuctionEvent): void {
    if (event.type === 'SealedBidPlaced') {
      const { bidNumber, bidderId, amount, placedAt } = event;
      this.placed.push({ bidNumber, bidderId, amount, placedAt, retracted: false });
    } else if (event.type === 'RetractionRequested') this.asked.push(event.bidNumber);
    else if (event.type === 'RetractionRefused') this.answered.push(event.bidNumber);
    else if (event.type === 'SealedBidRetracted' || event.type === 'SealedBidVoided') {
      if (event.type === 'SealedBidRetracted' && event.grantedBy === null) this.unaided.push(event.bidderId);
      this.placed = this.placed.map((bid) => (bid.bidNumber === event.bidNumber ? { ...bid, retracted: true } : bid));
    } else if (event.type === 'ClosingExtended') this.closesAt = event.closesAt;
    else if (event.type !== 'AuctionOpened') this.ended = true;
  }
}
