// What judging a batch would write and answer, kept apart by aggregate until the journal has taken it.
import type { ArrivedCommand, Outcome } from '../bus/command-bus.js';
import type { CommandId, UserId } from '../domain/ids.js';
import type { AggregateKey, DomainEvent } from '../domain/messages.js';
import type { Rejection } from '../domain/refusal.events.js';
import type { Instant } from '../domain/time.js';
import type { EventMeta, NewEvent, Revision, StreamAppend } from '../journal/journal.js';
import type { Aggregate, AggregatePoint } from './aggregate.js';
import type { Answer, Answered } from './command-window.js';
import type { ClaimAnswer } from './payment-claims.js';
import type { KnownUser } from './standings.js';

/** One command of a batch on its way to an answer; null means that it is still to be judged, or judged again. */
export type Slot = {
  readonly command: ArrivedCommand;
  readonly fingerprint: string;
  /** True once it is certain that no command of this id was answered before this round. */
  isNew: boolean;
  /** How this very command was answered before, as far as that was found before the batch is judged. */
  earlier: Answered | null;
  /** True if a command of this id was on its way to an answer when earlier ones were looked for. */
  wasUnderWay: boolean;
  /** The part of the batch that it belongs to in this round; null while its aggregate is not loaded. */
  draft: Draft | null;
  /** Whose standing it is judged by, if that was in memory when the round began. */
  user: KnownUser | null;
  /** Of a payment: whether the sale that it is for may count it, once that has been asked. */
  claim: ClaimAnswer;
  outcome: Outcome | null;
};

/** A judged command: the answer it will get once the append has succeeded. */
export type Judged = Readonly<{ slot: Slot; answer: Answer; events: readonly DomainEvent[] }>;

/** One aggregate's part of a batch. */
export class Draft {
  events: NewEvent[] = NONE;
  refusals: NewEvent[] = NONE;
  judged: Judged[] = NONE;
  broken = false;
  /** Whether everything that it was to write has been written. */
  isDurable = false;
  /** How the aggregate stands once this part is durable. */
  end: AggregatePoint;
  private readonly baseRevision: Revision;
  private readonly baseRefusals: Revision;

  constructor(readonly aggregate: Aggregate) {
    this.baseRevision = aggregate.revision;
    this.baseRefusals = aggregate.refusalsRevision;
    this.end = aggregate;
  }

  /** Applies a command's events to the aggregate and plans to record them. */
  accept(slot: Slot, events: readonly DomainEvent[], at: Instant): void {
    const meta = metaOf(slot);
    const firstRevision = this.aggregate.revision + 1;
    for (const event of events) {
      this.aggregate.apply(event, at);
      this.events = added(this.events, { event, occurredAt: at, meta });
    }
    const { streamId, revision: lastRevision } = this.aggregate;
    const answer: Answer = { status: 'accepted', streamId, firstRevision, lastRevision };
    this.judged = added(this.judged, { slot, answer, events });
  }

  /** Plans to record a refusal in the refusals stream. It does not move the aggregate, nor its judged time. */
  reject(slot: Slot, rejection: Rejection, at: Instant): void {
    const judgedAtRevision = this.aggregate.revision;
    const event = refusalEvent(slot, rejection, judgedAtRevision, at);
    this.refusals = added(this.refusals, { event, occurredAt: at, meta: metaOf(slot) });
    this.aggregate.refusalsRevision += 1;
    this.judged = added(this.judged, { slot, answer: { status: 'rejected', rejection, judgedAtRevision }, events: [] });
  }

  /** Answers with a refusal that is not recorded. */
  answerOnly(slot: Slot, rejection: Rejection): void {
    const answer: Answer = { status: 'rejected', rejection, judgedAtRevision: this.aggregate.revision };
    this.judged = added(this.judged, { slot, answer, events: [] });
  }

  /** To be called when the last command is judged: the next batch may move the aggregate on before this one is durable. */
  finish(): void {
    const { revision, state, judgedAt } = this.aggregate;
    this.end = { revision, state, judgedAt };
  }

  writesEvents(): boolean {
    return !this.broken && this.events.length > 0;
  }

  writesRefusals(): boolean {
    return !this.broken && this.refusals.length > 0;
  }

  /**
   * Adds the parts to append. Each rests on the other stream standing still, so that neither an acceptance nor a refusal can
   * slip past what another engine recorded about the same command meanwhile.
   */
  addAppends(parts: StreamAppend[]): void {
    const { streamId, refusalsId } = this.aggregate;
    if (this.writesEvents())
      parts.push({
        streamId,
        expected: this.baseRevision,
        events: this.events,
        restsOn: [{ streamId: refusalsId, revision: this.baseRefusals }],
      });
    if (this.writesRefusals())
      parts.push({
        streamId: refusalsId,
        expected: this.baseRefusals,
        events: this.refusals,
        restsOn: [{ streamId, revision: this.baseRevision }],
      });
  }
}

/** Never added to: most drafts have one event, and no refusal. */
const NONE: never[] = [];

/** The list with one more. Its first one makes a list of exactly one, where `push` would make room for 17. */
function added<Item>(list: Item[], item: Item): Item[] {
  if (list.length === 0) return [item];
  list.push(item);
  return list;
}

/** A whole batch: a draft for each aggregate it touches, and the repeats to be answered from earlier answers. */
export class BatchDraft {
  readonly repeats: Slot[] = [];
  private readonly byAggregate = new Map<AggregateKey, Draft>();
  private readonly judgedIds: CommandId[] = [];
  /** The first of them, as far as anybody has asked. */
  private readonly taken = new Set<CommandId>();

  /** The part of an aggregate that is in the batch already. */
  of(key: AggregateKey): Draft | null {
    return this.byAggregate.get(key) ?? null;
  }

  begin(aggregate: Aggregate): Draft {
    const draft = new Draft(aggregate);
    this.byAggregate.set(aggregate.key, draft);
    return draft;
  }

  /** Notes that a command of this id was judged in this batch, whoever sent it. */
  take(commandId: CommandId): void {
    this.judgedIds.push(commandId);
  }

  /** Asked about ids only that may have been seen before, which are few: so the set is made when it is needed. */
  isTaken(commandId: CommandId): boolean {
    for (let i = this.taken.size; i < this.judgedIds.length; i++) this.taken.add(this.judgedIds[i] as CommandId);
    return this.taken.has(commandId);
  }

  drafts(): IterableIterator<Draft> {
    return this.byAggregate.values();
  }
}

/** The entry that the command window keeps of an answered command. */
export const answeredAs = ({ slot, answer }: Judged, aggregate: AggregateKey, recordedAt: Instant): Answered => ({
  commandId: slot.command.commandId,
  actorId: actorIdOf(slot.command),
  aggregate,
  fingerprint: slot.fingerprint,
  recordedAt,
  answer,
});

/** Who sent a command; null for the house. */
export const actorIdOf = ({ actor }: ArrivedCommand): UserId | null => (actor.kind === 'user' ? actor.userId : null);

const metaOf = ({ command, fingerprint }: Slot): EventMeta => ({
  commandId: command.commandId,
  actorId: actorIdOf(command),
  fingerprint,
  correlationId: command.correlationId,
  causationId: null,
});

function refusalEvent(
  { command: { command } }: Slot,
  rejection: Rejection,
  judgedAtRevision: Revision,
  rejectedAt: Instant,
): DomainEvent {
  const about = { rejection, judgedAtRevision, rejectedAt };
  if (command.type === 'PlaceBid')
    return {
      type: 'BidRejected',
      bidderId: command.bidderId,
      amount: command.amount,
      currency: command.currency,
      ...about,
    };
  if (command.type === 'BuyNow')
    return { type: 'BidRejected', bidderId: command.bidderId, amount: null, currency: null, ...about };
  return { type: 'CommandRejected', command: command.type, ...about };
}
