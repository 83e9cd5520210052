import { describe, expect, it } from '@jest/globals';
import { BUDGET_MINUTES, catchUpSeconds, type Incident, poisson, simulate } from '../../../bench/scale/month.js';
import { Random } from '../../../src/generator/random.js';

const deploy: Incident = {
  ...{ name: 'deploy', planned: true, perMonth: 4, seconds: [30, 90], share: 0.5, source: 'a test' },
};

it('knows the budget of 99.9 %: 43.2 minutes of thirty days', () => {
  expect(BUDGET_MINUTES).toBeCloseTo(43.2, 12);
});

it('catches up as fast as it is idle', () => {
  expect(catchUpSeconds(10, 0.5)).toBe(10);
  expect(catchUpSeconds(10, 0.9)).toBeCloseTo(90, 9);
  expect(catchUpSeconds(10, 0)).toBe(0);
});

describe('months', () => {
  it('spend what is planned to the second', () => {
    // 4 times 60 seconds, of half the auctions: 2 minutes.
    const year = simulate([deploy], 12, 's');
    expect(year).toEqual({ spent: [{ name: 'deploy', minutes: 2 }], p50: 2, p95: 2, p99: 2, over: 0 });
  });

  it('are over the budget above it, and not at it', () => {
    const of = (seconds: number): Incident => ({ ...deploy, perMonth: 1, share: 1, seconds: [seconds, seconds] });
    expect(simulate([of(2_592)], 1, 's').over).toBe(0);
    expect(simulate([of(2_593)], 1, 's').over).toBe(1);
  });

  it('come out alike from one seed, and near their mean over many', () => {
    const fault: Incident = { ...deploy, planned: false, perMonth: 0.5, seconds: [60, 120], share: 1 };
    expect(simulate([fault], 100, 's')).toEqual(simulate([fault], 100, 's'));
    expect(simulate([fault], 100, 't')).not.toEqual(simulate([fault], 100, 's'));
    // Half a time a minute and a half.
    expect(simulate([fault], 20_000, 's').spent[0]?.minutes).toBeCloseTo(0.75, 1);
  });
});

describe('how often something happens', () => {
  it('is counted by the product of draws: never at 0, once more for each that stays above e to the minus mean', () => {
    const draws = (of: readonly number[]) =>
      ({
        fraction:
          (rest = [...of]) =>
          () =>
            rest.shift() ?? 0,
      }).fraction();
    expect(poisson(0, { fraction: draws([0.9]) })).toBe(0);
    // e^-1 is 0.368: 0.9 and 0.45 are above it, 0.225 is not.
    expect(poisson(1, { fraction: draws([0.9, 0.5, 0.5]) })).toBe(2);
  });

  it.each([29, 31, 1_200])('has the mean that was asked for, also where its power is 0 in a double: %s', (mean) => {
    const random = new Random('s', 'often');
    const times = 400;
    let sum = 0;
    for (let i = 0; i < times; i++) sum += poisson(mean, random);
    // Five standard deviations of the mean of so many.
    expect(Math.abs(sum / times - mean)).toBeLessThan(5 * Math.sqrt(mean / times));
  });
});
