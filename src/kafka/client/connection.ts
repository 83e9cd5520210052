// The way to the brokers: addresses, TLS, name and password, and what the client has to say.
import { readFile } from 'node:fs/promises';
import kafkajs from 'kafkajs';
import { partitionOf } from '../../bus/partitioner.js';
import type { Log } from '../../runtime/log.js';

export type SaslSettings = Readonly<{
  mechanism: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  username: string;
  password: string;
}>;

/** Paths of PEM files. A null `ca` is the authorities that Node knows; `cert` and `key` are for brokers that ask for them. */
export type TlsSettings = Readonly<{ ca: string | null; cert: string | null; key: string | null }>;

export type KafkaSettings = Readonly<{
  /** `host:port` of at least one broker; the rest of the cluster is learnt from it. */
  brokers: readonly string[];
  /** What our topics' names begin with. */
  prefix: string;
  clientId: string;
  tls: TlsSettings | null;
  sasl: SaslSettings | null;
}>;

/** A read position that the broker no longer has, or does not have yet: messages were lost, unread. */
export class MessagesLost extends Error {
  readonly code = 'MessagesLost';
  /** Tells kafkajs that trying again is no use. */
  readonly retriable = false;
  constructor(
    readonly topic: string,
    readonly partition: number,
  ) {
    super(`the place to read on in ${topic}/${partition} is not in the log: messages were lost before they were read`);
    this.name = 'MessagesLost';
  }
}

/** Half a minute in all: as long as a broker takes to come back. */
const TRIES = 14;

/**
 * A client for these brokers. Reads the PEM files; connects on first use. `retries` is how often it tries again what fails; fewer
 * are for callers that report the failure themselves.
 */
export async function kafkaClient(settings: KafkaSettings, log: Log, retries: number = TRIES): Promise<kafkajs.Kafka> {
  const { brokers, clientId, tls, sasl } = settings;
  return new kafkajs.Kafka({
    brokers: [...brokers],
    clientId,
    ssl: tls === null ? false : await tlsOptions(tls),
    ...(sasl === null ? {} : { sasl: saslOptions(sasl) }),
    connectionTimeout: 5_000,
    authenticationTimeout: 10_000,
    requestTimeout: 30_000,
    retry: { initialRetryTime: 100, maxRetryTime: 3_000, retries },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => logTo(log),
  });
}

async function tlsOptions({ ca, cert, key }: TlsSettings) {
  const [caText, certText, keyText] = await Promise.all(
    [ca, cert, key].map((path) => (path === null ? null : readFile(path, 'utf8'))),
  );
  return {
    ...(caText == null ? {} : { ca: [caText] }),
    ...(certText == null ? {} : { cert: certText }),
    ...(keyText == null ? {} : { key: keyText }),
  };
}

function saslOptions({ mechanism, username, password }: SaslSettings): kafkajs.SASLOptions {
  switch (mechanism) {
    case 'plain':
      return { mechanism, username, password };
    case 'scram-sha-256':
      return { mechanism, username, password };
    case 'scram-sha-512':
      return { mechanism, username, password };
  }
}

/** What kafkajs says before it moves a reader past messages that it never saw (consumerGroup.js, 2.2.4). */
const SILENT_RESET = 'Offset out of range, resetting to default offset';

/** What brokers answer while a group forms or moves (kafkajs, protocol/error.js, 2.2.4). The group goes on by itself. */
const GROUP_MOVES = [
  'The group is rebalancing, so a rejoin is needed',
  'The group coordinator is not available',
  "The coordinator is loading and hence can't process requests for this group",
  'This is not the correct coordinator for this group',
  'Specified group generation id is not valid',
  'The coordinator is not aware of this member',
];

/** True for the text of an error that every rebalance brings along: nothing that an operator should look at. */
export const isGroupMove = (text: string): boolean => GROUP_MOVES.some((one) => text.includes(one));

function logTo(log: Log): (entry: kafkajs.LogEntry) => void {
  return ({ level, namespace, log: { message, timestamp: _, logger: __, stack: ___, ...fields } }) => {
    // There is no setting against it; but its word comes before its deed, and an error thrown here stops it.
    if (message.startsWith(SILENT_RESET)) throw new MessagesLost(String(fields['topic']), Number(fields['partition']));
    const told = { ...fields, from: `kafkajs ${namespace}` };
    // Its errors are mostly steps of a retry; the caller reports what matters.
    const isExpected = isGroupMove(`${message} ${fields['error']}`);
    if (level === kafkajs.logLevel.ERROR && !isExpected) log.info(told, message);
    else log.debug(told, message);
  };
}

/** Everybody who writes keyed messages for us chooses partitions alike (bus/partitioner.ts). */
export const stablePartitioner: kafkajs.ICustomPartitioner =
  () =>
  ({ message, partitionMetadata }) => {
    if (typeof message.partition === 'number') return message.partition;
    if (message.key == null) throw new Error('a message has neither a key nor a partition');
    return partitionOf(message.key.toString(), partitionMetadata.length);
  };
