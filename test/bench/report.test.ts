import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { figureOf, parseRuns, type StoredRuns } from '../../bench/report/stored-runs.js';
import { blocksOf, withBlocks } from '../../bench/report/tables.js';

const bids = (spread: number, ratio: number) => ({
  baseline: { spread8: 5_000, hot8: 2_000, function: {} },
  gavel: { spread, hot: 50_000.4, httpSpread: 999.5 },
  ratio: { spread: ratio, hot64: 51.27 },
});
const stored: StoredRuns = {
  measuredAt: '2026-11-30',
  commit: 'abc1234',
  machine: '2 cores',
  seconds: 4,
  runs: { bids: [bids(40_000, 6.5), bids(38_000, 7), bids(45_500, 6.25)] },
};
const block = (id: string) => blocksOf(stored).get(id)?.split('\n') ?? [];

describe('a table of figures', () => {
  it('has the median of the runs, and their range where they differ', () => {
    expect(block('rates')).toContain('| Gavel, in process | 40,000 (38,000 – 45,500) | 50,000 |');
    expect(block('ratios')).toContain(
      '| many auctions, against the better of 8 and 64 connections | 6.5 (6.25 – 7) | 6 |',
    );
  });

  it('takes the mean of the middle two of an even number of runs', () => {
    const two = { ...stored, runs: { bids: [bids(40_000, 6), bids(38_000, 7)] } };
    expect(blocksOf(two).get('rates')).toContain('| 39,000 (38,000 – 40,000) |');
  });

  it('leaves out what no run has measured', () => {
    expect(block('rates').join()).not.toContain('64 connections');
    expect(block('rates').join()).not.toContain('HTTP');
    expect(block('live')).toEqual(['Not measured in these runs.']);
    expect(block('readme').join()).toContain('`npm run -s bench:live` | —; —; — |');
  });

  it('says when, where and how often it was measured', () => {
    const words = 'Measured on 2026-11-30 at abc1234: 2 cores. 4 s for each figure; runs: 3 of bids.';
    expect(block('machine')).toEqual([words]);
  });

  it('takes the place of the one before, and of nothing else on the page', () => {
    const page =
      'a\n<!-- bench:machine -->\nold\n<!-- /bench:machine -->\nb\n<!-- bench:ratios -->\n<!-- /bench:ratios -->\n';
    const written = withBlocks(page, blocksOf(stored));
    expect(written).toMatch(/^a\n<!-- bench:machine -->\nMeasured on .*\n<!-- \/bench:machine -->\nb\n/);
    expect(withBlocks(written, blocksOf(stored))).toBe(written);
  });

  it('is not written to a page without a place for it, or with one for another', () => {
    expect(() => withBlocks('no place', blocksOf(stored))).toThrow('the page has no place for figures');
    expect(() => withBlocks('<!-- bench:x -->\n<!-- /bench:x -->', blocksOf(stored))).toThrow('no block bench:x');
  });
});

describe('stored runs', () => {
  it('are read by path, lists by number', () => {
    expect(figureOf({ a: [{ b: 1 }, { b: 2 }] }, 'a.1.b')).toBe(2);
    expect(figureOf({ a: 'text' }, 'a')).toBeNull();
    expect(figureOf({}, 'a.b')).toBeNull();
  });

  it.each([
    ['[]', 'holds no runs'],
    [JSON.stringify({ ...stored, commit: 1 }), 'has no text "commit"'],
    [JSON.stringify({ ...stored, seconds: null }), 'has no number "seconds"'],
    [JSON.stringify({ ...stored, runs: { other: [] } }), 'has no benchmark "other"'],
  ])('are refused in another form: %s', (text, problem) => {
    expect(() => parseRuns(text)).toThrow(problem);
  });

  it('in docs/benchmarks.json are what the pages show', () => {
    const blocks = blocksOf(parseRuns(readFileSync('docs/benchmarks.json', 'utf8')));
    for (const path of ['docs/benchmarks.md', 'README.md']) {
      const page = readFileSync(path, 'utf8');
      expect(page).toBe(withBlocks(page, blocks));
    }
  });
});
