// What a batch comes to for auctions: a listing and a standing for each new one, the last standing for each that moved.
import type { AuctionEvent, AuctionListed, AuctionSold, Item, Standing } from '../../domain/auction/auction.events.js';
import { searchForms, searchWords } from '../../domain/text.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { arrayOf, copyNullable, copyText, copyTexts } from '../copy-text.js';
import { feesAsText } from './listed-fees.js';
import type { Calling } from './silver.queries.js';

type Closing = Readonly<{ closesAt: Instant; extensions: number }>;
type End = Readonly<{
  status: 'sold' | 'passed' | 'cancelled' | 'withdrawn';
  closedAt: Instant;
  reason: string | null;
}>;

/** One auction's changes in a batch. `before` is the revision they build on, -1 for an auction listed in it. */
export type AuctionChange = {
  readonly auctionId: string;
  readonly before: number;
  revision: number;
  listed: AuctionListed | null;
  standing: Standing | null;
  closing: Closing | null;
  end: End | null;
  /** Of a sealed auction: how many bid, which is all that moves before the close. */
  sealedBids: number | null;
  /** The sale tells winner and price, which of a sealed auction nobody knew before. */
  sold: AuctionSold | null;
  relistedAs: string | null;
  /** Of a hall lot: what the clerk has said last; null where that was nothing. */
  calling: Calling | null;
};

export const unchanged = (auctionId: string, before: number): AuctionChange => ({
  auctionId,
  before,
  revision: before,
  listed: null,
  standing: null,
  closing: null,
  end: null,
  sealedBids: null,
  sold: null,
  relistedAs: null,
  calling: null,
});

/** True for a change that is one of bids and prices alone, as nearly all are. */
export const isOfPriceAlone = ({ standing, closing, end, sealedBids, relistedAs, calling }: AuctionChange): boolean =>
  standing !== null &&
  closing === null &&
  end === null &&
  sealedBids === null &&
  relistedAs === null &&
  calling === null;

/** Takes over the state after an event. Events carry it, so no rule is repeated here. */
export function noteAuctionEvent(change: AuctionChange, event: AuctionEvent, revision: number): void {
  change.revision = revision;
  switch (event.type) {
    case 'AuctionListed':
      change.listed = event;
      return;
    case 'BidPlaced':
    case 'BidRetracted':
    case 'BidVoided':
      change.standing = event;
      if (change.calling === 'fair-warning') change.calling = 'called';
      return;
    case 'LotOpened':
    case 'PriceAsked':
    case 'CallUndone':
      change.standing = event;
      change.calling = 'called';
      return;
    case 'FairWarningGiven':
      change.calling = 'fair-warning';
      return;
    case 'SealedBidPlaced':
    case 'SealedBidRetracted':
    case 'SealedBidVoided':
      change.sealedBids = event.bidCount;
      // A commission on a hall lot may be voided after a call.
      if (change.standing !== null) change.standing = { ...change.standing, bidCount: event.bidCount };
      return;
    case 'AuctionOpened':
    case 'RetractionRequested':
    case 'RetractionRefused':
    case 'VoidingProposed':
      return;
    case 'AuctionRelisted':
      change.relistedAs = event.relistedAs;
      return;
    case 'ClosingExtended':
      change.closing = event;
      return;
    case 'AuctionSold':
      change.sold = event;
      change.end = { status: 'sold', closedAt: event.closedAt, reason: null };
      return;
    case 'AuctionPassed':
      change.end = { status: 'passed', closedAt: event.closedAt, reason: event.reason };
      return;
    case 'AuctionCancelled':
      change.end = { status: 'cancelled', closedAt: event.cancelledAt, reason: event.reason };
      return;
    case 'AuctionWithdrawn':
      change.end = { status: 'withdrawn', closedAt: event.withdrawnAt, reason: event.reason };
      return;
    // Events after the hammer, and what people say, only move the revision; their data is in tables of its own.
    default:
      return;
  }
}

export const COPY_LISTINGS = `
COPY listings (auction_id, seller_id, title, description, category, format, currency, starting_price, reserve_price,
  buy_now_price, opens_at, scheduled_closes_at, listed_at, relist_of, retraction,
  fees, photos, details, search_words, category_forms) FROM STDIN`;

const copyDetails = ({ details }: Item): string => (details === undefined ? '\\N' : copyText(JSON.stringify(details)));

export function listingRow(auctionId: string, listed: AuctionListed) {
  const { sellerId, item, terms, opensAt, closesAt, listedAt, relistOf } = listed;
  const texts = `${copyText(item.title)}\t${copyText(item.description)}\t${copyText(item.category)}`;
  const prices = `${terms.startingPrice}\t${copyNullable(terms.reservePrice)}\t${copyNullable(terms.format === 'english' ? terms.buyNowPrice : null)}`;
  const times = `${isoTime(opensAt)}\t${isoTime(closesAt)}\t${isoTime(listedAt)}\t${copyNullable(relistOf)}\t${terms.retraction}`;
  const words = copyTexts(searchWords(`${item.title}\n${item.description}`));
  const fees = `${copyText(feesAsText(terms.fees))}\t${arrayOf(item.photos ?? [])}\t${copyDetails(item)}`;
  const found = `${words}\t${copyTexts(searchForms(item.category))}`;
  return `${auctionId}\t${sellerId}\t${texts}\t${terms.format}\t${terms.currency}\t${prices}\t${times}\t${fees}\t${found}\n`;
}

export const COPY_STANDINGS = `
COPY standings (auction_id, revision, current_price, minimum_next_bid, leader_id, leading_bid, bid_count, reserve_met,
  closes_at, extensions, status, closed_at, end_reason, relisted_as, calling) FROM STDIN`;

/** The standing of an auction that was listed in this batch. Before the first bid the starting price is both prices. */
export function standingRow(change: AuctionChange): string {
  const { auctionId, revision, listed, standing, closing, end, sealedBids, sold, relistedAs, calling } = change;
  if (listed === null) throw new Error('only an auction that was just listed gets a standing of its own');
  const { startingPrice, reservePrice } = listed.terms;
  const bids: Standing = standing ?? {
    currentPrice: startingPrice,
    minimumNextBid: startingPrice,
    leaderId: null,
    leadingBid: null,
    bidCount: sealedBids ?? 0,
    reserveMet: reservePrice === null,
  };
  const now = sold === null ? bids : { ...bids, ...standingOfSale(sold) };
  const closesAt = isoTime(closing?.closesAt ?? listed.closesAt);
  const said = calling ?? (listed.terms.format === 'hall' ? 'waiting' : null);
  const ended = end === null ? 'open\t\\N\t\\N' : `${end.status}\t${isoTime(end.closedAt)}\t${reasonColumn(end)}`;
  return (
    `${auctionId}\t${revision}\t${now.currentPrice}\t${now.minimumNextBid}\t${copyNullable(now.leaderId)}\t` +
    `${copyNullable(now.leadingBid)}\t${now.bidCount}\t${now.reserveMet}\t${closesAt}\t${closing?.extensions ?? 0}\t${ended}\t${copyNullable(relistedAs)}\t${copyNullable(said)}\n`
  );
}

/** Price and leader after a sale; where everybody saw the price, they stay as they were. */
export const standingOfSale = ({ hammerPrice, buyerId, winningBid }: AuctionSold) => ({
  currentPrice: hammerPrice,
  leaderId: buyerId,
  leadingBid: winningBid,
  reserveMet: true,
});

const reasonColumn = ({ reason }: End): string => (reason === null ? '\\N' : copyText(reason));
