// A plan played through the real rules, each move in its turn and at its planned time.
import type { Facts } from '../../src/domain/actor.js';
import type { AuctionCommand } from '../../src/domain/auction/auction.commands.js';
import type { AuctionEvent, BidPlaced } from '../../src/domain/auction/auction.events.js';
import { decide, evolve, unlisted } from '../../src/domain/auction/auction.js';
import type { Auction, OpenAuction } from '../../src/domain/auction/auction.state.js';
import { DEFAULT_FEES, DEFAULT_SOFT_CLOSE, EBAY_INCREMENTS } from '../../src/domain/auction/house-defaults.js';
import { auctionId, userId } from '../../src/domain/ids.js';
import { instant, later } from '../../src/domain/time.js';
import type { Plan, PlannedAuction, PlannedMove } from '../../src/generator/plan.js';

const noon = instant(Date.UTC(2026, 0, 1, 12));

export type Judged = Readonly<{ move: PlannedMove; before: OpenAuction; events: readonly AuctionEvent[] }>;
export type JudgedAuction = Readonly<{ auction: PlannedAuction; moves: readonly Judged[]; end: OpenAuction }>;

/** Judges one auction of a plan; throws when the rules refuse any move of it. */
export function judged({ people }: Plan, auction: PlannedAuction): JudgedAuction {
  const who = (number: number) => userId(people[number]?.userId ?? '');
  const id = auctionId(auction.auctionId);
  const closesAt = later(noon, auction.lengthMs);
  const numbers = new Map<number, number>();
  let state: Auction = unlisted;
  const does = (command: AuctionCommand, by: number, beforeCloseMs: number): readonly AuctionEvent[] => {
    const facts: Facts = {
      at: later(closesAt, -beforeCloseMs),
      actor: { kind: 'user', userId: who(by), roles: ['bidder', 'seller'] },
      user: { status: 'active', revision: 0 },
    };
    const decision = decide(command, state, facts);
    if (!decision.accepted)
      throw new Error(`${command.type} of ${auction.number}: ${JSON.stringify(decision.rejection)}`);
    state = decision.events.reduce<Auction>(evolve, state);
    return decision.events;
  };
  const { startingPrice, reservePrice, seller, title, description, category } = auction;
  const terms = { format: 'english', currency: 'USD', startingPrice, reservePrice, buyNowPrice: null } as const;
  const softClose = auction.softClose ? DEFAULT_SOFT_CLOSE : null;
  does(
    {
      type: 'ListAuction',
      auctionId: id,
      sellerId: who(seller),
      item: { title, description, category },
      terms: { ...terms, increments: EBAY_INCREMENTS, softClose, retraction: auction.retraction, fees: DEFAULT_FEES },
      opensAt: null,
      closesAt,
    },
    seller,
    auction.lengthMs,
  );
  const moves = auction.moves.map((move): Judged => {
    const before = open(state);
    const { bidder, beforeCloseMs } = move;
    if (move.kind === 'retraction') {
      const bidNumber = numbers.get(move.of) ?? 0;
      const command = {
        type: 'RetractBid',
        auctionId: id,
        bidderId: who(bidder),
        bidNumber,
        reason: 'TypingError',
      } as const;
      return { move, before, events: does(command, bidder, beforeCloseMs) };
    }
    const { amount } = move;
    const bid = {
      type: 'PlaceBid',
      auctionId: id,
      bidderId: who(bidder),
      amount,
      currency: 'USD',
      channel: 'online',
    } as const;
    const events = does(bid, bidder, beforeCloseMs);
    numbers.set(move.entry, (events[0] as BidPlaced).bidNumber);
    return { move, before, events };
  });
  return { auction, moves, end: open(state) };
}

function open(state: Auction): OpenAuction {
  if (state.status !== 'open') throw new Error(`the auction is ${state.status}`);
  return state;
}
