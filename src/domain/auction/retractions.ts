// What an auction remembers of bids that were taken back, as far as it matters to the next one: who has done so without
// staff, and what was asked of staff. Like everything that evolves, it judges nothing.
import type { UserId } from '../ids.js';
import type {
  BidRetracted,
  RetractionReason,
  RetractionRefused,
  RetractionRequested,
  SealedBidRetracted,
} from './auction.events.js';

/** What a bidder has asked about one bid. A request that is not pending was granted or refused. */
export type RetractionRequest = Readonly<{
  bidNumber: number;
  bidderId: UserId;
  reason: RetractionReason;
  isPending: boolean;
}>;

/** `unaided`: who has taken a bid back without staff. */
export type Retractions = Readonly<{ unaided: readonly UserId[]; requests: readonly RetractionRequest[] }>;

export const noRetractions: Retractions = { unaided: [], requests: [] };

/** The request about this bid; null if nobody has asked. */
export const requestAbout = ({ requests }: Retractions, bidNumber: number): RetractionRequest | null =>
  requests.find((request) => request.bidNumber === bidNumber) ?? null;

export const afterRequest = (before: Retractions, event: RetractionRequested): Retractions => {
  const { bidNumber, bidderId, reason } = event;
  return { ...before, requests: [...before.requests, { bidNumber, bidderId, reason, isPending: true }] };
};

export const afterRefusal = (before: Retractions, { bidNumber }: RetractionRefused): Retractions => ({
  ...before,
  requests: answered(before, bidNumber),
});

export const afterRetraction = (before: Retractions, event: BidRetracted | SealedBidRetracted): Retractions => ({
  unaided: event.grantedBy === null ? [...before.unaided, event.bidderId] : before.unaided,
  requests: answered(before, event.bidNumber),
});

const answered = ({ requests }: Retractions, bidNumber: number): readonly RetractionRequest[] =>
  requests.map((request) => (request.bidNumber === bidNumber ? { ...request, isPending: false } : request));
