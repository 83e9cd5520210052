// Sends what is due when it is due, no faster than the rate, and tells each sender's answer to whoever scheduled it.
import type { Runtime } from '../runtime/runtime.js';
import { DueQueue } from './due-queue.js';
import { Pace } from './pace.js';
import type { Message, Outcome, Sender } from './sender.js';
import type { Tally } from './tally.js';

export type DispatcherParts = Readonly<{
  sender: Sender;
  runtime: Runtime;
  tally: Tally;
  /** Requests a second, at most. */
  rate: number;
}>;

/** Something to do in time. `message` is asked for when its turn has come; null is nothing to send after all. */
export type Errand = Readonly<{
  message: () => Message | null;
  /** Called with the final answer; `sentAt` and `dueAt` are monotonic. */
  answered: (outcome: Exclude<Outcome, { kind: 'held' }>, times: Readonly<{ dueMs: number; sentMs: number }>) => void;
}>;

type Waiting = Readonly<{ errand: Errand; message: Message | null; dueMs: number; attempts: number }>;

/** More under way than this only makes a slow house slower. */
const UNDER_WAY_MAX = 256;
/** A house that is busy for so many attempts is broken. */
const ATTEMPTS_MAX = 20;
/** After a stop, what is under way may still be answered for so long. */
const GRACE_MS = 5_000;
/** So many faults in a row, without any answer between them, end the run: nobody is there any more. */
const FAULTS_IN_A_ROW_MAX = 50;

export class Dispatcher {
  private readonly waiting = new DueQueue<Waiting>();
  private readonly pace: Pace;
  private readonly cut = new AbortController();
  private underWay = 0;
  private heldUntilMs = 0;
  private faultsInARow = 0;
  private wake: AbortController | null = null;
  private stories = 0;

  constructor(private readonly parts: DispatcherParts) {
    this.pace = new Pace(parts.rate, parts.runtime.monotonicMs());
  }

  /** True once the house has stopped answering; the run has ended then. */
  get houseIsGone(): boolean {
    return this.faultsInARow >= FAULTS_IN_A_ROW_MAX;
  }

  /** Puts an errand in for this monotonic time; also from within `answered`. */
  at(dueMs: number, errand: Errand): void {
    this.enqueue(dueMs, { errand, message: null, dueMs, attempts: 0 });
  }

  /** Something that goes on from answer to answer (`story.ts`): the run does not end before it does. */
  async follow(story: Promise<void>): Promise<void> {
    this.stories += 1;
    await story.finally(() => {
      this.stories -= 1;
      this.wake?.abort();
    });
  }

  /** Works until nothing is left to do, or `stop` aborts: then what is under way is waited for, for a moment. */
  async run(stop: AbortSignal): Promise<void> {
    const { runtime } = this.parts;
    const wake = (): void => this.wake?.abort();
    stop.addEventListener('abort', wake);
    while (!stop.aborted && !this.houseIsGone) {
      this.wake = new AbortController();
      const waitMs = this.sendDue();
      if (this.waiting.size + this.underWay + this.stories === 0) break;
      await runtime.sleep(waitMs, this.wake.signal);
    }
    stop.removeEventListener('abort', wake);
    const grace = runtime.startTimer(GRACE_MS, () => this.cut.abort(new Error('cut off by the stop')));
    while (this.underWay > 0) {
      this.wake = new AbortController();
      await runtime.sleep(GRACE_MS, this.wake.signal);
    }
    grace.cancel();
  }

  /** Sends all that may go now, and tells how long nothing more can. */
  private sendDue(): number {
    const { runtime } = this.parts;
    for (;;) {
      const now = runtime.monotonicMs();
      const due = this.waiting.nextDueMs;
      if (due === null || this.underWay >= UNDER_WAY_MAX) return GRACE_MS;
      const waitMs = Math.max(due - now, this.heldUntilMs - now, this.pace.waitMs(now));
      if (waitMs > 0) return waitMs;
      const one = this.waiting.pop();
      if (one === null) return GRACE_MS;
      const message = one.message ?? one.errand.message();
      if (message === null) continue;
      this.pace.take(now);
      void this.send({ ...one, message });
    }
  }

  private async send(one: Waiting & Readonly<{ message: Message }>): Promise<void> {
    const { sender, runtime, tally } = this.parts;
    const sentMs = runtime.monotonicMs();
    this.underWay += 1;
    const outcome = await sender.send(one.message, this.cut.signal);
    this.underWay -= 1;
    this.wake?.abort();
    const now = runtime.monotonicMs();
    this.faultsInARow = outcome.kind === 'fault' ? this.faultsInARow + 1 : 0;
    if (outcome.kind !== 'held') {
      tally.answered(one.message.wish.kind, outcome, now - sentMs);
      one.errand.answered(outcome, { dueMs: one.dueMs, sentMs });
      return;
    }
    tally.held(outcome.reason);
    if (outcome.everybody) this.heldUntilMs = now + outcome.afterMs;
    if (one.attempts + 1 < ATTEMPTS_MAX)
      this.enqueue(now + outcome.afterMs, { ...one, dueMs: one.dueMs, attempts: one.attempts + 1 });
    else {
      const gaveUp = { kind: 'fault', message: `${outcome.reason}, ${ATTEMPTS_MAX} times` } as const;
      tally.answered(one.message.wish.kind, gaveUp, now - sentMs);
      one.errand.answered(gaveUp, { dueMs: one.dueMs, sentMs });
    }
  }

  private enqueue(dueMs: number, one: Waiting): void {
    this.waiting.push(dueMs, one);
    this.wake?.abort();
  }
}
