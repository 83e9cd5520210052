// A whole plan, played against a house: everybody registers, then auctions open one after the other over the run, and all
// that was planned in them happens at its moment.
import type { Runtime } from '../runtime/runtime.js';
import { Dispatcher } from './dispatcher.js';
import { Histogram } from './histogram.js';
import type { Person } from './people.js';
import type { Plan } from './plan.js';
import type { MoveResult } from './plan-lines.js';
import { playAuction, type Sent } from './play-auction.js';
import { seededCommandId } from './seeded-ids.js';
import type { Sender } from './sender.js';
import { Tally } from './tally.js';
import { type Part, partAt } from './timing.js';

/** Of a run, what one auction lives. */
const AUCTION_SHARE = 0.25;
/** A run so much longer than its requests need at the full rate keeps the rate also where most auctions are open. */
const SLACK = 1.5;
const DURATION_MIN_MS = 60_000;

export type PlayOptions = Readonly<{
  plan: Plan;
  sender: Sender;
  runtime: Runtime;
  /** Requests a second, at most. */
  rate: number;
  /** Of the run after the registrations, in ms. */
  durationMs: number;
  /** Ends the run early. */
  stop: AbortSignal;
  /** Told after every answer: so many of `requestsOf` are done. */
  progress: (done: number) => void;
}>;

export type PlayReport = Readonly<{
  tally: Tally;
  /** How far behind its moment each move was sent. */
  lateness: Histogram;
  /** Moves by the part of the auction in which they were really sent; null is after the close. */
  parts: ReadonlyMap<Part | null, number>;
  /** Of marked moves, by entry. */
  results: ReadonlyMap<number, MoveResult>;
  /** Moves that nobody could send: of auctions that were not listed, and retractions of bids that were refused. */
  notSent: number;
  /** How long an auction lived. */
  auctionMs: number;
  tookMs: number;
  end: 'done' | 'stopped' | 'house gone' | 'already listed';
}>;

/** All requests of a plan. */
export const requestsOf = ({ people, auctions }: Plan): number =>
  people.length + auctions.reduce((sum, { moves }) => sum + 1 + moves.length, 0);

/** How long a run has to last for its rate, in ms. */
export function durationFor(plan: Plan, rate: number): number {
  const requests = requestsOf(plan) - plan.people.length;
  return Math.max(DURATION_MIN_MS, Math.ceil((SLACK * requests * 1_000) / rate));
}

/** Plays it; resolves when the last answer is in, or soon after `stop`. */
export async function playPlan(options: PlayOptions): Promise<PlayReport> {
  const play = new PlanPlay(options);
  return play.run();
}

class PlanPlay {
  private readonly tally = new Tally();
  private readonly lateness = new Histogram();
  private readonly parts = new Map<Part | null, number>();
  private readonly results = new Map<number, MoveResult>();
  private readonly dispatcher: Dispatcher;
  private readonly auctionMs: number;
  private readonly foreign = new AbortController();
  private notSent = 0;

  constructor(private readonly options: PlayOptions) {
    const { sender, runtime, rate, durationMs } = options;
    this.dispatcher = new Dispatcher({ sender, runtime, rate, tally: this.tally });
    this.auctionMs = durationMs * AUCTION_SHARE;
  }

  async run(): Promise<PlayReport> {
    const { runtime, plan } = this.options;
    const stop = AbortSignal.any([this.options.stop, this.foreign.signal]);
    const startedMs = runtime.monotonicMs();
    for (const person of plan.people) this.register(person, startedMs);
    await this.dispatcher.run(stop);
    if (!stop.aborted && !this.dispatcher.houseIsGone) {
      this.scheduleAuctions(runtime.monotonicMs());
      await this.dispatcher.run(stop);
    }
    const { tally, lateness, parts, results, notSent, auctionMs } = this;
    const tookMs = runtime.monotonicMs() - startedMs;
    return { tally, lateness, parts, results, notSent, auctionMs, tookMs, end: this.end() };
  }

  private end(): PlayReport['end'] {
    if (this.foreign.signal.aborted) return 'already listed';
    if (this.dispatcher.houseIsGone) return 'house gone';
    return this.options.stop.aborted ? 'stopped' : 'done';
  }

  private register(person: Person, dueMs: number): void {
    const { runtime, plan } = this.options;
    const commandId = () => seededCommandId(plan.options.seed, `register ${person.userId}`, runtime.now());
    this.dispatcher.at(dueMs, {
      message: () => ({ by: person, commandId: commandId(), wish: { kind: 'register' } }),
      answered: () => this.progress(),
    });
  }

  private scheduleAuctions(startMs: number): void {
    const { plan, runtime, durationMs } = this.options;
    const { dispatcher, auctionMs } = this;
    const { people, auctions, options } = plan;
    const stage = { dispatcher, runtime, people, seed: options.seed, playedMs: auctionMs };
    const spacingMs = (durationMs - auctionMs) / auctions.length;
    for (const [i, auction] of auctions.entries())
      playAuction(stage, auction, startMs + i * spacingMs, {
        notListed: (reason) => this.notListed(reason, auction.moves.length),
        sent: (sent) => this.sent(sent),
        dropped: () => this.drop(1),
        listed: () => this.progress(),
      });
  }

  private notListed(reason: string, moves: number): void {
    // These ids are made of the seed: who has them has played this plan, and its auctions are over or someone else's.
    if (reason === 'AuctionAlreadyListed') this.foreign.abort();
    this.drop(moves);
  }

  private drop(moves: number): void {
    this.notSent += moves;
    this.progress();
  }

  private sent({ move, result, lateMs, beforeCloseMs }: Sent): void {
    this.lateness.add(lateMs);
    const part = beforeCloseMs <= 0 ? null : partAt(beforeCloseMs);
    this.parts.set(part, (this.parts.get(part) ?? 0) + 1);
    if (move.mark !== null) this.results.set(move.entry, result);
    this.progress();
  }

  private progress(): void {
    this.options.progress(this.tally.total + this.notSent);
  }
}
