// A lot among others: picture, name, price, time. Figures are replaced in place; nothing moves.

import { computed } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { Card } from '../house/auctions.js';
import { now } from '../house/clock.js';
import { lostSince } from '../house/live.js';
import { person } from '../house/session.js';
import { money } from '../money.js';
import { clockText } from '../times.js';
import { locale, words } from '../words/words.js';
import { countdown } from './countdown.js';
import { Icon } from './icon.js';
import { Photo } from './photo.js';
import { WatchButton } from './watch-button.js';

type LotCardParts = Readonly<{ lot: Card; mine: boolean; number?: string; children?: ComponentChildren }>;

/** `mine`: the signed-in person has a bid that counts on it. In a catalogue the lot's number stands in place of its category. */
export function LotCard({ lot, mine, number, children }: LotCardParts) {
  const { card, price } = words.value;
  const isSealed = lot.format === 'SEALED_FIRST_PRICE' || lot.format === 'VICKREY';
  const isInHall = lot.format === 'HALL' && lot.status === 'OPEN';
  return (
    <li class="card">
      <Photo
        photoId={lot.photos[0]}
        id={lot.auctionId}
        title={lot.title}
        text=""
        sizes="(min-width: 60rem) 18rem, (min-width: 30rem) 45vw, 92vw"
      />
      <WatchButton id={lot.auctionId} title={lot.title} />
      <p class="kick">
        <bdi>{number ?? lot.category}</bdi>
        <Badge lot={lot} mine={mine} />
      </p>
      <h3 class="name">
        <a href={`/lots/${lot.auctionId}`}>
          <bdi>{lot.title}</bdi>
        </a>
      </h3>
      <p class="now">
        {isSealed && lot.status === 'OPEN' ? (
          <span class="meta">{price.sealed}</span>
        ) : (
          <b class={lostSince.value === null ? '' : 'old'}>
            <bdi>{money(BigInt(lot.currentPrice), lot.currency, locale.value)}</bdi>
          </b>
        )}
        {isInHall ? <span class="left">{card.hall}</span> : <Left lot={lot} />}
      </p>
      <p class="meta">{lot.bidCount === 0 ? card.starting : card.bids(lot.bidCount)}</p>
      {children}
    </li>
  );
}

/** The time left. The clock moves each second; a card is drawn anew only when its own words change. */
function Left({ lot }: Readonly<{ lot: Card }>) {
  const { text, isLate } = useMemo(() => {
    const time = computed(() => {
      const at = (iso: string) => clockText(iso, now.value, locale.value);
      return countdown(lot, { nowMs: now.value, isLive: lostSince.value === null, at }, words.value.countdown);
    });
    const word = computed(() => {
      const { card, countdown: said } = words.value;
      if (lot.status === 'UPCOMING') return `${card.opens} `;
      return lot.status === 'OPEN' && lostSince.value !== null ? `${said.closes} ` : '';
    });
    return { text: computed(() => word.value + time.value.figure), isLate: computed(() => time.value.isLate) };
  }, [lot]);
  return <span class={isLate.value ? 'left late' : 'left'}>{text.value}</span>;
}

function Badge({ lot, mine }: Readonly<{ lot: Card; mine: boolean }>) {
  const { card } = words.value;
  if (lot.status !== 'OPEN')
    return (
      <span class="badge">
        {lot.status === 'SOLD' && <Icon name="check" />}
        {card.status[lot.status]}
      </span>
    );
  if (person.value !== null && lot.leaderId === person.value.userId)
    return (
      <span class="badge lead">
        <Icon name="check" />
        {card.leading}
      </span>
    );
  if (!mine || lot.format !== 'ENGLISH') return null;
  return (
    <span class="badge out">
      <Icon name="out" />
      {card.outbid}
    </span>
  );
}
