// What the console shows, kept as the house tells it: the lots of the sale, the bids on the lot in hand, and who has which paddle.
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { type Bid, bidsOf, LOT_LIVE, type Lot } from '../../house/auctions.js';
import { houseTime } from '../../house/clock.js';
import { newCommandId } from '../../house/ids.js';
import { watch } from '../../house/live.js';
import { person } from '../../house/session.js';
import { useAsked, useEvery } from '../../parts/asked.js';
import { counts } from '../../parts/own-bids.js';
import { HALL_LIVE, type HallLot, hallLots, hallPaddles, judged } from './questions.js';
import { CommandQueue, type Queued } from './queue.js';
import type { Judged } from './said.js';

const BIDS_SHOWN = 200;
/** Somebody may be checked in at the door meanwhile. */
const PADDLES_AGAIN_MS = 15_000;
/** News come before the tables that lists are read from: what was undone a moment ago may still stand in the first answer. */
const CALLS_AGAIN_MS = 2_000;

type Lots = Readonly<{ lots: readonly HallLot[] | null; failed: boolean; renew: () => void }>;

/** The catalogue with the latest that was heard of each lot, from the list or from the lot itself. */
export function useHallLots(saleId: string, inHandId: string | null): Lots {
  const { answer, failed, renew } = useAsked(() => hallLots(saleId), saleId);
  const [news, setNews] = useState<ReadonlyMap<string, Lot>>(new Map());
  const own = useRef<ReadonlySet<string> | null>(null);
  own.current = useMemo(() => answer && new Set(answer.map(({ lotId }) => lotId)), [answer]);
  const take = (told: Lot): void => {
    if (own.current !== null && !own.current.has(told.auctionId)) return;
    setNews((before) => {
      const known = before.get(told.auctionId);
      return known !== undefined && known.revision >= told.revision
        ? before
        : new Map(before).set(told.auctionId, told);
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: `take` and `renew` are the same for the same sale.
  useEffect(
    () => watch(HALL_LIVE, {}, { next: ({ auctionsUpdated }) => take(auctionsUpdated), again: renew }),
    [saleId, person.value?.userId],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: the same.
  useEffect(() => {
    if (inHandId === null) return;
    const live = { next: ({ auctionUpdated }: { auctionUpdated: Lot }) => take(auctionUpdated), again: renew };
    return watch(LOT_LIVE, { id: inHandId }, live);
  }, [inHandId, person.value?.userId]);
  const lots = useMemo(() => answer?.map((lot) => withNews(lot, news.get(lot.lotId))) ?? null, [answer, news]);
  return { lots, failed, renew };
}

const withNews = (lot: HallLot, told: Lot | undefined): HallLot =>
  told === undefined || (lot.auction !== null && lot.auction.revision >= told.revision)
    ? lot
    : { ...lot, auction: told };

/** The bids on a lot, the latest first, asked for again with each revision. Commissions are among them, without amounts. */
export function useCalls(id: string | null, revision: number | undefined): readonly Bid[] {
  const load = async (): Promise<readonly Bid[]> => (id === null ? [] : (await bidsOf(id, BIDS_SHOWN)).rows);
  const { answer, renew } = useAsked(load, id ?? '');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is what there is to ask for.
  useEffect(renew, [revision]);
  useEvery(CALLS_AGAIN_MS, renew);
  return answer ?? [];
}

/** Bids that were called, and how many commissions count. */
export const callsAmong = (bids: readonly Bid[]) => ({
  called: bids.filter(({ bidType }) => bidType !== 'ABSENTEE'),
  commissions: bids.filter((bid) => bid.bidType === 'ABSENTEE' && counts(bid)).length,
});

/** The paddle of each bidder of a sale. */
export function usePaddles(saleId: string): ReadonlyMap<string, number> {
  const { answer, renew } = useAsked(() => hallPaddles(saleId), saleId);
  useEvery(PADDLES_AGAIN_MS, renew);
  return useMemo(
    () => new Map((answer ?? []).flatMap(({ bidderId, paddle }) => (paddle === null ? [] : [[bidderId, paddle]]))),
    [answer],
  );
}

/** The clerk's commands in this sale; `told` hears how each was judged. */
export function useQueue(saleId: string, told: (queued: Queued, judgement: Judged, wasLate: boolean) => void) {
  const latest = useRef(told);
  latest.current = told;
  const user = person.value?.userId ?? '';
  const queue = useMemo(
    () =>
      new CommandQueue({
        key: `gavel.hall.${saleId}.${user}`,
        keep: sessionStorage,
        send: judged,
        newId: () => newCommandId(houseTime()),
        nowMs: houseTime,
        pause: (ms) => new Promise((done) => setTimeout(done, ms)),
        told: (...judgement) => latest.current(...judgement),
      }),
    [saleId, user],
  );
  useEffect(() => () => queue.stop(), [queue]);
  return queue;
}
