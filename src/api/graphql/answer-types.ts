// Which type of the schema a command's answer is.
import type { CommandAnswer } from '../schemas/answers.schema.js';

const ACCEPTED_TYPES: readonly (readonly [field: string, type: string])[] = [
  ['lotId', 'LotAccepted'],
  ['paddle', 'PaddleAccepted'],
  ['saleId', 'SaleAccepted'],
  ['sale', 'PurchaseAccepted'],
  ['currency', 'BidAccepted'],
  ['replaces', 'SealedBidAccepted'],
  ['newClosesAt', 'RetractionAccepted'],
  ['bidNumber', 'SealedRetractionAccepted'],
  ['relistedAs', 'RelistingAccepted'],
  ['opensAt', 'ListingAccepted'],
  ['userId', 'AccountAccepted'],
  ['caseId', 'FraudCaseCommandAccepted'],
  ['payoutRunId', 'PayoutRunCommandAccepted'],
];

const OUTCOME_TYPES: Readonly<Record<string, string>> = {
  rejected: 'Rejected',
  refused: 'CommandRefused',
  busy: 'NotNow',
  throttled: 'NotNow',
  pending: 'Pending',
  fault: 'Fault',
};

/** The type of a command's answer. Each success is told by what only it has. */
function typeOf(answer: CommandAnswer): string {
  const refusal = OUTCOME_TYPES[answer.outcome];
  if (refusal !== undefined) return refusal;
  return ACCEPTED_TYPES.find(([field]) => field in answer)?.[1] ?? 'AuctionCommandAccepted';
}

export type TypedAnswer = CommandAnswer & Readonly<{ __typename: string }>;

/** The answer as a member of its union; what would be right stands apart, so that its fields clash with no other member's. */
export const typedAnswer = (answer: CommandAnswer): TypedAnswer => ({
  ...answer,
  __typename: typeOf(answer),
  ...(answer.outcome === 'rejected' && { details: answer }),
});
