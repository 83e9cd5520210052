// Files of recorded auctions that cannot be used: each is refused whole, before any work, with what would be right.
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runEbay } from '../../acceptance/ebay.js';
import { runSoftClose } from '../../acceptance/softclose.js';
import { silentLog } from '../../src/runtime/log.js';
import { OperatorError } from '../../src/runtime/operator-error.js';
import { type Scratch, scratchDirectory } from '../support/scratch.js';

let scratch: Scratch;
beforeAll(() => {
  scratch = scratchDirectory('bad-files');
});
afterAll(() => scratch.remove());

type Files = Readonly<Record<string, readonly string[]>>;

async function refusal(run: typeof runEbay, files: Files): Promise<string> {
  const directory = mkdtempSync(join(scratch.path, 'files-'));
  for (const [file, lines] of Object.entries(files)) writeFileSync(join(directory, file), `${lines.join('\n')}\n`);
  const out = join(directory, 'out.csv');
  const error = await run(directory, out, silentLog).then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(OperatorError);
  expect(existsSync(out)).toBe(false);
  return (error as OperatorError).message.replaceAll(`${directory}/`, '');
}

const bids = 'auction_id,bidder_id,maximum_cents,days_since_start,opening_cents';
const lamp = '8,ann,9900,0.25,400';

describe('acceptance ebay refuses', () => {
  it.each<[string, Files, string]>([
    ['a directory without bids', {}, `bids.csv does not exist; expected a CSV file with ${bids.replaceAll(',', ', ')}`],
    ['an empty file', { 'bids.csv': [] }, `bids.csv is empty; its first line must be ${bids}`],
    ['a file without rows', { 'bids.csv': [bids] }, 'bids.csv has a header and no rows'],
    [
      'a missing column',
      { 'bids.csv': ['auction_id,bidder_id,maximum_cents,days_since_start', '1,a,1,0'] },
      'bids.csv, line 1: no column opening_cents; there are auction_id, bidder_id, maximum_cents, days_since_start',
    ],
    [
      'a short row',
      { 'bids.csv': [bids, lamp, '7,ann'] },
      'bids.csv: Invalid Record Length: expect 5, got 2 on line 3',
    ],
    [
      'an empty name',
      { 'bids.csv': [bids, lamp, ',ann,1,0,1'] },
      'bids.csv, line 3: auction_id is "" and must not be empty',
    ],
    [
      'a fraction of a cent',
      { 'bids.csv': [bids, '7,ann,30.5,0,1000'] },
      'bids.csv, line 2: maximum_cents is "30.5" and must be a whole number of cents, 1 or more',
    ],
    [
      'a bid of nothing',
      { 'bids.csv': [bids, '7,ann,0,0,1000'] },
      'bids.csv, line 2: maximum_cents is "0" and must be a whole number of cents, 1 or more',
    ],
    [
      'an opening of nothing',
      { 'bids.csv': [bids, '7,ann,30,0,0'] },
      'bids.csv, line 2: opening_cents is "0" and must be a whole number of cents, 1 or more',
    ],
    [
      'a time before the start',
      { 'bids.csv': [bids, '7,ann,30,-1,10'] },
      'bids.csv, line 2: days_since_start is "-1" and must be a number of days from 0 to 365, as 2.230949',
    ],
    [
      'a time beyond the year that a listing may last',
      { 'bids.csv': [bids, '7,ann,30,365.5,10'] },
      'bids.csv, line 2: days_since_start is "365.5" and must be a number of days from 0 to 365, as 2.230949',
    ],
    [
      'an expectation of a stranger',
      { 'bids.csv': [bids, lamp], 'expected.csv': ['auction_id', '8', '9'] },
      'expected.csv, line 3: auction_id is "9" and must be an auction of bids.csv',
    ],
    [
      'two expectations of one auction',
      { 'bids.csv': [bids, lamp], 'expected.csv': ['auction_id', '8', '8'] },
      'expected.csv, line 3: auction_id is "8" and must not occur twice',
    ],
    [
      'an auction that nothing is expected of',
      { 'bids.csv': [bids, lamp, '9,ann,30,0,10'], 'expected.csv': ['auction_id', '8'] },
      'expected.csv has no row for auction 9 of bids.csv',
    ],
  ])('%s', async (_, files, sentence) => {
    expect(await refusal(runEbay, files)).toBe(sentence);
  });

  it('what is not text', async () => {
    const directory = mkdtempSync(join(scratch.path, 'binary-'));
    writeFileSync(join(directory, 'bids.csv'), Buffer.from([0x61, 0xff, 0xfe]));
    await expect(runEbay(directory, undefined, silentLog)).rejects.toThrow('bids.csv is not text in UTF-8');
  });

  it('a place for results that is not there, before it reads anything', async () => {
    const out = join(scratch.path, 'no', 'out.csv');
    await expect(runEbay(scratch.path, out, silentLog)).rejects.toThrow(
      /out\.csv cannot be written: .*no is no directory/,
    );
  });
});

describe('acceptance softclose refuses', () => {
  const lots = ['lot_id,starting_cents,scheduled_close', '1,100,2025-11-21T02:00:00Z'];
  const header = 'lot_id,at,amount_cents,is_proxy';

  it.each<[string, Files, string]>([
    [
      'a bid on a lot that is not there',
      { 'lots.csv': lots, 'bids.csv': [header, '5,2025-11-21T01:59:00Z,1,false'] },
      'bids.csv, line 2: lot_id is "5" and must be a lot of lots.csv',
    ],
    [
      'a time without a zone',
      { 'lots.csv': lots, 'bids.csv': [header, '1,2025-11-21 01:59:00,1,false'] },
      'bids.csv, line 2: at is "2025-11-21 01:59:00" and must be a time with its zone, as 2025-11-21T02:00:00Z',
    ],
    [
      'a day that no month has',
      {
        'lots.csv': [lots[0] ?? '', '1,100,2025-13-21T02:00:00Z'],
        'bids.csv': [header, '1,2025-11-21T01:59:00Z,1,true'],
      },
      'lots.csv, line 2: scheduled_close is "2025-13-21T02:00:00Z" and must be a time with its zone, as 2025-11-21T02:00:00Z',
    ],
    [
      'a flag in other words',
      { 'lots.csv': lots, 'bids.csv': [header, '1,2025-11-21T01:59:00Z,1,no'] },
      'bids.csv, line 2: is_proxy is "no" and must be true or false',
    ],
    [
      'two lots of one name',
      { 'lots.csv': [...lots, lots[1] ?? ''], 'bids.csv': [header] },
      'lots.csv, line 3: lot_id is "1" and must not occur twice',
    ],
  ])('%s', async (_, files, sentence) => {
    expect(await refusal(runSoftClose, files)).toBe(sentence);
  });
});
