// Judges the commands of a round one after another, on what the rounds before it make of the aggregates. Nothing here waits.
import type { ArrivedCommand } from '../bus/command-bus.js';
import type { NamedUser, PaddleStatus } from '../domain/actor.js';
import { type Decision, reject } from '../domain/decision.js';
import type { Positions } from '../domain/fees/tax-position.js';
import type { UserId } from '../domain/ids.js';
import { type Command, type DomainEvent, type StreamId, userRefusalsStream } from '../domain/messages.js';
import type { Rejection } from '../domain/refusal.events.js';
import { type Instant, laterOf } from '../domain/time.js';
import { taxPositionOf, unregistered } from '../domain/user/user.js';
import { NO_STREAM } from '../journal/journal.js';
import type { Aggregate } from './aggregate.js';
import type { BatchPipeline } from './batch-pipeline.js';
import type { EngineParts } from './engine-parts.js';
import { fault, idRefusal } from './outcomes.js';
import type { Paddles } from './paddles.js';
import type { PaymentAsked } from './payment-claims.js';
import type { PendingCommand } from './pending-command.js';
import type { Draft, Round } from './round.js';

export const UNKNOWN_USER: NamedUser = { status: 'unknown' };

export class Judge {
  constructor(
    private readonly parts: EngineParts,
    private readonly pipeline: BatchPipeline,
  ) {}

  /** Afterwards each command is judged or answered, or repeats an earlier one; or it stays open for the next round. */
  judge(round: Round): void {
    for (const pending of round.commands) {
      const draft = pending.isOpen ? round.of(pending.key) : null;
      if (draft !== null) this.judgeOne(pending, draft, round);
    }
    for (const draft of round.drafts()) draft.finish();
  }

  private judgeOne(pending: PendingCommand, draft: Draft, round: Round): void {
    if (this.pipeline.isHeldBack(pending.key)) this.pipeline.fail(pending);
    else if (!this.answerAtOnce(pending) && !this.mustWait(pending, round)) this.judgeByRules(pending, draft, round);
  }

  /** Answers a repeat, and an id that must not be used: true if it was either. */
  private answerAtOnce(pending: PendingCommand): boolean {
    const { precedent, arrived } = pending;
    // Answered meanwhile, perhaps: a round before this one may have been settled since.
    if (precedent !== 'first') pending.earlier ??= pending.answerIn(this.parts.idempotency);
    if (pending.earlier !== null) {
      if (pending.earlier.fingerprint === pending.fingerprint) pending.repeats();
      else pending.answer({ status: 'refused', reason: 'CommandIdReused' });
      return true;
    }
    const refusal = idRefusal(arrived, this.parts.settings);
    if (refusal !== null) pending.answer(refusal);
    return refusal !== null;
  }

  /** The same id twice: the later one waits for the next round, when the first has been recorded, or has not. */
  private mustWait({ precedent, id }: PendingCommand, round: Round): boolean {
    return precedent === 'in flight' || (precedent === 'unknown' && round.isTaken(id));
  }

  private judgeByRules(pending: PendingCommand, draft: Draft, round: Round): void {
    const at = judgedTime(draft.aggregate, pending.arrived.arrivedAt);
    if (draft.state === 'open' && !this.turnAway(pending, draft.aggregate, at)) this.decide(pending, draft, at, round);
  }

  private turnAway(pending: PendingCommand, aggregate: Aggregate, at: Instant): boolean {
    const { floods } = this.parts;
    const { actorId } = pending;
    if (actorId === null) return false;
    const stream = floodStream(aggregate, actorId);
    const retryAfterMs = floods.waitMs(stream, actorId, at);
    if (retryAfterMs === 0) return false;
    floods.turnedAway(stream, actorId, at);
    pending.answer({ status: 'throttled', retryAfterMs });
    return true;
  }

  private decide(pending: PendingCommand, draft: Draft, at: Instant, round: Round): void {
    const { command, actor } = pending.arrived;
    const holder = holderOf(command, draft.aggregate, this.parts.paddles);
    const bidderId = holder ?? (command.type === 'PlaceBid' ? command.bidderId : undefined);
    const user =
      holder === undefined ? (pending.user?.named ?? this.userOf(command)) : this.parts.knownUsers.of(holder);
    const paddle = bidderId === undefined ? undefined : this.paddleOf(bidderId, draft.aggregate);
    // The auction became a lot in this very round: its sale is loaded, and the bid judged, in the next.
    if (paddle === null) return;
    // A bid of this very round made somebody else the buyer: that person is loaded, and the close judged, in the next.
    const positions = positionsOf(pending, draft.aggregate);
    if (positions === null) return;
    try {
      const decision = withClaim(
        draft.aggregate.decide(command, { at, actor, user, paddle, holder, positions }),
        pending,
      );
      // The auction takes the payment, by what came before it in this round: claimed first, and judged again.
      if (decision === null) return;
      if (decision.accepted) draft.accept(pending, decision.events, at);
      else this.reject(pending, draft, decision.rejection, at);
      round.take(pending.id);
    } catch (error) {
      // A broken invariant: nothing of this aggregate's part of the round is written, and its state is thrown away.
      const { streamId } = draft.aggregate;
      this.parts.log.error({ streamId, error: String(error) }, 'a command could not be judged');
      draft.state = 'dropped';
      this.pipeline.invalidate(draft.aggregate, 'stale');
      pending.answer(fault('JudgingFailed', 'this command could not be judged', false));
    }
  }

  /**
   * Plans the refusal's record, and counts it. A command that names an auction or account which does not exist is answered and
   * never recorded: whoever makes ids up would fill the journal. Its answer is kept in memory, for repeats. A repeat that comes
   * after that, after a restart or to another engine is judged as a new command. That is safe: the refusal had no effect, and
   * the first time the command is accepted, that is recorded under its id. So it never has two effects; only the answer changes,
   * from "not there" to what is true once it is there.
   */
  private reject(pending: PendingCommand, draft: Draft, rejection: Rejection, at: Instant): void {
    const { actorId } = pending;
    if (actorId !== null) this.parts.floods.refused(floodStream(draft.aggregate, actorId), actorId, at);
    if (namesNothing(rejection)) draft.answerOnly(pending, rejection);
    else draft.reject(pending, rejection, at);
  }

  /** Undefined where a bid needs no paddle, null where its sale is not in memory. */
  private paddleOf(bidderId: UserId, { saleOfPaddles }: Aggregate): PaddleStatus | null | undefined {
    return saleOfPaddles === null ? undefined : this.parts.paddles.of(saleOfPaddles, bidderId);
  }

  private userOf(command: Command): NamedUser {
    const userId = namedUserId(command);
    return userId === null ? UNKNOWN_USER : this.parts.knownUsers.of(userId);
  }
}

/** The later of the arrival and the aggregate's last judged time. */
export const judgedTime = ({ judgedAt }: Aggregate, arrivedAt: Instant): Instant =>
  judgedAt === null ? arrivedAt : laterOf(arrivedAt, judgedAt);

/** Where buyer and seller are for tax; undefined for a command that makes no sale, null where others were loaded than these. */
function positionsOf({ arrived, parties }: PendingCommand, aggregate: Aggregate): Positions | null | undefined {
  const now = aggregate.partiesOf(arrived.command);
  if (now === null) return undefined;
  if (parties?.buyerId !== now.buyerId || parties.sellerId !== now.sellerId) return null;
  const { buyer, seller } = parties;
  return { buyer: taxPositionOf(buyer?.user ?? unregistered), seller: taxPositionOf(seller?.user ?? unregistered) };
}

export const isPayment = (arrived: ArrivedCommand): arrived is PaymentAsked => arrived.command.type === 'RecordPayment';

type Decided = Decision<DomainEvent, Rejection>;

/** What the auction decided, unless it takes a payment that other sales count; null while that is not known. */
function withClaim(decision: Decided, { arrived, claim }: PendingCommand): Decided | null {
  if (!decision.accepted || !isPayment(arrived) || claim?.status === 'held') return decision;
  return claim === null ? null : reject(claim.rejection);
}

/** Who has the paddle whose number a command names; undefined for any other command, and where nobody has it. */
export function holderOf(command: Command, { saleOfPaddles }: Aggregate, paddles: Paddles): UserId | undefined {
  if (command.type !== 'TakeBid' || saleOfPaddles === null) return undefined;
  return paddles.holderOf(saleOfPaddles, command.paddle);
}

/** The bidder or seller whom a command names. */
export function namedUserId(command: Command): UserId | null {
  switch (command.type) {
    case 'PlaceBid':
    case 'BuyNow':
    case 'OfferSecondChance':
    case 'AcceptSecondChance':
      return command.bidderId;
    case 'ListAuction':
    case 'RelistAuction':
    case 'AddLot':
      return command.sellerId;
    case 'AskQuestion':
      return command.askerId;
    case 'RequestPaddle':
    case 'GivePaddle':
      return command.bidderId;
    default:
      return null;
  }
}

/** Where somebody's refusals on this aggregate are counted: with it, or with the person if there is no such auction or account. */
const floodStream = ({ revision, refusalsId }: Aggregate, actorId: UserId): StreamId =>
  revision === NO_STREAM ? userRefusalsStream(actorId) : refusalsId;

const namesNothing = ({ reason }: Rejection): boolean =>
  reason === 'AuctionUnknown' ||
  reason === 'UserUnknown' ||
  reason === 'SaleUnknown' ||
  reason === 'FraudCaseUnknown' ||
  reason === 'PayoutRunUnknown';
