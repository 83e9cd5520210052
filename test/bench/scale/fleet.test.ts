import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withBlocks } from '../../../bench/report/tables.js';
import { type Costs, parseCosts } from '../../../bench/scale/costs-file.js';
import { ceilingOf, fleetFor, powerOfTwo, singletons, smallest } from '../../../bench/scale/fleet.js';
import { incidentsOf } from '../../../bench/scale/incidents.js';
import { scaleBlocks } from '../../../bench/scale/tables.js';

/** Round figures: a thread takes 60,000 relayed, 20,000 judged bids a second at 60 %. */
const costs: Costs = {
  measured: 'by a test',
  micros: {
    ...{ rest: 100, engine: 30, projector: 5, relay: 10, fact: 5, message: 10, broker: 10 },
    ...{ journal: 4, silver: 4, othersOfPostgres: 2, archiver: 20, gold: 10 },
  },
  bytes: { journal: 600, silver: 200, wal: 1_000, bids: 400, events: 600, bronze: 100 },
};
/** So many auctions of one size, with hashes one after the other. */
const even = (count: number) => ({
  hashes: Array.from({ length: count }, (_, i) => i),
  shares: new Array<number>(count).fill(1 / count),
});

it('takes a thread to 60 %', () => {
  expect(ceilingOf(10)).toBe(60_000);
  expect(singletons(costs).map(({ name, ceiling }) => [name, ceiling])[0]).toEqual(['relay', 60_000]);
});

describe('a fleet', () => {
  it('is one shard up to what its relay takes, and two for one bid more', () => {
    expect(fleetFor(costs, even(64), 60_000).shards).toBe(1);
    expect(fleetFor(costs, even(64), 60_001).shards).toBe(2);
  });

  it('has an engine for every 20,000 bids a second', () => {
    expect(fleetFor(costs, even(64), 20_000)).toMatchObject({ partitions: 1, engines: 1 });
    expect(fleetFor(costs, even(64), 20_001)).toMatchObject({ partitions: 2, engines: 2 });
    expect(fleetFor(costs, even(64), 60_000)).toMatchObject({ partitions: 4, engines: 3 + 1 });
  });

  it('has API nodes by what following the facts leaves them', () => {
    // At 60,000 a second a node is busy with the facts for 300,000 of its 600,000 µs; 60,000 × 120 µs are shared: 24 nodes.
    expect(fleetFor(costs, even(64), 60_000).apiNodes).toBe(24);
  });

  it('adds up bytes', () => {
    const fleet = fleetFor(costs, even(64), 60_000);
    expect(fleet.walBytesS).toBeCloseTo(60e6, 3);
    // Three copies of 1,000 bytes over three brokers.
    expect(fleet).toMatchObject({ brokers: 3, brokerBytesS: 60e6 });
    // A tenth of the peak, all day: 518.4 million bids.
    expect(fleet.storedADay.journal).toBeCloseTo(518.4e6 * 600, 0);
  });

  it('takes the busiest auction that one engine takes, and refuses one bid more', () => {
    expect(fleetFor(costs, even(1), 20_000).hottest.auction).toBe(20_000);
    expect(() => fleetFor(costs, even(1), 20_001)).toThrow(
      'one auction gets 20001 bids a second, and one engine takes 20000',
    );
  });

  it('loses with one of n processes one n-th of the auctions', () => {
    const [engine] = incidentsOf(fleetFor(costs, even(64), 60_000));
    expect(engine).toMatchObject({ name: 'an engine is lost', share: 1 / 4, perMonth: 4 / 6 });
  });
});

describe('the smallest number', () => {
  it('is found between the powers of two', () => {
    expect(powerOfTwo((n) => n >= 5)).toBe(8);
    for (const wanted of [1, 2, 3, 4, 5, 7, 8, 1_024]) expect(smallest((n) => n >= wanted)).toBe(wanted);
  });

  it('is refused above 1,024', () => {
    expect(() => smallest((n) => n >= 1_025)).toThrow('not even 1024 are enough');
  });
});

describe('docs/costs.json', () => {
  const text = readFileSync('docs/costs.json', 'utf8');

  it('is what docs/scale.md counts with', () => {
    const page = readFileSync('docs/scale.md', 'utf8');
    expect(page).toBe(withBlocks(page, scaleBlocks(parseCosts(text))));
  });

  it('is refused without one of its figures', () => {
    const without = JSON.parse(text);
    delete without.costs.tills.micros.relay;
    expect(() => parseCosts(JSON.stringify(without))).toThrow('has no number "costs.tills.micros.relay"');
    expect(() => parseCosts(JSON.stringify({ ...JSON.parse(text), measured: 1 }))).toThrow('has no text "measured"');
  });
});
