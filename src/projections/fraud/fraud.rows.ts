// The rows of fraud.scores.
import type { ClientBase } from 'pg';
import { topReasons } from '../../domain/fraud/fraud-model.js';
import type { BidScore } from '../../domain/fraud/fraud-scorer.js';

const UPSERT = `
INSERT INTO fraud.scores (auction_id, bid_number, seller_id, bidder_id, score, logit, factors, contributions,
  unusual_increment, snipe, model_version)
SELECT r."auctionId", r."bidNumber", r."sellerId", r."bidderId", r.score, r.logit, r.factors, r.contributions,
  r."unusualIncrement", r.snipe, $2
FROM jsonb_to_recordset($1::jsonb) AS r("auctionId" uuid, "bidNumber" integer, "sellerId" uuid, "bidderId" uuid,
  score real, logit double precision, factors text[], contributions double precision[], "unusualIncrement" boolean,
  snipe boolean)
ON CONFLICT (auction_id, bid_number) DO UPDATE SET score = excluded.score, logit = excluded.logit,
  factors = excluded.factors, contributions = excluded.contributions,
  unusual_increment = fraud.scores.unusual_increment OR excluded.unusual_increment,
  snipe = fraud.scores.snipe OR excluded.snipe, model_version = excluded.model_version`;

/** Writes scores, inside the caller's transaction. Of several of one bid the last counts. */
export async function writeScores(client: ClientBase, scores: readonly BidScore[], model: number): Promise<void> {
  if (scores.length === 0) return;
  const last = new Map<string, object>();
  for (const score of scores) {
    const key = `${score.auctionId} ${score.bidNumber}`;
    last.set(key, rowOf(score));
  }
  await client.query(UPSERT, [JSON.stringify([...last.values()]), model]);
}

function rowOf({ auctionId, bidNumber, sellerId, bidderId, measures, judgement }: BidScore): object {
  const reasons = topReasons(judgement, judgement.contributions.length);
  return {
    auctionId,
    bidNumber,
    sellerId,
    bidderId,
    score: judgement.score,
    logit: judgement.logit,
    factors: reasons.map(({ factor }) => factor),
    contributions: reasons.map(({ value }) => value),
    unusualIncrement: measures.unusualIncrement === 1,
    snipe: measures.snipe === 1,
  };
}
