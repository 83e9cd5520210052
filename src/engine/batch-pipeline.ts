// The rounds of one partition's batches: one is judged while another is written, in the order in which they came. A round
// is in one of these states:
//   queued     waits until the round before it has been judged.
//   judging    is judged on what the rounds before it will make of the aggregates.
//   judged     waits until it is known what became of the round before it.
//   appending  what was judged on what came true is on its way to the journal.
//   settled    it is known which of its drafts are durable. Their commands are about to be answered.
//   answered   has left the pipeline.
//   failed     has left the pipeline: nothing of it was written.
// A batch goes through rounds until each of its commands is answered: what met a conflict is judged again.
import type { Outcome } from '../bus/command-bus.js';
import type { CommandId } from '../domain/ids.js';
import type { AggregateKey } from '../domain/messages.js';
import type { AppendResult, Journal, RecordedEvent, StreamAppend } from '../journal/journal.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import type { Aggregate } from './aggregate.js';
import { fault } from './outcomes.js';
import type { PendingCommand } from './pending-command.js';
import { Round } from './round.js';

export type BatchPipelineParts = Readonly<{
  runtime: Runtime;
  log: Log;
  /** How often a batch is judged, conflicts and all, before what is left of it is answered `busy`. */
  attemptsMax: number;
  retryAfterMs: number;
  /** Told of an aggregate that is not what the journal has, so that nobody judges on it any more. */
  forget: (key: AggregateKey) => void;
  /** Told what became durable of an aggregate, before its commands are answered. */
  recorded: (aggregate: Aggregate, events: readonly RecordedEvent[]) => void;
}>;

type RoundState = 'queued' | 'judging' | 'judged' | 'appending' | 'settled' | 'answered' | 'failed';

/** A round in the pipeline. `ended` ends once it is settled or has failed. */
type Passage = { state: RoundState; before: Promise<void>; ended: Promise<void>; end: () => void };

export class BatchPipeline {
  private readonly passages = new WeakMap<Round, Passage>();
  /** Ends when the last round that was handed over has been judged. */
  private lastJudged: Promise<void> = Promise.resolve();
  /** Ends when the last round that was judged is settled. */
  private lastEnded: Promise<void> = Promise.resolve();
  /** Rounds from `judged` to `settled`, oldest first. */
  private readonly inFlight: Round[] = [];
  /** Aggregates of commands that met a fault which passes, with how many of their senders have not been told yet. */
  private readonly heldBack = new Map<AggregateKey, number>();

  constructor(private readonly parts: BatchPipelineParts) {}

  /** Takes a batch through rounds until every command is answered, and returns the answers in its order. Never rejects. */
  async run(batch: readonly PendingCommand[], runRound: (round: Round) => Promise<void>): Promise<readonly Outcome[]> {
    const { attemptsMax, retryAfterMs } = this.parts;
    let open = batch;
    for (let attempt = 1; open.length > 0 && attempt <= attemptsMax; attempt++) {
      const round = new Round(open, attempt);
      this.passages.set(round, passage());
      try {
        await runRound(round);
      } catch (error) {
        this.failRound(round, error);
      }
      open = open.filter((command) => !command.isAnswered);
    }
    return batch.map(({ outcome }) => outcome ?? { status: 'busy', retryAfterMs });
  }

  /** Runs `work`, which loads and judges the round, once the round before has been judged; then the round waits to append. */
  async judging(round: Round, work: () => Promise<void>): Promise<void> {
    const judged = this.lastJudged.then(async () => {
      this.enter(round, 'judging');
      await work().catch((error: unknown) => {
        this.enter(round, 'failed');
        throw error;
      });
      this.queueToAppend(round);
    });
    this.lastJudged = judged.catch(() => undefined);
    await judged;
  }

  /**
   * Hands the parts to append to `write`, with a promise that tells whether they are wanted: once it is known what became of
   * the round before. Where something was judged on what did not come true, `write` is asked again, without that. Then each
   * draft is durable or conflicted. Rejects if nothing could be written.
   */
  async appending(round: Round, write: Journal['append']): Promise<void> {
    const at = this.passageOf(round);
    const cameTrue = at.before.then(() => {
      this.enter(round, 'appending');
      return this.dropInvalid(round) === 0;
    });
    try {
      let results = await written(round.appends(), write, cameTrue);
      if (!(await cameTrue)) results = await written(round.appends(), write);
      this.settle(round, results);
      this.enter(round, 'settled');
    } catch (error) {
      // A journal that takes nothing more says so at once; the round before is to end first all the same.
      await cameTrue;
      this.leave(round, 'failed');
      for (const { aggregate, judged } of round.drafts()) {
        this.invalidate(aggregate, 'failed');
        for (const { command } of judged) this.fail(command);
      }
      throw error;
    } finally {
      at.end();
    }
    // The next round waits for the journal, these answers only for us: it is sent on its way before they are given.
    if (this.inFlight.length > 1) await this.parts.runtime.yield();
  }

  /** The round's commands are answered, as far as it is durable. */
  answered(round: Round): void {
    this.leave(round, 'answered');
  }

  /** The aggregate as a round in flight leaves it, if one touches it. */
  aggregateInFlight(key: AggregateKey): Aggregate | undefined {
    return this.inFlight.at(-1)?.of(key)?.aggregate ?? this.inFlight.at(-2)?.of(key)?.aggregate;
  }

  isInFlight(commandId: CommandId): boolean {
    return this.inFlight.some((round) => round.isTaken(commandId));
  }

  /** From now on nobody judges on this aggregate. */
  invalidate(aggregate: Aggregate, as: 'stale' | 'failed'): void {
    aggregate.invalidate(as);
    this.parts.forget(aggregate.key);
  }

  /** Whether a command for this aggregate has met a fault that its sender has not been told of. */
  isHeldBack(key: AggregateKey): boolean {
    return this.heldBack.size > 0 && this.heldBack.has(key);
  }

  /** Answers with a fault that passes, and holds back what comes behind for the same aggregate. */
  fail(command: PendingCommand): void {
    if (command.isAnswered) return;
    command.answer(
      fault('JournalUnavailable', 'the journal cannot be written just now; send the same command again', true),
    );
    this.heldBack.set(command.key, (this.heldBack.get(command.key) ?? 0) + 1);
  }

  /** A round that could not be loaded, judged or appended. */
  private failRound(round: Round, error: unknown): void {
    this.parts.log.error({ error: error instanceof Error ? error.message : String(error) }, 'a batch failed');
    for (const command of round.commands) {
      if (command.isAnswered) continue;
      // What was judged may be ahead of the journal now.
      this.parts.forget(command.key);
      this.fail(command);
    }
  }

  /** To be called right before the answers are given: by the next tick their senders know them. What they send again is judged. */
  release(batch: readonly PendingCommand[]): void {
    const failed = batch.filter(({ outcome }) => outcome?.status === 'fault' && outcome.retryable);
    if (failed.length === 0) return;
    void this.parts.runtime.yield().then(() => {
      for (const { key } of failed) {
        const left = (this.heldBack.get(key) ?? 1) - 1;
        if (left > 0) this.heldBack.set(key, left);
        else this.heldBack.delete(key);
      }
    });
  }

  private queueToAppend(round: Round): void {
    this.enter(round, 'judged');
    const at = this.passageOf(round);
    at.before = this.lastEnded;
    this.lastEnded = at.ended;
    this.inFlight.push(round);
  }

  /** Drops the drafts that were judged on an aggregate which is not what the journal has, and counts them. */
  private dropInvalid(round: Round): number {
    let dropped = 0;
    for (const draft of round.drafts()) {
      if (draft.aggregate.isCurrent || draft.state === 'dropped') continue;
      draft.state = 'dropped';
      dropped += 1;
      if (draft.aggregate.hasFailed) for (const { command } of draft.judged) this.fail(command);
    }
    return dropped;
  }

  /** `results` answer the parts that the drafts added, in the order of the drafts. */
  private settle(round: Round, results: readonly AppendResult[]): void {
    let next = 0;
    for (const draft of round.drafts()) {
      const own = draft.writesEvents() ? results[next++] : undefined;
      const refusals = draft.writesRefusals() ? results[next++] : undefined;
      draft.settle(own, refusals);
      if (draft.state !== 'durable') this.invalidate(draft.aggregate, 'stale');
      else if (draft.recorded.length > 0) this.parts.recorded(draft.aggregate, draft.recorded);
    }
  }

  private leave(round: Round, state: 'answered' | 'failed'): void {
    this.enter(round, state);
    this.inFlight.splice(this.inFlight.indexOf(round), 1);
  }

  private enter(round: Round, state: RoundState): void {
    const at = this.passageOf(round);
    if (!FOLLOWS[at.state].includes(state)) throw new Error(`a round that is ${at.state} cannot be ${state}`);
    at.state = state;
  }

  private passageOf(round: Round): Passage {
    const found = this.passages.get(round);
    if (found === undefined) throw new Error('this round is not of this pipeline');
    return found;
  }
}

/** Where nothing is to be written, the journal is not asked; yet it must be known what became of the round before. */
async function written(
  parts: readonly StreamAppend[],
  write: Journal['append'],
  isWanted?: Promise<boolean>,
): Promise<readonly AppendResult[]> {
  if (parts.length > 0) return write(parts, isWanted);
  await isWanted;
  return [];
}

const FOLLOWS: Readonly<Record<RoundState, readonly RoundState[]>> = {
  queued: ['judging'],
  judging: ['judged', 'failed'],
  judged: ['appending'],
  appending: ['settled', 'failed'],
  settled: ['answered'],
  answered: [],
  failed: [],
};

function passage(): Passage {
  let end = (): void => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { state: 'queued', before: Promise.resolve(), ended, end };
}
