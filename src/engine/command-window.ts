// What was asked lately and how it was answered, so that a repeated command gets its first answer (invariant 9).
// Bounded in memory; what has left it is looked up in the journal, which keeps every command's id. `isCovered` tells
// when that is needed: an id made after the horizon cannot have been recorded before it.
import type { AuctionId, CommandId, UserId } from '../domain/ids.js';
import { commandIdTime } from '../domain/ids.js';
import { type StreamId, streamOwner } from '../domain/messages.js';
import type { Rejection } from '../domain/refusal.events.js';
import type { Instant } from '../domain/time.js';
import type { JournalEntry } from '../journal/journal.js';

/** How a command was answered: by which revisions of which stream, or by which refusal. */
export type Answer =
  | Readonly<{ status: 'accepted'; streamId: StreamId; firstRevision: number; lastRevision: number }>
  | Readonly<{ status: 'rejected'; rejection: Rejection; judgedAtRevision: number }>;

/** An answered command. `actorId` null is the house. */
export type Answered = Readonly<{
  commandId: CommandId;
  actorId: UserId | null;
  aggregateId: AuctionId | UserId;
  fingerprint: string | null;
  recordedAt: Instant;
  answer: Answer;
}>;

export type CommandWindowSettings = Readonly<{
  /** Commands kept in memory. */
  entriesMax: number;
  /** How far a client's clock may run ahead; an id further in the future is refused by the engine. */
  futureMaxMs: number;
}>;

/** Slack for a server clock that is set back between two recordings. */
const CLOCK_STEP_MS = 5_000;

export class CommandWindow {
  private readonly entries = new Map<CommandId, readonly Answered[]>();
  private horizon: number;

  /** `horizon`: every command recorded after this instant is, or will be, in memory. */
  constructor(
    private readonly settings: CommandWindowSettings,
    startedAt: Instant,
  ) {
    this.horizon = startedAt;
  }

  /** The answer to this very command of this sender for this aggregate, if it is in memory. */
  find(commandId: CommandId, actorId: UserId | null, aggregateId: AuctionId | UserId): Answered | null {
    const found = this.entries.get(commandId);
    if (found === undefined) return null;
    return found.find((entry) => entry.actorId === actorId && entry.aggregateId === aggregateId) ?? null;
  }

  /** True when an id that is not in memory is certainly new. */
  isCovered(commandId: CommandId): boolean {
    return commandIdTime(commandId) - this.settings.futureMaxMs - CLOCK_STEP_MS > this.horizon;
  }

  add(entry: Answered): void {
    const others = this.entries.get(entry.commandId);
    if (others === undefined) this.entries.set(entry.commandId, [entry]);
    else if (this.find(entry.commandId, entry.actorId, entry.aggregateId) === null)
      this.entries.set(entry.commandId, [...others, entry]);
    while (this.entries.size > this.settings.entriesMax) this.forgetOldest();
  }

  /** Takes in what the journal recorded, in its order; events without a command are passed over. */
  addRecorded(entries: readonly JournalEntry[]): void {
    for (const answered of answeredBy(entries)) this.add(answered);
  }

  /** Declares that everything recorded after this instant has been added, which may set the horizon back. */
  coverFrom(horizon: number): void {
    this.horizon = Math.min(this.horizon, horizon);
  }

  get size(): number {
    return this.entries.size;
  }

  private forgetOldest(): void {
    for (const [commandId, answered] of this.entries) {
      this.entries.delete(commandId);
      for (const { recordedAt } of answered) this.horizon = Math.max(this.horizon, recordedAt);
      return;
    }
  }
}

/** The answers that recorded events stand for: a command's consecutive events in one stream are one answer. */
export function answeredBy(entries: readonly JournalEntry[]): readonly Answered[] {
  const answers = new Map<string, Answered>();
  for (const entry of entries) {
    const { commandId, actorId, fingerprint } = entry.meta;
    if (commandId === null) continue;
    const owner = streamOwner(entry.streamId);
    const key = `${commandId} ${actorId} ${owner.kind} ${owner.id}`;
    const earlier = answers.get(key);
    const firstRevision = earlier?.answer.status === 'accepted' ? earlier.answer.firstRevision : entry.revision;
    const answer = answerOf(entry, firstRevision);
    if (answer !== null)
      answers.set(key, {
        commandId,
        actorId,
        aggregateId: owner.id,
        fingerprint,
        recordedAt: entry.recordedAt,
        answer,
      });
  }
  return [...answers.values()];
}

function answerOf(entry: JournalEntry, firstRevision: number): Answer | null {
  if (!entry.streamId.startsWith('refusals-'))
    return { status: 'accepted', streamId: entry.streamId, firstRevision, lastRevision: entry.revision };
  if (entry.kind !== 'event') return null;
  const { event } = entry;
  if (event.type !== 'BidRejected' && event.type !== 'CommandRejected') return null;
  return { status: 'rejected', rejection: event.rejection, judgedAtRevision: event.judgedAtRevision };
}
