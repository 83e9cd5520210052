// Issue 13, 3: 1,600 distinct documents of 1,980 numbers each made the caches hold 961 MB: they counted characters.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { buildSchema } from 'graphql';
import { DOCUMENT_LIMITS } from '../../src/api/graphql/document-limits.js';
import { DOCUMENTS_BYTES_MAX, Documents } from '../../src/api/graphql/documents.js';

const schema = buildSchema('type Query { a(x: [Int!]): Int b: B } type B { c: Int }');
// Some fill the cache many times over: it holds a few dozen of the largest.
const DOCUMENTS = 200;
const MEBIBYTE = 1_048_576;

setFlagsFromString('--expose-gc');
const gc: () => void = runInNewContext('gc');

function heapBytes(): number {
  gc();
  return process.memoryUsage().heapUsed;
}

const numbers = '1 '.repeat(DOCUMENT_LIMITS.tokensMax - 20);
const shapes: readonly (readonly [string, (i: number) => string])[] = [
  ['that name no field of ours', (i) => `{z${i}(x:[${numbers}])}`],
  ['that are no documents', (i) => `{a${i}(x:[${numbers}])`],
  ['of 1,980 numbers each', (i) => `{z${i}(x:[${'1 '.repeat(1_980)}])}`],
  ['that are too much', (i) => `{b{${'c '.repeat(600)}} # ${i}\n}`],
  ['that may be executed, of many numbers', (i) => `query q${i} {a(x:[${numbers}])}`],
  ['that may be executed, of many fields', (i) => `query q${i} {b{${'c '.repeat(490)}}}`],
];

describe(`${DOCUMENTS} distinct documents`, () => {
  it.each(shapes)('%s leave no more than the cache may hold', (_, textOf) => {
    const documents = new Documents(schema, true);
    const before = heapBytes();
    for (let i = 0; i < DOCUMENTS; i++) documents.checked(textOf(i));
    const heldBytes = heapBytes() - before;
    process.stdout.write(`${(heldBytes / MEBIBYTE).toFixed(1)} MiB held, ${documents.bytesHeld} bytes counted\n`);
    expect(documents.bytesHeld).toBeLessThanOrEqual(DOCUMENTS_BYTES_MAX);
    expect(heldBytes).toBeLessThan(DOCUMENTS_BYTES_MAX + 4 * MEBIBYTE);
    // Still there while the heap is read.
    expect(documents.checked('{a}').errors).toBeNull();
  });
});

it('keeps a good document, and what a bad one lacks is told each time with its place', () => {
  const documents = new Documents(schema, true);
  expect(documents.checked('{a}').document).toBe(documents.checked('{a}').document);
  const [error] = documents.checked('{\n  z\n}').errors ?? [];
  expect(error?.locations).toEqual([{ line: 2, column: 3 }]);
});
