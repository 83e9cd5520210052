// The console's keys as a pure function: one key an act, and what is typed behind it. What selling or passing needs is pressed twice.
import type { Said } from './said.js';

/** The lot in hand as the clerk sees it, with what waits to be judged counted as done. Amounts in minor units. */
export type InHand = Readonly<{
  lotId: string;
  currency: Extract<Said, { act: 'bid' }>['input']['currency'];
  isOpened: boolean;
  asking: bigint;
  /** The price that stands; null while nobody leads. */
  leadingPrice: bigint | null;
  leadingBid: number | null;
  /** Commands on this lot whose effect is not known yet: nor is who leads. */
  hasUnjudged: boolean;
  /** One of them sells or passes it. */
  isEnding: boolean;
  /** An online bid leads, and the line to those who bid online is lost. */
  isBlind: boolean;
  /** The prices of one step more and one less. */
  stepUp: bigint;
  stepDown: bigint;
}>;

/** What the field holds: a paddle for the floor or the telephone, an asking price, or an act that waits for Enter. */
export type Entry =
  | Readonly<{ mode: 'floor' | 'phone' | 'ask'; text: string }>
  | Readonly<{ mode: 'hammer'; text: ''; leadingBid: number }>
  | Readonly<{ mode: 'pass'; text: ''; leadingBid: number | null }>;

export const EMPTY: Entry = { mode: 'floor', text: '' };

export type Problem = 'no-paddle' | 'no-amount' | 'nobody-leads' | 'unjudged' | 'blind' | 'no-step';
/** `say` goes to the house, `next` to the next lot. */
export type Pressed = Readonly<{ entry: Entry; say?: Said; isNext?: true; problem?: Problem }>;

/** The letters and signs that mean something; figures go into the field. */
export const KEYS = ['o', 'f', 'p', 'a', '+', '-', 'w', 'h', 'x', 'u', 'n'] as const;
export type Key = (typeof KEYS)[number];
export const isKey = (key: string): key is Key => KEYS.some((one) => one === key);

/** Leading zeros are no part of a paddle. */
const PADDLE = /^0*([1-9]\d{0,8})$/;

/** What one key does. `amountOf` reads an amount as it is typed in the page's language; null for what is none. */
export function press(
  key: Key | 'Enter' | 'Escape',
  entry: Entry,
  lot: InHand,
  amountOf: (text: string) => bigint | null,
): Pressed {
  const auctionId = lot.lotId;
  switch (key) {
    case 'Escape':
      return { entry: EMPTY };
    case 'Enter':
      return entered(entry, lot, amountOf);
    case 'f':
      return { entry: { mode: 'floor', text: digits(entry) } };
    case 'p':
      return { entry: { mode: 'phone', text: digits(entry) } };
    case 'a':
      return { entry: { mode: 'ask', text: digits(entry) } };
    case 'o':
      return said({ act: 'open', input: { auctionId } });
    case '+':
      return asked(lot, lot.stepUp);
    case '-':
      return lot.stepDown >= lot.asking ? { entry: EMPTY, problem: 'no-step' } : asked(lot, lot.stepDown);
    case 'n':
      return { entry: EMPTY, isNext: true };
    case 'w':
      return ofLeading(lot, (leadingBid) => said({ act: 'warn', input: { auctionId, leadingBid } }));
    case 'u':
      return ofLeading(lot, (leadingBid) => said({ act: 'undo', input: { auctionId, leadingBid } }));
    case 'h':
      if (lot.isBlind) return { entry: EMPTY, problem: 'blind' };
      return ofLeading(lot, (leadingBid) => ({ entry: { mode: 'hammer', text: '', leadingBid } }));
    case 'x':
      if (lot.hasUnjudged) return { entry: EMPTY, problem: 'unjudged' };
      return { entry: { mode: 'pass', text: '', leadingBid: lot.leadingBid } };
  }
}

const said = (say: Said): Pressed => ({ entry: EMPTY, say });

/** Figures that were typed before the letter that says what they are. */
const digits = ({ text }: Entry): string => text;

/** Of a lot that waits, the price it is opened at. */
const asked = ({ lotId: auctionId, isOpened }: InHand, price: bigint): Pressed =>
  said({ act: isOpened ? 'ask' : 'open', input: { auctionId, askingPrice: price.toString() } });

function ofLeading({ leadingBid, hasUnjudged }: InHand, go: (leadingBid: number) => Pressed): Pressed {
  if (hasUnjudged) return { entry: EMPTY, problem: 'unjudged' };
  return leadingBid === null ? { entry: EMPTY, problem: 'nobody-leads' } : go(leadingBid);
}

function entered(entry: Entry, lot: InHand, amountOf: (text: string) => bigint | null): Pressed {
  const auctionId = lot.lotId;
  switch (entry.mode) {
    case 'hammer':
      return said({ act: 'hammer', input: { auctionId, leadingBid: entry.leadingBid } });
    case 'pass':
      return said({ act: 'pass', input: { auctionId, leadingBid: entry.leadingBid } });
    case 'ask': {
      const price = amountOf(entry.text);
      return price === null ? { entry, problem: 'no-amount' } : asked(lot, price);
    }
    case 'floor':
    case 'phone': {
      const paddle = PADDLE.exec(entry.text.trim())?.[1];
      if (paddle === undefined) return { entry, problem: 'no-paddle' };
      const channel = entry.mode === 'floor' ? ('FLOOR' as const) : ('PHONE' as const);
      const bid = { auctionId, paddle: Number(paddle), amount: lot.asking.toString(), currency: lot.currency, channel };
      return said({ act: 'bid', input: bid });
    }
  }
}
