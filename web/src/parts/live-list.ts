// A list of lots that stays as the house tells it. It keeps its order while somebody reads: it is made anew when asked.
import { useEffect, useState } from 'preact/hooks';
import { CARDS_LIVE, type Card, cards } from '../house/auctions.js';
import { watch } from '../house/live.js';
import { person } from '../house/session.js';
import { gathered, withNews } from './gathered.js';

export type Asked = Parameters<typeof cards>[0];
type Loaded = Readonly<{ rows: readonly Card[]; next: string | null; hint: string | null }>;
export type LiveList = Readonly<{
  /** Null until the house has answered. */
  rows: readonly Card[] | null;
  next: string | null;
  hint: string | null;
  /** Something came that is not in the list, or left it. */
  hasChanged: boolean;
  failed: boolean;
  renew: () => void;
  more: () => void;
}>;

/** `asked` is compared by what it says: a list that asks for something else is loaded anew. */
export function useLiveList(asked: Asked): LiveList {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [hasChanged, setChanged] = useState(false);
  const [failed, setFailed] = useState(false);
  const key = JSON.stringify(asked);
  const user = person.value?.userId;
  const sort = asked.sort ?? 'CLOSING_SOONEST';

  const load = async (cursor: string | null): Promise<void> => {
    const page = await cards({ ...asked, cursor });
    setFailed(false);
    if (cursor === null) setChanged(false);
    setLoaded((before) => ({ ...page, rows: cursor === null ? page.rows : joined(before?.rows ?? [], page.rows) }));
  };
  const show = (cursor: string | null): void => void load(cursor).catch(() => setFailed(true));

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked is compared by its text.
  useEffect(() => {
    show(null);
    const news = gathered((told) =>
      setLoaded((before) => {
        if (before === null) return before;
        if ([...told.values()].some((card) => isOther(card, before, sort))) setChanged(true);
        return { ...before, rows: withNews(before.rows, told) };
      }),
    );
    const stop = watch(
      CARDS_LIVE,
      { filter: asked.filter ?? null },
      { next: ({ auctionsUpdated }) => news.take(auctionsUpdated), again: () => load(null) },
    );
    return () => {
      stop();
      news.stop();
    };
  }, [key, user]);

  const { rows = null, next = null, hint = null } = loaded ?? {};
  return { rows, next, hint, hasChanged, failed, renew: () => show(null), more: () => show(next) };
}

/** Whether the list would be another with this lot: it has left, is new, or has come to stand within what is shown. */
function isOther(told: Card, { rows, next }: Loaded, sort: NonNullable<Asked['sort']>): boolean {
  const known = rows.find(({ auctionId }) => auctionId === told.auctionId);
  if (known !== undefined) return told.revision > known.revision && known.status !== told.status;
  const last = rows.at(-1);
  if (next === null || last === undefined) return true;
  if (sort === 'NEWEST') return told.bidCount === 0;
  return sort === 'CLOSING_SOONEST' ? told.closesAt < last.closesAt : told.closesAt > last.closesAt;
}

const joined = (before: readonly Card[], more: readonly Card[]): readonly Card[] => {
  const known = new Set(before.map(({ auctionId }) => auctionId));
  return [...before, ...more.filter(({ auctionId }) => !known.has(auctionId))];
};
