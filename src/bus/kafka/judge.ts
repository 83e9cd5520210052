// What becomes of messages on their way through an engine: read, judged, answered, set aside where they cannot be judged,
// forwarded where they lie wrong. In which order, and how often, is the lane's affair (lane.ts).
import type kafkajs from 'kafkajs';
import { deadLetter, type Place } from '../../kafka/dead-letters.js';
import type { Outgoing } from '../../kafka/outbox.js';
import type { Log } from '../../runtime/log.js';
import type { ArrivedCommand, BatchHandler, Outcome } from '../command-bus.js';
import type { InboundTopic } from '../ingress.js';
import type { ReplyTo } from './command.codec.js';
import { HEADERS, type MessageReader } from './message-reader.js';
import { type Answered, type EventCodec, outcomesText } from './outcome.codec.js';
import type { Seal } from './seal.js';

export type JudgeParts = Readonly<{
  reader: MessageReader;
  seal: Seal;
  codec: EventCodec;
  topics: Readonly<Record<InboundTopic | 'outcomes' | 'dlq', string>>;
  log: Log;
}>;

/** A message and the topic that it came by. */
export type Arrived = Readonly<{ topic: InboundTopic; message: kafkajs.KafkaMessage }>;

/** A command as it was read, and who waits for its answer. */
export type Asked = Readonly<{ command: ArrivedCommand; reply: ReplyTo | null; arrived: Arrived }>;

/** What messages came to: commands to be judged, in their order, and messages for elsewhere. */
export type Read = Readonly<{ asked: readonly Asked[]; aside: readonly Outgoing[] }>;

/** Answers that fit into one message for sure: an accepted bid's takes about 700 bytes. */
const ANSWERS_A_MESSAGE = 400;

export class Judge {
  constructor(private readonly parts: JudgeParts) {}

  /** Reads messages of a partition. Rejects only while the keys of tokens cannot be had; then they are to be read again. */
  async read(partition: number, messages: readonly Arrived[]): Promise<Read> {
    const asked: Asked[] = [];
    const aside: Outgoing[] = [];
    for (const arrived of messages) {
      const verdict = await this.parts.reader.read(arrived.topic, partition, arrived.message);
      if (verdict.kind === 'command') asked.push({ command: verdict.command, reply: verdict.reply, arrived });
      else if (verdict.kind === 'misplaced') aside.push(this.forwarded(arrived, verdict));
      else aside.push(this.dead(partition, arrived, verdict));
    }
    return { asked, aside };
  }

  /**
   * Has commands judged, once. Null stands for an answer that is yet to be had: the journal is out of reach, or there were
   * too many conflicts; such a command is to be judged again rather than lost, because nobody would send it again.
   */
  async judge(asked: readonly Asked[], handler: BatchHandler): Promise<readonly (Outcome | null)[]> {
    if (asked.length === 0) return [];
    const outcomes = await handler(asked.map(({ command }) => command)).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      this.parts.log.error({ error: message }, 'a batch handler threw');
      return [];
    });
    return asked.map((_, i) => standing(outcomes[i]));
  }

  /** The answers to those who wait for them, and the commands that can never be judged. `outcomes` in the order of `asked`. */
  outgoing(partition: number, asked: readonly Asked[], outcomes: readonly Outcome[]): readonly Outgoing[] {
    const dead = asked.flatMap(({ command, arrived }, i) => {
      const outcome = outcomes[i];
      if (outcome?.status !== 'fault') return [];
      const { arrivedAt } = command;
      const detail = `${outcome.code}: ${outcome.message}`;
      return [this.dead(partition, arrived, { reason: 'CannotBeJudged', detail, arrivedAt })];
    });
    return [...dead, ...this.answers(asked, outcomes)];
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
        value: outcomesText(node, some, codec),
      })),
    );
  }

  private dead(
    partition: number,
    { topic, message }: Arrived,
    why: Readonly<{ reason: string; detail: string; arrivedAt: number }>,
  ): Outgoing {
    const { topics, log } = this.parts;
    const place: Place = { topic: topics[topic], partition, offset: message.offset };
    const { reason, detail, arrivedAt } = why;
    log.warn({ ...place, reason, detail }, 'a message cannot become a command');
    return deadLetter(topics.dlq, place, message, { reason, detail, arrivedAt });
  }

  private forwarded({ topic, message }: Arrived, to: Readonly<{ partition: number; arrivedAt: number }>): Outgoing {
    const first = `${to.arrivedAt}`;
    const firstSeal = this.parts.seal.of('first', first, message.value ?? '');
    return {
      topic: this.parts.topics[topic],
      partition: to.partition,
      key: message.key,
      value: message.value,
      headers: { ...message.headers, [HEADERS.first]: first, [HEADERS.firstSeal]: firstSeal },
    };
  }
}

/** An outcome that stands: null for those that pass. */
function standing(outcome: Outcome | undefined): Outcome | null {
  if (outcome === undefined || outcome.status === 'busy') return null;
  return outcome.status === 'fault' && outcome.retryable ? null : outcome;
}

export function pieces<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
}
