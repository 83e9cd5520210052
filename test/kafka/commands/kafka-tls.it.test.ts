// A broker that asks for TLS, a name and a password, as clusters elsewhere do; and one that is gone for a while.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { commandId } from '../../../src/domain/ids.js';
import type { EmbeddedKafka } from '../../../src/embedded/kafka/embedded-kafka.js';
import { type KafkaSettings, kafkaClient } from '../../../src/kafka/client/connection.js';
import type { KafkaCommandBus } from '../../../src/kafka/commands/kafka.command-bus.js';
import { silentLog } from '../../../src/runtime/log.js';
import { runtime } from '../../support/api.js';
import { certificatesIn } from '../../support/certificates.js';
import { busSettings, makeTopics, openBus } from '../../support/kafka-house.js';
import { ann, auctionNo, person } from '../../support/memory-house.js';
import { startMortalKafka } from '../../support/mortal-kafka.js';
import { describeWithKafka } from '../../support/requires.js';
import { scratchDirectory } from '../../support/scratch.js';

const PASSWORD = 'a password of the house';

describeWithKafka('a broker with TLS and passwords', () => {
  const scratch = scratchDirectory('kafka-tls');
  let kafka: EmbeddedKafka;
  let secure: KafkaSettings;

  beforeAll(async () => {
    const { authority, certificate, key } = certificatesIn(scratch.path);
    // Kafka wants key and certificate in one file.
    const store = join(scratch.path, 'server.store.pem');
    writeFileSync(store, readFileSync(key, 'utf8') + readFileSync(certificate, 'utf8'));
    kafka = await startMortalKafka(join(scratch.path, 'kafka'), {
      secure: { keyStore: store, trustStore: authority, users: { gavel: PASSWORD } },
    });
    await makeTopics(busSettings(kafka.brokers, 'tls.', 2));
    secure = {
      brokers: kafka.secureBrokers,
      prefix: 'tls.',
      clientId: 'gavel-test',
      tls: { ca: authority, cert: null, key: null },
      sasl: { mechanism: 'scram-sha-512', username: 'gavel', password: PASSWORD },
    };
    await allow(kafka.brokers);
  }, 300_000);
  afterAll(async () => {
    await kafka?.stop(true);
    scratch.remove();
  });

  const connecting = async (settings: KafkaSettings): Promise<string> => {
    // What is refused at once is refused for good.
    const admin = (await kafkaClient(settings, silentLog, 0)).admin();
    try {
      await admin.connect();
      await admin.listTopics();
      return 'connected';
    } catch (error) {
      return String(error);
    } finally {
      await admin.disconnect();
    }
  };
  /** Commands answered by themselves, with the bidder's id as the sender wrote it. */
  const answering = async (bus: KafkaCommandBus): Promise<void> => {
    for (let partition = 0; partition < bus.partitions; partition++)
      bus.run(partition, async (batch) => batch.map(() => ({ status: 'refused', reason: 'CommandIdReused' }) as const));
  };
  const envelope = () => ({
    command: { type: 'BuyNow' as const, auctionId: auctionNo(1), bidderId: ann },
    commandId: commandId(runtime.uuid()),
    actor: person(ann, 'bidder'),
    correlationId: null,
  });

  it('lets in who knows its authority and has the password', async () => {
    expect(await connecting(secure)).toBe('connected');
  });

  it('is not trusted without its authority', async () => {
    expect(await connecting({ ...secure, tls: { ca: null, cert: null, key: null } })).toMatch(
      /self.signed|certificate/,
    );
  });

  it('refuses another password, and who does not speak TLS', async () => {
    const { sasl } = secure;
    if (sasl === null) throw new Error('there is a password');
    expect(await connecting({ ...secure, sasl: { ...sasl, password: 'another' } })).toMatch(/SASL|Authentication/i);
    expect(await connecting({ ...secure, tls: null })).not.toBe('connected');
  }, 180_000);

  it('carries commands and answers, also again after it was gone', async () => {
    const bus = await openBus({ ...busSettings(secure.brokers, 'tls.', 2), kafka: secure });
    await answering(bus);
    expect(await bus.submit(envelope())).toEqual({ status: 'refused', reason: 'CommandIdReused' });
    await kafka.kill(1);
    const asked = bus.submit(envelope());
    await kafka.restart(1);
    // It may have been lost on the way, which its sender is told; the next one goes through.
    expect(['refused', 'fault']).toContain((await asked).status);
    expect(await bus.submit(envelope())).toEqual({ status: 'refused', reason: 'CommandIdReused' });
    await bus.drain();
  }, 180_000);
});

/** The broker knows whom it lets do what: the house everything with its own topics and groups. */
async function allow(brokers: readonly string[]): Promise<void> {
  const client = await kafkaClient({ brokers, prefix: '', clientId: 'test', tls: null, sasl: null }, silentLog);
  const admin = client.admin();
  await admin.connect();
  // Topics and groups (2 and 3) whose names begin (4) with ours: any operation (2) is allowed (3).
  const rule = { principal: 'User:gavel', host: '*', operation: 2, permissionType: 3, resourcePatternType: 4 };
  await admin.createAcls({
    acl: [2, 3].map((resourceType) => ({ ...rule, resourceType, resourceName: 'tls.' })),
  });
  await admin.disconnect();
}
