// Bids as tills write them: straight to Kafka, each under the token of whoever bids. One request is under way while the
// next is drawn, so bids of an auction keep their order.
import type kafkajs from 'kafkajs';
import { partitionOf } from '../../src/bus/partitioner.js';
import type { AuctionId } from '../../src/domain/ids.js';
import { stablePartitioner } from '../../src/kafka/client/connection.js';
import type { Runtime } from '../../src/runtime/runtime.js';
import type { BidPlan } from '../bid-plan.js';

export type BidStreamParts = Readonly<{
  kafka: kafkajs.Kafka;
  topic: string;
  partitions: number;
  tokens: ReadonlyMap<string, string>;
  plan: BidPlan;
  runtime: Runtime;
  /** An acknowledged bid that the rules will take: the auction's revision after it, and when the broker took it (epoch ms). */
  taken?: (auction: AuctionId, revision: number, appendedAt: number) => void;
}>;

type Drawn = Readonly<{ auction: AuctionId; revision: number; partition: number }>;

export class BidStream {
  /** Sent, and of those the ones that the rules will take. */
  sent = 0;
  accepted = 0;
  private readonly producer: kafkajs.Producer;
  private readonly revisions = new Map<AuctionId, number>();
  private underWay: Promise<void> = Promise.resolve();

  constructor(private readonly parts: BidStreamParts) {
    this.producer = parts.kafka.producer({ createPartitioner: stablePartitioner, allowAutoTopicCreation: false });
  }

  connect(): Promise<void> {
    return this.producer.connect();
  }

  /** Draws so many bids and puts them in line; resolves when those before them have been acknowledged. */
  async send(count: number): Promise<void> {
    const { plan, topic, partitions, tokens, runtime, taken } = this.parts;
    const messages: kafkajs.Message[] = [];
    const drawn: Drawn[] = [];
    for (let i = 0; i < count; i++) {
      const { auction, bidder, cents, tooLow } = plan.next();
      const partition = partitionOf(auction, partitions);
      const value = `{"v":1,"commandId":"${runtime.uuid()}","token":"${tokens.get(bidder)}","request":{"type":"PlaceBid","auctionId":"${auction}","amount":"${cents}","currency":"USD"}}`;
      messages.push({ key: auction, value, partition });
      if (tooLow) continue;
      const revision = (this.revisions.get(auction) ?? 0) + 1;
      this.revisions.set(auction, revision);
      this.accepted += 1;
      if (taken !== undefined) drawn.push({ auction, revision, partition });
    }
    this.sent += count;
    await this.underWay;
    this.underWay = this.producer.send({ topic, acks: -1, messages }).then((acknowledged) => {
      const at = new Map(acknowledged.map(({ partition, logAppendTime }) => [partition, Number(logAppendTime)]));
      for (const { auction, revision, partition } of drawn) taken?.(auction, revision, at.get(partition) ?? Number.NaN);
    });
  }

  /** The revision that an auction will have come to. */
  revisionOf(auction: AuctionId): number {
    return this.revisions.get(auction) ?? 0;
  }

  async close(): Promise<void> {
    await this.underWay;
    await this.producer.disconnect();
  }

  /** Resolves when everything sent has been acknowledged. */
  settled(): Promise<void> {
    return this.underWay;
  }
}
