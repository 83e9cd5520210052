// What the bid box says and does, as a table: both sides of each limit, without a browser.
import { describe, expect, it } from '@jest/globals';
import {
  type BoxAuction,
  type BoxPerson,
  type Draft,
  IDLE,
  lowered,
  raised,
  view,
} from '../../web/src/bid-box/view.js';

const [ann, bob, sue] = ['ann', 'bob', 'sue'];
const NOON = 1_700_000_000_000;
const open: BoxAuction = {
  status: 'OPEN',
  calling: null,
  isSealed: false,
  currency: 'EUR',
  currentPrice: 1_250_00n,
  minimumNextBid: 1_275_00n,
  leaderId: bob,
  sellerId: sue,
  bidCount: 3,
  opensAt: NOON - 60_000,
  closesAt: NOON + 60_000,
};
const me = (maximum: bigint | null): BoxPerson => ({ userId: ann, maximum, isSuspended: false });
const shown = (
  over: Partial<BoxAuction>,
  who: BoxPerson | null,
  draft: Partial<Draft> = {},
  isLive = true,
  nowMs = NOON,
) => view({ ...open, ...over }, who, isLive, { ...IDLE, ...draft }, nowMs);

describe('the kind of the box', () => {
  it.each([
    ['upcoming', { status: 'UPCOMING' }, me(null)],
    ['signed-out', {}, null],
    ['own-lot', { sellerId: ann }, me(null)],
    ['no-bid-yet', {}, me(null)],
    ['outbid', {}, me(1_200_00n)],
    ['leading', { leaderId: ann }, me(1_300_00n)],
    ['sealed', { isSealed: true, leaderId: null }, me(null)],
    ['sealed-placed', { isSealed: true, leaderId: null }, me(9_00n)],
    ['commission', { calling: 'WAITING', leaderId: null }, me(null)],
    ['commission', { calling: 'WAITING', status: 'UPCOMING', leaderId: null }, me(null)],
    ['commission-placed', { calling: 'WAITING', leaderId: null }, me(9_00n)],
    ['called', { calling: 'CALLED' }, me(null)],
    ['outbid', { calling: 'CALLED' }, me(1_200_00n)],
    ['warned', { calling: 'FAIR_WARNING' }, me(1_200_00n)],
    ['called-leading', { calling: 'FAIR_WARNING', leaderId: ann }, me(1_300_00n)],
    ['own-lot', { calling: 'CALLED', sellerId: ann }, me(null)],
    ['won', { status: 'SOLD', leaderId: ann }, me(1_300_00n)],
    ['lost', { status: 'SOLD' }, me(1_200_00n)],
    ['sold', { status: 'SOLD' }, me(null)],
    ['sold', { status: 'SOLD' }, null],
    ['passed', { status: 'PASSED' }, me(null)],
    ['withdrawn', { status: 'WITHDRAWN' }, me(null)],
    ['withdrawn', { status: 'CANCELLED' }, me(null)],
  ] as const)('%s', (kind, over, who) => {
    expect(shown(over, who).kind).toBe(kind);
  });

  it.each([
    ['no-bid-yet', open.closesAt - 1],
    ['closing', open.closesAt],
  ] as const)('is %s at that time, and the button stays: the house decides', (kind, nowMs) => {
    expect(shown({}, me(null), {}, true, nowMs)).toMatchObject({ kind, action: { verb: 'bid', amount: 1_275_00n } });
  });

  it('nobody who cannot bid has a button that binds', () => {
    for (const status of ['UPCOMING', 'SOLD', 'PASSED', 'CANCELLED', 'WITHDRAWN'] as const)
      expect(shown({ status }, me(null)).action).toBeNull();
    expect(shown({ sellerId: ann }, me(null)).action).toBeNull();
    expect(shown({}, null).action).toMatchObject({ verb: 'sign-in' });
  });
});

describe('the button', () => {
  it.each([
    ['the minimum', null, 'bid', 1_275_00n],
    ['the minimum, typed', 1_275_00n, 'bid', 1_275_00n],
    ['one cent more', 1_275_01n, 'bid-up-to', 1_275_01n],
    ['what has become too low', 1_274_99n, 'bid', 1_275_00n],
  ] as const)('%s', (_, amount, verb, sends) => {
    expect(shown({}, me(1_200_00n), { amount }).action).toMatchObject({ verb, amount: sends, isMain: true });
  });

  it('of a leader is outlined, and raises the own maximum by one step at least', () => {
    const { action } = shown({ leaderId: ann }, me(1_500_00n));
    expect(action).toMatchObject({ verb: 'raise', amount: 1_525_00n, isMain: false, canLower: false });
  });

  it.each([
    [999, 'bid'],
    [1_000, 'sending'],
    [4_999, 'sending'],
    [5_000, 'waiting'],
  ] as const)('%d ms after it was pressed: %s', (waited, verb) => {
    const state = shown({}, me(null), { phase: 'sent', sinceMs: NOON - waited });
    expect(state.action?.verb).toBe(verb);
    expect(state.waitedS).toBe(waited >= 5_000 ? 5 : null);
  });

  it('asks for the price first while the connection is lost', () => {
    expect(shown({}, me(null), {}, false).action).toMatchObject({ verb: 'check-first' });
  });

  it('is one to be confirmed after the first press', () => {
    expect(shown({ leaderId: ann }, me(1_300_00n), { phase: 'confirm', amount: 1_400_00n }).action).toMatchObject({
      verb: 'confirm',
      amount: 1_400_00n,
      isMain: true,
    });
  });
});

describe('a step', () => {
  it.each([
    [99_99n, 100_99n],
    [100_00n, 102_50n],
  ])('up from %d', (from, to) => expect(raised(from, 'EUR')).toBe(to));

  it.each([
    [102_50n, 100_00n, 100_00n],
    [102_50n, 101_00n, 101_00n],
    [100_00n, 1_00n, 99_00n],
  ])('down from %d, never below %d', (from, least, to) => expect(lowered(from, 'EUR', least)).toBe(to));
});

describe('in a hall', () => {
  it('one bids what is asked, whatever was typed before', () =>
    expect(shown({ calling: 'CALLED' }, me(null), { amount: 9_000_00n }).action).toEqual({
      verb: 'bid',
      amount: open.minimumNextBid,
      isMain: true,
      canLower: false,
      canRaise: false,
    }));
  it('whoever leads has nothing to press', () =>
    expect(shown({ calling: 'CALLED', leaderId: ann }, me(1_300_00n))).toMatchObject({ action: null, tone: 'lead' }));
  it('a commission is any amount from the starting price on, until the lot is opened', () => {
    const waits = { calling: 'WAITING', leaderId: null, minimumNextBid: 100_00n } as const;
    expect(shown(waits, me(null), { amount: 400_00n }).action).toMatchObject({ verb: 'commission', amount: 400_00n });
    expect(shown(waits, me(400_00n), { amount: 300_00n }).action).toMatchObject({
      verb: 'commission',
      amount: 300_00n,
    });
    expect(shown(waits, me(null), { amount: 99_99n }).action).toMatchObject({ amount: 100_00n, canRaise: true });
  });
});
