import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { wordsInFiles } from './at-rest.js';
import { type Scratch, scratchDirectory } from './scratch.js';

const WORDS = ['zzquux0001', 'zzquux0552', 'zzquux0993'];

let scratch: Scratch;
beforeEach(() => {
  scratch = scratchDirectory('at-rest');
});
afterEach(() => scratch.remove());

const found = (...contents: readonly (string | Buffer)[]): ReadonlySet<string> => {
  for (const [i, content] of contents.entries()) writeFileSync(join(scratch.path, `${i}`), content);
  return wordsInFiles(scratch.path, WORDS);
};
const base64 = (text: string) => Buffer.from(text).toString('base64');
const hex = (text: string) => Buffer.from(text).toString('hex');

it.each([
  ['as it is', 'a zzquux0552 b'],
  ['in UTF-16', Buffer.from('a zzquux0552 b', 'utf16le')],
  ['in hexadecimal digits', hex('a zzquux0552 b')],
  ['in large hexadecimal digits', hex('a zzquux0552 b').toUpperCase()],
  ['in base64, at the beginning', base64('zzquux0552 b')],
  ['in base64, after one byte', base64('azzquux0552 b')],
  ['in base64, after two bytes', base64('aazzquux0552 b')],
  ['behind others that begin alike', 'zzquux zzquux0004 zzquuxzzquux0552'],
  ['at the end of a file', `${'x'.repeat(100_000)}zzquux0552`],
])('finds a word %s', (_, content) => {
  expect(found('nothing', content)).toEqual(new Set(['zzquux0552']));
});

it('finds each of several words, whatever file it stands in and however it is spelled there', () => {
  expect(found('zzquux0001 zzquux0001', base64('zzquux0993'))).toEqual(new Set(['zzquux0001', 'zzquux0993']));
});

it('finds nothing in what only begins like a word', () => {
  expect(found('zzquux000', 'zzquux 0001', base64('zzquux000'))).toEqual(new Set());
});
