// An auction as a bidder with a pencil would follow it: who leads, how far the others went, what the price is. The plan
// needs it to ask for amounts that the house will take; whether they are taken is judged by the house alone.
import { stepAt } from './increments.js';

export type ContestTerms = Readonly<{ startingPrice: bigint; reservePrice: bigint | null }>;

type Entry = Readonly<{ number: number; bidder: number; maximum: bigint }>;

export class Contest {
  private entries: Entry[] = [];
  private lead: Entry | null = null;
  private runnerUp: bigint | null = null;
  private price: bigint;

  constructor(private readonly terms: ContestTerms) {
    this.price = terms.startingPrice;
  }

  get currentPrice(): bigint {
    return this.price;
  }

  /** Null before the first bid. */
  get leader(): Readonly<{ bidder: number; maximum: bigint }> | null {
    return this.lead;
  }

  get minimumNextBid(): bigint {
    return this.lead === null ? this.terms.startingPrice : this.price + stepAt(this.price);
  }

  /** The least that a challenger needs to lead with a price of just that; no less than the minimum next bid. */
  get leastToLead(): bigint {
    if (this.lead === null) return this.terms.startingPrice;
    return this.lead.maximum + stepAt(this.lead.maximum);
  }

  /** Takes a bid, known by its number. */
  bid(number: number, bidder: number, maximum: bigint): void {
    const entry = { number, bidder, maximum };
    this.entries.push(entry);
    this.weigh(entry);
  }

  /** Takes a bid back: what stands is what the others make. */
  retract(number: number): void {
    this.entries = this.entries.filter((entry) => entry.number !== number);
    this.lead = null;
    this.runnerUp = null;
    this.price = this.terms.startingPrice;
    for (const entry of this.entries) this.weigh(entry);
  }

  private weigh(entry: Entry): void {
    const before = this.lead;
    const isOwnRaise = before !== null && before.bidder === entry.bidder;
    if (before === null || isOwnRaise || entry.maximum > before.maximum) {
      if (before !== null && !isOwnRaise) this.runnerUp = before.maximum;
      this.lead = entry;
    } else if (this.runnerUp === null || entry.maximum > this.runnerUp) this.runnerUp = entry.maximum;
    this.price = this.priceNow();
  }

  private priceNow(): bigint {
    const maximum = this.lead?.maximum ?? 0n;
    let price = this.price;
    if (this.runnerUp !== null) {
      const beaten = this.runnerUp + stepAt(this.runnerUp);
      const asked = beaten < maximum ? beaten : maximum;
      if (asked > price) price = asked;
    }
    const { reservePrice } = this.terms;
    return reservePrice !== null && maximum >= reservePrice && reservePrice > price ? reservePrice : price;
  }
}
