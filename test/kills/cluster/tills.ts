// Tills that write bids to Kafka themselves, one an auction, a steady stream of requests. What the brokers have acknowledged
// must have one effect; what they have not is sent again under the same id, as a till would.
import { setTimeout as sleep } from 'node:timers/promises';
import kafkajs from 'kafkajs';
import { SystemRuntime } from '../../../src/runtime/system.runtime.js';
import type { Person } from '../crowd.js';

/** Between two requests of one till. Few of many bids each: one costs the brokers about as much for one bid as for fifty. */
const EVERY_MS = 500;
/** Above every step of the default table at the prices that are reached here. */
const STEP = 100_00;

type Sent = Readonly<{ commandId: string; message: kafkajs.Message }>;

export class Tills {
  /** Command ids that the brokers have taken. */
  readonly taken: string[] = [];
  /** Requests that were sent again, because the brokers did not say that they had them. */
  repeated = 0;
  private readonly runtime = new SystemRuntime();
  private readonly producer: kafkajs.Producer;
  private readonly stopping = new AbortController();
  private loops: readonly Promise<void>[] = [];

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
    const { auctions } = this;
    this.loops = auctions.map((auctionId, i) => this.run(auctionId, (i * EVERY_MS) / auctions.length));
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await Promise.all(this.loops);
    await this.producer.disconnect();
  }

  /** One till. Each has its time in the beat, so that there is a request under way nearly always. */
  private async run(auctionId: string, delayMs: number): Promise<void> {
    await sleep(delayMs);
    const count = Math.round((this.perSecond * EVERY_MS) / 1_000 / this.auctions.length);
    let steps = 1;
    let unsure: readonly Sent[] = [];
    while (!this.stopping.signal.aborted || unsure.length > 0) {
      const startedMs = performance.now();
      const batch = unsure.length > 0 ? unsure : Array.from({ length: count }, () => this.bid(auctionId, ++steps));
      unsure = (await this.wasTaken(batch)) ? [] : batch;
      await sleep(Math.max(0, EVERY_MS - (performance.now() - startedMs)));
    }
  }

  private async wasTaken(batch: readonly Sent[]): Promise<boolean> {
    // All of one auction. In a request for several, kafkajs does not send a partition's messages at all, and resolves, when their
    // leader dies and one that has answered for another partition takes its place (sendMessages.js, 2.2.4).
    const messages = batch.map(({ message }) => message);
    try {
      await this.producer.send({ topic: 'auction.bids', acks: -1, messages });
    } catch {
      // Sent again as it is, until the brokers say that they have it.
      this.repeated += 1;
      return false;
    }
    this.taken.push(...batch.map(({ commandId }) => commandId));
    return true;
  }

  /** A bid of so many steps. Nobody outbids himself: whoever bids in an auction changes from bid to bid. */
  private bid(auctionId: string, steps: number): Sent {
    const bidder = this.bidders[steps % this.bidders.length];
    const commandId = this.runtime.uuid();
    const request = { type: 'PlaceBid', auctionId, amount: String(steps * STEP), currency: 'USD' };
    const value = JSON.stringify({ v: 1, commandId, token: bidder?.token, request });
    return { commandId, message: { key: auctionId, value } };
  }
}
