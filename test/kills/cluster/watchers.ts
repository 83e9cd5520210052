// Watchers of auctions, who go to another node when theirs is gone, and must end at the last price all the same.
import { type Client, createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { socketUrl } from '../../support/watcher.js';

const QUERY = 'subscription Watch($id: ID!) { auctionUpdated(id: $id) { auctionId revision currentPrice } }';
const RETRY_MS = 250;

export class Watchers {
  private readonly clients: Client[] = [];
  /** The highest revision that each watcher was told of, by auction. */
  private readonly told: { auctionId: string; revision: number }[] = [];

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

  async close(): Promise<void> {
    // One that is looking for a node when all are gone cannot say goodbye; it has nothing open either.
    await Promise.allSettled(this.clients.map((client) => client.dispose()));
  }

  private watch(auctionId: string): void {
    const mine = { auctionId, revision: -1 };
    this.told.push(mine);
    const client = createClient({
      url: () => socketUrl(this.url()),
      webSocketImpl: WebSocket,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
      retryWait: () => new Promise((resolve) => setTimeout(resolve, RETRY_MS)),
    });
    this.clients.push(client);
    const subscribe = (): void => {
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
