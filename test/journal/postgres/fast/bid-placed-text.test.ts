// A bid written by hand is what JSON.stringify would write.
import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { encodeEvent } from '../../../../src/journal/event-codec.js';
import { writeBidPlaced } from '../../../../src/journal/postgres/fast/bid-placed-text.js';
import { TextBuffer } from '../../../../src/postgres/text-buffer.js';
import { goldenEvent } from '../../../support/golden-event.js';
import { anyBid } from './any-event.js';

function byHand(bid: Parameters<typeof writeBidPlaced>[1]): string {
  const text = new TextBuffer();
  writeBidPlaced(text, bid);
  return text.asciiText();
}

it('the text of the bid that is kept as a fixture', () => {
  const bid = goldenEvent('BidPlaced.v1');
  if (bid.type !== 'BidPlaced') throw new Error('the fixture is no bid');
  expect(byHand(bid)).toBe(encodeEvent(bid).text);
});

it('the text of any bid', () => {
  fc.assert(fc.property(anyBid, (bid) => expect(byHand(bid)).toBe(encodeEvent(bid).text)));
});
