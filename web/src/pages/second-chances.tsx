// Second chances: what is on offer to the signed-in person, to be taken or declined in its time.
import { ask } from '../house/ask.js';
import { houseTime, now } from '../house/clock.js';
import { graphql, type ResultOf } from '../house/graphql.js';
import { newCommandId } from '../house/ids.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { Act } from '../parts/act.js';
import { useAsked } from '../parts/asked.js';
import { notices } from '../parts/notices.js';
import { Time } from '../parts/time.js';
import { locale, words } from '../words/words.js';

const OFFERS = graphql(`
  query Offers {
    mySecondChances(limit: 50) {
      rows { auctionId offerNumber title cause status currency offeredPrice expiresAt }
    }
  }
`);
type Offer = ResultOf<typeof OFFERS>['mySecondChances']['rows'][number];

const ACCEPT = graphql(
  `mutation Accept($input: SecondChanceAnswerInput!) { answer: acceptSecondChance(input: $input) { __typename ... on Refusal { message } } }`,
);
const DECLINE = graphql(
  `mutation Decline($input: SecondChanceAnswerInput!) { answer: declineSecondChance(input: $input) { __typename ... on Refusal { message } } }`,
);

async function send(
  document: typeof ACCEPT | typeof DECLINE,
  { auctionId, offerNumber }: Offer,
): Promise<string | null> {
  const input = { commandId: newCommandId(houseTime()), auctionId, offerNumber };
  const { answer } = await ask(document, { input });
  return 'message' in answer && answer.message !== undefined ? answer.message : null;
}

const offers = async (): Promise<readonly Offer[]> =>
  (await ask(OFFERS, {})).mySecondChances.rows.filter(({ status }) => status === 'PENDING');

export function SecondChances() {
  const { offers: said } = words.value;
  // Asked anew for another person, and whenever something happens to this one.
  const { answer, renew } = useAsked(offers, `${person.value?.userId} ${notices.value.length}`);
  const open = answer?.filter(({ expiresAt }) => Date.parse(expiresAt) > now.value) ?? [];
  if (open.length === 0) return null;
  return (
    <section class="section" aria-labelledby="offers">
      <header>
        <h2 id="offers">
          {said.name} <span class="meta">{open.length}</span>
        </h2>
      </header>
      <ul role="list" class="offers">
        {open.map((offer) => (
          <Line key={`${offer.auctionId}-${offer.offerNumber}`} offer={offer} renew={renew} />
        ))}
      </ul>
    </section>
  );
}

function Line({ offer, renew }: Readonly<{ offer: Offer; renew: () => void }>) {
  const { offers: said } = words.value;
  const price = money(BigInt(offer.offeredPrice), offer.currency, locale.value);
  return (
    <li>
      <p>
        <a href={`/lots/${offer.auctionId}`}>
          <bdi>{offer.title}</bdi>
        </a>{' '}
        <strong class="num">
          <bdi>{price}</bdi>
        </strong>
      </p>
      <p class="meta">
        {said.causes[offer.cause]} {said.until} <Time at={offer.expiresAt} />
      </p>
      <p class="acts">
        <Act
          label={said.accept}
          title={said.acceptAsk(price)}
          says={said.acceptSays}
          run={() => send(ACCEPT, offer)}
          done={renew}
        />
        <Act
          label={said.decline}
          title={said.declineAsk(offer.title)}
          says={said.declineSays}
          run={() => send(DECLINE, offer)}
          done={renew}
        />
      </p>
    </li>
  );
}
