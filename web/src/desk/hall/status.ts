// What the console's status line says of the lot in hand when nothing else is to be said.
import { now } from '../../house/clock.js';
import { lostSince } from '../../house/live.js';
import type { Sale } from '../../house/sales.js';
import { money } from '../../money.js';
import { clockText } from '../../times.js';
import { deskWords } from '../../words/desk-words.js';
import type { Lines } from '../../words/en.js';
import { locale } from '../../words/words.js';
import { isEnded } from './in-hand.js';
import type { InHand } from './keys.js';
import type { HallLot } from './questions.js';
import type { CommandQueue } from './queue.js';

type Facts = Readonly<{
  lot: HallLot | null;
  inHand: InHand | null;
  who: string;
  sale: Sale;
  elsewhere: HallLot | null;
  queue: CommandQueue;
  /** Commands that had to be sent again, since a key was pressed last. */
  sentAgain: number;
}>;

export function useStatus({ lot, inHand, who, sale, elsewhere, queue, sentAgain }: Facts): Lines {
  const { status, sentAgain: again } = deskWords.value.hall;
  if (lot === null || inHand === null) return ['', ''];
  const silent = queue.silentSince.value ?? lostSince.value;
  if (silent !== null)
    return status.lost(Math.max(0, Math.floor((now.value - silent) / 1_000)), queue.waiting.value.length);
  const own = ofLot(lot, inHand, who, sale);
  if (sentAgain > 0) return [own[0], again(sentAgain)];
  return elsewhere === null ? own : status.elsewhere(elsewhere.lotNumber);
}

function ofLot({ auction }: HallLot, inHand: InHand, who: string, sale: Sale): Lines {
  const { status } = deskWords.value.hall;
  const price = (minor: bigint): string => money(minor, inHand.currency, locale.value);
  if (auction === null) return status.notListed;
  if (auction.status === 'SOLD') return status.sold(price(BigInt(auction.currentPrice)), who);
  if (auction.status === 'PASSED') return status.passed;
  if (isEnded(auction)) return status.withdrawn;
  if (auction.status === 'UPCOMING' && !inHand.isOpened)
    return status.upcoming(clockText(sale.opensAt, now.value, locale.value));
  if (!inHand.isOpened) return status.waiting;
  if (auction.calling === 'FAIR_WARNING' && !inHand.hasUnjudged) return status.warned;
  return status.called(price(inHand.asking));
}
