// One round of a batch: what judging it would write and answer, kept apart by aggregate until the journal has taken it.
import type { CommandId } from '../domain/ids.js';
import type { AggregateKey, DomainEvent } from '../domain/messages.js';
import type { Rejection } from '../domain/refusal.events.js';
import type { Instant } from '../domain/time.js';
import type { AppendResult, NewEvent, RecordedEvent, Revision, StreamAppend } from '../journal/journal.js';
import type { Aggregate, AggregatePoint } from './aggregate.js';
import type { Answer, Answered } from './idempotency-cache.js';
import type { PendingCommand } from './pending-command.js';

/** A judged command: the answer it will get once the append has succeeded. */
export type Judged = Readonly<{ command: PendingCommand; answer: Answer; events: readonly DomainEvent[] }>;

/**
 * One aggregate's part of a round. It is in one of these states:
 *   open        takes what is judged.
 *   dropped     was judged on what did not come true, or met a broken invariant: nothing of it is written.
 *   durable     everything that it was to write has been written.
 *   conflicted  the journal did not take it, or nobody knows: its commands are judged again.
 */
export class Draft {
  state: 'open' | 'dropped' | 'durable' | 'conflicted' = 'open';
  events: NewEvent[] = NONE;
  refusals: NewEvent[] = NONE;
  judged: Judged[] = NONE;
  /** Its own events, once they are recorded. */
  recorded: readonly RecordedEvent[] = NONE;
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
  accept(command: PendingCommand, events: readonly DomainEvent[], at: Instant): void {
    const meta = command.meta();
    const firstRevision = this.aggregate.revision + 1;
    for (const event of events) {
      this.aggregate.apply(event, at);
      this.events = added(this.events, { event, occurredAt: at, meta });
    }
    const { streamId, revision: lastRevision } = this.aggregate;
    const answer: Answer = { status: 'accepted', streamId, firstRevision, lastRevision };
    this.note({ command, answer, events });
  }

  /** Plans to record a refusal in the refusals stream. It does not move the aggregate, nor its judged time. */
  reject(command: PendingCommand, rejection: Rejection, at: Instant): void {
    const judgedAtRevision = this.aggregate.revision;
    const event = refusalEvent(command, rejection, judgedAtRevision, at);
    this.refusals = added(this.refusals, { event, occurredAt: at, meta: command.meta() });
    this.aggregate.refusalsRevision += 1;
    this.note({ command, answer: { status: 'rejected', rejection, judgedAtRevision }, events: [] });
  }

  /** Answers with a refusal that is not recorded. */
  answerOnly(command: PendingCommand, rejection: Rejection): void {
    const answer: Answer = { status: 'rejected', rejection, judgedAtRevision: this.aggregate.revision };
    this.note({ command, answer, events: [] });
  }

  /** To be called with what became of its parts. One that was not needed is as good as one that was written. */
  settle(own: AppendResult | undefined, refusals: AppendResult | undefined): void {
    if (this.state !== 'open') return;
    this.state = isDurable(own) && isDurable(refusals) ? 'durable' : 'conflicted';
    if (own?.status === 'appended') this.recorded = own.recorded;
  }

  /** To be called when the last command is judged: the next batch may move the aggregate on before this one is durable. */
  finish(): void {
    const { revision, state, judgedAt } = this.aggregate;
    this.end = { revision, state, judgedAt };
  }

  private note(judged: Judged): void {
    judged.command.judged();
    this.judged = added(this.judged, judged);
  }

  writesEvents(): boolean {
    return this.state !== 'dropped' && this.events.length > 0;
  }

  writesRefusals(): boolean {
    return this.state !== 'dropped' && this.refusals.length > 0;
  }

  /**
   * Adds the parts to append. Each rests on the other stream staying as it is, so that neither an acceptance nor a refusal can
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

const isDurable = (result: AppendResult | undefined): boolean => result === undefined || result.status === 'appended';

/** Never added to: most drafts have one event, and no refusal. */
const NONE: never[] = [];

/** The list with one more. Its first one makes a list of exactly one, where `push` would make room for 17. */
function added<Item>(list: Item[], item: Item): Item[] {
  if (list.length === 0) return [item];
  list.push(item);
  return list;
}

/** A batch's commands that are still open, and a draft for each aggregate that they touch. */
export class Round {
  private readonly byAggregate = new Map<AggregateKey, Draft>();
  private readonly judgedIds: CommandId[] = [];
  /** The first of them, as far as anybody has asked. */
  private readonly taken = new Set<CommandId>();

  /** `attempt` counts the rounds of a batch from 1. */
  constructor(
    readonly commands: readonly PendingCommand[],
    readonly attempt: number,
  ) {
    for (const command of commands) command.reopen();
  }

  /** The part of an aggregate; null while the aggregate is not loaded. */
  of(key: AggregateKey): Draft | null {
    return this.byAggregate.get(key) ?? null;
  }

  begin(aggregate: Aggregate): void {
    this.byAggregate.set(aggregate.key, new Draft(aggregate));
  }

  /** Notes that a command of this id was judged in this round, whoever sent it. */
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

  /** The parts to append, in the order of the drafts. */
  appends(): readonly StreamAppend[] {
    const parts: StreamAppend[] = [];
    for (const draft of this.drafts()) draft.addAppends(parts);
    return parts;
  }
}

/** The record that is kept of an answered command. */
export const answeredAs = ({ command, answer }: Judged, aggregate: AggregateKey, recordedAt: Instant): Answered => ({
  commandId: command.id,
  actorId: command.actorId,
  aggregate,
  fingerprint: command.fingerprint,
  recordedAt,
  answer,
});

function refusalEvent(
  { arrived: { command } }: PendingCommand,
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
