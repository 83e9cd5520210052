// Every topic there is: what it is for, and what it must be like. `gavel topics` makes and checks them.
import kafkajs from 'kafkajs';
import type { Runtime } from '../../runtime/runtime.js';

/** Commands come in by `bids`, `items`, `users` and `txn`; answers leave by `outcomes`, public facts by `events`. */
export const INBOUND = ['bids', 'items', 'users', 'txn'] as const;
export type Inbound = (typeof INBOUND)[number];
export type TopicKind = Inbound | 'outcomes' | 'events' | 'dlq';
export const TOPIC_KINDS: readonly TopicKind[] = [...INBOUND, 'outcomes', 'events', 'dlq'];

export type TopicSettings = Readonly<{
  prefix: string;
  /** Of every topic that is keyed by an auction or a user. Fixed for ever: it says which auction is where. */
  partitions: number;
  replicas: number;
  /** How long messages are kept; answers are kept for an hour. */
  retentionMs: number;
}>;

export type TopicPlan = Readonly<{
  kind: TopicKind;
  name: string;
  partitions: number;
  replicas: number;
  /** Settings of the topic, by the names that Kafka has for them. */
  config: Readonly<Record<string, string>>;
}>;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Answers go to the API node that waits for them, by a partition that it reads. */
export const OUTCOME_PARTITIONS = 8;
const MESSAGE_BYTES_MAX = 1_048_576;

export const topicName = (prefix: string, kind: TopicKind): string => `${prefix}${kind}`;

/** Our topics as they should be. */
export function topicPlans(settings: TopicSettings): readonly TopicPlan[] {
  return TOPIC_KINDS.map((kind) => planOf(kind, settings));
}

function planOf(kind: TopicKind, { prefix, partitions, replicas, retentionMs }: TopicSettings): TopicPlan {
  const config: Record<string, string> = {
    // One clock a partition, for everybody: the broker's when it took the message (ADR 4).
    'message.timestamp.type': 'LogAppendTime',
    'cleanup.policy': 'delete',
    'retention.ms': `${retentionMs}`,
    'max.message.bytes': `${MESSAGE_BYTES_MAX}`,
    'min.insync.replicas': `${Math.max(1, replicas - 1)}`,
  };
  const base = { kind, name: topicName(prefix, kind), replicas };
  if (kind === 'outcomes')
    return { ...base, partitions: OUTCOME_PARTITIONS, config: { ...config, 'retention.ms': `${HOUR_MS}` } };
  if (kind === 'dlq') {
    // A message is named by where it came from: coming again it replaces itself, and one that was replayed is deleted.
    const dlq = {
      'cleanup.policy': 'compact',
      'max.message.bytes': `${2 * MESSAGE_BYTES_MAX}`,
      'retention.ms': `${90 * DAY_MS}`,
    };
    return { ...base, partitions: 1, config: { ...config, ...dlq } };
  }
  return { ...base, partitions, config };
}

/** What is wrong with the topics that there are, one sentence each, and which are missing. */
export type TopicReport = Readonly<{ missing: readonly TopicPlan[]; problems: readonly string[] }>;

export async function checkTopics(admin: kafkajs.Admin, plans: readonly TopicPlan[]): Promise<TopicReport> {
  const known = new Set(await admin.listTopics());
  const missing = plans.filter(({ name }) => !known.has(name));
  const present = plans.filter(({ name }) => known.has(name));
  if (present.length === 0) return { missing, problems: [] };
  const { topics } = await admin.fetchTopicMetadata({ topics: present.map(({ name }) => name) });
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: present.map(({ name }) => ({ type: kafkajs.ConfigResourceTypes.TOPIC, name })),
  });
  const problems = present.flatMap((plan) => {
    const partitions = topics.find(({ name }) => name === plan.name)?.partitions ?? [];
    const entries = resources.find(({ resourceName }) => resourceName === plan.name)?.configEntries ?? [];
    const found = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
    return problemsOf(plan, partitions, found);
  });
  return { missing, problems };
}

function problemsOf(
  plan: TopicPlan,
  partitions: readonly kafkajs.PartitionMetadata[],
  found: ReadonlyMap<string, string>,
): string[] {
  const problems: string[] = [];
  if (partitions.length !== plan.partitions)
    problems.push(
      `${plan.name} has ${partitions.length} partitions and must have ${plan.partitions}: the number cannot be changed once there are messages`,
    );
  const replicas = Math.min(...partitions.map((one) => one.replicas.length));
  if (partitions.length > 0 && replicas < plan.replicas)
    problems.push(`${plan.name} has ${replicas} replicas and must have ${plan.replicas}`);
  for (const [name, value] of Object.entries(plan.config))
    if (found.get(name) !== value) problems.push(`${plan.name} has ${name}=${found.get(name)} and must have ${value}`);
  return problems;
}

const LEADERS_WITHIN_MS = 30_000;
const LEADERS_POLL_MS = 50;

/** Makes the missing topics; those that are there stay as they are. Several processes may do so at once. */
export async function createTopics(
  admin: kafkajs.Admin,
  missing: readonly TopicPlan[],
  runtime: Runtime,
): Promise<void> {
  if (missing.length === 0) return;
  await admin.createTopics({
    // It asks once, and a broker may not have heard of the topic yet.
    waitForLeaders: false,
    topics: missing.map(({ name, partitions, replicas, config }) => ({
      topic: name,
      numPartitions: partitions,
      replicationFactor: replicas,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  });
  const until = runtime.monotonicMs() + LEADERS_WITHIN_MS;
  for (const { name } of missing) await readable(admin, name, until, runtime);
}

/** Resolves when every partition has a broker that answers for it. */
async function readable(admin: kafkajs.Admin, topic: string, untilMs: number, runtime: Runtime): Promise<void> {
  while (true) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (runtime.monotonicMs() > untilMs)
        throw new Error(`waited ${LEADERS_WITHIN_MS} ms for ${topic}`, { cause: error });
      await runtime.sleep(LEADERS_POLL_MS);
    }
  }
}

/** Sets the settings of existing topics to what they should be; partitions and replicas stay. */
export async function repairTopics(admin: kafkajs.Admin, plans: readonly TopicPlan[]): Promise<void> {
  if (plans.length === 0) return;
  await admin.alterConfigs({
    validateOnly: false,
    resources: plans.map(({ name, config }) => ({
      type: kafkajs.ConfigResourceTypes.TOPIC,
      name,
      configEntries: Object.entries(config).map(([key, value]) => ({ name: key, value })),
    })),
  });
}
