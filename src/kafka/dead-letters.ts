// Messages that cannot become commands, kept with the reason and the place they came from. The topic is compacted by that
// place: a message that is read twice is one dead letter, and one that was replayed is deleted.
import type kafkajs from 'kafkajs';
import { z } from 'zod';
import type { Outgoing } from './outbox.js';

export const deadLetterSchema = z
  .object({
    v: z.literal(1),
    reason: z.string().meta({ description: 'Why it cannot become a command: one of a closed list.' }),
    detail: z.string().meta({ description: 'A sentence that names what is wrong.' }),
    topic: z.string(),
    partition: z.int().nonnegative(),
    offset: z.string().regex(/^\d+$/),
    arrivedAt: z.int().meta({ description: 'When the broker first took it, in epoch milliseconds.' }),
    key: z.string().nullable().meta({ description: 'In base64.' }),
    value: z.string().nullable().meta({ description: 'In base64. May hold amounts: the topic is the house’s own.' }),
    headers: z.record(z.string(), z.string()).meta({ description: 'Values in base64.' }),
  })
  .meta({ id: 'DeadLetter', description: 'A message that could not become a command.' });

export type DeadLetter = Readonly<z.output<typeof deadLetterSchema>>;

/** Where a message stood: what a dead letter is named by. */
export type Place = Readonly<{ topic: string; partition: number; offset: string }>;

export const placeName = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`;

/** The letter for a message, as a message. */
export function deadLetter(
  dlqTopic: string,
  place: Place,
  message: kafkajs.KafkaMessage,
  why: Readonly<{ reason: string; detail: string; arrivedAt: number }>,
): Outgoing {
  const letter: DeadLetter = {
    v: 1,
    ...why,
    ...place,
    key: message.key?.toString('base64') ?? null,
    value: message.value?.toString('base64') ?? null,
    headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, base64Of(value)])),
  };
  return { topic: dlqTopic, partition: 0, key: placeName(place), value: JSON.stringify(letter) };
}

// A header may come several times; one is as good as the last.
function base64Of(value: kafkajs.IHeaders[string]): string {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return Buffer.from(last ?? '').toString('base64');
}
