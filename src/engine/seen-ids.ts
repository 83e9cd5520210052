// Which command ids have been recorded, in a few bits each: Bloom filters of two generations. "No" is certain for every
// id recorded since the older generation began; "maybe" is wrong about once in 100,000 times, and then costs one look
// into the journal. Exact memory of a minute at 60,000 commands a second would take a gigabyte.
import { type CommandId, hexDigits } from '../domain/ids.js';

/** Bits a filter has for each id it is made for, and bits that an id sets: one wrong "maybe" in 100,000 or fewer. */
const BITS_PER_ID = 32;
const BITS_SET = 6;

class Filter {
  readonly words: Uint32Array;
  private readonly mask: number;
  count = 0;

  constructor(ids: number) {
    const bits = 2 ** Math.ceil(Math.log2(Math.max(1_024, ids * BITS_PER_ID)));
    this.words = new Uint32Array(bits / 32);
    this.mask = bits - 1;
  }

  add(first: number, step: number): void {
    for (let i = 0, bit = first & this.mask; i < BITS_SET; i++, bit = (bit + step) & this.mask)
      this.words[bit >>> 5] = (this.words[bit >>> 5] ?? 0) | (1 << (bit & 31));
    this.count += 1;
  }

  has(first: number, step: number): boolean {
    for (let i = 0, bit = first & this.mask; i < BITS_SET; i++, bit = (bit + step) & this.mask)
      if (((this.words[bit >>> 5] ?? 0) & (1 << (bit & 31))) === 0) return false;
    return true;
  }
}

export class SeenIds {
  private newer: Filter;
  private older: Filter;
  private newerSince: number;
  private olderSince: number;

  /** @param since the time after which every recorded id will have been added. */
  constructor(
    private readonly idsPerGeneration: number,
    since: number,
  ) {
    this.newer = new Filter(idsPerGeneration);
    this.older = new Filter(1);
    this.newerSince = since;
    this.olderSince = since;
  }

  /** Every id recorded after this instant (epoch milliseconds) has been added and not been forgotten. */
  get horizon(): number {
    return this.olderSince;
  }

  /** Adds an id recorded at this instant. Instants must not fall by more than clocks step. */
  add(id: CommandId, recordedAt: number): void {
    if (this.newer.count >= this.idsPerGeneration) {
      this.older = this.newer;
      this.olderSince = this.newerSince;
      this.newer = new Filter(this.idsPerGeneration);
      this.newerSince = recordedAt;
    }
    this.newer.add(first(id), step(id));
  }

  /** False only if the id was not added, or was forgotten with its generation. */
  mayHave(id: CommandId): boolean {
    const at = first(id);
    const by = step(id);
    return this.newer.has(at, by) || this.older.has(at, by);
  }
}

// An id brings its own hash: the random digits of its tail. A client that always sends the same digits gets "maybe".
const first = (id: CommandId): number => hexDigits(id, 28, 36);
const step = (id: CommandId): number => (hexDigits(id, 20, 23) << 16) | hexDigits(id, 24, 28) | 1;
