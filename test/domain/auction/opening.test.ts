import { describe, expect, it } from '@jest/globals';
import { phaseAt, replay } from '../../../src/domain/auction/auction.js';
import {
  ann,
  announceOpening,
  at,
  cancel,
  given,
  listed,
  listedSealed,
  operator,
  person,
  place,
  placed,
  played,
  sue,
} from '../../support/auction-story.js';

const opensAt = at('01-03T12:00:00');
const opened = { type: 'AuctionOpened', opensAt, openedAt: at('01-03T12:00:00') } as const;

describe.each([
  ['an English', listed({}, opensAt), listed()],
  ['a sealed', listedSealed({}, opensAt), listedSealed()],
])('the opening of %s auction', (_, later, atOnce) => {
  it('is announced at its very instant and not a millisecond early', () => {
    given(later)
      .when(announceOpening('01-03T11:59:59.999', opensAt))
      .thenRejected({ reason: 'AuctionNotYetOpen', opensAt });
    given(later).when(announceOpening('01-03T12:00:00', opensAt)).then(opened);
  });
  it('is announced late where the house was late, also after the first bid', () =>
    given(...played(later, place(ann, 20_00n, '01-03T12:00:00.010')))
      .when(announceOpening('01-03T12:00:01', opensAt))
      .then({ ...opened, openedAt: at('01-03T12:00:01') }));
  it('is announced once, and by the house alone', () => {
    given(later, opened)
      .when(announceOpening('01-03T12:00:01', opensAt))
      .thenRejected({ reason: 'AuctionAlreadyOpened' });
    given(later)
      .when(announceOpening('01-03T12:00:00', opensAt, operator))
      .thenRejected({ reason: 'NotAllowed' });
  });
  it('needs no announcement where the auction opens with its listing', () =>
    given(atOnce).when(announceOpening('01-03T12:00:00', opensAt)).thenRejected({ reason: 'AuctionAlreadyOpened' }));
  it('is not announced of an auction that has ended before', () =>
    given(...played(later, cancel(person(sue, 'seller'), 'broken')))
      .when(announceOpening('01-03T12:00:00', opensAt))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'cancelled' }));
  it('is a matter of the time, not of the announcement', () => {
    expect(phaseAt(replay([later]), at('01-03T11:59:59.999'))).toBe('upcoming');
    expect(phaseAt(replay([later]), at('01-03T12:00:00'))).toBe('open');
    expect(phaseAt(replay([later, opened]), at('01-03T12:00:00'))).toBe('open');
  });
  it('cannot be on record twice', () => {
    expect(() => replay([later, opened, opened])).toThrow('broken invariant');
    expect(() => replay([atOnce, opened])).toThrow('broken invariant');
  });
});

it('bidding goes on from the announcement as from the listing', () =>
  given(listed({}, opensAt), opened)
    .when(place(ann, 20_00n, '01-03T13:00:00'))
    .then(placed(ann, 20_00n, { price: 10_00n, next: 10_50n, time: '01-03T13:00:00' })));
