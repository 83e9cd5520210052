// server.properties of one broker of a small cluster on this machine: broker and controller in one process (KRaft).

export type Ports = Readonly<{ broker: number; controller: number; secure: number | null }>;

/** A further listener that asks for TLS and a name with a password (SCRAM-SHA-512), as a cluster elsewhere would. */
export type SecureListener = Readonly<{
  /** A PEM file with the private key (PKCS#8) and the certificate, and one with the authority that clients must know. */
  keyStore: string;
  trustStore: string;
  users: Readonly<Record<string, string>>;
}>;

export type BrokerPlan = Readonly<{
  id: number;
  directory: string;
  host: string;
  ports: readonly Ports[];
  sessionMs: number;
  secure: SecureListener | null;
}>;

/** The settings as Kafka's own file has them. */
export function brokerProperties({ id, directory, host, ports, sessionMs, secure }: BrokerPlan): string {
  const own = ports[id - 1];
  if (own === undefined) throw new RangeError(`there are no ports for broker ${id}`);
  const count = ports.length;
  const replicas = Math.min(3, count);
  const plain = `PLAINTEXT://${host}:${own.broker}`;
  const safe = own.secure === null ? '' : `,SECURE://${host}:${own.secure}`;
  const settings: Record<string, string | number> = {
    'process.roles': 'broker,controller',
    'node.id': id,
    'controller.quorum.voters': ports.map(({ controller }, i) => `${i + 1}@${host}:${controller}`).join(','),
    listeners: `${plain}${safe},CONTROLLER://${host}:${own.controller}`,
    'advertised.listeners': `${plain}${safe}`,
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,SECURE:SASL_SSL',
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'log.dirs': `${directory}/log`,
    'default.replication.factor': replicas,
    'min.insync.replicas': Math.max(1, replicas - 1),
    'offsets.topic.replication.factor': replicas,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': replicas,
    'transaction.state.log.min.isr': Math.max(1, replicas - 1),
    // Topics are made by `gavel topics`, with what they need to have; a misspelt name must not become one.
    'auto.create.topics.enable': 'false',
    'group.initial.rebalance.delay.ms': 0,
    // The default floor of 6 s is the shortest pause after a worker was killed; a cluster may choose less (session timeout).
    'group.min.session.timeout.ms': 1_000,
    'num.network.threads': 2,
    'num.io.threads': 4,
    // 128 MB of heap by default, for topics far larger than ours.
    'log.cleaner.dedupe.buffer.size': 8_388_608,
    'log.index.size.max.bytes': 1_048_576,
    'broker.session.timeout.ms': sessionMs,
    'broker.heartbeat.interval.ms': Math.floor(sessionMs / 3),
    'controlled.shutdown.max.retries': 1,
  };
  if (secure !== null) Object.assign(settings, secureSettings(secure));
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');
}

function secureSettings({ keyStore, trustStore }: SecureListener): Record<string, string> {
  return {
    'listener.name.secure.ssl.keystore.type': 'PEM',
    'listener.name.secure.ssl.keystore.location': keyStore,
    'listener.name.secure.ssl.truststore.type': 'PEM',
    'listener.name.secure.ssl.truststore.location': trustStore,
    'listener.name.secure.sasl.enabled.mechanisms': 'SCRAM-SHA-512',
    'listener.name.secure.scram-sha-512.sasl.jaas.config':
      'org.apache.kafka.common.security.scram.ScramLoginModule required;',
    // Who may write which topic is told to the broker as ACLs; whoever comes by the plain listener is the house itself.
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:ANONYMOUS',
  };
}
