// `gavel topics`: makes the topics that a house on Kafka needs, and says what is wrong with those that there are.
import type { Command } from 'commander';
import type { Config } from '../config.js';
import { kafkaClient } from '../kafka/client/connection.js';
import { checkTopics, createTopics, repairTopics, topicPlans } from '../kafka/client/topics.js';
import { silentLog } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';

export type TopicsCommandParts = Readonly<{
  config: () => Config;
  runtime: Runtime;
  print: (line: string) => void;
  fail: () => void;
}>;

type Options = Readonly<{ check?: boolean; repair?: boolean }>;

/** Adds `gavel topics`. */
export function registerTopics(program: Command, parts: TopicsCommandParts): void {
  program
    .command('topics')
    .description('make the missing topics of a house on Kafka, and check them all')
    .option('--check', 'change nothing')
    .option('--repair', 'also set settings back that were changed; partitions and replicas stay as they are')
    .action((options: Options) => topics(parts, options));
}

async function topics({ config, runtime, print, fail }: TopicsCommandParts, { check, repair }: Options): Promise<void> {
  const { kafka } = config();
  if (kafka === null) throw new OperatorError('GAVEL_KAFKA_BROKERS names no brokers; npm run kafka starts one');
  const client = await kafkaClient(kafka.kafka, silentLog);
  const admin = client.admin();
  await admin.connect().catch((cause: unknown) => {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError(`Kafka at ${kafka.kafka.brokers.join(', ')} (GAVEL_KAFKA_BROKERS) cannot be used: ${why}`, {
      cause,
    });
  });
  try {
    const plans = topicPlans({ prefix: kafka.kafka.prefix, ...kafka.topics });
    const found = await checkTopics(admin, plans);
    if (check !== true) await createTopics(admin, found.missing, runtime);
    if (repair === true)
      await repairTopics(
        admin,
        plans.filter((plan) => !found.missing.includes(plan)),
      );
    const { missing, problems } = await checkTopics(admin, plans);
    const absent = new Set(missing);
    for (const plan of plans) {
      const { name, partitions, replicas } = plan;
      const how = absent.has(plan) ? 'missing' : found.missing.includes(plan) ? 'made' : 'there';
      print(
        `${how.padEnd(8)} ${name}  ${partitions} partitions, ${replicas} ${replicas === 1 ? 'replica' : 'replicas'}`,
      );
    }
    for (const problem of problems) print(problem);
    if (missing.length + problems.length > 0) fail();
  } finally {
    await admin.disconnect();
  }
}
