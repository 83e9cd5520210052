// The dead letters of Kafka for `gavel dlq`: messages that could not become commands, named by where they stood.

import type { Config } from '../config.js';
import { instant, isoTime } from '../domain/time.js';
import { BatchingProducer } from '../kafka/client/batching-producer.js';
import { kafkaClient } from '../kafka/client/connection.js';
import { type DeadLetter, placeName, settledLetter } from '../kafka/client/dead-letters.js';
import { topicName } from '../kafka/client/topics.js';
import { REMOVED } from '../kafka/client/without-tokens.js';
import { HEADERS, type MessageSigner } from '../kafka/commands/message-signer.js';
import { readSignedLetters } from '../kafka/commands/signed-letters.js';
import { silentLog } from '../runtime/log.js';
import { OperatorError } from '../runtime/operator-error.js';
import type { Runtime } from '../runtime/runtime.js';
import { tokenSettings } from './development.js';
import { signerOf } from './signing-key.js';

export interface DeadLetters {
  /** The oldest first; of one place, where it is named. */
  list(place?: string): Promise<readonly DeadLetter[]>;
  /** Sends messages to their topics once more, with their first arrivals, and settles their letters. */
  replay(letters: readonly DeadLetter[]): Promise<void>;
}

/** `topic/partition/offset`, as a letter is named. */
export const isPlace = (name: string): boolean => /^[\w.-]+\/\d+\/\d+$/.test(name);

/** The letters of the configured brokers; null where there are none. */
export function deadLettersOf(config: Config, runtime: Runtime): DeadLetters | null {
  const { kafka } = config;
  if (kafka === null) return null;
  const dlqTopic = topicName(kafka.kafka.prefix, 'dlq');
  return {
    list: async (place) => {
      const signer = signerOf(kafka, await tokenSettings(config));
      const client = await kafkaClient(kafka.kafka, silentLog);
      const letters = await readSignedLetters(client, dlqTopic, { runtime, signer });
      return place === undefined ? letters : letters.filter((letter) => placeName(letter) === place);
    },
    replay: async (letters) => {
      for (const letter of letters) refuseWithoutToken(letter);
      const signer = signerOf(kafka, await tokenSettings(config));
      const producer = new BatchingProducer(await kafkaClient(kafka.kafka, silentLog), runtime);
      await producer.connect();
      try {
        for (const letter of letters) {
          await producer.send(messageOf(letter, signer));
          await producer.send(settledLetter(dlqTopic, letter));
        }
      } finally {
        await producer.close();
      }
    },
  };
}

/** Who sent it cannot be told any more, so that it would only be refused again. */
function refuseWithoutToken(letter: DeadLetter): void {
  if (letter.value === null || !Buffer.from(letter.value, 'base64').includes(REMOVED)) return;
  throw new OperatorError(
    `${placeName(letter)} came with a token, which dead letters do not keep: its sender has to send it again under the same command id`,
  );
}

function messageOf({ topic, partition, key, value, headers, arrivedAt }: DeadLetter, signer: MessageSigner) {
  const bytes = value === null ? null : Buffer.from(value, 'base64');
  const first = `${arrivedAt}`;
  const kept = Object.entries(headers).map(([name, text]) => [name, Buffer.from(text, 'base64')] as const);
  return {
    topic,
    partition,
    key: key === null ? null : Buffer.from(key, 'base64'),
    value: bytes,
    headers: {
      ...Object.fromEntries(kept),
      [HEADERS.first]: first,
      [HEADERS.firstSignature]: signer.sign('first', first, bytes ?? ''),
    },
  };
}

/** Two lines for people. What the message says stays unsaid: it may hold amounts and a token. */
export const letterLines = (letter: DeadLetter): readonly string[] => [
  `${placeName(letter)}  ${letter.reason}, arrived ${isoTime(instant(letter.arrivedAt))}`,
  `  ${letter.detail}`,
];

/** For programs; the message itself only where secrets were asked for. */
export function plainLetter(letter: DeadLetter, secrets: boolean): object {
  const { key, value, headers, ...told } = letter;
  const shown = { place: placeName(letter), ...told, arrivedAt: isoTime(instant(letter.arrivedAt)) };
  const text = (base64: string | null) => (base64 === null ? null : Buffer.from(base64, 'base64').toString('utf8'));
  return secrets ? { ...shown, key: text(key), value: text(value), headers } : shown;
}
