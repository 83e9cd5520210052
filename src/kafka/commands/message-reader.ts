// From a message as Kafka hands it over to a command that can be judged, or to the reason why it cannot become one.
import { isUtf8 } from 'node:buffer';
import type kafkajs from 'kafkajs';
import type { ArrivedCommand, CommandEnvelope } from '../../bus/command-bus.js';
import { type DeadReason, type InboundTopic, type Ingress, refused, TOPIC_OF } from '../../bus/ingress.js';
import { partitionOf } from '../../bus/partitioner.js';
import { aggregateId } from '../../domain/messages.js';
import { type Instant, instant } from '../../domain/time.js';
import { parseExactly } from '../../runtime/exact-json.js';
import { houseMessage, MESSAGE_VERSION, type ReplyTo } from './command.codec.js';
import { HEADERS, headerOf, type MessageSigner } from './message-signer.js';

export type Verdict =
  | Readonly<{ kind: 'command'; command: ArrivedCommand; reply: ReplyTo | null }>
  /** It lies in another partition than its auction's: it belongs into `partition`, and arrived when it first did. */
  | Readonly<{ kind: 'misplaced'; partition: number; arrivedAt: Instant }>
  | Readonly<{ kind: 'dead'; reason: DeadReason; detail: string; arrivedAt: Instant }>;

export type ReaderParts = Readonly<{
  signer: MessageSigner;
  ingress: Ingress;
  partitions: number;
  messageBytesMax: number;
}>;

export class MessageReader {
  constructor(private readonly parts: ReaderParts) {}

  /** Rejects only while the keys of tokens cannot be had; then the message is to be read again. */
  async read(topic: InboundTopic, partition: number, message: kafkajs.KafkaMessage): Promise<Verdict> {
    const arrivedAt = this.arrivalOf(message);
    const admission = await this.admit(topic, message);
    if (!admission.admitted) return { kind: 'dead', reason: admission.reason, detail: admission.detail, arrivedAt };
    const { envelope, reply } = admission;
    const home = partitionOf(aggregateId(envelope.command), this.parts.partitions);
    if (home !== partition) return { kind: 'misplaced', partition: home, arrivedAt };
    const { command, commandId, actor, correlationId } = envelope;
    return { kind: 'command', command: { command, commandId, actor, correlationId, arrivedAt, partition }, reply };
  }

  /** The broker's time of the append; of the first one, for a message that was forwarded. */
  private arrivalOf({ timestamp, headers, value }: kafkajs.KafkaMessage): Instant {
    const appendedAt = instant(Number(timestamp));
    const first = headerOf(headers, HEADERS.first);
    const signature = headerOf(headers, HEADERS.firstSignature);
    if (first === null || signature === null || !this.parts.signer.verifies(signature, 'first', first, value ?? ''))
      return appendedAt;
    return instant(Math.min(appendedAt, Number(first.toString())));
  }

  private async admit(topic: InboundTopic, { value, headers }: kafkajs.KafkaMessage) {
    if (value === null || value.length === 0) return refused('Empty', 'the message has no value');
    const { messageBytesMax, signer, ingress } = this.parts;
    if (value.length > messageBytesMax)
      return refused('TooLarge', `the message has ${value.length} bytes; at most ${messageBytesMax} are read`);
    // Decoding would mend what is not UTF-8, and then something else would be kept than was sent.
    if (!isUtf8(value)) return refused('NotJson', 'the value is not UTF-8');
    const message = parsed(value);
    if (message === undefined) return refused('NotJson', 'the value is not a JSON object');
    if (message['v'] !== MESSAGE_VERSION) return refused('UnknownVersion', `"v" must be ${MESSAGE_VERSION}`);
    const signature = headerOf(headers, HEADERS.signature);
    if (signature !== null) return signer.verifies(signature, 'command', value) ? this.own(topic, message) : forged;
    const admission = await ingress.admit(topic, message);
    return admission.admitted ? { ...admission, reply: null } : admission;
  }

  private own(topic: InboundTopic, message: Readonly<Record<string, unknown>>) {
    const read = houseMessage(message);
    if (read === null) return refused('Malformed', 'this version does not know the command; a newer one may');
    if (TOPIC_OF[read.command.type] !== topic)
      return refused('WrongTopic', `${read.command.type} does not travel by ${topic}`);
    const { reply, ...envelope } = read;
    return { admitted: true as const, envelope: envelope satisfies CommandEnvelope, reply };
  }
}

const forged = refused('NotAuthenticated', 'the signature is wrong: the message is not from this house');

function parsed(value: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const json = parseExactly(value.toString('utf8'));
    if (isObject(json)) return json;
  } catch {
    // Told by the caller.
  }
  return undefined;
}

const isObject = (json: unknown): json is Readonly<Record<string, unknown>> =>
  typeof json === 'object' && json !== null && !Array.isArray(json);
