// What happens to people: outbid, won, sold, passed, extended; and after the hammer invoiced, paid, offered a second chance.
// Worked out for those who listen just now, from public facts about the open auctions that they bid in or sell, and from what
// such a fact does not disclose to anybody else. Who does not listen finds it all in Silver.
import type { AuctionId, UserId } from '../domain/ids.js';
import type { Currency, Minor } from '../domain/money.js';
import type { Instant } from '../domain/time.js';
import type { PersonalEvent, PersonalFact, PersonalFacts } from '../feed/facts/personal-facts.js';
import { isReadable, type PublicFact } from '../feed/facts/public-facts.js';
import { retried } from '../runtime/retry.js';
import { Enquiries } from './enquiries.js';
import type { FactSink, LiveParts } from './live.queries.js';
import { Ticker } from './ticker.js';

type About = Readonly<{ auctionId: AuctionId; revision: number; at: Instant }>;

export type News = About &
  (
    | Readonly<{ kind: 'Outbid'; currency: Currency; currentPrice: Minor; minimumNextBid: Minor }>
    | Readonly<{ kind: 'Won' | 'Sold'; currency: Currency; hammerPrice: Minor }>
    | Readonly<{ kind: 'Passed'; reason: 'NoBids' | 'ReserveNotMet' }>
    | Readonly<{ kind: 'Extended'; closesAt: Instant }>
    | PersonalEvent
  );

export type NewsParts = LiveParts & Readonly<{ personalFacts: PersonalFacts }>;
export type NewsListener = (news: readonly News[]) => void;

type Concern = { revision: number; leads: boolean; readonly sells: boolean };
type Listener = {
  readonly concerns: Map<AuctionId, Concern>;
  readonly listeners: Set<NewsListener>;
  /** The latest of each kind in each auction since the last tick. */
  readonly untold: Map<string, News>;
  /** Facts since the question to Silver; null once it has been answered. */
  missed: PublicFact[] | null;
};

/** Public facts of which one person may be told more than everybody (feed/personal-facts.ts). */
const TELL_MORE_TO_SOMEBODY: ReadonlySet<PublicFact['event']['type']> = new Set([
  'Undisclosed',
  'BidRetracted',
  'SealedBidRetracted',
  'BidVoided',
  'SealedBidVoided',
] as const);

/** Most open auctions that one listener hears of: those that close first. */
const CONCERNS_MAX = 1_000;
const MISSED_FACTS_MAX = 20_000;
const BACK_OFF = { minMs: 250, maxMs: 2_000 };

export class LiveNews implements FactSink {
  private readonly people = new Map<UserId, Listener>();
  private readonly concerned = new Map<AuctionId, Set<UserId>>();
  private readonly untold = new Set<Listener>();
  private readonly ticker: Ticker;
  private readonly enquiries: Enquiries;
  private readonly stop = new AbortController();

  constructor(private readonly parts: NewsParts) {
    const { runtime, log, settings } = parts;
    this.ticker = new Ticker({ runtime, log, tickMs: settings.tickMs }, () => this.tell());
    this.enquiries = new Enquiries(parts, (fact) => this.tellPersonally(fact));
  }

  /**
   * Calls `listener` with this person's news, at most the latest of a kind in an auction and tick, until the returned function is
   * called. Resolves when nothing is missed any more.
   */
  async listen(userId: UserId, listener: NewsListener): Promise<() => void> {
    const known = this.people.get(userId);
    const person = known ?? { concerns: new Map(), listeners: new Set(), untold: new Map(), missed: [] };
    person.listeners.add(listener);
    this.people.set(userId, person);
    const stop = () => this.leave(userId, person, listener);
    if (known === undefined) await this.load(userId, person);
    return stop;
  }

  take(facts: readonly PublicFact[]): void {
    if (this.people.size === 0) return;
    for (const fact of facts) {
      // Of an event that cannot be read nobody is told; the live prices say so in the log.
      if (!isReadable(fact)) continue;
      for (const person of this.people.values()) keepMissed(person, fact);
      this.meet(fact);
      for (const userId of [...(this.concerned.get(fact.auctionId) ?? [])]) this.tellOf(userId, fact);
      if (TELL_MORE_TO_SOMEBODY.has(fact.event.type)) this.enquiries.ask(fact);
    }
  }

  /** Asks again what everybody bids in, for when facts may have gone by unseen. What was missed Silver tells. */
  refresh(): void {
    for (const [userId, person] of this.people) {
      if (person.missed !== null) continue;
      person.missed = [];
      void this.load(userId, person);
    }
  }

  size(): Readonly<{ people: number; auctions: number }> {
    return { people: this.people.size, auctions: this.concerned.size };
  }

  close(): void {
    this.stop.abort();
    this.enquiries.close();
    this.ticker.stop();
  }

  private async load(userId: UserId, person: Listener): Promise<void> {
    const { silver, runtime, log } = this.parts;
    const trying = { name: 'the auctions of a listener', runtime, log, backOff: BACK_OFF, signal: this.stop.signal };
    await retried(async () => {
      if (person.listeners.size === 0) return;
      for (const { auctionId, revision, leads, sells } of await silver.concerns(userId, CONCERNS_MAX))
        this.concern(userId, person, auctionId, { revision: Number(revision), leads, sells });
    }, trying);
    const missed = person.missed ?? [];
    person.missed = null;
    for (const fact of missed) if (person.concerns.has(fact.auctionId)) this.tellOf(userId, fact);
  }

  private concern(userId: UserId, person: Listener, auctionId: AuctionId, concern: Concern): void {
    const known = person.concerns.get(auctionId);
    if (known !== undefined && known.revision >= concern.revision) return;
    if (known === undefined && person.concerns.size >= CONCERNS_MAX) return;
    person.concerns.set(auctionId, concern);
    const others = this.concerned.get(auctionId) ?? new Set();
    this.concerned.set(auctionId, others.add(userId));
  }

  /** Somebody who listens has begun to bid in this auction, or to sell it. */
  private meet({ auctionId, revision, event }: PublicFact): void {
    const isBid = event.type === 'BidPlaced' || event.type === 'SealedBidPlaced';
    const whose = isBid ? event.bidderId : event.type === 'AuctionListed' ? event.sellerId : null;
    const person = whose === null ? undefined : this.people.get(whose);
    if (whose === null || person === undefined || person.concerns.has(auctionId)) return;
    this.concern(whose, person, auctionId, { revision: revision - 1, leads: false, sells: !isBid });
  }

  private tellOf(userId: UserId, fact: PublicFact): void {
    const person = this.people.get(userId);
    const concern = person?.concerns.get(fact.auctionId);
    if (person === undefined || concern === undefined || fact.revision <= concern.revision) return;
    const news = newsOf(userId, concern, fact);
    concern.revision = fact.revision;
    if (isTheEnd(fact)) this.forget(userId, person, fact.auctionId);
    if (news !== null) this.note(person, news);
  }

  /** Whom it concerns is in the fact itself, so no auction has to be followed for it. */
  private tellPersonally({ userId, auctionId, revision, occurredAt: at, event }: PersonalFact): void {
    const person = this.people.get(userId);
    if (person !== undefined) this.note(person, { auctionId, revision, at, ...event });
  }

  private note(person: Listener, news: News): void {
    person.untold.set(newsKey(news), news);
    this.untold.add(person);
    this.ticker.due();
  }

  private async tell(): Promise<void> {
    const people = [...this.untold];
    this.untold.clear();
    for (const person of people) {
      const news = [...person.untold.values()];
      person.untold.clear();
      for (const listener of person.listeners) listener(news);
    }
  }

  private leave(userId: UserId, person: Listener, listener: NewsListener): void {
    person.listeners.delete(listener);
    if (person.listeners.size > 0 || this.people.get(userId) !== person) return;
    this.people.delete(userId);
    this.untold.delete(person);
    for (const auctionId of [...person.concerns.keys()]) this.forget(userId, person, auctionId);
  }

  private forget(userId: UserId, person: Listener, auctionId: AuctionId): void {
    person.concerns.delete(auctionId);
    const others = this.concerned.get(auctionId);
    others?.delete(userId);
    if (others?.size === 0) this.concerned.delete(auctionId);
  }
}

/** What later news takes the place of earlier. */
export const newsKey = (news: News): string =>
  'bidNumber' in news ? `${news.kind} ${news.auctionId} ${news.bidNumber}` : `${news.kind} ${news.auctionId}`;

function keepMissed({ missed }: Listener, fact: PublicFact): void {
  if (missed === null) return;
  missed.push(fact);
  if (missed.length > MISSED_FACTS_MAX) missed.shift();
}

const isTheEnd = ({ event }: PublicFact): boolean =>
  event.type === 'AuctionSold' ||
  event.type === 'AuctionPassed' ||
  event.type === 'AuctionCancelled' ||
  event.type === 'AuctionWithdrawn';

/** What a fact means to this person; takes note of who leads now. */
function newsOf(userId: UserId, concern: Concern, fact: PublicFact): News | null {
  const { auctionId, revision, occurredAt: at, event } = fact;
  const about = { auctionId, revision, at };
  switch (event.type) {
    case 'BidPlaced': {
      const { currency, currentPrice, minimumNextBid } = event;
      const led = concern.leads;
      concern.leads = event.leaderId === userId;
      return led && !concern.leads ? { ...about, kind: 'Outbid', currency, currentPrice, minimumNextBid } : null;
    }
    case 'BidRetracted':
    case 'CallUndone':
    case 'BidVoided':
      // Only whose bid it was can lose the lead by it, and is told in person.
      concern.leads = event.leaderId === userId;
      return null;
    case 'ClosingExtended':
      return { ...about, kind: 'Extended', closesAt: event.closesAt };
    case 'AuctionSold': {
      const { currency, hammerPrice } = event;
      if (event.buyerId === userId) return { ...about, kind: 'Won', currency, hammerPrice };
      return concern.sells ? { ...about, kind: 'Sold', currency, hammerPrice } : null;
    }
    case 'AuctionPassed':
      return concern.leads || concern.sells ? { ...about, kind: 'Passed', reason: event.reason } : null;
    default:
      return null;
  }
}
