// Messages that cannot become commands, kept with the reason and the place they came from. The topic is compacted by that
// place: a message that is read twice is one dead letter, and one that was replayed is deleted.
import type kafkajs from 'kafkajs';
import { z } from 'zod';
import type { Runtime } from '../../runtime/runtime.js';
import type { Outgoing } from './batching-producer.js';
import { withoutTokens } from './without-tokens.js';

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
    value: z
      .string()
      .nullable()
      .meta({ description: 'In base64, tokens taken out. May hold amounts: the topic is the house’s own.' }),
    headers: z.record(z.string(), z.string()).meta({ description: 'Values in base64.' }),
  })
  .meta({ id: 'DeadLetter', description: 'A message that could not become a command.' });

export type DeadLetter = Readonly<z.output<typeof deadLetterSchema>>;

/** Where a message stood: what a dead letter is named by. */
export type Place = Readonly<{ topic: string; partition: number; offset: string }>;

/** What is kept of a message. */
export type SetAside = Pick<kafkajs.KafkaMessage, 'key' | 'value' | 'headers' | 'offset'>;

export const placeName = ({ topic, partition, offset }: Place): string => `${topic}/${partition}/${offset}`;

/** The letter for a message, as a message. Tokens are taken out of it: letters are kept for long, and read by people. */
export function deadLetter(
  dlqTopic: string,
  place: Place,
  message: SetAside,
  why: Readonly<{ reason: string; detail: string; arrivedAt: number }>,
): Outgoing {
  const letter: DeadLetter = {
    v: 1,
    ...why,
    ...place,
    key: message.key === null ? null : withoutTokens(message.key).toString('base64'),
    value: message.value === null ? null : withoutTokens(message.value).toString('base64'),
    headers: Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, base64Of(value)])),
  };
  return { topic: dlqTopic, partition: 0, key: placeName(place), value: JSON.stringify(letter) };
}

/** A letter, and the message that it came as. */
export type FoundLetter = Readonly<{ letter: DeadLetter; message: kafkajs.KafkaMessage }>;

const READ_WITHIN_MS = 60_000;

/** A message among the dead letters that is none, or one of a newer version. */
export class DeadLetterUnreadable extends Error {
  readonly code = 'DeadLetterUnreadable';
}

/**
 * All letters that there are, the oldest first: the topic read from its beginning to its end as it is now. Rejects when that
 * takes too long, and at a message that is no letter.
 */
export async function readDeadLetters(
  kafka: kafkajs.Kafka,
  dlqTopic: string,
  runtime: Runtime,
): Promise<readonly FoundLetter[]> {
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `${dlqTopic}.${runtime.uuid()}`;
  try {
    const [offsets] = await admin.fetchTopicOffsets(dlqTopic);
    const [from, end] = [BigInt(offsets?.low ?? 0), BigInt(offsets?.high ?? 0)];
    if (end <= from) return [];
    return await readTo(kafka, { topic: dlqTopic, groupId, last: end - 1n, runtime });
  } finally {
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

type Reading = Readonly<{ topic: string; groupId: string; last: bigint; runtime: Runtime }>;

async function readTo(
  kafka: kafkajs.Kafka,
  { topic, groupId, last, runtime }: Reading,
): Promise<readonly FoundLetter[]> {
  const letters = new Map<string, FoundLetter>();
  const unreadable: DeadLetterUnreadable[] = [];
  const read = new AbortController();
  const consumer = kafka.consumer({ groupId, allowAutoTopicCreation: false });
  await consumer.connect();
  try {
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        const { key, value, offset } = message;
        const name = key?.toString() ?? '';
        letters.delete(name);
        // A letter without a value is one that was replayed.
        const letter = value === null ? null : letterIn(value, `${topic}/0/${offset}`);
        // Thrown here it would be an error to kafkajs, which would read the message again and again.
        if (letter instanceof DeadLetterUnreadable) unreadable.push(letter);
        else if (letter !== null) letters.set(name, { letter, message });
        if (unreadable.length > 0 || BigInt(offset) >= last) read.abort();
      },
    });
    await runtime.sleep(READ_WITHIN_MS, read.signal);
    const [problem] = unreadable;
    if (problem !== undefined) throw problem;
    if (!read.signal.aborted) throw new Error(`waited ${READ_WITHIN_MS / 1_000} s for the end of ${topic}`);
    return [...letters.values()];
  } finally {
    await consumer.disconnect();
  }
}

function letterIn(value: Buffer, where: string): DeadLetter | DeadLetterUnreadable {
  try {
    return deadLetterSchema.parse(JSON.parse(value.toString()));
  } catch (cause) {
    return new DeadLetterUnreadable(`the message at ${where} is no dead letter that this version can read`, { cause });
  }
}

/** Says that the letter of this place is settled. */
export const settledLetter = (dlqTopic: string, place: Place): Outgoing => ({
  topic: dlqTopic,
  partition: 0,
  key: placeName(place),
  value: null,
});

// A header may come several times; one is as good as the last.
function base64Of(value: kafkajs.IHeaders[string]): string {
  const last = Array.isArray(value) ? value.at(-1) : value;
  return withoutTokens(Buffer.from(last ?? '')).toString('base64');
}
