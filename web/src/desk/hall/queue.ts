// A clerk's commands on their way to the house: in order, one at a time, each under an id of its own. One that gets no answer stays at
// the head and is sent again; the house judges an id once, however often it hears it.
import { signal } from '@preact/signals';
import type { Judged, Said } from './said.js';

export type Queued = Readonly<{ commandId: string; said: Said }>;
type Send = (commandId: string, said: Said) => Promise<Judged | null>;

/** Where what waits outlives a reload of the page. */
export type Keep = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

type QueueParts = Readonly<{
  /** The key that commands are kept under: of one person and sale. */
  key: string;
  keep: Keep;
  send: Send;
  newId: () => string;
  nowMs: () => number;
  /** Resolves after so many milliseconds. */
  pause: (ms: number) => Promise<void>;
  /** Hears each command with its judgement; `wasLate` where it had to be sent again. */
  told: (queued: Queued, judgement: Judged, wasLate: boolean) => void;
}>;

/** A connection that is gone may say nothing for minutes. */
const ANSWER_MS = 5_000;
const AGAIN_FIRST_MS = 250;
const AGAIN_SLOWEST_MS = 2_000;

export class CommandQueue {
  /** Those that the house has not judged, the first one said first. */
  readonly waiting = signal<readonly Queued[]>([]);
  /** Since when the house does not answer; null while it does. */
  readonly silentSince = signal<number | null>(null);

  private isSending = false;
  private isOver = false;
  private readonly parts: QueueParts;

  constructor(parts: QueueParts) {
    this.parts = parts;
    const kept = parts.keep.getItem(parts.key);
    if (kept !== null) this.waiting.value = JSON.parse(kept) as readonly Queued[];
    if (this.waiting.value.length > 0) void this.sendAll(true);
  }

  say(said: Said): void {
    this.hold([...this.waiting.value, { commandId: this.parts.newId(), said }]);
    void this.sendAll(false);
  }

  /** Sends nothing further. What waits is kept for whoever opens the same sale in this tab again. */
  stop(): void {
    this.isOver = true;
  }

  private async sendAll(wasKept: boolean): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    try {
      await this.sendWaiting(wasKept);
    } finally {
      this.isSending = false;
    }
    // Said between the last answer and now.
    if (this.waiting.value.length > 0 && !this.isOver) void this.sendAll(false);
  }

  private async sendWaiting(wasKept: boolean): Promise<void> {
    let isLate = wasKept;
    for (let tries = 0; !this.isOver; ) {
      const [first] = this.waiting.value;
      if (first === undefined) break;
      const judgement = await this.answerTo(first);
      if (judgement === null) {
        isLate = true;
        this.silentSince.value ??= this.parts.nowMs();
        await this.parts.pause(Math.min(AGAIN_SLOWEST_MS, AGAIN_FIRST_MS * 2 ** tries++));
        continue;
      }
      tries = 0;
      this.silentSince.value = null;
      this.hold(this.waiting.value.slice(1));
      this.parts.told(first, judgement, isLate);
    }
  }

  private answerTo({ commandId, said }: Queued): Promise<Judged | null> {
    const { send, pause } = this.parts;
    return Promise.race([send(commandId, said), pause(ANSWER_MS).then(() => null)]);
  }

  private hold(waiting: readonly Queued[]): void {
    const { keep, key } = this.parts;
    this.waiting.value = waiting;
    if (waiting.length === 0) keep.removeItem(key);
    else keep.setItem(key, JSON.stringify(waiting));
  }
}
