// The words in which the rules of a sale are told, as those of an auction are.
import { expect } from '@jest/globals';
import type { Actor, NamedUser } from '../../src/domain/actor.js';
import { type AuctionId, auctionId, saleId, type UserId } from '../../src/domain/ids.js';
import type { SaleCommand, SaleRejection } from '../../src/domain/sale/sale.commands.js';
import type {
  LotAdded,
  LotDetails,
  PaddleGiven,
  SaleDrafted,
  SaleEvent,
  SalePublished,
  SaleTerms,
  TimedCourse,
} from '../../src/domain/sale/sale.events.js';
import { decide, evolve, type Sale, undrafted } from '../../src/domain/sale/sale.js';
import { at, terms as auctionTerms, item, olga, operator, person, sue } from './auction-story.js';

export const clocks = saleId('01900007-0000-8000-8000-000000000001');
export const lotId = (n: number): AuctionId => auctionId(`01900006-0000-8000-8000-${String(n).padStart(12, '0')}`);

export const draftedAt = '01-01T12:00:00';
export const timed: TimedCourse = {
  kind: 'timed',
  opensAt: at('01-02T12:00:00'),
  closesAt: at('12:00:00'),
  lotIntervalMs: 20_000,
  softClose: auctionTerms.softClose,
  softCloseMoves: 'lot',
};

export const saleTerms = (changed: Partial<SaleTerms> = {}): SaleTerms => ({
  title: 'Clocks and watches',
  currency: 'USD',
  termsVersion: '2026-1',
  viewingNotes: 'From Monday.',
  increments: auctionTerms.increments,
  retraction: 'never',
  fees: auctionTerms.fees,
  course: timed,
  registration: 'open',
  biddingLimit: null,
  ...changed,
});

export const details: LotDetails = {
  item,
  startingPrice: 10_00n,
  reservePrice: null,
  lowEstimate: null,
  highEstimate: null,
};

export const drafted = (changed: Partial<SaleTerms> = {}): SaleDrafted => ({
  type: 'SaleDrafted',
  terms: saleTerms(changed),
  draftedBy: olga,
  draftedAt: at(draftedAt),
});
export const added = (n: number, lotNumber = String(n)): LotAdded => ({
  type: 'LotAdded',
  lotId: lotId(n),
  lotNumber,
  sellerId: sue,
  details,
  addedAt: at(draftedAt),
});
/** With a close for each lot, 20 seconds apart from noon on. */
export const published = (...numbers: number[]): SalePublished => ({
  type: 'SalePublished',
  lots: numbers.map((n, place) => ({
    lotId: lotId(n),
    lotNumber: String(n),
    closesAt: at(`12:00:${String(place * 20).padStart(2, '0')}`),
  })),
  publishedBy: olga,
  publishedAt: at(draftedAt),
});
export const given = (bidderId: UserId, paddle: number, changed: Partial<PaddleGiven> = {}): PaddleGiven => ({
  type: 'PaddleGiven',
  bidderId,
  paddle,
  biddingLimit: null,
  givenBy: null,
  givenAt: at(draftedAt),
  ...changed,
});

/** Each command without what every command on the sale has. */
type Asked = SaleCommand extends infer C ? (C extends SaleCommand ? Omit<C, 'saleId'> : never) : never;
const ACTIVE: NamedUser = { status: 'active', revision: 7 };

/** The sale that these events make. */
export const saleOf = (...events: readonly SaleEvent[]): Sale => events.reduce<Sale>(evolve, undrafted);

/** Given a history, when somebody asks for something, then exactly these events follow, or exactly this refusal. */
export const sale = (...history: readonly SaleEvent[]) => ({
  when: (asked: Asked, by: Actor = operator, time = draftedAt, user: NamedUser = ACTIVE) => {
    const state = saleOf(...history);
    const command = { ...asked, saleId: clocks } as SaleCommand;
    const decision = decide(command, state, { at: at(time), actor: by, user });
    return {
      // biome-ignore lint/suspicious/noThenProperty: nobody awaits a story, and a test that returns one untold fails.
      then: (...events: readonly SaleEvent[]) => {
        expect(decision).toEqual({ accepted: true, events });
        // What is accepted can be applied.
        events.reduce<Sale>(evolve, state);
      },
      thenRejected: (rejection: SaleRejection) => expect(decision).toEqual({ accepted: false, rejection }),
    };
  },
});

export const bidder = (id: UserId): Actor => person(id, 'bidder');
