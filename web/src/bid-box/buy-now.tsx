// Buying at the seller's price: outlined, in a row of its own, asked twice, gone after the first bid.
import { useSignal } from '@preact/signals';
import { buyNow, type Lot } from '../house/auctions.js';
import { houseTime } from '../house/clock.js';
import { person } from '../house/session.js';
import { untilAnswered } from '../house/until-answered.js';
import { money } from '../money.js';
import { tellAtOnce } from '../parts/announcer.js';
import { locale, words } from '../words/words.js';
import { DELIBERATE_MS } from './press.js';

export function BuyNow({ lot, renew }: Readonly<{ lot: Lot; renew: () => Promise<void> }>) {
  const askedAt = useSignal<number | null>(null);
  const refusal = useSignal<string | null>(null);
  const isSent = useSignal(false);
  const { box, problem } = words.value;
  const who = person.value;
  const isOffered = lot.status === 'OPEN' && lot.bidCount === 0 && lot.buyNowPrice !== null;
  if (!isOffered || lot.buyNowPrice === null || who === null || who.userId === lot.sellerId) return null;
  const price = money(BigInt(lot.buyNowPrice), lot.currency, locale.value);
  const press = async (): Promise<void> => {
    if (isSent.value) return;
    if (askedAt.value === null) {
      askedAt.value = houseTime();
      return;
    }
    if (houseTime() - askedAt.value < DELIBERATE_MS) return;
    isSent.value = true;
    const answer = await untilAnswered((commandId) => buyNow(commandId, lot.auctionId));
    [isSent.value, askedAt.value] = [false, null];
    refusal.value = answer?.__typename === 'PurchaseAccepted' ? null : (answer?.message ?? problem.notAnswered);
    if (refusal.value !== null) tellAtOnce(refusal.value);
    await renew();
  };
  return (
    <div class="now">
      <button class="btn" type="button" id="buy-now" aria-disabled={isSent.value} onClick={() => void press()}>
        {askedAt.value === null ? box.buyNow(price) : `${box.verbs.confirm}: ${box.buyNow(price)}`}
      </button>
      {refusal.value !== null && <p class="hint wrong">{refusal.value}</p>}
    </div>
  );
}
