// One planned auction, played: listed, then every move sent at its moment before the close that the house has set.
import type { Runtime } from '../runtime/runtime.js';
import type { Dispatcher } from './dispatcher.js';
import type { Person } from './people.js';
import type { PlannedAuction, PlannedMove } from './plan.js';
import type { MoveResult } from './plan-lines.js';
import { seededCommandId } from './seeded-ids.js';
import type { Listing, Wish } from './sender.js';
import { Squeeze } from './timing.js';

export type Stage = Readonly<{
  dispatcher: Dispatcher;
  runtime: Runtime;
  /** Makes the ids of commands, with the numbers of the plan's entries. */
  seed: string;
  people: readonly Person[];
  /** How long an auction lives here, in ms, however long it was planned. */
  playedMs: number;
}>;

export type Sent = Readonly<{
  move: PlannedMove;
  result: MoveResult;
  /** Ms behind its moment. */
  lateMs: number;
  /** Ms before the close, in the plan's time, at which it was really sent. */
  beforeCloseMs: number;
}>;

export type Watcher = Readonly<{
  /** The house has listed it and will close it at this monotonic time, unless late bids move the close. */
  listed?: (closesMs: number) => void;
  /** The house has not; so there will be no moves. */
  notListed: (reason: string) => void;
  sent: (sent: Sent) => void;
  /** What was to be taken back has not been taken. */
  dropped: () => void;
}>;

/** A soft close's window as a share of the auction's life, and its limits: a second is the least that a house allows. */
const SOFT_CLOSE_DIVISOR = 20;
const SOFT_CLOSE_MIN_MS = 1_000;
const SOFT_CLOSE_MAX_MS = 120_000;

/** Schedules it all; the listing is sent at the monotonic time `startMs`. */
export function playAuction(stage: Stage, auction: PlannedAuction, startMs: number, watcher: Watcher): void {
  const { dispatcher, runtime, seed } = stage;
  const playedMs = Math.round(Math.min(stage.playedMs, auction.lengthMs));
  const commandId = () => seededCommandId(seed, `auction ${auction.auctionId}`, runtime.now());
  dispatcher.at(startMs, {
    message: () => ({
      by: personOf(stage, auction.seller),
      commandId: commandId(),
      wish: { kind: 'list', listing: listingOf(auction, playedMs) },
    }),
    answered: (outcome) => {
      if (outcome.kind !== 'accepted') {
        watcher.notListed(outcome.kind === 'refused' ? outcome.reason : outcome.message);
        return;
      }
      const leftMs = outcome.closesAt === null ? playedMs : outcome.closesAt - runtime.now();
      const closesMs = runtime.monotonicMs() + leftMs;
      watcher.listed?.(closesMs);
      playMoves(stage, auction, { closesMs, playedMs }, watcher);
    },
  });
}

/** When a listed auction closes, on the monotonic clock, and the time before that into which its plan is squeezed. */
export type Close = Readonly<{ closesMs: number; playedMs: number }>;

/** Schedules the moves of an auction that the house has listed. */
export function playMoves(
  { dispatcher, runtime, seed, ...stage }: Omit<Stage, 'playedMs'>,
  auction: PlannedAuction,
  { closesMs, playedMs }: Close,
  watcher: Pick<Watcher, 'sent' | 'dropped'>,
): void {
  const squeeze = new Squeeze(auction.lengthMs, playedMs);
  const bidNumbers = new Map<number, number>();
  for (const move of auction.moves) {
    const commandId = { sent: '' };
    dispatcher.at(closesMs - squeeze.toPlayed(move.beforeCloseMs), {
      message: () => {
        const wish = wishOf(auction, move, bidNumbers);
        if (wish === null) {
          watcher.dropped();
          return null;
        }
        commandId.sent = seededCommandId(seed, `move ${auction.auctionId} ${move.entry}`, runtime.now());
        return { by: personOf(stage, move.bidder), commandId: commandId.sent, wish };
      },
      answered: (outcome, { dueMs, sentMs }) => {
        const bidNumber = outcome.kind === 'accepted' ? outcome.bidNumber : null;
        if (move.kind === 'bid' && bidNumber !== null) bidNumbers.set(move.entry, bidNumber);
        const answer = outcome.kind === 'refused' ? outcome.reason : outcome.kind;
        watcher.sent({
          move,
          result: { commandId: commandId.sent, outcome: answer, bidNumber },
          lateMs: Math.max(0, sentMs - dueMs),
          beforeCloseMs: squeeze.toPlanned(closesMs - sentMs),
        });
      },
    });
  }
}

function wishOf(
  { auctionId, currency = 'USD' }: PlannedAuction,
  move: PlannedMove,
  bidNumbers: ReadonlyMap<number, number>,
): Wish | null {
  if (move.kind === 'bid') return { kind: 'bid', auctionId, amount: move.amount, currency };
  const bidNumber = bidNumbers.get(move.of);
  return bidNumber === undefined ? null : { kind: 'retraction', auctionId, bidNumber };
}

function listingOf(auction: PlannedAuction, durationMs: number): Listing {
  const {
    auctionId,
    title,
    description,
    category,
    startingPrice,
    reservePrice,
    softClose,
    retraction,
    photos = [],
  } = auction;
  const windowMs = Math.min(
    SOFT_CLOSE_MAX_MS,
    Math.max(SOFT_CLOSE_MIN_MS, Math.round(durationMs / SOFT_CLOSE_DIVISOR)),
  );
  const softCloseWindowMs = softClose ? windowMs : null;
  const prices = { startingPrice, reservePrice };
  return { auctionId, title, description, category, ...prices, softCloseWindowMs, retraction, photos, durationMs };
}

function personOf({ people }: Pick<Stage, 'people'>, number: number): Person {
  const person = people[number];
  if (person === undefined) throw new Error(`broken invariant: the plan has no person ${number}`);
  return person;
}
