// `npm run acceptance:ebay` and `acceptance:softclose`: recorded auctions through the real command path.
import { Command } from 'commander';
import { silentLog } from '../src/runtime/log.js';

type Options = Readonly<{ out?: string }>;

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
  return acceptance;
}
