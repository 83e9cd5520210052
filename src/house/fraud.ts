// The fraud scorer of the house, and what it has said.
import type pg from 'pg';
import { FraudScoring } from '../projections/fraud/fraud-scoring.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { nextFraudModel, readFraudModel } from './fraud-model-file.js';
import type { HouseStores } from './open-stores.js';
import type { Undo } from './undoable.js';

/** Begins to score, by the model in force and by the next one, if there is one. A picture of what is known is kept when it ends. */
export function startFraudScoring(
  { feed, postgres: database }: Pick<HouseStores, 'feed' | 'postgres'>,
  { runtime, log }: Readonly<{ runtime: Runtime; log: Log }>,
  undo: Undo[],
): FraudScoring {
  const parts = { feed, database, runtime, log };
  const next = nextFraudModel();
  if (next !== null) started(new FraudScoring({ ...parts, model: next, mayLead: false }), undo);
  return started(new FraudScoring({ ...parts, model: readFraudModel() }), undo);
}

function started(scoring: FraudScoring, undo: Undo[]): FraudScoring {
  undo.push(() => scoring.drain());
  scoring.start();
  return scoring;
}

/** A model that has scored: how far, and whether its scores are shown. */
export type ScoringModel = Readonly<{ version: number; leads: boolean; position: string | null; flagged: number }>;

const MODELS = `
SELECT p.model_version AS version, p.leads, p.position,
  (SELECT count(*)::integer FROM fraud.model_scores s WHERE s.model_version = p.model_version AND s.score > 0.5) AS flagged
FROM fraud.progress p ORDER BY p.model_version`;

/** The models that have scored this house's bids, by version. */
export const scoringModels = async (pool: pg.Pool): Promise<readonly ScoringModel[]> =>
  (await pool.query<ScoringModel>(MODELS)).rows;

/** A bid's score as it was recorded. */
export type RecordedScore = Readonly<{
  score: number;
  logit: number;
  factors: readonly string[];
  contributions: readonly number[];
  unusualIncrement: boolean;
  snipe: boolean;
  modelVersion: number;
}>;

const SCORE = `
SELECT score, logit, factors, contributions, unusual_increment AS "unusualIncrement", snipe,
  model_version AS "modelVersion"
FROM fraud.scores WHERE auction_id = $1 AND bid_number = $2`;

/** What was said of a bid; null while it is not scored. */
export async function scoreOfBid(pool: pg.Pool, auctionId: string, bidNumber: number): Promise<RecordedScore | null> {
  const { rows } = await pool.query<RecordedScore>(SCORE, [auctionId, bidNumber]);
  return rows[0] ?? null;
}
