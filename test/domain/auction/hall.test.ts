import { describe, it } from '@jest/globals';
import type { Actor, PaddleStatus } from '../../../src/domain/actor.js';
import type { HallCommand } from '../../../src/domain/auction/auction.commands.js';
import type {
  AuctionEvent,
  AuctionListed,
  AuctionSold,
  BidPlaced,
  CallUndone,
  FairWarningGiven,
  LotOpened,
  PriceAsked,
  SealedBidPlaced,
  Standing,
} from '../../../src/domain/auction/auction.events.js';
import type { HallTerms } from '../../../src/domain/auction/terms.js';
import { NO_POSITIONS } from '../../../src/domain/fees/tax-position.js';
import type { UserId } from '../../../src/domain/ids.js';
import {
  type Ask,
  again,
  ann,
  ask,
  at,
  bidOf,
  bob,
  cid,
  close,
  given,
  house,
  invoiceFor,
  item,
  linesOf,
  listedAt,
  olga,
  operator,
  person,
  retract,
  sue,
  terms,
  USER_REVISION,
  voidBid,
} from '../../support/auction-story.js';
import { clocks } from '../../support/sale-story.js';

const begins = at('01-03T12:00:00');
const lapses = at('02-02T12:00:00');
const hallTerms: HallTerms = {
  format: 'hall',
  currency: 'USD',
  startingPrice: 100_00n,
  reservePrice: null,
  increments: [{ below: null, step: 10_00n }],
  retraction: 'ebay',
  fees: terms.fees,
};

/** A lot of a hall sale that begins on the 3rd at noon: from 100.00 in steps of 10.00. */
const lot = (changed: Partial<HallTerms> = {}): AuctionListed => ({
  type: 'AuctionListed',
  sellerId: sue,
  item,
  terms: { ...hallTerms, ...changed },
  opensAt: begins,
  closesAt: lapses,
  listedAt,
  relistOf: null,
  relistings: 0,
  lot: { saleId: clocks, lotNumber: '1', needsPaddle: true },
});

const before = '01-02T09:00:00';
const now = '01-03T12:30:00';
const paddle: PaddleStatus = { status: 'given', biddingLimit: null };

const withPaddle = (asked: Ask, holder?: UserId): Ask => ({ ...asked, facts: { ...asked.facts, paddle, holder } });

type ClerksCommand = HallCommand extends infer One ? (One extends HallCommand ? Omit<One, 'auctionId'> : never) : never;
const clerk = (command: ClerksCommand, time = now, actor: Actor = operator): Ask =>
  ask({ ...command, auctionId: again } as HallCommand, actor, time);
const open = (askingPrice: bigint | null = null, time = now) => clerk({ type: 'OpenLot', askingPrice }, time);
const asks = (askingPrice: bigint) => clerk({ type: 'AskPrice', askingPrice });
const online = (bidder: UserId, amount: bigint, time = now): Ask =>
  withPaddle(ask({ ...bidOf(bidder, amount), auctionId: again }, person(bidder, 'bidder'), time));
const taken = (
  holder: UserId | undefined,
  amount: bigint,
  channel: 'absentee' | 'floor' | 'phone' = 'floor',
  time = now,
): Ask => withPaddle(clerk({ type: 'TakeBid', paddle: 7, amount, currency: 'USD', channel }, time), holder);
const hammer = (leadingBid: number) => clerk({ type: 'Hammer', leadingBid });
const pass = (leadingBid: number | null) => clerk({ type: 'PassLot', leadingBid });
const undo = (leadingBid: number) => clerk({ type: 'UndoCall', leadingBid });

type Stands = Partial<Standing> & Readonly<{ price: bigint; next: bigint; count: number }>;
const stands = ({ price, next, count, ...other }: Stands): Standing => ({
  currentPrice: price,
  leaderId: null,
  leadingBid: null,
  bidCount: count,
  minimumNextBid: next,
  reserveMet: true,
  ...other,
});

const commission = (bidderId: UserId, amount: bigint, bidNumber: number, changed = {}): SealedBidPlaced => ({
  type: 'SealedBidPlaced',
  bidNumber,
  bidderId,
  bidType: 'absentee',
  amount,
  currency: 'USD',
  placedAt: at(before),
  userRevision: USER_REVISION,
  replaces: null,
  bidCount: bidNumber,
  ...changed,
});
const opened = (next = 100_00n, count = 0, changed = {}): LotOpened => ({
  type: 'LotOpened',
  openedBy: olga,
  openedAt: at(now),
  ...stands({ price: 100_00n, next, count }),
  ...changed,
});
const called = (
  bidderId: UserId,
  price: bigint,
  bidNumber: number,
  bidType: BidPlaced['bidType'],
  changed: Partial<BidPlaced> = {},
): BidPlaced => ({
  type: 'BidPlaced',
  bidNumber,
  bidderId,
  bidType,
  maximum: price,
  currency: 'USD',
  placedAt: at(now),
  userRevision: USER_REVISION,
  ...stands({ price, next: price + 10_00n, count: bidNumber, leaderId: bidderId, leadingBid: bidNumber }),
  ...changed,
});
const undone = (bidderId: UserId, bidNumber: number, after: Stands): CallUndone => ({
  type: 'CallUndone',
  bidNumber,
  bidderId,
  undoneBy: olga,
  undoneAt: at(now),
  ...stands(after),
});

/** At the hammer: premium 20 %, platform fee 10 %, tax 25 % on hammer and premium. */
function sold(buyerId: UserId, winningBid: number, hammerPrice: bigint, time: string): readonly AuctionEvent[] {
  const buyersPremium = hammerPrice / 5n;
  const platformFee = hammerPrice / 10n;
  const tax = (hammerPrice + buyersPremium) / 4n;
  const amountDue = hammerPrice + buyersPremium + tax;
  const money = { hammerPrice, buyersPremium, platformFee, tax, amountDue, sellerProceeds: hammerPrice - platformFee };
  const sale: AuctionSold = {
    type: 'AuctionSold',
    via: 'Hammer',
    buyerId,
    winningBid,
    currency: 'USD',
    ...money,
    lines: linesOf(money),
    taxPositions: NO_POSITIONS,
    closedAt: at(time),
  };
  return [sale, invoiceFor(sale)];
}

describe('a commission', () => {
  it('is a secret maximum until the lot is opened, online or by paddle, also before the sale begins', () => {
    given(lot())
      .when(online(ann, 300_00n, before))
      .then(commission(ann, 300_00n, 1));
    given(lot())
      .when(taken(bob, 300_00n, 'absentee', before))
      .then(commission(bob, 300_00n, 1));
  });

  it('is at least the starting price', () => {
    given(lot())
      .when(online(ann, 99_99n, before))
      .thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 100_00n });
    given(lot())
      .when(online(ann, 100_00n, before))
      .then(commission(ann, 100_00n, 1));
  });

  it('takes the place of the own earlier one, unless it is the same', () => {
    given(lot(), commission(ann, 300_00n, 1))
      .when(online(ann, 200_00n, before))
      .then(commission(ann, 200_00n, 2, { replaces: 1, bidCount: 1 }));
    given(lot(), commission(ann, 300_00n, 1))
      .when(online(ann, 300_00n, before))
      .thenRejected({ reason: 'BidUnchanged' });
  });

  it('is left by who has a paddle, and within its limit', () => {
    given(lot())
      .when(taken(undefined, 300_00n, 'absentee', before))
      .thenRejected({ reason: 'PaddleUnknown' });
    const limited = (biddingLimit: bigint): Ask => {
      const asked = online(ann, 300_00n, before);
      return { ...asked, facts: { ...asked.facts, paddle: { status: 'given', biddingLimit } } };
    };
    given(lot()).when(limited(299_99n)).thenRejected({ reason: 'BidAboveLimit' });
    given(lot())
      .when(limited(300_00n))
      .then(commission(ann, 300_00n, 1));
  });

  it('comes too late once the lot is opened, and can no longer be taken back', () => {
    given(lot(), opened())
      .when(taken(ann, 300_00n, 'absentee'))
      .thenRejected({ reason: 'LotAlreadyOpened' });
    given(lot(), commission(ann, 300_00n, 1))
      .when(retract(ann, 1, before))
      .then({
        type: 'SealedBidRetracted',
        bidNumber: 1,
        bidderId: ann,
        reason: 'TypingError',
        grantedBy: null,
        retractedAt: at(before),
        bidCount: 0,
      });
    given(lot(), commission(ann, 300_00n, 1), opened(100_00n, 1))
      .when(retract(ann, 1, now))
      .thenRejected({ reason: 'LotAlreadyOpened' });
  });
});

describe('opening a lot', () => {
  it('is for staff, from the beginning of the sale on, once, and before it lapses', () => {
    given(lot())
      .when(clerk({ type: 'OpenLot', askingPrice: null }, now, person(ann, 'bidder')))
      .thenRejected({ reason: 'NotAllowed' });
    given(lot()).when(open(null, '01-03T11:59:59.999')).thenRejected({ reason: 'AuctionNotYetOpen', opensAt: begins });
    given(lot())
      .when(open(null, '01-03T12:00:00'))
      .then({ ...opened(), openedAt: begins });
    given(lot(), opened()).when(open()).thenRejected({ reason: 'LotAlreadyOpened' });
    given(lot()).when(open(null, '02-02T12:00:00')).thenRejected({ reason: 'BidAfterClose', closesAt: lapses });
  });

  it('asks the starting price or more', () => {
    given(lot()).when(open(99_99n)).thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 100_00n });
    given(lot()).when(open(150_00n)).then(opened(150_00n));
  });

  it('lets the highest commission act first, at the asking price', () =>
    given(lot(), commission(ann, 300_00n, 1))
      .when(open(120_00n))
      .then(opened(120_00n, 1), called(ann, 120_00n, 2, 'proxy')));

  it('puts it one increment above another commission, or at its own maximum', () => {
    given(lot(), commission(ann, 300_00n, 1), commission(bob, 200_00n, 2))
      .when(open())
      .then(opened(100_00n, 2), called(ann, 210_00n, 3, 'proxy'));
    given(lot(), commission(ann, 205_00n, 1), commission(bob, 200_00n, 2))
      .when(open())
      .then(opened(100_00n, 2), called(ann, 205_00n, 3, 'proxy'));
    // Of equal ones the earlier.
    given(lot(), commission(ann, 200_00n, 1), commission(bob, 200_00n, 2))
      .when(open())
      .then(opened(100_00n, 2), called(ann, 200_00n, 3, 'proxy'));
  });

  it('lets none act below the asking price', () =>
    given(lot(), commission(ann, 119_99n, 1))
      .when(open(120_00n))
      .then(opened(120_00n, 1)));

  it('puts it at the reserve, where it reaches that', () => {
    const reserved = lot({ reservePrice: 250_00n });
    const unmet = { reserveMet: false };
    given(reserved, commission(ann, 250_00n, 1))
      .when(open())
      .then(opened(100_00n, 1, unmet), called(ann, 250_00n, 2, 'proxy'));
    given(reserved, commission(ann, 249_99n, 1))
      .when(open())
      .then(opened(100_00n, 1, unmet), called(ann, 100_00n, 2, 'proxy', unmet));
  });
});

describe('a bid on an opened lot', () => {
  it('comes from the floor, the telephone or online, at the asking price or above', () => {
    given(lot()).when(taken(ann, 100_00n)).thenRejected({ reason: 'LotNotOpened' });
    given(lot(), opened())
      .when(taken(ann, 100_00n))
      .then(called(ann, 100_00n, 1, 'floor'));
    given(lot(), opened())
      .when(taken(ann, 150_00n, 'phone'))
      .then(called(ann, 150_00n, 1, 'phone'));
    given(lot(), opened())
      .when(online(ann, 100_00n))
      .then(called(ann, 100_00n, 1, 'manual'));
    given(lot(), opened(120_00n))
      .when(online(ann, 119_99n))
      .thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 120_00n });
  });

  it('is not the leader’s, the seller’s, or a stranger’s', () => {
    given(lot(), opened(), called(ann, 100_00n, 1, 'floor'))
      .when(online(ann, 110_00n))
      .thenRejected({ reason: 'BidderLeads' });
    given(lot(), opened()).when(taken(sue, 100_00n)).thenRejected({ reason: 'SellerCannotBid' });
    given(lot(), opened()).when(taken(undefined, 100_00n)).thenRejected({ reason: 'PaddleUnknown' });
    const unasked = ask({ ...bidOf(ann, 100_00n), auctionId: again }, person(ann, 'bidder'), now);
    given(lot(), opened()).when(unasked).thenRejected({ reason: 'PaddleNeeded' });
  });

  it('is answered by a commission that reaches the next asking price', () => {
    const history = [lot(), commission(ann, 120_00n, 1), opened(100_00n, 1), called(ann, 100_00n, 2, 'proxy')];
    given(...history)
      .when(taken(bob, 110_00n))
      .then(called(bob, 110_00n, 3, 'floor'), called(ann, 120_00n, 4, 'proxy'));
    given(...history)
      .when(taken(bob, 110_01n))
      .then(called(bob, 110_01n, 3, 'floor'));
  });
});

describe('an asking price', () => {
  const asked = (next: bigint, changed: Partial<PriceAsked> = {}): PriceAsked => ({
    type: 'PriceAsked',
    askedBy: olga,
    askedAt: at(now),
    ...stands({ price: 100_00n, next, count: 0 }),
    ...changed,
  });

  it('is above the price that stands, or at least the starting price', () => {
    given(lot()).when(asks(150_00n)).thenRejected({ reason: 'LotNotOpened' });
    given(lot(), opened(200_00n)).when(asks(100_00n)).then(asked(100_00n));
    given(lot(), opened(200_00n))
      .when(asks(99_99n))
      .thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 100_00n });
    const led = [lot(), opened(), called(ann, 100_00n, 1, 'floor')] as const;
    given(...led)
      .when(asks(100_00n))
      .thenRejected({ reason: 'BidBelowMinimum', minimumNextBid: 100_01n });
    given(...led)
      .when(asks(100_01n))
      .then(asked(100_01n, { bidCount: 1, leaderId: ann, leadingBid: 1 }));
  });

  it('is answered by a commission as an opening is', () =>
    given(lot(), commission(ann, 150_00n, 1), opened(160_00n, 1))
      .when(asks(130_00n))
      .then(asked(130_00n, { bidCount: 1 }), called(ann, 130_00n, 2, 'proxy')));
});

describe('the end of a lot', () => {
  const led = [lot(), opened(), called(ann, 100_00n, 1, 'floor')] as const;
  const warning: FairWarningGiven = {
    type: 'FairWarningGiven',
    leadingBid: 1,
    minimumNextBid: 110_00n,
    givenBy: olga,
    givenAt: at(now),
  };

  it('is announced by a fair warning on the bid that leads', () => {
    given(lot(), opened())
      .when(clerk({ type: 'GiveFairWarning', leadingBid: 1 }))
      .thenRejected({ reason: 'NobodyLeads' });
    given(...led)
      .when(clerk({ type: 'GiveFairWarning', leadingBid: 2 }))
      .thenRejected({ reason: 'AnotherBidLeads' });
    given(...led)
      .when(clerk({ type: 'GiveFairWarning', leadingBid: 1 }))
      .then(warning);
    given(...led, warning)
      .when(online(bob, 110_00n))
      .then(called(bob, 110_00n, 2, 'manual'));
  });

  it('is the hammer for the bid that the clerk names, once, with an invoice', () => {
    given(...led)
      .when(hammer(2))
      .thenRejected({ reason: 'AnotherBidLeads' });
    given(lot(), opened()).when(hammer(1)).thenRejected({ reason: 'NobodyLeads' });
    const sale = sold(ann, 1, 100_00n, now);
    given(...led)
      .when(hammer(1))
      .then(...sale);
    given(...led, ...sale)
      .when(hammer(1))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' });
  });

  it('is a sale at the reserve and a pass below it', () => {
    const at_ = (reservePrice: bigint): readonly AuctionEvent[] => {
      const reserveMet = reservePrice <= 100_00n;
      const changed = { reserveMet };
      return [
        lot({ reservePrice }),
        opened(100_00n, 0, { reserveMet: false }),
        called(ann, 100_00n, 1, 'floor', changed),
      ];
    };
    given(...at_(100_01n))
      .when(hammer(1))
      .thenRejected({ reason: 'ReserveNotReached' });
    given(...at_(100_01n))
      .when(pass(1))
      .then({ type: 'AuctionPassed', reason: 'ReserveNotMet', closedAt: at(now) });
    given(...at_(100_00n))
      .when(pass(1))
      .thenRejected({ reason: 'ReserveReached' });
    given(...at_(100_00n))
      .when(hammer(1))
      .then(...sold(ann, 1, 100_00n, now));
  });

  it('is a pass where nobody bids, and not when somebody has', () => {
    given(lot(), opened())
      .when(pass(null))
      .then({ type: 'AuctionPassed', reason: 'NoBids', closedAt: at(now) });
    given(...led)
      .when(pass(null))
      .thenRejected({ reason: 'AnotherBidLeads' });
  });

  it('comes by itself if no clerk ever ends it', () => {
    const lapse = { ...close('02-02T12:00:00', lapses, house) };
    given(...led)
      .when(lapse)
      .then(...sold(ann, 1, 100_00n, '02-02T12:00:00'));
    given(lot(), opened()).when(lapse).then({ type: 'AuctionPassed', reason: 'NoBids', closedAt: lapses });
  });
});

describe('undo', () => {
  it('takes the last call out, and the commission’s answer with it', () => {
    const history = [lot(), commission(ann, 120_00n, 1), opened(100_00n, 1), called(ann, 100_00n, 2, 'proxy')];
    const answered = [called(bob, 110_00n, 3, 'floor'), called(ann, 120_00n, 4, 'proxy')];
    const led = { leaderId: ann, leadingBid: 2 };
    given(...history, ...answered)
      .when(undo(4))
      .then(
        undone(ann, 4, { price: 110_00n, next: 120_00n, count: 3, leaderId: bob, leadingBid: 3 }),
        undone(bob, 3, { price: 100_00n, next: 110_00n, count: 2, ...led }),
      );
    given(...history)
      .when(undo(2))
      .then(undone(ann, 2, { price: 100_00n, next: 100_00n, count: 1 }));
  });

  it('names the bid that leads, and is over with the hammer', () => {
    const led = [lot(), opened(), called(ann, 100_00n, 1, 'floor'), called(cid, 110_00n, 2, 'phone')] as const;
    given(...led)
      .when(undo(1))
      .thenRejected({ reason: 'AnotherBidLeads' });
    given(...led, ...sold(cid, 2, 110_00n, now))
      .when(undo(2))
      .thenRejected({ reason: 'AuctionNotOpen', status: 'sold' });
  });
});

it('voids a commission and a call of somebody suspended', () => {
  const history = [lot(), commission(ann, 120_00n, 1), opened(100_00n, 1), called(ann, 100_00n, 2, 'proxy')];
  const voiding = { bidderId: ann, reason: 'a shill', voidedBy: null, voidedAt: at(now) };
  given(...history)
    .when(voidBid(1, now))
    .then({ type: 'SealedBidVoided', bidNumber: 1, ...voiding, bidCount: 1 });
  given(...history)
    .when(voidBid(2, now))
    .then({ type: 'BidVoided', bidNumber: 2, ...voiding, ...stands({ price: 100_00n, next: 100_00n, count: 1 }) });
});

it('has no clerk for what is no lot of a hall', () =>
  given({ ...lot(), terms: { ...terms } })
    .when(open())
    .thenRejected({ reason: 'NoLotOfAHall' }));
