// The words in which the rules of an auction are told: given a history, when somebody asks for something, then exactly
// these events follow, or exactly this refusal. Expected events are written out by the test; no rule is used to make them.
import { expect } from '@jest/globals';
import type { Actor, Facts, NamedUser, Role } from '../../src/domain/actor.js';
import type { InvoiceIssued, SecondChanceAccepted } from '../../src/domain/auction/after-sale.events.js';
import type { AuctionCommand, PlaceBid } from '../../src/domain/auction/auction.commands.js';
import type {
  AuctionEvent,
  AuctionListed,
  AuctionSold,
  BidPlaced,
  BidRetracted,
  BidType,
  BidVoided,
  ClosingExtended,
  Item,
  RetractionReason,
  SealedBidPlaced,
  SealedBidRetracted,
} from '../../src/domain/auction/auction.events.js';
import { type Auction, decide, evolve, replay } from '../../src/domain/auction/auction.js';
import type { AuctionRejection } from '../../src/domain/auction/auction.rejections.js';
import { DEFAULT_FEES, EBAY_INCREMENTS } from '../../src/domain/auction/house-defaults.js';
import type { EnglishTerms, SealedTerms } from '../../src/domain/auction/terms.js';
import type { FeeLine, Invoice } from '../../src/domain/fees/charges.js';
import { flatTax } from '../../src/domain/fees/schedule.js';
import { auctionId, type UserId, userId } from '../../src/domain/ids.js';
import type { Minor } from '../../src/domain/money.js';
import { type Instant, instant } from '../../src/domain/time.js';

const user = (n: number): UserId => userId(`01900002-0000-7000-8000-${String(n).padStart(12, '0')}`);

/** Sue sells; Ann, Bob and Cid bid; Olga is an operator, Ada an admin. */
export const [sue, ann, bob, cid, olga, ada] = [user(1), user(2), user(3), user(4), user(5), user(6)] as const;
export const clock = auctionId('01900001-0000-7000-8000-000000000001');

export const house: Actor = { kind: 'house' };
export const person = (id: UserId, ...roles: Role[]): Actor => ({ kind: 'user', userId: id, roles });
export const operator = person(olga, 'operator');
export const admin = person(ada, 'admin');
const seller = person(sue, 'seller');

/** A time on 8 January, the day of the close (`11:59:00`), or on another one (`01-02T12:00:00`). All in UTC. */
export function at(time: string): Instant {
  const epochMs = Date.parse(`2026-${time.includes('T') ? time : `01-08T${time}`}Z`);
  return instant(epochMs);
}

/** Listed on 1 January at noon for a week; bids come in the morning of the second day unless a test says otherwise. */
export const listedAt = at('01-01T12:00:00');
export const closesAt = at('12:00:00');
const quiet = '01-02T09:00:00';

export const terms: EnglishTerms = {
  format: 'english',
  currency: 'USD',
  startingPrice: 10_00n,
  reservePrice: null,
  buyNowPrice: null,
  increments: EBAY_INCREMENTS,
  softClose: { windowMs: 120_000, extensionsMax: null, extensionTotalMaxMs: null },
  retraction: 'ebay',
  fees: {
    ...DEFAULT_FEES,
    buyersPremium: [{ upTo: null, rateBp: 2_000 }],
    platformFee: [{ upTo: null, rateBp: 1_000 }],
    tax: flatTax(2_500),
    paymentTermMs: 604_800_000,
  },
};

/** The lines of a sale under one rate of tax on hammer and premium, and none on what the seller pays. */
export function linesOf(
  { hammerPrice, buyersPremium, tax, platformFee }: Omit<Invoice, 'lines'>,
  taxRatePpm = 250_000,
): readonly FeeLine[] {
  const onHammer = (hammerPrice * BigInt(taxRatePpm) + 500_000n) / 1_000_000n;
  const lines: readonly FeeLine[] = [
    { paidBy: 'buyer', kind: 'hammer', net: hammerPrice, taxRatePpm, tax: onHammer },
    { paidBy: 'buyer', kind: 'premium', net: buyersPremium, taxRatePpm, tax: tax - onHammer },
    { paidBy: 'seller', kind: 'platform-fee', net: platformFee, taxRatePpm: 0, tax: 0n },
  ];
  return lines.filter(({ kind, net }) => kind === 'hammer' || net > 0n);
}

export const item: Item = { title: 'A clock', description: 'It ticks.\n\tLoudly.', category: 'Antiques' };

/** The listing, with these of its terms changed. */
export const listed = (changed: Partial<EnglishTerms> = {}, opensAt: Instant = listedAt): AuctionListed => ({
  type: 'AuctionListed',
  sellerId: sue,
  item,
  terms: { ...terms, ...changed },
  opensAt,
  closesAt,
  listedAt,
  relistOf: null,
  relistings: 0,
  lot: null,
});

export const sealedTerms: SealedTerms = {
  format: 'sealed-first-price',
  currency: 'USD',
  startingPrice: 10_00n,
  reservePrice: null,
  retraction: 'ebay',
  fees: terms.fees,
};

/** The listing of a sealed auction, with these of its terms changed. */
export const listedSealed = (changed: Partial<SealedTerms> = {}, opensAt: Instant = listedAt): AuctionListed => ({
  ...listed({}, opensAt),
  terms: { ...sealedTerms, ...changed },
});

/** A command with the facts it is judged by. */
export type Ask = Readonly<{ command: AuctionCommand; facts: Facts }>;

export const USER_REVISION = 7;
const active: NamedUser = { status: 'active', revision: USER_REVISION };

/** Asks for something as somebody; a user matters to bids and listings only. */
export const ask = (command: AuctionCommand, actor: Actor, time: string, user: NamedUser = active): Ask => ({
  command,
  facts: { at: at(time), actor, user },
});

export const bidOf = (bidderId: UserId, amount: Minor, changed: Partial<PlaceBid> = {}): PlaceBid => ({
  type: 'PlaceBid',
  auctionId: clock,
  bidderId,
  amount,
  currency: 'USD',
  channel: 'online',
  ...changed,
});

/** An online bid by the bidder in person. */
export const place = (bidder: UserId, amount: Minor, time: string = quiet): Ask =>
  ask(bidOf(bidder, amount), person(bidder, 'bidder'), time);

export const buy = (buyer: UserId, time: string = quiet): Ask =>
  ask({ type: 'BuyNow', auctionId: clock, bidderId: buyer }, person(buyer, 'bidder'), time);

export const retract = (
  bidder: UserId,
  bidNumber: number,
  time: string,
  actor: Actor = person(bidder, 'bidder'),
): Ask =>
  ask({ type: 'RetractBid', auctionId: clock, bidderId: bidder, bidNumber, reason: 'TypingError' }, actor, time);

export const requestRetraction = (bidder: UserId, bidNumber: number, time: string): Ask =>
  ask(
    { type: 'RequestRetraction', auctionId: clock, bidderId: bidder, bidNumber, reason: 'TypingError' },
    person(bidder, 'bidder'),
    time,
  );

export const grant = (bidNumber: number, time: string, actor: Actor = operator): Ask =>
  ask({ type: 'GrantRetraction', auctionId: clock, bidNumber }, actor, time);

export const refuse = (bidNumber: number, time: string, actor: Actor = operator, reason = 'it was meant'): Ask =>
  ask({ type: 'RefuseRetraction', auctionId: clock, bidNumber, reason }, actor, time);

export const voidBid = (
  bidNumber: number,
  time: string,
  actor: Actor = house,
  reason: string | null = 'a shill',
): Ask => ask({ type: 'VoidBid', auctionId: clock, bidNumber, reason }, actor, time);

export const close = (time: string, named: Instant = closesAt, actor: Actor = house): Ask =>
  ask({ type: 'CloseAuction', auctionId: clock, closesAt: named }, actor, time);

export const defer = (
  time: string,
  about: Readonly<{ closesAt: Instant; recoveredAt: Instant; windowMs: number }>,
  actor: Actor = house,
): Ask => ask({ type: 'DeferClosing', auctionId: clock, ...about }, actor, time);

export const cancel = (actor: Actor, reason: string, time: string = quiet): Ask =>
  ask({ type: 'CancelAuction', auctionId: clock, reason }, actor, time);

export const withdraw = (actor: Actor, reason: string, time: string = quiet): Ask =>
  ask({ type: 'WithdrawAuction', auctionId: clock, reason }, actor, time);

export const announceOpening = (time: string, opensAt: Instant, actor: Actor = house): Ask =>
  ask({ type: 'AnnounceOpening', auctionId: clock, opensAt }, actor, time);

/** The id that a relisting of the clock's auction gets. */
export const again = auctionId('01900001-0000-8000-8000-000000000001');

export const relist = (
  time: string,
  changed: Partial<Extract<AuctionCommand, { type: 'RelistAuction' }>> = {},
  actor: Actor = seller,
  user: NamedUser = active,
): Ask =>
  ask(
    {
      type: 'RelistAuction',
      auctionId: clock,
      sellerId: sue,
      relistedAs: again,
      terms: null,
      opensAt: null,
      closesAt: at('01-20T12:00:00'),
      ...changed,
    },
    actor,
    time,
    user,
  );

export const list = (
  changed: Partial<Extract<AuctionCommand, { type: 'ListAuction' }>> = {},
  actor: Actor = seller,
  user: NamedUser = active,
): Ask =>
  ask(
    { type: 'ListAuction', auctionId: clock, sellerId: sue, item, terms, opensAt: null, closesAt, ...changed },
    actor,
    '01-01T12:00:00',
    user,
  );

type Placed = Readonly<{
  price: Minor;
  /** The minimum next bid after it. */
  next: Minor;
  number?: number;
  count?: number;
  type?: BidType;
  leader?: UserId;
  leadingBid?: number;
  reserveMet?: boolean;
  time?: string;
}>;

/** A bid that was accepted: the first one, a proxy bid that leads, unless it is said otherwise. */
export const placed = (bidderId: UserId, maximum: Minor, stood: Placed): BidPlaced => {
  const bidNumber = stood.number ?? 1;
  return {
    type: 'BidPlaced',
    bidNumber,
    bidderId,
    bidType: stood.type ?? 'proxy',
    maximum,
    currency: 'USD',
    placedAt: at(stood.time ?? quiet),
    userRevision: USER_REVISION,
    currentPrice: stood.price,
    leaderId: stood.leader ?? bidderId,
    leadingBid: stood.leadingBid ?? bidNumber,
    bidCount: stood.count ?? bidNumber,
    minimumNextBid: stood.next,
    reserveMet: stood.reserveMet ?? true,
  };
};

/** The close moved by a bid. */
export const extended = (
  from: string,
  to: string,
  { extensions = 1, bidNumber = 1, time }: Readonly<{ extensions?: number; bidNumber?: number; time: string }>,
): ClosingExtended => ({
  type: 'ClosingExtended',
  cause: 'SoftClose',
  previousClosesAt: at(from),
  closesAt: at(to),
  extensions,
  bidNumber,
  extendedAt: at(time),
});

/** A sealed bid that was accepted: the bidder's first one, and the auction's, unless it is said otherwise. */
export const sealed = (
  bidderId: UserId,
  amount: Minor,
  changed: Partial<Omit<SealedBidPlaced, 'placedAt'>> & Readonly<{ time?: string }> = {},
): SealedBidPlaced => {
  const { time = quiet, ...rest } = changed;
  const bidNumber = rest.bidNumber ?? 1;
  return {
    type: 'SealedBidPlaced',
    bidNumber,
    bidderId,
    bidType: 'manual',
    amount,
    currency: 'USD',
    placedAt: at(time),
    userRevision: USER_REVISION,
    replaces: null,
    bidCount: bidNumber,
    ...rest,
  };
};

export const sealedRetracted = (
  bidderId: UserId,
  bidNumber: number,
  { bidCount, time }: Readonly<{ bidCount: number; time: string }>,
): SealedBidRetracted => ({
  type: 'SealedBidRetracted',
  bidNumber,
  bidderId,
  reason: 'TypingError',
  grantedBy: null,
  retractedAt: at(time),
  bidCount,
});

type Retracted = Readonly<{
  price: Minor;
  next: Minor;
  count: number;
  leader: UserId | null;
  leadingBid: number | null;
  time: string;
  reserveMet?: boolean;
  reason?: RetractionReason;
  grantedBy?: UserId;
}>;

export const retracted = (bidderId: UserId, bidNumber: number, stood: Retracted): BidRetracted => ({
  type: 'BidRetracted',
  bidNumber,
  bidderId,
  reason: stood.reason ?? 'TypingError',
  grantedBy: stood.grantedBy ?? null,
  retractedAt: at(stood.time),
  currentPrice: stood.price,
  leaderId: stood.leader,
  leadingBid: stood.leadingBid,
  bidCount: stood.count,
  minimumNextBid: stood.next,
  reserveMet: stood.reserveMet ?? true,
});

/** A bid that Olga has voided, unless it is said otherwise. */
export const voided = (
  bidderId: UserId,
  bidNumber: number,
  stood: Omit<Retracted, 'reason' | 'grantedBy'>,
  by: UserId | null = null,
): BidVoided => ({
  type: 'BidVoided',
  bidNumber,
  bidderId,
  reason: 'a shill',
  voidedBy: by,
  voidedAt: at(stood.time),
  currentPrice: stood.price,
  leaderId: stood.leader,
  leadingBid: stood.leadingBid,
  bidCount: stood.count,
  minimumNextBid: stood.next,
  reserveMet: stood.reserveMet ?? true,
});

/** The invoice that goes with a sale under the terms of these stories: premium 20 %, tax 25 %, a week to pay. */
export const invoiceFor = (sold: AuctionSold | SecondChanceAccepted): InvoiceIssued => {
  const issuedAt = sold.type === 'AuctionSold' ? sold.closedAt : sold.acceptedAt;
  return {
    type: 'InvoiceIssued',
    transactionNumber: sold.type === 'AuctionSold' ? 1 : sold.transactionNumber,
    buyerId: sold.buyerId,
    currency: 'USD',
    hammerPrice: sold.hammerPrice,
    premiumSlices: [{ part: sold.hammerPrice, rateBp: 2_000 }],
    buyersPremium: sold.buyersPremium,
    tax: sold.tax,
    taxScheme: 'flat',
    lines: sold.lines.filter(({ paidBy }) => paidBy === 'buyer'),
    schedule: 'house',
    scheduleVersion: 1,
    amountDue: sold.amountDue,
    paymentDueAt: instant(issuedAt + 604_800_000),
    issuedAt,
  };
};

/** The history that these requests, all of them accepted, lead to. For tests of what comes after it. */
export function played(first: AuctionListed, ...asks: readonly Ask[]): readonly AuctionEvent[] {
  const history: AuctionEvent[] = [first];
  for (const { command, facts } of asks) {
    const decision = decide(command, replay(history), facts);
    if (!decision.accepted) throw new Error(`${command.type} was refused: ${decision.rejection.reason}`);
    history.push(...decision.events);
  }
  return history;
}

export type Told = Readonly<{
  /** Exactly these events, in this order, with every field; and the auction can go on from them. */
  then(...events: readonly AuctionEvent[]): void;
  thenRejected(rejection: AuctionRejection): void;
}>;

/** Starts a story with what has happened. */
export const given = (...history: readonly AuctionEvent[]) => ({
  when({ command, facts }: Ask): Told {
    const auction = replay(history);
    const decision = decide(command, auction, facts);
    return {
      // biome-ignore lint/suspicious/noThenProperty: nobody awaits a story, and a test that returns one untold fails.
      then(...events) {
        expect(decision).toStrictEqual({ accepted: true, events });
        events.reduce<Auction>(evolve, auction);
      },
      thenRejected(rejection) {
        expect(decision).toStrictEqual({ accepted: false, rejection });
      },
    };
  },
});
