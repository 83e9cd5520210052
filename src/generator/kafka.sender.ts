// The people of a plan as producers of their own: listings and bids are written to the topics under each person's token, and
// the API is asked how they were answered. Accounts are registered over the API, which alone takes personal data.

import type { BatchingProducer } from '../kafka/client/batching-producer.js';
import { type Inbound, topicName } from '../kafka/client/topics.js';
import type { Runtime } from '../runtime/runtime.js';
import { bodyOf, type HttpSender, reasonOf } from './http.sender.js';
import type { Person } from './people.js';
import type { Message, Outcome, Sender } from './sender.js';

/** A message that is not answered for so long lies in the dead letters, or nobody reads the topic. */
const ANSWER_WITHIN_MS = 30_000;
const ASK_FIRST_MS = 25;
const ASK_MAX_MS = 500;

export type KafkaSenderParts = Readonly<{
  http: HttpSender;
  producer: Pick<BatchingProducer, 'send'>;
  /** What the names of the topics begin with. */
  prefix: string;
  tokenOf: (person: Person) => Promise<string>;
  runtime: Runtime;
}>;

export class KafkaSender implements Sender {
  constructor(private readonly parts: KafkaSenderParts) {}

  async send(message: Message, cut: AbortSignal): Promise<Outcome> {
    const asked = requestOf(message);
    if (asked === null) return this.parts.http.send(message, cut);
    const { topic, key, request } = asked;
    const { producer, prefix, tokenOf } = this.parts;
    const { by, commandId } = message;
    try {
      const value = JSON.stringify({ v: 1, commandId, token: await tokenOf(by), request });
      await producer.send({ topic: topicName(prefix, topic), key, value });
    } catch (error) {
      return { kind: 'fault', message: `Kafka: ${reasonOf(error)}` };
    }
    return this.answer(message, cut);
  }

  private async answer({ by, commandId }: Message, cut: AbortSignal): Promise<Outcome> {
    const { http, runtime } = this.parts;
    const untilMs = runtime.monotonicMs() + ANSWER_WITHIN_MS;
    for (let waitMs = ASK_FIRST_MS; ; waitMs = Math.min(ASK_MAX_MS, waitMs * 2)) {
      await runtime.sleep(waitMs, cut);
      const outcome = await http.answerTo(by, commandId, cut);
      // What is held back is the question, not the command: that lies in the topic.
      if (outcome !== null && outcome.kind !== 'held') return outcome;
      if (cut.aborted) return { kind: 'fault', message: 'cut off by the stop' };
      if (runtime.monotonicMs() > untilMs)
        return { kind: 'fault', message: `no answer within ${ANSWER_WITHIN_MS / 1_000} s` };
      if (outcome !== null) await runtime.sleep(outcome.afterMs, cut);
    }
  }
}

/** The request as docs/schemas has it, and where it travels, by the id of what it is about; null for what the API alone takes. */
function requestOf(message: Message): Readonly<{ topic: Inbound; key: string; request: object }> | null {
  const { wish } = message;
  const { commandId: _, ...body } = bodyOf(message);
  switch (wish.kind) {
    case 'register':
    case 'photo':
    case 'question':
      return null;
    case 'command': {
      const { type, topic, named } = wish;
      if (topic === null) return null;
      return { topic, key: String(Object.values(named)[0]), request: { type, ...named, ...body } };
    }
    case 'list':
      return { topic: 'items', key: wish.listing.auctionId, request: { type: 'ListAuction', ...body } };
    case 'bid': {
      const { auctionId } = wish;
      return { topic: 'bids', key: auctionId, request: { type: 'PlaceBid', auctionId, ...body } };
    }
    case 'retraction': {
      const { auctionId, bidNumber } = wish;
      return { topic: 'bids', key: auctionId, request: { type: 'RetractBid', auctionId, bidNumber, ...body } };
    }
  }
}
