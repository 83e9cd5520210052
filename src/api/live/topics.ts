// What watchers are told, worked out once for all who ask the same: one execution and one text per auction and tick for
// every group of subscriptions with the same document and variables, however many sockets hold them.
import { type DocumentNode, type ExecutionResult, execute, type GraphQLSchema } from 'graphql';
import type { AuctionId, UserId } from '../../domain/ids.js';
import type { LiveAuctions, LiveChange } from '../../live/live.queries.js';
import { type LiveNews, type News, newsKey } from '../../live/news.queries.js';
import type { AuctionRow } from '../../projections/silver/silver.queries.js';
import type { Runtime } from '../../runtime/runtime.js';
import { auctionInList, auctionView } from '../queries/views.js';
import type { AuctionView } from '../schemas/views.schema.js';
import { type LiveFilter, matches } from './live-filter.js';
import { newsView } from './news-view.js';

export type LiveQueries = Readonly<{ auctions: LiveAuctions; news: LiveNews }>;

/** One subscription on one socket. `key` is what a later message may replace an unsent one by. */
export interface Subscriber {
  tell(key: string, payload: string): void;
}

/** What is asked for, by whom, about what. */
export type Asked = Readonly<{
  document: DocumentNode;
  operationName: string | null;
  variables: Readonly<Record<string, unknown>>;
  /** The same for all that are to be told the same. */
  sameAs: string;
  topic:
    | Readonly<{ field: 'auctionUpdated'; auctionId: AuctionId }>
    | Readonly<{ field: 'auctionsUpdated'; filter: LiveFilter }>
    | Readonly<{ field: 'myNews'; userId: UserId }>;
}>;

/** A subscriber to one auction is told of each revision once, and never of an older one. */
type Member = { readonly subscriber: Subscriber; toldRevision: bigint };

type Group = Readonly<{ asked: Asked; members: Set<Member> }> & {
  /** The last text about an auction, for whoever joins. */
  last: Readonly<{ row: AuctionRow; payload: string }> | null;
};

const viewFor = ({ topic }: Asked, row: AuctionRow): AuctionView =>
  topic.field === 'auctionsUpdated' ? auctionInList(row) : auctionView(row);

/** Sockets told in one go; then others of this process get their turn. */
const TOLD_AT_ONCE = 250;

export class Topics {
  private readonly groups = new Map<string, Group>();
  private readonly ofAuction = new Map<AuctionId, Set<Group>>();
  private readonly ofLists = new Set<Group>();
  private readonly stopListening: () => void;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly live: LiveQueries,
    private readonly runtime: Runtime,
  ) {
    this.stopListening = live.auctions.listen((changes) => this.changed(changes));
  }

  /**
   * Tells `subscriber` from now on, until the returned function is called. It resolves once the first state is told; with
   * null for an auction that nobody knows. Rejects with `AuctionBehind` where the state cannot be had in time.
   */
  async join(asked: Asked, subscriber: Subscriber): Promise<(() => void) | null> {
    switch (asked.topic.field) {
      case 'auctionUpdated':
        return this.joinAuction(asked, asked.topic.auctionId, subscriber);
      case 'auctionsUpdated':
        return this.joinLists(asked, subscriber);
      case 'myNews': {
        const tell = (news: readonly News[]) => {
          for (const one of news) subscriber.tell(newsKey(one), this.payload(asked, newsView(one)));
        };
        return this.live.news.listen(asked.topic.userId, tell);
      }
    }
  }

  /** How much is held, for metrics and tests. */
  size(): Readonly<{ groups: number; auctions: number; lists: number }> {
    return { groups: this.groups.size, auctions: this.ofAuction.size, lists: this.ofLists.size };
  }

  close(): void {
    this.stopListening();
  }

  private async joinAuction(asked: Asked, auctionId: AuctionId, subscriber: Subscriber): Promise<(() => void) | null> {
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
    const group = this.groupOf(asked);
    const others = this.ofAuction.get(auctionId) ?? new Set();
    this.ofAuction.set(auctionId, others.add(group));
    const member: Member = { subscriber, toldRevision: -1n };
    group.members.add(member);
    this.tell(group, member, row);
    return () => {
      unwatch();
      group.members.delete(member);
      if (group.members.size > 0) return;
      this.groups.delete(asked.sameAs);
      others.delete(group);
      if (others.size === 0) this.ofAuction.delete(auctionId);
    };
  }

  private joinLists(asked: Asked, subscriber: Subscriber): () => void {
    const unwatch = this.live.auctions.watchAll();
    const group = this.groupOf(asked);
    const member: Member = { subscriber, toldRevision: -1n };
    group.members.add(member);
    this.ofLists.add(group);
    return () => {
      unwatch();
      group.members.delete(member);
      if (group.members.size > 0) return;
      this.groups.delete(asked.sameAs);
      this.ofLists.delete(group);
    };
  }

  private groupOf(asked: Asked): Group {
    const known = this.groups.get(asked.sameAs);
    if (known !== undefined) return known;
    const group: Group = { asked, members: new Set(), last: null };
    this.groups.set(asked.sameAs, group);
    return group;
  }

  private async changed(changes: readonly LiveChange[]): Promise<void> {
    let told = 0;
    for (const { auction, before } of changes)
      for (const group of this.groupsFor(auction, before)) {
        for (const member of group.members) {
          this.tell(group, member, auction);
          told += 1;
          if (told % TOLD_AT_ONCE === 0) await this.runtime.yield();
        }
      }
  }

  private tell(group: Group, member: Member, row: AuctionRow): void {
    const isOfOne = group.asked.topic.field === 'auctionUpdated';
    if (isOfOne && row.revision <= member.toldRevision) return;
    member.toldRevision = row.revision;
    member.subscriber.tell(row.auctionId, this.about(group, row));
  }

  /** Lists are told of the change by which an auction leaves them, too. */
  private *groupsFor(auction: AuctionRow, before: AuctionRow | null): Generator<Group> {
    yield* this.ofAuction.get(auction.auctionId) ?? [];
    for (const group of this.ofLists) {
      const { topic } = group.asked;
      if (topic.field !== 'auctionsUpdated') continue;
      if (matches(topic.filter, auction) || (before !== null && matches(topic.filter, before))) yield group;
    }
  }

  private about(group: Group, row: AuctionRow): string {
    if (group.last?.row === row) return group.last.payload;
    const payload = this.payload(group.asked, viewFor(group.asked, row));
    group.last = { row, payload };
    return payload;
  }

  /** No field of what is told waits for anything, so an execution is done when it returns. */
  private payload({ document, operationName, variables, topic }: Asked, view: object): string {
    const result = execute({
      schema: this.schema,
      document,
      operationName,
      variableValues: variables,
      rootValue: { [topic.field]: view },
    });
    return JSON.stringify(result satisfies ExecutionResult | Promise<ExecutionResult>);
  }
}
