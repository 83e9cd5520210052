import { describe, it } from '@jest/globals';
import type { AuctionListed } from '../../../src/domain/auction/auction.events.js';
import type { SoftClose } from '../../../src/domain/auction/terms.js';
import { ann, at, bob, defer, extended, given, listed, place, placed, played } from '../../support/auction-story.js';

const withPolicy = (changed: Partial<SoftClose>): AuctionListed =>
  listed({ softClose: { windowMs: 120_000, extensionsMax: null, extensionTotalMaxMs: null, ...changed } });

describe('the window', () => {
  it('leaves the close alone for a bid with exactly the window left', () =>
    given(listed())
      .when(place(ann, 20_00n, '11:58:00'))
      .then(placed(ann, 20_00n, { price: 10_00n, next: 10_50n, time: '11:58:00' })));
  it('moves it for a bid one millisecond later', () =>
    given(listed())
      .when(place(ann, 20_00n, '11:58:00.001'))
      .then(
        placed(ann, 20_00n, { price: 10_00n, next: 10_50n, time: '11:58:00.001' }),
        extended('12:00:00', '12:00:00.001', { time: '11:58:00.001' }),
      ));
  it('counts from the arrival of the last bid in time', () =>
    given(listed())
      .when(place(ann, 20_00n, '11:59:59.999'))
      .then(
        placed(ann, 20_00n, { price: 10_00n, next: 10_50n, type: 'snipe', time: '11:59:59.999' }),
        extended('12:00:00', '12:01:59.999', { time: '11:59:59.999' }),
      ));
  it('is counted anew to the close as it was moved', () => {
    const moved = played(listed(), place(ann, 20_00n, '11:59:00'));
    given(...moved)
      .when(place(bob, 15_00n, '11:59:00'))
      .then(
        placed(bob, 15_00n, {
          number: 2,
          price: 15_50n,
          next: 16_00n,
          type: 'manual',
          leader: ann,
          leadingBid: 1,
          time: '11:59:00',
        }),
      );
    given(...moved)
      .when(place(bob, 15_00n, '12:00:30'))
      .then(
        placed(bob, 15_00n, {
          number: 2,
          price: 15_50n,
          next: 16_00n,
          type: 'snipe',
          leader: ann,
          leadingBid: 1,
          time: '12:00:30',
        }),
        extended('12:01:00', '12:02:30', { extensions: 2, bidNumber: 2, time: '12:00:30' }),
      );
  });
  it('extends for a leader’s own raise too', () =>
    given(...played(listed(), place(ann, 20_00n)))
      .when(place(ann, 30_00n, '11:59:00'))
      .then(
        placed(ann, 30_00n, { number: 2, price: 10_00n, next: 10_50n, time: '11:59:00' }),
        extended('12:00:00', '12:01:00', { bidNumber: 2, time: '11:59:00' }),
      ));
  it('extends nothing for a refused bid', () => {
    given(listed())
      .when(place(ann, 9_99n, '11:59:30'))
      .thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 10_00n });
    given(listed())
      .when(place(bob, 20_00n, '12:00:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('12:00:00') });
  });
  it('extends nothing where the terms have no soft close', () =>
    given(listed({ softClose: null }))
      .when(place(ann, 20_00n, '11:59:59.999'))
      .then(placed(ann, 20_00n, { price: 10_00n, next: 10_50n, type: 'snipe', time: '11:59:59.999' })));
});

describe('later bids', () => {
  const moved = played(listed(), place(ann, 20_00n, '11:59:00'));

  it('are in time until just before the moved close', () =>
    given(...moved)
      .when(place(bob, 10_50n, '12:00:59.999'))
      .then(
        placed(bob, 10_50n, {
          number: 2,
          price: 11_00n,
          next: 11_50n,
          type: 'snipe',
          leader: ann,
          leadingBid: 1,
          time: '12:00:59.999',
        }),
        extended('12:01:00', '12:02:59.999', { extensions: 2, bidNumber: 2, time: '12:00:59.999' }),
      ));
  it('are late at the moved close', () =>
    given(...moved)
      .when(place(bob, 10_50n, '12:01:00'))
      .thenRejected({ reason: 'BidAfterClose', closesAt: at('12:01:00') }));
});

describe('the cap on the number of extensions', () => {
  const twice = [place(ann, 20_00n, '11:59:00'), place(ann, 30_00n, '12:00:00')] as const;
  const third = placed(ann, 40_00n, { number: 3, price: 10_00n, next: 10_50n, time: '12:01:00' });

  it('takes the last one it allows', () =>
    given(...played(withPolicy({ extensionsMax: 3 }), ...twice))
      .when(place(ann, 40_00n, '12:01:00'))
      .then(third, extended('12:02:00', '12:03:00', { extensions: 3, bidNumber: 3, time: '12:01:00' })));
  it('takes the bid without moving the close when they are used up', () =>
    given(...played(withPolicy({ extensionsMax: 2 }), ...twice))
      .when(place(ann, 40_00n, '12:01:00'))
      .then(third));
  it('of none switches soft close off', () =>
    given(withPolicy({ extensionsMax: 0 }))
      .when(place(ann, 20_00n, '11:59:00'))
      .then(placed(ann, 20_00n, { price: 10_00n, next: 10_50n, time: '11:59:00' })));
});

describe('the cap on the total', () => {
  const bid = (time: string) => placed(ann, 20_00n, { price: 10_00n, next: 10_50n, time });

  it('lets a move end exactly on it', () =>
    given(withPolicy({ extensionTotalMaxMs: 60_000 }))
      .when(place(ann, 20_00n, '11:59:00'))
      .then(bid('11:59:00'), extended('12:00:00', '12:01:00', { time: '11:59:00' })));
  it('cuts a move that would go a millisecond further', () =>
    given(withPolicy({ extensionTotalMaxMs: 59_999 }))
      .when(place(ann, 20_00n, '11:59:00'))
      .then(bid('11:59:00'), extended('12:00:00', '12:00:59.999', { time: '11:59:00' })));
  it('adds up over several extensions, and then the close stays', () => {
    const policy = withPolicy({ extensionTotalMaxMs: 90_000 });
    const once = played(policy, place(ann, 20_00n, '11:59:00'));
    given(...once)
      .when(place(ann, 30_00n, '12:00:00'))
      .then(
        placed(ann, 30_00n, { number: 2, price: 10_00n, next: 10_50n, time: '12:00:00' }),
        extended('12:01:00', '12:01:30', { extensions: 2, bidNumber: 2, time: '12:00:00' }),
      );
    given(...played(policy, place(ann, 20_00n, '11:59:00'), place(ann, 30_00n, '12:00:00')))
      .when(place(ann, 40_00n, '12:01:29.999'))
      .then(placed(ann, 40_00n, { number: 3, price: 10_00n, next: 10_50n, type: 'snipe', time: '12:01:29.999' }));
  });
  it('is not used up by an outage', () => {
    const deferred = played(
      withPolicy({ extensionTotalMaxMs: 60_000 }),
      place(ann, 20_00n, '11:58:30'),
      defer('13:00:00', { closesAt: at('12:00:30'), recoveredAt: at('13:00:00'), windowMs: 3_600_000 }),
    );
    // 30 s of the 60 s were used before the outage; the other 30 s are there after it.
    given(...deferred)
      .when(place(ann, 30_00n, '13:59:30'))
      .then(
        placed(ann, 30_00n, { number: 2, price: 10_00n, next: 10_50n, type: 'snipe', time: '13:59:30' }),
        extended('14:00:00', '14:00:30', { extensions: 2, bidNumber: 2, time: '13:59:30' }),
      );
  });
});
