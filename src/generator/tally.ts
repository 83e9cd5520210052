// What became of everything that was sent.
import { Histogram } from './histogram.js';
import type { Outcome, WishKind } from './sender.js';

export type Count = { accepted: number; faults: number; readonly refused: Map<string, number> };

const KINDS: readonly WishKind[] = ['register', 'list', 'bid', 'retraction', 'photo', 'command', 'question'];

export class Tally {
  readonly latency = new Histogram();
  /** How often the house asked to come back later, by reason. */
  readonly heldBack = new Map<string, number>();
  /** The first words of every kind of fault, with their numbers; no more kinds than a person reads. */
  readonly faultMessages = new Map<string, number>();
  private readonly counts = new Map<WishKind, Count>(
    KINDS.map((kind) => [kind, { accepted: 0, faults: 0, refused: new Map() }]),
  );

  answered(kind: WishKind, outcome: Exclude<Outcome, { kind: 'held' }>, latencyMs: number): void {
    this.latency.add(latencyMs);
    const count = this.of(kind);
    if (outcome.kind === 'accepted') count.accepted += 1;
    else if (outcome.kind === 'refused') add(count.refused, outcome.reason);
    else {
      count.faults += 1;
      if (this.faultMessages.has(outcome.message) || this.faultMessages.size < FAULT_MESSAGES_MAX)
        add(this.faultMessages, outcome.message);
    }
  }

  held(reason: string): void {
    add(this.heldBack, reason);
  }

  of(kind: WishKind): Count {
    const count = this.counts.get(kind);
    if (count === undefined) throw new Error(`broken invariant: ${kind} is not counted`);
    return count;
  }

  /** Everything that has its final answer. */
  get total(): number {
    return this.latency.count;
  }

  get faults(): number {
    return KINDS.reduce((sum, kind) => sum + this.of(kind).faults, 0);
  }
}

const FAULT_MESSAGES_MAX = 5;

/** All refusals of a count, whatever the reason. */
export const refusalsIn = ({ refused }: Count): number => [...refused.values()].reduce((sum, n) => sum + n, 0);

function add(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
