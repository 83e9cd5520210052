// `gavel cluster`: a whole small cluster on this machine, until Ctrl-C.
import { type Command, Option } from 'commander';
import type { Config } from '../config.js';
import { type Cluster, startCluster } from '../house/cluster/cluster.js';
import { clusterFileIn } from '../house/cluster/cluster-file.js';
import { rollCluster } from '../house/cluster/roll.js';
import { registerDevelopmentUsersAt } from '../house/development-users.js';
import { silentLog } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { say } from '../terminal/progress.js';
import { listenForStop } from '../terminal/stop-signal.js';
import { sentencesFor } from './sentences.js';
import { developmentLines, isForDevelopment } from './up/development.js';

export type ClusterCommandParts = Readonly<{ config: () => Config; runtime: Runtime; print: (line: string) => void }>;

type Options = Readonly<Record<'api' | 'engine' | 'projector' | 'relay' | 'archiver' | 'scheduler', string>> &
  Readonly<{ brokers: '1' | '3' }>;

const PROCESSES_MAX = 16;

/** Adds `gavel cluster`. */
export function registerCluster(program: Command, parts: ClusterCommandParts): void {
  const command = program
    .command('cluster')
    .description('try a house of many processes on this machine: Kafka, PostgreSQL and several of each role')
    .addOption(new Option('--brokers <n>', 'brokers of Kafka').choices(['1', '3']).default('1'))
    .option('--api <n>', 'API nodes', '2')
    .option('--engine <n>', 'engines', '2')
    .option('--projector <n>', 'projectors', '2')
    .option('--relay <n>', 'relays', '1')
    .option('--archiver <n>', 'archivers', '1')
    .option('--scheduler <n>', 'schedulers', '1')
    .action((options: Options) => cluster(parts, options));
  command
    .command('roll')
    .description('restart every process of the running cluster, one after the other, while it takes bids')
    .action(() => roll(parts));
}

/** Each is told to stop as a deploy would tell it, and the next one waits until its successor is ready. */
async function roll({ config: load, runtime, print }: ClusterCommandParts): Promise<void> {
  const { dataDirectory } = load();
  const startedMs = runtime.monotonicMs();
  let count = 0;
  await rollCluster({
    dataDirectory,
    runtime,
    rolled: ({ role, number, tookMs }) => {
      count += 1;
      print(`${`${role} ${number}`.padEnd(11)} ready again after ${tookMs} ms`);
    },
  });
  print(`${count} processes restarted in ${Math.round((runtime.monotonicMs() - startedMs) / 1_000)} s.`);
}

async function cluster({ config: load, runtime, print }: ClusterCommandParts, options: Options): Promise<void> {
  const config = load();
  const counts = {
    api: countOf('--api', options.api),
    engine: countOf('--engine', options.engine),
    projector: countOf('--projector', options.projector),
    relay: countOf('--relay', options.relay),
    archiver: countOf('--archiver', options.archiver),
    scheduler: countOf('--scheduler', options.scheduler),
  };
  const stop = listenForStop((signal) => {
    say(`${signal} again: stopping at once`);
    process.exit(1);
  });
  const lost = Promise.withResolvers<Error>();
  say('starting PostgreSQL, Kafka and then everybody else');
  const started = await startCluster({
    config,
    counts,
    brokers: options.brokers === '1' ? 1 : 3,
    runtime,
    log: silentLog,
    said: (who, line) => say(`${who.padEnd(11)} ${line}`),
    lost: lost.resolve,
  });
  try {
    await greet(started, config, { runtime, print });
    const why = await Promise.race([stop.asked, lost.promise]);
    if (why instanceof Error) {
      for (const sentence of sentencesFor(why)) say(sentence);
      process.exitCode = 1;
    } else print(`${why}: everybody hands over`);
  } finally {
    await started.stop();
    stop.release();
  }
  print('Stopped.');
}

async function greet(
  { urls, brokers, postgresUrl }: Cluster,
  config: Config,
  { runtime, print }: Pick<ClusterCommandParts, 'runtime' | 'print'>,
): Promise<void> {
  const [first] = urls;
  const development = first !== undefined && isForDevelopment(config) ? developmentLines(first, config, runtime) : [];
  if (first !== undefined && development.length > 0) await registerDevelopmentUsersAt(first, config, runtime);
  print('The cluster is open.');
  if (first !== undefined)
    print(`  page        ${first}/  open this in a browser: lots with live prices; sign in as ann, and bid`);
  for (const url of urls) print(`  API         ${url}`);
  print(`  Kafka       ${brokers.join(',')}`);
  print(`  PostgreSQL  ${new URL(postgresUrl).host}`);
  print(`  data        ${config.dataDirectory}`);
  print(`  processes   ${clusterFileIn(config.dataDirectory)} (kill one: another takes its place)`);
  if (development.length > 0) for (const line of ['', ...development, '']) print(line);
  print('Ctrl-C stops it.');
}

function countOf(name: string, text: string): number {
  const value = /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= 1 && value <= PROCESSES_MAX) return value;
  throw new OperatorError(`${name} must be a whole number from 1 to ${PROCESSES_MAX}`);
}
