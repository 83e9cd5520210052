// Feeds live prices straight from the journal of this process. It keeps no checkpoint: it begins at Silver's position, and
// Silver knows what came before.
import { deferredFactOf, type PublicFact } from '../feed/facts/public-facts.js';
import type { Feed, Page, Position } from '../feed/feed.js';
import { WHOLE } from '../feed/versions/slice.js';
import type { Log } from '../runtime/log.js';
import { Loop } from '../runtime/loop.js';
import type { Runtime } from '../runtime/runtime.js';
import type { FactSink } from './live.queries.js';

export type LiveFeedParts = Readonly<{
  feed: Feed;
  sinks: readonly FactSink[];
  /** Hears of everything that was read, before the sinks do. For traces. */
  seen?: (entries: Page['entries']) => void;
  runtime: Runtime;
  log: Log;
}>;

const PAGE_EVENTS = 4_096;
const BACK_OFF = { minMs: 250, maxMs: 2_000 };

export class LiveFeed {
  private readonly loop: Loop;

  /** `from` is a position that Silver has reached. */
  constructor(
    private readonly parts: LiveFeedParts,
    private from: Position | null,
  ) {
    const { runtime, log } = parts;
    this.loop = new Loop({
      name: 'live prices',
      runtime,
      log,
      backOff: BACK_OFF,
      round: (signal) => this.follow(signal),
    });
  }

  start(): void {
    this.loop.start();
  }

  close(): Promise<void> {
    return this.loop.stop();
  }

  private follow(signal: AbortSignal): Promise<void> {
    const { feed } = this.parts;
    return feed.follow(feed.reader(this.from, WHOLE), { limit: PAGE_EVENTS, signal }, async (page) => {
      if (page !== null) this.take(page);
      this.loop.worked();
    });
  }

  private take({ entries, upTo }: Page): void {
    this.parts.seen?.(entries);
    const facts: PublicFact[] = [];
    for (const entry of entries) {
      const fact = deferredFactOf(entry);
      if (fact !== null) facts.push(fact);
    }
    for (const sink of this.parts.sinks) sink.take(facts);
    this.from = upTo;
  }
}
