// One command of a batch on its way to an answer. It is in one of these states:
//   open      to be judged, or judged again.
//   judged    judged in this round. Its answer rests on what the round appends; where that fails, it is open again.
//   repeated  answered before. That answer is to be read back.
//   answered  its outcome is known, and final.
import type { ArrivedCommand, Outcome } from '../bus/command-bus.js';
import type { Parties } from '../domain/auction/parties.js';
import type { CommandId, UserId } from '../domain/ids.js';
import { type AggregateKey, aggregateKey } from '../domain/messages.js';
import type { EventMeta } from '../journal/journal.js';
import { fingerprintOf } from './fingerprint.js';
import type { Answered, Answers } from './idempotency-cache.js';
import type { KnownUser } from './known-users.js';
import type { ClaimAnswer } from './payment-claims.js';

/**
 * What is known of earlier commands under the same id, when a round begins.
 * `first`: no command of this id was ever answered, and none is in flight.
 * `in flight`: one is in a round that is not settled yet.
 * `unknown`: one may have been answered.
 */
export type Precedent = 'first' | 'in flight' | 'unknown';

/** Null for somebody who is not known. */
export type KnownParties = Parties & Readonly<{ buyer: KnownUser | null; seller: KnownUser | null }>;

export class PendingCommand {
  /** The auction or account that it is for. */
  readonly key: AggregateKey;
  readonly fingerprint: string;
  precedent: Precedent = 'unknown';
  /** How this very command was answered before, as far as that has been found. */
  earlier: Answered | null = null;
  /** The bidder or seller whom it names, if it was in memory when the round began. */
  user: KnownUser | null = null;
  /** Buyer and seller of the sale that it may make, as it looked when the round began. */
  parties: KnownParties | null = null;
  /** Of a payment: whether the sale that it is for may count it, once that has been asked. */
  claim: ClaimAnswer = null;
  private state: 'open' | 'judged' | 'repeated' | 'answered' = 'open';
  private known: Outcome | null = null;

  constructor(readonly arrived: ArrivedCommand) {
    this.key = aggregateKey(arrived.command);
    this.fingerprint = fingerprintOf(arrived.command, arrived.actor);
  }

  get id(): CommandId {
    return this.arrived.commandId;
  }

  /** Who sent it; null for the house. */
  get actorId(): UserId | null {
    const { actor } = this.arrived;
    return actor.kind === 'user' ? actor.userId : null;
  }

  get isOpen(): boolean {
    return this.state === 'open';
  }

  get isRepeated(): boolean {
    return this.state === 'repeated';
  }

  get isAnswered(): boolean {
    return this.state === 'answered';
  }

  /** The answer; null as long as there is none. */
  get outcome(): Outcome | null {
    return this.known;
  }

  /** Judged again, unless it is answered. */
  reopen(): void {
    if (this.state !== 'answered') this.state = 'open';
  }

  judged(): void {
    this.state = 'judged';
  }

  repeats(): void {
    this.state = 'repeated';
  }

  /** The only way in which a command gets its outcome. A first one stays. */
  answer(outcome: Outcome): void {
    if (this.state === 'answered') return;
    this.state = 'answered';
    this.known = outcome;
  }

  /** The answer to this very command among these. */
  answerIn(answers: Answers): Answered | null {
    return answers.find(this.id, this.actorId, this.key);
  }

  /** What is kept beside its events. */
  meta(): EventMeta {
    const { commandId, correlationId } = this.arrived;
    return { commandId, actorId: this.actorId, fingerprint: this.fingerprint, correlationId, causationId: null };
  }
}
