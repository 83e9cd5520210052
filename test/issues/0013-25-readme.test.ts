// A reader learnt late what Gavel is not yet, and nowhere how much disk space it takes.
import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';

const [, first = '', ...others] = readFileSync('README.md', 'utf8').split('\n\n');

it('says in its first paragraph what Gavel is not yet', () => {
  for (const missing of ['no video from a', 'Nothing has been released'])
    expect(first.replaceAll('\n', ' ')).toContain(missing);
});

it('says how much disk space it takes', () => {
  expect(others.find((paragraph) => paragraph.startsWith('Disk space:'))).toMatch(/\d+ [GM]B/);
});
