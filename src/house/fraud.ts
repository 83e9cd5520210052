// The fraud scorer of the house, and what it has said.
import type pg from 'pg';
import { FraudScoring } from '../projections/fraud/fraud-scoring.js';
import type { Log } from '../runtime/log.js';
import type { Runtime } from '../runtime/runtime.js';
import { readFraudModel } from './fraud-model-file.js';
import type { HouseStores } from './open-stores.js';
import type { Undo } from './undoable.js';

/** Begins to score. A picture of what is known is kept when it ends. */
export function startFraudScoring(
  { feed, postgres: database }: Pick<HouseStores, 'feed' | 'postgres'>,
  { runtime, log }: Readonly<{ runtime: Runtime; log: Log }>,
  undo: Undo[],
): FraudScoring {
  const scoring = new FraudScoring({ feed, database, model: readFraudModel(), runtime, log });
  undo.push(() => scoring.drain());
  scoring.start();
  return scoring;
}

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
