// Beside the panel: what the lot is, what was bid on it, and all lots of the sale with their results.
import type { Bid } from '../../house/auctions.js';
import { now } from '../../house/clock.js';
import { money } from '../../money.js';
import { counts } from '../../parts/own-bids.js';
import { Photo } from '../../parts/photo.js';
import { figures, Table } from '../../parts/table.js';
import { clockText } from '../../times.js';
import { deskWords } from '../../words/desk-words.js';
import { locale, words } from '../../words/words.js';
import type { HallLot } from './questions.js';

const price = (minor: string, currency: string): string => money(BigInt(minor), currency, locale.value);

export function LotFacts({ lot, count, commissions }: Readonly<{ lot: HallLot; count: number; commissions: number }>) {
  const { hall } = deskWords.value;
  const { lotId, title, auction, currency, lowEstimate, highEstimate } = lot;
  const reserve = auction?.hasReserve !== true ? 'none' : auction.reserveMet ? 'met' : 'open';
  return (
    <section class="lotbox stack" aria-labelledby="lot-in-hand">
      <Photo photoId={auction?.photos[0]} id={lotId} title={title} text="" sizes="18rem" first />
      <div>
        <p class="meta">{hall.lotOf(lot.lotNumber, count)}</p>
        <h3 id="lot-in-hand">
          <a href={`/lots/${lotId}`}>
            <bdi>{title}</bdi>
          </a>
        </h3>
        <dl class="pairs">
          {lowEstimate !== null && highEstimate !== null && (
            <>
              <dt>{hall.estimate}</dt>
              <dd>
                <bdi>
                  {price(lowEstimate, currency)} – {price(highEstimate, currency)}
                </bdi>
              </dd>
            </>
          )}
          <dt>{hall.reserve}</dt>
          <dd>{hall.reserves[reserve]}</dd>
          <dt>{hall.commissions}</dt>
          <dd>{hall.commissionCount(commissions)}</dd>
        </dl>
      </div>
    </section>
  );
}

type Paddles = ReadonlyMap<string, number>;

type CallsParts = Readonly<{ bids: readonly Bid[]; currency: string; paddles: Paddles }>;

/** The latest first. What was undone stays in sight. */
export function CallsTable({ bids, currency, paddles }: CallsParts) {
  const { hall } = deskWords.value;
  return (
    <div>
      <h3>{hall.thisLot}</h3>
      {bids.length === 0 ? (
        <p class="meta">{hall.noCalls}</p>
      ) : (
        <Table caption={hall.thisLot} heads={[hall.price, hall.source, figures(hall.time)]}>
          {bids.map((bid) => (
            <tr key={bid.bidNumber}>
              <th scope="row" class="num">
                {counts(bid) ? priceOf(bid, currency) : <s>{priceOf(bid, currency)}</s>}
              </th>
              <td>
                {hall.leads(paddles.get(bid.bidderId) ?? null, hall.sources[bid.bidType])}
                {!counts(bid) && <span class="meta"> · {hall.undone}</span>}
              </td>
              <td class="end num">
                <time dateTime={bid.placedAt}>{clockText(bid.placedAt, now.value, locale.value)}</time>
              </td>
            </tr>
          ))}
        </Table>
      )}
    </div>
  );
}

const priceOf = ({ bidAmount }: Bid, currency: string): string =>
  bidAmount === null ? words.value.lot.sealedBid : price(bidAmount, currency);

type ListParts = Readonly<{
  lots: readonly HallLot[];
  inHand: HallLot;
  paddles: Paddles;
  choose: (lotId: string) => void;
}>;

export function LotsList({ lots, inHand, paddles, choose }: ListParts) {
  const { hall } = deskWords.value;
  return (
    <div>
      <h3 id="hall-lots">{hall.lots}</h3>
      <ol class="hall-lots" role="list" aria-labelledby="hall-lots">
        {lots.map((lot) => (
          <li key={lot.lotId} aria-current={lot === inHand}>
            <button class="btn bare" type="button" onClick={() => choose(lot.lotId)}>
              <span class="num">{lot.lotNumber}</span> <bdi>{lot.title}</bdi>
            </button>
            <span class="meta">{resultOf(lot, paddles)}</span>
          </li>
        ))}
      </ol>
    </div>
  );
}

function resultOf({ auction, currency }: HallLot, paddles: Paddles): string {
  const { hall } = deskWords.value;
  if (auction === null) return '';
  const { status, calling, currentPrice, leaderId } = auction;
  if (status === 'SOLD') return hall.soldFor(price(currentPrice, currency), paddles.get(leaderId ?? '') ?? null);
  return hall.results[status === 'OPEN' || status === 'UPCOMING' ? (calling ?? 'WAITING') : status];
}
