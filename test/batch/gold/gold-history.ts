// Houses' histories for Gold: moves drawn by fast-check, judged by the real rules.
import fc from 'fast-check';
import type { Actor } from '../../../src/domain/actor.js';
import type { AfterSale } from '../../../src/domain/auction/after-sale.state.js';
import type { AuctionCommand } from '../../../src/domain/auction/auction.commands.js';
import { standingOf } from '../../../src/domain/auction/auction.js';
import type { Terms } from '../../../src/domain/auction/terms.js';
import { flatTax } from '../../../src/domain/fees/schedule.js';
import type { FraudCaseEvent } from '../../../src/domain/fraud/fraud-case.events.js';
import { evolve, type FraudCase, unopened } from '../../../src/domain/fraud/fraud-case.js';
import type { FraudModel } from '../../../src/domain/fraud/fraud-model.js';
import {
  type AuctionId,
  auctionId as asAuctionId,
  bidderKey,
  fraudCaseId,
  type UserId,
} from '../../../src/domain/ids.js';
import { caseStream, hallStream, refusalsStream, userRefusalsStream } from '../../../src/domain/messages.js';
import type { Currency } from '../../../src/domain/money.js';
import type { HallBidRecorded } from '../../../src/domain/sale/hall-result.events.js';
import { type Instant, later } from '../../../src/domain/time.js';
import { readFraudModel } from '../../../src/house/fraud-model-file.js';
import {
  auctionNo,
  type Chronicle,
  hallBid,
  hallNo,
  hallResult,
  terms,
  unsold,
  userNo,
} from '../../projections/chronicle.js';

const AUCTIONS = 4;
const PEOPLE = 5;
const CURRENCIES: readonly Currency[] = ['USD', 'EUR', 'JPY'];
const house: Actor = { kind: 'house' };
const staff: Actor = { kind: 'user', userId: userNo(99), roles: ['admin', 'operator'] };
const person = (id: UserId): Actor => ({ kind: 'user', userId: id, roles: ['bidder', 'seller'] });

/** The model in force, ready to flag: in short histories it would flag nobody. */
export const eagerModel: FraudModel = { ...readFraudModel(), version: 77, intercept: 0 };

export type Move = Readonly<{
  what: (typeof WHATS)[number];
  auction: number;
  person: number;
  n: number;
  waitMs: number;
}>;

/** Bids far more often than the rest: most histories should get as far as money. */
const WHATS = [
  ...Array<'bid'>(16).fill('bid'),
  ...Array<'close'>(6).fill('close'),
  ...Array<'second chance'>(4).fill('second chance'),
  'pay',
  'settle',
  'return',
  'refund',
  ...Array<'list'>(4).fill('list'),
  'buy',
  ...Array<'retract'>(3).fill('retract'),
  ...Array<'retract'>(3).fill('retract'),
  ...Array<'void'>(3).fill('void'),
  'hall',
  'hall',
  'cancel',
  'withdraw',
  'relist',
  'flood',
  'account',
] as const;

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const OPEN_MS = 2 * DAY_MS;
/** Same moments, moments apart, the last minute, and days without anything. */
const PEOPLE_IDS: readonly UserId[] = Array.from({ length: PEOPLE }, (_, index) => userNo(1 + index));
const WAITS = [0, 0, 0, 0, 1, 999, 30_000, 20 * MINUTE_MS, 5 * 60 * MINUTE_MS];
const LONG_WAITS = [DAY_MS, 3 * DAY_MS];

export const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.record({
    what: fc.constantFrom(...WHATS),
    auction: fc.integer({ min: 1, max: AUCTIONS }),
    person: fc.integer({ min: 2, max: PEOPLE }),
    n: fc.integer({ min: 0, max: 9 }),
    waitMs: fc.oneof(
      { weight: 19, arbitrary: fc.constantFrom(...WAITS) },
      { weight: 1, arbitrary: fc.constantFrom(...LONG_WAITS) },
    ),
  }),
  { minLength: 60, maxLength: 160, size: 'max' },
);

/** Auctions of three currencies and two formats; the last one is as dear as auctions can be. */
function termsOf(n: number): Terms {
  const { buyNowPrice: _buyNow, increments: _increments, softClose: _softClose, ...common } = terms;
  const currency = CURRENCIES[n % 3] ?? 'USD';
  const price = n === AUCTIONS ? 900_000_000_000_001n : BigInt(10_00 + n);
  const shared = { ...common, currency, startingPrice: price };
  if (n === 2) return { ...shared, format: 'vickrey' };
  return {
    ...terms,
    ...shared,
    reservePrice: n === AUCTIONS ? null : price + 30_00n,
    buyNowPrice: n % 3 === 0 ? price * 5n : null,
    fees: { ...terms.fees, tax: flatTax(800) },
  };
}

/** Houses whose people are registered. */
const begun = new WeakSet<Chronicle>();

/** Tells a house's history in the journal. Moves that the rules refuse become refusals on record. */
export async function tell(told: Chronicle, all: readonly Move[]): Promise<void> {
  if (!begun.has(told)) for (let n = 1; n <= PEOPLE; n++) await told.register(userNo(n));
  begun.add(told);
  let [serial, relisted] = [0, 1_000];
  // The auction that each place of the house holds now; a new one comes when the old one has ended.
  const held = new Map<number, number>();
  for (const move of all) {
    told.now = later(told.now, move.waitMs);
    serial += 1;
    const place = move.auction;
    const before = held.get(place);
    if (before === undefined || (move.what === 'list' && hasEnded(told, before))) {
      const auction = (before ?? place - 10) + 10;
      held.set(place, auction);
      await told.ask(listing(told, place, auction), person(sellerOf(place)));
    }
    if (move.what === 'relist') relisted += 1;
    await play(told, move, { serial, relisted, number: held.get(place) ?? 0 });
  }
}

const sellerOf = (place: number): UserId => userNo(1 + (place % 2));

const hasEnded = (told: Chronicle, number: number): boolean =>
  !['open', 'sealed'].includes(told.auction(auctionNo(number)).status);

const listing = (told: Chronicle, place: number, number: number): AuctionCommand => ({
  type: 'ListAuction',
  auctionId: auctionNo(number),
  sellerId: sellerOf(place),
  item: {
    title: `A "clock", no. ${number}`,
    description: 'It ticks.',
    category: place % 2 === 0 ? 'Clocks' : 'Räder, etc.',
  },
  terms: termsOf(place),
  opensAt: null,
  closesAt: later(told.now, OPEN_MS),
});

/** The sellers' cases, by the house that tells of them. */
const casesOf = new WeakMap<Chronicle, Map<UserId, FraudCase>>();

/** A turn that the seller's fraud case can take now, whoever decides it. */
function turnOfCase(told: Chronicle, sellerId: UserId, n: number): FraudCaseEvent {
  const cases = casesOf.get(told) ?? new Map<UserId, FraudCase>();
  casesOf.set(told, cases);
  const before = cases.get(sellerId) ?? unopened;
  const turns = before.status === 'open' ? turnsOfOpen(told.now) : beginningsOf(sellerId, told.now);
  const turn = turns[n % turns.length] as FraudCaseEvent;
  cases.set(sellerId, evolve(before, turn));
  return turn;
}

const EVIDENCE = { modelVersion: 1, accounts: [], bonds: [] } as const;
const DECIDED = { reason: 'Looked at.', mutes: [] } as const;

const beginningsOf = (sellerId: UserId, at: Instant): readonly FraudCaseEvent[] => [
  { type: 'FraudCaseOpened', sellerId, ...EVIDENCE, openedAt: at },
  { type: 'FraudSampleDrawn', sellerId, modelVersion: 1, accounts: [], drawnAt: at },
];

const turnsOfOpen = (at: Instant): readonly FraudCaseEvent[] => [
  { type: 'FraudCaseConfirmed', ...DECIDED, confirmedBy: null, confirmedAt: at },
  { type: 'FraudCaseDismissed', ...DECIDED, dismissedBy: null, dismissedAt: at },
  { type: 'FraudCaseEvidenceGrown', ...EVIDENCE, grownAt: at },
  { type: 'FraudCaseNoted', note: 'Seen.', notedBy: null, notedAt: at },
];

/** What happened after the hammer; null for an auction that has no such thing. */
function finished(told: Chronicle, id: AuctionId): AfterSale | null {
  const state = told.auction(id);
  return state.status === 'sold' || state.status === 'passed' ? state.afterSale : null;
}

/** Tells what became of a lot in a hall some days ago, or corrects it. */
async function hallSale(
  told: Chronicle,
  { lot, currency, soldFor, kind }: Readonly<{ lot: number; currency: Currency; soldFor: bigint; kind: number }>,
): Promise<void> {
  const stream = hallStream(hallNo(lot));
  const corrects = (await told.journal.readStream(stream, 0, 1)).length > 0;
  const heldAt = later(told.now, -(lot + kind) * DAY_MS);
  const sold = { price: soldFor, priceKind: kind % 2 === 0 ? 'hammer' : 'with-premium' } as const;
  const outcome = kind === PEOPLE ? 'passed' : 'sold';
  // Every other lot is a past online auction, whose buyer bid; elsewhere a commission bid was left by an account.
  const isOnline = lot % 2 === 1;
  const key = bidderKey(hallNo(900 + (kind % 3)));
  const bids: readonly HallBidRecorded[] = isOnline
    ? [1, 2, 3].slice(0, kind).map((n) => ({
        ...{ ...hallBid, bidNumber: n, currency, price: soldFor - BigInt(3 - n) },
        bidderKey: n === 2 && kind === 2 ? null : n === 3 ? key : bidderKey(hallNo(900 + n)),
      }))
    : [
        {
          ...hallBid,
          bidType: 'commission',
          bidderId: userNo(kind),
          currency,
          price: null,
          maximum: soldFor,
          placedAt: null,
        },
      ];
  await told.record(
    stream,
    {
      ...hallResult,
      ...(isOnline ? { venue: 'online', startingPrice: soldFor - 3n, paddle: null } : {}),
      currency,
      heldAt,
      corrects,
      // Of a seller with auctions, of one without, and of somebody whom the file does not name.
      sellerId: [userNo(1), userNo(PEOPLE), null][lot % 3] ?? null,
      outcome,
      ...(outcome === 'sold' ? { ...sold, ...(isOnline ? { buyerKey: key } : { buyerId: userNo(kind) }) } : unsold),
    },
    ...bids,
  );
}

/** Closes an auction that has not ended, so that what follows on the hammer finds something to follow on. */
async function bringHammerDown(told: Chronicle, id: AuctionId): Promise<void> {
  const state = told.auction(id);
  if (state.status !== 'open' && state.status !== 'sealed') return;
  if (told.now < state.closesAt) told.now = state.closesAt;
  await told.ask({ type: 'CloseAuction', auctionId: id, closesAt: state.closesAt }, house);
}

const AFTER_THE_HAMMER: readonly string[] = ['pay', 'settle', 'return', 'refund', 'second chance', 'relist'];

async function play(
  told: Chronicle,
  { what, auction: place, person: who, n }: Move,
  { serial, relisted, number }: Readonly<{ serial: number; relisted: number; number: number }>,
): Promise<void> {
  const auctionId = auctionNo(number);
  const bidderId = userNo(who);
  const { currency, startingPrice } = termsOf(place);
  if (AFTER_THE_HAMMER.includes(what)) await bringHammerDown(told, auctionId);
  const transaction = finished(told, auctionId)?.transaction ?? null;
  const transactionNumber = transaction?.transactionNumber ?? 1;
  const reference = `r-${serial}`;
  const ask = (command: AuctionCommand, actor: Actor) => told.ask(command, actor);
  switch (what) {
    case 'bid': {
      // Few amounts, so that maxima tie; now and then just enough.
      const state = told.auction(auctionId);
      const fixed = startingPrice + BigInt(n * 10_00) * (place === AUCTIONS ? 4_000_000_000n : 1n);
      const amount = n % 2 === 0 && state.status === 'open' ? state.minimumNextBid : fixed;
      await ask({ type: 'PlaceBid', auctionId, bidderId, amount, currency, channel: 'online' }, person(bidderId));
      return;
    }
    case 'buy':
      await ask({ type: 'BuyNow', auctionId, bidderId }, person(bidderId));
      return;
    case 'retract': {
      // The leader's bid; of sealed ones that of whoever may.
      const state = told.auction(auctionId);
      const leader = state.status === 'open' ? standingOf(state) : null;
      const bidNumber = leader?.leadingBid ?? 1;
      const people = leader?.leaderId == null ? PEOPLE_IDS : [leader.leaderId];
      for (const one of people)
        if (await ask({ type: 'RetractBid', auctionId, bidderId: one, bidNumber, reason: 'TypingError' }, person(one)))
          return;
      return;
    }
    case 'close': {
      const state = told.auction(auctionId);
      const closesAt = state.status === 'open' || state.status === 'sealed' ? state.closesAt : told.now;
      if (told.now < closesAt) told.now = n < 3 ? later(closesAt, -20_000) : closesAt;
      if (n < 3 && state.status === 'open') {
        const amount = state.minimumNextBid;
        await ask({ type: 'PlaceBid', auctionId, bidderId, amount, currency, channel: 'online' }, person(bidderId));
        return;
      }
      await ask({ type: 'CloseAuction', auctionId, closesAt }, house);
      return;
    }
    case 'void':
      for (let bidNumber = 1; bidNumber <= 5; bidNumber++)
        if (await ask({ type: 'VoidBid', auctionId, bidNumber, reason: 'a shill' }, house)) return;
      return;
    case 'hall':
      await hallSale(told, { lot: n, currency, soldFor: startingPrice, kind: who });
      return;
    case 'cancel':
      await ask({ type: 'CancelAuction', auctionId, reason: 'a whim' }, staff);
      return;
    case 'withdraw':
      await ask({ type: 'WithdrawAuction', auctionId, reason: 'it is broken' }, staff);
      return;
    case 'pay':
    case 'settle':
    case 'return':
    case 'refund': {
      // As far as it goes: what was done before is refused, and on record.
      const amount = transaction?.money.amountDue ?? 1n;
      const paid = { channel: 'online', reference, amount, paymentTotal: null, currency } as const;
      const of = (kind: string) => ({ auctionId, transactionNumber, reference: `${reference}-${kind}` });
      await ask({ type: 'RecordPayment', auctionId, transactionNumber, ...paid }, staff);
      if (what === 'pay') return;
      if (n % 3 > 0) await ask({ type: 'SettleTransaction', ...of('s') }, staff);
      if (what === 'settle') return;
      if (n % 3 > 0) await ask({ type: 'RecordPayoutReturn', ...of('o') }, staff);
      if (what === 'return') return;
      if (n % 2 > 0) await ask({ type: 'RefundPayment', ...of('a'), reason: 'Returned', amount: 1n }, staff);
      if (n % 4 < 3) await ask({ type: 'RefundPayment', ...of('b'), reason: 'Returned', amount: null }, staff);
      return;
    }
    case 'second chance': {
      await ask({ type: 'DeclareOverdue', auctionId, transactionNumber, dueAt: null }, staff);
      // To whoever is an under-bidder; the refusals on the way are on record.
      for (const under of PEOPLE_IDS) {
        if (!(await ask({ type: 'OfferSecondChance', auctionId, bidderId: under, durationMs: DAY_MS }, staff)))
          continue;
        const type = n === 0 ? 'DeclineSecondChance' : 'AcceptSecondChance';
        const offerNumber = finished(told, auctionId)?.offered.length ?? 1;
        await ask({ type, auctionId, bidderId: under, offerNumber }, person(under));
        return;
      }
      return;
    }
    case 'relist': {
      // With and without a sale that was never paid.
      if (n % 2 === 0) await ask({ type: 'DeclareOverdue', auctionId, transactionNumber, dueAt: null }, staff);
      const sellerId = sellerOf(place);
      // The ids of relisted auctions are made of the house's own: version 8.
      const relistedAs = asAuctionId(auctionNo(relisted).replace('-7000-', '-8000-'));
      const again = { relistedAs, terms: null, opensAt: null, closesAt: later(told.now, DAY_MS) };
      await ask({ type: 'RelistAuction', auctionId, sellerId, ...again }, person(sellerId));
      return;
    }
    case 'flood': {
      const event = {
        type: 'FloodRejected',
        actorId: bidderId,
        count: 3 + n,
        firstAt: told.now,
        lastAt: told.now,
      } as const;
      await told.record(n < 4 ? refusalsStream(auctionId) : userRefusalsStream(bidderId), event);
      return;
    }
    case 'account':
      await told.record(caseStream(fraudCaseId(sellerOf(place))), turnOfCase(told, sellerOf(place), n));
      await told.record(userRefusalsStream(bidderId), {
        type: 'CommandRejected',
        command: 'SuspendUser',
        rejection: { reason: 'NotAllowed' },
        judgedAtRevision: 0,
        rejectedAt: told.now,
      });
      return;
    case 'list':
      return;
  }
}
