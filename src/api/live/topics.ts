// What watchers are told, worked out once for all who ask the same: one text per auction, state and shape, however many
// sockets hold them. Lists are told at a pace of their own, so that they take no more than their share of the process.
import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { AuctionId, UserId } from '../../domain/ids.js';
import type { LiveAuctions, LiveChange } from '../../live/live.queries.js';
import { type LiveNews, type News, newsKey } from '../../live/news.queries.js';
import type { AlertRow } from '../../notify/alerts/alerts.queries.js';
import type { FraudCaseRow } from '../../projections/silver/fraud-cases.queries.js';
import type { AuctionRow } from '../../projections/silver/silver.queries.js';
import type { Log } from '../../runtime/log.js';
import type { Runtime } from '../../runtime/runtime.js';
import type { Traces } from '../../runtime/traces.js';
import { fraudCaseView } from '../queries/desk-views.js';
import { alertView, auctionInList, auctionView } from '../queries/views.js';
import { type AuctionShape, AuctionTexts } from './auction-shape.js';
import { ListIndex } from './list-index.js';
import { type LiveFilter, matches } from './live-filter.js';
import { newsView } from './news-view.js';
import type { PolledNews } from './polled-news.js';

export type LiveQueries = Readonly<{
  auctions: LiveAuctions;
  news: LiveNews;
  alerts: PolledNews<AlertRow>;
  cases: PolledNews<FraudCaseRow>;
}>;

/** One subscription on one socket. `key` is what a later message may replace an unsent one by. */
export interface Subscriber {
  tell(key: string, payload: string): void;
}

export type AskedOfAuction = Readonly<{ field: 'auctionUpdated'; auctionId: AuctionId; shape: AuctionShape }>;
export type AskedOfLists = Readonly<{ field: 'auctionsUpdated'; filter: LiveFilter; shape: AuctionShape }>;
export type AskedOfNews = Readonly<{
  field: 'myNews';
  userId: UserId;
  document: DocumentNode;
  operationName: string | null;
  /** Only those that the document declares. */
  variables: Readonly<Record<string, unknown>>;
}>;

/** Told to every member of the staff alike. */
export type AskedByStaff = Omit<AskedOfNews, 'field' | 'userId'> &
  Readonly<{ field: 'alertChanged' | 'fraudCaseChanged' }>;

/** What is asked for. `sameAs` is a digest: the same for all that are to be told the same. */
export type Asked = Readonly<{ sameAs: string }> & (AskedOfAuction | AskedOfLists | AskedOfNews | AskedByStaff);

/** A subscriber to one auction is told of each revision once, and never of an older one. */
type Member = { readonly subscriber: Subscriber; toldRevision: bigint };

type Group<Of> = Readonly<{ asked: Of; members: Set<Member> }>;

/** The process tells watchers for so long at a time, then lets its other work go on. */
const SLICE_MS = 2;
/** After telling lists, a pause of so many times what it took: they take a quarter of the process at most. */
const LISTS_PAUSE_SHARE = 3;

export class Topics {
  private readonly texts: AuctionTexts;
  private readonly ofAuction = new Map<AuctionId, Map<string, Group<AskedOfAuction>>>();
  private readonly ofLists = new Map<string, Group<AskedOfLists>>();
  private readonly lists = new ListIndex<Group<AskedOfLists>>();
  /** What lists are still to be told: the latest of each auction, and as they last heard of it. */
  private untold = new Map<AuctionId, LiveChange>();
  private isTellingLists = false;
  private sliceBeganMs = 0;
  private readonly stop = new AbortController();
  private readonly stopListening: () => void;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly live: LiveQueries,
    private readonly parts: Readonly<{ runtime: Runtime; log: Log; traces?: Traces | null }>,
  ) {
    this.texts = new AuctionTexts(schema);
    this.stopListening = live.auctions.listen((changes) => this.changed(changes));
  }

  /**
   * Tells `subscriber` from now on, until the returned function is called. It resolves once the first state is told; with
   * null for an auction that nobody knows. Rejects with `AuctionBehind` where the state cannot be had in time.
   */
  async join(asked: Asked, subscriber: Subscriber): Promise<(() => void) | null> {
    switch (asked.field) {
      case 'auctionUpdated':
        return this.joinAuction(asked, subscriber);
      case 'auctionsUpdated':
        return this.joinLists(asked, subscriber);
      case 'myNews': {
        const tell = (news: readonly News[]) => {
          for (const one of news) subscriber.tell(newsKey(one), this.executed(asked, { myNews: newsView(one) }));
        };
        return this.live.news.listen(asked.userId, tell);
      }
      case 'alertChanged':
        return this.live.alerts.listen((alert) => {
          subscriber.tell(alert.alertId, this.executed(asked, { alertChanged: alertView(alert) }));
        });
      case 'fraudCaseChanged':
        return this.live.cases.listen((changed) => {
          subscriber.tell(changed.caseId, this.executed(asked, { fraudCaseChanged: fraudCaseView(changed) }));
        });
    }
  }

  /** How much is held, for metrics and tests. */
  size(): Readonly<{ groups: number; auctions: number; lists: number }> {
    const ofAuctions = [...this.ofAuction.values()].reduce((sum, { size }) => sum + size, 0);
    return { groups: ofAuctions + this.ofLists.size, auctions: this.ofAuction.size, lists: this.ofLists.size };
  }

  close(): void {
    this.stop.abort();
    this.stopListening();
    this.live.alerts.close();
    this.live.cases.close();
  }

  private async joinAuction(asked: AskedOfAuction & Asked, subscriber: Subscriber): Promise<(() => void) | null> {
    const { auctionId, sameAs } = asked;
    const unwatch = this.live.auctions.watch(auctionId);
    // Until the first state is known no tick may tell more, nor less; nor has this one a place yet that others could remove.
    const row = await this.live.auctions.current(auctionId).catch((error: unknown) => {
      unwatch();
      throw error;
    });
    if (row === null) {
      unwatch();
      return null;
    }
    const groups = this.ofAuction.get(auctionId) ?? new Map<string, Group<AskedOfAuction>>();
    this.ofAuction.set(auctionId, groups);
    const group = groups.get(sameAs) ?? { asked, members: new Set<Member>() };
    groups.set(sameAs, group);
    const member: Member = { subscriber, toldRevision: row.revision };
    group.members.add(member);
    subscriber.tell(auctionId, this.texts.of(auctionView(row))(asked.shape));
    return () => {
      unwatch();
      group.members.delete(member);
      if (group.members.size === 0) groups.delete(sameAs);
      if (groups.size === 0) this.ofAuction.delete(auctionId);
    };
  }

  private joinLists(asked: AskedOfLists & Asked, subscriber: Subscriber): () => void {
    const unwatch = this.live.auctions.watchAll();
    const known = this.ofLists.get(asked.sameAs);
    const group = known ?? { asked, members: new Set<Member>() };
    if (known === undefined) {
      this.ofLists.set(asked.sameAs, group);
      this.lists.add(asked.filter, group);
    }
    const member: Member = { subscriber, toldRevision: -1n };
    group.members.add(member);
    return () => {
      unwatch();
      group.members.delete(member);
      if (group.members.size > 0) return;
      this.ofLists.delete(asked.sameAs);
      this.lists.remove(asked.filter, group);
    };
  }

  private async changed(changes: readonly LiveChange[]): Promise<void> {
    this.sliceBeganMs = this.parts.runtime.monotonicMs();
    for (const change of changes) {
      this.noteForLists(change);
      const groups = this.ofAuction.get(change.auction.auctionId);
      if (groups !== undefined) await this.tellOfAuction(groups, change.auction);
    }
    if (!this.isTellingLists && this.untold.size > 0) void this.tellLists();
  }

  private async tellOfAuction(groups: ReadonlyMap<string, Group<AskedOfAuction>>, row: AuctionRow): Promise<void> {
    const textOf = this.texts.of(auctionView(row));
    for (const { asked, members } of groups.values()) {
      const payload = textOf(asked.shape);
      for (const member of members) {
        if (row.revision <= member.toldRevision) continue;
        member.toldRevision = row.revision;
        member.subscriber.tell(row.auctionId, payload);
        this.parts.traces?.told(row.auctionId, Number(row.revision));
        await this.yieldNowAndThen();
      }
    }
  }

  private noteForLists({ auction, before }: LiveChange): void {
    if (this.ofLists.size === 0) return;
    const waiting = this.untold.get(auction.auctionId);
    this.untold.set(auction.auctionId, { auction, before: waiting === undefined ? before : waiting.before });
  }

  private async tellLists(): Promise<void> {
    const { runtime, log } = this.parts;
    this.isTellingLists = true;
    while (this.untold.size > 0 && !this.stop.signal.aborted) {
      const beganMs = runtime.monotonicMs();
      const changes = this.untold;
      this.untold = new Map();
      try {
        for (const change of changes.values()) await this.tellListsOf(change);
      } catch (error) {
        log.error({ error: String(error) }, 'watchers of lists could not be told of changes');
      }
      await runtime.sleep(LISTS_PAUSE_SHARE * (runtime.monotonicMs() - beganMs), this.stop.signal);
    }
    this.isTellingLists = false;
  }

  /** Lists are told of the change by which an auction leaves them, too. */
  private async tellListsOf({ auction, before }: LiveChange): Promise<void> {
    const textOf = this.texts.of(auctionInList(auction));
    for (const { asked, members } of this.lists.around(auction)) {
      await this.yieldNowAndThen();
      if (!matches(asked.filter, auction) && (before === null || !matches(asked.filter, before))) continue;
      const payload = textOf(asked.shape);
      for (const { subscriber } of members) {
        subscriber.tell(auction.auctionId, payload);
        await this.yieldNowAndThen();
      }
    }
  }

  private async yieldNowAndThen(): Promise<void> {
    if (this.parts.runtime.monotonicMs() - this.sliceBeganMs < SLICE_MS) return;
    await this.parts.runtime.yield();
    this.sliceBeganMs = this.parts.runtime.monotonicMs();
  }

  /** No field of what is told waits for anything, so an execution is done when it returns. */
  private executed({ document, operationName, variables }: AskedOfNews | AskedByStaff, rootValue: object): string {
    const result = execute({ schema: this.schema, document, operationName, variableValues: variables, rootValue });
    return JSON.stringify(result satisfies ExecutionResult | Promise<ExecutionResult>);
  }
}
