// One lot as staff see it: its bids, and what takes it or one of them out.
import { useEffect } from 'preact/hooks';
import { type Bid, bidsOf, LOT_LIVE, type Lot, lotOf } from '../house/auctions.js';
import { watch } from '../house/live.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { Act } from '../parts/act.js';
import { useAsked } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { PersonName } from '../parts/person-name.js';
import { figures, Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { deskWords } from '../words/desk-words.js';
import { locale, words } from '../words/words.js';
import { cancelLot, proposals, proposeVoiding, withdrawLot } from './questions.js';

const BIDS_SHOWN = 200;

async function load(id: string) {
  const lot = await lotOf(id);
  if (lot === null) return 'not there' as const;
  const [{ rows: bids }, proposed] = await Promise.all([bidsOf(id, BIDS_SHOWN), proposals()]);
  const pending = new Set(proposed.filter(({ auctionId }) => auctionId === id).map(({ bidNumber }) => bidNumber));
  return { lot, bids, pending };
}

export function OneLot({ id }: Readonly<{ id: string }>) {
  const { lots } = deskWords.value;
  const { answer, failed, renew, again } = useAsked(() => load(id));
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are the same for the same lot.
  useEffect(() => watch(LOT_LIVE, { id }, { next: renew, again }), [id]);
  const back = (
    <p>
      <a href="/desk/lots">{lots.back}</a>
    </p>
  );
  if (failed && answer === null) return <Failed renew={renew} />;
  if (answer === null) return <div aria-busy="true">{back}</div>;
  if (answer === 'not there')
    return (
      <>
        {back}
        <p class="empty">{words.value.lot.notThere}</p>
      </>
    );
  const { lot, bids, pending } = answer;
  return (
    <>
      {back}
      <section class="section" aria-labelledby="one-lot">
        <header>
          <h2 id="one-lot">
            <bdi>{lot.title}</bdi>
          </h2>
          <a href={`/lots/${id}`}>{lots.page}</a>
        </header>
        <dl class="pairs">
          <dt>{lots.status}</dt>
          <dd>{words.value.card.status[lot.status]}</dd>
          <dt>{lots.seller}</dt>
          <dd>
            <a href={`/desk/people?text=${lot.sellerId}`}>
              <PersonName id={lot.sellerId} />
            </a>
          </dd>
          <dt>{lots.price}</dt>
          <dd class="num">
            <bdi>{money(BigInt(lot.currentPrice), lot.currency, locale.value)}</bdi>
          </dd>
          <dt>{lots.closes}</dt>
          <dd>
            <Time at={lot.closesAt} />
          </dd>
        </dl>
        <TakeOut lot={lot} renew={renew} />
      </section>
      <section class="section" aria-labelledby="lot-bids">
        <header>
          <h2 id="lot-bids">{lots.bids}</h2>
        </header>
        {bids.length === 0 ? (
          <p class="meta">{words.value.lot.noBids}</p>
        ) : (
          <Table
            caption={words.value.lot.bidsCaption}
            heads={['№', figures(lots.price), lots.bidder, lots.placed, deskWords.value.people.actions]}
          >
            {bids.map((bid) => (
              <BidRow key={bid.bidNumber} lot={lot} bid={bid} isProposed={pending.has(bid.bidNumber)} renew={renew} />
            ))}
          </Table>
        )}
      </section>
    </>
  );
}

function TakeOut({ lot, renew }: Readonly<{ lot: Lot; renew: () => void }>) {
  const { lots } = deskWords.value;
  const { auctionId, title, status, bidCount } = lot;
  if (status !== 'OPEN' && status !== 'UPCOMING') return null;
  if (bidCount === 0)
    return (
      <p class="acts">
        <Act
          label={lots.cancel}
          title={lots.cancelAsk(title)}
          says={lots.cancelSays}
          needsReason
          isStern
          run={(_, reason) => cancelLot({ auctionId, reason })}
          done={renew}
        />
      </p>
    );
  if (!person.value?.roles.includes('admin')) return <p class="meta">{lots.needsAdmin}</p>;
  return (
    <p class="acts">
      <Act
        label={lots.withdraw}
        title={lots.withdrawAsk(title)}
        says={lots.withdrawSays}
        needsReason
        isStern
        run={(_, reason) => withdrawLot({ auctionId, reason })}
        done={renew}
      />
    </p>
  );
}

type BidRowParts = Readonly<{ lot: Lot; bid: Bid; isProposed: boolean; renew: () => void }>;

function BidRow({ lot, bid, isProposed, renew }: BidRowParts) {
  const { lots } = deskWords.value;
  const counts = !bid.isVoided && !bid.isRetracted && !bid.isReplaced;
  return (
    <tr>
      <th scope="row" class="num">
        {bid.bidNumber}
      </th>
      <td class="end num strong">
        <bdi>
          {bid.bidAmount === null
            ? words.value.lot.sealedBid
            : money(BigInt(bid.bidAmount), lot.currency, locale.value)}
        </bdi>
      </td>
      <td>
        <a href={`/desk/people?text=${bid.bidderId}`}>
          <PersonName id={bid.bidderId} />
        </a>
      </td>
      <td>
        <Time at={bid.placedAt} />
      </td>
      <td>
        {bid.isVoided ? (
          <span class="badge">{lots.voided}</span>
        ) : bid.isRetracted ? (
          <span class="badge">{lots.retracted}</span>
        ) : isProposed ? (
          <span class="badge out">{lots.proposed}</span>
        ) : counts && lot.status === 'OPEN' ? (
          <Act
            label={lots.propose}
            title={lots.proposeAsk(bid.bidNumber)}
            says={lots.proposeSays}
            needsReason
            isStern
            run={(_, reason) => proposeVoiding({ auctionId: lot.auctionId, bidNumber: bid.bidNumber, reason })}
            done={renew}
          />
        ) : null}
      </td>
    </tr>
  );
}
