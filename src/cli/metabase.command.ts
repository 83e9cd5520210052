// `gavel metabase apply`: the dashboards of metabase/, brought to a Metabase.
import { join } from 'node:path';
import type { Command } from 'commander';
import type { Config } from '../config.js';
import { applyDefinitions } from '../metabase/apply.js';
import { METABASE_VERSION, MetabaseClient } from '../metabase/client.js';
import { loadDefinitions } from '../metabase/definitions.js';
import { OperatorError } from '../runtime/operator-error.js';
import { PACKAGE_ROOT } from '../runtime/package-root.js';
import type { Runtime } from '../runtime/runtime.js';
import { say } from '../terminal/progress.js';

export type MetabaseCommandParts = Readonly<{
  config: () => Pick<Config, 'metabase'>;
  runtime: Runtime;
  print: (line: string) => void;
}>;

/** Adds `gavel metabase apply`. */
export function registerMetabase(program: Command, parts: MetabaseCommandParts): void {
  const metabase = program.command('metabase').description('dashboards for owners and operators, in a Metabase');
  metabase
    .command('apply')
    .description('bring the database, questions, dashboards and readers of metabase/ to a Metabase; twice does no harm')
    .option('--from <folder>', 'another folder than the one of this package')
    .action(({ from }: { from?: string }) => apply(parts, from ?? join(PACKAGE_ROOT, 'metabase')));
}

async function apply({ config, runtime, print }: MetabaseCommandParts, folder: string): Promise<void> {
  const { url, email, password, databaseUrl } = config().metabase;
  if (url === null || email === null || password === null || databaseUrl === null)
    throw new OperatorError(
      'gavel metabase apply needs GAVEL_METABASE_URL, GAVEL_METABASE_EMAIL, GAVEL_METABASE_PASSWORD and GAVEL_METABASE_DATABASE_URL',
    );
  const definitions = loadDefinitions(folder);
  const client = new MetabaseClient(url, runtime);
  await client.ready();
  const version = await client.signIn({ email, password });
  if (!version.startsWith(`v${METABASE_VERSION}.`))
    say(`this Metabase is ${version}; the dashboards were written for v${METABASE_VERSION}`);
  try {
    const { changes, unchanged, leftAlone, addresses } = await applyDefinitions(client, definitions, databaseUrl);
    for (const change of changes) print(change);
    for (const name of leftAlone) print(`left alone: "${name}", which is not defined here`);
    print(`${changes.length} made or changed, ${unchanged} as they should be`);
    for (const { name, path } of addresses) print(`${name}: ${new URL(path, url).href}`);
  } finally {
    await client.signOut();
  }
}
