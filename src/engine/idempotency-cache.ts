// The idempotency cache: what was asked lately and how it was answered, so that a repeated command gets its first answer.
// Bounded in memory: the newest answers are kept, of many more only that they exist (id-bloom-filter.ts), and the journal,
// which keeps every command's id, is asked about the rest. `claim` tells when that is not needed.
import type { CommandId, UserId } from '../domain/ids.js';
import { commandIdTime } from '../domain/ids.js';
import { type AggregateKey, aggregateKeyOf, type StreamId } from '../domain/messages.js';
import type { Rejection } from '../domain/refusal.events.js';
import type { Instant } from '../domain/time.js';
import type { JournalEntry } from '../journal/journal.js';
import { IdBloomFilter } from './id-bloom-filter.js';

/** How a command was answered: by which revisions of which stream, or by which refusal. */
export type Answer =
  | Readonly<{ status: 'accepted'; streamId: StreamId; firstRevision: number; lastRevision: number }>
  | Readonly<{ status: 'rejected'; rejection: Rejection; judgedAtRevision: number }>;

/** An answered command. `actorId` null is the house. */
export type Answered = Readonly<{
  commandId: CommandId;
  actorId: UserId | null;
  aggregate: AggregateKey;
  fingerprint: string | null;
  recordedAt: Instant;
  answer: Answer;
}>;

export type IdempotencyCacheSettings = Readonly<{
  /** Answers kept in memory. */
  entriesMax: number;
  /** Ids remembered a generation, of which there are two, at four bytes each. At least what is recorded in a minute. */
  idsMax: number;
  /** How far a client's clock may run ahead; an id further in the future is refused by the engine. */
  futureMaxMs: number;
}>;

/** Slack for a server clock that is set back between two recordings. */
const CLOCK_STEP_MS = 5_000;

/** Where the answer to a command may be found by its id, its sender and what it is for. */
export type Answers = Pick<IdempotencyCache, 'find'>;

export class IdempotencyCache {
  private readonly entries = new Map<CommandId, Answered>();
  /** Further answers under an id, which somebody else has sent as well, or somebody for another aggregate: hardly ever any. */
  private readonly others = new Map<CommandId, readonly Answered[]>();
  /** The ids in the order in which they came, as a ring. (The first key of a Map that loses its first keys is slow to find.) */
  private readonly order: CommandId[] = [];
  private oldest = 0;
  private readonly seen: IdBloomFilter;

  /** `horizon`: every command that was recorded after this instant is, or will have been, added. */
  constructor(
    private readonly settings: IdempotencyCacheSettings,
    horizon: number,
  ) {
    this.seen = new IdBloomFilter(settings.idsMax, horizon);
  }

  /** The answer to this very command of this sender for this aggregate, if it is in memory. */
  find(commandId: CommandId, actorId: UserId | null, aggregate: AggregateKey): Answered | null {
    const found = this.entries.get(commandId);
    if (found === undefined) return null;
    const wanted = { actorId, aggregate };
    if (isSameCommand(found, wanted)) return found;
    return this.others.get(commandId)?.find((entry) => isSameCommand(entry, wanted)) ?? null;
  }

  /**
   * True when no command of this id can have been recorded, and none is on its way: it was neither seen since the horizon, nor
   * recorded before, because an id from more than `futureMaxMs` in the future would have been refused. From now on the id
   * counts as seen, at `at`, so that only the first one to ask for it is told so.
   */
  claim(commandId: CommandId, at: Instant): boolean {
    const madeAfterHorizon = commandIdTime(commandId) - this.settings.futureMaxMs - CLOCK_STEP_MS > this.seen.horizon;
    if (!madeAfterHorizon || this.seen.mayHave(commandId)) return false;
    this.seen.add(commandId, at);
    return true;
  }

  /** True when the answers under this id are in memory, all of them. */
  has(commandId: CommandId): boolean {
    return this.entries.has(commandId);
  }

  /** Adds an answer, in place of what was known of the same command, if anything was; `claimed` if its id was. */
  add(entry: Answered, claimed = false): void {
    const { commandId } = entry;
    const known = this.entries.get(commandId);
    if (known === undefined) {
      this.makeRoom(commandId);
      if (!claimed) this.seen.add(commandId, entry.recordedAt);
    } else if (!isSameCommand(known, entry)) {
      const others = this.others.get(commandId) ?? [];
      this.others.set(commandId, [...others.filter((other) => !isSameCommand(other, entry)), entry]);
      return;
    }
    this.entries.set(commandId, entry);
  }

  /**
   * Takes in what the journal recorded, in its order. A command's events in its own stream follow each other and are one
   * answer; events that no command asked for are passed over, and so is what is known already.
   */
  addRecorded(entries: readonly JournalEntry[]): void {
    for (const entry of entries) {
      if (this.isOwn(entry)) continue;
      const answered = answeredBy(entry, this);
      if (answered !== null) this.add(answered);
    }
  }

  /** True for an event whose command this process answered itself: nearly all there is, and one look is enough. */
  private isOwn({ streamId, revision, meta }: JournalEntry): boolean {
    if (meta.commandId === null) return false;
    const known = this.entries.get(meta.commandId);
    if (known?.answer.status !== 'accepted' || known.actorId !== meta.actorId) return false;
    return known.answer.streamId === streamId && revision <= known.answer.lastRevision;
  }

  /** Gives the next place in the ring to this id, and forgets the one that had it. */
  private makeRoom(commandId: CommandId): void {
    const forgotten = this.order[this.oldest];
    if (forgotten !== undefined) {
      this.entries.delete(forgotten);
      this.others.delete(forgotten);
    }
    this.order[this.oldest] = commandId;
    this.oldest = (this.oldest + 1) % this.settings.entriesMax;
  }
}

/** What tells apart commands of one id. */
type Asker = Pick<Answered, 'actorId' | 'aggregate'>;

/** Whether two of one id are one command: of the same sender, for the same aggregate. */
export const isSameCommand = (a: Asker, b: Asker): boolean => a.actorId === b.actorId && a.aggregate === b.aggregate;

/** How the command that an entry came from was answered, as far as these answers and the entry tell; null when it adds nothing. */
export function answeredBy(entry: JournalEntry, answers: Answers): Answered | null {
  const { commandId, actorId, fingerprint } = entry.meta;
  if (commandId === null) return null;
  const aggregate = aggregateKeyOf(entry.streamId);
  const answer = answerWith(entry, answers.find(commandId, actorId, aggregate));
  return answer === null ? null : { commandId, actorId, aggregate, fingerprint, recordedAt: entry.recordedAt, answer };
}

/** The answer that an entry stands for, or adds to what is known; null when it adds nothing. */
function answerWith(entry: JournalEntry, known: Answered | null): Answer | null {
  const { streamId, revision } = entry;
  if (!streamId.startsWith('refusals-')) {
    const earlier = known?.answer;
    if (earlier?.status !== 'accepted')
      return { status: 'accepted', streamId, firstRevision: revision, lastRevision: revision };
    return revision === earlier.lastRevision + 1 ? { ...earlier, lastRevision: revision } : null;
  }
  if (known !== null || entry.kind !== 'event') return null;
  const { event } = entry;
  if (event.type !== 'BidRejected' && event.type !== 'CommandRejected') return null;
  return { status: 'rejected', rejection: event.rejection, judgedAtRevision: event.judgedAtRevision };
}
