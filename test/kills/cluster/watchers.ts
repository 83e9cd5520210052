// Watchers of auctions, who go to another node when theirs is gone, and must end at the last price all the same.
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { socketUrl } from '../../support/watcher.js';

const QUERY = 'subscription Watch($id: ID!) { auctionUpdated(id: $id) { auctionId revision currentPrice } }';
const RETRY_MS = 250;
/** A watcher that is looking for a node while all are gone cannot say goodbye; it has nothing open either. */
const GOODBYE_MS = 5_000;

export class Watchers {
  private readonly clients: Client[] = [];
  private isClosing = false;
  /** The highest revision that each watcher was told of, by auction. */
  private readonly told: { auctionId: string; revision: number }[] = [];

  /** `url` is a node that is up, and must not throw: graphql-ws would wait for ever for an address. */
  constructor(
    private readonly url: () => string,
    auctions: readonly string[],
    each: number,
  ) {
    for (const auctionId of auctions) for (let i = 0; i < each; i++) this.watch(auctionId);
  }

  /** Sentences about watchers that have not seen the end of these auctions. */
  behind(last: ReadonlyMap<string, number>): readonly string[] {
    return this.told.flatMap(({ auctionId, revision }) =>
      revision === last.get(auctionId)
        ? []
        : [`a watcher of ${auctionId} ended at ${revision}, not ${last.get(auctionId)}`],
    );
  }

  /** Resolves within seconds, whatever has become of the nodes. */
  async close(): Promise<void> {
    this.isClosing = true;
    const goodbyes = Promise.allSettled(this.clients.map((client) => client.dispose()));
    await Promise.race([goodbyes, sleep(GOODBYE_MS, undefined, { ref: false })]);
    for (const client of this.clients) client.terminate();
  }

  private watch(auctionId: string): void {
    const mine = { auctionId, revision: -1 };
    this.told.push(mine);
    const client = createClient({
      url: () => socketUrl(this.url()),
      webSocketImpl: WebSocket,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => !this.isClosing,
      retryWait: () => sleep(RETRY_MS),
    });
    this.clients.push(client);
    const subscribe = (): void => {
      if (this.isClosing) return;
      client.subscribe<{ auctionUpdated: { revision: number } }>(
        { query: QUERY, variables: { id: auctionId } },
        {
          next: ({ data }) => {
            mine.revision = Math.max(mine.revision, Number(data?.auctionUpdated.revision ?? -1));
          },
          error: () => setTimeout(subscribe, RETRY_MS),
          complete: () => undefined,
        },
      );
    };
    subscribe();
  }
}
