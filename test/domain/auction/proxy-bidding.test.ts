import { describe, expect, it } from '@jest/globals';
import { contestAfter } from '../../../src/domain/auction/proxy-bidding.js';
import { ann, at, bob, cid, given, listed, place, placed, played, terms } from '../../support/auction-story.js';

// Every limit is tested in pairs: the last value refused and the first value taken.
const annAt100 = [listed(), placed(ann, 100_00n, { price: 10_00n, next: 10_50n })] as const;

describe('the first bid', () => {
  it('is refused a cent below the starting price', () =>
    given(listed()).when(place(ann, 9_99n)).thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 10_00n }));
  it('is taken at the starting price', () =>
    given(listed())
      .when(place(ann, 10_00n))
      .then(placed(ann, 10_00n, { price: 10_00n, next: 10_50n, type: 'manual' })));
  it('leaves the price at the starting price, however high it is', () =>
    given(listed())
      .when(place(ann, 900_00n))
      .then(placed(ann, 900_00n, { price: 10_00n, next: 10_50n })));
});

describe('the minimum next bid', () => {
  it('refuses a challenge one cent short of price and increment', () =>
    given(...annAt100)
      .when(place(bob, 10_49n))
      .thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 10_50n }));
  it('takes a challenge of exactly price and increment', () =>
    given(...annAt100)
      .when(place(bob, 10_50n))
      .then(
        placed(bob, 10_50n, { number: 2, price: 11_00n, next: 11_50n, type: 'manual', leader: ann, leadingBid: 1 }),
      ));
  it('asks a bidder who is outbid for the minimum as it asks anybody', () => {
    const outbid = played(listed(), place(bob, 20_00n), place(ann, 100_00n));
    given(...outbid)
      .when(place(bob, 20_99n))
      .thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 21_00n });
    given(...outbid)
      .when(place(bob, 21_00n))
      .then(
        placed(bob, 21_00n, { number: 3, price: 21_50n, next: 22_00n, type: 'manual', leader: ann, leadingBid: 2 }),
      );
  });
  it('is the same at a price that an increment has lifted into the next row of the table', () => {
    // 24.80 + 0.50 = 25.30, where a step is 1.00.
    given(...played(listed(), place(ann, 100_00n)))
      .when(place(bob, 24_80n))
      .then(
        placed(bob, 24_80n, { number: 2, price: 25_30n, next: 26_30n, type: 'manual', leader: ann, leadingBid: 1 }),
      );
  });
});

describe('the price', () => {
  it('is one increment above the second-highest maximum, the increment taken there and not at the price', () =>
    given(...annAt100)
      .when(place(bob, 99_00n))
      // The step at 99.00 is 1.00; at the price of 10.00 it would be 0.50, at 100.00 it would be 2.50.
      .then(
        placed(bob, 99_00n, { number: 2, price: 100_00n, next: 102_50n, type: 'manual', leader: ann, leadingBid: 1 }),
      ));
  it('is the leader’s maximum where that is less than an increment above the second', () =>
    given(...annAt100)
      .when(place(bob, 99_40n))
      .then(
        placed(bob, 99_40n, { number: 2, price: 100_00n, next: 102_50n, type: 'manual', leader: ann, leadingBid: 1 }),
      ));
  it('takes the step of the second maximum’s row at the first amount of that row', () =>
    given(...played(listed(), place(ann, 500_00n)))
      .when(place(bob, 100_00n))
      .then(
        placed(bob, 100_00n, { number: 2, price: 102_50n, next: 105_00n, type: 'manual', leader: ann, leadingBid: 1 }),
      ));
  it('lets a new leader win by less than an increment', () =>
    given(...annAt100)
      .when(place(bob, 100_01n))
      .then(placed(bob, 100_01n, { number: 2, price: 100_01n, next: 102_51n, type: 'manual' })));
  it('is an increment above the beaten leader’s maximum for a new leader who would go further', () =>
    given(...annAt100)
      .when(place(bob, 150_00n))
      .then(placed(bob, 150_00n, { number: 2, price: 102_50n, next: 105_00n })));
  it('rests on the highest of the others, whoever bid last', () =>
    given(...played(listed(), place(ann, 50_00n), place(bob, 200_00n)))
      .when(place(cid, 60_00n))
      .then(
        placed(cid, 60_00n, { number: 3, price: 61_00n, next: 62_00n, type: 'manual', leader: bob, leadingBid: 2 }),
      ));
});

// The contest takes bids as they come, also ones that no auction would accept in this company.
describe('the contest', () => {
  const leading = { bidNumber: 1, bidderId: ann, maximum: 60_00n, placedAt: at('09:00:00') };
  const challenge = { bidNumber: 2, bidderId: bob, maximum: 20_00n, placedAt: at('09:00:00') };

  it('never moves the price down, whatever the steps of a table do', () => {
    // By the step at 20.00 the second would make it 21.00 only.
    const increments = [
      { below: 20_00n, step: 10_00n },
      { below: null, step: 1_00n },
    ];
    const contest = { leading, runnerUp: 19_00n, currentPrice: 29_00n };
    expect(contestAfter(contest, challenge, { ...terms, increments })).toStrictEqual({ ...contest, runnerUp: 20_00n });
  });
  it('keeps the higher of two challengers', () => {
    const contest = { leading, runnerUp: 30_00n, currentPrice: 31_00n };
    expect(contestAfter(contest, challenge, terms)).toStrictEqual(contest);
  });
});

describe('equal maxima', () => {
  it('leave the earlier bid in the lead, at its maximum', () =>
    given(...annAt100)
      .when(place(bob, 100_00n))
      .then(
        placed(bob, 100_00n, { number: 2, price: 100_00n, next: 102_50n, type: 'manual', leader: ann, leadingBid: 1 }),
      ));
  it('are told apart by a single cent', () =>
    given(...annAt100)
      .when(place(bob, 100_01n))
      .then(placed(bob, 100_01n, { number: 2, price: 100_01n, next: 102_51n, type: 'manual' })));
});

describe('the leader’s own raise', () => {
  it('is refused at the own maximum', () =>
    given(...annAt100)
      .when(place(ann, 100_00n))
      .thenRejected({ reason: 'BidNotAboveOwnMaximum' }));
  it('is refused below the own maximum, though it would be high enough for anybody else', () =>
    given(...annAt100)
      .when(place(ann, 50_00n))
      .thenRejected({ reason: 'BidNotAboveOwnMaximum' }));
  it('is taken a cent above it, and moves no price while nobody else bids', () =>
    given(...annAt100)
      .when(place(ann, 100_01n))
      .then(placed(ann, 100_01n, { number: 2, price: 10_00n, next: 10_50n })));
  it('may stay below the minimum next bid', () => {
    const tied = played(listed(), place(ann, 100_00n), place(bob, 100_00n));
    given(...tied)
      .when(place(ann, 100_01n))
      .then(placed(ann, 100_01n, { number: 3, price: 100_01n, next: 102_51n, type: 'manual' }));
  });
  it('pays the increment that the old maximum had cut', () =>
    given(...played(listed(), place(ann, 100_00n), place(bob, 99_40n)))
      .when(place(ann, 200_00n))
      .then(placed(ann, 200_00n, { number: 3, price: 100_40n, next: 102_90n })));
  it('does not make the old maximum count as somebody else’s', () => {
    const raised = played(listed(), place(ann, 100_00n), place(ann, 200_00n));
    given(...raised)
      .when(place(bob, 12_00n))
      .then(
        placed(bob, 12_00n, { number: 3, price: 12_50n, next: 13_00n, type: 'manual', leader: ann, leadingBid: 2 }),
      );
  });
});

describe('the reserve', () => {
  const reserved = listed({ reservePrice: 80_00n });

  it('does not show in the price while no maximum reaches it', () =>
    given(reserved)
      .when(place(ann, 79_99n))
      .then(placed(ann, 79_99n, { price: 10_00n, next: 10_50n, reserveMet: false })));
  it('is the price as soon as a maximum reaches it', () =>
    given(reserved)
      .when(place(ann, 80_00n))
      .then(placed(ann, 80_00n, { price: 80_00n, next: 81_00n, type: 'manual' })));
  it('lets the second price rule below it', () =>
    given(...played(reserved, place(ann, 70_00n)))
      .when(place(bob, 60_00n))
      .then(
        placed(bob, 60_00n, {
          number: 2,
          price: 61_00n,
          next: 62_00n,
          type: 'manual',
          leader: ann,
          leadingBid: 1,
          reserveMet: false,
        }),
      ));
  it('is jumped to by a challenge that beats a leader below it', () =>
    given(...played(reserved, place(ann, 70_00n)))
      .when(place(bob, 100_00n))
      .then(placed(bob, 100_00n, { number: 2, price: 80_00n, next: 81_00n })));
  it('is reached by the leader’s own raise', () =>
    given(...played(reserved, place(ann, 70_00n)))
      .when(place(ann, 80_00n))
      .then(placed(ann, 80_00n, { number: 2, price: 80_00n, next: 81_00n, type: 'manual' })));
  it('plays no part above itself', () =>
    given(...played(reserved, place(ann, 100_00n)))
      .when(place(bob, 90_00n))
      .then(
        placed(bob, 90_00n, { number: 2, price: 91_00n, next: 92_00n, type: 'manual', leader: ann, leadingBid: 1 }),
      ));
});
