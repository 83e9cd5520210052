// Fraud cases of a house, for the command.
import pg from 'pg';
import type { FraudCaseId } from '../domain/ids.js';
import {
  type CaseStatus,
  type FraudCaseDetail,
  FraudCaseQueries,
  type FraudCaseRow,
  type FraudReview,
} from '../projections/silver/fraud-cases.queries.js';

export type { CaseStatus, FraudCaseDetail, FraudCaseRow, FraudReview };

/** Cases of a status, or of all, those that were opened last first; and how good scores have been. */
export const listFraudCases = (
  database: pg.ClientConfig,
  { status, limit }: Readonly<{ status: CaseStatus | null; limit: number }>,
): Promise<Readonly<{ rows: readonly FraudCaseRow[]; review: FraudReview }>> =>
  asking(database, async (queries) => {
    const { rows } = await queries.cases(status, { after: null, limit });
    return { rows, review: await queries.review() };
  });

/** One case with all there is in it; null for an unknown one. */
export const fraudCaseNamed = (database: pg.ClientConfig, caseId: FraudCaseId): Promise<FraudCaseDetail | null> =>
  asking(database, (queries) => queries.fraudCase(caseId));

async function asking<Answer>(
  database: pg.ClientConfig,
  ask: (queries: FraudCaseQueries) => Promise<Answer>,
): Promise<Answer> {
  const client = new pg.Client(database);
  await client.connect();
  try {
    return await ask(new FraudCaseQueries(client));
  } finally {
    await client.end();
  }
}
