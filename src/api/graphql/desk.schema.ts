// The trust desk's part of the GraphQL schema. For staff alone (access.ts).

/** Enums whose words GraphQL cannot spell as we do. */
export const DESK_ENUMS = {
  FraudCaseStatus: { OPEN: 'open', DISMISSED: 'dismissed', CONFIRMED: 'confirmed' },
  FraudCaseOrigin: { SCORES: 'scores', SAMPLE: 'sample' },
  FraudCaseEntryKind: {
    OPENED: 'opened',
    DRAWN: 'drawn',
    GROWN: 'grown',
    ASSIGNED: 'assigned',
    NOTED: 'noted',
    DISMISSED: 'dismissed',
    CONFIRMED: 'confirmed',
  },
  VoidingProposalStatus: { PENDING: 'pending', CONFIRMED: 'confirmed', LAPSED: 'lapsed' },
} as const;

/** The fields of `Query`; `page` is how lists are asked for. */
export const deskFields = (page: string): string => `
  "Fraud cases, those that were opened last first."
  fraudCases(status: FraudCaseStatus, ${page}): FraudCasePage!
  fraudCase(id: ID!): FraudCaseDetail
  "How good the scores are, by what people have decided."
  fraudReview: FraudReview!
  "Bids that one of the staff would void, the earliest first."
  voidingProposals(status: VoidingProposalStatus, ${page}): VoidingProposalPage!`;

const CASE = `
  caseId: ID!
  "In whose auctions the accounts bid. The seller may know nothing of it."
  sellerId: ID!
  "SAMPLE: drawn at random among bidders whom no score has flagged."
  origin: FraudCaseOrigin!
  status: FraudCaseStatus!
  modelVersion: Int!
  openedAt: Time!
  openings: Int!
  assigneeId: ID
  decidedAt: Time
  decidedBy: ID
  decisionReason: String
  "How many bidders it names."
  accounts: Int!
  "The auctions in which they were flagged, summed over them."
  flaggedAuctions: Int!
  "What keeping to this seller added to the logits, summed over accounts and auctions."
  concentration: Float!
  "The highest of its accounts, from 0 to 1; above 0.5 is flagged. A reason to look, never a verdict."
  score: Float!
  revision: Int!`;

export const DESK_TYPES = `
"One seller, and bidders who look as if they bid for that seller."
type FraudCase {${CASE}
}
type FraudCaseDetail {${CASE}
  named: [FraudCaseAccount!]!
  bonds: [FraudCaseBond!]!
  "What happened to it, the latest 200 entries, in order."
  entries: [FraudCaseEntry!]!
}
type FraudCaseAccount {
  bidderId: ID!
  "The seller's auctions in which a bid of theirs was flagged."
  flaggedAuctions: Int!
  "The seller's auctions in which they bid."
  auctions: Int!
  concentration: Float!
  score: Float!
  "The factors that add most to the score (docs/fraud.md)."
  reasons: [String!]!
  verdict: FraudCaseStatus!
}
"How two accounts hang together: the seller's auctions in which both bid, and those in which only one did."
type FraudCaseBond { first: ID! second: ID! together: Int! apart: Int! }
type FraudCaseEntry {
  revision: Int!
  kind: FraudCaseEntryKind!
  "Null for the house."
  byId: ID
  "A note, the reason of a decision, or whom it was assigned to."
  note: String
  at: Time!
}
"Counts of accounts, and estimates."
type FraudReview {
  confirmed: Int!
  dismissed: Int!
  "confirmed of all decided; null while none is."
  precision: Float
  sampled: Int!
  sampledDecided: Int!
  sampledConfirmed: Int!
  "An estimate: sampledConfirmed times how many one of the sample stands for."
  missedAbout: Float
  "An estimate: confirmed of confirmed and missed."
  recall: Float
}
"A bid that one of the staff would void: another has to confirm."
type VoidingProposal {
  auctionId: ID!
  bidNumber: Int!
  bidderId: ID!
  "What the bidder is told once the bid is void."
  reason: String!
  status: VoidingProposalStatus!
  proposedBy: ID!
  proposedAt: Time!
  confirmedBy: ID
  confirmedAt: Time
  "When the auction closes; after that nothing can be voided."
  closesAt: Time!
}
type FraudCasePage { rows: [FraudCase!]! next: String }
type VoidingProposalPage { rows: [VoidingProposal!]! next: String }
type FraudCaseCommandAccepted implements Accepted { commandId: ID! repeated: Boolean! revision: Int! caseId: ID! }
`;
