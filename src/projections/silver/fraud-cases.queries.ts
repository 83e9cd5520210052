// What is asked about fraud cases: which are to be opened, and what the desk sees of them. For staff alone.
import type { Pool } from 'pg';
import type { Bond, Evidence } from '../../domain/fraud/fraud-case.events.js';
import type { FraudCaseId, UserId } from '../../domain/ids.js';
import { type Instant, isoTime } from '../../domain/time.js';
import { ownTypes } from '../pg-types.js';
import { cursorOf, keyIn, type Page, pageOf } from './cursor.js';
import * as sql from './fraud-cases.sql.js';
import type { PageRequest } from './silver.queries.js';

/** A seller with evidence that the case does not know, and all evidence there is. */
export type CaseDue = Readonly<{
  sellerId: UserId;
  modelVersion: number;
  accounts: readonly Evidence[];
  bonds: readonly Bond[];
}>;
export type SampleDue = Readonly<{ sellerId: UserId; modelVersion: number }> & Omit<Evidence, 'flaggedAuctions'>;

export type CaseStatus = 'open' | 'dismissed' | 'confirmed';

export type FraudCaseRow = Readonly<{
  caseId: FraudCaseId;
  sellerId: UserId;
  origin: 'scores' | 'sample';
  status: CaseStatus;
  modelVersion: number;
  openedAt: Instant;
  openings: number;
  assigneeId: UserId | null;
  decidedAt: Instant | null;
  decidedBy: UserId | null;
  decisionReason: string | null;
  /** How many it names, and sums over them. */
  accounts: number;
  flaggedAuctions: number;
  concentration: number;
  score: number;
  revision: bigint;
}>;

export type CaseEntry = Readonly<{
  revision: number;
  kind: 'opened' | 'drawn' | 'grown' | 'assigned' | 'noted' | 'dismissed' | 'confirmed';
  byId: UserId | null;
  note: string | null;
  at: Instant;
}>;

/** A case with everything in it; of its history the latest 200 entries. */
export type FraudCaseDetail = FraudCaseRow &
  Readonly<{
    named: readonly (Evidence & Readonly<{ verdict: CaseStatus }>)[];
    bonds: readonly Bond[];
    entries: readonly CaseEntry[];
  }>;

/** What people have said so far. `missed` are estimates from the sample; null while nothing is decided to estimate from. */
export type FraudReview = Readonly<{
  confirmed: number;
  dismissed: number;
  precision: number | null;
  sampled: number;
  sampledDecided: number;
  sampledConfirmed: number;
  missedAbout: number | null;
  recall: number | null;
}>;

/** One bidder in so many is drawn (sql/silver/0003_fraud_cases.sql). */
export const SAMPLED_ONE_IN = 1_024;
/** Accounts that an opening tells of, as the domain takes them, and bonds among them. */
const ACCOUNTS_MAX = 50;
const BONDS_MAX = 100;

export class FraudCaseQueries {
  constructor(private readonly pool: Pick<Pool, 'query'>) {}

  /** Sellers whose case is to be opened or has grown; looks at no more than `limit` of those with newly flagged bids. */
  casesDue(limit: number): Promise<readonly CaseDue[]> {
    return this.all(sql.CASES_DUE, [limit, ACCOUNTS_MAX, BONDS_MAX]);
  }

  /** Bidders of the random sample who are not in a case, at most `limit`. */
  samplesDue(limit: number): Promise<readonly SampleDue[]> {
    return this.all(sql.SAMPLES_DUE, [limit]);
  }

  /** Cases of one status or all, those that were opened last first. */
  async cases(status: CaseStatus | null, { after, limit }: PageRequest): Promise<Page<FraudCaseRow>> {
    const [openedAt, caseId] = keyIn('fraud-cases', after, ['time', 'id']);
    const rows = await this.all<FraudCaseRow>(sql.CASES, [status, openedAt, caseId, limit + 1]);
    return pageOf(rows, limit, (row) => cursorOf('fraud-cases', [isoTime(row.openedAt), row.caseId]));
  }

  /** One case with all there is in it; null for an unknown one. */
  async fraudCase(caseId: FraudCaseId): Promise<FraudCaseDetail | null> {
    const [found] = await this.all<FraudCaseDetail>(sql.CASE, [caseId]);
    return found ?? null;
  }

  /** The cases that changed last, at most `limit`, the latest first. */
  casesChanged(limit: number): Promise<readonly FraudCaseRow[]> {
    return this.all(sql.CASES_CHANGED, [limit]);
  }

  /** How good the scores are, by what people have decided. Counts are of accounts. */
  async review(): Promise<FraudReview> {
    const rows = await this.all<Readonly<{ origin: string; verdict: string; accounts: number }>>(sql.REVIEW, []);
    const of = (origin: string, verdict: string): number =>
      rows.find((row) => row.origin === origin && row.verdict === verdict)?.accounts ?? 0;
    const [confirmed, dismissed] = [of('scores', 'confirmed'), of('scores', 'dismissed')];
    const [sampledConfirmed, cleared] = [of('sample', 'confirmed'), of('sample', 'dismissed')];
    const sampledDecided = sampledConfirmed + cleared;
    const missedAbout = sampledDecided === 0 ? null : sampledConfirmed * SAMPLED_ONE_IN;
    return {
      confirmed,
      dismissed,
      precision: shareOf(confirmed, confirmed + dismissed),
      sampled: sampledDecided + of('sample', 'open'),
      sampledDecided,
      sampledConfirmed,
      missedAbout,
      recall: missedAbout === null ? null : shareOf(confirmed, confirmed + missedAbout),
    };
  }

  private async all<Row extends object>(text: string, values: readonly unknown[]): Promise<readonly Row[]> {
    const { rows } = await this.pool.query<Row>({ text, values: [...values], types: ownTypes });
    return rows;
  }
}

const shareOf = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);
