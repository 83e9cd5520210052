// Which partition an id belongs to. The hash is Kafka's own (murmur2 with the Java client's seed), so that every producer
// that keys by id, in whatever language, finds the same partition as we do.

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/** The 32-bit murmur2 hash of a text of ASCII characters (ids are), as Kafka's Java client computes it of the bytes. */
export function murmur2(text: string): number {
  const length = text.length;
  let h = SEED ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const word =
      text.charCodeAt(i) |
      (text.charCodeAt(i + 1) << 8) |
      (text.charCodeAt(i + 2) << 16) |
      (text.charCodeAt(i + 3) << 24);
    let k = Math.imul(word, M);
    k ^= k >>> 24;
    h = Math.imul(h, M) ^ Math.imul(k, M);
  }
  const left = length - i;
  if (left >= 3) h ^= text.charCodeAt(i + 2) << 16;
  if (left >= 2) h ^= text.charCodeAt(i + 1) << 8;
  if (left >= 1) h = Math.imul(h ^ text.charCodeAt(i), M);
  h = Math.imul(h ^ (h >>> 13), M);
  return h ^ (h >>> 15);
}

/** The partition of an id among `partitions`, from 0. The count is fixed when a house is set up. */
export const partitionOf = (id: string, partitions: number): number => (murmur2(id) & 0x7fffffff) % partitions;
