// Bidders and a seller who never stop: each has one request under way, and repeats it under the same id, through crashes
// and restarts, until it is answered.
import { setTimeout as sleep } from 'node:timers/promises';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import { send } from './house-client.js';
import type { Asked, Ledger } from './ledger.js';

export type Person = Readonly<{ id: string; name: string; token: string }>;
export type People = Readonly<{ seller: Person; bidders: readonly Person[] }>;

/** How many bid at once, and how long each thinks after an answer. */
export type Pace = Readonly<{ callers: number; thinkMs: number }>;

type Lot = { readonly id: string; price: number; isOpen: boolean };

const STARTING_PRICE = 100_00;
/** Above every step of the default table at the prices that are reached here. */
const STEP = 100_00;
const LONG_AUCTIONS = 50;
const SHORT_AUCTION_MS = { min: 1_500, max: 6_000 };
const LIST_EVERY_MS = 250;
const RETRY_MS = 40;

export class Crowd {
  private readonly runtime = new SystemRuntime();
  private readonly long: Lot[] = [];
  private readonly short: Lot[] = [];
  private readonly stopping = new AbortController();
  private readonly leaving = new AbortController();
  private loops: readonly Promise<void>[] = [];

  constructor(
    /** Where the house answers just now. */
    private readonly url: () => string,
    private readonly people: People,
    private readonly ledger: Ledger,
    private readonly pace: Pace = { callers: 64, thinkMs: 0 },
  ) {}

  /** Lists auctions that the crowd does not bid in. */
  async listForOthers(count: number): Promise<readonly string[]> {
    const lots = await Promise.all(Array.from({ length: count }, () => this.list(3_600_000)));
    return lots.map(({ id }) => id);
  }

  /** The auctions that stay open throughout, the hot one first. */
  openAuctions(): readonly string[] {
    return this.long.map(({ id }) => id);
  }

  /** Registers everybody, lists the long auctions (the first of them is the hot one), and sets the bidders going. */
  async start(): Promise<void> {
    const { seller, bidders } = this.people;
    await Promise.all([seller, ...bidders].map((person) => this.register(person)));
    this.long.push(...(await Promise.all(Array.from({ length: LONG_AUCTIONS + 1 }, () => this.list(3_600_000)))));
    this.loops = [...Array.from({ length: this.pace.callers }, () => this.bidding()), this.listing()];
  }

  /** Starts nothing new, and waits until everything that was asked has its answer. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
  }

  /** Goes without waiting for answers, after a test that failed: nobody will give them any more. */
  async leave(): Promise<void> {
    this.leaving.abort();
    await this.stop();
  }

  private async bidding(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const lot = this.pickLot();
      const isTooLow = Math.random() < 0.15;
      const bidder = Math.random() < 0.01 ? this.people.seller : pick(this.people.bidders);
      const room = Math.random() < 0.3 ? 5 * STEP : STEP;
      const amount = isTooLow ? STARTING_PRICE - 1 : lot.price + room;
      if (!isTooLow) lot.price = amount;
      await this.bid(lot, bidder, amount);
      if (this.pace.thinkMs > 0) await sleep(this.pace.thinkMs);
    }
  }

  private async bid(lot: Lot, bidder: Person, amount: number): Promise<void> {
    const { answer } = await this.ask({
      path: `/auctions/${lot.id}/bids`,
      token: bidder.token,
      body: { amount: String(amount), currency: 'USD' },
      bid: { auctionId: lot.id, bidderId: bidder.id },
    });
    if (answer?.['reason'] === 'BidAfterClose' || answer?.['reason'] === 'AuctionNotOpen') lot.isOpen = false;
  }

  /** New auctions all the time, which close while everything goes on. */
  private async listing(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const { min, max } = SHORT_AUCTION_MS;
      this.short.push(await this.list(min + Math.floor(Math.random() * (max - min))));
      await sleep(LIST_EVERY_MS);
    }
  }

  private async register(person: Person): Promise<void> {
    await this.ask({ path: '/users', token: person.token, body: { username: person.name }, bid: null });
  }

  private async list(durationMs: number): Promise<Lot> {
    const id = this.runtime.uuid();
    const body = {
      auctionId: id,
      item: { title: `Lot ${id}`, category: 'kills' },
      terms: { currency: 'USD', startingPrice: String(STARTING_PRICE), softClose: null },
      durationMs,
    };
    await this.ask({ path: '/auctions', token: this.people.seller.token, body, bid: null });
    return { id, price: STARTING_PRICE, isOpen: true };
  }

  /** Sends until it is answered, under one id. */
  private async ask(request: Pick<Asked, 'path' | 'token' | 'body' | 'bid'>): Promise<Asked> {
    const asked = this.ledger.add({ ...request, commandId: this.runtime.uuid(), answer: null, tries: [] });
    for (;;) {
      await send(this.url(), asked, this.ledger);
      const isOver = this.leaving.signal.aborted || this.ledger.contradictions.length > 0;
      if (asked.answer !== null || isOver) return asked;
      await sleep(RETRY_MS);
    }
  }

  /** A fifth of all bids are for the hot auction, and a fifth for short ones, now and then for one that has closed. */
  private pickLot(): Lot {
    const chance = Math.random();
    const [hot] = this.long;
    if (hot !== undefined && chance < 0.2) return hot;
    const short = this.short.filter(({ isOpen }) => isOpen || Math.random() < 0.05);
    return chance < 0.4 && short.length > 0 ? pick(short) : pick(this.long);
  }
}

function pick<T>(from: readonly T[]): T {
  const one = from[Math.floor(Math.random() * from.length)];
  if (one === undefined) throw new RangeError('there is nothing to pick from');
  return one;
}
