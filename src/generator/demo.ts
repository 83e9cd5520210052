// A marketplace that never ends, for a house that would otherwise be empty: a set number of short auctions, each replaced
// by another when it closes. What it holds in memory is the auctions that are open now.
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { Dispatcher } from './dispatcher.js';
import { drawLots } from './draw-lots.js';
import { movesOf } from './draw-moves.js';
import type { SeenAuction } from './open-auctions.js';
import { drawPeople, type People } from './people.js';
import type { PlannedAuction, Slot } from './plan.js';
import { playAuction, playMoves, type Watcher } from './play-auction.js';
import { Random } from './random.js';
import { seededCommandId } from './seeded-ids.js';
import type { Sender } from './sender.js';
import { Tally } from './tally.js';
import { beforeClose, MomentsOf } from './timing.js';

/** The people are the same in every house and after every start, so that starts add none. */
const PEOPLE_SEED = 'gavel demo';
const PEOPLE = 30;
/** So many auctions at any time, of which one closes every fifteen seconds. */
const OPEN = 12;
const AUCTION_MS = 180_000;
const BIDS = [8, 20] as const;
/** The first bidders are there within seconds; after that there is about one request a second. */
const RATE = 20;
const SOFT_CLOSE_EVERY = 3;
/** After a listing that failed. */
const RETRY_MS = 30_000;

const people: People = drawPeople(PEOPLE_SEED, PEOPLE, 0, new Random(PEOPLE_SEED, 'people'));

/** The sellers of every demo, by whom its auctions are known. */
export const demoSellers: readonly string[] = people.sellers.map(({ userId }) => userId);

export type DemoParts = Readonly<{
  sender: Sender;
  runtime: Runtime;
  log: Log;
  /** The demo's auctions that are open from the run before; they are gone on with. */
  open: readonly SeenAuction[];
}>;

export class Demo {
  private readonly stopped = new AbortController();
  private readonly dispatcher: Dispatcher;
  private readonly seed: string;
  private readonly moments = new MomentsOf('card');
  private drawn = 0;
  private running: Promise<void> | null = null;

  constructor(private readonly parts: DemoParts) {
    const { sender, runtime } = parts;
    this.dispatcher = new Dispatcher({ sender, runtime, rate: RATE, tally: new Tally() });
    // Every run lists other things.
    this.seed = `demo ${runtime.uuid()}`;
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
    for (const person of people.all)
      this.dispatcher.at(runtime.monotonicMs(), {
        message: () => {
          const commandId = seededCommandId(this.seed, `register ${person.userId}`, runtime.now());
          return { by: person, commandId, wish: { kind: 'register' } };
        },
        answered: () => undefined,
      });
    await this.dispatcher.run(this.stopped.signal);
    const startMs = runtime.monotonicMs();
    const kept = open.slice(0, OPEN);
    for (const auction of kept) this.goOn(auction);
    const fresh = OPEN - kept.length;
    // The first ones are shorter, so that something closes soon, and from then on all the time.
    for (let i = 1; i <= fresh; i++) this.list(startMs, (AUCTION_MS * i) / fresh);
    await this.dispatcher.run(this.stopped.signal);
    if (!this.stopped.signal.aborted) log.warn({}, 'the demo marketplace has ended: the house does not answer it');
  }

  private list(atMs: number, playedMs: number): void {
    const { runtime, log } = this.parts;
    const again = (afterMs: number): void => this.list(runtime.monotonicMs() + afterMs, AUCTION_MS);
    const stage = { ...this.stage(), playedMs };
    playAuction(stage, this.draw({}), atMs, {
      ...WATCHING_NOTHING,
      listed: (closesMs) => this.list(closesMs, AUCTION_MS),
      notListed: (reason) => {
        log.warn({ reason }, 'the house did not list an auction of the demo marketplace');
        again(RETRY_MS);
      },
    });
  }

  /** Bidding on what is open already begins at its minimum. */
  private goOn({ auctionId, minimumNextBid, closesAt }: SeenAuction): void {
    const { runtime } = this.parts;
    const leftMs = Math.max(0, closesAt - runtime.now());
    const closesMs = runtime.monotonicMs() + leftMs;
    const auction = this.draw({ auctionId, startingPrice: minimumNextBid });
    playMoves(this.stage(), auction, { closesMs, playedMs: Math.min(leftMs, AUCTION_MS) }, WATCHING_NOTHING);
    this.list(closesMs, AUCTION_MS);
  }

  private stage() {
    const { runtime } = this.parts;
    return { dispatcher: this.dispatcher, runtime, seed: this.seed, people: people.all };
  }

  private draw(known: Partial<Pick<PlannedAuction, 'auctionId' | 'startingPrice'>>): PlannedAuction {
    const number = this.drawn++;
    const seed = `${this.seed} ${number}`;
    const random = new Random(seed, 'demo');
    const [lot] = drawLots(seed, 1, people, random);
    if (lot === undefined) throw new Error('broken invariant: one lot was to be drawn');
    const terms = { ...lot, ...known, reservePrice: null, softClose: number % SOFT_CLOSE_EVERY === 0 };
    const slots = Array.from({ length: random.whole(...BIDS) }, (): Slot => {
      return { beforeCloseMs: beforeClose(this.moments.draw(random), lot.lengthMs), act: null };
    }).sort((a, b) => b.beforeCloseMs - a.beforeCloseMs);
    return { ...terms, moves: movesOf(terms, slots, people, 0, random) };
  }
}

const WATCHING_NOTHING = {
  sent: () => undefined,
  dropped: () => undefined,
  notListed: () => undefined,
} satisfies Watcher;
