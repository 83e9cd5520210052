// Brings in all that judging a round needs, so that judging itself waits for nothing: aggregates, users, earlier answers,
// and the claims of payments.
import type { SaleId, UserId } from '../domain/ids.js';
import type { AggregateKey, Command } from '../domain/messages.js';
import { StreamCorrupt } from '../journal/journal.js';
import type { Aggregate } from './aggregate.js';
import type { BatchPipeline } from './batch-pipeline.js';
import type { EngineParts } from './engine-parts.js';
import { holderOf, isPayment, judgedTime, namedUserId, UNKNOWN_USER } from './judge.js';
import { fault, idRefusal } from './outcomes.js';
import { PaymentClaims } from './payment-claims.js';
import type { PendingCommand } from './pending-command.js';
import { RecordedAnswers } from './recorded-answers.js';
import type { Round } from './round.js';

/** A read that waits for a connection behind two thousand others would be given up. */
const LOADS_AT_ONCE = 64;

export class RoundLoader {
  private readonly claims: PaymentClaims;

  constructor(
    private readonly parts: EngineParts,
    private readonly pipeline: BatchPipeline,
  ) {
    this.claims = new PaymentClaims(parts.journal, parts.cache);
  }

  /** Rejects when the journal cannot be read. A corrupt stream answers its own commands only. */
  async load(round: Round): Promise<void> {
    const { follower, settings, knownUsers } = this.parts;
    const cold = new Map<AggregateKey, Command>();
    const strangers = new Set<UserId>();
    for (const pending of round.commands) {
      const { key, arrived } = pending;
      const user = namedUserId(arrived.command);
      pending.user = user === null ? null : (knownUsers.get(user) ?? null);
      if (user !== null && pending.user === null) strangers.add(user);
      if (round.of(key) !== null) continue;
      const cached = this.inMemory(key);
      if (cached === undefined) cold.set(key, arrived.command);
      else round.begin(cached);
    }
    await follower.keepWithin(settings.newsAgeMaxMs);
    await knownUsers.prepare(strangers);
    for (const aggregate of await this.loadAll(cold, round)) round.begin(aggregate);
    await this.loadParties(round);
    for (const saleId of salesOf(round)) await this.loadPaddles(saleId, round);
    await knownUsers.prepare(this.holdersIn(round));
    // Another engine may have answered for an aggregate that we did not hold; from here on it would conflict with us.
    if (cold.size > 0) await follower.sync();
    await this.findEarlier(round);
    for (const pending of round.commands)
      if (pending.arrived.command.type === 'RecordPayment') await this.claimFor(pending, round);
  }

  /** The aggregate as the rounds before leave it, if it is in memory. */
  private inMemory(key: AggregateKey): Aggregate | undefined {
    // One that the cache let go of meanwhile is held by the rounds that touched it, and by nothing else.
    const aggregate = this.parts.cache.get(key) ?? this.pipeline.aggregateInFlight(key);
    return aggregate?.isCurrent === true ? aggregate : undefined;
  }

  private async loadAll(cold: ReadonlyMap<AggregateKey, Command>, round: Round): Promise<readonly Aggregate[]> {
    const load = ([key, command]: readonly [AggregateKey, Command]): Promise<Aggregate | null> =>
      this.parts.cache.load(command).catch((error: unknown) => {
        if (!(error instanceof StreamCorrupt)) throw error;
        this.takeOutOfService(
          round.commands.filter((pending) => pending.key === key),
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

  /** Buyers and sellers of the sales that may be made in this round, with where they are for tax. */
  private async loadParties(round: Round): Promise<void> {
    const { knownUsers } = this.parts;
    const selling = round.commands.flatMap((pending) => {
      const parties = round.of(pending.key)?.aggregate.partiesOf(pending.arrived.command) ?? null;
      return parties === null ? [] : [{ pending, parties }];
    });
    if (selling.length === 0) return;
    await knownUsers.prepare(selling.flatMap(({ parties: { buyerId, sellerId } }) => [buyerId, sellerId]));
    for (const { pending, parties } of selling) {
      const [buyer, seller] = [knownUsers.get(parties.buyerId), knownUsers.get(parties.sellerId)];
      pending.parties = { ...parties, buyer: buyer ?? null, seller: seller ?? null };
    }
  }

  /** Who bids by paddle in this round: known only now that the paddles are. */
  private holdersIn(round: Round): Set<UserId> {
    const holders = new Set<UserId>();
    for (const { key, arrived } of round.commands) {
      const aggregate = arrived.command.type === 'TakeBid' ? round.of(key)?.aggregate : undefined;
      const holder = aggregate && holderOf(arrived.command, aggregate, this.parts.paddles);
      if (holder !== undefined) holders.add(holder);
    }
    return holders;
  }

  private async loadPaddles(saleId: SaleId, round: Round): Promise<void> {
    try {
      await this.parts.paddles.prepare(saleId);
    } catch (error) {
      if (!(error instanceof StreamCorrupt)) throw error;
      const needThem = ({ key, arrived: { command } }: PendingCommand): boolean =>
        (command.type === 'PlaceBid' || command.type === 'TakeBid') &&
        round.of(key)?.aggregate.saleOfPaddles === saleId;
      this.takeOutOfService(round.commands.filter(needThem), error);
    }
  }

  /**
   * Tells new commands from those that may have been answered, and finds the answers. They are kept with the commands: the cache
   * is bounded, and what is read for one command may push out what was there for another.
   */
  private async findEarlier({ commands, attempt }: Round): Promise<void> {
    const { idempotency, journal } = this.parts;
    const again = attempt > 1;
    const unsure: PendingCommand[] = [];
    for (const pending of commands) {
      if (!again && idempotency.claim(pending.id, pending.arrived.arrivedAt)) {
        pending.precedent = 'first';
        continue;
      }
      pending.precedent = this.pipeline.isInFlight(pending.id) ? 'in flight' : 'unknown';
      pending.earlier = pending.answerIn(idempotency);
      if (again || !idempotency.has(pending.id)) unsure.push(pending);
    }
    if (unsure.length === 0) return;
    const entries = await journal.readCommands(unsure.map(({ id }) => id));
    idempotency.addRecorded(entries);
    const recorded = new RecordedAnswers(entries);
    for (const pending of unsure) pending.earlier = pending.answerIn(recorded) ?? pending.earlier;
  }

  /** Claims the payment that a command reports, where the auction would take it as things stand: nothing else is counted. */
  private async claimFor(pending: PendingCommand, round: Round): Promise<void> {
    const { arrived, key } = pending;
    const draft = round.of(key);
    if (draft === null || pending.isAnswered || pending.earlier !== null || pending.claim !== null) return;
    if (!isPayment(arrived) || idRefusal(arrived, this.parts.settings) !== null) return;
    const { actor, arrivedAt } = arrived;
    try {
      const facts = { at: judgedTime(draft.aggregate, arrivedAt), actor, user: UNKNOWN_USER };
      if (draft.aggregate.decide(arrived.command, facts).accepted) pending.claim = await this.claims.claim(arrived);
    } catch (error) {
      if (!(error instanceof StreamCorrupt)) throw error;
      this.takeOutOfService([pending], error);
    }
  }

  private takeOutOfService(commands: readonly PendingCommand[], error: StreamCorrupt): void {
    const { streamId, revision, message } = error;
    this.parts.log.error({ streamId, revision, error: message }, 'a stream is corrupt');
    for (const command of commands)
      command.answer(fault('StreamCorrupt', 'this auction, account or payment is damaged and out of service', false));
  }
}

/** The sales whose paddles bids of this round need. */
function salesOf(round: Round): ReadonlySet<SaleId> {
  let sales: Set<SaleId> | null = null;
  for (const { aggregate } of round.drafts()) {
    const saleId = aggregate.saleOfPaddles;
    if (saleId !== null) sales = (sales ?? new Set()).add(saleId);
  }
  return sales ?? NO_SALES;
}

const NO_SALES: ReadonlySet<SaleId> = new Set();
