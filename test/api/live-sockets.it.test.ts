// What the sockets of live prices hold and let go of, over real WebSockets: many watchers, watchers that vanish, watchers
// that stop reading. The facts are fed by hand, so that the test decides how much there is to tell.
import { afterEach, describe, expect, it } from '@jest/globals';
import { type AuctionId, auctionId, userId } from '../../src/domain/ids.js';
import type { Minor } from '../../src/domain/money.js';
import { listedAuction } from '../../src/live/live-auction.js';
import type { AuctionRow } from '../../src/projections/silver/silver.queries.js';
import { liveOf, runtime, settings, TestApi, tokenFor } from '../support/api.js';
import { eventually } from '../support/eventually.js';
import { listedFact } from '../support/listed-fact.js';
import { BareSocket } from '../support/watcher.js';

const SELLER = userId(runtime.uuid());
const ids = Array.from({ length: 100 }, () => auctionId(runtime.uuid()));
const [hot] = ids as [AuctionId, ...AuctionId[]];
/** Longer than rules allow, so that a few hundred messages fill whatever the kernel keeps for a socket that nobody reads. */
const TITLE = 'It ticks. '.repeat(1_500);

const listed = { ...listedFact, sellerId: SELLER, title: TITLE };

const AUCTION = 'subscription($id: ID!) { auctionUpdated(id: $id) { revision bidCount title } }';
const LIST = 'subscription { auctionsUpdated(filter: { status: OPEN }) { auctionId revision title } }';
const NEWS = 'subscription { myNews { auctionId revision } }';

let http: TestApi | null = null;
let open: BareSocket[] = [];
afterEach(async () => {
  for (const { socket } of open) socket.terminate();
  open = [];
  await http?.close();
  http = null;
});

/** An edge whose Silver knows these auctions as they were listed. */
async function start(bounds: Partial<typeof settings.sockets> = {}) {
  const rows = new Map<string, AuctionRow>(ids.map((id) => [id, listedAuction(id, listed)]));
  const live = liveOf({ auction: async (id) => rows.get(id) ?? null, concerns: async () => [] });
  http = await TestApi.start({ live, settings: { ...settings, sockets: { ...settings.sockets, ...bounds } } });
  const { url, api } = http;
  const connect = async (token?: string): Promise<BareSocket> => {
    const socket = await BareSocket.ready(url, token);
    open.push(socket);
    return socket;
  };
  /** The auction's next bid, as every watcher may see it. */
  const bid = (id: AuctionId, revision: number): void => {
    const standing = { currentPrice: BigInt(100 + revision) as Minor, minimumNextBid: BigInt(105 + revision) as Minor };
    const bidder = { bidNumber: revision, bidderId: SELLER, bidType: 'manual', currency: 'USD' } as const;
    const leader = { leaderId: SELLER, leadingBid: revision, bidCount: revision, reserveMet: true };
    const at = runtime.now();
    live.auctions.take([
      {
        auctionId: id,
        revision,
        occurredAt: at,
        recordedAt: at,
        event: { type: 'BidPlaced', ...bidder, placedAt: at, ...standing, ...leader },
      },
    ]);
  };
  const held = () => ({ sockets: api.sockets.size(), auctions: live.auctions.size(), news: live.news.size() });
  return { connect, bid, held };
}

const updates = (socket: BareSocket, id: string): number => socket.of(id).filter(({ type }) => type === 'next').length;
const lastRevision = (socket: BareSocket, id: string): number =>
  Number(socket.of(id).at(-1)?.payload?.data?.auctionUpdated?.revision ?? -1);

describe('a thousand subscriptions', () => {
  it('that are opened and dropped in every way leave nothing behind', async () => {
    const { connect, bid, held } = await start();
    // The edge begins to listen when the first of all subscriptions comes, and goes on.
    const first = await connect();
    first.subscribe('0', AUCTION, { id: hot });
    await eventually('the first of all', () => updates(first, '0') === 1);
    first.socket.close();
    await eventually('it to be gone', () => held().sockets.sockets === 0);
    const before = held();
    const token = await tokenFor(userId(runtime.uuid()), 'bidder');
    const sockets = await Promise.all(Array.from({ length: 20 }, () => connect(token)));
    for (const socket of sockets)
      for (let n = 0; n < 50; n++) {
        if (n < 40) socket.subscribe(`${n}`, AUCTION, { id: ids[n * 2] });
        else socket.subscribe(`${n}`, n % 2 === 0 ? LIST : NEWS);
      }
    await eventually('all of them to be held', () => held().sockets.subscriptions === 1_000);
    await eventually('every first state', () => sockets.every((socket) => updates(socket, '0') > 0));
    bid(hot, 1);
    await eventually('everybody to hear', () => sockets.every((socket) => lastRevision(socket, '0') === 1));
    expect(held().auctions.pinned).toBe(40);

    for (const [i, socket] of sockets.entries()) {
      // A third say so, a third close the socket, a third are just gone.
      if (i % 3 === 0) for (let n = 0; n < 50; n++) socket.say({ id: `${n}`, type: 'complete' });
      else if (i % 3 === 1) socket.socket.close();
      else socket.socket.terminate();
    }
    await eventually('all of them to be gone', () => held().sockets.subscriptions === 0);
    for (const { socket } of sockets) socket.close();
    await eventually('nothing to be left', () => held().sockets.sockets === 0);
    expect(held()).toEqual(before);
    // Nor does what happens later bring anything back.
    bid(hot, 2);
    expect(held()).toEqual(before);
  });

  it('are refused beyond the bound of a socket, with the bound named, and the others go on', async () => {
    const { connect, bid } = await start({ subscriptionsPerSocketMax: 3 });
    const socket = await connect();
    for (const n of [0, 1, 2, 3]) socket.subscribe(`${n}`, AUCTION, { id: hot });
    await eventually('the refusal', () => socket.of('3').length > 0);
    expect(socket.of('3')).toMatchObject([
      {
        type: 'error',
        payload: [{ message: 'a socket holds at most 3 of them', extensions: { code: 'TooManySubscriptions' } }],
      },
    ]);
    bid(hot, 1);
    await eventually('the three to hear', () => [0, 1, 2].every((n) => lastRevision(socket, `${n}`) === 1));
  });
});

describe('a client that stops reading', () => {
  it('costs the others nothing, and gets the latest instead of a backlog once it reads again', async () => {
    const { connect, bid } = await start({ bufferBytesMax: 16_384 });
    const [slow, good] = [await connect(), await connect()];
    slow.subscribe('list', LIST);
    good.subscribe('hot', AUCTION, { id: hot });
    await eventually('the first state', () => updates(good, 'hot') === 1);
    bid(hot, 1);
    await eventually('both to hear', () => updates(slow, 'list') === 1 && lastRevision(good, 'hot') === 1);
    slow.socket.pause();
    for (const id of ids.slice(1)) bid(id, 1);
    // 100 auctions and 15 kB each time: far beyond what the kernel takes for a reader that has gone to sleep.
    for (let round = 2; round <= 40; round++) {
      for (const id of ids) bid(id, round);
      await eventually('the client that reads', () => lastRevision(good, 'hot') === round);
    }
    slow.socket.resume();
    const latest = () =>
      new Map(
        slow
          .of('list')
          .map(({ payload }) => [payload.data.auctionsUpdated.auctionId, payload.data.auctionsUpdated.revision]),
      );
    await eventually('the latest of each auction', () => ids.every((id) => latest().get(id) === 40));
    expect(slow.closed).toBeNull();
    expect(updates(slow, 'list')).toBeLessThan(40 * 100 * 0.75);
  });

  it('is cut when it goes on like that, and what it held is let go', async () => {
    const { connect, bid, held } = await start({ bufferBytesMax: 16_384, stalledMaxMs: 200 });
    const [slow, good] = [await connect(), await connect()];
    slow.subscribe('list', LIST);
    good.subscribe('hot', AUCTION, { id: hot });
    await eventually('both subscriptions', () => held().sockets.subscriptions === 2 && updates(good, 'hot') === 1);
    slow.socket.pause();
    let rounds = 0;
    await eventually('the slow one to be cut', () => {
      rounds += 1;
      for (const id of ids) bid(id, rounds);
      return held().sockets.sockets === 1;
    });
    await eventually('the other to be told of it all', () => lastRevision(good, 'hot') === rounds);
    expect(held().sockets.subscriptions).toBe(1);
    expect(held().auctions.others).toBe(0);
  });
});
