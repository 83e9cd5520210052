// A list of lots that stays as the house tells it. It keeps its order while somebody reads: it is made anew when asked.
import { useEffect, useState } from 'preact/hooks';
import { CARDS_LIVE, type Card, cards } from '../house/auctions.js';
import { watch } from '../house/live.js';
import { person } from '../house/session.js';

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

  const load = (cursor: string | null): Promise<void> =>
    cards({ ...asked, cursor }).then(
      (page) => {
        setFailed(false);
        if (cursor === null) setChanged(false);
        setLoaded((before) => ({ ...page, rows: cursor === null ? page.rows : joined(before?.rows ?? [], page.rows) }));
      },
      () => setFailed(true),
    );

  // biome-ignore lint/correctness/useExhaustiveDependencies: what is asked is compared by its text.
  useEffect(() => {
    void load(null);
    const take = (told: Card): void =>
      setLoaded((before) => {
        const known = before?.rows.find(({ auctionId }) => auctionId === told.auctionId);
        if (before === null || (known !== undefined && told.revision <= known.revision)) return before;
        if (known === undefined || known.status !== told.status) setChanged(true);
        return { ...before, rows: before.rows.map((row) => (row === known ? told : row)) };
      });
    return watch(
      CARDS_LIVE,
      { filter: asked.filter ?? null },
      { next: ({ auctionsUpdated }) => take(auctionsUpdated), again: () => void load(null) },
    );
  }, [key, user]);

  const { rows = null, next = null, hint = null } = loaded ?? {};
  return { rows, next, hint, hasChanged, failed, renew: () => void load(null), more: () => void load(next) };
}

const joined = (before: readonly Card[], more: readonly Card[]): readonly Card[] => {
  const known = new Set(before.map(({ auctionId }) => auctionId));
  return [...before, ...more.filter(({ auctionId }) => !known.has(auctionId))];
};
