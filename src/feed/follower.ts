// Follows the journal at leisure, for whatever may come a moment late: scores, alerts, mail. One process of several does it. Bids
// come first: it rests between pages, the longer the more there is to do, and leaves out what it has no use for. Where it keeps up,
// pages come from memory, and everybody who keeps up shares them; a backlog is read from the store, a page at a time.
import type pg from 'pg';
import type { DomainEvent } from '../domain/messages.js';
import type { Feed, Page, Position } from './feed.js';
import { Leader, type LeaderParts, type LeaderStatus, type Term } from './leader.js';
import { WHOLE } from './versions/slice.js';

/** What is done with the pages; made at the beginning of each term, on the connection that holds the lock. */
export type Following = Readonly<{
  /** Where to begin (exclusive; null = with the first event). */
  from: Position | null;
  /** Takes a page, and saves how far it has come in the transaction of its effect; null where it has caught up. */
  take: (page: Page | null) => Promise<void>;
  /** Called when a term ends without an error. */
  end?: () => Promise<void>;
}>;

export type FollowerParts = Pick<LeaderParts, 'name' | 'database' | 'searchPath' | 'runtime' | 'log'> &
  Readonly<{
    feed: Feed;
    /** What it has a use for. Events of other types are not handed over. */
    types: readonly DomainEvent['type'][];
    /** So many events are looked at in one go, whatever their types. */
    pageEvents: number;
    restMinMs: number;
    begin: (client: pg.Client) => Promise<Following>;
  }>;

/** After each page it rests so many times as long as the page took: a flood is followed late. */
const REST_TIMES = 9;
/** A page that took long because others had the processor is not made up for by seconds of rest. */
const REST_MAX_MS = 400;
/** Nobody waits for the disk: a commit that a crash of the server takes back takes effect and position together. */
const LET_COMMITS_WAIT = 'SET synchronous_commit = off';

export class Follower {
  private readonly leader: Leader;

  constructor(private readonly parts: FollowerParts) {
    const { name, database, searchPath, runtime, log } = parts;
    const around = { name, database, ...(searchPath !== undefined && { searchPath }), runtime, log };
    this.leader = new Leader({ ...around, lead: (term) => this.follow(term) });
  }

  start(): void {
    this.leader.start();
  }

  /** Finishes the page under way. Idempotent. */
  drain(): Promise<void> {
    return this.leader.drain();
  }

  status(): LeaderStatus {
    return this.leader.status();
  }

  private async follow({ client, signal, worked }: Term): Promise<void> {
    const { feed, runtime, types, pageEvents, restMinMs, begin } = this.parts;
    await client.query(LET_COMMITS_WAIT);
    const { from, take, end } = await begin(client);
    // To read a backlog is work, to wait for news is none.
    let readingSinceMs: number | null = null;
    await feed.follow(feed.reader(from, WHOLE, types), { limit: pageEvents, signal }, async (page) => {
      const startedMs = readingSinceMs ?? runtime.monotonicMs();
      await take(page);
      worked();
      readingSinceMs = null;
      if (page === null) return;
      const tookMs = runtime.monotonicMs() - startedMs;
      await runtime.sleep(Math.min(REST_MAX_MS, Math.max(restMinMs, REST_TIMES * tookMs)), signal);
      readingSinceMs = runtime.monotonicMs();
    });
    await end?.();
  }
}
