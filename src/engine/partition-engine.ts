// The one writer of a partition's aggregates: load, judge, append in one commit, answer. No answer of any kind leaves
// before the append it rests on has succeeded; a conflict reloads the aggregate and judges its commands again. So the
// revisions, not the broker, guarantee correctness: two engines on one partition can only slow each other down.
import type { ArrivedCommand, Outcome } from '../bus/command-bus.js';
import type { UserStanding } from '../domain/actor.js';
import { type Decision, reject } from '../domain/decision.js';
import type { UserId } from '../domain/ids.js';
import {
  type AggregateKey,
  aggregateKey,
  aggregateKeyOf,
  type Command,
  type DomainEvent,
  type StreamId,
  userRefusalsStream,
} from '../domain/messages.js';
import type { Rejection } from '../domain/refusal.events.js';
import { type Instant, laterOf } from '../domain/time.js';
import {
  type AppendResult,
  type Journal,
  type NewEvent,
  NO_STREAM,
  type StreamAppend,
  StreamCorrupt,
} from '../journal/journal.js';
import type { Log } from '../runtime/log.js';
import type { Metrics } from '../runtime/metrics.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Aggregate } from './aggregate.js';
import type { AggregateCache } from './aggregate-cache.js';
import type { Answered, Answers, CommandWindow } from './command-window.js';
import { actorIdOf, answeredAs, BatchDraft, type Draft, type Judged, type Slot } from './draft.js';
import { fingerprintOf } from './fingerprint.js';
import type { Flood, FloodGuard } from './flood-guard.js';
import type { JournalFollower } from './journal-follower.js';
import { fault, idRefusal, rejectedOutcome, repeatedOutcome } from './outcomes.js';
import { type PaymentAsked, PaymentClaims } from './payment-claims.js';
import { RecordedAnswers } from './recorded-answers.js';
import type { Standings } from './standings.js';

export type PartitionEngineSettings = Readonly<{
  /** How often a batch is judged, conflicts and all, before what is left of it is answered `busy`. */
  attemptsMax: number;
  retryAfterMs: number;
  /** A client's command id is taken for this long after it was made, and this far ahead of our clock. */
  commandWindowMs: number;
  commandFutureMaxMs: number;
  /** Refused commands of one person on one auction or account that are judged within a minute. */
  refusalsPerMinuteMax: number;
  /** What others recorded is known after this long at the latest: a second, for users' standings (DESIGN, Domain). */
  newsAgeMaxMs: number;
}>;

/** What the engines of one process share. */
export type EngineParts = Readonly<{
  journal: Journal;
  cache: AggregateCache;
  window: CommandWindow;
  standings: Standings;
  follower: JournalFollower;
  floods: FloodGuard;
  runtime: Runtime;
  metrics: Metrics;
  log: Log;
  settings: PartitionEngineSettings;
}>;

/** A read that waits for a connection behind two thousand others would be given up. */
const LOADS_AT_ONCE = 64;

const UNKNOWN: UserStanding = { status: 'unknown' };

export class PartitionEngine {
  private readonly claims: PaymentClaims;
  /** Ends when the batch that is being judged has been; batches are judged in the order in which they came. */
  private judging: Promise<void> = Promise.resolve();
  /** Batches that are judged and whose fate is not known yet, oldest first: the last one is written last. */
  private readonly unsettled: BatchDraft[] = [];
  /** Ends when the last of them is settled. */
  private settled: Promise<void> = Promise.resolve();
  /** Commands by aggregate that met a fault which passes, and whose senders have not been told yet. */
  private readonly untold = new Map<AggregateKey, number>();

  constructor(private readonly parts: EngineParts) {
    this.claims = new PaymentClaims(parts.journal, parts.cache);
  }

  /**
   * Judges a batch of one partition's commands and answers each, in the order given. Never rejects. The next batch may be
   * handed over before this one is answered: it is judged while this one is on its way to the disk, on what this one will
   * have made of the auctions, and it is written only if that came true.
   *
   * Where a command meets a fault that passes, so do all that came behind it for the same aggregate until its sender has
   * been told: who sends them again in their order has them judged in their order.
   */
  async handle(batch: readonly ArrivedCommand[]): Promise<readonly Outcome[]> {
    const { runtime, settings } = this.parts;
    const slots: readonly Slot[] = batch.map((command) => ({
      command,
      fingerprint: fingerprintOf(command.command, command.actor),
      isNew: false,
      earlier: null,
      wasUnderWay: false,
      draft: null,
      user: null,
      claim: null,
      outcome: null,
    }));
    let open = slots;
    for (let attempt = 1; open.length > 0 && attempt <= settings.attemptsMax; attempt++) {
      try {
        await this.judgeAndAppend(open, attempt > 1);
      } catch (error) {
        this.answerFault(open, error);
      }
      open = open.filter((slot) => slot.outcome === null);
    }
    await this.recordFloods(runtime.now());
    this.measure(slots);
    this.tellAll(slots);
    return slots.map(({ outcome }) => outcome ?? { status: 'busy', retryAfterMs: settings.retryAfterMs });
  }

  /** Records what is still only counted. To be called once, after the last batch. */
  async drain(): Promise<void> {
    await this.recordFloods(null);
  }

  /** One round. Slots that stay without an outcome met a conflict, and are to be judged again. */
  private async judgeAndAppend(open: readonly Slot[], again: boolean): Promise<void> {
    const { metrics, runtime } = this.parts;
    const before = this.judging;
    const judged = before.then(() => this.judgeBatch(open, again));
    this.judging = judged.then(
      () => undefined,
      () => undefined,
    );
    const { batch, judgeMs, settled } = await judged;
    const startedMs = runtime.monotonicMs();
    await settled;
    // The next batch waits for the journal, these answers only for us: it is sent on its way before they are given.
    if (this.unsettled.length > 1) await runtime.yield();
    this.finish(batch);
    await this.answerRepeats(batch);
    const appendMs = runtime.monotonicMs() - startedMs;
    metrics.batchAnswered({ partition: open[0]?.command.partition ?? 0, commands: open.length, judgeMs, appendMs });
  }

  /** Judges a batch and puts it in the line of those to be written. `settled` rejects if nothing could be written. */
  private async judgeBatch(open: readonly Slot[], again: boolean) {
    const { runtime } = this.parts;
    const batch = await this.prepare(open, again);
    const startedMs = runtime.monotonicMs();
    for (const slot of open) if (slot.outcome === null && slot.draft !== null) this.judgeOne(slot, slot.draft, batch);
    for (const draft of batch.drafts()) draft.finish();
    const judgeMs = runtime.monotonicMs() - startedMs;
    const appends = appendsOf(batch);
    this.unsettled.push(batch);
    const settled = this.settled
      .then(() => this.commit(batch, appends))
      .catch((error: unknown) => {
        this.leave(batch);
        throw error;
      });
    this.settled = settled.catch(() => undefined);
    return { batch, judgeMs, settled };
  }

  /** Writes a batch, once it is known what became of those before it. */
  private async commit(batch: BatchDraft, planned: readonly StreamAppend[]): Promise<void> {
    let isAsPlanned = true;
    for (const draft of batch.drafts()) {
      // Judged on what did not come true: to be judged again, on what did.
      if (draft.aggregate.lost === null || draft.broken) continue;
      draft.broken = true;
      isAsPlanned = false;
      if (draft.aggregate.lost === 'fault') this.failAll(draft);
    }
    const appends = isAsPlanned ? planned : appendsOf(batch);
    try {
      const results = appends.length === 0 ? [] : await this.parts.journal.append(appends);
      this.settle(batch, results);
    } catch (error) {
      for (const draft of batch.drafts()) {
        this.lose(draft.aggregate, 'fault');
        this.failAll(draft);
      }
      throw error;
    }
  }

  private lose(aggregate: Aggregate, by: 'conflict' | 'fault'): void {
    if (aggregate.lost !== 'fault') aggregate.lost = by;
    this.parts.cache.forget(aggregate.key);
  }

  private failAll({ judged }: Draft): void {
    for (const { slot } of judged) if (slot.outcome === null) this.fail(slot);
  }

  private fail(slot: Slot): void {
    const key = aggregateKey(slot.command.command);
    slot.outcome = fault(
      'JournalUnavailable',
      'the journal cannot be written just now; send the same command again',
      true,
    );
    this.untold.set(key, (this.untold.get(key) ?? 0) + 1);
  }

  /** Whoever waits for these answers has them by the next turn of the event loop. */
  private tellAll(slots: readonly Slot[]): void {
    const failed = slots.filter(({ outcome }) => outcome?.status === 'fault' && outcome.retryable);
    if (failed.length === 0) return;
    void this.parts.runtime.yield().then(() => {
      for (const { command } of failed) {
        const key = aggregateKey(command.command);
        const left = (this.untold.get(key) ?? 1) - 1;
        if (left > 0) this.untold.set(key, left);
        else this.untold.delete(key);
      }
    });
  }

  /** The aggregate as the batches before leave it, if it is in memory. */
  private inMemory(key: AggregateKey): Aggregate | undefined {
    // One that the cache let go of meanwhile is held by the batches that touched it, and by nothing else.
    const aggregate = this.parts.cache.get(key) ?? this.heldByBatches(key);
    return aggregate === undefined || aggregate.lost !== null ? undefined : aggregate;
  }

  private heldByBatches(key: AggregateKey): Aggregate | undefined {
    return this.unsettled.at(-1)?.of(key)?.aggregate ?? this.unsettled.at(-2)?.of(key)?.aggregate;
  }

  /** Brings in all that judging needs, so that judging itself waits for nothing. */
  private async prepare(open: readonly Slot[], again: boolean): Promise<BatchDraft> {
    const { follower, settings, standings } = this.parts;
    const batch = new BatchDraft();
    const cold = new Map<AggregateKey, Command>();
    const strangers = new Set<UserId>();
    for (const slot of open) {
      const { command } = slot.command;
      const key = aggregateKey(command);
      const user = namedUser(command);
      slot.user = user === null ? null : (standings.get(user) ?? null);
      if (user !== null && slot.user === null) strangers.add(user);
      slot.draft = batch.of(key);
      if (slot.draft !== null) continue;
      const cached = this.inMemory(key);
      if (cached === undefined) cold.set(key, command);
      else slot.draft = batch.begin(cached);
    }
    await follower.keepWithin(settings.newsAgeMaxMs);
    await standings.prepare(strangers);
    for (const aggregate of await this.loadAll(cold, open)) batch.begin(aggregate);
    // Another engine may have answered for an aggregate that we did not hold; from here on it would conflict with us.
    if (cold.size > 0) {
      for (const slot of open) slot.draft ??= batch.of(aggregateKey(slot.command.command));
      await follower.sync();
    }
    await this.findEarlier(open, again);
    for (const slot of open) if (slot.command.command.type === 'RecordPayment') await this.claimFor(slot);
    return batch;
  }

  /**
   * Tells new commands from those that may have been answered, and finds the answers. They are kept with the slots: the window
   * is bounded, and what is read for one slot may push out what was there for another.
   */
  private async findEarlier(open: readonly Slot[], again: boolean): Promise<void> {
    const { journal, window } = this.parts;
    const unsure: Slot[] = [];
    for (const slot of open) {
      const { commandId, arrivedAt } = slot.command;
      slot.isNew = !again && window.claim(commandId, arrivedAt);
      if (slot.isNew) continue;
      slot.wasUnderWay = this.unsettled.some((other) => other.isTaken(commandId));
      slot.earlier = answerIn(window, slot);
      if (again || !window.has(commandId)) unsure.push(slot);
    }
    if (unsure.length === 0) return;
    const entries = await journal.readCommands(unsure.map(({ command }) => command.commandId));
    window.addRecorded(entries);
    const recorded = new RecordedAnswers(entries);
    for (const slot of unsure) slot.earlier = answerIn(recorded, slot) ?? slot.earlier;
  }

  /** Claims the payment that a command reports, where the auction would take it as things stand: nothing else is counted. */
  private async claimFor(slot: Slot): Promise<void> {
    const { command, draft } = slot;
    if (draft === null || slot.outcome !== null || slot.earlier !== null || slot.claim !== null) return;
    if (!isPayment(command) || idRefusal(command, this.parts.settings) !== null) return;
    const { actor, arrivedAt } = command;
    try {
      const facts = { at: timeFor(draft.aggregate, arrivedAt), actor, standing: UNKNOWN };
      if (draft.aggregate.decide(command.command, facts).accepted) slot.claim = await this.claims.claim(command);
    } catch (error) {
      if (!(error instanceof StreamCorrupt)) throw error;
      this.takeOutOfService([slot], error);
    }
  }

  private async loadAll(
    cold: ReadonlyMap<AggregateKey, Command>,
    open: readonly Slot[],
  ): Promise<readonly Aggregate[]> {
    const load = ([key, command]: readonly [AggregateKey, Command]): Promise<Aggregate | null> =>
      this.parts.cache.load(command).catch((error: unknown) => {
        if (!(error instanceof StreamCorrupt)) throw error;
        this.takeOutOfService(
          open.filter((slot) => aggregateKey(slot.command.command) === key),
          error,
        );
        return null;
      });
    const waiting = [...cold];
    const loaded: Aggregate[] = [];
    while (waiting.length > 0) {
      const some = await Promise.all(waiting.splice(0, LOADS_AT_ONCE).map(load));
      for (const aggregate of some) if (aggregate !== null) loaded.push(aggregate);
    }
    return loaded;
  }

  private takeOutOfService(slots: readonly Slot[], { streamId, revision, message }: StreamCorrupt): void {
    this.parts.log.error({ streamId, revision, error: message }, 'a stream is corrupt');
    for (const slot of slots)
      slot.outcome = fault('StreamCorrupt', 'this auction, account or payment is damaged and out of service', false);
  }

  private judgeOne(slot: Slot, draft: Draft, batch: BatchDraft): void {
    const { aggregate } = draft;
    const { commandId, arrivedAt } = slot.command;
    if (this.untold.size > 0 && this.untold.has(aggregate.key)) {
      this.fail(slot);
      return;
    }
    // Answered meanwhile, perhaps: a batch before this one may have been settled since.
    if (!slot.isNew) slot.earlier ??= answerIn(this.parts.window, slot);
    if (slot.earlier !== null) {
      if (slot.earlier.fingerprint === slot.fingerprint) batch.repeats.push(slot);
      else slot.outcome = { status: 'refused', reason: 'CommandIdReused' };
      return;
    }
    slot.outcome = idRefusal(slot.command, this.parts.settings);
    // The same id twice: the later one waits for the next round, when the first has been recorded, or has not.
    if (slot.outcome !== null || (!slot.isNew && (slot.wasUnderWay || batch.isTaken(commandId)))) return;
    const at = timeFor(aggregate, arrivedAt);
    if (!draft.broken && !this.turnedAway(slot, aggregate, at)) this.decide(slot, draft, at, batch);
  }

  private turnedAway(slot: Slot, aggregate: Aggregate, at: Instant): boolean {
    const { floods } = this.parts;
    const actorId = actorIdOf(slot.command);
    if (actorId === null) return false;
    const stream = floodStream(aggregate, actorId);
    const retryAfterMs = floods.waitMs(stream, actorId, at);
    if (retryAfterMs === 0) return false;
    floods.turnedAway(stream, actorId, at);
    slot.outcome = { status: 'throttled', retryAfterMs };
    return true;
  }

  private decide(slot: Slot, draft: Draft, at: Instant, batch: BatchDraft): void {
    const { command, actor } = slot.command;
    const standing = slot.user?.standing ?? this.standingOf(command);
    try {
      const judged = draft.aggregate.decide(command, { at, actor, standing });
      const decision = withClaim(judged, slot);
      // The auction takes the payment, by what came before it in this batch: claimed first, and judged again.
      if (decision === null) return;
      if (decision.accepted) draft.accept(slot, decision.events, at);
      else this.reject(slot, draft, decision.rejection, at);
      batch.take(slot.command.commandId);
    } catch (error) {
      // A broken invariant: nothing of this aggregate's part of the batch is written, and its state is thrown away.
      this.parts.log.error(
        { streamId: draft.aggregate.streamId, error: String(error) },
        'a command could not be judged',
      );
      draft.broken = true;
      this.lose(draft.aggregate, 'conflict');
      slot.outcome = fault('JudgingFailed', 'this command could not be judged', false);
    }
  }

  /**
   * Plans the refusal's record, and counts it. A command that names an auction or account which does not exist is answered and
   * never recorded: whoever makes ids up would fill the journal. Its answer is kept in memory, for repeats. A repeat that comes
   * after that, after a restart or to another engine is judged as a new command. That is safe: the refusal had no effect, and
   * the first time the command is accepted, that is recorded under its id. So it never has two effects; only the answer changes,
   * from "not there" to what is true once it is there.
   */
  private reject(slot: Slot, draft: Draft, rejection: Rejection, at: Instant): void {
    const actorId = actorIdOf(slot.command);
    if (actorId !== null) this.parts.floods.refused(floodStream(draft.aggregate, actorId), actorId, at);
    if (namesNothing(rejection)) draft.answerOnly(slot, rejection);
    else draft.reject(slot, rejection, at);
  }

  private standingOf(command: Command): UserStanding {
    const user = namedUser(command);
    return user === null ? UNKNOWN : this.parts.standings.of(user);
  }

  /** Notes what is durable. `results` answer the parts that the drafts added, in the order of the drafts. */
  private settle(batch: BatchDraft, results: readonly AppendResult[]): void {
    const { standings } = this.parts;
    let next = 0;
    for (const draft of batch.drafts()) {
      const own = draft.writesEvents() ? results[next++] : undefined;
      const refused = draft.writesRefusals() ? results[next++] : undefined;
      draft.isDurable = !draft.broken && isDurable(own) && isDurable(refused);
      if (!draft.isDurable) this.lose(draft.aggregate, 'conflict');
      else if (own?.status === 'appended' && draft.aggregate.state.kind === 'user') standings.take(own.recorded);
    }
  }

  /** Keeps and answers what is durable. */
  private finish(batch: BatchDraft): void {
    for (const { isDurable: isKept, aggregate, end, judged } of batch.drafts()) {
      if (!isKept) continue;
      // What does not exist is looked for each time: another engine may have made it, and no append would tell us.
      if (aggregate.lost === null && end.revision !== NO_STREAM) this.parts.cache.keep(aggregate, end);
      this.answer(judged, aggregate.key);
    }
    this.leave(batch);
  }

  private leave(batch: BatchDraft): void {
    this.unsettled.splice(this.unsettled.indexOf(batch), 1);
  }

  private answer(judged: readonly Judged[], aggregate: AggregateKey): void {
    const recordedAt = this.parts.runtime.now();
    for (const one of judged) {
      const { slot, answer, events } = one;
      this.parts.window.add(answeredAs(one, aggregate, recordedAt), slot.isNew);
      slot.outcome =
        answer.status === 'accepted'
          ? { status: 'accepted', streamId: answer.streamId, revision: answer.lastRevision, events, repeated: false }
          : rejectedOutcome(answer, false);
    }
  }

  private async answerRepeats({ repeats }: BatchDraft): Promise<void> {
    for (const slot of repeats)
      if (slot.earlier !== null) slot.outcome = await repeatedOutcome(slot.earlier, this.parts.journal);
  }

  private answerFault(open: readonly Slot[], error: unknown): void {
    this.parts.log.error({ error: error instanceof Error ? error.message : String(error) }, 'a batch failed');
    for (const slot of open) {
      if (slot.outcome !== null) continue;
      // What was judged may be ahead of the journal now.
      this.parts.cache.forget(aggregateKey(slot.command.command));
      this.fail(slot);
    }
  }

  private async recordFloods(until: Instant | null): Promise<void> {
    const floods = this.parts.floods.finished(until);
    if (floods.length === 0) return;
    const occurredAt = this.parts.runtime.now();
    try {
      // These move refusals streams that aggregates in memory rest on.
      for (const { streamId } of floods) this.parts.cache.forget(aggregateKeyOf(streamId));
      await this.parts.journal.append(floods.map((flood) => floodAppend(flood, occurredAt)));
    } catch (error) {
      this.parts.log.error(
        { floods, error: String(error) },
        'commands turned away could not be counted in the journal',
      );
    }
  }

  private measure(slots: readonly Slot[]): void {
    const { metrics, runtime } = this.parts;
    const now = runtime.now();
    // Told run by run: nearly all commands of a batch are of one type, and end alike.
    let run = { type: '', label: '', count: 0 };
    for (const { command, outcome } of slots) {
      metrics.answerLatency(Math.max(0, now - command.arrivedAt));
      const { type } = command.command;
      const label = outcomeLabel(outcome);
      if (run.type !== type || run.label !== label) {
        if (run.count > 0) metrics.commandsAnswered(run.type, run.label, run.count);
        run = { type, label, count: 0 };
      }
      run.count += 1;
    }
    if (run.count > 0) metrics.commandsAnswered(run.type, run.label, run.count);
  }
}

const answerIn = (answers: Answers, { command }: Slot): Answered | null =>
  answers.find(command.commandId, actorIdOf(command), aggregateKey(command.command));

/** The later of the arrival and the aggregate's last judged time. */
const timeFor = ({ judgedAt }: Aggregate, arrivedAt: Instant): Instant =>
  judgedAt === null ? arrivedAt : laterOf(arrivedAt, judgedAt);

const isPayment = (arrived: ArrivedCommand): arrived is PaymentAsked => arrived.command.type === 'RecordPayment';

type Decided = Decision<DomainEvent, Rejection>;

/** What the auction decided, unless it takes a payment that other sales count; null while that is not known. */
function withClaim(decision: Decided, { command, claim }: Slot): Decided | null {
  if (!decision.accepted || !isPayment(command) || claim?.status === 'held') return decision;
  return claim === null ? null : reject(claim.rejection);
}

/** The user whose standing a command is judged by. */
function namedUser(command: Command): UserId | null {
  switch (command.type) {
    case 'PlaceBid':
    case 'BuyNow':
    case 'OfferSecondChance':
    case 'AcceptSecondChance':
      return command.bidderId;
    case 'ListAuction':
    case 'RelistAuction':
      return command.sellerId;
    default:
      return null;
  }
}

// A part that was not needed is as good as one that was written.
const isDurable = (result: AppendResult | undefined): boolean => result === undefined || result.status === 'appended';

function appendsOf(batch: BatchDraft): readonly StreamAppend[] {
  const appends: StreamAppend[] = [];
  for (const draft of batch.drafts()) draft.addAppends(appends);
  return appends;
}

/** Where somebody's refusals on this aggregate are counted: with it, or with the person if there is no such auction or account. */
const floodStream = ({ revision, refusalsId }: Aggregate, actorId: UserId): StreamId =>
  revision === NO_STREAM ? userRefusalsStream(actorId) : refusalsId;

const namesNothing = ({ reason }: Rejection): boolean => reason === 'AuctionUnknown' || reason === 'UserUnknown';

function floodAppend({ streamId, actorId, count, firstAt, lastAt }: Flood, occurredAt: Instant): StreamAppend {
  const meta = { commandId: null, actorId, fingerprint: null, correlationId: null, causationId: null };
  const event: NewEvent = { event: { type: 'FloodRejected', actorId, count, firstAt, lastAt }, occurredAt, meta };
  return { streamId, expected: 'any', events: [event], restsOn: [] };
}

function outcomeLabel(outcome: Outcome | null): string {
  if (outcome === null) return 'busy';
  if (outcome.status === 'rejected') return outcome.rejection.reason;
  return outcome.status === 'refused' ? outcome.reason : outcome.status;
}
