// The house's sales, held by its staff: a catalogue is put together and published, people ask for a paddle, the lots close one after the other, and
// what was sold is paid for and paid out. While one is on the next is announced, and a sale in a hall waits for a clerk.
import { z } from 'zod';
import type { Runtime } from '../runtime/runtime.js';
import type { AfterHammer } from './after-hammer.js';
import { FATES } from './after-hammer.js';
import type { Dispatcher } from './dispatcher.js';
import { drawDetails, drawLotMoves, drawSale } from './draw-sale.js';
import { bidders, type People, type Person } from './people.js';
import type { PhotoAlbum } from './photo-album.js';
import { playMoves } from './play-auction.js';
import { Random } from './random.js';
import { openSales, type SeenLot, type SeenSale, seenLots } from './seen-sales.js';
import type { Stories } from './story.js';
import * as wishes from './wishes.js';

/** Marks the sales of a generator among those of a house. */
export const DEMO_TERMS = 'demo';

export type SaleRoomParts = Readonly<{
  stories: Stories;
  dispatcher: Dispatcher;
  runtime: Runtime;
  seed: string;
  people: People;
  staff: readonly [Person, Person];
  album: PhotoAlbum;
  after: AfterHammer;
  pace: SalePace;
}>;

/** How a timed sale runs, in ms. */
export type Course = Readonly<{
  /** From the draft to the first bid. */
  opensMs: number;
  /** From the first bid to the close of the first lot. */
  openMs: number;
  intervalMs: number;
  lots: number;
}>;

/** The first one is over within minutes, so that there are results to look at. */
const FIRST: Course = { opensMs: 40_000, openMs: 50_000, intervalMs: 5_000, lots: 24 };
const NEXT: Course = { opensMs: 300_000, openMs: 600_000, intervalMs: 20_000, lots: 30 };
const HALL = { opensMs: 600_000, lots: 12 };

/** How long sales take here; hall sales have lots and an opening. */
export type SalePace = Readonly<{ first: Course; next: Course; hall: Pick<Course, 'opensMs' | 'lots'> }>;
export const SALE_PACE: SalePace = { first: FIRST, next: NEXT, hall: HALL };

const CURRENCY = 'EUR';
const SOFT_CLOSE = { windowMs: 5_000, extensionsMax: 3, extensionTotalMaxMs: null };
const VIEWING = 'Monday to Friday, 10 to 18, at the house. Made up by the demo: nothing of it exists.';
const WHY_REFUSED = 'No reference came from another house.';
const LIMIT = '200000';
/** Of those who ask one is refused, and one gets a limit. */
const ASKING = 14;
const COMMISSIONS = 5;
const OVER_EVERY_MS = 5_000;

/** Between two sales. */
const PAUSE_MS = 60_000;

/** A sale that is on or announced: when its last lot is due, and when all of it is paid for. */
type Going = Readonly<{ endsAtMs: number; over: Promise<void> }>;

const drafted = z.object({ saleId: z.string() });
const run = z.object({ payoutRunId: z.string() });

export class SaleRoom {
  private held = 0;

  constructor(private readonly parts: SaleRoomParts) {}

  /** Goes on with the sales that are there, and holds one after the other, for ever. */
  async keep(): Promise<void> {
    const { stories, staff } = this.parts;
    const sales = (await openSales(stories, staff[0])).filter(({ termsVersion }) => termsVersion === DEMO_TERMS);
    for (const { saleId } of sales.filter(({ status }) => status === 'DRAFTED'))
      await stories.must(staff[0], wishes.cancelSale(saleId, { reason: 'The catalogue was never finished.' }));
    const kept = sales.filter(({ status }) => status !== 'DRAFTED');
    if (!kept.some(({ kind }) => kind === 'HALL')) stories.begin(() => this.announceHall());
    const timed = kept.filter(({ kind }) => kind === 'TIMED');
    const going = await Promise.all(timed.map((sale) => this.goOn(sale)));
    if (going.length === 0) going.push(await this.announce(this.parts.pace.first));
    const { next } = this.parts.pace;
    for (;;) {
      // One is announced while another is on, and none beside these two.
      if (going.length > 1) await going.shift()?.over;
      const endsAtMs = Math.max(...going.map((sale) => sale.endsAtMs));
      const opensMs = Math.max(next.opensMs, endsAtMs + PAUSE_MS - stories.now);
      going.push(await this.announce({ ...next, opensMs }));
    }
  }

  /** One sale from its catalogue on; resolves when it is published. */
  async announce({ opensMs, openMs, intervalMs, lots }: Course): Promise<Going> {
    const { stories } = this.parts;
    const saleId = await this.published(lots, () => ({
      kind: 'timed',
      opensAt: new Date(stories.now + opensMs).toISOString(),
      closesAt: new Date(stories.now + opensMs + openMs).toISOString(),
      lotIntervalMs: intervalMs,
      softClose: SOFT_CLOSE,
    }));
    return this.hold(saleId, await this.paddles(saleId));
  }

  private async announceHall(): Promise<void> {
    const { stories, pace } = this.parts;
    const saleId = await this.published(pace.hall.lots, () => ({
      kind: 'hall',
      opensAt: new Date(stories.now + pace.hall.opensMs).toISOString(),
    }));
    const holders = await this.paddles(saleId);
    const random = new Random(saleId, 'commissions');
    const lots = await seenLots(stories, this.parts.staff[0], saleId);
    for (const { auctionId, minimumNextBid } of lots.slice(0, COMMISSIONS)) {
      const amount = minimumNextBid * BigInt(random.whole(2, 5));
      await stories.ask(random.pick(holders), { kind: 'bid', auctionId, amount, currency: CURRENCY });
    }
  }

  /** Photos first: they take longer than all the rest, and the times of the course are told from the draft on. */
  private async published(count: number, course: () => object): Promise<string> {
    const { stories, staff, people, seed, album } = this.parts;
    const { title, lots } = drawSale(seed, this.held++, people, count);
    const photos: (readonly string[])[] = [];
    for (const lot of lots) photos.push(await album.of(lot.seller, lot.title));
    const terms = { title, currency: CURRENCY, termsVersion: DEMO_TERMS, viewingNotes: VIEWING, ...course() };
    const { saleId } = drafted.parse(await stories.must(staff[0], wishes.draftSale(terms)));
    for (const [i, { seller, title, description, category, ...prices }] of lots.entries()) {
      const details = drawDetails(new Random(`${saleId} ${i}`, 'details'));
      const item = { title, description, category, details, photos: photos[i] ?? [] };
      const amounts = Object.fromEntries(
        Object.entries(prices).map(([name, value]) => [name, value?.toString() ?? null]),
      );
      await stories.must(staff[0], wishes.addLot(saleId, { sellerId: seller.userId, item, ...amounts }));
    }
    await stories.must(staff[0], wishes.publishSale(saleId));
    return saleId;
  }

  /** People ask for a paddle; staff give it, refuse one, and give one a limit. */
  private async paddles(saleId: string): Promise<readonly Person[]> {
    const { stories, people, staff } = this.parts;
    const asking: Person[] = [];
    // Whoever is suspended just now gets none.
    for (const person of new Random(saleId, 'paddles').shuffled(people.honest).slice(0, ASKING))
      if ((await stories.ask(person, wishes.requestPaddle(saleId))).kind === 'accepted') asking.push(person);
    const [refused, limited, ...others] = asking;
    if (refused !== undefined)
      await stories.must(staff[0], wishes.refusePaddle(saleId, refused.userId, { reason: WHY_REFUSED }));
    if (limited !== undefined)
      await stories.must(staff[0], wishes.givePaddle(saleId, limited.userId, { biddingLimit: LIMIT }));
    for (const person of others) await stories.must(staff[0], wishes.givePaddle(saleId, person.userId, {}));
    return others;
  }

  private goOn({ saleId, holders }: SeenSale): Promise<Going> {
    return this.hold(
      saleId,
      this.parts.people.honest.filter(({ userId }) => holders.includes(userId)),
    );
  }

  /** Bids on all its lots until the last has closed; then what was sold is paid, and paid out together. */
  private async hold(saleId: string, holders: readonly Person[]): Promise<Going> {
    const { stories, staff, people, after } = this.parts;
    const lots = await seenLots(stories, staff[0], saleId);
    const paid = lots.map(async (lot, i) => {
      const seller = people.all.find(({ userId }) => userId === lot.sellerId);
      if (seller === undefined) return;
      if (holders.length > 1) this.bidOn(lot, seller, holders);
      const { auctionId, closesAtMs } = lot;
      const fate = FATES[i % FATES.length] ?? 'pays';
      await stories.told(after.follow({ auctionId, seller, closesAtMs, fate }));
    });
    const over = Promise.all(paid).then(() => this.payOut());
    stories.begin(() => over);
    return { over, endsAtMs: Math.max(stories.now, ...lots.map(({ closesAtMs }) => closesAtMs)) };
  }

  private bidOn(lot: SeenLot, seller: Person, holders: readonly Person[]): void {
    const { dispatcher, runtime, seed, people } = this.parts;
    const { auctionId, minimumNextBid: startingPrice, opensAtMs, closesAtMs } = lot;
    const random = new Random(`${seed} ${auctionId}`, 'lot');
    const auction = drawLotMoves(
      { auctionId, seller, startingPrice, reservePrice: null, currency: CURRENCY },
      bidders(holders),
      random,
    );
    const now = runtime.now();
    const closesMs = runtime.monotonicMs() + closesAtMs - now;
    const close = { closesMs, playedMs: Math.max(0, closesAtMs - Math.max(now, opensAtMs)) };
    playMoves({ dispatcher, runtime, seed, people: people.all }, auction, close, { sent: ignored, dropped: ignored });
  }

  /** One of the staff prepares it, the other approves; where there is nobody to pay it is refused. */
  private async payOut(): Promise<void> {
    const { stories, staff } = this.parts;
    const prepared = await stories.ask(staff[0], wishes.preparePayouts, OVER_EVERY_MS);
    if (prepared.kind !== 'accepted') return;
    await stories.must(staff[1], wishes.approvePayouts(run.parse(prepared.told).payoutRunId), OVER_EVERY_MS);
  }
}

const ignored = (): void => undefined;
