// Kafka for integration tests: the brokers that `KAFKA_BROKERS` names, else one of our own that the run starts when its
// first test asks for it (run-kafka.ts). Tests share it and keep apart by their topics' prefix and their groups' names.

import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';

/** `host:port` of each broker; waits for the start of ours. */
export async function testBrokers(): Promise<readonly string[]> {
  const given = process.env['KAFKA_BROKERS'];
  if (given !== undefined && given !== '') return given.split(',');
  const door = process.env['GAVEL_TEST_KAFKA'];
  if (door === undefined) throw new Error('no Kafka for tests: name the file *.it.test.ts and run it through Jest');
  const socket = connect(door);
  await once(socket, 'connect');
  const answer: { brokers: string[] } | { problem: string } = JSON.parse(await text(socket));
  if ('problem' in answer) throw new Error(answer.problem);
  return answer.brokers;
}

/** A prefix for topics of a test file's own. */
export const freshPrefix = (): string => `t${randomBytes(5).toString('hex')}.`;
