// Bids that are taken out of the contest, by their bidder, staff or the house, and what bidders have asked of staff about it.
import type {
  AuctionEvent,
  BidRetracted,
  BidVoided,
  CallUndone,
  RetractionRefused,
  RetractionRequested,
  SealedBidRetracted,
  SealedBidVoided,
  VoidingProposed,
} from '../../domain/auction/auction.events.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { copyText } from '../copy-text.js';

type Of<Event> = Readonly<{ auctionId: string; revision: number; event: Event }>;
export type Retraction = Of<BidRetracted | SealedBidRetracted>;
export type Voiding = Of<BidVoided | SealedBidVoided>;

type RequestAnswer = Readonly<{
  auctionId: string;
  bidNumber: number;
  status: 'granted' | 'refused';
  answeredAt: Instant;
  answeredBy: string | null;
  reason: string | null;
}>;

/** `requests` and `proposals` are COPY rows. */
export type TakenOut = {
  readonly retractions: Retraction[];
  readonly voidings: Voiding[];
  readonly answers: RequestAnswer[];
  requests: string;
  proposals: string;
};

export const nothingTakenOut = (): TakenOut => ({
  retractions: [],
  voidings: [],
  answers: [],
  requests: '',
  proposals: '',
});

export type TakenOutEvent =
  | Retraction['event']
  | Voiding['event']
  | CallUndone
  | RetractionRequested
  | RetractionRefused
  | VoidingProposed;

export const isOfTakingOut = (event: AuctionEvent): event is TakenOutEvent =>
  event.type.startsWith('Retraction') ||
  event.type === 'VoidingProposed' ||
  event.type === 'CallUndone' ||
  /^(Sealed)?Bid(Retracted|Voided)$/.test(event.type);

/** Takes over what an event says. */
export function noteTakenOut(taken: TakenOut, { auctionId, revision, event }: Of<TakenOutEvent>): void {
  switch (event.type) {
    case 'BidRetracted':
    case 'SealedBidRetracted':
      taken.retractions.push({ auctionId, revision, event });
      if (event.grantedBy !== null)
        taken.answers.push({
          auctionId,
          bidNumber: event.bidNumber,
          status: 'granted',
          answeredAt: event.retractedAt,
          answeredBy: event.grantedBy,
          reason: null,
        });
      return;
    case 'CallUndone': {
      const { bidNumber, bidderId, undoneBy: grantedBy, undoneAt: retractedAt } = event;
      const about = { bidNumber, bidderId, reason: 'TypingError', grantedBy, retractedAt } as const;
      taken.retractions.push({ auctionId, revision, event: { ...event, ...about, type: 'BidRetracted' } });
      return;
    }
    case 'BidVoided':
    case 'SealedBidVoided':
      taken.voidings.push({ auctionId, revision, event });
      return;
    case 'RetractionRequested': {
      const { bidNumber, bidderId, reason, requestedAt } = event;
      taken.requests += `${auctionId}\t${bidNumber}\t${bidderId}\t${reason}\tpending\t${isoTime(requestedAt)}\n`;
      return;
    }
    case 'VoidingProposed': {
      const { bidNumber, reason, proposedBy, proposedAt } = event;
      taken.proposals += `${auctionId}\t${bidNumber}\t${copyText(reason)}\t${proposedBy}\t${isoTime(proposedAt)}\n`;
      return;
    }
    case 'RetractionRefused': {
      const { bidNumber, reason, refusedBy: answeredBy, refusedAt: answeredAt } = event;
      taken.answers.push({ auctionId, bidNumber, status: 'refused', answeredAt, answeredBy, reason });
      return;
    }
  }
}

/** The visible price after it; null in a sealed auction, which has none. */
const priceAfter = (event: Retraction['event'] | Voiding['event']): string | null =>
  'currentPrice' in event ? event.currentPrice.toString() : null;

type Column<Row> = (row: Row) => string | number | null;

export const RETRACT = `
UPDATE bids b SET
  retracted_at = r.retracted_at,
  retraction_revision = r.revision,
  retraction_reason = r.reason,
  retraction_granted_by = r.granted_by,
  price_after_retraction = r.price
FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::timestamptz[], $5::text[], $6::uuid[], $7::bigint[])
  AS r(auction_id, bid_number, revision, retracted_at, reason, granted_by, price)
WHERE b.auction_id = r.auction_id AND b.bid_number = r.bid_number AND b.retracted_at IS NULL`;

/** In the order of the statement's parameters, here and below. */
export const RETRACT_COLUMNS: readonly Column<Retraction>[] = [
  ({ auctionId }) => auctionId,
  ({ event }) => event.bidNumber,
  ({ revision }) => revision,
  ({ event }) => isoTime(event.retractedAt),
  ({ event }) => event.reason,
  ({ event }) => event.grantedBy,
  ({ event }) => priceAfter(event),
];

export const VOID = `
UPDATE bids b SET
  voided_at = v.voided_at,
  void_revision = v.revision,
  void_reason = v.reason,
  voided_by = v.voided_by,
  price_after_void = v.price
FROM unnest($1::uuid[], $2::integer[], $3::bigint[], $4::timestamptz[], $5::text[], $6::uuid[], $7::bigint[])
  AS v(auction_id, bid_number, revision, voided_at, reason, voided_by, price)
WHERE b.auction_id = v.auction_id AND b.bid_number = v.bid_number AND b.voided_at IS NULL`;

export const VOID_COLUMNS: readonly Column<Voiding>[] = [
  ({ auctionId }) => auctionId,
  ({ event }) => event.bidNumber,
  ({ revision }) => revision,
  ({ event }) => isoTime(event.voidedAt),
  ({ event }) => event.reason,
  ({ event }) => event.voidedBy,
  ({ event }) => priceAfter(event),
];

export const COPY_REQUESTS = `
COPY retraction_requests (auction_id, bid_number, bidder_id, reason, status, requested_at) FROM STDIN`;

export const COPY_PROPOSALS = `
COPY voiding_proposals (auction_id, bid_number, reason, proposed_by, proposed_at) FROM STDIN`;

export const ANSWER_REQUESTS = `
UPDATE retraction_requests r SET
  status = a.status,
  answered_at = a.answered_at,
  answered_by = a.answered_by,
  answer_reason = a.reason
FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::timestamptz[], $5::uuid[], $6::text[])
  AS a(auction_id, bid_number, status, answered_at, answered_by, reason)
WHERE r.auction_id = a.auction_id AND r.bid_number = a.bid_number AND r.status = 'pending'`;

export const ANSWER_REQUEST_COLUMNS: readonly Column<RequestAnswer>[] = [
  ({ auctionId }) => auctionId,
  ({ bidNumber }) => bidNumber,
  ({ status }) => status,
  ({ answeredAt }) => isoTime(answeredAt),
  ({ answeredBy }) => answeredBy,
  ({ reason }) => reason,
];
