// How a Kafka consumer lives: it reads until it crashes, stands still or is told to stop. Then a loop starts another
// (runtime/loop.ts).
import type kafkajs from 'kafkajs';
import type { Log } from '../../runtime/log.js';

/** The pause before the next consumer, and between tries while the brokers are away. */
export const READ_AGAIN = { pauseMs: 500, backOff: { minMs: 500, maxMs: 2_000 } };

export type Reading = Readonly<{
  consumer: kafkajs.Consumer;
  subscription: kafkajs.ConsumerSubscribeTopics;
  options: kafkajs.ConsumerRunConfig;
  /** The consumer's life ends when this aborts. */
  until: AbortSignal;
  /** Called once it reads. */
  begun: () => void;
}>;

/** Connects the consumer and lets it read. Rejects if it cannot begin. The caller disconnects it in any case. */
export async function read({ consumer, subscription, options, until, begun }: Reading): Promise<void> {
  await consumer.connect();
  await consumer.subscribe(subscription);
  await consumer.run(options);
  begun();
  await aborted(until);
}

/** Disconnects; a consumer that is gone already is no failure. */
export async function leave(consumer: kafkajs.Consumer, log: Log): Promise<void> {
  await consumer
    .disconnect()
    .catch((error: unknown) => log.debug({ error: String(error) }, 'the consumer was gone already'));
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
