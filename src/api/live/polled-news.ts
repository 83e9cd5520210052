// News that few write and nobody bids on: one look a second, while somebody listens.
import type { Log } from '../../runtime/log.js';
import { Loop } from '../../runtime/loop.js';
import type { Runtime } from '../../runtime/runtime.js';

export type PolledNewsParts<News> = Readonly<{
  /** What is looked for, in the plural: `changes of alerts`. */
  name: string;
  runtime: Runtime;
  log: Log;
  /** What has changed since the look before. The very first look, and the first after a pause, is thrown away. */
  look: () => Promise<readonly News[]>;
}>;

const LOOK_EVERY_MS = 1_000;
const BACK_OFF = { minMs: 500, maxMs: 10_000 };

export class PolledNews<News> {
  private readonly listeners = new Set<(news: News) => void>();
  private loop: Loop | null = null;

  constructor(private readonly parts: PolledNewsParts<News>) {}

  /** Calls `listener` with each piece of news from now on, until the returned function is called. */
  async listen(listener: (news: News) => void): Promise<() => void> {
    // What changed before is not news.
    if (this.listeners.size === 0) await this.parts.look();
    this.listeners.add(listener);
    this.begin();
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.close();
    };
  }

  close(): void {
    void this.loop?.stop();
    this.loop = null;
  }

  private begin(): void {
    if (this.loop !== null) return;
    const { name, runtime, log, look } = this.parts;
    const round = async (): Promise<void> => {
      for (const news of await look()) for (const listener of this.listeners) listener(news);
    };
    this.loop = new Loop({ name, runtime, log, backOff: BACK_OFF, pauseMs: LOOK_EVERY_MS, round });
    this.loop.start();
  }
}
