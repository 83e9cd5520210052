// Lots: found, taken out with a reason; bids voided by two of the staff, and taken back where their bidders ask.
import { useEffect } from 'preact/hooks';
import { CARDS_LIVE, type Card, cards } from '../house/auctions.js';
import { watch } from '../house/live.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { Act } from '../parts/act.js';
import { type Asked, useAsked, useEvery } from '../parts/asked.js';
import { Failed } from '../parts/list-states.js';
import { PersonName } from '../parts/person-name.js';
import { figures, Table } from '../parts/table.js';
import { Time } from '../parts/time.js';
import { go, query } from '../router.js';
import { deskWords } from '../words/desk-words.js';
import { locale, words } from '../words/words.js';
import { OneLot } from './one-lot.js';
import { grantRetraction, proposals, refuseRetraction, requests, voidBid } from './questions.js';

const STATUSES = ['OPEN', 'UPCOMING', 'SOLD', 'PASSED', 'CANCELLED', 'WITHDRAWN'] as const;
const SHOWN = 50;
const AGAIN_MS = 10_000;

export function LotsRoom() {
  const lot = query.value.get('id');
  if (lot !== null) return <OneLot id={lot} key={lot} />;
  return (
    <>
      <Proposals />
      <Requests />
      <List />
    </>
  );
}

function submit(event: SubmitEvent): void {
  event.preventDefault();
  const form = new FormData(event.currentTarget as HTMLFormElement);
  go(`/desk/lots?${new URLSearchParams([...form.entries()].map(([name, value]) => [name, String(value)]))}`);
}

function List() {
  const { lots } = deskWords.value;
  const { search } = words.value;
  const asked = query.value;
  const [text, sellerId] = [asked.get('q')?.trim() ?? '', asked.get('seller')];
  const named = STATUSES.find((status) => status === asked.get('status'));
  const status = sellerId === null ? (named ?? 'OPEN') : named;
  const filter = {
    ...(status !== undefined && { status }),
    ...(text !== '' && { text }),
    ...(sellerId !== null && { sellerId }),
  };
  const { answer, failed, renew } = useAsked(() => cards({ filter, limit: SHOWN }), JSON.stringify(filter));
  useEvery(AGAIN_MS, renew);
  return (
    <section class="section" aria-labelledby="all-lots">
      <header>
        <h2 id="all-lots">
          {sellerId === null ? deskWords.value.rooms.lots : `${lots.ofSeller} `}
          {sellerId !== null && <PersonName id={sellerId} />}
        </h2>
        {sellerId !== null && <a href="/desk/lots">{lots.all}</a>}
      </header>
      <form class="filters" role="search" aria-label={lots.go} onSubmit={submit} key={asked.toString()}>
        <div class="field">
          <label for="q">{lots.find}</label>
          <input class="input" id="q" name="q" type="search" defaultValue={text} />
        </div>
        <div class="field">
          <label for="status">{lots.status}</label>
          <select class="input" id="status" name="status">
            {STATUSES.map((one) => (
              <option key={one} value={one} selected={one === status}>
                {words.value.card.status[one]}
              </option>
            ))}
          </select>
        </div>
        <button class="btn" type="submit">
          {search.go}
        </button>
      </form>
      {failed && <Failed renew={renew} />}
      {answer?.rows.length === 0 && <p class="empty">{lots.none}</p>}
      {answer !== null && answer.rows.length > 0 && (
        <Table
          caption={lots.caption}
          heads={[lots.lot, lots.status, figures(lots.price), figures(lots.bids), lots.closes]}
        >
          {answer.rows.map((lot) => (
            <LotRow key={lot.auctionId} lot={lot} />
          ))}
        </Table>
      )}
    </section>
  );
}

const LotRow = ({ lot }: Readonly<{ lot: Card }>) => (
  <tr>
    <th scope="row">
      <a href={`/desk/lots?id=${lot.auctionId}`}>
        <bdi>{lot.title}</bdi>
      </a>
    </th>
    <td>{words.value.card.status[lot.status]}</td>
    <td class="end num">
      <bdi>{money(BigInt(lot.currentPrice), lot.currency, locale.value)}</bdi>
    </td>
    <td class="end num">{lot.bidCount}</td>
    <td>
      <Time at={lot.closesAt} />
    </td>
  </tr>
);

/** Anything that changes in open auctions may be a proposal or a request: staff see it without asking. */
function useRenewedByBids({ renew, again }: Pick<Asked<unknown>, 'renew' | 'again'>): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: both are the same throughout.
  useEffect(() => watch(CARDS_LIVE, { filter: { status: 'OPEN' } }, { next: renew, again }), []);
}

function Proposals() {
  const { lots } = deskWords.value;
  const asked = useAsked(proposals);
  const { answer, renew } = asked;
  useRenewedByBids(asked);
  if (answer === null || answer.length === 0) return null;
  return (
    <section class="section" aria-labelledby="proposals">
      <header>
        <h2 id="proposals">{lots.proposals}</h2>
      </header>
      <Table
        caption={lots.proposals}
        heads={[lots.lot, lots.bidder, lots.by, words.value.ask.reason, lots.closes, deskWords.value.people.actions]}
      >
        {answer.map((row) => (
          <tr key={`${row.auctionId}-${row.bidNumber}`}>
            <th scope="row">
              <a href={`/desk/lots?id=${row.auctionId}`}>{lots.bidNo(row.bidNumber)}</a>
            </th>
            <td>
              <PersonName id={row.bidderId} />
            </td>
            <td>
              <PersonName id={row.proposedBy} />
            </td>
            <td class="words">
              <bdi>{row.reason}</bdi>
            </td>
            <td>
              <Time at={row.closesAt} />
            </td>
            <td>
              {row.proposedBy === person.value?.userId ? (
                <span class="meta">{lots.own}</span>
              ) : (
                <Act
                  label={lots.confirm}
                  title={lots.confirmAsk(row.bidNumber)}
                  says={lots.confirmSays}
                  isStern
                  run={() => voidBid({ auctionId: row.auctionId, bidNumber: row.bidNumber })}
                  done={renew}
                />
              )}
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Requests() {
  const { lots } = deskWords.value;
  const asked = useAsked(requests);
  const { answer, renew } = asked;
  useRenewedByBids(asked);
  if (answer === null || answer.length === 0) return null;
  return (
    <section class="section" aria-labelledby="requests">
      <header>
        <h2 id="requests">{lots.requests}</h2>
      </header>
      <Table
        caption={lots.requests}
        heads={[lots.lot, lots.bidder, deskWords.value.house.why, lots.closes, deskWords.value.people.actions]}
      >
        {answer.map(({ auctionId, bidNumber, bidderId, reason, closesAt }) => (
          <tr key={`${auctionId}-${bidNumber}`}>
            <th scope="row">
              <a href={`/desk/lots?id=${auctionId}`}>{lots.bidNo(bidNumber)}</a>
            </th>
            <td>
              <PersonName id={bidderId} />
            </td>
            <td>{lots.why[reason]}</td>
            <td>
              <Time at={closesAt} />
            </td>
            <td>
              <span class="acts">
                <Act
                  label={lots.grant}
                  title={lots.grantAsk(bidNumber)}
                  says={lots.grantSays}
                  run={() => grantRetraction({ auctionId, bidNumber })}
                  done={renew}
                />
                <Act
                  label={lots.refuse}
                  title={lots.refuseAsk(bidNumber)}
                  says={lots.refuseSays}
                  needsReason
                  run={(_, why) => refuseRetraction({ auctionId, bidNumber, reason: why })}
                  done={renew}
                />
              </span>
            </td>
          </tr>
        ))}
      </Table>
    </section>
  );
}
