// The console's keys, one by one: what each says to the house, and what it does not.
import { describe, expect, it } from '@jest/globals';
import { EMPTY, type Entry, type InHand, type Key, press } from '../../web/src/desk/hall/keys.js';
import { typed } from '../../web/src/money.js';

const auctionId = 'the lot';
const LOT: InHand = {
  lotId: auctionId,
  currency: 'EUR',
  isOpened: true,
  asking: 110_00n,
  leadingPrice: 100_00n,
  leadingBid: 7,
  hasUnjudged: false,
  isEnding: false,
  isBlind: false,
  stepUp: 115_00n,
  stepDown: 105_00n,
};
const amountOf = (text: string) => typed(text, 'EUR', 'en');
/** Keys one after the other; figures and other text go into the field. */
function keys(lot: InHand, ...pressed: readonly string[]) {
  let last: ReturnType<typeof press> = { entry: EMPTY };
  for (const key of pressed) {
    const isText = /^[\d., ]+$/.test(key);
    last = isText
      ? { entry: { mode: last.entry.mode as 'floor', text: key } }
      : press(key as Key, last.entry, lot, amountOf);
  }
  return last;
}
const bid = (paddle: number, channel: 'FLOOR' | 'PHONE', amount = '11000') => ({
  act: 'bid',
  input: { auctionId, paddle, amount, currency: 'EUR', channel },
});

describe('a bid by paddle', () => {
  it('comes from the floor where nothing else is said, at the asking price', () =>
    expect(keys(LOT, '12', 'Enter')).toEqual({ entry: EMPTY, say: bid(12, 'FLOOR') }));
  it('comes by telephone behind a P, before or after the figures', () => {
    expect(keys(LOT, 'p', '12', 'Enter').say).toEqual(bid(12, 'PHONE'));
    expect(keys(LOT, '12', 'p', 'Enter').say).toEqual(bid(12, 'PHONE'));
  });
  it.each(['0', '00', '1.5', '1 2', '1234567890'])('is not by paddle %s', (text) =>
    expect(keys(LOT, text, 'Enter')).toMatchObject({ problem: 'no-paddle', entry: { text } }),
  );
  it('is nothing without a paddle', () => expect(keys(LOT, 'Enter').say).toBeUndefined());
  it('takes leading zeros', () => expect(keys(LOT, '007', 'Enter').say).toEqual(bid(7, 'FLOOR')));
});

describe('an asking price', () => {
  it('is asked of a lot that is called', () =>
    expect(keys(LOT, 'a', '250.50', 'Enter').say).toEqual({ act: 'ask', input: { auctionId, askingPrice: '25050' } }));
  it('opens a lot that waits', () =>
    expect(keys({ ...LOT, isOpened: false }, 'a', '250', 'Enter').say).toEqual({
      act: 'open',
      input: { auctionId, askingPrice: '25000' },
    }));
  it('has to be one', () =>
    expect(keys(LOT, 'a', '1.2.3', 'Enter')).toMatchObject({ problem: 'no-amount', entry: { mode: 'ask' } }));
  it('goes up and down by a step', () => {
    expect(keys(LOT, '+').say).toMatchObject({ input: { askingPrice: '11500' } });
    expect(keys(LOT, '-').say).toMatchObject({ input: { askingPrice: '10500' } });
  });
  it('does not go down where there is no step above the price that stands', () =>
    expect(keys({ ...LOT, stepDown: LOT.asking }, '-')).toEqual({ entry: EMPTY, problem: 'no-step' }));
});

describe('the hammer', () => {
  it('falls with the second key only, on the bid that was seen with the first', () => {
    const armed = keys(LOT, 'h');
    expect(armed).toEqual({ entry: { mode: 'hammer', text: '', leadingBid: 7 } });
    const { say } = press('Enter', armed.entry, { ...LOT, leadingBid: 8 }, amountOf);
    expect(say).toEqual({ act: 'hammer', input: { auctionId, leadingBid: 7 } });
  });
  it('does not fall after Esc', () => expect(keys(LOT, 'h', 'Escape', 'Enter').say).toBeUndefined());
  it('does not fall after another key', () => expect(keys(LOT, 'h', 'f', 'Enter').say).toBeUndefined());
  it.each([
    ['nobody leads', { leadingBid: null }, 'nobody-leads'],
    ['a command on the lot waits', { hasUnjudged: true }, 'unjudged'],
    ['an online bid leads and the line is lost', { isBlind: true }, 'blind'],
  ] as const)('is not raised where %s', (_, over, problem) =>
    expect(keys({ ...LOT, ...over }, 'h')).toEqual({ entry: EMPTY, problem }),
  );
});

describe('other acts', () => {
  const leading = { auctionId, leadingBid: 7 };
  it.each([
    ['o', { act: 'open', input: { auctionId } }],
    ['w', { act: 'warn', input: leading }],
    ['u', { act: 'undo', input: leading }],
  ] as const)('%s says it at once', (key, say) => expect(keys(LOT, key)).toEqual({ entry: EMPTY, say }));
  it.each(['w', 'u'])('%s needs a bid that leads', (key) =>
    expect(keys({ ...LOT, leadingBid: null }, key)).toEqual({ entry: EMPTY, problem: 'nobody-leads' }),
  );
  it('a pass takes two keys, and names who leads or nobody', () => {
    expect(keys(LOT, 'x', 'Enter').say).toEqual({ act: 'pass', input: leading });
    expect(keys({ ...LOT, leadingBid: null }, 'x', 'Enter').say).toEqual({
      act: 'pass',
      input: { auctionId, leadingBid: null },
    });
    expect(keys({ ...LOT, hasUnjudged: true }, 'x')).toEqual({ entry: EMPTY, problem: 'unjudged' });
  });
  it('N goes on and says nothing to the house', () => expect(keys(LOT, 'n')).toEqual({ entry: EMPTY, isNext: true }));
  it('Esc empties the field', () => {
    const entry: Entry = { mode: 'phone', text: '12' };
    expect(press('Escape', entry, LOT, amountOf)).toEqual({ entry: EMPTY });
  });
});
