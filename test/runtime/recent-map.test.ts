import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { RecentMap } from '../../src/runtime/recent-map.js';

const key = fc.integer({ min: 0, max: 20 });
const step = fc.oneof(
  fc.record({ do: fc.constant('set' as const), key, value: fc.nat() }),
  fc.record({ do: fc.constant('get' as const), key }),
  fc.record({ do: fc.constant('delete' as const), key }),
);

it('holds what was used last, never more than it may, and never an old value', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 12 }), fc.array(step, { maxLength: 200 }), (max, steps) => {
      const map = new RecentMap<number, number>(max);
      const model = new Map<number, number>();
      for (const one of steps) {
        if (one.do === 'delete') {
          map.delete(one.key);
          model.delete(one.key);
          continue;
        }
        const held = map.get(one.key);
        if (held !== undefined) expect(held).toBe(model.get(one.key));
        if (one.do === 'set') map.set(one.key, one.value);
        const value = one.do === 'set' ? one.value : held;
        // The model keeps its keys in the order of their last use.
        model.delete(one.key);
        if (value !== undefined) model.set(one.key, value);
        const recent = [...model].slice(-Math.floor(max / 2));
        for (const [used] of recent) expect(map.has(used)).toBe(true);
        expect([...Array(21).keys()].filter((k) => map.has(k)).length).toBeLessThanOrEqual(2 * Math.floor(max / 2));
      }
    }),
  );
});

it.each([0, 1, 2.5])('refuses to hold %d entries', (max) =>
  expect(() => new RecentMap(max)).toThrow(`a map of ${max} entries has no two generations`),
);
