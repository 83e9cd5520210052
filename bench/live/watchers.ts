// Thousands of watchers in one process: each a socket with one subscription. They read what they must and no more, so that
// the machine's processors are left to the house that is measured.
import { once } from 'node:events';
import WebSocket from 'ws';
import type { AuctionId } from '../../src/domain/ids.js';
import type { Runtime } from '../../src/runtime/runtime.js';

const SUBSCRIPTION =
  'subscription($id: ID!) { auctionUpdated(id: $id) { auctionId revision status currentPrice minimumNextBid leaderId bidCount closesAt } }';
const REVISION = /"revision":(\d+)/;
/** Sockets that are opened at once. */
const AT_ONCE = 100;

export type Seen = (auction: AuctionId, before: number, revision: number, atMs: number) => void;

type Watcher = { readonly socket: WebSocket; readonly auction: AuctionId; revision: number };

export class Watchers {
  readonly problems: string[] = [];
  messages = 0;
  private readonly watchers: Watcher[] = [];
  private closing = false;

  constructor(
    private readonly runtime: Runtime,
    private readonly seen: Seen,
  ) {}

  /** Opens a socket for each of these auctions; resolves once every one has seen its auction. */
  async open(url: string, auctions: readonly AuctionId[]): Promise<void> {
    for (let from = 0; from < auctions.length; from += AT_ONCE)
      await Promise.all(auctions.slice(from, from + AT_ONCE).map((auction) => this.watch(url, auction)));
  }

  /** True once every watcher has seen at least the revision that `of` tells of its auction. */
  haveSeen(of: (auction: AuctionId) => number): boolean {
    return this.watchers.every(({ auction, revision }) => revision >= of(auction));
  }

  async close(): Promise<void> {
    this.closing = true;
    const closed = this.watchers.map(({ socket }) => once(socket, 'close'));
    for (const { socket } of this.watchers) socket.close();
    await Promise.all(closed);
  }

  private async watch(url: string, auction: AuctionId): Promise<void> {
    const socket = new WebSocket(`${url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      perMessageDeflate: false,
    });
    socket.on('close', (code) => {
      if (!this.closing) this.problems.push(`a socket was closed with ${code}`);
    });
    await once(socket, 'open');
    const watcher: Watcher = { socket, auction, revision: -1 };
    this.watchers.push(watcher);
    const ready = Promise.withResolvers<void>();
    socket.on('message', (data) => {
      this.take(watcher, String(data));
      if (watcher.revision >= 0 || this.problems.length > 0) ready.resolve();
    });
    socket.send('{"type":"connection_init"}');
    const payload = { query: SUBSCRIPTION, variables: { id: auction } };
    await once(socket, 'message');
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload }));
    await ready.promise;
  }

  private take(watcher: Watcher, text: string): void {
    if (text === '{"type":"connection_ack"}') return;
    const revision = Number(REVISION.exec(text)?.[1] ?? Number.NaN);
    if (!text.startsWith('{"id":"1","type":"next"') || Number.isNaN(revision)) {
      this.problems.push(`a watcher was told ${text.slice(0, 200)}`);
      return;
    }
    this.messages += 1;
    const before = watcher.revision;
    if (revision <= before) this.problems.push(`revision ${revision} came after ${before}`);
    watcher.revision = revision;
    if (before >= 0 && revision > before) this.seen(watcher.auction, before, revision, this.runtime.monotonicMs());
  }
}
