// Tills that write bids to Kafka themselves, a steady stream of them. What the brokers have acknowledged must have one
// effect; what they have not is sent again under the same id, as a till would.
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import type { Person } from '../crowd.js';

/** In few requests: a request costs the brokers about as much for one bid as for fifty. */
const EVERY_MS = 500;
/** Above every step of the default table at the prices that are reached here. */
const STEP = 100_00;

type Sent = Readonly<{ commandId: string; message: kafkajs.Message }>;

export class Tills {
  /** Command ids that the brokers have taken. */
  readonly taken: string[] = [];
  private readonly runtime = new SystemRuntime();
  private readonly producer: kafkajs.Producer;
  private readonly stopping = new AbortController();
  private readonly prices = new Map<string, number>();
  private loop: Promise<void> = Promise.resolve();
  private drawn = 0;

  constructor(
    brokers: readonly string[],
    private readonly auctions: readonly string[],
    private readonly bidders: readonly Person[],
    private readonly perSecond: number,
  ) {
    const kafka = new kafkajs.Kafka({
      brokers: [...brokers],
      clientId: 'tills',
      logLevel: kafkajs.logLevel.NOTHING,
      retry: { retries: 3 },
    });
    this.producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  }

  async start(): Promise<void> {
    await this.producer.connect();
    this.loop = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.loop;
    await this.producer.disconnect();
  }

  private async run(): Promise<void> {
    let unsure: readonly Sent[] = [];
    while (!this.stopping.signal.aborted || unsure.length > 0) {
      const startedMs = performance.now();
      const batch = unsure.length > 0 ? unsure : this.draw(Math.round((this.perSecond * EVERY_MS) / 1_000));
      unsure = (await this.wasTaken(batch)) ? [] : batch;
      await sleep(Math.max(0, EVERY_MS - (performance.now() - startedMs)));
    }
  }

  private async wasTaken(batch: readonly Sent[]): Promise<boolean> {
    // A request for each auction. In one for all of them kafkajs does not send a partition's messages at all, and resolves, when
    // their leader dies and one that has answered for another partition takes its place (sendMessages.js, 2.2.4).
    const requests = [...Map.groupBy(batch, ({ message }) => message.key).values()].map((sent) =>
      this.producer.send({ topic: 'auction.bids', acks: -1, messages: sent.map(({ message }) => message) }),
    );
    const results = await Promise.allSettled(requests);
    if (results.some(({ status }) => status === 'rejected')) return false;
    this.taken.push(...batch.map(({ commandId }) => commandId));
    return true;
  }

  private draw(count: number): readonly Sent[] {
    return Array.from({ length: count }, () => {
      this.drawn += 1;
      const auctionId = this.auctions[this.drawn % this.auctions.length] ?? '';
      // Nobody outbids himself: whoever bids in an auction changes from bid to bid.
      const round = Math.floor(this.drawn / this.auctions.length);
      const bidder = this.bidders[round % this.bidders.length];
      const price = (this.prices.get(auctionId) ?? STEP) + STEP;
      this.prices.set(auctionId, price);
      const commandId = this.runtime.uuid();
      const request = { type: 'PlaceBid', auctionId, amount: String(price), currency: 'USD' };
      const value = JSON.stringify({ v: 1, commandId, token: bidder?.token, request });
      return { commandId, message: { key: auctionId, value } };
    });
  }
}
