// The stored shape of a fraud case's events, and of what is refused about one; event-schemas.ts puts them with the rest.
import { z } from 'zod';
import { FACTORS, SIGNALS } from '../domain/fraud/fraud-model.js';
import { at, count, text, user } from './stored-values.js';

const evidence = z.strictObject({
  bidderId: user,
  flaggedAuctions: count,
  auctions: count,
  concentration: z.number(),
  score: z.number().min(0).max(1),
  reasons: z.array(z.enum([...FACTORS, ...SIGNALS])).readonly(),
});
const accounts = z.array(evidence).readonly();
const bonds = z.array(z.strictObject({ first: user, second: user, together: count, apart: count })).readonly();
const mutes = z.array(z.strictObject({ bidderId: user, reopensAt: count })).readonly();
const by = user.nullable();

export const FRAUD_CASE_SCHEMAS = {
  FraudCaseOpened: z.strictObject({
    type: z.literal('FraudCaseOpened'),
    sellerId: user,
    modelVersion: count,
    accounts,
    bonds,
    openedAt: at,
  }),
  FraudSampleDrawn: z.strictObject({
    type: z.literal('FraudSampleDrawn'),
    sellerId: user,
    modelVersion: count,
    accounts,
    drawnAt: at,
  }),
  FraudCaseEvidenceGrown: z.strictObject({
    type: z.literal('FraudCaseEvidenceGrown'),
    modelVersion: count,
    accounts,
    bonds,
    grownAt: at,
  }),
  FraudCaseAssigned: z.strictObject({
    type: z.literal('FraudCaseAssigned'),
    assigneeId: user,
    assignedBy: by,
    assignedAt: at,
  }),
  FraudCaseNoted: z.strictObject({ type: z.literal('FraudCaseNoted'), note: text, notedBy: by, notedAt: at }),
  FraudCaseDismissed: z.strictObject({
    type: z.literal('FraudCaseDismissed'),
    reason: text,
    mutes,
    dismissedBy: by,
    dismissedAt: at,
  }),
  FraudCaseConfirmed: z.strictObject({
    type: z.literal('FraudCaseConfirmed'),
    reason: text,
    mutes,
    confirmedBy: by,
    confirmedAt: at,
  }),
} as const;

export const FRAUD_CASE_REJECTIONS = [
  z.strictObject({
    reason: z.enum(['FraudCaseUnknown', 'FraudCaseAlreadyAssigned', 'FraudCaseNotOpen', 'FraudEvidenceNotGrown']),
  }),
  z.strictObject({ reason: z.literal('InvalidFraudCase'), field: text, problem: text }),
] as const;
