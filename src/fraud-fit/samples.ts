// What the scorer measures in a market, with the answers beside it.
import { FACTORS, type FraudModel, type Measures } from '../domain/fraud/fraud-model.js';
import { FraudScorer } from '../domain/fraud/fraud-scorer.js';
import type { Market } from './market.js';

/** Somebody in an auction. `pattern`: the fraud that was played there, or null. */
export type Pair = Readonly<{ account: number; pattern: string | null; rows: number[] }>;

/** One market or several. Rows are scored bids, in their order. */
export type Samples = Readonly<{
  measures: Measures[];
  /** Of each row, how long before the close it was scored, in ms. */
  leads: number[];
  pairs: Pair[];
  /** By account, what it plays: a pattern, a habit, `honest`, or `bid-shielding beneficiary`. */
  accounts: string[];
}>;

/** Who profits from a shield bids once and honestly enough; nothing tells this account by itself. */
export const BENEFICIARY = 'bid-shielding beneficiary';
export const HONEST = 'honest';

const NOTHING_WEIGHS: FraudModel = {
  version: 1,
  intercept: 0,
  weights: Object.fromEntries(
    [...FACTORS, 'unusualIncrement', 'snipe'].map((name) => [name, 0]),
  ) as FraudModel['weights'],
};

/** Measures all bids of these markets. Each market has a scorer of its own. */
export function samplesOf(markets: Iterable<Market>): Samples {
  const samples: Samples = { measures: [], leads: [], pairs: [], accounts: [] };
  for (const market of markets) measure(market, samples);
  return samples;
}

function measure({ facts, marks, marked, closes }: Market, { measures, leads, pairs, accounts }: Samples): void {
  const scorer = new FraudScorer(NOTHING_WEIGHS);
  const [known, people] = [new Map<string, Pair>(), new Map<string, number>()];
  const accountOf = (bidderId: string, plays: string): number => {
    const there = people.get(bidderId);
    if (there !== undefined) return there;
    people.set(bidderId, accounts.push(plays) - 1);
    return accounts.length - 1;
  };
  for (const fact of facts) {
    const score = scorer.take(fact);
    if (score === null) continue;
    const { auctionId, bidderId } = score;
    const key = `${auctionId} ${bidderId}`;
    const mark = marks.get(bidderId);
    const isBeneficiary = mark?.role === 'beneficiary';
    const account = accountOf(bidderId, isBeneficiary ? BENEFICIARY : (mark?.pattern ?? HONEST));
    const pair = known.get(key) ?? {
      account,
      pattern: isBeneficiary ? null : (marked.get(key)?.pattern ?? null),
      rows: [],
    };
    if (!known.has(key)) {
      known.set(key, pair);
      pairs.push(pair);
    }
    pair.rows.push(measures.push(score.measures) - 1);
    leads.push((closes.get(auctionId) ?? 0) - timeOf(fact.event));
  }
}

function timeOf(event: Market['facts'][number]['event']): number {
  if ('placedAt' in event) return event.placedAt;
  if ('retractedAt' in event) return event.retractedAt;
  return 0;
}
