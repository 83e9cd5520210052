// The signed-in person's own highest bid on each lot that the person has bid on lately.
import { signal } from '@preact/signals';
import { type OwnBid, standing } from '../house/auctions.js';
import { person } from '../house/session.js';

const BIDS_MAX = 200;

/** By auction. Maxima are in no page but the person's own. */
export const ownMaxima = signal<ReadonlyMap<string, bigint>>(new Map());

/** The house lets the person neither bid nor sell. */
export const isSuspended = signal(false);

export const counts = (bid: Pick<OwnBid, 'isRetracted' | 'isVoided' | 'isReplaced'>): boolean =>
  !bid.isRetracted && !bid.isVoided && !bid.isReplaced;

/** Asks anew. Where the house does not answer, what was known stays. */
export async function renewOwnBids(): Promise<void> {
  if (person.value === null) {
    ownMaxima.value = new Map();
    isSuspended.value = false;
    return;
  }
  const {
    me,
    myBids: { rows },
  } = await standing(BIDS_MAX);
  isSuspended.value = me?.status === 'SUSPENDED';
  const maxima = new Map<string, bigint>();
  for (const bid of rows) if (counts(bid)) noteIn(maxima, bid.auctionId, BigInt(bid.maximum));
  ownMaxima.value = maxima;
}

/** A bid that the house has just accepted. */
export function noteOwnBid(auctionId: string, maximum: bigint): void {
  const maxima = new Map(ownMaxima.value);
  noteIn(maxima, auctionId, maximum);
  ownMaxima.value = maxima;
}

function noteIn(maxima: Map<string, bigint>, auctionId: string, maximum: bigint): void {
  const known = maxima.get(auctionId);
  if (known === undefined || known < maximum) maxima.set(auctionId, maximum);
}
