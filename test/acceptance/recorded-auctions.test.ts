// The two acceptance commands on recorded auctions made here, which say in a few lines what the real files say in many.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { describeWithTestData } from '../support/requires.js';
import { type Ended, GavelProcess } from '../support/run-gavel.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

jest.setTimeout(120_000);

let scratch: Scratch;
beforeAll(() => {
  scratch = scratchDirectory('acceptance');
});
afterAll(() => scratch.remove());

/** A directory with these files; `$out` stands for a result file in it. */
function directoryOf(name: string, files: Readonly<Record<string, readonly string[]>>): string {
  const directory = join(scratch.path, name);
  mkdirSync(directory);
  for (const [file, lines] of Object.entries(files)) writeFileSync(join(directory, file), `${lines.join('\n')}\n`);
  return directory;
}

const runAcceptance = (args: readonly string[]): Promise<Ended> => GavelProcess.start(args, {}, 'acceptance').end();

const lastLine = ({ stdout }: Ended): unknown => JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '');

const bidsHeader = 'auction_id,bidder_id,maximum_cents,days_since_start,bidder_rating,opening_cents,item,duration_days';

describe('acceptance ebay', () => {
  // Two bidders on 10.00: the second's 50.00 beats 30.00 by one step of 1.00. Lifted to 500.00 it pays the same.
  const watch = ['7,ann,3000,0.5,1,1000,Watch,3', '7,bob,5000,1.25,2,1000,Watch,3'];
  // Only one bid: the price is the opening, whatever the maximum.
  const lamp = ['8,ann,9900,0.25,1,400,Lamp,3'];
  // Bob is refused below price + step; the tie at 20.00 goes to the earlier bid, and the price meets it.
  const tie = ['9,ann,2000,0.1,1,100,Radio,3', '9,bob,110,0.2,2,100,Radio,3', '9,cid,2000,0.3,3,100,Radio,3'];
  const expected = [
    'auction_id,recorded_price_cents,replayed_price_cents,replayed_price_winner_lifted_cents,class',
    '7,3100,3100,3100,a',
    '8,400,400,401,b',
    '9,1999,2000,2050,c',
  ];

  it('counts what ends at the expected prices, and writes what Silver holds', async () => {
    const directory = directoryOf('ebay', {
      'bids.csv': [bidsHeader, ...watch, ...lamp, ...tie],
      'expected.csv': expected,
    });
    const out = join(directory, 'out.csv');
    const ended = await runAcceptance(['ebay', directory, '--out', out]);
    expect(ended).toMatchObject({ code: 0 });
    // The lamp's lifted price and the radio's recorded price are wrong on purpose.
    expect(lastLine(ended)).toEqual({ auctions: 3, replayed: 3, lifted: 2, recorded: 2 });
    expect(readFileSync(out, 'utf8').trim().split('\n')).toEqual([
      'auction_id,price_cents,price_winner_lifted_cents',
      '7,3100,3100',
      '8,400,400',
      '9,2000,2050',
    ]);
  });

  it('only computes without expectations, and says when a bid was recorded before the one above it', async () => {
    const rows = ['7,ann,3000,2.5,1,1000,Watch,3', '7,bob,5000,1.25,2,1000,Watch,3'];
    const directory = directoryOf('ebay-bare', { 'bids.csv': [bidsHeader, ...rows] });
    const ended = await runAcceptance(['ebay', directory]);
    expect(lastLine(ended)).toEqual({ auctions: 1 });
    expect(ended.stderr).toContain(
      "1 bids were recorded earlier than the bid before them and are taken at that bid's time",
    );
  });

  it('refuses a bad file with one line on stderr, none on stdout, and writes nothing', async () => {
    const rows = ['7,ann,30.5,0,1,1000,Watch,3'];
    const directory = directoryOf('ebay-bad', { 'bids.csv': [bidsHeader, ...rows] });
    const out = join(directory, 'out.csv');
    const { code, stdout, stderr } = await runAcceptance(['ebay', directory, '--out', out]);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /^gavel: \S+bids\.csv, line 2: maximum_cents is "30\.5" and must be a whole number of cents, 1 or more\n$/,
    );
    expect(existsSync(out)).toBe(false);
  });
});

describe('acceptance softclose', () => {
  const lots = [
    'lot_id,starting_cents,scheduled_close,recorded_close',
    // 120 s left: not moved. 119 s left: moved to 120 s after the bid, and once more by the next. No bids: not counted.
    '1,100,2025-11-21T02:00:00Z,2025-11-21T02:00:00Z',
    '2,100,2025-11-21T02:00:00Z,2025-11-21T02:02:00Z',
    '3,100,2025-11-21T02:00:00Z,2025-11-21T02:09:00Z',
    '4,100,2025-11-21T02:00:00Z,2025-11-21T02:00:00Z',
  ];
  const bids = [
    'lot_id,at,amount_cents,is_proxy',
    '1,2025-11-21T01:58:00Z,100,false',
    '2,2025-11-21T01:58:01Z,100,false',
    '2,2025-11-21T01:59:59Z,150,true',
    '2,2025-11-21T02:00:00Z,200,false',
    '3,2025-11-21T01:59:00Z,100,false',
  ];

  it('counts lots that close when they closed, and writes when Silver says they did', async () => {
    const directory = directoryOf('soft', { 'lots.csv': lots, 'bids.csv': bids });
    const out = join(directory, 'out.csv');
    const ended = await runAcceptance(['softclose', directory, '--out', out]);
    expect(ended).toMatchObject({ code: 0 });
    expect(lastLine(ended)).toEqual({ lots: 3, exact: 2 });
    expect(readFileSync(out, 'utf8').trim().split('\n')).toEqual([
      'lot_id,close',
      '1,2025-11-21T02:00:00Z',
      '2,2025-11-21T02:02:00Z',
      '3,2025-11-21T02:01:00Z',
      '4,2025-11-21T02:00:00Z',
    ]);
  });

  it('only counts lots where no close was recorded', async () => {
    const bare = lots.map((line) => line.split(',').slice(0, 3).join(','));
    const directory = directoryOf('soft-bare', { 'lots.csv': bare, 'bids.csv': bids });
    expect(lastLine(await runAcceptance(['softclose', directory]))).toEqual({ lots: 3 });
  });
});

describeWithTestData('325 recorded eBay auctions', 'ebay', (folder) => {
  it('all end at the prices that the second-price rule gives, and 309 at what eBay recorded', async () => {
    const ended = await runAcceptance(['ebay', folder]);
    expect(lastLine(ended)).toEqual({ auctions: 325, replayed: 325, lifted: 325, recorded: 309 });
  });
});

describeWithTestData('57 recorded lots with a soft close', 'softclose', (folder) => {
  it('end when they ended, but for one', async () => {
    expect(lastLine(await runAcceptance(['softclose', folder]))).toEqual({ lots: 57, exact: 56 });
  });
});
