// `gavel lake`: makes the bucket that the lake needs, and says what it has.
import type { Command } from 'commander';
import type { Config } from '../config.js';
import { prepareLake } from '../house/bronze.js';

export type LakeCommandParts = Readonly<{ config: () => Config; print: (line: string) => void }>;

/** Adds `gavel lake`. */
export function registerLake(program: Command, parts: LakeCommandParts): void {
  program
    .command('lake')
    .description('make the bucket of the lake if it is missing, with object lock, and set its rules for old objects')
    .action(() => lake(parts));
}

async function lake({ config: load, print }: LakeCommandParts): Promise<void> {
  const { lake: settings, bronze } = load();
  if (settings.kind === 'directory') {
    print(`the lake is the directory ${settings.path}; it is made when it is first written to`);
    return;
  }
  const { made, locked, rules } = await prepareLake(settings, bronze);
  print(`${made ? 'made' : 'there'}: s3://${settings.bucket}/${settings.prefix}`);
  print(locked ? 'object lock: on' : 'object lock: the bucket has none, so whoever may write may also rewrite');
  print(rules ? 'rules: set' : 'rules: the server knows none; old objects stay as they are');
}
