import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FLAGGED_ABOVE, type FraudModel } from '../../../src/domain/fraud/fraud-model.js';
import { FraudScorer } from '../../../src/domain/fraud/fraud-scorer.js';
import type { UserId } from '../../../src/domain/ids.js';
import { market, type Role } from './market.js';

const MODEL = JSON.parse(readFileSync('config/fraud-model.json', 'utf8')) as FraudModel;
/** Not those that the model was fitted with. */
const SEEDS = [21, 22, 23, 24];

type Figures = Record<'accounts' | 'caught' | 'pairs' | 'flagged', number>;

/** By role: accounts, those flagged at least once, bidder–auction pairs, and those flagged before the close. */
function figures(): ReadonlyMap<Role, Figures> {
  const byRole = new Map<Role, Figures>();
  for (const seed of SEEDS) {
    const { facts, roles } = market(seed);
    const scorer = new FraudScorer(MODEL);
    const [pairs, accounts] = [new Map<string, [UserId, boolean]>(), new Map<UserId, boolean>()];
    for (const fact of facts) {
      const score = scorer.take(fact);
      if (score === null) continue;
      const { auctionId, bidderId, judgement } = score;
      const key = `${auctionId} ${bidderId}`;
      const isFlagged = judgement.score > FLAGGED_ABOVE;
      pairs.set(key, [bidderId, isFlagged || pairs.get(key)?.[1] === true]);
      accounts.set(bidderId, isFlagged || accounts.get(bidderId) === true);
    }
    const of = (who: UserId) => {
      const role = roles.get(who) ?? 'honest';
      const found = byRole.get(role) ?? { accounts: 0, caught: 0, pairs: 0, flagged: 0 };
      byRole.set(role, found);
      return found;
    };
    for (const [who, caught] of accounts) {
      of(who).accounts += 1;
      if (caught) of(who).caught += 1;
    }
    for (const [who, flagged] of pairs.values()) {
      of(who).pairs += 1;
      if (flagged) of(who).flagged += 1;
    }
  }
  return byRole;
}

describe('the model that ships, on markets that it was not fitted with', () => {
  const found = figures();
  const of = (role: Role): Figures => found.get(role) ?? { accounts: 0, caught: 0, pairs: 0, flagged: 0 };
  const honest = (['honest', 'collector', 'bargain hunter'] as const).map(of);
  const sum = (key: keyof Figures) => honest.reduce((total, figure) => total + figure[key], 0);
  process.stderr.write(`${JSON.stringify(Object.fromEntries(found), null, 1)}\n`);

  it('flags at most one honest bidder in a hundred', () => {
    expect(sum('accounts')).toBeGreaterThan(5_000);
    expect(sum('caught') / sum('accounts')).toBeLessThanOrEqual(0.01);
  });

  it('finds the accounts of naive shills, of rings and of those who look for limits', () => {
    for (const role of ['naive shill', 'ring', 'limit finder'] as const) {
      const { accounts, caught, pairs, flagged } = of(role);
      expect([role, accounts > 0, caught / accounts >= 0.75, flagged / pairs >= 0.4]).toEqual([role, true, true, true]);
    }
  });
});
