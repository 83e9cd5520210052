// `npm run acceptance:ebay`, `acceptance:softclose` and `acceptance:fraud`: recorded auctions through the real command path.
import { Command } from 'commander';
import { silentLog } from '../src/runtime/log.js';

type Options = Readonly<{ out?: string }>;
type FraudOptions = Readonly<{ inject?: string }>;

/** A module is loaded by the command that needs it. */
const RUNS = [
  {
    name: 'ebay',
    load: async () => (await import('./ebay.js')).runEbay,
    summary: 'recorded proxy bids: does every auction end at the price that the rules give?',
    files: 'bids.csv and perhaps expected.csv',
    out: 'write auction_id,price_cents,price_winner_lifted_cents as Silver has them',
  },
  {
    name: 'softclose',
    load: async () => (await import('./softclose.js')).runSoftClose,
    summary: 'recorded bids of a sale with a two-minute soft close: does every lot end when it ended?',
    files: 'lots.csv and bids.csv',
    out: 'write lot_id,close as Silver has them',
  },
] as const;

/** A command for each kind of recording. */
export function acceptanceProgram(): Command {
  const acceptance = new Command('acceptance').description(
    'put recorded auctions through the whole house; the last line is one JSON object',
  );
  for (const { name, load, summary, files, out } of RUNS)
    acceptance
      .command(name)
      .description(summary)
      .argument('<directory>', `holds ${files}`)
      .option('--out <file>', out)
      .action(async (directory: string, options: Options) => (await load())(directory, options.out, silentLog));
  acceptance
    .command('fraud')
    .description('recorded proxy bids: how many real bidders does the fraud score flag?')
    .argument('<directory>', 'holds bids.csv, perhaps with seller_id, item and duration_days')
    .option('--inject <seed>', 'plant shills among the real bids and tell how many were caught')
    .action(async (directory: string, { inject }: FraudOptions) =>
      (await import('./fraud.js')).runFraud(directory, inject, silentLog),
    );
  return acceptance;
}
