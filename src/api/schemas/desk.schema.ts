// What the trust desk asks and sees: fraud cases, and bids that one of the staff would void.
import { z } from 'zod';
import { bodyOf } from './body.js';
import { idIn, judgedText, pageIn, pageOf, parametersIn, time, uuid } from './values.schema.js';

const CASE_STATUSES = ['open', 'dismissed', 'confirmed'] as const;
const PROPOSAL_STATUSES = ['pending', 'confirmed', 'lapsed'] as const;
const ENTRY_KINDS = ['opened', 'drawn', 'grown', 'assigned', 'noted', 'dismissed', 'confirmed'] as const;

export const assignmentBody = bodyOf('AssignFraudCase', {
  assigneeId: idIn.user.optional().meta({ description: 'Who is to work on it; you unless given.' }),
});
export const noteBody = bodyOf('NoteFraudCase', { note: judgedText });

export const fraudCasesQuery = parametersIn({ ...pageIn, status: z.enum(CASE_STATUSES).optional() });
export const voidingProposalsQuery = parametersIn({ ...pageIn, status: z.enum(PROPOSAL_STATUSES).optional() });

const score = z.number().meta({ description: 'From 0 to 1; above 0.5 is flagged. A reason to look, never a verdict.' });

const caseFields = {
  caseId: uuid,
  sellerId: uuid.meta({ description: 'In whose auctions the accounts bid. The seller may know nothing of it.' }),
  origin: z.enum(['scores', 'sample']).meta({
    description: '`scores`: a bid was flagged. `sample`: drawn at random among bidders who were not.',
  }),
  status: z.enum(CASE_STATUSES),
  modelVersion: z.int(),
  openedAt: time,
  openings: z.int().meta({ description: 'How often it was opened.' }),
  assigneeId: uuid.nullable(),
  decidedAt: time.nullable(),
  decidedBy: uuid.nullable(),
  decisionReason: z.string().nullable(),
  accounts: z.int().meta({ description: 'How many bidders it names.' }),
  flaggedAuctions: z.int().meta({ description: 'The auctions in which they were flagged, summed over them.' }),
  concentration: z.number().meta({
    description: 'What keeping to this seller added to the logits, summed over accounts and auctions.',
  }),
  score,
  revision: z.int(),
};

const account = z
  .object({
    bidderId: uuid,
    flaggedAuctions: z.int().meta({ description: 'The seller’s auctions in which a bid of theirs was flagged.' }),
    auctions: z.int().meta({ description: 'The seller’s auctions in which they bid.' }),
    concentration: z.number(),
    score,
    reasons: z.array(z.string()).meta({ description: 'The factors that add most to the score (docs/fraud.md).' }),
    verdict: z.enum(CASE_STATUSES),
  })
  .meta({ id: 'FraudCaseAccount' });
const bond = z
  .object({
    first: uuid,
    second: uuid,
    together: z.int().meta({ description: 'The seller’s auctions in which both bid.' }),
    apart: z.int().meta({ description: 'Those in which only one of them did: who takes turns.' }),
  })
  .meta({ id: 'FraudCaseBond' });
const entry = z
  .object({
    revision: z.int(),
    kind: z.enum(ENTRY_KINDS),
    byId: uuid.nullable().meta({ description: 'Null for the house.' }),
    note: z.string().nullable().meta({ description: 'A note, the reason of a decision, or whom it was assigned to.' }),
    at: time,
  })
  .meta({ id: 'FraudCaseEntry' });

export const fraudCaseView = z.object(caseFields).meta({ id: 'FraudCase' });
export const fraudCaseDetail = z
  .object({
    ...caseFields,
    named: z.array(account),
    bonds: z.array(bond),
    entries: z.array(entry).meta({ description: 'What happened to it, the latest 200 entries, in order.' }),
  })
  .meta({ id: 'FraudCaseDetail' });
export const fraudCasePage = pageOf(fraudCaseView).meta({ id: 'FraudCasePage' });

const share = z.number().nullable();
export const fraudReviewView = z
  .object({
    confirmed: z.int().meta({ description: 'Accounts that scores have named and people confirmed.' }),
    dismissed: z.int(),
    precision: share.meta({ description: 'confirmed of all decided; null while none is.' }),
    sampled: z.int().meta({ description: 'Accounts drawn at random among those that no score has flagged.' }),
    sampledDecided: z.int(),
    sampledConfirmed: z.int(),
    missedAbout: share.meta({
      description: 'An estimate: sampledConfirmed times how many one of the sample stands for.',
    }),
    recall: share.meta({ description: 'An estimate: confirmed of confirmed and missed.' }),
  })
  .meta({ id: 'FraudReview' });

export const voidingProposalView = z
  .object({
    auctionId: uuid,
    bidNumber: z.int(),
    bidderId: uuid,
    reason: z.string().meta({ description: 'What the bidder is told once the bid is void.' }),
    status: z.enum(PROPOSAL_STATUSES).meta({
      description: 'lapsed: the auction ended, or the bid counted no longer, before another confirmed.',
    }),
    proposedBy: uuid,
    proposedAt: time,
    confirmedBy: uuid.nullable(),
    confirmedAt: time.nullable(),
    closesAt: time.meta({ description: 'When the auction closes; after that nothing can be voided.' }),
  })
  .meta({ id: 'VoidingProposal' });
export const voidingProposalPage = pageOf(voidingProposalView).meta({ id: 'VoidingProposalPage' });

export type FraudCasesQuery = z.output<typeof fraudCasesQuery>;
export type VoidingProposalsQuery = z.output<typeof voidingProposalsQuery>;
export type FraudCaseView = z.output<typeof fraudCaseView>;
export type FraudCaseDetailView = z.output<typeof fraudCaseDetail>;
export type FraudReviewView = z.output<typeof fraudReviewView>;
export type VoidingProposalView = z.output<typeof voidingProposalView>;
