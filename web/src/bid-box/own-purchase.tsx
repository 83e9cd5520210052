// What the buyer of a lot owes for it, and whether that is paid: it follows the house live.
import { useEffect } from 'preact/hooks';
import { ask } from '../house/ask.js';
import type { Lot } from '../house/auctions.js';
import { graphql } from '../house/graphql.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { useAsked, useEvery } from '../parts/asked.js';
import { dayText } from '../times.js';
import { locale, words } from '../words/words.js';

const BOUGHT = graphql(`
  query Bought { myTransactions(limit: 200) { rows { auctionId buyerId currency amountDue paymentStatus paymentDueAt } } }
`);
/** A payment is recorded without a change of the lot. */
const AGAIN_MS = 5_000;

export function OwnPurchase({ lot }: Readonly<{ lot: Lot }>) {
  const who = person.value;
  return lot.status === 'SOLD' && who !== null && lot.leaderId === who.userId ? <Purchase lot={lot} /> : null;
}

function Purchase({ lot }: Readonly<{ lot: Lot }>) {
  const { purchase } = words.value;
  const me = person.value?.userId;
  const load = async () => {
    const { rows } = (await ask(BOUGHT, {})).myTransactions;
    return rows.find(({ auctionId, buyerId }) => auctionId === lot.auctionId && buyerId === me) ?? null;
  };
  const { answer, renew } = useAsked(load, lot.auctionId);
  useEvery(AGAIN_MS, renew);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another revision is what there is to ask for.
  useEffect(renew, [lot.revision]);
  if (answer === null) return null;
  const due = money(BigInt(answer.amountDue), answer.currency, locale.value, true);
  const until = answer.paymentDueAt === null ? '' : dayText(Date.parse(answer.paymentDueAt), locale.value);
  return (
    <p class="note" role="status" id="purchase">
      {purchase[answer.paymentStatus](due, until)}
    </p>
  );
}
