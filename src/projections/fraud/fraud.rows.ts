// The rows of fraud.model_scores, and the sellers among them that the opener of cases is to look at. Scores of new bids are copied in; a bid that is taken back is scored again, which is rare.
import type { ClientBase } from 'pg';
import { FLAGGED_ABOVE, topReasons } from '../../domain/fraud/fraud-model.js';
import type { BidScore } from '../../domain/fraud/fraud-scorer.js';
import { copyRows } from '../../postgres/copy-query.js';

const COPY = `COPY fraud.model_scores (auction_id, bid_number, model_version, seller_id, bidder_id, score, logit, factors,
  contributions, unusual_increment, snipe) FROM STDIN`;

const AGAIN = `
UPDATE fraud.model_scores SET score = $4, logit = $5, factors = $6, contributions = $7
WHERE auction_id = $1 AND bid_number = $2 AND model_version = $3`;

const NOTE = 'ON CONFLICT (seller_id) DO UPDATE SET noted = excluded.noted';
const FLAGGED = `INSERT INTO fraud.flagged_sellers (seller_id) SELECT unnest($1::uuid[]) ${NOTE}`;
const FLAGGED_BY_MODEL = `
INSERT INTO fraud.flagged_sellers (seller_id)
SELECT DISTINCT seller_id FROM fraud.model_scores WHERE score > ${FLAGGED_ABOVE} AND model_version = $1 ${NOTE}`;

/** Has every seller looked at again whose bidders this model has flagged. Inside the caller's transaction. */
export async function noteAllFlagged(client: ClientBase, model: number): Promise<void> {
  await client.query(FLAGGED_BY_MODEL, [model]);
}

/** Writes scores of bids that this model has not scored before, and of those taken back. Inside the caller's transaction. */
export async function writeScores(client: ClientBase, scores: readonly BidScore[], model: number): Promise<void> {
  const fresh = new Map<string, BidScore>();
  for (const score of scores) {
    const key = `${score.auctionId} ${score.bidNumber}`;
    const before = fresh.get(key);
    if (!score.isAgain) fresh.set(key, score);
    else if (before === undefined) await writeAgain(client, score, model);
    // Placed and taken back in one page. What the bid was like stays.
    else fresh.set(key, { ...score, measures: before.measures });
  }
  if (fresh.size > 0) {
    const lines = [...fresh.values()].map((score) => lineOf(score, model));
    await copyRows(client, COPY, [[Buffer.from(lines.join(''))]]);
  }
  const flagged = new Set(
    scores.flatMap(({ sellerId, judgement }) => (judgement.score > FLAGGED_ABOVE ? [sellerId] : [])),
  );
  if (flagged.size > 0) await client.query(FLAGGED, [[...flagged]]);
}

async function writeAgain(client: ClientBase, { auctionId, bidNumber, judgement }: BidScore, model: number) {
  const { factors, values } = reasonsOf(judgement);
  const { score, logit } = judgement;
  await client.query(AGAIN, [auctionId, bidNumber, model, score, logit, factors, values]);
}

/** A line of COPY's text format. Nothing in it needs escaping: ids, numbers and names of factors. */
function lineOf({ auctionId, bidNumber, sellerId, bidderId, measures, judgement }: BidScore, model: number): string {
  const { factors, values } = reasonsOf(judgement);
  const { score, logit } = judgement;
  const [leap, snipe] = [measures.unusualIncrement === 1, measures.snipe === 1];
  return `${auctionId}\t${bidNumber}\t${model}\t${sellerId}\t${bidderId}\t${score}\t${logit}\t{${factors}}\t{${values}}\t${leap}\t${snipe}\n`;
}

function reasonsOf(judgement: BidScore['judgement']): Readonly<{ factors: string[]; values: number[] }> {
  const reasons = topReasons(judgement, judgement.contributions.length);
  return { factors: reasons.map(({ factor }) => factor), values: reasons.map(({ value }) => value) };
}
