// Whether the reader may bid in a sale, and the button to ask for it.
import { useState } from 'preact/hooks';
import { problemOf } from '../house/ask.js';
import { ownPaddle, requestPaddle, type Sale } from '../house/sales.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { signInFrom } from '../pages/sign-in.js';
import { path } from '../router.js';
import { locale, words } from '../words/words.js';
import { afterwards } from './act.js';
import { useAsked } from './asked.js';

/** Nothing where no paddle is needed, or the sale takes no bidders. */
export function OwnPaddle({ sale }: Readonly<{ sale: Sale }>) {
  const { sales: said } = words.value;
  const isTaking = sale.status === 'PUBLISHED' || sale.status === 'OPEN';
  if (sale.registration === 'NONE' || !isTaking) return null;
  if (person.value === null)
    return (
      <p class="paddle">
        <a class="btn main" href={signInFrom(path.value)}>
          {said.signIn}
        </a>
      </p>
    );
  return person.value.roles.includes('bidder') ? <Registration sale={sale} userId={person.value.userId} /> : null;
}

function Registration({ sale, userId }: Readonly<{ sale: Sale; userId: string }>) {
  const { sales: said, problem } = words.value;
  const { answer, failed, renew } = useAsked(async () => ({ paddle: await ownPaddle(sale.saleId) }), userId);
  const [told, setTold] = useState<string | null>(null);
  const [isSent, setSent] = useState(false);
  const register = async (): Promise<void> => {
    if (isSent) return;
    setSent(true);
    setTold(
      await requestPaddle(sale.saleId, problem.notAnswered).catch((error) => problemOf(error, problem.notAnswered)),
    );
    setSent(false);
    afterwards(renew);
  };
  if (answer === null) return <p class="paddle">{failed ? problem.notAnswered : ''}</p>;
  const { paddle } = answer;
  const amount = (minor: string): string => money(BigInt(minor), sale.currency, locale.value);
  return (
    <div class="paddle" role="status">
      {paddle === null && (
        <button class="btn main" type="button" aria-disabled={isSent} onClick={() => void register()}>
          {said.register}
        </button>
      )}
      {paddle === null && <p class="meta">{said.rules[sale.registration]}</p>}
      {paddle?.status === 'REQUESTED' && <p>{said.requested}</p>}
      {paddle?.status === 'GIVEN' && <p class="strong">{said.given(paddle.paddle ?? 0)}</p>}
      {paddle?.status === 'GIVEN' && paddle.biddingLimit !== null && (
        <p class="meta">{said.limit(amount(paddle.biddingLimit))}</p>
      )}
      {paddle?.status === 'REFUSED' && (
        <p>
          {said.refused} <bdi>{paddle.reason}</bdi>
        </p>
      )}
      {told !== null && paddle === null && <p class="hint wrong">{told}</p>}
    </div>
  );
}
