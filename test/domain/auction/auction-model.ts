// A second opinion on the rules of an auction, for the property tests: slow and plain on purpose. It keeps the bids that
// count in a list and works everything out from the whole list each time; it shares no rule with the code it checks.
import type { NamedUser } from '../../../src/domain/actor.js';
import type { AuctionEvent } from '../../../src/domain/auction/auction.events.js';
import type { EnglishTerms } from '../../../src/domain/auction/terms.js';
import type { UserId } from '../../../src/domain/ids.js';

type ModelBid = { bidNumber: number; bidderId: UserId; maximum: bigint; placedAt: number };

const HOUR_MS = 3_600_000;

export class AuctionModel {
  bids: ModelBid[] = [];
  /** Every bid ever, retracted ones too. */
  placed: ModelBid[] = [];
  /** Who has taken a bid back without staff; the bids that staff were asked about, and those they have refused. */
  unaided: UserId[] = [];
  asked: number[] = [];
  answered: number[] = [];
  ended = false;
  closesAt: number;
  extensions = 0;
  extendedMs = 0;

  constructor(
    readonly sellerId: UserId,
    readonly terms: EnglishTerms,
    readonly opensAt: number,
    readonly scheduledClosesAt: number,
  ) {
    this.closesAt = scheduledClosesAt;
  }

  /** The bidders by their best bids: the higher first, of equal ones the earlier. */
  ranking(bids: readonly ModelBid[] = this.bids): ModelBid[] {
    const best = bids.filter((bid) => !bids.some((b) => b.bidderId === bid.bidderId && b.maximum > bid.maximum));
    return [...best].sort((a, b) =>
      a.maximum === b.maximum ? a.bidNumber - b.bidNumber : a.maximum > b.maximum ? -1 : 1,
    );
  }

  /** The price, from nothing: after each bid in turn it is what the second makes the first pay, and it never falls. */
  price(): bigint {
    let price = this.terms.startingPrice;
    for (let count = 1; count <= this.bids.length; count++) {
      const [first, second] = this.ranking(this.bids.slice(0, count));
      if (first === undefined) throw new Error('there are bids');
      const asked = second === undefined ? price : second.maximum + this.stepAt(second.maximum);
      const reserve = this.terms.reservePrice ?? 0n;
      const due = [asked, first.maximum].sort(byAmount)[0] ?? asked;
      price = [price, due, first.maximum >= reserve ? reserve : 0n].sort(byAmount)[2] ?? price;
    }
    return price;
  }

  stepAt(amount: bigint): bigint {
    return this.terms.increments.filter(({ below }) => below === null || amount < below)[0]?.step ?? 0n;
  }

  minimum(): bigint {
    return this.bids.length === 0 ? this.terms.startingPrice : this.price() + this.stepAt(this.price());
  }

  reserveMet(): boolean {
    const { reservePrice } = this.terms;
    return reservePrice === null || this.bids.some(({ maximum }) => maximum >= reservePrice);
  }

  /** What an event should say stands now. */
  standing() {
    const leader = this.ranking()[0];
    return {
      currentPrice: this.price(),
      leaderId: leader?.bidderId ?? null,
      leadingBid: leader?.bidNumber ?? null,
      bidCount: this.bids.length,
      minimumNextBid: this.minimum(),
      reserveMet: this.reserveMet(),
    };
  }

  takesBids(bidderId: UserId, user: NamedUser, at: number): boolean {
    return (
      !this.ended && at >= this.opensAt && at < this.closesAt && bidderId !== this.sellerId && user.status === 'active'
    );
  }

  takesBid(bidderId: UserId, user: NamedUser, amount: bigint, at: number): boolean {
    const leader = this.ranking()[0];
    const enough = leader?.bidderId === bidderId ? amount > leader.maximum : amount >= this.minimum();
    return this.takesBids(bidderId, user, at) && enough;
  }

  takesBuyNow(bidderId: UserId, user: NamedUser, at: number): boolean {
    const { buyNowPrice, reservePrice } = this.terms;
    const over = reservePrice === null ? this.bids.length > 0 : this.reserveMet();
    return this.takesBids(bidderId, user, at) && buyNowPrice !== null && !over;
  }

  takesRetraction(bidderId: UserId, bidNumber: number, at: number): boolean {
    const bid = this.bids.find((b) => b.bidNumber === bidNumber);
    if (this.ended || bid === undefined || bid.bidderId !== bidderId || at >= this.closesAt) return false;
    if (this.terms.retraction !== 'ebay' || this.unaided.includes(bidderId)) return false;
    return this.closesAt - at > 12 * HOUR_MS || at - bid.placedAt <= HOUR_MS;
  }

  takesRequest(bidderId: UserId, bidNumber: number, at: number): boolean {
    if (this.ended || at >= this.closesAt || this.terms.retraction === 'never') return false;
    if (!this.bids.some((bid) => bid.bidNumber === bidNumber && bid.bidderId === bidderId)) return false;
    const own = this.asked.filter((bid) => this.placed[bid - 1]?.bidderId === bidderId);
    return own.length < 3 && !own.includes(bidNumber);
  }

  takesAnswer(bidNumber: number, at: number): boolean {
    return this.takesVoiding(bidNumber, at) && this.asked.includes(bidNumber) && !this.answered.includes(bidNumber);
  }

  takesVoiding(bidNumber: number, at: number): boolean {
    return !this.ended && at < this.closesAt && this.bids.some((bid) => bid.bidNumber === bidNumber);
  }

  /** Where taking this bid out at this time moves the close; null where it does not. */
  closeWithout(bidNumber: number, at: number): number | null {
    const [before, all] = [this.standing(), this.bids];
    this.bids = all.filter((bid) => bid.bidNumber !== bidNumber);
    const after = this.standing();
    this.bids = all;
    const isMoved = before.currentPrice !== after.currentPrice || before.leaderId !== after.leaderId;
    return isMoved ? this.closeAfterBid(at) : null;
  }

  /** Where a bid accepted at this time moves the close; null where it does not. */
  closeAfterBid(at: number): number | null {
    const { softClose } = this.terms;
    if (softClose === null || this.closesAt - at >= softClose.windowMs) return null;
    if (this.extensions >= (softClose.extensionsMax ?? Number.POSITIVE_INFINITY)) return null;
    const leftMs = (softClose.extensionTotalMaxMs ?? Number.POSITIVE_INFINITY) - this.extendedMs;
    const moved = Math.min(at + softClose.windowMs, this.closesAt + leftMs);
    return moved > this.closesAt ? moved : null;
  }

  /** Notes what happened. Prices and leaders that events tell are not read here: they are worked out. */
  note(event: AuctionEvent): void {
    if (event.type === 'BidPlaced') {
      const { bidNumber, bidderId, maximum, placedAt } = event;
      const bid = { bidNumber, bidderId, maximum, placedAt };
      this.bids.push(bid);
      this.placed.push(bid);
    } else if (event.type === 'RetractionRequested') {
      this.asked.push(event.bidNumber);
    } else if (event.type === 'RetractionRefused') {
      this.answered.push(event.bidNumber);
    } else if (event.type === 'BidRetracted' || event.type === 'BidVoided') {
      if (event.type === 'BidRetracted' && event.grantedBy === null) this.unaided.push(event.bidderId);
      this.bids = this.bids.filter(({ bidNumber }) => bidNumber !== event.bidNumber);
    } else if (event.type === 'ClosingExtended') {
      if (event.cause === 'SoftClose') {
        this.extensions += 1;
        this.extendedMs += event.closesAt - this.closesAt;
      }
      this.closesAt = event.closesAt;
    } else {
      this.ended = true;
    }
  }
}

const byAmount = (a: bigint, b: bigint): number => Number(a - b);
