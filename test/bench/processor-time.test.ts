import { expect, it } from '@jest/globals';
import { each } from '../../bench/costs/meters.js';
import { cpuSecondsIn } from '../../bench/processor-time.js';

it('finds user and system time behind a name that holds anything', () => {
  expect(cpuSecondsIn('42 (a) b (c) S 1 2 3 4 5 6 7 8 9 10 250 50 0 0')).toBe(3);
  expect(cpuSecondsIn('')).toBeNull();
  expect(cpuSecondsIn('42 (short) S 1 2')).toBeNull();
});

it('tells what one bid took, also of what was not there before', () => {
  expect(each({ engine: 1 }, { engine: 3, relay: 1 }, 100_000, 1_000_000)).toEqual({ engine: 20, relay: 10 });
  expect(() => each({}, {}, 0, 1)).toThrow('at least one bid');
});
