// An auction's events as sentences for people. What is secret (maxima, the reserve) is told only when asked for.
import { isAfterSaleEvent } from '../../domain/auction/after-sale.events.js';
import type {
  AuctionEvent,
  BidPlaced,
  BidRetracted,
  BidVoided,
  ClosingExtended,
  SealedBidPlaced,
  SealedBidRetracted,
  SealedBidVoided,
  Standing,
} from '../../domain/auction/auction.events.js';
import type { OpenAuction, Phase } from '../../domain/auction/auction.js';
import { isTalkEvent } from '../../domain/auction/talk.events.js';
import { isSealed, type Terms } from '../../domain/auction/terms.js';
import { formatMoney, type Minor } from '../../domain/money.js';
import { afterSaleSentenceOf } from './after-sale-story.js';
import { talkSentenceOf } from './talk-story.js';
import { type Telling, timeOf, whoOf } from './telling.js';

/** One sentence about an event, without its time. */
export function sentenceOf(event: AuctionEvent, telling: Telling): string {
  if (isTalkEvent(event)) return talkSentenceOf(event, telling);
  if (isAfterSaleEvent(event)) return afterSaleSentenceOf(event, telling);
  const { nameOf } = telling;
  const money = (minor: Minor): string => formatMoney({ minor, currency: telling.currency });
  switch (event.type) {
    case 'AuctionListed':
      return `${nameOf(event.sellerId)} lists "${event.item.title}"${againOf(event.relistOf)}: ${termsOf(event.terms, telling)}; opens ${timeOf(event.opensAt)}, closes ${timeOf(event.closesAt)}`;
    case 'BidPlaced':
      return bidOf(event, telling);
    case 'ClosingExtended':
      return extensionOf(event);
    case 'BidRetracted':
      return `${retractionOf(event, telling, 'bid')}: ${standing(event, telling)}`;
    case 'BidVoided':
      return `${voidingOf(event, telling, 'bid')}; ${standing(event, telling)}`;
    case 'RetractionRequested':
      return `${nameOf(event.bidderId)} asks to take back bid ${event.bidNumber} (${event.reason})`;
    case 'RetractionRefused':
      return `${whoOf(event.refusedBy, nameOf)} refuses ${nameOf(event.bidderId)} to take back bid ${event.bidNumber}: ${event.reason}`;
    case 'VoidingProposed':
      return `${nameOf(event.proposedBy)} proposes to void bid ${event.bidNumber} of ${nameOf(event.bidderId)}: ${event.reason}`;
    case 'AuctionSold':
      return (
        `sold to ${nameOf(event.buyerId)} ${event.via === 'BuyNow' ? 'by Buy It Now' : 'at the hammer'} for ${money(event.hammerPrice)}` +
        ` (premium ${money(event.buyersPremium)}, tax ${money(event.tax)}, due ${money(event.amountDue)};` +
        ` seller gets ${money(event.sellerProceeds)})`
      );
    case 'AuctionPassed':
      return event.reason === 'NoBids' ? 'passed: there were no bids' : 'passed: the reserve was not met';
    case 'AuctionCancelled':
      return `cancelled by ${whoOf(event.cancelledBy, nameOf)}: ${event.reason}`;
    case 'AuctionWithdrawn':
      return `withdrawn by ${whoOf(event.withdrawnBy, nameOf)}: ${event.reason}`;
    case 'AuctionOpened':
      return 'bidding begins';
    case 'SealedBidPlaced':
      return sealedBidOf(event, telling);
    case 'SealedBidRetracted':
      return `${retractionOf(event, telling, 'sealed bid')}: ${bidders(event.bidCount)}`;
    case 'SealedBidVoided':
      return `${voidingOf(event, telling, 'sealed bid')}; ${bidders(event.bidCount)}`;
    case 'LotOpened':
      return `${whoOf(event.openedBy, nameOf)} opens the lot and asks ${money(event.minimumNextBid)}`;
    case 'PriceAsked':
      return `${whoOf(event.askedBy, nameOf)} asks ${money(event.minimumNextBid)}`;
    case 'FairWarningGiven':
      return `${whoOf(event.givenBy, nameOf)} gives fair warning on bid ${event.leadingBid}`;
    case 'CallUndone':
      return `${whoOf(event.undoneBy, nameOf)} undoes bid ${event.bidNumber} of ${nameOf(event.bidderId)}: ${standing(event, telling)}`;
    case 'AuctionRelisted':
      return `relisted as ${event.relistedAs}: ${termsOf(event.terms, telling)}; opens ${timeOf(event.opensAt)}, closes ${timeOf(event.closesAt)}`;
  }
}

export type Stood = Standing &
  Pick<OpenAuction, 'closesAt' | 'extensions'> &
  Readonly<{ phase: Phase /** There is no price and no leader yet. */; isSealed: boolean }>;

/** How an auction stands, as the last lines of its story. */
export function standingLines(auction: Stood, { currency, nameOf }: Telling): readonly string[] {
  const money = (minor: Minor): string => formatMoney({ minor, currency });
  const { leaderId, leadingBid, bidCount, extensions, phase } = auction;
  const goesOn = phase === 'upcoming' || phase === 'open' || phase === 'closing';
  const closing = `close      ${timeOf(auction.closesAt)}${extensions === 0 ? '' : `, extended ${times(extensions)}`}`;
  if (auction.isSealed)
    return [`bids       ${bidCount}, sealed`, `least bid  ${money(auction.minimumNextBid)}`, closing];
  return [
    `price      ${money(auction.currentPrice)}`,
    `leader     ${leaderId === null ? 'nobody' : `${nameOf(leaderId)}, with bid ${leadingBid}`}`,
    `bids       ${bidCount}`,
    ...(goesOn ? [`next bid   ${money(auction.minimumNextBid)} or more`] : []),
    `reserve    ${auction.reserveMet ? 'met, or none' : 'not met'}`,
    closing,
  ];
}

function termsOf(terms: Terms, { secrets }: Telling): string {
  const money = (minor: Minor): string => formatMoney({ minor, currency: terms.currency });
  const { reservePrice } = terms;
  const parts = [`starts at ${money(terms.startingPrice)}`];
  if (reservePrice !== null) parts.push(secrets ? `reserve ${money(reservePrice)}` : 'with a reserve');
  if (isSealed(terms)) return [terms.format === 'vickrey' ? 'Vickrey' : 'sealed first-price', ...parts].join(', ');
  if (terms.format === 'hall') return ['called in a hall', ...parts].join(', ');
  const { buyNowPrice, softClose } = terms;
  if (buyNowPrice !== null) parts.push(`Buy It Now ${money(buyNowPrice)}`);
  if (softClose !== null) parts.push(`soft close ${softClose.windowMs / 1000} s`);
  return parts.join(', ');
}

function bidOf(event: BidPlaced, telling: Telling): string {
  const { bidNumber, bidderId, bidType, maximum } = event;
  const secret = telling.secrets ? `, up to ${formatMoney({ minor: maximum, currency: telling.currency })}` : '';
  return `${telling.nameOf(bidderId)} places bid ${bidNumber} (${bidType}${secret}): ${standing(event, telling)}`;
}

function sealedBidOf({ bidNumber, bidderId, bidType, amount, replaces, bidCount }: SealedBidPlaced, telling: Telling) {
  const secret = telling.secrets ? `, ${formatMoney({ minor: amount, currency: telling.currency })}` : '';
  const instead = replaces === null ? '' : ` instead of bid ${replaces}`;
  return `${telling.nameOf(bidderId)} places sealed bid ${bidNumber}${instead} (${bidType}${secret}): ${bidders(bidCount)}`;
}

const bidders = (count: number): string => (count === 1 ? '1 bidder' : `${count} bidders`);

const againOf = (relistOf: string | null): string => (relistOf === null ? '' : ` again, after auction ${relistOf}`);

function standing({ currentPrice, leaderId, leadingBid, reserveMet }: Standing, { currency, nameOf }: Telling): string {
  const price = formatMoney({ minor: currentPrice, currency });
  const lead = leaderId === null ? 'nobody leads' : `${nameOf(leaderId)} leads with bid ${leadingBid}`;
  return `price ${price}, ${lead}${reserveMet ? '' : ', reserve not met'}`;
}

function retractionOf(
  { bidderId, bidNumber, reason, grantedBy }: BidRetracted | SealedBidRetracted,
  { nameOf }: Telling,
  what: string,
): string {
  const granted = grantedBy === null ? '' : `, granted by ${nameOf(grantedBy)}`;
  return `${nameOf(bidderId)} takes back ${what} ${bidNumber} (${reason}${granted})`;
}

const voidingOf = (event: BidVoided | SealedBidVoided, { nameOf }: Telling, what: string): string =>
  `${whoOf(event.voidedBy, nameOf)} voids ${what} ${event.bidNumber} of ${nameOf(event.bidderId)}: ${event.reason}`;

/** Why a close moved that no bid moved. */
const WHY_MOVED: Readonly<Partial<Record<ClosingExtended['cause'], string>>> = {
  Outage: 'after an outage',
  Sale: 'behind the lot in front',
};

function extensionOf({ cause, closesAt, bidNumber, extensions }: ClosingExtended): string {
  const why = WHY_MOVED[cause] ?? `because of bid ${bidNumber}, extension ${extensions}`;
  return `the close moves to ${timeOf(closesAt)} ${why}`;
}

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`);
