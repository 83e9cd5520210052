// `gavel keys`: the master key that keys of persons are wrapped under.
import type { Command } from 'commander';
import type { Config } from '../config.js';
import { rotateKeys } from '../house/rotate-keys.js';
import type { WithStores } from '../house/stores.js';
import type { Runtime } from '../runtime/runtime.js';
import { startProgress } from '../terminal/progress.js';
import { cancellable } from './cancellable.js';

export type KeysCommandParts = Readonly<{
  withStores: WithStores;
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
}>;

/** Adds `gavel keys rotate`. */
export function registerKeys(program: Command, { withStores, config, runtime, print }: KeysCommandParts): void {
  program
    .command('keys')
    .description('the keys that personal data is encrypted under')
    .command('rotate')
    .description(
      'wrap the keys of all persons under GAVEL_MASTER_KEY; the house goes on, and a run that broke off is run again',
    )
    .action(() =>
      cancellable((signal) =>
        withStores(
          async (stores) => {
            const progress = startProgress('keys', 0);
            const rotating = rotateKeys({ ...stores, config: config(), runtime, signal, progress: progress.at });
            const { keys, rewrapped, erased, forgotten } = await rotating.finally(() => progress.stop());
            print(`keys: ${keys}, of them wrapped anew: ${rewrapped}; erased persons: ${erased}`);
            for (const id of forgotten)
              print(`the master key ${id} is needed no longer, but for older copies of the keys`);
          },
          { signals: 'left to the caller' },
        ),
      ),
    );
}
