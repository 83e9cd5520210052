// Chance from a seed: the same seed and name give the same draws, on every machine and in every run.
import { hash } from 'node:crypto';

/** A stream of draws (sfc32, by Chris Doty-Humphrey; it passes PractRand). Not for secrets. */
export class Random {
  private a: number;
  private b: number;
  private c: number;
  private counter = 1;

  /** Streams of other names are independent, so a change of one part of a plan does not shift the others. */
  constructor(seed: string, name: string) {
    const digest = hash('sha256', `gavel ${name}\n${seed}`, 'buffer');
    [this.a, this.b, this.c] = [digest.readInt32LE(0), digest.readInt32LE(4), digest.readInt32LE(8)];
  }

  /** A fraction: 0 or more, below 1. */
  fraction(): number {
    const sum = (this.a + this.b + this.counter) | 0;
    this.counter = (this.counter + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }

  /** A whole number from `min` to `max`, both included. */
  whole(min: number, max: number): number {
    return min + Math.floor(this.fraction() * (max - min + 1));
  }

  /** One of the list, each as likely as the other. */
  pick<T>(list: readonly T[]): T {
    const one = list[this.whole(0, list.length - 1)];
    if (one === undefined) throw new RangeError('nothing to pick from');
    return one;
  }

  /** The list in another order. */
  shuffled<T>(list: readonly T[]): T[] {
    const keyed = list.map((value) => ({ value, key: this.fraction() }));
    return keyed.sort((a, b) => a.key - b.key).map(({ value }) => value);
  }

  /** Normally distributed, around 0 with deviation 1 (Box and Muller). */
  normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.fraction())) * Math.cos(2 * Math.PI * this.fraction());
  }
}

/** Draws by weight. */
export class Weighted<T> {
  private readonly sums: readonly number[];
  private readonly total: number;

  constructor(private readonly choices: readonly (readonly [value: T, weight: number])[]) {
    let sum = 0;
    this.sums = choices.map(([, weight]) => {
      sum += weight;
      return sum;
    });
    this.total = sum;
  }

  draw(random: Random): T {
    const at = random.fraction() * this.total;
    let [low, high] = [0, this.sums.length - 1];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (at < (this.sums[middle] ?? 0)) high = middle;
      else low = middle + 1;
    }
    const choice = this.choices[low];
    if (choice === undefined) throw new RangeError('nothing to draw from');
    return choice[0];
  }
}
