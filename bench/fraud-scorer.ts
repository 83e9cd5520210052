// What the fraud scorer costs: processor time a bid, over a simulated market, without the journal and the table.
import { FraudScorer } from '../src/domain/fraud/fraud-scorer.js';
import { marketOf } from '../src/fraud-fit/market.js';
import { readFraudModel } from '../src/house/fraud-model-file.js';

const ROUNDS = 5;

export type ScorerFigures = Readonly<{ bids: number; microsABid: number }>;

/** Scores the same market several times, each with a new scorer; the first time is a warm-up. */
export function measureScorer(): ScorerFigures {
  const { facts } = marketOf(1);
  const model = readFraudModel();
  let bids = 0;
  let micros = 0;
  for (let round = 0; round <= ROUNDS; round++) {
    const scorer = new FraudScorer(model);
    const before = process.cpuUsage();
    const scored = facts.reduce((count, fact) => (scorer.take(fact) === null ? count : count + 1), 0);
    const { user, system } = process.cpuUsage(before);
    if (round === 0) continue;
    bids += scored;
    micros += user + system;
  }
  return { bids, microsABid: Math.round((100 * micros) / bids) / 100 };
}
