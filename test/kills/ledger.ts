// What the clients of a house asked for and were told. A command keeps its id for as long as it takes to get an answer.
import type { Answer } from './house-client.js';

export type Asked = {
  readonly commandId: string;
  readonly path: string;
  readonly token: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** The auction and the bidder of a bid; null for anything else. */
  readonly bid: Readonly<{ auctionId: string; bidderId: string }> | null;
  /** The first answer that settles it. */
  answer: Answer | null;
  /** What came of each time that it was sent. */
  readonly tries: string[];
};

/** How long somebody waited for an answer, and what came of his tries meanwhile. */
export type Pause = Readonly<{ ms: number; tries: readonly string[] }>;

const NO_PAUSE: Pause = { ms: 0, tries: [] };

export class Ledger {
  /** Everything that a house must never do: each a sentence for whoever reads the failing test. */
  readonly contradictions: string[] = [];
  private readonly asked = new Map<string, Asked>();
  private readonly sinceMs = new Map<string, number>();
  private longest = NO_PAUSE;
  /** Answered, one way or the other. */
  settled = 0;
  /** Sent more than once before it was answered. */
  retried = 0;

  add(asked: Asked): Asked {
    this.asked.set(asked.commandId, asked);
    this.sinceMs.set(asked.commandId, performance.now());
    return asked;
  }

  get(commandId: string): Asked | undefined {
    return this.asked.get(commandId);
  }

  /** Notes an answer that settles a command; a second one has to be the same as the first. */
  settle(asked: Asked, answer: Answer): void {
    if (asked.answer === null) {
      asked.answer = answer;
      this.settled += 1;
      this.longest = longer(this.longest, this.pauseOf(asked));
      this.sinceMs.delete(asked.commandId);
      if (asked.tries.length > 1) this.retried += 1;
    } else if (asText(asked.answer) !== asText(answer))
      this.contradictions.push(
        `command ${asked.commandId} was first answered ${asText(asked.answer)} and later ${asText(answer)}`,
      );
  }

  /** The longest that anybody has waited for an answer, from the first try on, since this was last asked. */
  longestPause(): Pause {
    const longest = this.open().reduce((found, asked) => longer(found, this.pauseOf(asked)), this.longest);
    this.longest = NO_PAUSE;
    return longest;
  }

  private pauseOf({ commandId, tries }: Asked): Pause {
    const nowMs = performance.now();
    return { ms: Math.round(nowMs - (this.sinceMs.get(commandId) ?? nowMs)), tries };
  }

  /** A copy of what has been answered by now. Without refusals of unknown auctions: the house keeps nothing of those. */
  answered(outcome: Answer['outcome']): readonly Asked[] {
    return [...this.asked.values()].filter(
      ({ answer }) => answer?.outcome === outcome && answer['reason'] !== 'AuctionUnknown',
    );
  }

  /** Commands that nobody has answered yet. */
  open(): readonly Asked[] {
    return [...this.sinceMs.keys()].flatMap((id) => this.asked.get(id) ?? []);
  }
}

const longer = (a: Pause, b: Pause): Pause => (b.ms > a.ms ? b : a);

/** An answer without the mark that says whether it was given before. */
const asText = ({ repeated: _, ...answer }: Answer): string => JSON.stringify(answer);
