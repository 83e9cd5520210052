import { describe, it } from '@jest/globals';
import type { PaddleStatus } from '../../../src/domain/actor.js';
import type { ListLot } from '../../../src/domain/auction/auction.commands.js';
import type { AuctionListed, ClosingExtended } from '../../../src/domain/auction/auction.events.js';
import type { UserId } from '../../../src/domain/ids.js';
import {
  type Ask,
  admin,
  again,
  ann,
  ask,
  at,
  bidOf,
  cancel,
  clock,
  closesAt,
  extended,
  given,
  house,
  item,
  listed,
  operator,
  person,
  place,
  placed,
  sue,
  terms,
  withdraw,
} from '../../support/auction-story.js';
import { clocks } from '../../support/sale-story.js';

const lot = { saleId: clocks, lotNumber: '12A', needsPaddle: true };
const ofASale = (changed = {}): AuctionListed => ({ ...listed(), lot: { ...lot, ...changed } });

const listing = (changed: Partial<ListLot> = {}): ListLot => ({
  type: 'ListLot',
  auctionId: again,
  lot,
  sellerId: sue,
  item,
  terms,
  opensAt: at('01-02T12:00:00'),
  closesAt,
  ...changed,
});

describe('a lot', () => {
  it('is listed by the house as its sale has recorded it, whatever became of its seller', () =>
    given()
      .when(ask(listing(), house, '01-01T12:00:00', { status: 'suspended', revision: 3 }))
      .then({ ...ofASale(), opensAt: at('01-02T12:00:00') }));

  it('is listed by nobody else, under no id that others may take, and once', () => {
    given()
      .when(ask(listing(), admin, '01-01T12:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given()
      .when(ask(listing({ auctionId: clock }), house, '01-01T12:00:00'))
      .thenRejected({ reason: 'NotAllowed' });
    given(ofASale())
      .when(ask(listing(), house, '01-01T12:00:00'))
      .thenRejected({ reason: 'AuctionAlreadyListed' });
  });

  it('is cancelled by staff or the house, not by its seller', () => {
    const cancelled = (cancelledBy: UserId | null) =>
      ({ type: 'AuctionCancelled', reason: 'broken', cancelledBy, cancelledAt: at('01-02T09:00:00') }) as const;
    given(ofASale())
      .when(cancel(person(sue, 'seller'), 'broken'))
      .thenRejected({ reason: 'NotAllowed' });
    given(ofASale()).when(cancel(house, 'broken')).then(cancelled(null));
    given(ofASale())
      .when(cancel(operator, 'broken'))
      .then(cancelled(operator.kind === 'user' ? operator.userId : null));
    given(listed()).when(cancel(house, 'broken')).thenRejected({ reason: 'NotAllowed' });
    given(ofASale()).when(withdraw(operator, 'broken')).thenRejected({ reason: 'NotAllowed' });
  });
});

describe('a bid on a lot', () => {
  const bid = (paddle: PaddleStatus | undefined, amount = 10_00n): Ask => {
    const asked = ask(bidOf(ann, amount), person(ann, 'bidder'), '01-02T09:00:00');
    return { ...asked, facts: { ...asked.facts, paddle } };
  };
  const manual = placed(ann, 10_00n, { price: 10_00n, next: 10_50n, type: 'manual' });

  it('needs a paddle in its sale', () => {
    given(ofASale()).when(bid(undefined)).thenRejected({ reason: 'PaddleNeeded' });
    given(ofASale())
      .when(bid({ status: 'none' }))
      .thenRejected({ reason: 'PaddleNeeded' });
    given(ofASale())
      .when(bid({ status: 'requested' }))
      .thenRejected({ reason: 'PaddleAwaited' });
    given(ofASale())
      .when(bid({ status: 'refused' }))
      .thenRejected({ reason: 'PaddleRefusedBefore' });
    given(ofASale())
      .when(bid({ status: 'given', biddingLimit: null }))
      .then(manual);
  });

  it('needs none where the sale asks for none, nor on what is no lot', () => {
    given(ofASale({ needsPaddle: false }))
      .when(place(ann, 10_00n))
      .then(manual);
    given(listed()).when(place(ann, 10_00n)).then(manual);
  });

  it('is at most the limit of the paddle', () => {
    given(ofASale())
      .when(bid({ status: 'given', biddingLimit: 10_00n }))
      .then(manual);
    given(ofASale())
      .when(bid({ status: 'given', biddingLimit: 9_99n }))
      .thenRejected({ reason: 'BidAboveLimit' });
  });
});

describe('the close of a lot', () => {
  const move = (movedTo: string, named = closesAt, actor = house) =>
    ask({ type: 'MoveLotClosing', auctionId: clock, closesAt: named, movedTo: at(movedTo) }, actor, '11:59:30');
  const moved = (from: string, to: string, extensions = 0): ClosingExtended => ({
    type: 'ClosingExtended',
    cause: 'Sale',
    previousClosesAt: at(from),
    closesAt: at(to),
    extensions,
    bidNumber: null,
    extendedAt: at('11:59:30'),
  });

  it('is moved by the house, from where it is and to later only', () => {
    given(ofASale()).when(move('12:00:00.001')).then(moved('12:00:00', '12:00:00.001'));
    given(ofASale()).when(move('12:00:00')).thenRejected({ reason: 'NotDue', closesAt });
    given(ofASale())
      .when(move('12:05:00', at('11:59:59')))
      .thenRejected({ reason: 'NotDue', closesAt });
    given(ofASale())
      .when(move('12:05:00', closesAt, admin))
      .thenRejected({ reason: 'NotAllowed' });
    given(listed()).when(move('12:05:00')).thenRejected({ reason: 'NotAllowed' });
  });

  it('has as many extensions left as before', () => {
    const capped = { softClose: { windowMs: 120_000, extensionsMax: 1, extensionTotalMaxMs: 120_000 } };
    const late = { ...place(ann, 10_00n, '12:00:30') };
    given({ ...listed(capped), lot: { ...lot, needsPaddle: false } }, moved('12:00:00', '12:01:00'))
      .when(late)
      .then(
        placed(ann, 10_00n, { price: 10_00n, next: 10_50n, type: 'snipe', time: '12:00:30' }),
        extended('12:01:00', '12:02:30', { time: '12:00:30' }),
      );
  });
});
