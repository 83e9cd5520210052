// Of which sale a lot is, under which number, and the lots before and behind it.
import { type LotPlace as Place, placeOf } from '../house/sales.js';
import { money } from '../money.js';
import { locale, words } from '../words/words.js';
import { useAsked } from './asked.js';

export const useLotPlace = (auctionId: string): Place | null =>
  useAsked(async () => ({ place: await placeOf(auctionId) }), auctionId).answer?.place ?? null;

/** The line above the lot's name. */
export function LotPlace({ place }: Readonly<{ place: Place }>) {
  const { sales: said } = words.value;
  return (
    <nav class="place" aria-label={said.within}>
      <a href={`/sales/${place.saleId}`}>
        <bdi>{place.saleTitle}</bdi>
      </a>
      <span>{said.lotNo(place.lotNumber)}</span>
      {place.previousLotId !== null && (
        <a href={`/lots/${place.previousLotId}`} rel="prev">
          {said.previous}
        </a>
      )}
      {place.nextLotId !== null && (
        <a href={`/lots/${place.nextLotId}`} rel="next">
          {said.following}
        </a>
      )}
    </nav>
  );
}

export function PlaceEstimate({ place, currency }: Readonly<{ place: Place; currency: string }>) {
  const { sales: said } = words.value;
  if (place.lowEstimate === null || place.highEstimate === null) return null;
  const shown = (minor: string): string => money(BigInt(minor), currency, locale.value);
  return (
    <p class="meta">
      <bdi>{said.estimate(shown(place.lowEstimate), shown(place.highEstimate))}</bdi>
    </p>
  );
}
