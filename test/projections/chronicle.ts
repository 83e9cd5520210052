// Histories for projections: commands judged by the real rules, their events recorded in a journal as the engine would.
import type { Actor } from '../../src/domain/actor.js';
import type { AuctionCommand } from '../../src/domain/auction/auction.commands.js';
import { type Auction, decide, evolve, unlisted } from '../../src/domain/auction/auction.js';
import { DEFAULT_FEES, EBAY_INCREMENTS } from '../../src/domain/auction/house-defaults.js';
import type { EnglishTerms } from '../../src/domain/auction/terms.js';
import {
  type AuctionId,
  auctionId,
  type HallResultId,
  hallResultId,
  type UserId,
  userId,
} from '../../src/domain/ids.js';
import {
  auctionStream,
  type DomainEvent,
  refusalsStream,
  type StreamId,
  userStream,
} from '../../src/domain/messages.js';
import type { HallBidRecorded, HallResultRecorded } from '../../src/domain/sale/hall-result.events.js';
import { type Instant, instant, later } from '../../src/domain/time.js';
import type { EventMeta, Journal, NewEvent } from '../../src/journal/journal.js';

const uuid = (kind: number, n: number): string => `0190000${kind}-0000-7000-8000-${n.toString(16).padStart(12, '0')}`;
export const auctionNo = (n: number): AuctionId => auctionId(uuid(1, n));
export const hallNo = (n: number): HallResultId => hallResultId(uuid(4, n));
export const userNo = (n: number): UserId => userId(uuid(2, n));

export const noon = instant(Date.UTC(2026, 0, 1, 12));
const meta: EventMeta = { commandId: null, actorId: null, fingerprint: null, correlationId: null, causationId: null };

export const terms: EnglishTerms = {
  format: 'english',
  currency: 'USD',
  startingPrice: 10_00n,
  reservePrice: null,
  buyNowPrice: null,
  increments: EBAY_INCREMENTS,
  retraction: 'ebay',
  softClose: { windowMs: 120_000, extensionsMax: null, extensionTotalMaxMs: null },
  fees: DEFAULT_FEES,
};

/** A lot that was sold in a hall to nobody known. */
export const hallResult: HallResultRecorded = {
  type: 'HallResultRecorded',
  venue: 'hall',
  sale: 'Spring\t2026',
  lotNumber: '422A',
  item: { title: 'A \\N landscape', description: 'Ink,\n"paper"', category: 'Paintings' },
  currency: 'USD',
  lowEstimate: 38_490_00n,
  highEstimate: 64_150_00n,
  startingPrice: null,
  reservePrice: 35_000_00n,
  outcome: 'sold',
  price: 45_900_00n,
  priceKind: 'with-premium',
  buyerId: null,
  buyerKey: null,
  paddle: 'A-17',
  sellerId: null,
  heldAt: instant(Date.UTC(2025, 11, 1)),
  corrects: false,
  source: { file: 'spring.csv', line: 2 },
};
/** A bid in a past online auction, by nobody known. */
export const hallBid: HallBidRecorded = {
  type: 'HallBidRecorded',
  bidNumber: 1,
  bidType: 'online',
  bidderId: null,
  bidderKey: null,
  paddle: null,
  price: 45_000_00n,
  maximum: null,
  currency: 'USD',
  placedAt: instant(Date.UTC(2025, 10, 30, 12)),
};
/** What a lot that was not sold does not have. */
export const unsold = { price: null, priceKind: null, buyerId: null, buyerKey: null, paddle: null } as const;

const house: Actor = { kind: 'house' };
const admin: Actor = { kind: 'user', userId: userNo(99), roles: ['admin'] };
const person = (id: UserId): Actor => ({ kind: 'user', userId: id, roles: ['bidder', 'seller'] });

/** A house's history as it is told; `now` is the judged time of whatever comes next. */
export class Chronicle {
  now: Instant = noon;
  private readonly auctions = new Map<AuctionId, Auction>();

  constructor(readonly journal: Journal) {}

  /** Records events as they are given, true to the rules or not, in one append. */
  async record(streamId: StreamId, ...events: readonly DomainEvent[]): Promise<void> {
    const recorded = events.map((event): NewEvent => ({ event, occurredAt: this.now, meta }));
    await this.journal.append([{ streamId, expected: 'any', events: recorded, restsOn: [] }]);
  }

  async register(...users: readonly UserId[]): Promise<void> {
    for (const id of users)
      await this.record(userStream(id), {
        type: 'UserRegistered',
        username: `user ${id.slice(-4)}`,
        personalData: `encrypted of ${id.slice(-4)}`,
        registeredAt: this.now,
      });
  }

  /** Lists an auction of user 1's that closes in an hour. */
  async list(id: AuctionId, changed: Partial<EnglishTerms> = {}, closesInMs = 3_600_000): Promise<void> {
    const taken = await this.ask(
      {
        type: 'ListAuction',
        auctionId: id,
        sellerId: userNo(1),
        item: {
          title: `A \\N clock, no. ${Number.parseInt(id.slice(-12), 16)}`,
          description: 'It ticks.\n\\Loudly.\\N',
          category: 'Antiques',
        },
        terms: { ...terms, ...changed },
        opensAt: null,
        closesAt: later(this.now, closesInMs),
      },
      person(userNo(1)),
    );
    if (!taken) throw new Error(`auction ${id} could not be listed`);
  }

  bid(id: AuctionId, bidder: UserId, amount: bigint): Promise<boolean> {
    const command = {
      type: 'PlaceBid',
      auctionId: id,
      bidderId: bidder,
      amount,
      currency: 'USD',
      channel: 'online',
    } as const;
    return this.ask(command, person(bidder));
  }

  retract(id: AuctionId, bidder: UserId, bidNumber: number): Promise<boolean> {
    const command = { type: 'RetractBid', auctionId: id, bidderId: bidder, bidNumber, reason: 'TypingError' } as const;
    return this.ask(command, person(bidder));
  }

  buyNow(id: AuctionId, bidder: UserId): Promise<boolean> {
    return this.ask({ type: 'BuyNow', auctionId: id, bidderId: bidder }, person(bidder));
  }

  /** Moves the clock to the auction's close, if it is not there yet, and brings the hammer down. */
  close(id: AuctionId): Promise<boolean> {
    const auction = this.auctions.get(id);
    const closesAt = auction?.status === 'open' ? auction.closesAt : this.now;
    if (this.now < closesAt) this.now = closesAt;
    return this.ask({ type: 'CloseAuction', auctionId: id, closesAt }, house);
  }

  cancel(id: AuctionId, reason: string): Promise<boolean> {
    return this.ask({ type: 'CancelAuction', auctionId: id, reason }, person(userNo(1)));
  }

  withdraw(id: AuctionId, reason: string): Promise<boolean> {
    return this.ask({ type: 'WithdrawAuction', auctionId: id, reason }, admin);
  }

  /** The auction's state by the rules. */
  auction(id: AuctionId): Auction {
    return this.auctions.get(id) ?? unlisted;
  }

  /** Judges a command and records what follows; true if it was taken. */
  async ask(command: AuctionCommand, actor: Actor): Promise<boolean> {
    const id = command.auctionId;
    const before = this.auction(id);
    const decision = decide(command, before, { at: this.now, actor, user: { status: 'active', revision: 0 } });
    if (!decision.accepted) {
      const about = { rejection: decision.rejection, judgedAtRevision: 0, rejectedAt: this.now };
      await this.record(
        refusalsStream(id),
        command.type === 'PlaceBid'
          ? {
              type: 'BidRejected',
              bidderId: command.bidderId,
              amount: command.amount,
              currency: command.currency,
              ...about,
            }
          : { type: 'CommandRejected', command: command.type, ...about },
      );
      return false;
    }
    this.auctions.set(id, decision.events.reduce(evolve, before));
    await this.record(auctionStream(id), ...decision.events);
    return true;
  }
}
