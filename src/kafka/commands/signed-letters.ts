// Signed dead letters. Every writer of the topic can put a letter there. In a letter without our signature the broker tells when
// the message arrived, not the letter.
import type kafkajs from 'kafkajs';
import type { Runtime } from '../../runtime/runtime.js';
import type { Outgoing } from '../client/batching-producer.js';
import { type DeadLetter, type FoundLetter, readDeadLetters } from '../client/dead-letters.js';
import { HEADERS, type MessageSigner } from './message-signer.js';

/** The letter as a message with its signature. */
export const signedLetter = (letter: Outgoing, signer: MessageSigner): Outgoing => ({
  ...letter,
  headers: { [HEADERS.signature]: signer.sign('dead letter', letter.value ?? '') },
});

/**
 * All letters that there are, as `readDeadLetters` has them. `arrivedAt` is the broker's stamp on the message that could not
 * become a command; in a letter without our signature, the broker's stamp on the letter itself.
 */
export async function readSignedLetters(
  kafka: kafkajs.Kafka,
  dlqTopic: string,
  { runtime, signer }: Readonly<{ runtime: Runtime; signer: MessageSigner }>,
): Promise<readonly DeadLetter[]> {
  const found = await readDeadLetters(kafka, dlqTopic, runtime);
  return found.map(({ letter, message }) => believed(letter, message, signer));
}

function believed(letter: DeadLetter, message: FoundLetter['message'], signer: MessageSigner): DeadLetter {
  return signer.signed(message, 'dead letter') ? letter : { ...letter, arrivedAt: Number(message.timestamp) };
}
