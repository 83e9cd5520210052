// Dead letters under the seal of the house. Whoever may write to the topic may put a letter there; when a message arrived is
// then for the broker to say, and not for the letter.
import type kafkajs from 'kafkajs';
import type { Runtime } from '../../runtime/runtime.js';
import { type DeadLetter, type FoundLetter, readDeadLetters } from '../client/dead-letters.js';
import type { Outgoing } from '../client/outbox.js';
import { HEADERS, type Seal } from './seal.js';

/** The letter as a message with its seal. */
export const sealedLetter = (letter: Outgoing, seal: Seal): Outgoing => ({
  ...letter,
  headers: { [HEADERS.seal]: seal.of('dead letter', letter.value ?? '') },
});

/**
 * All letters that there are, as `readDeadLetters` has them. `arrivedAt` is the broker's stamp on the message that could not
 * become a command; in a letter without a seal that fits, the broker's stamp on the letter itself.
 */
export async function readSealedLetters(
  kafka: kafkajs.Kafka,
  dlqTopic: string,
  { runtime, seal }: Readonly<{ runtime: Runtime; seal: Seal }>,
): Promise<readonly DeadLetter[]> {
  const found = await readDeadLetters(kafka, dlqTopic, runtime);
  return found.map(({ letter, message }) => believed(letter, message, seal));
}

function believed(letter: DeadLetter, message: FoundLetter['message'], seal: Seal): DeadLetter {
  return seal.isOn(message, 'dead letter') ? letter : { ...letter, arrivedAt: Number(message.timestamp) };
}
