import { describe, expect, it } from '@jest/globals';
import { murmur2, partitionOf } from '../../src/bus/partitioner.js';

describe('murmur2', () => {
  // The values that Kafka's Java client asserts for its own hash (org.apache.kafka.common.utils.UtilsTest).
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
    ['abc', 479470107],
  ])('of %j is what Kafka computes', (text, hash) => {
    expect(murmur2(text)).toBe(hash);
  });
});

describe('partitionOf', () => {
  it('stays within the partitions, negative hashes included', () => {
    expect(murmur2('21')).toBeLessThan(0);
    for (const partitions of [1, 7, 16]) {
      const partition = partitionOf('21', partitions);
      expect(partition).toBeGreaterThanOrEqual(0);
      expect(partition).toBeLessThan(partitions);
    }
  });
  it('clears the sign bit as Kafka does instead of negating', () => {
    expect(partitionOf('21', 1_000)).toBe((-973932308 & 0x7fffffff) % 1_000);
  });
});
