// Bids over auctions by a Zipf law, and what that makes of partitions: some auctions, and so some partitions, are hot.
import { Random } from '../../src/generator/random.js';

export type Market = Readonly<{
  /** What the hash of each auction's id would be (bus/partitioner.ts): its remainder is the partition. */
  hashes: readonly number[];
  /** Of all bids, in the order of the hashes; they add up to 1. */
  shares: readonly number[];
}>;

/** The hash of an id has 31 bits. */
const HASH_MAX = 2 ** 31 - 1;

/** The shares of n auctions, the largest first: the n-th gets 1 / n^exponent as much as the first. 0 spreads evenly. */
export function zipfShares(count: number, exponent: number): readonly number[] {
  if (count < 1) throw new RangeError('bids are spread over at least one auction');
  const weights = Array.from({ length: count }, (_, i) => (i + 1) ** -exponent);
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** So many auctions, with hashes drawn from the seed. */
export function market(seed: string, count: number, exponent: number): Market {
  const random = new Random(seed, 'hashes');
  return {
    hashes: Array.from({ length: count }, () => random.whole(0, HASH_MAX)),
    shares: zipfShares(count, exponent),
  };
}

/** The share of all bids that each partition gets. */
export function partitionShares({ hashes, shares }: Market, partitions: number): readonly number[] {
  const sums = new Array<number>(partitions).fill(0);
  hashes.forEach((hash, i) => {
    const partition = hash % partitions;
    sums[partition] = (sums[partition] ?? 0) + (shares[i] ?? 0);
  });
  return sums;
}

/** What each of `workers` gets when partition n goes to worker n modulo their number. */
export function dealt(shares: readonly number[], workers: number): readonly number[] {
  const sums = new Array<number>(workers).fill(0);
  shares.forEach((share, i) => {
    sums[i % workers] = (sums[i % workers] ?? 0) + share;
  });
  return sums;
}

/** The largest of at least one. */
export const largest = (shares: readonly number[]): number => shares.reduce((a, b) => Math.max(a, b), 0);
