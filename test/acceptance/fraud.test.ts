// Real bidders and planted shills through the whole house, for the scores that they get.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeWithTestData } from '../support/requires.js';
import { type Ended, GavelProcess } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(180_000);

let scratch: Scratch;
beforeAll(() => {
  scratch = scratchDirectory('acceptance-fraud');
});
afterAll(() => scratch.remove());

const runFraud = (...args: readonly string[]): Promise<Ended> =>
  GavelProcess.start(['fraud', ...args], {}, 'acceptance').end();
const lastLine = ({ stdout }: Ended): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

/** Every fifteenth auction is one seller's, whose friend raises each price early and never wins. */
function bidsWithAFriend(): readonly string[] {
  const header = 'auction_id,bidder_id,maximum_cents,days_since_start,opening_cents,item,duration_days,seller_id';
  const row = (auction: number, bidder: string, cents: number, days: number, seller: string) =>
    `${auction},${bidder},${cents},${days},1000,Watch,3,${seller}`;
  const lines = Array.from({ length: 120 }, (_, i) => {
    const isFriends = i % 15 === 0;
    const seller = isFriends ? 'sue' : `seller ${i % 40}`;
    const pushes = isFriends
      ? [1_100, 1_200, 1_300].map((cents, n) => row(i, 'friend', cents, 0.3 + n / 10, seller))
      : [];
    return [row(i, `first ${i}`, 5_000, 0.1, seller), ...pushes, row(i, `last ${i}`, 9_000, 2.9, seller)];
  });
  return [header, ...lines.flat()];
}

describe('acceptance fraud', () => {
  it('flags the friend of a seller, and none of those whom the friend has bid up', async () => {
    const directory = join(scratch.path, 'friend');
    mkdirSync(directory);
    writeFileSync(join(directory, 'bids.csv'), `${bidsWithAFriend().join('\n')}\n`);
    const ended = await runFraud(directory);
    expect(ended).toMatchObject({ code: 0 });
    // Nobody moves the price by half but the last bidder, who doubles it and more.
    expect(lastLine(ended)).toEqual({ bidders: 241, flagged: 1, naiveRuleFlagged: 120 });
    const planted = await runFraud(directory, '--inject', '1');
    expect(planted).toMatchObject({ code: 1 });
    expect(planted.stderr).toContain('--inject needs 60 auctions of 5 bids or more; there are 8');
  });
});

describeWithTestData('acceptance fraud with real bidders', 'ebay', (folder) => {
  it('flags about one in two hundred without seller ids, and some of the shills planted among them', async () => {
    const ended = await runFraud(folder, '--inject', '7');
    const { bidders, flagged, naiveRuleFlagged, shillsCaught } = lastLine(ended) as Record<string, number>;
    process.stderr.write(`${ended.stdout.trimEnd().split('\n').at(-1)}\n`);
    expect(bidders).toBeGreaterThan(0);
    // The goal is 0.005; one bidder is too many (docs/fraud.md).
    expect((flagged ?? 1) / (bidders ?? 1)).toBeLessThanOrEqual(0.006);
    expect(naiveRuleFlagged).toBeGreaterThan(20 * (flagged ?? 0));
    expect(shillsCaught).toBeGreaterThan(0);
  });
});
