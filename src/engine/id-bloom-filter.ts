// Which command ids have been seen, recorded or not, in a few bits each: Bloom filters of two generations. "No" is certain
// for every id seen since the older generation began; "maybe" is wrong about once in 100,000 times, and then costs one look
// into the journal. Exact memory of a minute at 60,000 commands a second would take a gigabyte.
import { type CommandId, hexDigits } from '../domain/ids.js';

/** Bits a filter has for each id it is made for, and bits that an id sets: one wrong "maybe" in some 100,000 once it is full. */
const BITS_PER_ID = 32;
const BITS_SET = 9;
/** All bits of an id are in one block of 64 bytes, which the processor fetches at once: a filter fits no cache. */
const BLOCK_WORDS = 16;
const BLOCK_BITS = 9;
const BLOCK_MASK = 2 ** BLOCK_BITS - 1;
/** Whole fields of `BLOCK_BITS` in 32 bits. */
const BITS_A_MIX = 3;
/** Makes another number of an id's bits for each mix (2^32 by the golden ratio). */
const STEP = 0x9e3779b9;

class Filter {
  readonly words: Uint32Array;
  private readonly blockMask: number;
  count = 0;

  constructor(ids: number) {
    const bits = 2 ** Math.ceil(Math.log2(Math.max(1_024, ids * BITS_PER_ID)));
    this.words = new Uint32Array(bits / 32);
    this.blockMask = bits / 2 ** BLOCK_BITS - 1;
  }

  add(block: number, bits: number): void {
    const from = (block & this.blockMask) * BLOCK_WORDS;
    let mixed = 0;
    for (let i = 0; i < BITS_SET; i++) {
      mixed = nextBit(bits, mixed, i);
      const word = from + ((mixed & BLOCK_MASK) >>> 5);
      this.words[word] = (this.words[word] ?? 0) | (1 << (mixed & 31));
    }
    this.count += 1;
  }

  has(block: number, bits: number): boolean {
    const from = (block & this.blockMask) * BLOCK_WORDS;
    let mixed = 0;
    for (let i = 0; i < BITS_SET; i++) {
      mixed = nextBit(bits, mixed, i);
      if (((this.words[from + ((mixed & BLOCK_MASK) >>> 5)] ?? 0) & (1 << (mixed & 31))) === 0) return false;
    }
    return true;
  }
}

/** Has the next place in a block, the one of this index, in its lowest bits. */
const nextBit = (bits: number, mixed: number, index: number): number =>
  index % BITS_A_MIX === 0 ? mix(bits + Math.imul(index, STEP)) : mixed >>> BLOCK_BITS;

/** Spreads what tells ids apart over 32 bits (the finalizer of MurmurHash3). */
function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

export class IdBloomFilter {
  private newer: Filter;
  private older: Filter;
  private newerSince: number;
  private olderSince: number;
  /** The latest instant at which an id was seen. */
  private latest: number;

  /** @param since the time after which every id that is seen will have been added. */
  constructor(
    private readonly idsPerGeneration: number,
    since: number,
  ) {
    this.newer = new Filter(idsPerGeneration);
    this.older = new Filter(1);
    this.newerSince = since;
    this.olderSince = since;
    this.latest = since;
  }

  /** Every id that was first seen after this instant (epoch milliseconds) has been added and not been forgotten. */
  get horizon(): number {
    return this.olderSince;
  }

  /** Adds an id that was seen at this instant. Instants may come in any order: of several queues each lags by itself. */
  add(id: CommandId, seenAt: number): void {
    this.latest = Math.max(this.latest, seenAt);
    if (this.newer.count >= this.idsPerGeneration) {
      this.older = this.newer;
      this.olderSince = this.newerSince;
      this.newer = new Filter(this.idsPerGeneration);
      this.newerSince = this.latest;
    }
    this.newer.add(blockOf(id), bitsOf(id));
  }

  /** False only if the id was not added, or was forgotten with its generation. */
  mayHave(id: CommandId): boolean {
    const block = blockOf(id);
    const bits = bitsOf(id);
    return this.newer.has(block, bits) || this.older.has(block, bits);
  }
}

// An id brings its own hash: the random digits of its tail. A client that always sends the same digits gets "maybe".
const blockOf = (id: CommandId): number => hexDigits(id, 28, 36);
const bitsOf = (id: CommandId): number => (hexDigits(id, 20, 23) << 16) | hexDigits(id, 24, 28);
