// `gavel verify` said "clean" about an empty Silver whose checkpoint stood at the beginning.
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { later } from '../../src/domain/time.js';
import { SystemRuntime } from '../../src/runtime/system.runtime.js';
import type { Verification } from '../../src/verify/verify.js';
import { auctionNo, userNo } from '../projections/chronicle.js';
import { ProjectedHouse } from '../support/projected-house.js';

const runtime = new SystemRuntime();
const [sue, ann] = [userNo(1), userNo(2)] as const;
const clock = auctionNo(1);
const SILVER = ['users', 'listings', 'standings', 'bids', 'transactions', 'refused_bids'];
const CLOSINGS = ['due', 'openings', 'relistings', 'deadlines'];

let house: ProjectedHouse;
beforeEach(async () => {
  house = await ProjectedHouse.open();
  await house.told.register(sue, ann);
  await house.told.list(clock);
  await house.told.bid(clock, ann, 20_00n);
  await house.project();
});
afterEach(() => house.close());

const empty = () =>
  house.client.query(
    `TRUNCATE ${[...SILVER.map((table) => `silver_private.${table}`), ...CLOSINGS.map((table) => `closings.${table}`)].join()} CASCADE`,
  );
/** Verifies as if so many milliseconds had passed since. */
async function verifyAfter(ms: number, ...words: string[]): Promise<Verification & { failed: boolean }> {
  const { lines, failed } = await house.run(['verify', '--json', ...words], { now: () => later(runtime.now(), ms) });
  return { ...JSON.parse(lines.join('\n')), failed };
}
const problem = (text: string) =>
  expect.objectContaining({ check: 'checkpoint', problem: expect.stringContaining(text) });

describe('gavel verify fails', () => {
  it('about an empty Silver whose checkpoint stands at the beginning, however new the events are', async () => {
    await empty();
    await house.client.query('UPDATE feed.checkpoints SET position = NULL');
    const { clean, failed, findings } = await verifyAfter(0);
    expect({ clean, failed }).toEqual({ clean: false, failed: true });
    expect(findings.filter(({ check }) => check === 'checkpoint')).toEqual([
      problem("stands at the beginning, 4 events behind the journal's end, the oldest recorded at 20"),
      problem("stands at the beginning, 4 events behind the journal's end"),
    ]);
  });

  it('about an empty Silver without a checkpoint', async () => {
    await empty();
    await house.client.query('DELETE FROM feed.checkpoints');
    const { clean, findings } = await verifyAfter(0);
    expect(clean).toBe(false);
    expect(findings).toEqual([problem('has no checkpoint, 4 events behind'), problem('has no checkpoint')]);
  });

  it('when Silver lags beyond the bound, and not before', async () => {
    await house.told.bid(clock, ann, 40_00n);
    expect(await verifyAfter(9_000)).toMatchObject({ clean: true, failed: false });
    const { clean, findings } = await verifyAfter(11_000);
    expect(clean).toBe(false);
    expect(findings).toEqual([
      problem('stands at position 4, 1 events behind'),
      problem('at most 10 s are allowed (--lag)'),
    ]);
    expect(await verifyAfter(11_000, '--lag', '60')).toMatchObject({ clean: true });
    await house.project();
    expect(await verifyAfter(3_600_000)).toMatchObject({ clean: true });
  });

  it('with one sentence about a bound that is none', async () => {
    await expect(house.run(['verify', '--lag', 'soon'])).rejects.toThrow(
      '--lag must be a whole number from 0 to 999999',
    );
    await expect(house.run(['verify', '--lag', '1000000'])).rejects.toThrow('--lag must be');
  });
});

it('is content with a journal in which nothing has happened', async () => {
  const nobody = await ProjectedHouse.open();
  try {
    expect((await nobody.run(['verify'])).failed).toBe(false);
  } finally {
    await nobody.close();
  }
});
