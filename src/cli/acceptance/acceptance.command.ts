// `gavel acceptance`: recorded auctions through the real command path.
import type { Command } from 'commander';
import { silentLog } from '../../runtime/log.js';
import { runEbay } from './ebay.js';
import { runSoftClose } from './softclose.js';

type Options = Readonly<{ out?: string }>;

const RUNS = [
  {
    name: 'ebay',
    run: runEbay,
    summary: 'recorded proxy bids: does every auction end at the price that the rules give?',
    files: 'bids.csv and perhaps expected.csv',
    out: 'write auction_id,price_cents,price_winner_lifted_cents as Silver has them',
  },
  {
    name: 'softclose',
    run: runSoftClose,
    summary: 'recorded bids of a sale with a two-minute soft close: does every lot end when it ended?',
    files: 'lots.csv and bids.csv',
    out: 'write lot_id,close as Silver has them',
  },
] as const;

/** Adds `gavel acceptance ebay | softclose`. */
export function registerAcceptance(program: Command): void {
  const acceptance = program
    .command('acceptance')
    .description('put recorded auctions through the whole house; the last line is one JSON object');
  for (const { name, run, summary, files, out } of RUNS)
    acceptance
      .command(name)
      .description(summary)
      .argument('<directory>', `holds ${files}`)
      .option('--out <file>', out)
      .action((directory: string, options: Options) => run(directory, options.out, silentLog));
}
