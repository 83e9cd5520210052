// Looks up what one person may be told of things that are not for everybody, in the order in which they happened. Bounded:
// what is not looked up the queries tell.
import type { PersonalFact, PersonalFacts } from '../feed/facts/personal-facts.js';
import type { PublicFact } from '../feed/facts/public-facts.js';
import type { Log } from '../runtime/log.js';
import { retried } from '../runtime/retry.js';
import type { Runtime } from '../runtime/runtime.js';
import { SeenRevisions } from './seen-revisions.js';

export type EnquiryParts = Readonly<{ personalFacts: PersonalFacts; runtime: Runtime; log: Log }>;

const AT_ONCE = 16;
/** Beyond this the oldest are let go. */
const WAITING_MAX = 20_000;
const TRIES_MAX = 20;
const BACK_OFF = { minMs: 250, maxMs: 500 };
/** Facts may come twice; auctions whose last one is remembered. */
const SEEN_AUCTIONS_MAX = 100_000;

export class Enquiries {
  private waiting: PublicFact[] = [];
  private readonly seen = new SeenRevisions(SEEN_AUCTIONS_MAX);
  private readonly stop = new AbortController();
  private isAtWork = false;

  /** `tell` is called with what was found, in the order of the questions. */
  constructor(
    private readonly parts: EnquiryParts,
    private readonly tell: (fact: PersonalFact) => void,
  ) {}

  /** Looks this undisclosed fact up, once. */
  ask(fact: PublicFact): void {
    if (fact.revision <= this.seen.of(fact.auctionId)) return;
    this.seen.note(fact.auctionId, fact.revision);
    this.waiting.push(fact);
    if (this.waiting.length > WAITING_MAX) this.waiting.shift();
    if (!this.isAtWork) void this.work();
  }

  close(): void {
    this.stop.abort();
    this.waiting = [];
  }

  private async work(): Promise<void> {
    this.isAtWork = true;
    while (this.waiting.length > 0) {
      const found = await Promise.all(this.waiting.splice(0, AT_ONCE).map((fact) => this.lookUp(fact)));
      if (this.stop.signal.aborted) break;
      for (const fact of found) if (fact !== null) this.tell(fact);
    }
    this.isAtWork = false;
  }

  private async lookUp({ auctionId, revision }: PublicFact): Promise<PersonalFact | null> {
    const { personalFacts, runtime, log } = this.parts;
    const trying = { name: 'personal news', runtime, log, backOff: BACK_OFF, triesMax: TRIES_MAX };
    try {
      const found = await retried(() => personalFacts(auctionId, revision), { ...trying, signal: this.stop.signal });
      return found ?? null;
    } catch (error) {
      log.warn({ auctionId, revision, error: String(error) }, 'personal news cannot be had and is left out');
      return null;
    }
  }
}
