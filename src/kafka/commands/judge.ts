// One chunk of one partition's messages on its way through the engine: read, judge, answer, set aside what cannot be
// judged, forward what lies wrong. When it resolves, all of it is durable and the offset may move past it.
import type kafkajs from 'kafkajs';
import type { ArrivedCommand, BatchHandler, Outcome } from '../../bus/command-bus.js';
import type { InboundTopic } from '../../bus/ingress.js';
import type { Log } from '../../runtime/log.js';
import { type BackOff, pauseAfter } from '../../runtime/retry.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { BatchingProducer, Outgoing } from '../client/batching-producer.js';
import { deadLetter, type Place, type SetAside } from '../client/dead-letters.js';
import { commandText, type ReplyTo } from './command.codec.js';
import type { MessageReader } from './message-reader.js';
import { HEADERS, headerOf, type MessageSigner } from './message-signer.js';
import { type Answered, type EventCodec, outcomesText } from './outcome.codec.js';
import { signedLetter } from './signed-letters.js';

export type JudgeParts = Readonly<{
  reader: MessageReader;
  signer: MessageSigner;
  codec: EventCodec;
  producer: BatchingProducer;
  topics: Readonly<Record<InboundTopic | 'outcomes' | 'dlq', string>>;
  runtime: Runtime;
  log: Log;
  /** Pauses before commands are judged again that met a fault which passes. */
  backOff: BackOff;
}>;

/** Where a chunk comes from, and how to tell that its partition was given to another engine. */
export type Chunk = Readonly<{
  topic: InboundTopic;
  partition: number;
  messages: readonly kafkajs.KafkaMessage[];
  /** Keeps our membership while something takes long; rejects when the group is being rebalanced. */
  heartbeat: () => Promise<void>;
  isOurs: () => boolean;
}>;

type Asked = Readonly<{ command: ArrivedCommand; reply: ReplyTo | null; message: kafkajs.KafkaMessage }>;

/** Answers that fit into one message for sure: an accepted bid's takes about 700 bytes. */
const ANSWERS_A_MESSAGE = 400;

/** The chunk was not finished because its partition is somebody else's by now. */
export class LetGo extends Error {}

export class Judge {
  constructor(private readonly parts: JudgeParts) {}

  async take(chunk: Chunk, handler: BatchHandler): Promise<void> {
    const { reader } = this.parts;
    const asked: Asked[] = [];
    const aside: Outgoing[] = [];
    for (const message of chunk.messages) {
      const verdict = await reader.read(chunk.topic, chunk.partition, message);
      if (verdict.kind === 'command') asked.push({ command: verdict.command, reply: verdict.reply, message });
      else if (verdict.kind === 'misplaced') aside.push(this.forwarded(chunk, message, verdict));
      else aside.push(this.dead(chunk, message, verdict));
    }
    const outcomes = await this.judged(chunk, asked, handler);
    asked.forEach((one, i) => {
      const { command } = one;
      const outcome = outcomes[i];
      if (outcome?.status !== 'fault') return;
      const why = {
        reason: 'CannotBeJudged',
        detail: `${outcome.code}: ${outcome.message}`,
        arrivedAt: command.arrivedAt,
      };
      aside.push(this.dead(chunk, this.ownMessage(one), why));
    });
    const outgoing = [...aside, ...this.answers(asked, outcomes)];
    await Promise.all(outgoing.map((message) => this.parts.producer.send(message)));
  }

  /**
   * Judges until each command has a final answer. Faults that pass (the journal cannot be reached) and too many conflicts stop
   * the partition for a while: a command that is left out would be lost, since nobody would send it again.
   */
  private async judged(chunk: Chunk, asked: readonly Asked[], handler: BatchHandler): Promise<readonly Outcome[]> {
    const { runtime, log, backOff } = this.parts;
    const outcomes: (Outcome | null)[] = asked.map(() => null);
    let open = asked.map((_, i) => i);
    for (let tries = 1; open.length > 0; tries++) {
      const commands = open.flatMap((i) => asked[i]?.command ?? []);
      const answered = await handler(commands).catch((error: unknown) => {
        log.error({ error: error instanceof Error ? error.message : String(error) }, 'a batch handler threw');
        return [];
      });
      open.forEach((index, i) => {
        outcomes[index] = answered[i] ?? null;
      });
      open = open.filter((index) => isToBeJudgedAgain(outcomes[index] ?? null));
      if (open.length === 0) break;
      const pauseMs = Math.round(pauseAfter(tries, backOff, runtime.random()));
      log.warn({ partition: chunk.partition, commands: open.length, pauseMs }, 'commands wait to be judged again');
      await runtime.sleep(pauseMs);
      await chunk.heartbeat();
      if (!chunk.isOurs()) throw new LetGo();
    }
    return outcomes.flatMap((outcome) => outcome ?? []);
  }

  private answers(asked: readonly Asked[], outcomes: readonly Outcome[]): readonly Outgoing[] {
    const byNode = new Map<string, Readonly<{ reply: ReplyTo; answers: Answered[] }>>();
    asked.forEach(({ command, reply }, i) => {
      const outcome = outcomes[i];
      if (reply === null || outcome === undefined) return;
      const one = { seq: reply.seq, commandId: command.commandId, outcome };
      const known = byNode.get(reply.node);
      if (known === undefined) byNode.set(reply.node, { reply, answers: [one] });
      else known.answers.push(one);
    });
    const { topics, codec } = this.parts;
    return [...byNode.values()].flatMap(({ reply: { node, partition }, answers }) =>
      pieces(answers, ANSWERS_A_MESSAGE).map((some) => ({
        topic: topics.outcomes,
        partition,
        key: node,
        ...this.signed(outcomesText(node, some, codec)),
      })),
    );
  }

  private signed(text: string) {
    const value = Buffer.from(text);
    return { value, headers: { [HEADERS.signature]: this.parts.signer.sign('outcomes', value) } };
  }

  private dead(chunk: Chunk, message: SetAside, why: Readonly<{ reason: string; detail: string; arrivedAt: number }>) {
    const { topics, log } = this.parts;
    const place: Place = { topic: topics[chunk.topic], partition: chunk.partition, offset: message.offset };
    const { reason, detail, arrivedAt } = why;
    log.warn({ ...place, reason, detail }, 'a message cannot become a command');
    return signedLetter(deadLetter(topics.dlq, place, message, { reason, detail, arrivedAt }), this.parts.signer);
  }

  /**
   * A command that was admitted, as a message of the house's own: dead letters keep no token, and who asked for it is known.
   */
  private ownMessage({ command, message }: Asked): SetAside {
    if (headerOf(message.headers, HEADERS.signature) !== null) return message;
    const { key, offset } = message;
    const value = Buffer.from(commandText(command, null));
    return { key, offset, value, headers: { [HEADERS.signature]: this.parts.signer.sign('command', value) } };
  }

  private forwarded(
    chunk: Chunk,
    message: kafkajs.KafkaMessage,
    to: Readonly<{ partition: number; arrivedAt: number }>,
  ): Outgoing {
    const first = `${to.arrivedAt}`;
    const firstSignature = this.parts.signer.sign('first', first, message.value ?? '');
    return {
      topic: this.parts.topics[chunk.topic],
      partition: to.partition,
      key: message.key,
      value: message.value,
      headers: { ...message.headers, [HEADERS.first]: first, [HEADERS.firstSignature]: firstSignature },
    };
  }
}

const isToBeJudgedAgain = (outcome: Outcome | null): boolean =>
  outcome === null || outcome.status === 'busy' || (outcome.status === 'fault' && outcome.retryable);

export function pieces<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
