// Follows `auction.events` from its end on, for the live prices of a node that does not read the journal. A relay publishes some
// facts twice, and the broker may lose the tail's offset. So takers drop lower revisions and see gaps, and are told to look
// everything up again where facts may have been missed.
import type kafkajs from 'kafkajs';
import { deferredPublicFact, type PublicFact } from '../../feed/facts/public-facts.js';
import { TopicTail, type TopicTailParts } from '../client/topic-tail.js';
import type { MessageSigner } from '../commands/message-signer.js';

export type FactTailParts = Omit<TopicTailParts, 'partitions' | 'take'> &
  Readonly<{
    signer: MessageSigner;
    take: (facts: readonly PublicFact[]) => void;
  }>;

/** A tail that hands over facts as they are published. */
export function factTail({ take, signer, ...parts }: FactTailParts): TopicTail {
  const factOf = (message: kafkajs.KafkaMessage): readonly PublicFact[] => {
    const { value, offset } = message;
    if (!signer.signed(message, 'fact')) {
      parts.log.warn({ topic: parts.topic, offset }, 'a fact without the signature of this house is dropped');
      return [];
    }
    try {
      return [deferredPublicFact(value?.toString('utf8') ?? '')];
    } catch (error) {
      // Readers see the gap by the next fact's revision.
      parts.log.warn({ topic: parts.topic, offset, error: String(error).slice(0, 200) }, 'this is not a public fact');
      return [];
    }
  };
  return new TopicTail({ ...parts, partitions: null, take: (messages) => take(messages.flatMap(factOf)) });
}
