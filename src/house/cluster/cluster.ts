// A whole small cluster on this machine: Kafka, PostgreSQL, and several processes of each role, to try out what happens
// when any of them dies.
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../config.js';
import { startEmbeddedPostgres } from '../../embedded/embedded-postgres.js';
import { startEmbeddedKafka } from '../../embedded/kafka/embedded-kafka.js';
import { kafkaClient } from '../../kafka/client/connection.js';
import { checkTopics, createTopics, topicPlans } from '../../kafka/client/topics.js';
import { type Log, silentLog } from '../../runtime/log.js';
import { OperatorError } from '../../runtime/operator-error.js';
import type { Runtime } from '../../runtime/runtime.js';
import { takeDataDirectory } from '../data-directory.js';
import { embeddedPostgresIn } from '../database.js';
import { tokenSettings } from '../development.js';
import { ROLE_NAMES, type RoleName } from '../roles/roles.js';
import { startUndoable, type Undo } from '../undoable.js';
import { clusterFileIn } from './cluster-file.js';
import { apiPorts, expectFree } from './free-ports.js';
import { Worker } from './worker.js';

export type ClusterParts = Readonly<{
  config: Config;
  counts: Readonly<Record<RoleName, number>>;
  brokers: 1 | 3;
  runtime: Runtime;
  log: Log;
  said: (who: string, line: string) => void;
  lost: (error: Error) => void;
}>;

export type Cluster = Readonly<{
  urls: readonly string[];
  postgresUrl: string;
  brokers: readonly string[];
  stop(): Promise<void>;
}>;

/** Starts everything, in this order, and resolves when every process is up. */
export const startCluster = (parts: ClusterParts): Promise<Cluster> => startUndoable((undo) => start(parts, undo));

async function start(parts: ClusterParts, undo: Undo[]): Promise<Omit<Cluster, 'stop'>> {
  const { config, counts, log, brokers: count, lost } = parts;
  const { dataDirectory } = config;
  const ports = apiPorts(config.api, counts.api);
  const data = await takeDataDirectory(dataDirectory);
  undo.push(() => data.release());
  await expectFree(config.api, ports);
  await tokenSettings(config);
  const postgres = await startEmbeddedPostgres({ dataDir: embeddedPostgresIn(dataDirectory), log, onLost: lost });
  undo.push(() => postgres.stop());
  const kafka = await startEmbeddedKafka({
    ...{ dataDir: join(dataDirectory, 'kafka'), brokers: count, log },
    // The optimising compilers of three brokers would take a small machine from everybody else for minutes. Without them
    // a broker is slower for good, which who tries the loss of one does not mind.
    short: count > 1,
  });
  undo.push(() => kafka.stop());
  await makeTopics(parts, kafka.brokers);
  const { user, password, host, port, database } = postgres.connection;
  const postgresUrl = `postgres://${user}:${password}@${host}:${port}/${database}`;
  const env = {
    ...process.env,
    GAVEL_DATA: dataDirectory,
    GAVEL_POSTGRES_URL: postgresUrl,
    GAVEL_KAFKA_BROKERS: kafka.brokers.join(','),
    GAVEL_KAFKA_REPLICAS: `${count}`,
  };
  const workers = workersOf(parts, { env, ports }, () => note.write());
  const note = noterOf(dataDirectory, () => ({
    postgres: postgres.pid,
    brokers: kafka.pids,
    workers: workers.map((worker) => worker.state()),
  }));
  undo.push(() => note.end());
  undo.push(() => stopInOrder(workers));
  await Promise.all(workers.map((worker) => worker.start()));
  const urls = workers.map((worker) => worker.state()).flatMap(({ role, url }) => (role === 'api' ? (url ?? []) : []));
  return { urls, postgresUrl, brokers: kafka.brokers };
}

function workersOf(
  { counts, said }: ClusterParts,
  { env, ports }: Readonly<{ env: Readonly<Record<string, string | undefined>>; ports: readonly number[] }>,
  changed: () => void,
): readonly Worker[] {
  const command = [process.execPath, ...process.execArgv, process.argv[1] ?? ''];
  return ROLE_NAMES.flatMap((role) =>
    Array.from({ length: counts[role] }, (_, i) => {
      const port = (role === 'api' ? ports[i] : undefined) ?? 0;
      const who = `${role} ${i + 1}`;
      return new Worker({
        role,
        number: i + 1,
        command,
        env: { ...env, GAVEL_HTTP_PORT: `${port}` },
        said: (line) => said(who, line),
        changed,
      });
    }),
  );
}

/** Whoever takes commands goes before those who answer them. */
async function stopInOrder(workers: readonly Worker[]): Promise<void> {
  const take = workers.filter((worker) => ['api', 'scheduler'].includes(worker.state().role));
  await Promise.all(take.map((worker) => worker.stop()));
  await Promise.all(workers.map((worker) => worker.stop()));
}

const LOCAL_KAFKA = { prefix: 'auction.', retentionMs: 7 * 86_400_000 };

/** What is configured for topics holds here too; where the brokers are does not. */
const kafkaSettingsOf = ({ kafka }: Config) => ({
  prefix: kafka?.kafka.prefix ?? LOCAL_KAFKA.prefix,
  retentionMs: kafka?.topics.retentionMs ?? LOCAL_KAFKA.retentionMs,
});

async function makeTopics({ config, brokers: replicas, runtime }: ClusterParts, brokers: readonly string[]) {
  const { prefix, retentionMs } = kafkaSettingsOf(config);
  const client = await kafkaClient({ brokers, prefix, clientId: 'gavel', tls: null, sasl: null }, silentLog);
  const admin = client.admin();
  await admin.connect();
  try {
    const plans = topicPlans({ prefix, retentionMs, replicas, partitions: config.bus.partitions });
    const found = await checkTopics(admin, plans);
    await createTopics(admin, found.missing, runtime);
    const { problems } = await checkTopics(admin, plans);
    if (problems.length > 0) throw new OperatorError(problems.join('; '));
  } finally {
    await admin.disconnect();
  }
}

type Note = Readonly<{ write: () => void; end: () => Promise<void> }>;

/** Writes down who is at work, one after the other and whole each time; in the end nobody is. */
function noterOf(dataDirectory: string, facts: () => object): Note {
  const file = clusterFileIn(dataDirectory);
  let writing = Promise.resolve();
  const write = async (): Promise<void> => {
    await writeFile(`${file}.new`, `${JSON.stringify(facts(), null, 2)}\n`, { mode: 0o600 });
    await rename(`${file}.new`, file);
  };
  return {
    write: () => {
      writing = writing.then(write).catch(() => undefined);
    },
    end: () => writing.then(() => rm(file, { force: true })),
  };
}
