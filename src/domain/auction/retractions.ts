// What an auction remembers of bids that were taken back, as far as it matters to the next one: who has done so without
// staff, what was asked of staff, and which bids one of the staff would void. Like everything that evolves, it judges nothing.
import type { UserId } from '../ids.js';
import type {
  BidRetracted,
  RetractionReason,
  RetractionRefused,
  RetractionRequested,
  SealedBidRetracted,
  VoidingProposed,
} from './auction.events.js';

/** What a bidder has asked about one bid. A request that is not pending was granted or refused. */
export type RetractionRequest = Readonly<{
  bidNumber: number;
  bidderId: UserId;
  reason: RetractionReason;
  isPending: boolean;
}>;

/** That a bid be voided, in the words of the first of two people of the staff. */
export type VoidingProposal = Readonly<{ bidNumber: number; reason: string; proposedBy: UserId }>;

/** `unaided`: who has taken a bid back without staff. */
export type Retractions = Readonly<{
  unaided: readonly UserId[];
  requests: readonly RetractionRequest[];
  proposals: readonly VoidingProposal[];
}>;

export const noRetractions: Retractions = { unaided: [], requests: [], proposals: [] };

/** The request about this bid; null if nobody has asked. */
export const requestAbout = ({ requests }: Retractions, bidNumber: number): RetractionRequest | null =>
  requests.find((request) => request.bidNumber === bidNumber) ?? null;

export const afterRequest = (before: Retractions, event: RetractionRequested): Retractions => {
  const { bidNumber, bidderId, reason } = event;
  return { ...before, requests: [...before.requests, { bidNumber, bidderId, reason, isPending: true }] };
};

/** The proposal to void this bid; null if nobody has made one. */
export const proposalAbout = ({ proposals }: Retractions, bidNumber: number): VoidingProposal | null =>
  proposals.find((proposal) => proposal.bidNumber === bidNumber) ?? null;

export const afterProposal = (before: Retractions, event: VoidingProposed): Retractions => {
  const { bidNumber, reason, proposedBy } = event;
  return { ...before, proposals: [...before.proposals, { bidNumber, reason, proposedBy }] };
};

export const afterRefusal = (before: Retractions, { bidNumber }: RetractionRefused): Retractions => ({
  ...before,
  requests: answered(before, bidNumber),
});

export const afterRetraction = (before: Retractions, event: BidRetracted | SealedBidRetracted): Retractions => ({
  ...before,
  unaided: event.grantedBy === null ? [...before.unaided, event.bidderId] : before.unaided,
  requests: answered(before, event.bidNumber),
});

const answered = ({ requests }: Retractions, bidNumber: number): readonly RetractionRequest[] =>
  requests.map((request) => (request.bidNumber === bidNumber ? { ...request, isPending: false } : request));
