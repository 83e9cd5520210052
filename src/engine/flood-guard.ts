// Keeps one person's refused commands from filling a refusals stream: beyond a number a minute, commands of that person on
// that auction or account are turned away unjudged for the rest of the minute, and one event counts them.
import type { UserId } from '../domain/ids.js';
import type { StreamId } from '../domain/messages.js';
import { type Instant, later } from '../domain/time.js';
import type { NewEvent, StreamAppend } from '../journal/journal.js';

const WINDOW_MS = 60_000;
const LOOK_EVERY_MS = 1_000;

/** Commands turned away in one finished minute. `streamId` is the refusals stream in which they count. */
export type Flood = Readonly<{
  streamId: StreamId;
  actorId: UserId;
  count: number;
  firstAt: Instant;
  lastAt: Instant;
}>;

type Tally = {
  streamId: StreamId;
  actorId: UserId;
  since: Instant;
  refused: number;
  turnedAway: number;
  firstAt: Instant;
  lastAt: Instant;
};

export class FloodGuard {
  /** By person, then by refusals stream. */
  private readonly tallies = new Map<UserId, Map<StreamId, Tally>>();
  /** Tallies that have reached the limit: while there are none, as nearly always, nobody need be looked for. */
  private full = 0;
  private lookedAt = Number.NEGATIVE_INFINITY;

  /** `refusalsMax`: refused commands of one person that are judged within a minute, a refusals stream. */
  constructor(private readonly refusalsMax: number) {}

  /** Milliseconds for which this person's commands are to be turned away; 0 when they are to be judged. */
  waitMs(streamId: StreamId, actorId: UserId, at: Instant): number {
    if (this.full === 0) return 0;
    const tally = this.tallies.get(actorId)?.get(streamId);
    if (tally === undefined || !this.isFull(tally)) return 0;
    return Math.max(0, later(tally.since, WINDOW_MS) - at);
  }

  /** Counts a command that was judged and refused. */
  refused(streamId: StreamId, actorId: UserId, at: Instant): void {
    const tallies = this.tallies.get(actorId) ?? new Map<StreamId, Tally>();
    this.tallies.set(actorId, tallies);
    const tally = tallies.get(streamId);
    if (tally !== undefined && at < later(tally.since, WINDOW_MS)) {
      if (!this.isFull(tally)) this.count(tally);
      return;
    }
    if (tally !== undefined && tally.turnedAway > 0) return;
    if (tally !== undefined) this.drop(tally);
    const begun = { streamId, actorId, since: at, refused: 0, turnedAway: 0, firstAt: at, lastAt: at };
    tallies.set(streamId, begun);
    this.count(begun);
  }

  private isFull({ refused }: Tally): boolean {
    return refused >= this.refusalsMax;
  }

  private count(tally: Tally): void {
    tally.refused += 1;
    if (this.isFull(tally)) this.full += 1;
  }

  private drop(tally: Tally): void {
    if (this.isFull(tally)) this.full -= 1;
  }

  /** Counts a command that was turned away. */
  turnedAway(streamId: StreamId, actorId: UserId, at: Instant): void {
    const tally = this.tallies.get(actorId)?.get(streamId);
    if (tally === undefined) return;
    if (tally.turnedAway === 0) tally.firstAt = at;
    tally.turnedAway += 1;
    tally.lastAt = at;
  }

  /** Takes out the floods whose minute is over at `now`; with null, all of them. Quiet tallies are dropped on the way. */
  finished(now: Instant | null): readonly Flood[] {
    // Many are refused something once or twice in a minute: their tallies are gone through now and then, not with every batch.
    if (now !== null && Math.abs(now - this.lookedAt) < LOOK_EVERY_MS) return [];
    this.lookedAt = now ?? this.lookedAt;
    const floods: Flood[] = [];
    for (const [actor, tallies] of this.tallies) {
      for (const tally of tallies.values()) {
        if (now !== null && now < later(tally.since, WINDOW_MS)) continue;
        const { streamId, actorId, turnedAway: count, firstAt, lastAt } = tally;
        tallies.delete(streamId);
        this.drop(tally);
        if (count > 0) floods.push({ streamId, actorId, count, firstAt, lastAt });
      }
      if (tallies.size === 0) this.tallies.delete(actor);
    }
    return floods;
  }
}

/** The event that counts a flood. It moves the refusals stream, whatever its revision. */
export function floodAppend({ streamId, actorId, count, firstAt, lastAt }: Flood, occurredAt: Instant): StreamAppend {
  const meta = { commandId: null, actorId, fingerprint: null, correlationId: null, causationId: null };
  const event: NewEvent = { event: { type: 'FloodRejected', actorId, count, firstAt, lastAt }, occurredAt, meta };
  return { streamId, expected: 'any', events: [event], restsOn: [] };
}
