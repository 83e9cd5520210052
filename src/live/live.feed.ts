// Feeds live prices straight from the journal of this process. It keeps no checkpoint: it begins where Silver stands, and
// what came before that Silver knows.

import { deferredFactOf, type PublicFact } from '../feed/facts/public-facts.js';
import type { Feed, Position } from '../feed/feed.js';
import { WHOLE } from '../feed/versions/slice.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import type { FactSink } from './live.queries.js';

export type LiveFeedParts = Readonly<{
  feed: Feed;
  sinks: readonly FactSink[];
  runtime: Runtime;
  log: Log;
}>;

const PAGE_EVENTS = 4_096;
const RETRY_MS = 250;

export class LiveFeed {
  private readonly stop = new AbortController();
  private loop: Promise<void> | null = null;

  /** `from` is a position that Silver has reached. */
  constructor(
    private readonly parts: LiveFeedParts,
    private from: Position | null,
  ) {}

  start(): void {
    this.loop ??= this.run();
  }

  async close(): Promise<void> {
    this.stop.abort();
    await this.loop;
  }

  private async run(): Promise<void> {
    const { runtime, log } = this.parts;
    while (!this.stop.signal.aborted) {
      try {
        await this.follow();
      } catch (error) {
        log.warn({ error: String(error) }, 'live prices lost the journal; trying again');
        await runtime.sleep(RETRY_MS, this.stop.signal);
      }
    }
  }

  private async follow(): Promise<void> {
    const { feed, sinks } = this.parts;
    const reader = feed.reader(this.from, WHOLE);
    while (!this.stop.signal.aborted) {
      const heard = feed.heard();
      const page = await reader.next(PAGE_EVENTS);
      if (page === null) {
        await feed.news(heard, this.stop.signal);
        continue;
      }
      const facts: PublicFact[] = [];
      for (const entry of page.entries) {
        const fact = deferredFactOf(entry);
        if (fact !== null) facts.push(fact);
      }
      for (const sink of sinks) sink.take(facts);
      this.from = page.upTo;
    }
  }
}
