// `gavel bronze`: the archive of all facts, by hand.
import type { Command } from 'commander';
import type { Config } from '../config.js';
import { archiveToHead } from '../house/archive.js';
import type { WithStores } from '../house/stores.js';
import type { Runtime } from '../runtime/runtime.js';
import { startProgress } from '../terminal/progress.js';

export type BronzeCommandParts = Readonly<{
  withStores: WithStores;
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
}>;

/** Adds `gavel bronze archive`. */
export function registerBronze(program: Command, parts: BronzeCommandParts): void {
  const bronze = program.command('bronze').description('the archive of all facts (docs/lake.md)');
  bronze
    .command('archive')
    .description('archive all events that are there now; the house may go on meanwhile')
    .option('--json', 'one JSON object')
    .action(({ json }: Readonly<{ json?: boolean }>) => archive(parts, json === true));
}

function archive({ withStores, config, runtime, print }: BronzeCommandParts, json: boolean): Promise<void> {
  return withStores(async ({ database, journal }) => {
    const progress = startProgress('events', 0);
    const parts = { config: config(), journal, postgres: database, runtime };
    const done = await archiveToHead(parts, progress.at).finally(() => progress.stop());
    if (json) print(JSON.stringify(done));
    else print(`archived ${done.events} events in ${done.parts} parts to ${done.store}`);
  });
}
