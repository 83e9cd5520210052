// `gavel fraud`: the score of a bid, and what it rests on, in words; and the models that scores come from.
import type { Command } from 'commander';
import pg from 'pg';
import { FLAGGED_ABOVE } from '../domain/fraud/fraud-model.js';
import { isUuid } from '../domain/ids.js';
import { type RecordedScore, scoreOfBid, scoringModels } from '../house/fraud.js';
import type { WithStores } from '../house/stores.js';
import { OperatorError } from '../runtime/operator-error.js';
import { addCaseCommands } from './fraud-cases.command.js';
import { addModelCommands } from './fraud-model.command.js';
import { wordsFor } from './fraud-words.js';

export type FraudCommandParts = Readonly<{ withStores: WithStores; print: (line: string) => void }>;

/** Adds `gavel fraud explain AUCTION BID`, and what is about models and cases. */
export function registerFraud(program: Command, { withStores, print }: FraudCommandParts): void {
  const fraud = program.command('fraud').description('how suspicious bids are, and why (docs/fraud.md)');
  addModelCommands(fraud, print);
  addCaseCommands(fraud, { withStores, print });
  fraud
    .command('models')
    .description('the models that have scored bids, and which one’s scores are shown')
    .action(() =>
      withStores(async ({ database }) => {
        const pool = new pg.Pool({ ...database, max: 1 });
        try {
          const models = await scoringModels(pool);
          if (models.length === 0) print('no model has scored anything yet');
          for (const { version, leads, position, flagged } of models)
            print(
              `model ${version}: ${leads ? 'leads' : 'scores beside'}, has come to position ${position ?? 'none'}, ${flagged} bids flagged`,
            );
        } finally {
          await pool.end();
        }
      }),
    );
  fraud
    .command('explain')
    .description('the score of a bid and what it rests on')
    .argument('<auction>', 'the id of the auction')
    .argument('<bid>', 'the number of the bid')
    .option('--json', 'one JSON object')
    .action(async (auction: string, bid: string, { json }: Readonly<{ json?: boolean }>) => {
      const [auctionId, number] = [auctionOf(auction), numberOf(bid)];
      await withStores(async ({ database }) => {
        const pool = new pg.Pool({ ...database, max: 1 });
        try {
          const found = await scoreOfBid(pool, auctionId, number);
          if (found === null)
            throw new OperatorError(
              `bid ${number} of auction ${auctionId} has no score: there is no such bid, or no score yet`,
            );
          for (const line of json === true ? [JSON.stringify(found)] : explained(found)) print(line);
        } finally {
          await pool.end();
        }
      });
    });
}

function explained(found: RecordedScore): readonly string[] {
  const { score, logit, factors, contributions, unusualIncrement, snipe, modelVersion } = found;
  const reasons = factors.map((factor, i) => `  ${signed(contributions[i] ?? 0)}  ${wordsFor(factor)}`);
  const sum = contributions.reduce((total, value) => total + value, 0);
  return [
    `score ${score.toFixed(3)}, ${score > FLAGGED_ABOVE ? 'flagged' : 'not flagged'} (above ${FLAGGED_ABOVE} is), by model ${modelVersion}`,
    `  ${signed(logit - sum)}  where every bid begins`,
    ...reasons,
    `  ${signed(logit)}  in all`,
    ...(unusualIncrement ? ['signal: the price rose by more than half'] : []),
    ...(snipe ? ['signal: placed in the last five minutes'] : []),
  ];
}

const signed = (value: number): string => `${value < 0 ? '−' : '+'}${Math.abs(value).toFixed(2)}`;

function auctionOf(text: string): string {
  const id = text.toLowerCase();
  if (!isUuid(id)) throw new OperatorError(`${JSON.stringify(text.slice(0, 60))} is not the id of an auction`);
  return id;
}

function numberOf(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new OperatorError(`${JSON.stringify(text.slice(0, 60))} is not the number of a bid`);
  return Number(text);
}
