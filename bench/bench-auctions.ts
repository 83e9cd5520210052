// The auctions that are bid on, and who bids: registered and listed by commands, like anybody's.

import type { CommandBus, CommandEnvelope } from '../src/bus/command-bus.js';
import type { Role } from '../src/domain/actor.js';
import { DEFAULT_FEES, DEFAULT_SOFT_CLOSE, incrementsFor } from '../src/domain/auction/house-defaults.js';
import { type AuctionId, auctionId, commandId, type UserId, userId } from '../src/domain/ids.js';
import type { Command } from '../src/domain/messages.js';
import { later } from '../src/domain/time.js';
import { bigintAsText } from '../src/runtime/bigint-text.js';
import type { Runtime } from '../src/runtime/runtime.js';
import { STARTING_PRICE } from './bid-plan.js';

export type BenchAuctions = Readonly<{
  bidders: readonly UserId[];
  /** Bid on by callers of the same process, and over REST: each plan of bids has to begin with fresh auctions. */
  spread: readonly AuctionId[];
  httpSpread: readonly AuctionId[];
  hot: AuctionId;
  http: Readonly<{ spread: readonly AuctionId[]; hot: AuctionId }>;
}>;

const OPEN_FOR_MS = 24 * 3_600_000;
/** Commands under way at once while everything is set up. */
const AT_ONCE = 1_000;

/** Registers so many bidders and a seller, and lists `auctions` twice, `httpAuctions`, and two hot ones. */
export async function setUpAuctions(
  bus: CommandBus,
  runtime: Runtime,
  counts: Readonly<{ bidders: number; auctions: number; httpAuctions?: number }>,
): Promise<BenchAuctions> {
  const { bidders: people, auctions: each, httpAuctions = 0 } = counts;
  const seller = userId(runtime.uuid());
  const bidders = Array.from({ length: people }, () => userId(runtime.uuid()));
  const auctions = Array.from({ length: 2 * each + httpAuctions + 2 }, () => auctionId(runtime.uuid()));
  const envelope = (command: Command, who: UserId, role: Role): CommandEnvelope => ({
    command,
    commandId: commandId(runtime.uuid()),
    actor: { kind: 'user', userId: who, roles: [role] },
    correlationId: null,
  });
  const users = [seller, ...bidders].map((who) =>
    envelope({ type: 'RegisterUser', userId: who, username: null, personalData: null }, who, 'bidder'),
  );
  await submitAll(bus, users);
  const listings = auctions.map((id, number) => envelope(listing(id, number, seller, runtime), seller, 'seller'));
  await submitAll(bus, listings);
  const [hot, httpHot, ...many] = auctions;
  if (hot === undefined || httpHot === undefined) throw new RangeError('there are always two auctions');
  const http = { spread: many.slice(2 * each), hot: httpHot };
  return { bidders, hot, spread: many.slice(0, each), httpSpread: many.slice(each, 2 * each), http };
}

const listing = (id: AuctionId, number: number, sellerId: UserId, runtime: Runtime): Command => ({
  type: 'ListAuction',
  auctionId: id,
  sellerId,
  item: { title: `Lot ${number}`, description: 'Something to bid on.', category: 'bench' },
  terms: {
    format: 'english',
    currency: 'USD',
    startingPrice: BigInt(STARTING_PRICE),
    reservePrice: null,
    buyNowPrice: null,
    increments: incrementsFor('USD'),
    retraction: 'by-request',
    softClose: DEFAULT_SOFT_CLOSE,
    fees: DEFAULT_FEES,
  },
  opensAt: null,
  closesAt: later(runtime.now(), OPEN_FOR_MS),
});

async function submitAll(bus: CommandBus, envelopes: readonly CommandEnvelope[]): Promise<void> {
  for (let from = 0; from < envelopes.length; from += AT_ONCE) {
    const outcomes = await Promise.all(envelopes.slice(from, from + AT_ONCE).map((one) => bus.submit(one)));
    const failed = outcomes.find(({ status }) => status !== 'accepted');
    if (failed !== undefined)
      throw new Error(`the auctions could not be set up: ${JSON.stringify(failed, bigintAsText)}`);
  }
}
