// The bid box: status, price and time, one button. Its place never changes, its words do.
import { useSignal } from '@preact/signals';
import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { Lot } from '../house/auctions.js';
import { now } from '../house/clock.js';
import { lostSince } from '../house/live.js';
import { person } from '../house/session.js';
import { money, sign, typed } from '../money.js';
import { signInFrom } from '../pages/sign-in.js';
import { tellAtOnce } from '../parts/announcer.js';
import { countdown } from '../parts/countdown.js';
import { Icon } from '../parts/icon.js';
import { isSuspended, ownMaxima, renewOwnBids } from '../parts/own-bids.js';
import { go, path } from '../router.js';
import { clockText } from '../times.js';
import type { BoxFacts, Lines, Say } from '../words/en.js';
import { locale, words } from '../words/words.js';
import { BuyNow } from './buy-now.js';
import { usePayable } from './payable.js';
import { Press } from './press.js';
import { TakeBack } from './take-back.js';
import { type BoxAuction, type BoxState, lowered, type Notice, raised, view } from './view.js';

export function BidBox({ lot, renew }: Readonly<{ lot: Lot; renew: () => Promise<void> }>) {
  const said = useRef<(notice: Notice | null) => void>(() => undefined);
  const press = useMemo(() => new Press((notice) => said.current(notice)), []);
  const wrong = useSignal(false);
  const { box } = words.value;
  const me = person.value;
  const maximum = ownMaxima.value.get(lot.auctionId) ?? null;
  const auction = boxAuction(lot);
  const draft = press.draft.value;
  const isLive = lostSince.value === null;
  const state = view(
    auction,
    me === null ? null : { userId: me.userId, maximum, isSuspended: isSuspended.value },
    isLive,
    draft,
    now.value,
  );
  const say = sayings(lot);
  const [head, line] = linesOf(state, factsOf(auction, maximum), say);
  const { action } = state;
  const due = usePayable(lot.auctionId, action === null ? null : action.amount);
  const inAll = due === null ? null : money(due, lot.currency, locale.value, true);

  said.current = (notice) => {
    void renew();
    // A refusal may be the first word of a suspension. Where the house does not answer, the next price asks again.
    if (notice?.kind === 'refused') renewOwnBids().catch(() => undefined);
    if (notice !== null) tellAtOnce(linesOf({ ...state, notice }, factsOf(auction, maximum), say).join('. '));
  };
  // Losing the lead, or getting it, is told at once; a push moves no focus.
  const before = useRef(state.kind);
  useEffect(() => {
    const changed = before.current !== state.kind;
    before.current = state.kind;
    if (changed && TOLD.has(state.kind)) tellAtOnce(`${head}. ${line}`);
  }, [state.kind]);
  useEffect(() => {
    document.title = `${head} · ${lot.title} · Gavel`;
  }, [head, lot.title]);

  const submit = async (event: SubmitEvent): Promise<void> => {
    event.preventDefault();
    if (action === null) return;
    if (action.verb === 'sign-in') return go(signInFrom(path.value));
    if (!isLive) await renew();
    const { auctionId, currency } = lot;
    await press.press({ auctionId, currency, amount: action.amount, isSealed: auction.isSealed });
  };
  const type = (text: string): void => {
    const amount = text.trim() === '' ? null : typed(text, lot.currency, locale.value);
    wrong.value = text.trim() !== '' && (amount === null || amount < auction.minimumNextBid);
    press.amount(wrong.value ? null : amount);
  };
  const isSent = draft.phase === 'sent';
  const canStep = action !== null && action.verb !== 'sign-in' && !isSent;
  const step = (to: bigint): void => {
    wrong.value = false;
    press.amount(to);
  };

  return (
    <form
      class="box"
      aria-label={words.value.lot.yourBid}
      onSubmit={(event) => void submit(event)}
      onKeyDown={(event) => event.key === 'Escape' && press.change()}
    >
      <div class="core">
        <div class={`status ${state.tone === 'plain' ? '' : state.tone}`} id="status">
          <Icon name={state.tone === 'lead' ? 'check' : state.tone === 'out' ? 'out' : 'info'} />
          <p>
            <strong>{head}</strong>
            {state.waitedS === null ? line : box.waited(state.waitedS)}
          </p>
        </div>
        <Figures lot={lot} />
        <div class="press">
          <button
            class="btn step"
            type="button"
            aria-label={box.lower}
            disabled={!canStep || !action.canLower}
            onClick={() => action !== null && step(lowered(action.amount, lot.currency, auction.minimumNextBid))}
          >
            <Icon name="minus" />
          </button>
          {action === null ? (
            <button class="btn go" type="submit" aria-disabled="true">
              <small>{head}</small>
            </button>
          ) : (
            <button class={`btn go ${action.isMain ? 'main' : ''}`} type="submit" id="bid" aria-disabled={isSent}>
              <small>{box.verbs[action.verb]}</small>
              {action.verb !== 'sign-in' && <bdi class="num">{say.money(action.amount)}</bdi>}
            </button>
          )}
          <button
            class="btn step"
            type="button"
            aria-label={box.raise}
            disabled={!canStep || !action.canRaise}
            onClick={() => action !== null && step(raised(action.amount, lot.currency))}
          >
            <Icon name="plus" />
          </button>
        </div>
        <p class="owed">
          {inAll !== null && box.inAll(inAll)}{' '}
          {draft.phase === 'confirm' && (
            <button class="btn bare" type="button" onClick={() => press.change()}>
              {box.change}
            </button>
          )}
        </p>
      </div>
      {action !== null && action.verb !== 'sign-in' && (
        <div class="rest">
          <BuyNow lot={lot} renew={renew} />
          {state.kind === 'commission-placed' && <TakeBack lot={lot} renew={renew} />}
          {action.canRaise ? (
            <div class="field">
              <label for="maximum">{ownLabel(state.kind, auction.isSealed)}</label>
              <span class="money">
                <span aria-hidden="true">{sign(lot.currency, locale.value)}</span>
                <input
                  id="maximum"
                  inputMode="decimal"
                  autocomplete="off"
                  placeholder=""
                  aria-describedby="maximum-hint"
                  aria-invalid={wrong.value}
                  disabled={isSent}
                  onInput={(event) => type(event.currentTarget.value)}
                />
              </span>
              <p class={wrong.value ? 'hint wrong' : 'hint'} id="maximum-hint">
                {wrong.value
                  ? box.wrong(say.money(auction.minimumNextBid))
                  : auction.isSealed
                    ? box.hintSealed
                    : lot.calling === null
                      ? box.hint
                      : box.hintCommission}
              </p>
            </div>
          ) : (
            <p class="hint">{box.hintCalled}</p>
          )}
        </div>
      )}
    </form>
  );
}

/** A change to one of these is said aloud. */
const TOLD: ReadonlySet<BoxState['kind']> = new Set([
  'leading',
  'outbid',
  'called',
  'warned',
  'called-leading',
  'won',
  'lost',
  'passed',
  'withdrawn',
]);

function ownLabel(kind: BoxState['kind'], isSealed: boolean): string {
  const { box } = words.value;
  if (kind === 'commission' || kind === 'commission-placed') return box.ownCommission;
  if (isSealed) return box.ownSealed;
  return kind === 'leading' ? box.ownLeading : box.own;
}

function Figures({ lot }: Readonly<{ lot: Lot }>) {
  const { price, countdown: said, card, live } = words.value;
  const isLive = lostSince.value === null;
  const at = (iso: string): string => clockText(iso, now.value, locale.value);
  const time = countdown(lot, { nowMs: now.value, isLive, at }, said);
  const isSealed = (lot.format === 'SEALED_FIRST_PRICE' || lot.format === 'VICKREY') && lot.status === 'OPEN';
  const isInHall = lot.calling !== null && (lot.status === 'OPEN' || lot.status === 'UPCOMING');
  const label = lot.status === 'SOLD' ? price.hammer : lot.bidCount === 0 ? price.starting : price.current;
  const fresh = useFresh(lot.currentPrice);
  const closes = lot.extensions > 0 ? said.extended(at(lot.closesAt)) : at(lot.closesAt);
  return (
    <>
      <dl class="pulse">
        <div class={fresh ? 'fresh' : ''}>
          <dt>{isSealed ? price.sealed : label}</dt>
          <dd class="fig" id="price">
            <bdi class={isLive ? '' : 'old'}>{money(BigInt(lot.currentPrice), lot.currency, locale.value)}</bdi>
          </dd>
          <dd class="sub">
            <span class={isLive ? 'live' : 'live stale'}>
              {isLive ? live.live : live.asOf(at(new Date(lostSince.value ?? 0).toISOString()))}
            </span>
            {' · '}
            {card.bids(lot.bidCount)}
          </dd>
        </div>
        {isInHall ? (
          <div>
            <dt>{price.asking}</dt>
            <dd class="fig" id="asking">
              <bdi class={isLive ? '' : 'old'}>{money(BigInt(lot.minimumNextBid), lot.currency, locale.value)}</bdi>
            </dd>
            <dd class="sub">{words.value.box.hall[lot.calling ?? 'WAITING']}</dd>
          </div>
        ) : (
          <div class={time.isLate ? 'time late' : 'time'}>
            <dt>{time.word}</dt>
            <dd class="fig">
              <span class={isLive ? '' : 'old'} role="timer" aria-live="off" id="left">
                {time.figure}
              </span>
            </dd>
            <dd class="sub">{lot.status !== 'OPEN' ? '' : isLive ? closes : said.mayHaveMoved}</dd>
          </div>
        )}
      </dl>
      <progress class="drain" max={60} value={isLive && !isInHall ? time.left : 0} aria-hidden="true" />
    </>
  );
}

const FRESH_MS = 1_200;

/** True for a while after the value has changed. */
function useFresh(value: string): boolean {
  const fresh = useSignal(false);
  const shown = useRef(value);
  useEffect(() => {
    if (shown.current === value) return;
    shown.current = value;
    fresh.value = true;
    const calm = setTimeout(() => {
      fresh.value = false;
    }, FRESH_MS);
    return () => clearTimeout(calm);
  }, [value]);
  return fresh.value;
}

const boxAuction = (lot: Lot): BoxAuction => ({
  status: lot.status,
  calling: lot.calling,
  isSealed: lot.format === 'SEALED_FIRST_PRICE' || lot.format === 'VICKREY',
  currency: lot.currency,
  currentPrice: BigInt(lot.currentPrice),
  minimumNextBid: BigInt(lot.minimumNextBid),
  leaderId: lot.leaderId,
  sellerId: lot.sellerId,
  bidCount: lot.bidCount,
  opensAt: Date.parse(lot.opensAt),
  closesAt: Date.parse(lot.closesAt),
});

const factsOf = (auction: BoxAuction, maximum: bigint | null): BoxFacts => ({
  maximum,
  price: auction.currentPrice,
  next: auction.minimumNextBid,
  opensAt: auction.opensAt,
  closesAt: auction.closesAt,
});

const sayings = (lot: Lot): Say => ({
  money: (minor) => money(minor, lot.currency, locale.value),
  time: (ms) => clockText(new Date(ms).toISOString(), now.value, locale.value),
});

function linesOf({ kind, notice }: BoxState, facts: BoxFacts, say: Say): Lines {
  const { says, notices } = words.value.box;
  if (notice === null) return says[kind](facts, say);
  switch (notice.kind) {
    case 'higher-maximum':
      return notices['higher-maximum'](notice, say);
    case 'too-low':
      return notices['too-low'](notice, say);
    case 'refused':
      return notices.refused(notice);
    default:
      return notices[notice.kind]();
  }
}
