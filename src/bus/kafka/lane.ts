// One partition's messages on their way through its engine, in order. Reading goes on while the engine judges: what has come
// waits here, within bounds, and makes the next batch. A full batch is handed over while the one before it is being written
// (docs/adr/0030); what is done is told in order, so that no offset moves past anything that is not durable and answered.
//
// A batch with commands that must be judged again holds up all that came after it: a bid is not passed by a later one.
import type { Outbox, Outgoing } from '../../kafka/outbox.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { BatchHandler, Outcome } from '../command-bus.js';
import type { Arrived, Asked, Judge, Read } from './judge.js';

/** A time in which a partition is ours: what came in it must not be judged by us once it is over. */
export type Tenure = Readonly<{
  /** True while new batches may be begun. */
  isOurs: () => boolean;
  /** Told of what is done, in order: all of the topic's messages up to this one. */
  done: (topic: Arrived['topic'], offset: bigint) => void;
  /** Told once of what no second try mends. It ends the tenure: the messages are to be read again from what is done. */
  failed: (error: unknown) => void;
}>;

export type LaneSettings = Readonly<{
  /** Messages handed to the engine at once. */
  batchMax: number;
  /** No more is read while so many bytes wait. */
  waitingBytesMax: number;
  /** The first pause before what met a fault that passes is tried again; it doubles up to the longest. */
  retryMinMs: number;
  retryMaxMs: number;
}>;

export type LaneParts = Readonly<{
  partition: number;
  handler: BatchHandler;
  judge: Pick<Judge, 'read' | 'judge' | 'outgoing'>;
  outbox: Pick<Outbox, 'send'>;
  runtime: Runtime;
  log: Log;
  settings: LaneSettings;
}>;

type Waiting = Readonly<{ arrived: Arrived; tenure: Tenure }>;

/** With the engine: one batch on its way to the disk, and the next that is judged meanwhile. */
const WITH_ENGINE_MAX = 2;
/** Begun and not done: beside those with the engine, some whose answers are on their way to the broker. */
const BEGUN_MAX = 4;
/** Batches' worth of messages that may wait: enough that the engine finds a full batch whenever it looks. */
const WAITING_BATCHES = 3;

/** The batch was not finished because its partition is somebody else's by now. */
class LetGo extends Error {}

export class Lane {
  private waiting: Waiting[] = [];
  private waitingBytes = 0;
  private running: Promise<void> | null = null;
  private withEngine = 0;
  private begun = 0;
  private retrying = 0;
  /** Ends when every batch handed over so far has answers that stand, or was let go of. */
  private judged: Promise<void> = Promise.resolve();
  /** Ends when every batch begun so far is done, or was let go of. Never rejects. */
  private finished: Promise<void> = Promise.resolve();
  private change = Promise.withResolvers<void>();
  /** Tenures of which a batch was let go of: what came behind it may be judged, but is not done with. */
  private readonly broken = new WeakSet<Tenure>();

  constructor(private readonly parts: LaneParts) {}

  /** False while more than enough waits. */
  hasRoom(): boolean {
    const { batchMax, waitingBytesMax } = this.parts.settings;
    return this.waiting.length < WAITING_BATCHES * batchMax && this.waitingBytes < waitingBytesMax;
  }

  /** Resolves when something has moved: there may be room now. */
  moved(): Promise<void> {
    return this.change.promise;
  }

  /** True while anything waits or is being done. */
  isBusy(): boolean {
    return this.running !== null;
  }

  put(messages: readonly Arrived[], tenure: Tenure): void {
    for (const arrived of messages) {
      this.waiting.push({ arrived, tenure });
      this.waitingBytes += bytesOf(arrived);
    }
    this.running ??= this.run();
    this.stir();
  }

  /** Resolves when nothing is being done any more. What waits and is not ours any more is let go of. */
  async idle(): Promise<void> {
    while (this.running !== null) await this.running;
  }

  private async run(): Promise<void> {
    // What this turn of the event loop still brings in joins the first batch.
    await this.parts.runtime.yield();
    while (this.waiting.length > 0 || this.begun > 0) {
      if (this.mayTake()) await this.begin(this.take());
      else await this.change.promise;
    }
    this.running = null;
    this.stir();
  }

  private stir(): void {
    const { resolve } = this.change;
    this.change = Promise.withResolvers();
    resolve();
  }

  /** A second batch is begun beside the first only when it is a full one: a smaller one would gain by waiting. */
  private mayTake(): boolean {
    if (this.waiting.length === 0 || this.retrying > 0 || this.begun >= BEGUN_MAX) return false;
    if (this.withEngine === 0) return true;
    return this.withEngine < WITH_ENGINE_MAX && this.waiting.length >= this.parts.settings.batchMax;
  }

  /** The next batch; null where nothing that waits is ours any more. Of tenures only the last one can be. */
  private take(): Readonly<{ messages: readonly Arrived[]; tenure: Tenure }> | null {
    const first = this.waiting.findIndex(({ tenure }) => tenure.isOurs());
    this.remove(first < 0 ? this.waiting.length : first);
    const tenure = this.waiting[0]?.tenure;
    if (tenure === undefined) return null;
    return { messages: this.remove(this.parts.settings.batchMax), tenure };
  }

  private remove(count: number): readonly Arrived[] {
    if (count === 0) return [];
    const removed = this.waiting.splice(0, count).map(({ arrived }) => arrived);
    for (const arrived of removed) this.waitingBytes -= bytesOf(arrived);
    return removed;
  }

  /** Resolves when the batch is with the engine; the rest goes on beside. */
  private async begin(batch: ReturnType<Lane['take']>): Promise<void> {
    if (batch === null) return;
    const { messages, tenure } = batch;
    const { judge, partition } = this.parts;
    const read = await this.untilDone(tenure, 'messages could not be read', () => judge.read(partition, messages));
    if (read === null || !tenure.isOurs()) return;
    this.begun += 1;
    this.finished = this.finish(this.carryThrough(read, tenure), this.finished, batch);
  }

  private async finish(
    mine: Promise<boolean>,
    before: Promise<void>,
    { messages, tenure }: Readonly<{ messages: readonly Arrived[]; tenure: Tenure }>,
  ): Promise<void> {
    try {
      const isDone = await mine;
      await before;
      if (!isDone) this.broken.add(tenure);
      else if (!this.broken.has(tenure)) for (const [topic, offset] of lastOf(messages)) tenure.done(topic, offset);
    } catch (error) {
      this.broken.add(tenure);
      tenure.failed(error);
    } finally {
      this.begun -= 1;
      this.stir();
    }
  }

  /** False where it was let go of: another reads the messages again. */
  private async carryThrough({ asked, aside }: Read, tenure: Tenure): Promise<boolean> {
    const outcomes = await this.answersOf(asked, tenure);
    if (outcomes === null) return false;
    const { judge, partition, outbox } = this.parts;
    let unsent: readonly Outgoing[] = [...aside, ...judge.outgoing(partition, asked, outcomes)];
    const sent = await this.untilDone(tenure, 'answers could not be sent', async () => {
      const results = await Promise.allSettled(unsent.map((message) => outbox.send(message)));
      unsent = unsent.filter((_, i) => results[i]?.status === 'rejected');
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return true;
    });
    return sent !== null;
  }

  /** Judges until each command has an answer that stands; null where it was let go of. */
  private async answersOf(asked: readonly Asked[], tenure: Tenure): Promise<readonly Outcome[] | null> {
    const { judge, handler } = this.parts;
    const before = this.judged;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.judged = promise;
    this.withEngine += 1;
    try {
      const outcomes = [...(await judge.judge(asked, handler))];
      if (outcomes.includes(null)) await this.judgeAgain(asked, outcomes, tenure, before);
      return outcomes.flatMap((outcome) => outcome ?? []);
    } catch (error) {
      if (error instanceof LetGo) return null;
      throw error;
    } finally {
      this.withEngine -= 1;
      resolve();
      this.stir();
    }
  }

  /** Behind the batches before, which may have met the same fault. */
  private async judgeAgain(
    asked: readonly Asked[],
    outcomes: (Outcome | null)[],
    tenure: Tenure,
    before: Promise<void>,
  ): Promise<void> {
    const { judge, handler, log, partition, runtime, settings } = this.parts;
    this.retrying += 1;
    try {
      await before;
      for (let pauseMs = settings.retryMinMs; ; pauseMs = Math.min(2 * pauseMs, settings.retryMaxMs)) {
        const open = outcomes.flatMap((outcome, i) => (outcome === null ? [i] : []));
        if (open.length === 0) return;
        log.warn({ partition, commands: open.length, pauseMs }, 'commands wait to be judged again');
        await runtime.sleep(pauseMs);
        if (!tenure.isOurs()) throw new LetGo();
        const again = await judge.judge(
          open.flatMap((i) => asked[i] ?? []),
          handler,
        );
        open.forEach((index, i) => {
          outcomes[index] = again[i] ?? null;
        });
      }
    } finally {
      this.retrying -= 1;
    }
  }

  /** Tries until it works; null once the partition is somebody else's. */
  private async untilDone<T>(tenure: Tenure, problem: string, work: () => Promise<T>): Promise<T | null> {
    const { log, partition, runtime, settings } = this.parts;
    for (let pauseMs = settings.retryMinMs; ; pauseMs = Math.min(2 * pauseMs, settings.retryMaxMs)) {
      try {
        return await work();
      } catch (error) {
        log.warn({ partition, error: error instanceof Error ? error.message : String(error), pauseMs }, problem);
      }
      if (!tenure.isOurs()) return null;
      await runtime.sleep(pauseMs);
      if (!tenure.isOurs()) return null;
    }
  }
}

const bytesOf = ({ message: { value } }: Arrived): number => value?.length ?? 0;

/** The last offset of each topic in a batch. */
function lastOf(messages: readonly Arrived[]): ReadonlyMap<Arrived['topic'], bigint> {
  const last = new Map<Arrived['topic'], string>();
  for (const { topic, message } of messages) last.set(topic, message.offset);
  return new Map([...last].map(([topic, offset]) => [topic, BigInt(offset)]));
}
