// A marketplace that never ends, for a house that would otherwise be empty: a set number of short auctions, each replaced
// by another when it closes, and the sales of the house. What it holds in memory is what is open now.
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { AfterHammer, FATES } from './after-hammer.js';
import { Dispatcher } from './dispatcher.js';
import { drawLots } from './draw-lots.js';
import { movesOf } from './draw-moves.js';
import { climb } from './increments.js';
import { meanwhile } from './meanwhile.js';
import type { SeenAuction } from './open-auctions.js';
import { drawPeople, drawStaff, type People, type Person } from './people.js';
import { PhotoAlbum } from './photo-album.js';
import type { PlannedAuction, Slot } from './plan.js';
import { playAuction, playMoves, type Watcher } from './play-auction.js';
import { Random } from './random.js';
import { ringSlots } from './ring.js';
import { SALE_PACE, type SalePace, SaleRoom } from './sale-room.js';
import { seededCommandId } from './seeded-ids.js';
import type { Sender } from './sender.js';
import { settleIn } from './settle-in.js';
import { Stories } from './story.js';
import { Tally } from './tally.js';
import { beforeClose, MomentsOf } from './timing.js';

/** The people are the same in every house and after every start, so that starts add none. */
const PEOPLE_SEED = 'gavel demo';
const PEOPLE = 30;
/** So many auctions at any time, of which one closes every fifteen seconds. */
const OPEN = 12;
const BIDS = [8, 20] as const;
/** The first bidders are there within seconds; after that there is about one request a second. */
const RATE = 20;
const SOFT_CLOSE_EVERY = 3;
/** After a listing that failed. */
const RETRY_MS = 30_000;

/** Three of them work the auctions of one seller together. */
const RING = 3;
const RESERVE_EVERY = 6;
/** High enough that some of them are not met. */
const RESERVE_STEPS = 30;

const people: People = drawPeople(PEOPLE_SEED, PEOPLE, RING, new Random(PEOPLE_SEED, 'people'));
const staff = drawStaff(PEOPLE_SEED, PEOPLE);

/** The sellers of every demo, by whom its auctions are known. */
export const demoSellers: readonly string[] = people.sellers.map(({ userId }) => userId);

/** How long things take: an auction, in ms, and sales. */
export type DemoPace = Readonly<{ auctionMs: number; sales: SalePace }>;
export const DEMO_PACE: DemoPace = { auctionMs: 180_000, sales: SALE_PACE };

export type DemoParts = Readonly<{
  pace: DemoPace;
  sender: Sender;
  runtime: Runtime;
  log: Log;
  /** The demo's auctions that are open from the run before; they are gone on with. */
  open: readonly SeenAuction[];
  /** Its auctions of before, whose photos serve again. */
  before: readonly SeenAuction[];
}>;

export class Demo {
  private readonly stopped = new AbortController();
  private readonly dispatcher: Dispatcher;
  private readonly seed: string;
  private readonly moments = new MomentsOf('card');
  private readonly stories: Stories;
  private readonly album: PhotoAlbum;
  private readonly auctionMs: number;
  private drawn = 0;
  private running: Promise<void> | null = null;

  constructor(private readonly parts: DemoParts) {
    const { sender, runtime, log, before, pace } = parts;
    this.auctionMs = pace.auctionMs;
    this.dispatcher = new Dispatcher({ sender, runtime, rate: RATE, tally: new Tally() });
    // Every run lists other things.
    this.seed = `demo ${runtime.uuid()}`;
    const broken = (error: unknown): void =>
      log.info({ error: String(error) }, 'somebody of the demo marketplace has given up');
    this.stories = new Stories({ dispatcher: this.dispatcher, runtime, seed: this.seed, broken });
    this.album = new PhotoAlbum(this.stories, before);
  }

  /** Begins, and goes on by itself. */
  start(): void {
    this.running = this.run().catch((error: unknown) => {
      this.parts.log.error({ error: String(error) }, 'the demo marketplace has broken down; the house goes on');
    });
  }

  /** Sends no more and waits for the last answers. Idempotent. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { runtime, open, log } = this.parts;
    let isNew = false;
    for (const person of [...people.all, ...staff])
      this.dispatcher.at(runtime.monotonicMs(), {
        message: () => {
          const commandId = seededCommandId(this.seed, `register ${person.userId}`, runtime.now());
          return { by: person, commandId, wish: { kind: 'register' } };
        },
        answered: ({ kind }) => {
          isNew ||= kind === 'accepted';
        },
      });
    await this.dispatcher.run(this.stopped.signal);
    if (isNew) this.stories.begin(() => settleIn({ stories: this.stories, people, staff }));
    const startMs = runtime.monotonicMs();
    const kept = open.filter(({ currency }) => currency === 'USD').slice(0, OPEN);
    for (const auction of kept) this.goOn(auction);
    const fresh = OPEN - kept.length;
    // The first ones are shorter, so that something closes soon, and from then on all the time.
    for (let i = 1; i <= fresh; i++) this.list(startMs, (this.auctionMs * i) / fresh);
    this.stories.begin(() => this.saleRoom().keep());
    await this.dispatcher.run(this.stopped.signal);
    if (!this.stopped.signal.aborted) log.warn({}, 'the demo marketplace has ended: the house does not answer it');
  }

  private saleRoom(): SaleRoom {
    const { runtime, pace } = this.parts;
    const { stories, dispatcher, seed, album } = this;
    const after = this.after(true);
    return new SaleRoom({ stories, dispatcher, runtime, seed, people, staff, album, after, pace: pace.sales });
  }

  private after(paidOutTogether: boolean): AfterHammer {
    const random = new Random(`${this.seed} ${this.drawn}`, 'after');
    const { stories } = this;
    return new AfterHammer({ stories, people: people.all, till: staff[0], random, paidOutTogether });
  }

  private list(atMs: number, playedMs: number): void {
    const auction = this.draw({});
    this.stories.begin(async () => {
      const photos = await this.album.of(sellerOf(auction), auction.title);
      this.play({ ...auction, photos }, atMs, playedMs);
    });
  }

  private play(auction: PlannedAuction, atMs: number, playedMs: number): void {
    const { runtime, log } = this.parts;
    playAuction({ ...this.stage(), playedMs }, auction, atMs, {
      ...WATCHING_NOTHING,
      listed: (closesMs) => {
        this.list(closesMs, this.auctionMs);
        this.around(auction, closesMs);
      },
      notListed: (reason) => {
        log.warn({ reason }, 'the house did not list an auction of the demo marketplace');
        this.list(runtime.monotonicMs() + RETRY_MS, this.auctionMs);
      },
    });
  }

  /** What people do beside bidding, while it is open and after it. */
  private around(auction: PlannedAuction, closesMs: number): void {
    const { runtime } = this.parts;
    const { stories } = this;
    const { auctionId, number } = auction;
    const seller = sellerOf(auction);
    const openMs = closesMs - runtime.monotonicMs();
    const random = new Random(`${this.seed} ${number}`, 'meanwhile');
    meanwhile({ stories, people: people.honest, staff, random }, { auctionId, seller, openMs }, number);
    const fate = FATES[number % FATES.length] ?? 'pays';
    stories.begin(() => this.after(false).follow({ auctionId, seller, closesAtMs: runtime.now() + openMs, fate }));
  }

  /** Bidding on what is open already begins at its minimum. */
  private goOn({ auctionId, sellerId, minimumNextBid, closesAt }: SeenAuction): void {
    const { runtime } = this.parts;
    const leftMs = Math.max(0, closesAt - runtime.now());
    const closesMs = runtime.monotonicMs() + leftMs;
    const seller = people.sellers.find(({ userId }) => userId === sellerId)?.number;
    const auction = this.draw({ auctionId, startingPrice: minimumNextBid, ...(seller !== undefined && { seller }) });
    playMoves(this.stage(), auction, { closesMs, playedMs: Math.min(leftMs, this.auctionMs) }, WATCHING_NOTHING);
    this.around(auction, closesMs);
    this.list(closesMs, this.auctionMs);
  }

  private stage() {
    const { runtime } = this.parts;
    return { dispatcher: this.dispatcher, runtime, seed: this.seed, people: people.all };
  }

  private draw(known: Partial<Pick<PlannedAuction, 'auctionId' | 'startingPrice' | 'seller'>>): PlannedAuction {
    const number = this.drawn++;
    const seed = `${this.seed} ${number}`;
    const random = new Random(seed, 'demo');
    const [lot] = drawLots(seed, 1, people, random);
    if (lot === undefined) throw new Error('broken invariant: one lot was to be drawn');
    const isWorked = known.auctionId === undefined && lot.seller === people.sellers.at(-1)?.number;
    const terms = {
      ...lot,
      ...known,
      number,
      reservePrice: number % RESERVE_EVERY === 2 ? (lot.reservePrice ?? climb(lot.startingPrice, RESERVE_STEPS)) : null,
      softClose: number % SOFT_CLOSE_EVERY === 0,
      ...(isWorked && { reservePrice: null, retraction: 'ebay' as const }),
    };
    const honest = Array.from({ length: random.whole(...BIDS) }, (): Slot => {
      return { beforeCloseMs: beforeClose(this.moments.draw(random), lot.lengthMs), act: null };
    });
    const all = isWorked ? ringSlots(people.accomplices, honest, lot.lengthMs, random) : honest;
    const slots = all.toSorted((a, b) => b.beforeCloseMs - a.beforeCloseMs);
    return { ...terms, moves: movesOf(terms, slots, people, 0, random) };
  }
}

const sellerOf = ({ seller }: PlannedAuction): Person => {
  const person = people.all[seller];
  if (person === undefined) throw new Error(`broken invariant: the demo has no person ${seller}`);
  return person;
};

const WATCHING_NOTHING = {
  sent: () => undefined,
  dropped: () => undefined,
  notListed: () => undefined,
} satisfies Watcher;
