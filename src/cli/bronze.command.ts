// `gavel bronze`: the archive of all facts, by hand.
import type { Command } from 'commander';
import type { Config } from '../config.js';
import { archiveToHead } from '../house/archive.js';
import type { WithStores } from '../house/stores.js';
import { verifyBronzeOf, witnessHead } from '../house/verify-bronze.js';
import type { Runtime } from '../runtime/runtime.js';
import { startProgress } from '../terminal/progress.js';

export type BronzeCommandParts = Readonly<{
  withStores: WithStores;
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  /** Makes the command end with exit code 1 although it ran to its end. */
  fail: () => void;
}>;

/** Adds `gavel bronze archive`, `verify` and `witness`. */
export function registerBronze(program: Command, parts: BronzeCommandParts): void {
  const bronze = program.command('bronze').description('the archive of all facts (docs/lake.md)');
  bronze
    .command('archive')
    .description('archive all events that are there now; the house may go on meanwhile')
    .option('--json', 'one JSON object')
    .action(({ json }: Readonly<{ json?: boolean }>) => archive(parts, json === true));
  bronze
    .command('verify')
    .description(
      'read all of Bronze and compare it with its manifests, the witnesses and the journal; the house may go on',
    )
    .option('--json', 'one JSON object')
    .action(({ json }: Readonly<{ json?: boolean }>) => verify(parts, json === true));
  bronze
    .command('witness')
    .description('sign what the head of Bronze is now, keep it, and print it to be kept elsewhere')
    .action(() => witness(parts));
}

function archive({ withStores, config, runtime, print }: BronzeCommandParts, json: boolean): Promise<void> {
  return withStores(async ({ database, journal }) => {
    const progress = startProgress('events', 0);
    const parts = { config: config(), journal, postgres: database, runtime };
    const done = await archiveToHead(parts, progress.at).finally(() => progress.stop());
    if (json) print(JSON.stringify(done));
    else {
      const messages = done.messages === 0 ? '' : ` and ${done.messages} raw messages`;
      print(`archived ${done.events} events in ${done.parts} parts${messages} to ${done.store}`);
    }
  });
}

function verify({ withStores, config, runtime, print, fail }: BronzeCommandParts, json: boolean): Promise<void> {
  return withStores(async ({ database, journal }) => {
    const progress = startProgress('parts', 0);
    const parts = { config: config(), journal, postgres: database, runtime };
    const report = await verifyBronzeOf(parts, progress.at).finally(() => progress.stop());
    if (json) print(JSON.stringify(report));
    else {
      for (const { kind, key, problem } of report.findings) print(`${kind}: ${key}: ${problem}`);
      const { events, messages, upTo, witnesses, findings } = report;
      const verdict = findings.length === 0 ? 'clean' : `${findings.length} problems`;
      print(
        `${verdict}: ${report.parts} parts, ${events} events up to position ${upTo ?? 'none'}, ${messages} raw messages, ${witnesses} witnesses`,
      );
    }
    if (report.findings.length > 0) fail();
  });
}

function witness({ withStores, config, runtime, print }: BronzeCommandParts): Promise<void> {
  return withStores(async ({ database, journal }) => {
    const said = await witnessHead({ config: config(), journal, postgres: database, runtime });
    print(said === null ? 'Bronze has no part yet' : JSON.stringify(said));
  });
}
