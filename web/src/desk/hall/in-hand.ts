// The lot in hand as the keys see it: what the house last told, with what waits to be judged counted as done.
import { lowered, raised } from '../../bid-box/view.js';
import type { Bid, Lot } from '../../house/auctions.js';
import type { InHand } from './keys.js';
import type { HallLot } from './questions.js';
import type { Queued } from './queue.js';
import type { Said } from './said.js';

/** A command that the house has done: it is seen once the lot has come to this revision. */
export type Done = Readonly<{ said: Said; revision: number }>;

/** Whether its effect is still to be heard of. */
export const isUnseen = ({ said, revision }: Done, lots: readonly HallLot[]): boolean =>
  lots.some(({ lotId, auction }) => lotId === said.input.auctionId && (auction?.revision ?? -1) < revision);

type Facts = Readonly<{
  /** Not judged yet, or done and not heard of yet. */
  waiting: readonly Pick<Queued, 'said'>[];
  /** The bid that leads; null while nobody does, or it is not known yet. */
  leading: Bid | null;
  isLive: boolean;
}>;

/** A lot that the house has not listed yet is as its catalogue has it. */
export function inHandOf({ lotId, currency, startingPrice, auction }: HallLot, facts: Facts): InHand {
  const own = facts.waiting.filter(({ said }) => said.input.auctionId === lotId);
  const leadingPrice = auction?.leaderId == null ? null : BigInt(auction.currentPrice);
  let asking = BigInt(auction?.minimumNextBid ?? startingPrice);
  let isOpened = auction !== null && auction.calling !== 'WAITING';
  for (const { said } of own) {
    if (said.act === 'open') isOpened = true;
    if (said.act === 'bid') asking = raised(BigInt(said.input.amount), currency);
    else if ((said.act === 'open' || said.act === 'ask') && said.input.askingPrice != null)
      asking = BigInt(said.input.askingPrice);
  }
  const down = lowered(asking, currency, 0n);
  const isAbove = leadingPrice === null ? down >= BigInt(startingPrice) : down > leadingPrice;
  return {
    lotId,
    currency,
    isOpened,
    asking,
    leadingPrice,
    leadingBid: auction?.leadingBid ?? null,
    hasUnjudged: own.length > 0,
    isEnding: own.some(({ said }) => said.act === 'hammer' || said.act === 'pass'),
    isBlind: !facts.isLive && ONLINE.has(facts.leading?.bidType ?? 'FLOOR'),
    stepUp: raised(asking, currency),
    stepDown: isAbove ? down : asking,
  };
}

/** How Silver names a bid that somebody placed online. */
const ONLINE: ReadonlySet<Bid['bidType']> = new Set(['MANUAL', 'SNIPE']);

/** What can still be sold or passed. */
export const isEnded = (auction: Pick<Lot, 'status'> | null): boolean =>
  auction !== null && auction.status !== 'OPEN' && auction.status !== 'UPCOMING';

const isCalled = ({ auction }: HallLot): boolean =>
  auction !== null && !isEnded(auction) && (auction.calling === 'CALLED' || auction.calling === 'FAIR_WARNING');

/** The lot that the console begins with: one that is called, else the first that waits. */
export const firstOf = (lots: readonly HallLot[]): HallLot | null =>
  lots.find(isCalled) ?? lots.find(({ auction }) => !isEnded(auction)) ?? lots[0] ?? null;

/**
 * The lot to go on with: one that another clerk calls, else the next that waits, in the catalogue's order and round to its beginning.
 * `called` while the lot in hand is not ended; null where none is left.
 */
export function nextOf(
  lots: readonly HallLot[],
  inHand: HallLot,
  { isOpened, isEnding }: Pick<InHand, 'isOpened' | 'isEnding'>,
): HallLot | 'called' | null {
  if (isOpened && !isEnding && !isEnded(inHand.auction)) return 'called';
  const other = lots.find((lot) => lot !== inHand && isCalled(lot));
  if (other !== undefined) return other;
  const at = lots.indexOf(inHand);
  const behind = [...lots.slice(at + 1), ...lots.slice(0, at)];
  return behind.find(({ auction }) => !isEnded(auction)) ?? null;
}

/** The lot that another clerk calls while this one has one in hand that is not called. */
export const calledElsewhere = (lots: readonly HallLot[], inHand: HallLot): HallLot | null =>
  isCalled(inHand) ? null : (lots.find((lot) => lot !== inHand && isCalled(lot)) ?? null);
