// The one writer of a partition's aggregates: load, judge, append in one commit, answer. No answer of any kind leaves
// before the append it rests on has succeeded; a conflict reloads the aggregate and judges its commands again. So the
// revisions, not the broker, guarantee correctness: two engines on one partition can only slow each other down.
import type { ArrivedCommand, Outcome } from '../bus/command-bus.js';
import { aggregateKeyOf } from '../domain/messages.js';
import type { Instant } from '../domain/time.js';
import { NO_STREAM } from '../journal/journal.js';
import { BatchPipeline } from './batch-pipeline.js';
import type { EngineParts } from './engine-parts.js';
import { floodAppend } from './flood-guard.js';
import { Judge } from './judge.js';
import { outcomeLabel, rejectedOutcome, repeatedOutcome } from './outcomes.js';
import { PendingCommand } from './pending-command.js';
import { answeredAs, type Draft, type Round } from './round.js';
import { RoundLoader } from './round-loader.js';

export class PartitionEngine {
  /** Which round may do what when: one is judged while another is written. */
  private readonly pipeline: BatchPipeline;
  private readonly loader: RoundLoader;
  private readonly judge: Judge;

  constructor(private readonly parts: EngineParts) {
    const { cache, knownUsers, log, paddles, runtime, settings } = parts;
    const { attemptsMax, retryAfterMs } = settings;
    this.pipeline = new BatchPipeline({
      runtime,
      log,
      attemptsMax,
      retryAfterMs,
      forget: (key) => cache.forget(key),
      // The next round is judged by what this one made of users and paddles.
      recorded: ({ state }, events) => {
        if (state.kind === 'user') knownUsers.take(events);
        if (state.kind === 'sale') paddles.take(events);
      },
    });
    this.loader = new RoundLoader(parts, this.pipeline);
    this.judge = new Judge(parts, this.pipeline);
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
    const commands = batch.map((arrived) => new PendingCommand(arrived));
    const outcomes = await this.pipeline.run(commands, (round) => this.runRound(round));
    await this.recordFloods(this.parts.runtime.now());
    this.measure(batch, outcomes);
    this.pipeline.release(commands);
    return outcomes;
  }

  /** Records what is still only counted. To be called once, after the last batch. */
  async drain(): Promise<void> {
    await this.recordFloods(null);
  }

  /** One round of a batch, in four steps. Commands that stay unanswered met a conflict, and are judged in the next round. */
  private async runRound(round: Round): Promise<void> {
    const { journal, metrics, runtime } = this.parts;
    let judgeMs = 0;
    const [first] = round.commands;
    const waitedMs = first === undefined ? 0 : Math.max(0, runtime.now() - first.arrived.arrivedAt);
    await this.pipeline.judging(round, async () => {
      // 1. Load what judging needs.
      await this.loader.load(round);
      // 2. Judge the commands one after another, each on what those before it made of the auction.
      const startedMs = runtime.monotonicMs();
      this.judge.judge(round);
      judgeMs = runtime.monotonicMs() - startedMs;
    });
    // 3. Append everything in one commit, once it is known what became of the round before.
    const startedMs = runtime.monotonicMs();
    await this.pipeline.appending(round, (parts, isWanted) => journal.append(parts, isWanted));
    // 4. Answer what is durable.
    await this.answer(round);
    const appendMs = runtime.monotonicMs() - startedMs;
    const partition = first?.arrived.partition ?? 0;
    metrics.batchAnswered({ partition, commands: round.commands.length, waitedMs, judgeMs, appendMs });
  }

  private async answer(round: Round): Promise<void> {
    for (const draft of round.drafts()) if (draft.state === 'durable') this.answerDurable(draft);
    this.pipeline.answered(round);
    for (const command of round.commands)
      if (command.isRepeated && command.earlier !== null)
        command.answer(await repeatedOutcome(command.earlier, this.parts.journal));
  }

  private answerDurable({ aggregate, end, judged }: Draft): void {
    const { cache, idempotency, runtime } = this.parts;
    // What does not exist is looked for each time: another engine may have made it, and no append would tell us.
    if (aggregate.isCurrent && end.revision !== NO_STREAM) cache.keep(aggregate, end);
    const recordedAt = runtime.now();
    for (const one of judged) {
      const { command, answer, events } = one;
      idempotency.add(answeredAs(one, aggregate.key, recordedAt), command.precedent === 'first');
      command.answer(
        answer.status === 'accepted'
          ? { status: 'accepted', streamId: answer.streamId, revision: answer.lastRevision, events, repeated: false }
          : rejectedOutcome(answer, false),
      );
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

  private measure(batch: readonly ArrivedCommand[], outcomes: readonly Outcome[]): void {
    const { metrics, runtime } = this.parts;
    const now = runtime.now();
    // Told run by run: nearly all commands of a batch are of one type, and end alike.
    let run = { type: '', label: '', count: 0 };
    for (const [i, outcome] of outcomes.entries()) {
      const arrived = batch[i];
      if (arrived === undefined) continue;
      metrics.answerLatency(Math.max(0, now - arrived.arrivedAt));
      const { type } = arrived.command;
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
