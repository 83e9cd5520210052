// What the bid box shows, as a pure function of what is known. The house decides; this only says what it last said.

import { incrementsFor } from '../../../src/domain/auction/house-defaults.js';
import { incrementAt } from '../../../src/domain/auction/increments.js';
import type { Currency } from '../../../src/domain/money.js';

export type Status = 'UPCOMING' | 'OPEN' | 'SOLD' | 'PASSED' | 'CANCELLED' | 'WITHDRAWN';

/** The auction as the house last told it. Amounts in minor units, times in epoch milliseconds. */
export type BoxAuction = Readonly<{
  status: Status;
  /** Of a lot in a hall: before the clerk opens it bids are commissions, then calls at the asking price. Null elsewhere. */
  calling: 'WAITING' | 'CALLED' | 'FAIR_WARNING' | null;
  isSealed: boolean;
  currency: Currency;
  currentPrice: bigint;
  minimumNextBid: bigint;
  leaderId: string | null;
  sellerId: string;
  bidCount: number;
  opensAt: number;
  closesAt: number;
}>;

/** Whoever looks. `maximum` is the highest of the person's own bids that count, or null. */
export type BoxPerson = Readonly<{ userId: string; maximum: bigint | null; isSuspended: boolean }>;

/** What became of the last press, until the person does something else. */
export type Notice =
  | Readonly<{ kind: 'higher-maximum'; next: bigint }>
  | Readonly<{ kind: 'too-low'; amount: bigint; next: bigint }>
  | Readonly<{ kind: 'too-late' }>
  | Readonly<{ kind: 'busy' }>
  | Readonly<{ kind: 'refused'; message: string }>;

/** What the person is about to do. `amount` is null while nothing was stepped or typed. */
export type Draft = Readonly<{
  amount: bigint | null;
  phase: 'idle' | 'confirm' | 'sent';
  /** When this phase began, in the house's time. */
  sinceMs: number;
  notice: Notice | null;
}>;

export const IDLE: Draft = { amount: null, phase: 'idle', sinceMs: 0, notice: null };

export type BoxKind =
  | 'upcoming'
  | 'signed-out'
  | 'own-lot'
  | 'suspended'
  | 'no-bid-yet'
  | 'leading'
  | 'outbid'
  | 'sealed'
  | 'sealed-placed'
  | 'commission'
  | 'commission-placed'
  | 'called'
  | 'warned'
  | 'called-leading'
  | 'closing'
  | 'won'
  | 'lost'
  | 'sold'
  | 'passed'
  | 'withdrawn';

export type Verb =
  | 'bid'
  | 'bid-up-to'
  | 'raise'
  | 'sealed'
  | 'commission'
  | 'confirm'
  | 'sending'
  | 'waiting'
  | 'check-first'
  | 'sign-in';

export type BoxState = Readonly<{
  kind: BoxKind;
  tone: 'lead' | 'out' | 'plain';
  notice: Notice | null;
  /** Null where nobody can bid. `amount` is what the button sends. */
  action: Readonly<{ verb: Verb; amount: bigint; isMain: boolean; canLower: boolean; canRaise: boolean }> | null;
  /** Whole seconds that the house has not answered for; null unless `waiting`. */
  waitedS: number | null;
}>;

const SENDING_AFTER_MS = 1_000;
const WAITING_AFTER_MS = 5_000;

export function view(
  auction: BoxAuction,
  me: BoxPerson | null,
  isLive: boolean,
  draft: Draft,
  nowMs: number,
): BoxState {
  const kind = kindOf(auction, me, nowMs);
  const { notice } = draft;
  const tone = toneOf(kind, notice);
  const isBiddable = BIDDABLE.has(kind);
  if (!isBiddable) {
    const signIn = kind === 'signed-out' ? ({ verb: 'sign-in', amount: auction.minimumNextBid } as const) : null;
    const action = signIn && { ...signIn, isMain: true, canLower: false, canRaise: false };
    return { kind, tone, notice, action, waitedS: null };
  }
  const least = leastOf(auction, me, kind);
  const isCalled = auction.calling === 'CALLED' || auction.calling === 'FAIR_WARNING';
  const amount = isCalled ? least : amountOf(draft, least);
  const waitedMs = draft.phase === 'sent' ? nowMs - draft.sinceMs : 0;
  const isWaiting = waitedMs >= WAITING_AFTER_MS;
  return {
    kind,
    tone,
    notice,
    action: {
      verb: verbOf(kind, draft, { isAboveLeast: amount > least, isLive, waitedMs }),
      amount,
      isMain: kind !== 'leading' || draft.phase === 'confirm',
      canLower: draft.phase === 'idle' && amount > least && !isCalled,
      // In a hall one bids what is asked.
      canRaise: !isCalled,
    },
    waitedS: isWaiting ? Math.floor(waitedMs / 1_000) : null,
  };
}

const BIDDABLE: ReadonlySet<BoxKind> = new Set([
  'no-bid-yet',
  'leading',
  'outbid',
  'sealed',
  'sealed-placed',
  'commission',
  'commission-placed',
  'called',
  'warned',
  // The server's arrival time decides, not this clock.
  'closing',
]);

function kindOf(auction: BoxAuction, me: BoxPerson | null, nowMs: number): BoxKind {
  switch (auction.status) {
    case 'UPCOMING':
      // Commissions are left before a sale in a hall begins.
      return auction.calling === null ? 'upcoming' : openKindOf(auction, me, nowMs);
    case 'PASSED':
      return 'passed';
    case 'CANCELLED':
    case 'WITHDRAWN':
      return 'withdrawn';
    case 'SOLD':
      if (me === null) return 'sold';
      if (auction.leaderId === me.userId) return 'won';
      return me.maximum === null ? 'sold' : 'lost';
    case 'OPEN':
      return openKindOf(auction, me, nowMs);
  }
}

function openKindOf(auction: BoxAuction, me: BoxPerson | null, nowMs: number): BoxKind {
  if (me === null) return 'signed-out';
  if (auction.sellerId === me.userId) return 'own-lot';
  if (me.isSuspended) return 'suspended';
  if (auction.calling !== null) return hallKindOf(auction, me);
  if (auction.isSealed) return me.maximum === null ? 'sealed' : 'sealed-placed';
  if (auction.leaderId === me.userId) return 'leading';
  if (me.maximum !== null) return 'outbid';
  return nowMs >= auction.closesAt ? 'closing' : 'no-bid-yet';
}

function hallKindOf({ calling, leaderId }: BoxAuction, me: BoxPerson): BoxKind {
  if (calling === 'WAITING') return me.maximum === null ? 'commission' : 'commission-placed';
  // Nobody raises the own price: there is nothing to press.
  if (leaderId === me.userId) return 'called-leading';
  if (calling === 'FAIR_WARNING') return 'warned';
  return me.maximum === null ? 'called' : 'outbid';
}

const LEADING: ReadonlySet<BoxKind> = new Set([
  'leading',
  'called-leading',
  'won',
  'sealed-placed',
  'commission-placed',
]);

function toneOf(kind: BoxKind, notice: Notice | null): BoxState['tone'] {
  if (LEADING.has(kind)) return 'lead';
  if (kind === 'outbid' || kind === 'warned' || notice !== null) return 'out';
  return 'plain';
}

/** The least that the button may send: the house's minimum, or one step above one's own maximum. */
function leastOf(auction: BoxAuction, me: BoxPerson | null, kind: BoxKind): bigint {
  if (kind !== 'leading' || me?.maximum == null) return auction.minimumNextBid;
  return raised(me.maximum, auction.currency);
}

/** A price that rose pushes the amount up only if it has become too low. */
const amountOf = ({ amount }: Draft, least: bigint): bigint => (amount === null || amount < least ? least : amount);

function verbOf(
  kind: BoxKind,
  { phase }: Draft,
  { isAboveLeast, isLive, waitedMs }: Readonly<{ isAboveLeast: boolean; isLive: boolean; waitedMs: number }>,
): Verb {
  if (phase === 'sent' && waitedMs >= WAITING_AFTER_MS) return 'waiting';
  if (phase === 'sent' && waitedMs >= SENDING_AFTER_MS) return 'sending';
  if (phase === 'confirm') return 'confirm';
  if (!isLive) return 'check-first';
  if (kind === 'commission' || kind === 'commission-placed') return 'commission';
  if (kind === 'sealed' || kind === 'sealed-placed') return 'sealed';
  if (kind === 'leading') return 'raise';
  return isAboveLeast ? 'bid-up-to' : 'bid';
}

/** One step of the increment table up or down. The table is the house's default: any amount from the minimum on is taken. */
export const raised = (amount: bigint, currency: Currency): bigint =>
  amount + incrementAt(incrementsFor(currency), amount);

/** Never below `least`. */
export function lowered(amount: bigint, currency: Currency, least: bigint): bigint {
  const down = amount - incrementAt(incrementsFor(currency), amount - 1n);
  return down < least ? least : down;
}
