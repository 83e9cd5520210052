// What the trust desk sees, from Silver's rows: for staff alone.
import { instant, isoTime } from '../../domain/time.js';
import type { FraudCaseDetail, FraudCaseRow } from '../../projections/silver/fraud-cases.queries.js';
import type { VoidingProposalRow } from '../../projections/silver/silver.queries.js';
import type { FraudCaseDetailView, FraudCaseView, VoidingProposalView } from '../schemas/desk.schema.js';

export const fraudCaseView = (row: FraudCaseRow): FraudCaseView => ({
  caseId: row.caseId,
  sellerId: row.sellerId,
  origin: row.origin,
  status: row.status,
  modelVersion: row.modelVersion,
  openedAt: isoTime(row.openedAt),
  openings: row.openings,
  assigneeId: row.assigneeId,
  decidedAt: row.decidedAt === null ? null : isoTime(row.decidedAt),
  decidedBy: row.decidedBy,
  decisionReason: row.decisionReason,
  accounts: row.accounts,
  flaggedAuctions: row.flaggedAuctions,
  concentration: row.concentration,
  score: row.score,
  revision: Number(row.revision),
});

export const fraudCaseDetailView = (row: FraudCaseDetail): FraudCaseDetailView => ({
  ...fraudCaseView(row),
  named: row.named.map(({ bidderId, flaggedAuctions, auctions, concentration, score, reasons, verdict }) => ({
    bidderId,
    flaggedAuctions,
    auctions,
    concentration,
    score,
    reasons: [...reasons],
    verdict,
  })),
  bonds: row.bonds.map(({ first, second, together, apart }) => ({ first, second, together, apart })),
  entries: row.entries.map(({ revision, kind, byId, note, at }) => ({
    revision,
    kind,
    byId,
    note,
    at: isoTime(instant(at)),
  })),
});

export const voidingProposalView = (row: VoidingProposalRow): VoidingProposalView => ({
  ...row,
  proposedAt: isoTime(row.proposedAt),
  confirmedAt: row.confirmedAt === null ? null : isoTime(row.confirmedAt),
  closesAt: isoTime(row.closesAt),
});
