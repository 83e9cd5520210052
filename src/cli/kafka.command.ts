// `gavel kafka`: a small Kafka on this machine, to try out and to develop against, until Ctrl-C.
import { join } from 'node:path';
import { type Command, Option } from 'commander';
import type { Config } from '../config.js';
import { startEmbeddedKafka } from '../embedded/kafka/embedded-kafka.js';
import { installedKafka, installKafka } from '../embedded/kafka/installation.js';
import { javaProgram } from '../embedded/kafka/java.js';
import { takeDataDirectory } from '../house/data-directory.js';
import type { Log } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import { say } from '../terminal/progress.js';
import { listenForStop } from '../terminal/stop-signal.js';

export type KafkaCommandParts = Readonly<{ config: () => Config; print: (line: string) => void }>;

type Options = Readonly<{ brokers: '1' | '3'; port: string; heapMb: string }>;

/** The port that Kafka's own examples use. */
const PORT = '9092';

/** Adds `gavel kafka` and `gavel kafka install`. */
export function registerKafka(program: Command, parts: KafkaCommandParts): void {
  const kafka = program
    .command('kafka')
    .description('run an Apache Kafka (KRaft) on this machine until Ctrl-C; fetched by Maven the first time')
    .addOption(new Option('--brokers <n>', 'how many brokers stand in for each other').choices(['1', '3']).default('1'))
    .option('--port <port>', 'of the first broker, the others follow; 0 takes free ones', PORT)
    .option('--heap-mb <mb>', 'memory of each broker', '512')
    .action((options: Options) => run(parts, options));
  kafka
    .command('install')
    .description('fetch Kafka and do no more, as continuous integration does before the tests')
    .action(install);
}

async function install(): Promise<void> {
  await javaProgram();
  const { version } = await fetched();
  say(`Apache Kafka ${version} is there`);
}

async function run({ config, print }: KafkaCommandParts, options: Options): Promise<void> {
  const port = wholeNumber('--port', options.port, 0, 65_000);
  const heapMb = wholeNumber('--heap-mb', options.heapMb, 128, 65_536);
  const stop = listenForStop((signal) => {
    say(`${signal} again: stopping at once`);
    process.exit(1);
  });
  await javaProgram();
  await fetched();
  const dataDir = join(config().dataDirectory, 'kafka');
  const data = await takeDataDirectory(dataDir);
  try {
    say(`starting ${options.brokers === '1' ? 'one broker' : `${options.brokers} brokers`} of Kafka on ${dataDir}`);
    const brokers = options.brokers === '1' ? 1 : 3;
    const kafka = await startEmbeddedKafka({
      dataDir,
      brokers,
      heapMb,
      log: sayingLog,
      ...(port === 0 ? {} : { port }),
    });
    print('Kafka is open.');
    print(`  GAVEL_KAFKA_BROKERS=${kafka.brokers.join(',')}`);
    print('Ctrl-C stops it.');
    print(`${await stop.asked}: stopping Kafka`);
    await kafka.stop();
  } finally {
    data.release();
    stop.release();
  }
  print('Stopped.');
}

async function fetched() {
  const installed = installedKafka();
  if (installed !== null) return installed;
  say('fetching Apache Kafka by Maven, about 50 MB; this is done once');
  const startedAt = performance.now();
  const seconds = () => Math.round((performance.now() - startedAt) / 1000);
  const ticks = setInterval(() => say(`fetching Apache Kafka, ${seconds()} s`), 10_000);
  try {
    return await installKafka(sayingLog);
  } finally {
    clearInterval(ticks);
  }
}

/** What a start has to say goes to whoever waits for it. */
const sayingLog: Log = {
  debug: () => undefined,
  info: (fields, message) => say(`${message} ${JSON.stringify(fields)}`),
  warn: (fields, message) => say(`${message} ${JSON.stringify(fields)}`),
  error: (fields, message) => say(`${message} ${JSON.stringify(fields)}`),
};

function wholeNumber(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new OperatorError(`${name} must be a whole number from ${min} to ${max}`);
}
