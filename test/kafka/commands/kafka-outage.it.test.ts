// Brokers that are gone for longer than anybody waits for an answer: what is asked meanwhile must not pile up.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { Outcome } from '../../../src/bus/command-bus.js';
import { commandId } from '../../../src/domain/ids.js';
import type { EmbeddedKafka } from '../../../src/embedded/kafka/embedded-kafka.js';
import type { KafkaCommandBus } from '../../../src/kafka/commands/kafka.command-bus.js';
import { runtime } from '../../support/api.js';
import { eventually } from '../../support/eventually.js';
import { busSettings, makeTopics, openBus } from '../../support/kafka-house.js';
import { ann, person } from '../../support/memory-house.js';
import { startMortalKafka } from '../../support/mortal-kafka.js';
import { describeWithKafka } from '../../support/requires.js';
import { scratchDirectory } from '../../support/scratch.js';

const QUEUE_MAX = 20;
const FORGET_AFTER_MS = 200;

describeWithKafka('a node whose brokers are gone', () => {
  const scratch = scratchDirectory('outage');
  let kafka: EmbeddedKafka;
  let bus: KafkaCommandBus;

  beforeAll(async () => {
    kafka = await startMortalKafka(join(scratch.path, 'kafka'));
    const settings = { ...busSettings(kafka.brokers, 'auction.'), queueMax: QUEUE_MAX, forgetAfterMs: FORGET_AFTER_MS };
    await makeTopics(settings);
    bus = await openBus(settings);
  }, 300_000);
  afterAll(async () => {
    await bus.drain();
    await kafka.stop(true);
    scratch.remove();
  });

  /** There is no engine, so nobody answers. */
  const ask = async (): Promise<string> => {
    const command = { type: 'RegisterUser', userId: ann, username: null, personalData: null } as const;
    const id = commandId(runtime.uuid());
    return nameOf(await bus.submit({ command, commandId: id, actor: person(ann), correlationId: null }));
  };
  const nameOf = (outcome: Outcome): string => (outcome.status === 'fault' ? outcome.code : outcome.status);
  const askMany = async () => new Set(await Promise.all(Array.from({ length: QUEUE_MAX }, ask)));

  it('keeps as many commands as may wait, puts everybody else off, and takes commands again with the brokers', async () => {
    await kafka.kill(1);
    expect(await askMany()).toEqual(new Set(['AnswerOverdue']));
    for (let round = 0; round < 3; round++) expect(await askMany()).toEqual(new Set(['busy']));
    await kafka.restart(1);
    await eventually('commands to be taken', async () => (await ask()) === 'AnswerOverdue', 30_000);
  }, 120_000);
});
