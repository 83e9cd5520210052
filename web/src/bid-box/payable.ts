// What the amount of the bid button would come to in all, as the house works it out.
import { useEffect, useState } from 'preact/hooks';
import { payableOf } from '../house/auctions.js';

/** Whoever holds a step button passes many amounts: only one that stands is asked for. */
const STANDS_AFTER_MS = 250;

/** Null until the house has said it of this very amount. Without an amount nothing is asked. */
export function usePayable(auctionId: string, amount: bigint | null): bigint | null {
  const [known, setKnown] = useState<Readonly<{ of: string; total: bigint | null }> | null>(null);
  const of = amount === null ? null : `${auctionId} ${amount}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `of` names auction and amount.
  useEffect(() => {
    if (of === null || amount === null || known?.of === of) return;
    // Where the house does not answer, nothing is shown: the bid is judged without it.
    const ask = () =>
      payableOf(auctionId, amount).then(
        (total) => setKnown({ of, total }),
        () => undefined,
      );
    const timer = setTimeout(() => void ask(), STANDS_AFTER_MS);
    return () => clearTimeout(timer);
  }, [of]);
  return known !== null && known.of === of ? known.total : null;
}
