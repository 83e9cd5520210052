import { describe, expect, it } from '@jest/globals';
import { linkedPieces } from '../../src/journal/append-check.js';
import type { StreamAppend } from '../../src/journal/journal.js';
import { auction, event, part } from '../contract/journal-batches.js';

const rests = (...streams: number[]) => streams.map((n) => ({ streamId: auction(n), revision: 0 }));
const pieces = (batch: readonly StreamAppend[]) =>
  linkedPieces(batch)
    .map((piece) => piece.map((one) => batch.indexOf(one)))
    .toSorted(([a = 0], [b = 0]) => a - b);

// What conflicts is told by the contract suite; here is how a batch may be taken apart.
describe('the pieces of a batch', () => {
  it.each([
    ['nothing', [], []],
    [
      'parts that have nothing to do with each other',
      [part(auction(1), 0, [event(1)]), part(auction(2), 0, [])],
      [[0], [1]],
    ],
    [
      'two parts of one stream',
      [part(auction(1), 0, []), part(auction(2), 0, []), part(auction(1), 1, [])],
      [[0, 2], [1]],
    ],
    [
      'a part and what it rests on, in either order',
      [part(auction(2), 0, [], rests(1)), part(auction(1), 0, [])],
      [[0, 1]],
    ],
    [
      'two that rest on a third that is not there',
      [part(auction(1), 0, [], rests(9)), part(auction(2), 0, [], rests(9))],
      [[0, 1]],
    ],
    [
      'pieces that a later part joins',
      [part(auction(1), 0, []), part(auction(2), 0, []), part(auction(3), 0, []), part(auction(4), 0, [], rests(3, 1))],
      [[0, 2, 3], [1]],
    ],
  ])('of %s', (_, batch, expected) => expect(pieces(batch)).toEqual(expected));
});
